"""Limits of the settings, for the command line, the environment and configuration files alike."""

from __future__ import annotations

from dataclasses import dataclass

MOST_DAYS = 100_000
"""More is a mistake; seven times as many reach back before the year 1, the first that dates have."""

LARGEST_ID = 2**63 - 1
"""The largest BIGINT."""

_DAY_SECONDS = 86_400


@dataclass(frozen=True, slots=True)
class Limit:
    """The range of a setting.

    Attributes:
        least: the smallest value.
        most: the largest.
        is_open: whether `least` itself is excluded.
        unit: `d` for an age, which is in days here.
    """

    least: float
    most: float
    is_open: bool = False
    unit: str = ""


LIMITS = {
    "institution": Limit(1, LARGEST_ID),
    "groups": Limit(1, LARGEST_ID),
    "requests_per_second": Limit(0, 1000),
    "timeout_seconds": Limit(0, 3600, is_open=True),
    "max_tries": Limit(1, 100),
    "retry_wait_seconds": Limit(0, 3600),
    "concurrency": Limit(1, 32),
    "max_requests": Limit(1, 1_000_000_000),
    "max_minutes": Limit(0, 1440 * MOST_DAYS, is_open=True),
    "article_max_age": Limit(1, MOST_DAYS, unit="d"),
    "undated_article_max_age": Limit(1, MOST_DAYS, unit="d"),
    "chunk_articles": Limit(1, 1_000_000),
    "chunk_seconds": Limit(0, _DAY_SECONDS),
    "notify_seconds": Limit(0, _DAY_SECONDS, is_open=True),
    "usage_max_age": Limit(0, MOST_DAYS, unit="d"),
    "usage_days": Limit(1, MOST_DAYS),
}
"""By name of the setting; `groups` is for each group. Every wait has an upper limit."""

AGES = frozenset(name for name, limit in LIMITS.items() if limit.unit == "d")
"""Settings that are ages, such as `90d`."""


def outside(name: str, value: float) -> str | None:
    """Returns what is wrong with a number, as the end of a sentence that begins with its name; None when nothing is.

    Args:
        name: the setting.
        value: its value.
    """
    limit = LIMITS[name]
    # NaN is neither.
    if value <= limit.most and (limit.least < value if limit.is_open else limit.least <= value):
        return None
    number = f"{value:,}".removesuffix(".0")
    least = f"more than {limit.least:,} and at most" if limit.is_open else f"from {limit.least:,}{limit.unit} to"
    return f"must be {least} {limit.most:,}{limit.unit}, not {number}{limit.unit}"
