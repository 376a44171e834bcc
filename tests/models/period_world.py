"""A warehouse for periods, small enough to count by hand, as Figshare gave it on 15 August 2026.

Institution 1 with the groups 10 Science, 11 Physics in it, and 13 Arts; in brackets, who wrote what:

    601 (1, 2)  dataset, 10 March 2024, in Physics since it was moved from Arts in December 2025; grant of ARC, CC BY
                views 5 in June and 10 in July 2025, 7 in January 2026; downloads 2 in July 2025, 1 in January 2026
    602 (2)     thesis, 20 November 2025, in Arts; CC BY-NC, grant of ARC
                version 2, published on 15 January 2026, and 3, published on 1 February
                views 4 in November and 6 in December 2025
    603 (1)     dataset, 5 January 2023, in Physics; never used
    604 (3)     figure, 1 May 2022, in Arts; 50 views in all, and no month is known
    605 (1)     dataset, 1 June 2023, in Physics; withdrawn in February 2026; 100 views in August 2025
    606 (3)     dataset, 10 July 2026, in no group; 3 views in that month

The list of schools has Physics as Matter, John (2) as Light, and the group 14, which has no articles, as Empty.
"""

from datetime import date, datetime

import duckdb

from tests.models.small_world import article, listed, listing
from tests.models.used_world import month, read, total
from tests.support import empty_warehouse, insert

SAID = datetime(2026, 8, 15, 12)
END = SAID.date()
JANE, JOHN, ZOE = (1, "Jane", None), (2, "John", None), (3, "Zoe", None)
BEGUN = {601: date(2024, 3, 1), 602: date(2025, 11, 1), 603: date(2023, 1, 1), 605: date(2023, 6, 1)}
MONTHS: dict[int, dict[str, dict[tuple[int, int], int]]] = {
    601: {"views": {(2025, 6): 5, (2025, 7): 10, (2026, 1): 7}, "downloads": {(2025, 7): 2, (2026, 1): 1}},
    602: {"views": {(2025, 11): 4, (2025, 12): 6}, "downloads": {}},
    603: {"views": {}, "downloads": {}},
    605: {"views": {(2025, 8): 100}, "downloads": {}},
    606: {"views": {(2026, 7): 3}, "downloads": {}},
}


def period_world() -> duckdb.DuckDBPyConnection:
    """The warehouse described above."""
    connection = empty_warehouse()
    insert(connection, "institutions", id=1, name="Uni", domain="uni.edu")
    for id_, name, parent in ((10, "Science", 0), (11, "Physics", 10), (13, "Arts", 0), (14, "Law", 0)):
        insert(connection, "groups", id=id_, name=name, parent_id=parent, institution_id=1)
    listing(connection, "institution 1", institution_id=1, completed_at=SAID)
    listed(connection, "institution 1", 601, 602, 603, 604, 606)
    listed(connection, "institution 1", 605, refresh_id="r1")
    gone = {"withdrawn_at": datetime(2026, 2, 3), "reason": "not found", "checked_at": datetime(2026, 2, 3)}
    insert(connection, "withdrawals", article_id=605, **gone)
    for id_ in (601, 602, 603, 604, 605, 606):
        insert(connection, "first_listed", listing="institution 1", article_id=id_, first_seen_at=datetime(2025, 1, 1))
    moved = {"field": "group", "old_value": "13", "new_value": "11", "refresh_id": "r2"}
    times = {"changed_at": datetime(2025, 12, 9), "old_read_at": datetime(2025, 12, 2)}
    insert(connection, "article_changes", article_id=601, **moved, **times)
    _articles(connection)
    for id_, counters in MONTHS.items():
        for counter, months in counters.items():
            total(connection, id_, counter, sum(months.values()), SAID)
            for (year, number), count in months.items():
                month(connection, id_, counter, date(year, number, 1), count)
            if months:
                read(connection, id_, counter, "months", BEGUN.get(id_, date(2026, 7, 1)), END)
    total(connection, 604, "views", 50, SAID)
    insert(connection, "schools", line=2, group_id=11, school="Matter", faculty="Science")
    insert(connection, "schools", line=3, author_id=2, school="Light")
    insert(connection, "schools", line=4, group_id=14, school="Empty")
    return connection


def _articles(connection: duckdb.DuckDBPyConnection) -> None:
    open_, closed = {"license_value": 1, "license_name": "CC BY 4.0"}, {"license_value": 3, "license_name": "CC BY-NC"}
    first = {"published_date": datetime(2024, 3, 10), "timeline_first_online": datetime(2024, 3, 10), "version": 1}
    article(connection, 601, [JANE, JOHN], group_id=11, **first, **open_)
    second = {"published_date": datetime(2026, 2, 1), "timeline_first_online": datetime(2025, 11, 20), "version": 3}
    article(connection, 602, [JOHN], group_id=13, defined_type_name="thesis", **second, **closed)
    article(connection, 603, [JANE], group_id=11, published_date=datetime(2023, 1, 5), version=1, **open_)
    article(
        connection,
        604,
        [ZOE],
        group_id=13,
        defined_type_name="figure",
        published_date=datetime(2022, 5, 1),
        version=1,
        **open_,
    )
    last_read = {"published_date": datetime(2023, 6, 1), "fetched_at": datetime(2026, 1, 3), "version": 1}
    article(connection, 605, [JANE], group_id=11, **last_read, **open_)
    article(connection, 606, [ZOE], group_id=0, published_date=datetime(2026, 7, 10), version=1, **open_)
    for id_, version in ((601, 1), (602, 1), (602, 2), (602, 3), (603, 1), (604, 1), (605, 1), (606, 1)):
        insert(connection, "article_versions", article_id=id_, version=version)
    for field, old in (("version", "2"), ("published_at", "2026-01-15 00:00:00")):
        insert(
            connection, "article_changes", article_id=602, field=field, old_value=old, changed_at=datetime(2026, 2, 2)
        )
    for id_ in (601, 602):
        funding = {"funding_id": 21, "title": "Grant A", "grant_code": "A1", "funder_name": "ARC"}
        insert(connection, "article_funding", article_id=id_, position=1, **funding)
