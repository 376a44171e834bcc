"""Usage by the authors whom an article listed at the time, over the used world (see used_world.py), counted by hand.

101 was first seen on 10 January 2026, by Ann Lee and Jane Doe. On 10 May it was found to be by Jane alone, under an id
that she has nowhere now, and as June began by Jane and John Smith, whom it has still. 102 has always been by another
John Smith and Jane, by a warehouse that does not say since when.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import duckdb
import pytest

from figshare_warehouse.models.data_tests import run_data_tests
from tests.models.small_world import ORCID, changed
from tests.models.used_world import APRIL, DECEMBER, JANUARY, JUNE, MAY, MAY_BEFORE, SAID, used_world
from tests.support import insert

REPORT = "from reports.usage_by_author_as_of where institution_id = 1"
FIRST, SECOND, THIRD = datetime(2026, 4, 20), datetime(2026, 5, 10), datetime(2026, 6, 1)


def rows(connection: duckdb.DuckDBPyConnection, query: str) -> list[tuple[Any, ...]]:
    return connection.execute(query).fetchall()


def listed(connection: duckdb.DuckDBPyConnection, article_id: int, at: datetime, *authors: tuple[Any, ...]) -> None:
    for position, (author_id, name, orcid) in enumerate(authors, start=1 if authors[0][0] else 0):
        row = {"author_id": author_id, "full_name": name, "orcid_id": orcid}
        insert(connection, "author_lists", article_id=article_id, read_at=at, position=position, **row)


@pytest.fixture
def world() -> Iterator[duckdb.DuckDBPyConnection]:
    with used_world() as connection:
        insert(connection, "first_listed", listing="institution 1", article_id=101, first_seen_at=datetime(2026, 1, 10))
        changed(connection, 101, "authors", "Ann …", "Jane …", SECOND, FIRST)
        changed(connection, 101, "authors", "Jane …", "Jane …; John …", THIRD, datetime(2026, 5, 31))
        listed(connection, 101, FIRST, (50, "Ann Lee", None), (1, "Jane Doe", ORCID))
        listed(connection, 101, SECOND, (77, "J. D.", f"https://orcid.org/{ORCID}"))
        listed(connection, 101, THIRD, (1, "Jane Doe", ORCID), (2, "John Smith", ""))
        yield connection


def test_a_month_counts_for_the_authors_of_its_end(world: duckdb.DuckDBPyConnection) -> None:
    columns = "author_id, month, article_count, views_full, views_fractional, downloads_fractional, authors_known_ratio"
    assert rows(world, f"select {columns} {REPORT} order by month, author_id") == [
        (1, APRIL, 1, 40, 20, 0, 0.0),
        (50, APRIL, 1, 40, 20, 0, 0.0),
        (1, MAY_BEFORE, 1, 12, 6, 0, 0.0),
        (50, MAY_BEFORE, 1, 12, 6, 0, 0.0),
        (1, DECEMBER, 1, 0, 0, 3, 0.0),
        (50, DECEMBER, 1, 0, 0, 3, 0.0),
        (1, JANUARY, 1, 12, 6, 0, 1.0),
        (50, JANUARY, 1, 12, 6, 0, 1.0),
        # 101 is hers alone, and half of 102, which the warehouse may not have seen by then.
        (1, MAY, 2, 50, 35, 8, 0.5),
        (4, MAY, 1, 30, 15, None, 0.0),
        (1, JUNE, 1, 16, 8, 0, 1.0),
        (2, JUNE, 1, 16, 8, 0, 1.0),
    ]


def test_who_is_listed_no_more_has_a_name(world: duckdb.DuckDBPyConnection) -> None:
    query = f"select distinct author_id, full_name, orcid, observed_at {REPORT} and author_id <> 4 order by 1"
    now = "select full_name from reports.authors where author_id = 1"
    [[jane]] = rows(world, now)
    assert rows(world, query) == [
        (1, jane, ORCID, SAID),
        (2, "John Smith", None, SAID),
        (50, "Ann Lee", None, SAID),
    ]


def test_all_authors_add_up_to_the_institution(world: duckdb.DuckDBPyConnection) -> None:
    assert [test.row_count for test in run_data_tests(world) if test.name == "usage_by_author_as_of_adds_up"] == [0]


def test_a_list_without_anybody_is_of_nobody(world: duckdb.DuckDBPyConnection) -> None:
    listed(world, 102, datetime(2026, 3, 1), (None, None, None))
    listed(world, 102, THIRD, (4, "John Smith", None), (3, "J. Doe", ORCID))
    query = f"select author_id, article_count, views_full, views_fractional {REPORT} and month = date '2026-05-01'"
    assert rows(world, f"{query} order by 1") == [(1, 1, 20, 20), (None, 1, 30, 30)]
    test_all_authors_add_up_to_the_institution(world)


def test_changes_of_before_lists_were_kept_are_not_known(world: duckdb.DuckDBPyConnection) -> None:
    world.execute("delete from figshare.author_lists")
    query = f"select month, authors_known_ratio {REPORT} and author_id = 2 order by month"
    assert rows(world, query) == [
        (APRIL, 0.0),
        (MAY_BEFORE, 0.0),
        (DECEMBER, 0.0),
        (JANUARY, 0.0),
        (MAY, 0.0),
        (JUNE, 1.0),
    ]
