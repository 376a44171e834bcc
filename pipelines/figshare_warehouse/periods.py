"""Periods as people write them: two days, a year, a year that begins in another month, or the last months."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from figshare_warehouse.errors import UsageError

_YEAR = re.compile(r"(?P<year>\d{4})(?:-(?P<month>0[1-9]|1[0-2]))?", re.ASCII)
_LAST = re.compile(r"(?P<number>[1-9]\d{0,3})\s*(?P<unit>[my])", re.IGNORECASE | re.ASCII)


@dataclass(frozen=True, slots=True)
class Period:
    """The days from one to another.

    Attributes:
        first: the first day.
        last: the last day.
    """

    first: date
    last: date

    def __str__(self) -> str:
        return f"{self.first} to {self.last}"

    @property
    def months(self) -> list[date]:
        """The first days of the months that it touches."""
        numbers = range(self.first.year * 12 + self.first.month - 1, self.last.year * 12 + self.last.month)
        return [date(number // 12, number % 12 + 1, 1) for number in numbers]

    @property
    def whole_months(self) -> str | None:
        """The months of which usage counts, which is known by month; None where they are the period itself."""
        begun, ended = self.first.day > 1, (self.last + timedelta(days=1)).day > 1
        months = self.months
        return f"in whole months, {months[0]:%Y-%m} to {months[-1]:%Y-%m}" if begun or ended else None

    @property
    def parameters(self) -> dict[str, date]:
        """The parameters of the queries and macros that take a period."""
        return {"from_day": self.first, "to_day": self.last}


def period_of(first: str | None, last: str | None, year: str | None, latest: str | None, today: date) -> Period | None:
    """Returns the period that the options give; None when they give none.

    Args:
        first: `--from`, a day such as `2025-07-01`.
        last: `--to`, a day; today when only the first is given.
        year: `--year`, such as `2025`, or `2025-07` for the twelve months from July 2025 on.
        latest: `--last`, such as `12m` for the twelve whole months before the current one, or `2y`.
        today: the current day (UTC).

    Raises:
        UsageError: they are not a period, or several.
    """
    if sum(given is not None for given in (first or last, year, latest)) > 1:
        raise UsageError("Give one period: --from and --to, or --year, or --last.")
    if year is not None:
        return _year(year)
    if latest is not None:
        return _latest(latest, today)
    if first is None:
        if last is not None:
            raise UsageError("--to needs --from, the first day.")
        return None
    period = Period(_day(first, "--from"), _day(last, "--to") if last is not None else today)
    if period.first > period.last:
        raise UsageError(f"The period ends on {period.last}, before it begins on {period.first}.")
    return period


def _day(text: str, option: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise UsageError(f"{option} takes a day such as 2025-07-01, not '{text}'.") from None


def _year(text: str) -> Period:
    found = _YEAR.fullmatch(text.strip())
    # Nothing is from before, and years later than that end where dates do.
    if found is None or not 1900 <= int(found["year"]) <= 2999:
        raise UsageError(f"--year takes a year such as 2025, or 2025-07 for one that begins in July, not '{text}'.")
    begin = date(int(found["year"]), int(found["month"] or 1), 1)
    return Period(begin, begin.replace(year=begin.year + 1) - timedelta(days=1))


def _latest(text: str, today: date) -> Period:
    found = _LAST.fullmatch(text.strip())
    if found is None:
        raise UsageError(f"--last takes a number of months or years such as 12m or 2y, not '{text}'.")
    months = int(found["number"]) * (12 if found["unit"].lower() == "y" else 1)
    end = today.replace(day=1)
    year, month = divmod(end.year * 12 + end.month - 1 - months, 12)
    if year < 1900:
        raise UsageError(f"--last {text} reaches back before the year 1900: give fewer months.")
    return Period(date(year, month + 1, 1), end - timedelta(days=1))
