"""Views and materialisation: how long each report takes to build over a large warehouse, and to answer about one thing.

Views are built into tables one after the other, as publishing does it, with two gigabytes for DuckDB.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import duckdb

from pipelines.warehouse import views
from tests.benchmarks.made_world import made_file
from tests.benchmarks.measure import Row, Sizes, peak_mb, seconds

MEMORY_LIMIT = "2GB"
# The first of these columns that a report has is what it is filtered by; what one then looks at is one thing of it.
FILTERS = ("author_id", "scope_id", "item_id", "group_id", "article_id", "institution_id", "search")


def rows(sizes: Sizes, folder: Path) -> Iterator[Row]:
    """Each view as it is built into a table, and its answer about one author, group, institution …"""
    made = folder / "made.duckdb"
    made_file(made, sizes.views)
    with duckdb.connect(str(folder / "built.duckdb")) as connection:
        connection.execute(f"set memory_limit = '{MEMORY_LIMIT}'")
        connection.execute(f"set temp_directory = '{folder}/spill'")
        connection.execute("set preserve_insertion_order = false")
        connection.execute("set timezone = 'UTC'")
        _loaded_tables(connection, made)
        for item in views.parsed_files():
            if item.sql.schema not in ("staging", "reports"):
                continue
            name = item.sql.relation
            _reset_peak()
            started = time.perf_counter()
            connection.execute(f"create table {name} as\n{item.sql.text}")
            taken, peak = time.perf_counter() - started, peak_mb()
            (count,) = connection.execute(f"select count(*) from {name}").fetchone() or (0,)
            columns = {note.name for note in item.sql.notes}
            by = next((column for column in FILTERS if column in columns), None)
            is_asked = item.sql.schema == "reports" and by and count
            asked = f"{_latency(connection, name, by):.0f} ms for one {by}" if is_asked and by else ""
            yield Row(f"{name} ({count:,} rows)", seconds(taken), asked, peak_mb=peak)


def _loaded_tables(connection: duckdb.DuckDBPyConnection, warehouse: Path) -> None:
    connection.execute(f"attach '{warehouse}' as made (read_only)")
    for schema in ("figshare", "staging", "reports"):
        connection.execute(f"create schema {schema}")
    query = "select table_name from duckdb_tables() where database_name = 'made' and schema_name = 'figshare'"
    for (name,) in connection.execute(query).fetchall():
        connection.execute(f'create view figshare."{name}" as select * from made.figshare."{name}"')


def _latency(connection: duckdb.DuckDBPyConnection, name: str, by: str) -> float:
    """Milliseconds to read all about the thing with the most rows but for the whole institution's."""
    query = (
        f"select {by} from {name} where {by} is not null group by {by} order by count(*) desc, {by} limit 1 offset 1"
    )
    (value,) = connection.execute(query).fetchone() or (None,)
    started = time.perf_counter()
    connection.execute(f"select * from {name} where {by} = ? limit 1000", [value]).fetchall()
    return (time.perf_counter() - started) * 1000


def _reset_peak() -> None:
    reset = Path("/proc/self/clear_refs")
    if reset.exists():
        reset.write_text("5", encoding="ascii")
