"""Only what changed is computed and written again, and what is published is the same."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from random import Random

import duckdb
import pytest

from figshare_warehouse.models.computed import Computation
from figshare_warehouse.tables import TABLES, schema_of
from figshare_warehouse.warehouse.publish import Publication
from figshare_warehouse.warehouse.publish.published import is_published, verify
from tests.compare import differences
from tests.support import change, rows

Publish = Callable[..., Publication]


def _differences(one: Path, other: Path) -> list[str]:
    """How they differ but for when and from where they were published."""
    return [line for line in differences(one, other, {}) if not line.startswith("reports.about")]


@pytest.fixture
def computed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The reports that were computed, in order; the test empties it."""
    found: list[str] = []
    compute = Computation.compute_report

    def noted(self: Computation, relation: str, into: str = "") -> None:
        found.append(relation)
        compute(self, relation, into)

    monkeypatch.setattr(Computation, "compute_report", noted)
    return found


def _whole(warehouse: Path, publish_again: Publish) -> Path:
    """What is published of the same warehouse where nothing is remembered."""
    copy = Path(shutil.copy(warehouse, warehouse.with_name("copy.duckdb")))
    change(copy, "delete from staging.memo")
    return publish_again(copy).path


@pytest.mark.slow
def test_nothing_is_computed_where_nothing_changed(loaded: Path, publish_again: Publish, computed: list[str]) -> None:
    first = publish_again(loaded)
    assert len(computed) == first.report_count - 2  # those with a column per custom field are made apart
    computed.clear()
    again = publish_again(loaded)
    assert computed == []
    assert (again.report_count, [test.name for test in again.data_tests]) == (
        first.report_count,
        [test.name for test in first.data_tests],
    )
    assert _differences(_whole(loaded, publish_again), again.path) == []


@pytest.mark.slow
def test_a_refresh_that_finds_nothing_changes_only_what_tells_of_it(
    loaded: Path, publish_again: Publish, computed: list[str]
) -> None:
    publish_again(loaded)
    computed.clear()
    change(loaded, "update figshare.listed_articles set seen_at = seen_at + interval 1 minute, refresh_id = 'next'")
    change(loaded, "update figshare.listings set completed_at = completed_at + interval 1 minute, refresh_id = 'next'")
    again = publish_again(loaded)
    assert "operations.listings" in computed
    assert not {"reports.articles", "reports.authors", "reports.groups", "reports.usage_by_month"} & {*computed}
    assert _differences(_whole(loaded, publish_again), again.path) == []


@pytest.mark.slow
def test_totals_that_were_read_again_change_only_what_says_when(
    loaded: Path, publish_again: Publish, computed: list[str]
) -> None:
    change(
        loaded,
        "insert into figshare.usage_totals by name select 'article' as entity_type, article_id as entity_id, "
        "unnest(['views', 'downloads']) as counter, date '2026-06-30' as observed_on, 7 as total, 'top' as source, "
        "timestamp '2026-06-30' as observed_at, 'first' as refresh_id, 'x' as _dlt_load_id from figshare.articles",
    )
    publish_again(loaded)
    computed.clear()
    change(
        loaded, "update figshare.usage_totals set observed_at = observed_at + interval 1 minute, refresh_id = 'next'"
    )
    again = publish_again(loaded)
    assert {"reports.articles", "reports.article_main", "reports.authors"} <= {*computed}
    # They read one of those, though not when its usage is from.
    assert not {"reports.article_authors", "reports.article_files", "reports.author_duplicates"} & {*computed}
    assert _differences(_whole(loaded, publish_again), again.path) == []


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, pytest.param(2, marks=pytest.mark.slow)])
def test_what_changed_is_published_as_if_all_were(
    loaded: Path, publish_again: Publish, computed: list[str], seed: int
) -> None:
    random = Random(seed)
    publish_again(loaded)
    tables = sorted(name for name in TABLES if rows(loaded, f"select 1 from {schema_of(name)}.{name} limit 1"))
    for table in random.sample(tables, 3):
        computed.clear()
        change(loaded, f"delete from {schema_of(table)}.{table} where rowid % 3 = {random.randrange(3)}")
        again = publish_again(loaded)
        assert _differences(_whole(loaded, publish_again), again.path) == []


@pytest.mark.slow
def test_what_somebody_else_wrote_to_is_published_whole(
    loaded: Path, publish_again: Publish, computed: list[str]
) -> None:
    path = publish_again(loaded).path
    count = len(computed)
    computed.clear()
    with duckdb.connect(str(path)) as connection:
        connection.execute("delete from reports.authors")
    publish_again(loaded)
    assert len(computed) == count
    computed.clear()
    # The same bytes at another time may be another file's.
    os.utime(path, ns=(1, 1))
    publish_again(loaded)
    assert len(computed) == count


@pytest.mark.slow
def test_the_users_reports_are_always_computed(
    loaded: Path, publish_again: Publish, computed: list[str], tmp_path: Path
) -> None:
    mine = tmp_path / "mine"
    mine.mkdir()
    text = "-- One row.\\n--\\n-- columns:\\n--   moment: The time.\\nselect cast(now() as timestamp) as moment\\n"
    (mine / "moment.sql").write_text(text.replace("\\n", "\n"), encoding="utf-8")
    first = rows(publish_again(loaded, user_folder=mine).path, "select moment from reports.moment")
    computed.clear()
    second = rows(publish_again(loaded, user_folder=mine).path, "select moment from reports.moment")
    assert computed == ["reports.moment"]
    assert first < second
    # Without them their reports go.
    assert rows(publish_again(loaded).path, "select 1 from duckdb_tables() where table_name = 'moment'") == []


@pytest.mark.slow
def test_a_file_that_is_mostly_free_is_written_whole(loaded: Path, publish_again: Publish) -> None:
    path = publish_again(loaded).path
    size = path.stat().st_size
    for _ in range(4):
        change(loaded, "update figshare.listings set completed_at = completed_at + interval 1 minute")
        path = publish_again(loaded).path
    assert path.stat().st_size < 2 * size


@pytest.mark.slow
def test_a_file_of_a_version_without_operations_is_written_again(
    loaded: Path, published: Path, publish_again: Publish
) -> None:
    change(
        published,
        "create table reports.refreshes as from operations.refreshes; drop schema operations cascade; "
        "delete from reports.published_reports where schema_name = 'operations'; "
        "alter table reports.published_reports drop column schema_name",
    )
    assert is_published(published)
    assert verify(published).report_count > 40
    publish_again(loaded)
    assert verify(published).report_count > 50
    tables = "select schema_name from duckdb_tables() where table_name = 'refreshes'"
    assert rows(published, tables) == [("operations",)]
