"""What a first load takes, by rule of thumb: for a plan from before Figshare was listed, which cannot count articles.

The figures are those of docs/usage.md and docs/performance.md, for articles of ten years with as many files and
versions as real ones have.
"""

from __future__ import annotations

from collections.abc import Collection

FEW, MANY = 1_000, 10_000
"""Articles that it is said for: what is read in bulk does not grow with them."""

_DETAIL = 1.1
"""Requests for an article's record: one, and one more for those of ten or more files or of several versions."""

_TOTALS, _IN_BULK = (2.0, 2.0), 1_200
"""Requests for usage: for the totals of an article, and for the months of all articles in bulk, however many."""

_MONTHS = (5.2, 9.3)
"""Requests for totals and months of an article, where a request has its whole life, and where it has two years."""


def first_load(usage: Collection[str], has_credentials: bool, pace: float) -> str:
    """Returns in words how many requests, and how long, a first load takes: of FEW articles, and of MANY.

    Args:
        usage: the kinds of usage that are read; `none` for none.
        has_credentials: whether the institution's Stats credentials are there.
        pace: requests per second; 0 for as fast as it goes.
    """
    each, in_bulk = (_DETAIL, _DETAIL), 0
    if "none" not in usage:
        if not has_credentials:
            of_usage = _TOTALS if set(usage) == {"totals"} else _MONTHS
            each = (_DETAIL + of_usage[0], _DETAIL + of_usage[1])
        elif set(usage) != {"totals"}:
            in_bulk = _IN_BULK
    ranges = [(articles * each[0] + in_bulk, articles * each[1] + in_bulk) for articles in (FEW, MANY)]
    few, many = (_range(f"{least:,.0f}", f"{most:,.0f}") for least, most in ranges)
    more = ", more with days and countries of articles" if {"days", "countries"}.intersection(usage) else ""
    records = [articles * _DETAIL for articles in (FEW, MANY)]
    without = ""
    if not has_credentials and "none" not in usage:
        said = [_time(requests, pace) if pace else f"{requests:,.0f}" for requests in records]
        without = f", without Stats credentials; {' and '.join(said)} with --usage none"
    if not pace:
        return f"about {few} requests for {FEW:,} articles, {many} for {MANY:,}{more}{without}"
    times = [_range(_time(least, pace), _time(most, pace)) for least, most in ranges]
    how_long = f"about {times[0]} hours for {FEW:,} articles, {times[1]} for {MANY:,}"
    return f"{how_long}: {few} and {many} requests{more}{without}"


def _time(requests: float, pace: float) -> str:
    """Hours and minutes."""
    hours, minutes = divmod(round(requests / pace / 60), 60)
    return f"{hours}:{minutes:02}"


def _range(least: str, most: str) -> str:
    return least if least == most else f"{least} to {most}"
