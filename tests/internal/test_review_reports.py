"""Reports of reviews and drafts over the world in world.py, counted by hand."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import duckdb
import pytest

from figshare_warehouse.models import queries
from tests.internal.world import SEEN, day, internal_world


@pytest.fixture(scope="module")
def _made() -> Iterator[duckdb.DuckDBPyConnection]:
    with internal_world() as connection:
        yield connection


@pytest.fixture
def world(_made: duckdb.DuckDBPyConnection) -> Iterator[duckdb.DuckDBPyConnection]:
    """The world; what a test does there is undone."""
    _made.begin()
    yield _made
    _made.rollback()


def rows(connection: duckdb.DuckDBPyConnection, query: str) -> list[tuple[Any, ...]]:
    return connection.execute(query).fetchall()


def test_the_queue_says_what_waits_and_since_when(world: duckdb.DuckDBPyConnection) -> None:
    assert rows(world, "select * exclude (url, last_commented_at) from internal.review_queue order by review_id") == [
        (2, 501, "A draft", None, 2, False, 11, "Physics", 2, "Bo Lind", "bo@uni.edu", None, None,
         day(20, 10, 0), day(20, 10, 0), 12, 0, None, SEEN),
        (6, 101, "Light, again", "dataset", 2, True, 11, "Physics", 2, "Bo Lind", "bo@uni.edu", 1, "Ada Reed",
         day(6), day(25, 10, 18), 6, 1, "Ada Reed", SEEN),
    ]  # fmt: skip


def test_a_review_that_waits_again_is_as_old_as_its_list(world: duckdb.DuckDBPyConnection) -> None:
    for number, status in ((1, "pending"), (2, "approved"), (3, "closed"), (4, None)):
        world.execute(
            "insert into figshare_internal.reviews by name select ? as review_id, ? as status, "
            "timestamp '2024-01-01' as review_date, ? as seen_at",
            [900 + number, status, SEEN],
        )
    found = queries.rows(world, "plan/internal/expired_reviews", before=datetime(2026, 1, 1))
    assert sorted(row["review_id"] for row in found) == [902, 903]


def test_turnaround_of_a_month(world: duckdb.DuckDBPyConnection) -> None:
    columns = (
        "part, part_id, part_name, review_count, approved_count, rejected_count, closed_count, "
        "round(median_days, 6), round(p90_days, 6), first_round_approved_count, mean_round, comment_count"
    )
    query = f"select {columns} from internal.review_turnaround where month = date '2026-10-01' order by part, part_id"
    assert rows(world, query) == [
        # 2, 4 and 10 days: nine of ten are within 4 + 0.8 * 6.
        ("all", 0, None, 4, 2, 1, 1, 4.0, 8.8, 1, 1.25, 5),
        ("group", 0, None, 1, 0, 0, 1, None, None, 0, 1.0, None),
        ("group", 11, "Physics", 2, 1, 1, 0, 3.0, 3.8, 1, 1.0, 2),
        ("group", 12, "Optics", 1, 1, 0, 0, 10.0, 10.0, 0, 2.0, 3),
        ("reviewer", 0, None, 1, 0, 0, 1, None, None, 0, 1.0, None),
        ("reviewer", 1, "Ada Reed", 2, 1, 1, 0, 3.0, 3.8, 1, 1.0, 2),
        ("reviewer", 3, None, 1, 1, 0, 0, 10.0, 10.0, 0, 2.0, 3),
    ]
    assert rows(world, "select distinct month from internal.review_turnaround") == [(date(2026, 10, 1),)]


def test_items_in_review_have_their_metadata(world: duckdb.DuckDBPyConnection) -> None:
    columns = (
        "article_id, review_id, title, group_name, owner_name, reviewer_name, round, authors, author_count, "
        "categories, tags, license, description, resource_doi, resource_title, file_count, size_bytes"
    )
    assert rows(world, f"select {columns} from internal.items_in_review order by article_id") == [
        (101, 6, "Light, again", "Physics", "Bo Lind", "Ada Reed", 2, "Jane Doe; John Smith", 2, "Physics; Optics", "x",
         "CC0", None, None, None, None, 4000),
        (501, 2, "A draft", "Physics", "Bo Lind", None, 2, "Bo Lind; Ann Other", 2, None, "new", None, None,
         "10.1/paper", "The paper", 0, 0),
    ]  # fmt: skip


def test_drafts_say_what_is_missing(world: duckdb.DuckDBPyConnection) -> None:
    columns = (
        "article_id, state, account_name, age_days, idle_days, review_status, missing, missing_count, "
        "file_count, embargo_ends_on"
    )
    assert rows(world, f"select {columns} from internal.drafts order by article_id") == [
        (501, "draft", "Bo Lind", 61, 10, "pending", "categories; description; files; item type; licence; Site", 6, 0,
         None),
        (502, "embargoed", "Bo Lind", 61, 61, None, None, 0, None, date(2027, 1, 1)),
        (503, "unpublished", "Bo Lind", 273, 214, None,
         "authors; categories; description; item type; keywords; licence", 6, 0, None),
    ]  # fmt: skip


def test_differences_are_what_waits_to_be_published(world: duckdb.DuckDBPyConnection) -> None:
    columns = "article_id, field, public_value, waiting_value, public_version, waiting_version, account_name"
    assert rows(world, f"select {columns} from internal.public_private_differences order by article_id, field") == [
        (101, field, public, waiting, 2, 3, "Bo Lind")
        for field, public, waiting in (
            ("license", "CC BY 4.0", "CC0"),
            ("size_bytes", "3000", "4000"),
            ("tags", "x; a, b", "x"),
            ("title", "Light", "Light, again"),
        )
    ]


def test_a_next_version_that_differs_in_nothing_compared_is_named(world: duckdb.DuckDBPyConnection) -> None:
    world.execute("update reports.articles set version = 1 where article_id = 102")
    world.execute("update figshare_internal.articles set version = 2 where article_id = 102")
    query = "select field, public_value, waiting_value from internal.public_private_differences where article_id = 102"
    assert rows(world, query) == [("other", None, None)]


def test_what_is_not_known_is_not_zero(world: duckdb.DuckDBPyConnection) -> None:
    world.execute("update figshare_internal.reviews set comments_count = null, seen_at = null where review_id = 2")
    world.execute("update figshare_internal.articles set files = null, size = null where article_id = 501")
    assert rows(world, "select comment_count, waiting_days from internal.review_queue where review_id = 2") == [
        (None, None)
    ]
    drafts = "select file_count, size_bytes, contains(missing, 'files') from internal.drafts where article_id = 501"
    assert rows(world, drafts) == [(None, None, False)]
