"""Every cell of the history of changes over a warehouse that was counted by hand.

501 found by a search, later listed; renamed, moved from Physics (11) to Optics (12), and given an author
502 found by a search only, not read yet
503 in group 99, which has no name; withdrawn, returned
504 withdrawn and read again since, which no refresh has noted yet
505 moved out of group 77, which nobody knows any more, and then withdrawn
"""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import duckdb
import pytest

from figshare_warehouse.models import views
from figshare_warehouse.models.macros import read_macros
from tests.models.small_world import article, changed, listed, listing, rows
from tests.support import empty_warehouse, insert


def day(month: int, number: int) -> Any:
    return datetime(2026, month, number, 6)


@pytest.fixture(scope="module")
def world() -> Iterator[duckdb.DuckDBPyConnection]:
    with empty_warehouse() as connection:
        for id_, name in ((11, "Physics"), (12, "Optics"), (99, " ")):
            insert(connection, "groups", id=id_, name=name, parent_id=0, institution_id=1)
        listing(connection, "institution 1", institution_id=1)
        listing(connection, "search light", search="light")
        listed(connection, "institution 1", 501, 503, 504)
        listed(connection, "institution 1", 505, refresh_id="r1")
        insert(connection, "listed_articles", listing="search light", article_id=502, title=" Lamp ", refresh_id="r2")
        # The search was first read on 1 January, the listing on 1 February; it had 501, 503 and 505 then.
        for name, id_, at, is_baseline in (
            ("search light", 501, day(1, 1), True),
            ("institution 1", 501, day(2, 1), True),
            ("search light", 502, day(2, 2), False),
            ("institution 1", 503, day(2, 1), True),
            ("institution 1", 504, day(2, 1), False),
            ("institution 1", 505, day(2, 1), True),
        ):
            row = {"first_seen_at": at, "is_baseline": is_baseline}
            insert(connection, "first_listed", listing=name, article_id=id_, **row)
        article(connection, 501, [(1, "Jane Doe", "")], group_id=12, published_date=datetime(2020, 1, 5, 23))
        article(connection, 503, [], group_id=99, fetched_at=day(5, 1))
        article(connection, 504, [], group_id=11, fetched_at=day(5, 2))
        article(connection, 505, [], group_id=0, fetched_at=day(3, 7))
        changed(connection, 501, "title", "Dark", "Title 501", day(3, 1), day(2, 1))
        changed(connection, 501, "group", "11", "12", day(3, 5), day(3, 1))
        changed(connection, 501, "authors", None, "Jane Doe (1)", day(3, 6), day(3, 5))
        changed(connection, 505, "group", "77", None, day(3, 7), day(2, 1))
        for id_, left, checked, returned, reason in (
            (503, day(4, 1), day(4, 1), day(5, 1), "not found"),
            (504, day(4, 2), day(4, 9), None, "not found"),
            (505, day(4, 3), day(4, 3), None, "gone from the listing"),
        ):
            row = {"withdrawn_at": left, "checked_at": checked, "returned_at": returned, "reason": reason}
            insert(connection, "withdrawals", article_id=id_, **row)
        yield connection


# institution, article, title, group, its name, published on.
A501 = (1, 501, "Title 501", 12, "Optics", date(2020, 1, 5))
A502 = (None, 502, "Lamp", None, None, None)
A503 = (1, 503, "Title 503", 99, None, None)
A504 = (1, 504, "Title 504", 11, "Physics", None)
A505 = (1, 505, "Title 505", None, None, None)
# Kind, field, old and new value, when it was found and the old value last read, whether it was there at first.
CHANGES = [
    (*A501, "added", None, None, None, day(2, 1), None, True),
    (*A503, "added", None, None, None, day(2, 1), None, True),
    (*A504, "added", None, None, None, day(2, 1), None, False),
    (*A505, "added", None, None, None, day(2, 1), None, True),
    (*A502, "added", None, None, None, day(2, 2), None, False),
    (*A501, "changed", "title", "Dark", "Title 501", day(3, 1), day(2, 1), False),
    (*A501, "regrouped", "group", "Physics (11)", "Optics (12)", day(3, 5), day(3, 1), False),
    (*A501, "changed", "authors", None, "Jane Doe (1)", day(3, 6), day(3, 5), False),
    (*A505, "regrouped", "group", "77", None, day(3, 7), day(2, 1), False),
    (*A503, "withdrawn", None, None, "not found", day(4, 1), None, False),
    (*A504, "withdrawn", None, None, "not found", day(4, 2), None, False),
    (*A505, "withdrawn", None, None, "gone from the listing", day(4, 3), None, False),
    (*A503, "returned", None, None, None, day(5, 1), None, False),
    (*A504, "returned", None, None, None, day(5, 2), None, False),
]


def test_changes(world: duckdb.DuckDBPyConnection) -> None:
    found = rows(world, "select * from reports.changes order by changed_at, article_id")
    assert [tuple(row.values()) for row in found] == CHANGES
    assert list(found[0]) == [
        *("institution_id", "article_id", "title", "group_id", "group_name", "published_on"),
        *("kind", "field", "old_value", "new_value", "changed_at", "old_read_at"),
        "is_baseline",
    ]


