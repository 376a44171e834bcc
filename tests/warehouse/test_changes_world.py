"""Every cell of the history of changes over a warehouse that was counted by hand.

501 found by a search, later listed; renamed, moved from Physics (11) to Optics (12), and given an author
502 found by a search only, not read yet
503 in group 99, which has no name; withdrawn, returned
504 withdrawn and read again since, which no refresh has noted yet
505 moved out of group 77, which nobody knows any more, and then withdrawn
"""

from datetime import date, datetime

import pytest
from small_world import article, empty_warehouse, insert, listed, listing, rows

from pipelines.warehouse import views


def day(month, number):
    return datetime(2026, month, number, 6)


def changed(connection, article_id, field, old, new, at, old_read_at):
    row = {"article_id": article_id, "field": field, "changed_at": at, "old_read_at": old_read_at, "refresh_id": "r2"}
    insert(connection, "article_changes", **row, old_value=old, new_value=new)


@pytest.fixture(scope="module")
def world():
    with empty_warehouse() as connection:
        for id_, name in ((11, "Physics"), (12, "Optics"), (99, " ")):
            insert(connection, "groups", id=id_, name=name, parent_id=0, institution_id=1)
        listing(connection, "institution 1", institution_id=1)
        listing(connection, "search light", search="light")
        listed(connection, "institution 1", 501, 503, 504)
        listed(connection, "institution 1", 505, refresh_id="r1")
        insert(connection, "listed_articles", listing="search light", article_id=502, title=" Lamp ", refresh_id="r2")
        for name, id_, at in (
            ("search light", 501, day(1, 1)),
            ("institution 1", 501, day(2, 1)),
            ("search light", 502, day(2, 2)),
            ("institution 1", 503, day(2, 1)),
            ("institution 1", 504, day(2, 1)),
            ("institution 1", 505, day(2, 1)),
        ):
            insert(connection, "first_listed", listing=name, article_id=id_, first_seen_at=at)
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
# Kind, field, old and new value, when it was found and the old value last read.
CHANGES = [
    (*A501, "added", None, None, None, day(2, 1), None),
    (*A503, "added", None, None, None, day(2, 1), None),
    (*A504, "added", None, None, None, day(2, 1), None),
    (*A505, "added", None, None, None, day(2, 1), None),
    (*A502, "added", None, None, None, day(2, 2), None),
    (*A501, "changed", "title", "Dark", "Title 501", day(3, 1), day(2, 1)),
    (*A501, "regrouped", "group", "Physics (11)", "Optics (12)", day(3, 5), day(3, 1)),
    (*A501, "changed", "authors", None, "Jane Doe (1)", day(3, 6), day(3, 5)),
    (*A505, "regrouped", "group", "77", None, day(3, 7), day(2, 1)),
    (*A503, "withdrawn", None, None, "not found", day(4, 1), None),
    (*A504, "withdrawn", None, None, "not found", day(4, 2), None),
    (*A505, "withdrawn", None, None, "gone from the listing", day(4, 3), None),
    (*A503, "returned", None, None, None, day(5, 1), None),
    (*A504, "returned", None, None, None, day(5, 2), None),
]


def test_changes(world):
    found = rows(world, "select * from reports.changes order by changed_at, article_id")
    assert [tuple(row.values()) for row in found] == CHANGES
    assert list(found[0]) == [
        *("institution_id", "article_id", "title", "group_id", "group_name", "published_on"),
        *("kind", "field", "old_value", "new_value", "changed_at", "old_read_at"),
    ]


def test_changes_since(world):
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
def test_articles_as_of(world, as_of, expected):
    assert world.execute("select * from reports.articles_as_of(?) order by 2", [as_of]).fetchall() == expected


def test_a_macro_without_a_file_is_dropped(world):
    world.execute("create macro reports.old_one(x) as table select x")
    views.build(world)
    query = "select distinct function_name from duckdb_functions() where schema_name = 'reports' order by 1"
    assert world.execute(query).fetchall() == [("articles_as_of",), ("changes_since",)]
