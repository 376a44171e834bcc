"""Every view computed once: what is published and what the laws are asked of.

Planning views over views takes DuckDB far longer than reading tables, and both need the same rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from figshare_warehouse.database.files import is_damaged
from figshare_warehouse.database.names import SNAPSHOT, literal, quoted
from figshare_warehouse.errors import one_line
from figshare_warehouse.models.lineage import Parsed
from figshare_warehouse.models.sqlfiles import SCHEMAS
from figshare_warehouse.tables import TABLES

UNLOGGED = "recovery_mode no_wal_writes"
"""For a file that is thrown away when it is not finished: else each statement waits for the disk."""


MEMORY_MB = 192
"""What DuckDB may hold in memory while it computes the reports; twice that for a report that needs it."""

MOST_THREADS = 4
"""Each thread holds memory of its own: as many as a large machine has would need more than MEMORY_MB."""


@contextmanager
def bounded(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Keeps DuckDB to little memory, the rest on the disk: who publishes has held an institution's details before.

    Args:
        connection: the warehouse.
    """
    [[threads]] = connection.execute("select current_setting('threads')").fetchall()
    connection.execute(f"set memory_limit = '{MEMORY_MB}MB'")
    connection.execute(f"set threads = {min(threads, MOST_THREADS)}")
    try:
        yield
    finally:
        connection.execute("reset memory_limit")
        connection.execute(f"set threads = {threads}")


@contextmanager
def snapshot(connection: duckdb.DuckDBPyConnection, scratch: Path | None = None) -> Iterator[None]:
    """Makes a database of its own the current one for as long as it is used.

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
        for schema in ("figshare", *SCHEMAS):
            connection.execute(f"create schema {schema}")
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
    """Computes every view of the schemas `staging` and `reports`.

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


def execute(
    connection: duckdb.DuckDBPyConnection, statement: str, parameters: dict[str, object] | None = None
) -> list[tuple[Any, ...]]:
    """Executes a statement and returns its rows; where memory is too little, again in a way that needs less.

    Each thread holds memory of its own, and so do rows that wait to be written in their order. What does not fit goes
    to the disk; for the rest that cannot, the limit of `bounded` is doubled, for this statement. It is never lifted.

    Args:
        connection: in a snapshot, in no transaction.
        statement: one that leaves nothing behind when it fails.
        parameters: values of its `$` parameters.

    Raises:
        duckdb.OutOfMemoryException: that is too little, too.
    """
    query = "select current_setting('memory_limit'), current_setting('threads')"
    [[limit, threads]] = connection.execute(query).fetchall()
    try:
        return connection.execute(statement, parameters or {}).fetchall()
    except duckdb.OutOfMemoryException:
        connection.execute("set threads = 1")
        connection.execute("set preserve_insertion_order = false")
    try:
        return connection.execute(statement, parameters or {}).fetchall()
    except duckdb.OutOfMemoryException:
        # Who asks for the laws is not bounded, and has the limit that DuckDB sets by itself.
        if not limit.endswith("MiB"):
            raise
        connection.execute(f"set memory_limit = '{2 * MEMORY_MB}MB'")
        try:
            return connection.execute(statement, parameters or {}).fetchall()
        finally:
            connection.execute(f"set memory_limit = '{MEMORY_MB}MB'")
    finally:
        connection.execute("reset preserve_insertion_order")
        connection.execute(f"set threads = {threads}")
