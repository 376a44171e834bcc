"""How a command ends, for schedulers and scripts. `--help` and docs/operations.md say the same."""

from __future__ import annotations

from enum import IntEnum
from typing import Self


class ExitStatus(IntEnum):
    """The exit statuses of all commands.

    Attributes:
        meaning: what it means, in a few words.
        details: what it means as well, for the docs; empty for nothing.
    """

    meaning: str
    details: str

    def __new__(cls, number: int, meaning: str, details: str = "") -> Self:
        """Makes a status of its declaration."""
        status = int.__new__(cls, number)
        status._value_ = number
        status.meaning, status.details = meaning, details
        return status

    DONE = 0, "done"
    FAILED = 1, "failed", "an error, no response from Figshare at all, or with `check` a data test that failed"
    WRONG_USAGE = (
        2,
        "wrong usage",
        "an unknown option or value, or an institution of which Figshare never showed a public article",
    )
    INCOMPLETE = (
        3,
        "incomplete",
        "requests failed, usage is refused, a listing is in doubt, an article or DOI of `--article` is not there, or "
        "Figshare counts more articles than it lists",
    )
    STOPPED = 4, "stopped at a limit"
    LOCKED = 5, "locked by another process"
    REFUSED = 6, "refused by Figshare", "the token or all requests"
    STALE = 7, "stale", "what is published is older than `status --max-age` allows"
    INTERRUPTED = 130, "interrupted"


def in_short() -> str:
    """Returns all of them in a line of `--help`."""
    return ", ".join(f"{status.value} {status.meaning}" for status in ExitStatus)


def as_markdown() -> str:
    """Returns all of them as a table of the docs."""
    rows = [("exit status", "meaning"), ("---", "---")]
    rows += [(str(one.value), f"{one.meaning}: {one.details}" if one.details else one.meaning) for one in ExitStatus]
    return "".join(f"| {number} | {meaning} |\n" for number, meaning in rows).replace("| --- | --- |", "|---|---|")