def test_changes_since(world: duckdb.DuckDBPyConnection) -> None:
    found = world.execute("select * from reports.changes_since(timestamp '2026-03-06 06:00:00')").fetchall()
    assert found == CHANGES[7:]
    assert world.execute("select * from reports.changes_since(date '2026-05-03')").fetchall() == []


@pytest.mark.parametrize(
    ("as_of", "expected"),
    [
        (datetime(2026, 2, 1, 5), []),
        (
            day(3, 4),
            [
                (1, 501, "Title 501", "Physics (11)"),
                (None, 502, "Lamp", None),
                (1, 503, "Title 503", "99"),
                (1, 504, "Title 504", "Physics (11)"),
                (1, 505, "Title 505", "77"),
            ],
        ),
        (day(4, 3), [(1, 501, "Title 501", "Optics (12)"), (None, 502, "Lamp", None)]),
        (
            day(5, 2),
            [
                (1, 501, "Title 501", "Optics (12)"),
                (None, 502, "Lamp", None),
                (1, 503, "Title 503", "99"),
                (1, 504, "Title 504", "Physics (11)"),
            ],
        ),
    ],
)
def test_articles_as_of(world: duckdb.DuckDBPyConnection, as_of: datetime, expected: Any) -> None:
    assert world.execute("select * from reports.articles_as_of(?) order by 2", [as_of]).fetchall() == expected


# Articles that all were listed on 1 January, with when each left (and which listings it had) or was away.
LEFT = {
    601: [("institution 1", day(3, 1)), ("search light", None)],  # a search still finds it
    602: [("search light", day(3, 2))],
    603: [("institution 1", day(3, 3)), ("institution 1 group 11", None)],  # a listing of a group still has it
    604: [("institution 1", day(3, 4)), ("institution 1 group 11", day(3, 5))],
    605: [("institution 1", day(3, 6))],  # and was found withdrawn later
    606: [("institution 1", day(4, 2))],  # since it was withdrawn
    607: [("institution 1", day(4, 2))],  # likewise; it returned, but no listing shows it
    608: [("institution 1 group 12", None)],  # the whole institution does not have it
    609: [("institution 2", None)],  # never read to its end
    610: [("institution 1", None)],
    611: [("institution 1", None)],  # withdrawn, though it is listed
}


def test_what_left_its_listings_is_not_there_any_more(warehouse: duckdb.DuckDBPyConnection) -> None:
    listing(warehouse, "institution 1", refresh_id="r2", institution_id=1)
    listing(warehouse, "institution 1 group 11", refresh_id="r3", institution_id=1, group_id=11)
    listing(warehouse, "institution 1 group 12", refresh_id="r1", institution_id=1, group_id=12)
    listing(warehouse, "search light", search="light")
    for id_, sightings in LEFT.items():
        article(warehouse, id_, [], fetched_at=day(4, 3) if id_ == 607 else day(1, 2))
        for name, left_at in sightings:
            row = {"listing": name, "article_id": id_}
            insert(warehouse, "listed_articles", **row, seen_at=day(2, 1), left_at=left_at, refresh_id="r1")
            insert(warehouse, "first_listed", **row, first_seen_at=day(1, 1))
    for id_ in (605, 606, 607, 611):
        gone = {"withdrawn_at": day(4, 1), "checked_at": day(4, 1), "reason": "not found"}
        insert(warehouse, "withdrawals", article_id=id_, **gone)

    query = "select article_id, kind, changed_at from reports.changes where kind <> 'added' order by 3, 1, 2"
    assert warehouse.execute(query).fetchall() == [
        (608, "left", day(2, 1)),
        (601, "left", day(3, 1)),
        (602, "left", day(3, 2)),
        (604, "left", day(3, 5)),
        (605, "left", day(3, 6)),
        (605, "withdrawn", day(4, 1)),
        (606, "withdrawn", day(4, 1)),
        (607, "withdrawn", day(4, 1)),
        (611, "withdrawn", day(4, 1)),
        (607, "left", day(4, 3)),
        (607, "returned", day(4, 3)),
    ]

    def there(as_of: datetime) -> Any:
        query = "select article_id from reports.articles_as_of(?) where institution_id is not null order by 1"
        return [id_ for (id_,) in warehouse.execute(query, [as_of]).fetchall()]

    assert there(day(3, 5)) == [603, 605, 606, 607, 610, 611]
    now = warehouse.execute("select article_id from reports.articles order by 1").fetchall()
    assert [(id_,) for id_ in there(day(12, 1))] == now == [(603,), (610,)]


def test_a_macro_without_a_file_is_dropped(world: duckdb.DuckDBPyConnection) -> None:
    world.execute("create macro reports.old_one(x) as table select x")
    views.build(world)
    query = "select distinct function_name from duckdb_functions() where schema_name = 'reports' order by 1"
    names = [name for (name,) in world.execute(query).fetchall()]
    assert names == [macro.name for macro in read_macros()]
