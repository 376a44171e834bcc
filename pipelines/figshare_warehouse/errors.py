"""Errors that users see: one sentence that says what happened, to what, and what to do."""

from __future__ import annotations


def one_line(error: object) -> str:
    """Returns the message of another library's error, on one line and shortened."""
    return " ".join(str(error).split())[:300]


class FigshareWarehouseError(Exception):
    """Base of every error that the command line shows as one sentence, without a traceback.

    Attributes:
        exit_code: the exit status of the command; docs/operations.md lists them.
        is_failure: whether something went wrong; not where the command only stopped before its end.
    """

    exit_code = 1
    is_failure = True


class UsageError(FigshareWarehouseError):
    """Wrong usage: an unknown name, a value out of range, options that exclude each other."""

    exit_code = 2


class LockedError(FigshareWarehouseError):
    """Another process holds the warehouse."""

    exit_code = 5


class RefusedError(FigshareWarehouseError):
    """Figshare refuses the token or all requests; trying again would not help."""

    exit_code = 6
