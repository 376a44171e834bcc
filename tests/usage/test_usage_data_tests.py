"""The data tests of usage: they pass over what a refresh loads and over a larger world, and find what is wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from figshare_warehouse.models import views
from figshare_warehouse.models.computed import compute, snapshot
from figshare_warehouse.models.data_tests import run_data_tests
from figshare_warehouse.models.sqlfiles import SCHEMAS, sql_folder
from figshare_warehouse.refresh import Outcome
from tests.benchmarks.made_world import make
from tests.models.used_world import used_world


def _failed(connection: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    return {test.name: test.error or test.rows[:3] for test in run_data_tests(connection) if not test.passed}


@pytest.mark.slow
@pytest.mark.parametrize("has_credentials", [True, False])
def test_the_data_tests_pass_over_a_loaded_warehouse(
    loaded: Callable[[bool], tuple[Path, Outcome]], has_credentials: bool
) -> None:
    _, outcome = loaded(has_credentials)
    # They were asked of what was published.
    assert outcome.failed_data_tests == []
    with duckdb.connect(str(outcome.published), read_only=True) as connection:
        # … of something: months, a timeline and a map are there.
        for report in ("usage_by_month", "author_usage_by_month", "article_usage_by_month", "group_usage_by_country"):
            assert connection.execute(f"select count(*) > 0 from reports.{report}").fetchall() == [(True,)], report


@pytest.mark.slow
def test_the_data_tests_pass_over_a_larger_world() -> None:
    with duckdb.connect() as connection:
        make(connection, 3000)
        assert _failed(connection) == {}
        query = "select count(*) > 100 from reports.rising_articles"
        assert connection.execute(query).fetchall() == [(True,)]
        assert connection.execute("select count(*) from reports.never_used").fetchall()[0][0] > 0


@pytest.fixture(scope="module")
def used() -> Iterator[duckdb.DuckDBPyConnection]:
    with used_world() as connection:
        yield connection


@pytest.mark.parametrize(
    ("test", "wrong", "rows"),
    [
        (
            "months_add_up_to_totals",
            "update figshare.usage_by_month set event_count = 41 where entity_id = 101 and event_count = 40",
            [(101, "views", 101, 100)],
        ),
        (
            "months_add_up_to_totals",
            # Where nothing earlier can be asked for.
            "update figshare.usage_by_month set event_count = 39 where entity_id = 101 and event_count = 40; "
            "update figshare.usage_coverage set window_start = '2010-01-01' where entity_id = 101",
            [(101, "views", 99, 100)],
        ),
    ],
)
def test_what_does_not_add_up_is_found(
    used: duckdb.DuckDBPyConnection, test: str, wrong: str, rows: list[tuple[Any, ...]]
) -> None:
    _assert_found(used, test, wrong, rows)


@pytest.fixture(scope="module")
def computed(used: duckdb.DuckDBPyConnection) -> Iterator[duckdb.DuckDBPyConnection]:
    """The same with every report computed once."""
    with snapshot(used):
        assert compute(used, views.parsed_files(None, SCHEMAS)).failed == {}
        yield used


@pytest.mark.parametrize(
    ("test", "wrong", "rows"),
    [
        (
            "usage_adds_up_to_scope",
            "create or replace table reports.hosts as "
            "select 'institution 1' as scope_id, 131 as views, cast(null as bigint) as downloads",
            [("hosts", "institution 1", "downloads", None, 14), ("hosts", "institution 1", "views", 131, 130)],
        ),
        (
            "usage_months_add_up",
            "create or replace table reports.article_usage_by_month as "
            "select month, views + (entity_id = 101 and month = '2026-01-01')::int as views "
            "from intermediate.int_usage_by_month",
            [("article_usage_by_month", None, None, "2026-01-01", 13.0, 12.0)],
        ),
    ],
)
def test_reports_that_do_not_add_up_are_found(
    computed: duckdb.DuckDBPyConnection, test: str, wrong: str, rows: list[tuple[Any, ...]]
) -> None:
    _assert_found(computed, test, wrong, rows)


def _assert_found(connection: duckdb.DuckDBPyConnection, test: str, wrong: str, rows: list[tuple[Any, ...]]) -> None:
    text = (sql_folder() / "tests" / f"{test}.sql").read_text(encoding="utf-8")
    assert connection.execute(text).fetchall() == []
    connection.begin()
    connection.execute(wrong)
    found = connection.execute(text).fetchall()
    connection.rollback()
    told = [tuple(str(value) if hasattr(value, "year") else value for value in row) for row in found]
    assert sorted(told, key=repr) == sorted(rows, key=repr)
