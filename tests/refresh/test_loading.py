"""Loading articles: new ones are added, others put in the place of what is there, and nothing is ever doubled."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

import figshare_warehouse.refresh.run
from figshare_sandbox import Sandbox, World
from figshare_warehouse.configuration import prepare_dlt
from figshare_warehouse.errors import FigshareWarehouseError
from figshare_warehouse.refresh import transaction
from figshare_warehouse.refresh.loader import Loader
from figshare_warehouse.sources.figshare import batch_tables
from figshare_warehouse.sources.figshare.articles import Batch, Detail, Wanted
from figshare_warehouse.sources.figshare.records.arrow import computed_rows
from figshare_warehouse.sources.figshare.records.drift import Drift
from figshare_warehouse.tables import (
    ARTICLE_CHECKS,
    ARTICLE_CHILDREN,
    ARTICLE_VERSIONS,
    ARTICLES,
    LIST_READINGS,
    SCHOOLS,
    TABLES,
    Table,
)
from figshare_warehouse.warehouse import store
from tests.direct_loader import DirectLoader
from tests.support import TODAY, Refreshed

OF_ARTICLES = (ARTICLES, *ARTICLE_CHILDREN, ARTICLE_VERSIONS, ARTICLE_CHECKS)
ITEMS = 12


@pytest.fixture(scope="module")
def read() -> dict[Table, pa.Table]:
    world = World(ITEMS, 1, TODAY)
    at = datetime(2026, 6, 30, tzinfo=UTC).replace(tzinfo=None)
    details = [world.items[article_id].detail for article_id in world.public_ids()]
    versions = [{"version": 1, "url": ""}]
    batch = Batch([Detail(Wanted(detail["id"]), detail, at, versions) for detail in details])
    return dict(batch_tables(batch, Drift()))


@pytest.fixture
def loader(tmp_path: Path) -> Iterator[Loader]:
    prepare_dlt()
    warehouse = tmp_path / "warehouse.duckdb"
    with store.connected(warehouse) as connection:
        loader = Loader(connection, warehouse)
        with loader:
            loader.make_tables()
            yield loader


def ids(read: dict[Table, pa.Table]) -> pa.Table:
    return read[ARTICLE_CHECKS].select(["article_id"])


def lists(read: dict[Table, pa.Table]) -> dict[Table, list[pa.Table]]:
    return {table: [rows] for table, rows in read.items()}


def rows(loader: Loader, table: Table) -> list[tuple[Any, ...]]:
    columns = ", ".join(f'"{column.name}"' for column in table.columns)
    return loader._connection.execute(f"select {columns} from {table.schema}.{table.name} order by all").fetchall()


@pytest.mark.slow
def test_added_equals_merged(loader: Loader, read: dict[Table, pa.Table]) -> None:
    assert not loader.holds_any(ids(read))
    loader.load(lists(read), are_new=True)
    added = {table.name: rows(loader, table) for table in OF_ARTICLES}
    assert loader.holds_any(ids(read))
    loader.load(lists(read))
    assert {table.name: rows(loader, table) for table in OF_ARTICLES} == added
    assert len(added["articles"]) == ITEMS
    # A list that is empty has told the merge to remove rows; it is no row itself.
    assert all(row[1] > 0 for child in ARTICLE_CHILDREN for row in added[child.name])


def _all(warehouse: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Every loaded table whole, but for when and in which refresh it was."""
    found = {}
    with store.connected(warehouse, read_only=True) as connection:
        for table in TABLES.values():
            named = [column.name for column in table.columns if column.type != "timestamp"]
            named = [name for name in named if name not in ("refresh_id", "first_refresh_id", "seconds", "notes")]
            columns = ", ".join(f'"{name}"' for name in named)
            found[table.name] = connection.execute(
                f"select {columns} from {table.schema}.{table.name} order by all"
            ).fetchall()
    return found


@pytest.mark.slow
@pytest.mark.dlt
@pytest.mark.parametrize("usage", [["none"], pytest.param(["months", "days", "countries"], marks=pytest.mark.slow)])
def test_what_tests_load_directly_is_what_dlt_loads(
    refreshed: Refreshed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, usage: list[str]
) -> None:
    by_dlt, directly = tmp_path / "dlt.duckdb", tmp_path / "directly.duckdb"
    options: dict[str, Any] = {"searches": {"data": "data"}, "usage": usage, "chunk_articles": 6}
    with Sandbox(items=10, seed=5, today=TODAY) as figshare:
        world = figshare.world

        def both() -> None:
            refreshed(figshare, by_dlt, **options)
            with monkeypatch.context() as patched:
                patched.setattr(figshare_warehouse.refresh.run, "Loader", DirectLoader)
                refreshed(figshare, directly, **options)
            found = _all(by_dlt)
            assert found == _all(directly)
            assert len(found["articles"]) >= 10

        both()
        first, second, third, *_ = world.public_ids()
        world.edit(first, title="Other", tags=[], authors=[], files=[], categories=[], custom_fields=[])
        world.new_version(second, add_files=12)
        world.withdraw(third)
        world.publish(2)
        both()


