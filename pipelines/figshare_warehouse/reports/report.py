"""A report, in whatever format it is shown."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

Value = str | int | float | bool | date | datetime | None
"""The value of a cell; None is not known (or none, as the view's column says)."""


@dataclass(frozen=True, slots=True)
class Section:
    """One table of a report.

    Attributes:
        name: its key in JSON.
        title: its title in the terminal.
        columns: all its columns.
        rows: its rows, a value per column.
        shown: the columns that the terminal shows, with their headings, most important first.
        absent: column → what the terminal shows for None where it means none, not unknown.
        whole: columns of sentences, which the terminal wraps instead of cutting them.
        empty: what the terminal shows where there are no rows.
        most: most rows in the terminal; None for as many as of other tables.
    """

    name: str
    title: str
    columns: tuple[str, ...]
    rows: list[tuple[Value, ...]]
    shown: dict[str, str]
    absent: dict[str, str] = field(default_factory=dict)
    whole: tuple[str, ...] = ()
    empty: str = "none"
    most: int | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """One report.

    Attributes:
        name: `article`, `author`, `institution`, `group`, `search`, `top_authors`, `status`, `plan` or `check`.
        title: its title in the terminal.
        headline: its key figures: column → value.
        shown: the columns of the headline that the terminal shows, with their labels.
        rows: its main table, the one that CSV holds.
        others: further tables.
        absent: column of the headline → what the terminal shows for None; `unknown` for the others.
    """

    name: str
    title: str
    headline: dict[str, Value]
    shown: dict[str, str]
    rows: Section
    others: tuple[Section, ...] = ()
    absent: dict[str, str] = field(default_factory=dict)


def number_kind(name: str) -> Literal["bytes", "count", "ratio", "other"]:
    """Returns the unit of a column's numbers, by its name: the same words mean the same everywhere."""
    words = name.split("_")
    if "bytes" in words:
        return "bytes"
    if (
        "count" in words
        or words[0] in ("views", "downloads", "shares")
        or name in ("citations", "citations_fractional")
    ):
        return "count"
    return "ratio" if words[-1] == "ratio" else "other"
