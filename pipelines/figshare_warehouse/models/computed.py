"""Every view computed once: what is published and what the data tests read.

Planning views over views takes DuckDB far longer than reading tables, and both need the same rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from figshare_warehouse.database.files import is_damaged
from figshare_warehouse.database.memory import execute
from figshare_warehouse.database.names import SNAPSHOT, literal, quoted
from figshare_warehouse.errors import one_line
from figshare_warehouse.models.lineage import Parsed
from figshare_warehouse.models.macros import create_schemas
from figshare_warehouse.models.sqlfiles import SCHEMAS
from figshare_warehouse.tables import TABLES

UNLOGGED = "recovery_mode no_wal_writes"
"""For a file that is thrown away when it is not finished: else each statement waits for the disk."""


@contextmanager
def snapshot(connection: duckdb.DuckDBPyConnection, scratch: Path | None = None) -> Iterator[None]:
    """Makes a separate database the current one while the block runs.

    In it are the tables that `figshare_warehouse.tables` declares, as they are, and nothing else of the warehouse.

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
        connection.execute("create schema figshare")
        create_schemas(connection)
        for name in tables.intersection(TABLES):
            connection.execute(f"create view figshare.{name} as select * from {quoted(home)}.figshare.{name}")
        yield
    finally:
        connection.execute(f"use {quoted(home)}")
        connection.execute(f"detach {SNAPSHOT}")


@dataclass(frozen=True, slots=True)
class Computed:
    """What became of views.

    Attributes:
        row_counts: how many rows each has that could be computed.
        failed: those that could not be, with what DuckDB says of them.
    """

    row_counts: dict[str, int] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)


def compute(connection: duckdb.DuckDBPyConnection, files: Sequence[Parsed], reports_in: str = "") -> Computed:
    """Computes every view.

    Args:
        connection: in a snapshot.
        files: the views' files, each after what it reads; others among them are left out.
        reports_in: the attached database that the reports are written into, in its schema `reports`; empty for the
            snapshot itself. In the snapshot they can be read either way.

    Returns:
        How many rows each has, and what cannot be computed.

    Raises:
        duckdb.Error: the warehouse is damaged (`is_damaged`).
    """
    done = Computed()
    for file in files:
        relation, schema = file.sql.relation, file.sql.schema
        if schema not in SCHEMAS:
            continue
        elsewhere = f"{reports_in}.{relation}" if reports_in and schema == "reports" else ""
        try:
            made = execute(connection, f"create table {elsewhere or relation} as\n{file.sql.text}")
            [[done.row_counts[relation]]] = made
            if elsewhere:
                connection.execute(f"create view {relation} as select * from {elsewhere}")
        except duckdb.Error as error:
            if is_damaged(str(error)):
                raise
            done.failed[relation] = one_line(error)
    return done