def test_a_load_that_was_broken_off_is_seen_in_each_table(loader: Loader) -> None:
    # One article each, of which only one table has a row.
    articles = dict(enumerate(OF_ARTICLES, 990001))
    left = {}
    for article_id, table in articles.items():
        key = {column.name: 1 for column in table.columns if column.is_key}
        key["article_id"] = article_id
        left[table] = [computed_rows(table, [key])]
    loader.load(left, are_new=True)
    for article_id, table in articles.items():
        assert loader.holds_any(pa.table({"article_id": [article_id]})), table.name
    assert not loader.holds_any(pa.table({"article_id": [990000]}))


@pytest.mark.slow
def test_what_a_broken_load_left_is_replaced(loader: Loader, read: dict[Table, pa.Table]) -> None:
    half = {table: rows for table, rows in read.items() if table is not ARTICLES and "a" in table.name[-4:]}
    loader.load(lists(half), are_new=True)
    loader.load(lists(read), are_new=not loader.holds_any(ids(read)))
    for table in OF_ARTICLES:
        found = rows(loader, table)
        keys = [column.name for column in table.columns].index(table.key[-1])
        assert len({(row[0], row[keys]) for row in found}) == len(found), table.name


def test_every_table_with_articles_of_its_own_is_looked_at() -> None:
    known = {table.name for table in OF_ARTICLES}
    # Kept through everything: history, what listings show, and what is gone.
    known |= {"withdrawals", "article_changes", "listed_articles", "first_listed", "failed_requests", "schema_drift"}
    # What is in a collection or project goes and stays with that.
    known |= {"collection_articles", "project_articles"}
    # Likewise, and the article that an institution was found from.
    known |= {"author_lists", "found_institutions"}
    assert {table.name for table in TABLES.values() if "article_id" in {c.name for c in table.columns}} <= known


def _no_dlt(*given: object) -> None:
    raise AssertionError("loaded by dlt")


def test_what_holds_nothing_of_articles_is_loaded_without_dlt(loader: Loader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Loader, "_run", _no_dlt)
    monkeypatch.setattr(transaction, "ROWS_TOGETHER", 10)

    def reading(name: str, refresh_id: str) -> pa.Table:
        return computed_rows(LIST_READINGS, [{"list_name": name, "refresh_id": refresh_id}])

    # More rows than are held in memory at once.
    pages = (reading(str(number // 2), str(number)) for number in range(50))
    loader.load({LIST_READINGS: pages})
    assert len(rows(loader, LIST_READINGS)) == 25
    loader.load({LIST_READINGS: [reading("24", "next"), reading("25", "next")]})
    found = rows(loader, LIST_READINGS)
    assert len(found) == 26
    assert sum("next" in row for row in found) == 2

    def broken() -> Iterator[pa.Table]:
        yield reading("26", "broken")
        raise ValueError("no more")

    with pytest.raises(FigshareWarehouseError, match="no more"):
        loader.load({LIST_READINGS: [reading("27", "broken")], SCHOOLS: broken()})
    assert rows(loader, LIST_READINGS) == found


def test_what_says_that_articles_were_loaded_comes_after_them(
    loader: Loader, read: dict[Table, pa.Table], monkeypatch: pytest.MonkeyPatch
) -> None:
    reading = computed_rows(LIST_READINGS, [{"list_name": "any", "refresh_id": "any"}])
    with monkeypatch.context() as patched:
        patched.setattr(Loader, "_run", _no_dlt)
        with pytest.raises(AssertionError):
            loader.load({LIST_READINGS: [reading], **lists(read)})
    assert rows(loader, LIST_READINGS) == []
    loader.load({LIST_READINGS: [reading], **lists(read)})
    assert len(rows(loader, LIST_READINGS)) == 1
    assert len(rows(loader, ARTICLES)) == ITEMS


@pytest.mark.dlt
def test_a_refresh_that_finds_nothing_new_does_not_start_dlt(
    refreshed: Refreshed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Sandbox(items=5, seed=5, today=TODAY) as figshare:
        assert refreshed(figshare, tmp_path / "warehouse.duckdb").articles_loaded == 5
        monkeypatch.setattr(Loader, "_run", _no_dlt)
        again = refreshed(figshare, tmp_path / "warehouse.duckdb")
        assert (again.outcome, again.articles_loaded) == ("done", 0)
