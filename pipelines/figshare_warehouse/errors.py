"""Errors that users see: one sentence that says what happened, to what, and what to do."""

from __future__ import annotations

from typing import ClassVar

from figshare_warehouse.exit_statuses import ExitStatus


def one_line(error: object) -> str:
    """Returns the message of another library's error, on one line and shortened."""
    return " ".join(str(error).split())[:300]


class FigshareWarehouseError(Exception):
    """Base of every error that the command line shows as one sentence, without a traceback.

    Attributes:
        exit_code: the exit status of the command.
        is_failure: whether something went wrong; not where the command only stopped before its end.
    """

    exit_code: ClassVar[ExitStatus] = ExitStatus.FAILED
    is_failure = True


class UsageError(FigshareWarehouseError):
    """Wrong usage: an unknown name, a value out of range, options that exclude each other."""

    exit_code = ExitStatus.WRONG_USAGE


class LockedError(FigshareWarehouseError):
    """Another process holds the warehouse."""

    exit_code = ExitStatus.LOCKED


class RefusedError(FigshareWarehouseError):
    """Figshare refuses the token or all requests; trying again would not help."""

    exit_code = ExitStatus.REFUSED
