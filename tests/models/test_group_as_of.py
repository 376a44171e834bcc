"""Usage by the group in which an article lay at the time, over the used world (see used_world.py), counted by hand.

101 was first seen on 10 January 2026 in Arts (13). On 10 May it was found in Science (10), and as June began in Physics
(11), where it is. 102 has always been in Optics (12), and 103 in no group, by a warehouse that does not say since when.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import duckdb
import pytest

from figshare_warehouse.models.data_tests import run_data_tests
from tests.models.small_world import changed
from tests.models.used_world import APRIL, DECEMBER, JANUARY, JUNE, MAY, MAY_BEFORE, SAID, used_world
from tests.support import insert

LAW = "usage_as_of_adds_up_to_institution"


REPORT = "from reports.usage_by_group_as_of where institution_id = 1"


def rows(connection: duckdb.DuckDBPyConnection, query: str) -> list[tuple[Any, ...]]:
    return connection.execute(query).fetchall()


@pytest.fixture
def world() -> Iterator[duckdb.DuckDBPyConnection]:
    with used_world() as connection:
        insert(connection, "first_listed", listing="search", article_id=101, first_seen_at=datetime(2026, 2, 3))
        insert(connection, "first_listed", listing="institution 1", article_id=101, first_seen_at=datetime(2026, 1, 10))
        for old, new, read_at, at in (
            ("13", "10", datetime(2026, 4, 20), datetime(2026, 5, 10)),
            ("10", "11", datetime(2026, 5, 31), datetime(2026, 6, 1)),
        ):
            changed(connection, 101, "group", old, new, at, read_at)
        # Another change says nothing of the group.
        changed(connection, 102, "title", "13", "10", datetime(2026, 5, 20), None)
        yield connection


def test_a_month_counts_for_the_group_of_its_end(world: duckdb.DuckDBPyConnection) -> None:
    columns = "group_id, group_name, month, article_count, views, downloads, shares, group_known_ratio, observed_at"
    query = f"select {columns} {REPORT} and group_id is not null and views + downloads > 0"
    assert rows(world, f"{query} order by month, group_id") == [
        (13, "Arts", APRIL, 1, 40, 0, None, 0.0, SAID),
        (13, "Arts", MAY_BEFORE, 1, 12, 0, None, 0.0, SAID),
        (13, "Arts", DECEMBER, 1, 0, 6, None, 0.0, SAID),
        (13, "Arts", JANUARY, 1, 12, 0, None, 1.0, SAID),
        (10, "Science", MAY, 1, 20, 8, None, 1.0, SAID),
        (11, "Physics", JUNE, 1, 16, 0, None, 1.0, SAID),
    ]


def test_what_never_moved_lies_where_it_lies(world: duckdb.DuckDBPyConnection) -> None:
    columns = "month, article_count, views, downloads, group_known_ratio"
    query = f"select {columns} {REPORT} and group_id = 12 and views > 0"
    assert rows(world, query) == [(MAY, 1, 30, None, 0.0)]
    query = f"select distinct views, downloads, group_known_ratio {REPORT} and group_id is null"
    assert rows(world, query) == [(0, 0, 0.0)]


def test_all_groups_add_up_to_the_institution(world: duckdb.DuckDBPyConnection) -> None:
    found = rows(world, f"select month, sum(views), sum(downloads) {REPORT} group by month order by month")
    whole = "select month, views_full, downloads_full from reports.usage_by_month where entity_type = 'institution'"
    assert found == rows(world, f"{whole} and institution_id = 1 order by month")
    assert [test.row_count for test in run_data_tests(world) if test.name == LAW] == [0]


def test_an_article_that_left_its_group_for_none(world: duckdb.DuckDBPyConnection) -> None:
    changed(world, 103, "group", "13", None, datetime(2026, 5, 10), None)
    months = f"select count(*) {REPORT} and month = date '2026-04-01' and group_id"
    assert rows(world, f"{months} is null") == [(0,)]
    # 101 and 103 were both in Arts.
    query = f"select article_count {REPORT} and month = date '2026-04-01' and group_id = 13"
    assert rows(world, query) == [(2,)]
    query = f"select article_count {REPORT} and month = date '2026-05-01' and group_id is null"
    assert rows(world, query) == [(1,)]
