"""Views and materialisation: how long each report takes to build over a large warehouse, and to answer.

Views are built into tables one after the other, as publishing does it, with two gigabytes for DuckDB.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import duckdb

from figshare_warehouse.models import views
from figshare_warehouse.models.macros import create_schemas
from figshare_warehouse.models.sqlfiles import SCHEMAS, SqlFile
from figshare_warehouse.tables import PUBLIC_SCHEMAS
from tests.benchmarks.made_world import made_file
from tests.benchmarks.measure import Row, Sizes, peak_mb, seconds

MEMORY_LIMIT = "2GB"
# Of one author or group 1,000 rows are read, as a page shows them; of the whole institution every value is looked at.
ONE = "select * from {report} where {by} = ? limit 1000"
ALL = "select count(columns(*)) from {report}"


def rows(sizes: Sizes, folder: Path) -> Iterator[Row]:
    """Each view as it is built into a table, and its answers about one author, one group, and the institution."""
    made = folder / "made.duckdb"
    made_file(made, sizes.views)
    with duckdb.connect(str(folder / "built.duckdb")) as connection:
        connection.execute(f"set memory_limit = '{MEMORY_LIMIT}'")
        connection.execute(f"set temp_directory = '{folder}/spill'")
        connection.execute("set preserve_insertion_order = false")
        connection.execute("set timezone = 'UTC'")
        _loaded_tables(connection, made)
        for item in views.parsed_files():
            if item.sql.schema not in SCHEMAS:
                continue
            name = item.sql.relation
            _reset_peak()
            started = time.perf_counter()
            connection.execute(f"create table {name} as\n{item.sql.text}")
            taken, peak = time.perf_counter() - started, peak_mb()
            (count,) = connection.execute(f"select count(*) from {name}").fetchone() or (0,)
            asked = _answers(connection, item.sql) if item.sql.is_report and count else ""
            yield Row(f"{name} ({count:,} rows)", seconds(taken), asked, peak_mb=peak)


def _loaded_tables(connection: duckdb.DuckDBPyConnection, warehouse: Path) -> None:
    connection.execute(f"attach '{warehouse}' as made (read_only)")
    create_schemas(connection)
    for schema in PUBLIC_SCHEMAS:
        connection.execute(f"create schema {schema}")
        query = "select table_name from duckdb_tables() where database_name = 'made' and schema_name = ?"
        for (name,) in connection.execute(query, [schema]).fetchall():
            connection.execute(f'create view {schema}."{name}" as select * from made.{schema}."{name}"')


def _answers(connection: duckdb.DuckDBPyConnection, report: SqlFile) -> str:
    """How long the report takes to answer about one author, one group, one other thing, and the institution."""
    columns = {note.name for note in report.notes}
    named = [column for column in ("author_id", "group_id", "item_id", "article_id", "search") if column in columns]
    asked = {by.removesuffix("_id"): _ask_one(connection, report.relation, by, "true") for by in named[:2]}
    if {"scope", "scope_id"} <= columns:
        asked["group"] = _ask_one(connection, report.relation, "scope_id", "scope = 'group'")
    asked["all"] = _timed(connection, ALL.format(report=report.relation), [])
    return ", ".join(f"{what} {taken:.0f} ms" for what, taken in asked.items() if taken is not None)


def _ask_one(connection: duckdb.DuckDBPyConnection, report: str, by: str, those: str) -> float | None:
    """Milliseconds to read about the one with the most rows; None where there is none."""
    most = f"select {by} from {report} where {by} is not null and {those} group by {by} order by count(*) desc, {by}"
    found = connection.execute(f"{most} limit 1").fetchone()
    return _timed(connection, ONE.format(report=report, by=by), list(found)) if found else None


def _timed(connection: duckdb.DuckDBPyConnection, query: str, values: list[object]) -> float:
    started = time.perf_counter()
    connection.execute(query, values).fetchall()
    return (time.perf_counter() - started) * 1000


def _reset_peak() -> None:
    reset = Path("/proc/self/clear_refs")
    if reset.exists():
        reset.write_text("5", encoding="ascii")
