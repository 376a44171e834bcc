"""Every view computed once: what is published and what the laws are asked of.

Planning views over views takes DuckDB far longer than reading tables, and both need the same rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb

from pipelines.errors import one_line
from pipelines.tables import TABLES
from pipelines.warehouse.lineage import Parsed
from pipelines.warehouse.names import SNAPSHOT, literal, quoted
from pipelines.warehouse.viewfiles import SCHEMAS

UNLOGGED = "recovery_mode no_wal_writes"
"""For a file that is thrown away when it is not finished: else each statement waits for the disk."""


@contextmanager
def snapshot(connection: duckdb.DuckDBPyConnection, scratch: Path | None = None) -> Iterator[None]:
    """Makes a database of its own the current one for as long as it is used.

    In it are the tables that `pipelines.tables` declares, as they are, and nothing else that the warehouse holds.

    Args:
        connection: the warehouse, in no transaction.
        scratch: a file that does not exist, to hold it where that may be much; None for memory.
    """
    (home,) = connection.execute("select current_database()").fetchone() or ("",)
    query = "select table_name from duckdb_tables() where database_name = ? and schema_name = 'figshare'"
    tables = {name for (name,) in connection.execute(query, [home]).fetchall()}
    form = f"read_write, {UNLOGGED}" if scratch else "read_write"
    connection.execute(f"attach {literal(str(scratch or ':memory:'))} as {SNAPSHOT} ({form})")
    try:
        connection.execute(f"use {SNAPSHOT}")
        for schema in ("figshare", *SCHEMAS):
            connection.execute(f"create schema {schema}")
        for name in tables.intersection(TABLES):
            connection.execute(f"create view figshare.{name} as select * from {quoted(home)}.figshare.{name}")
        yield
    finally:
        connection.execute(f"use {quoted(home)}")
        connection.execute(f"detach {SNAPSHOT}")


def compute(connection: duckdb.DuckDBPyConnection, files: Sequence[Parsed]) -> dict[str, str]:
    """Computes every view of the schemas `staging` and `reports`.

    Args:
        connection: in a snapshot.
        files: the views' files, each after what it reads; others among them are left out.

    Returns:
        The views that cannot be computed, with what DuckDB says of them.
    """
    failed = {}
    for file in files:
        if file.sql.schema in SCHEMAS:
            try:
                execute(connection, f"create table {file.sql.relation} as\n{file.sql.text}")
            except duckdb.Error as error:
                failed[file.sql.relation] = one_line(error)
    return failed


def execute(
    connection: duckdb.DuckDBPyConnection, statement: str, parameters: dict[str, object] | None = None
) -> duckdb.DuckDBPyConnection:
    """Executes a statement; where the memory that was set is too little for it, with as much as DuckDB takes by itself.

    Args:
        connection: in a snapshot, in no transaction.
        statement: one that leaves nothing behind when it fails.
        parameters: values of its `$` parameters.
    """
    try:
        return connection.execute(statement, parameters or {})
    except duckdb.OutOfMemoryException:
        connection.execute("reset memory_limit")
        return connection.execute(statement, parameters or {})
