"""A warehouse that version 0.1.0 made is brought to the names of this one: nothing is lost, nothing is read again."""

from __future__ import annotations

from pathlib import Path

import pytest

from figshare_sandbox import Sandbox
from figshare_warehouse.tables import TABLES
from tests.support import Refreshed, change, contents, requests_of, rows

TABLES_OF = "select table_name from duckdb_tables() where schema_name = '{}'"
COLUMNS = "select table_name, column_name from duckdb_columns() where schema_name = 'figshare'"


def _as_before(warehouse: Path) -> None:
    renamed = {("articles", "id"): "article_id"}
    for table in TABLES.values():
        names = {column.name for column in table.columns}
        for old, new in (("item_type", "entity_type"), ("item_id", "entity_id")):
            if new in names:
                renamed[table.name, old] = new
    # dlt keeps tables of its own for what it merges.
    for schema in ("figshare", "figshare_staging"):
        there = {table for (table,) in rows(warehouse, TABLES_OF.format(schema))}
        for (name, old), new in renamed.items():
            if name in there:
                change(warehouse, f"alter table {schema}.{name} rename column {new} to {old}")
    change(warehouse, "alter table figshare.schools rename to departments")


@pytest.mark.slow
@pytest.mark.dlt
def test_a_warehouse_of_version_0_1_is_brought_to_this_one(
    figshare: Sandbox, refreshed: Refreshed, loaded: Path
) -> None:
    before, columns = contents(loaded), set(rows(loaded, COLUMNS))
    _as_before(loaded)
    assert set(rows(loaded, COLUMNS)) != columns
    # One that has to be read again goes through dlt's tables, too.
    change(loaded, "delete from figshare.articles where id = (select min(id) from figshare.articles)")
    outcome = refreshed(figshare, loaded)
    assert outcome.outcome == "done"
    assert requests_of(outcome)["article"] == 1
    assert set(rows(loaded, COLUMNS)) == columns
    assert contents(loaded) == before
