"""How a setting is declared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar

MOST_DAYS = 100_000
"""More is a mistake; seven times as many reach back before the year 1, the first that dates have."""

LARGEST_ID = 2**63 - 1
"""The largest BIGINT."""

DAY_SECONDS = 86_400

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Limit:
    """The range of a setting. Every wait has an upper limit.

    Attributes:
        least: the smallest value.
        most: the largest.
        is_open: whether `least` itself is excluded.
        is_age: whether the setting is an age, such as `90d`; its range is in days.
    """

    least: float
    most: float
    is_open: bool = False
    is_age: bool = False

    def wrong(self, value: float) -> str | None:
        """What is wrong with a number, as the end of a sentence that begins with its name; None when nothing is."""
        # NaN is neither.
        if value <= self.most and (self.least < value if self.is_open else self.least <= value):
            return None
        unit = "d" if self.is_age else ""
        number = f"{value:,}".removesuffix(".0")
        least = f"more than {self.least:,} and at most" if self.is_open else f"from {self.least:,}{unit} to"
        return f"must be {least} {self.most:,}{unit}, not {number}{unit}"


@dataclass(frozen=True, slots=True)
class Setting:
    """What the declaration of a setting says besides its name, type and default.

    Attributes:
        meaning: for the option's help and the docs.
        option: the command-line option; None for none.
        limit: its range, or that of each of its values; of a text that of the number, where it is one.
        is_planned: whether `plan` has the option; otherwise only `refresh` and `schedule` have it.
        choices: the values it takes.
        path: what it is the path of; an `output` need not exist.
        metavar: what stands for the value in the option's help.
        shown_default: the default in words, where the value does not say it.
        is_secret: whether it is never shown.
        see: a link to more about it, in the docs.
    """

    meaning: str
    option: str | None = None
    limit: Limit | None = None
    is_planned: bool = True
    choices: Sequence[str] = ()
    path: Literal["output", "file", "folder"] | None = None
    metavar: str | None = None
    shown_default: str | None = None
    is_secret: bool = False
    see: str | None = None


def declare(default: T, meaning: str, option: str | None = None, limit: Limit | None = None, **more: Any) -> T:
    """Returns the field of a setting.

    Args:
        default: its value where none is given.
        meaning: as in Setting, like the others.
        option: its option.
        limit: its range.
        more: further attributes of Setting.
    """
    declared = {"setting": Setting(meaning, option, limit, **more)}
    return field(default=default, repr=not more.get("is_secret"), metadata=declared)
