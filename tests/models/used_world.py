"""The wide world with usage, as Figshare gave it on 30 June 2026 (see small_world.py and wide_world.py):

           views  downloads  shares   what is known besides
    101      100         14       2   every month since its beginning, and the countries of each:
                                        2025-04   2025-05  2025-12  2026-01   2026-05                2026-06
                             views      40        12       0        12        20                     16
                             downloads  0         0        6        0         8                      0
                             from       Germany   Germany  Germany  Unknown   Germany (15 and 8) and Germany
                                                                              Atlantis (5 views)
    102       30          –       –   every month's views: 30 in May 2026
    103        0          0       0   so that it was never used in any month
    301        7          –       –   nothing; only the search finds it

Groups, by Figshare itself, in May 2026: Science 30 views and 9 downloads from Germany, 2 views from France; Physics 18
views from Germany, its downloads not known.
"""

from datetime import date, datetime
from typing import Any

import duckdb

from tests.models.wide_world import wide_world
from tests.support import insert

SAID, LATER = datetime(2026, 6, 30, 12), datetime(2026, 6, 30, 18)
APRIL, MAY_BEFORE, DECEMBER = date(2025, 4, 1), date(2025, 5, 1), date(2025, 12, 1)
JANUARY, MAY, JUNE = date(2026, 1, 1), date(2026, 5, 1), date(2026, 6, 1)
END = date(2026, 6, 30)

TOTALS = {101: (100, 14, 2), 102: (30, None, None), 103: (0, 0, 0), 301: (7, None, None)}
MONTHS = {APRIL: (40, 0), MAY_BEFORE: (12, 0), DECEMBER: (0, 6), JANUARY: (12, 0), MAY: (20, 8), JUNE: (16, 0)}
GERMANY, ATLANTIS, UNKNOWN, NONE = ("Germany", "DE"), ("Atlantis", None), ("Unknown", None), ("(none)", None)
COUNTRIES = {
    "views": (
        (APRIL, GERMANY, 40),
        (MAY_BEFORE, GERMANY, 12),
        (DECEMBER, NONE, 0),
        (JANUARY, UNKNOWN, 12),
        (MAY, GERMANY, 15),
        (MAY, ATLANTIS, 5),
        (JUNE, GERMANY, 16),
    ),
    "downloads": (
        (APRIL, NONE, 0),
        (MAY_BEFORE, NONE, 0),
        (DECEMBER, GERMANY, 6),
        (JANUARY, NONE, 0),
        (MAY, GERMANY, 8),
        (JUNE, NONE, 0),
    ),
}


def total(connection: duckdb.DuckDBPyConnection, id_: int, counter: str, total: int, at: datetime = SAID) -> None:
    """An article's total as it was said."""
    row = {"observed_on": at.date(), "total": total, "source": "total", "observed_at": at}
    _usage(connection, "usage_totals", "article", id_, counter, **row)


def month(connection: duckdb.DuckDBPyConnection, id_: int, counter: str, first: date, count: int) -> None:
    """An article's figure of one month."""
    _usage(connection, "usage_by_month", "article", id_, counter, month=first, event_count=count, observed_at=SAID)


def read(
    connection: duckdb.DuckDBPyConnection, id_: int, counter: str, kind: str, start: date, end: date = END
) -> None:
    """A window of time of which an article's months or countries were read."""
    at = datetime.combine(end, SAID.time())
    window = {"kind": kind, "window_start": start, "window_end": end, "fetched_at": at, "state": "fetched"}
    _usage(connection, "usage_coverage", "article", id_, counter, **window)


def country(
    connection: duckdb.DuckDBPyConnection,
    type_: str,
    id_: int,
    counter: str,
    first: date,
    where: tuple[str, str | None],
    count: int,
) -> None:
    """A figure of one month and country."""
    city = "(none)" if where == NONE else "(other)"
    place = {"country": where[0], "country_code": where[1], "city": city, "event_count": count}
    _usage(connection, "usage_by_country", type_, id_, counter, month=first, observed_at=SAID, **place)


def used_world() -> duckdb.DuckDBPyConnection:
    """The warehouse described above."""
    connection = wide_world()
    for id_, totals in TOTALS.items():
        for counter, count in zip(("views", "downloads", "shares"), totals, strict=True):
            if count is not None:
                # 101's downloads were said later than its views.
                total(connection, id_, counter, count, LATER if (id_, counter) == (101, "downloads") else SAID)
    for index, counter in enumerate(("views", "downloads")):
        for first, counts in MONTHS.items():
            month(connection, 101, counter, first, counts[index])
        for kind in ("months", "countries"):
            read(connection, 101, counter, kind, date(2019, 12, 1))
        for first, where, count in COUNTRIES[counter]:
            country(connection, "article", 101, counter, first, where, count)
    month(connection, 102, "views", MAY, 30)
    read(connection, 102, "views", "months", date(2021, 5, 1))
    country(connection, "group", 10, "views", MAY, GERMANY, 30)
    country(connection, "group", 10, "views", MAY, ("France", "FR"), 2)
    country(connection, "group", 10, "downloads", MAY, GERMANY, 9)
    country(connection, "group", 11, "views", MAY, GERMANY, 18)
    return connection


def _usage(connection: duckdb.DuckDBPyConnection, table: str, type_: str, id_: int, counter: str, **row: Any) -> None:
    insert(connection, table, entity_type=type_, entity_id=id_, counter=counter, **row)
