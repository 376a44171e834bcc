"""Every cell of the reports on schools over a warehouse that was counted by hand.

The used world (see used_world.py) and the list, with the school of each line:

    2  group 11 Physics        Matter, of Natural Sciences       101 (3,000 bytes; 100 views, 14 downloads)
    3  group 13 Arts           Arts                              empty
    4  group 99                Matter, of Natural Sciences       not known
    5  author 3 (Jane Doe)     Light                             102, Optics having no school, and 103; not 101
    6  Jane's ORCID iD         Dark                              line 5 comes first
    7  author 4 (John Smith)   <b>Light</b> of a faculty of SQL  102 (0 bytes; 30 views)
    8  author 77               Light                             not known
    9  another ORCID iD        Light                             not known
"""

from collections.abc import Iterator
from typing import Any

import duckdb
import pytest

from figshare_warehouse.models.data_tests import run_data_tests
from tests.models.small_world import ORCID, rows
from tests.models.used_world import SAID, used_world
from tests.support import insert

OTHER_ORCID = "0000-0002-1694-233X"
HOSTILE, SQL = "<b>Light</b>", "'); drop table figshare.articles; --"
LIST = (
    {"group_id": 11, "school": "Matter", "faculty": "Natural Sciences"},
    {"group_id": 13, "school": "Arts"},
    {"group_id": 99, "school": "Matter", "faculty": "Natural Sciences"},
    {"author_id": 3, "school": "Light"},
    {"orcid": ORCID, "school": "Dark"},
    {"author_id": 4, "school": HOSTILE, "faculty": SQL},
    {"author_id": 77, "school": "Light"},
    {"orcid": OTHER_ORCID, "school": "Light"},
)


def _load(connection: duckdb.DuckDBPyConnection, *lines: dict[str, Any]) -> None:
    connection.execute("delete from figshare.schools")
    for line, values in enumerate(lines, start=2):
        insert(connection, "schools", line=line, **values)


def _failed(connection: duckdb.DuckDBPyConnection) -> Any:
    # The worlds' articles say that they have files and authors that are not loaded.
    failed = [test for test in run_data_tests(connection) if not test.passed]
    return {test.name: test.error or test.rows for test in failed if test.name != "children_are_as_many_as_said"}


@pytest.fixture(scope="module")
def used() -> Iterator[duckdb.DuckDBPyConnection]:
    with used_world() as connection:
        yield connection


@pytest.fixture
def world(used: duckdb.DuckDBPyConnection) -> Any:
    _load(used, *LIST)
    return used


def _schools(connection: duckdb.DuckDBPyConnection) -> Any:
    query = "select * from reports.schools order by school nulls last"
    return [tuple(row.values()) for row in rows(connection, query)]


def test_schools(world: duckdb.DuckDBPyConnection) -> None:
    assert _schools(world) == [
        # school, faculty; articles, by group, shared out; authors, bytes, views, downloads, share covered, as of
        (1, HOSTILE, SQL, 1, 0, 0.5, 2, 0, 30, None, 0.0, None),
        (1, "Arts", None, 0, 0, 0.0, 0, 0, 0, 0, None, None),
        # 102 and 103, of which no size is known.
        (1, "Light", None, 2, 0, 1.5, 2, 0, 30, 0, 0.5, SAID),
        (1, "Matter", "Natural Sciences", 1, 1, 1.0, 2, 3000, 100, 14, 1.0, SAID),
    ]


def test_what_counts_for_no_school_is_one_row(world: duckdb.DuckDBPyConnection) -> None:
    _load(world, {"group_id": 12, "school": "Light", "faculty": "F"})
    assert _schools(world) == [
        (1, "Light", "F", 1, 1, 1.0, 2, 0, 30, None, 0.0, None),
        (1, None, None, 2, 0, 2.0, 2, 3000, 100, 14, 1.0, SAID),
    ]
    _load(world)
    assert _schools(world) == [(1, None, None, 3, 0, 3.0, 3, 3000, 130, 14, pytest.approx(2 / 3), SAID)]
    assert rows(world, "select * from reports.schools_unmapped") == []


def test_schools_unmapped(world: duckdb.DuckDBPyConnection) -> None:
    found = rows(world, "select * from reports.schools_unmapped order by kind, id")
    assert [tuple(row.values()) for row in found] == [
        # kind, id, name, articles, line, school
        ("author with several schools", "1", "Jane A. Doe", 3, 6, "Dark"),
        ("group without school", "10", "Science", 0, None, None),
        ("group without school", "12", "Optics", 1, None, None),
        ("unknown ORCID iD", OTHER_ORCID, None, None, 9, "Light"),
        ("unknown author", "77", None, None, 8, "Light"),
        ("unknown group", "99", None, None, 4, "Matter"),
    ]


def test_groups_are_not_missed_by_a_list_of_authors(world: duckdb.DuckDBPyConnection) -> None:
    _load(world, {"author_id": 3, "orcid": ORCID, "school": "Light"})
    assert rows(world, "select * from reports.schools_unmapped") == []


def test_school_and_faculty_are_columns_of_articles_groups_and_authors(world: duckdb.DuckDBPyConnection) -> None:
    nature = ("Matter", "Natural Sciences")
    query = "select article_id, school, faculty from reports.articles order by article_id"
    assert world.execute(query).fetchall() == [(101, *nature), (102, None, None), (103, None, None)]
    query = "select group_id, school, faculty from reports.groups order by group_id nulls last"
    assert world.execute(query).fetchall() == [
        (10, None, None),
        (11, *nature),
        (12, None, None),
        (13, "Arts", None),
        (None, None, None),
    ]
    # Jane and the second John have their own; the first John is of Physics, his main group.
    query = "select author_id, school, faculty from reports.authors order by author_id"
    assert world.execute(query).fetchall() == [(1, "Light", None), (2, *nature), (4, HOSTILE, SQL)]


def test_the_data_tests_pass(world: duckdb.DuckDBPyConnection) -> None:
    assert _failed(world) == {}
    _load(world, *LIST[:3])
    assert _failed(world) == {}


def test_where_no_listing_was_read_to_its_end_nothing_is_known(used: duckdb.DuckDBPyConnection) -> None:
    used.begin()
    insert(used, "groups", id=5, name="G", parent_id=0, institution_id=3)
    _load(used, {"group_id": 5, "school": "A"})
    assert _schools(used)[0] == (3, "A", *[None] * 10)
    used.rollback()


def test_each_article_of_a_school_has_its_reason(world: duckdb.DuckDBPyConnection) -> None:
    query = "select article_id, school, counted_by, school_count from reports.school_articles order by all"
    assert world.execute(query).fetchall() == [
        (101, "Matter", "group", 1),
        (102, HOSTILE, "author", 2),
        (102, "Light", "author", 2),
        (103, "Light", "author", 1),
    ]
    # By ORCID iD alone; where one author is named by it and another by id, by id.
    _load(world, {"orcid": ORCID, "school": "Light"})
    assert world.execute(query).fetchall() == [(id_, "Light", "orcid", 1) for id_ in (101, 102, 103)]
    _load(world, {"orcid": ORCID, "school": "Light"}, {"author_id": 4, "school": "Light"})
    assert world.execute(query).fetchall()[1] == (102, "Light", "author", 1)
    _load(world, {"author_id": 3, "orcid": ORCID, "school": "Light"})
    assert {row[2] for row in world.execute(query).fetchall()} == {"author"}
    _load(world)
    assert world.execute(query).fetchall()[0] == (101, None, None, 1)
