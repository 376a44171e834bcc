"""What a first load takes, by rule of thumb: for a plan from before Figshare was listed, which cannot count articles.

The figures are those of docs/usage.md and docs/performance.md, for articles of ten years with as many files and
versions as real ones have.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

ARTICLES = 1000

_DETAIL = 1.1
"""Requests for an article's record: one, and one more for those of ten or more files or of several versions."""

_TOTALS, _IN_BULK = (2.0, 2.0), 1_200
"""Requests for usage: for the totals of an article, and for the months of all articles in bulk, however many."""

_MONTHS = (5.2, 9.3)
"""Requests for totals and months of an article, where a request has its whole life, and where it has two years."""


def first_load(usage: Collection[str], has_credentials: bool, pace: float) -> str:
    """Returns in words how many requests, and how long, a first load of 1,000 articles takes.

    Args:
        usage: the kinds of usage that are read; `none` for none.
        has_credentials: whether the institution's Stats credentials are there.
        pace: requests per second; 0 for as fast as it goes.
    """
    least = most = ARTICLES * _DETAIL
    if "none" not in usage:
        if not has_credentials:
            each = _TOTALS if set(usage) == {"totals"} else _MONTHS
            least, most = least + ARTICLES * each[0], most + ARTICLES * each[1]
        elif set(usage) != {"totals"}:
            least, most = least + _IN_BULK, most + _IN_BULK
    requests = _range(f"{least:,.0f}", f"{most:,.0f}")
    more = ", more with days and countries of articles" if {"days", "countries"}.intersection(usage) else ""
    is_each = not has_credentials and "none" not in usage
    if not pace:
        without = f", without Stats credentials; {ARTICLES * _DETAIL:,.0f} with --usage none" if is_each else ""
        return f"about {requests} requests for {ARTICLES:,} articles{more}{without}"
    without = f", without Stats credentials; {_time(ARTICLES * _DETAIL, pace)} with --usage none" if is_each else ""
    time = _range(_time(least, pace), _time(most, pace))
    return f"about {time} hours for {ARTICLES:,} articles: {requests} requests{more}{without}"


def _time(requests: float, pace: float) -> str:
    """Hours and minutes."""
    return str(timedelta(minutes=round(requests / pace / 60)))[:-3]


def _range(least: str, most: str) -> str:
    return least if least == most else f"{least} to {most}"
