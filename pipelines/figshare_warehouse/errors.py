"""What goes wrong and is the user's to know: one sentence that says what happened, to what, and what to do."""

from __future__ import annotations


def one_line(error: object) -> str:
    """Returns what an error from elsewhere says, as a part of a sentence: in one line, and not endless."""
    return " ".join(str(error).split())[:300]


class FigshareWarehouseError(Exception):
    """Base of every error that the command line shows as one sentence, without a traceback.

    Attributes:
        exit_code: the exit status of the command; docs/operations.md lists them.
    """

    exit_code = 1


class UsageError(FigshareWarehouseError):
    """What was asked for cannot be: an unknown name, a value out of range, options that do not go together."""

    exit_code = 2


class LockedError(FigshareWarehouseError):
    """Another process holds the warehouse."""

    exit_code = 5


class RefusedError(FigshareWarehouseError):
    """Figshare refuses the token or the request as such; going on would not help."""

    exit_code = 6
