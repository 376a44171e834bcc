"""The laws: `sql/checks` holds queries that return rows only when something is wrong.

A broken law is told, never repaired and never fatal: the data are as Figshare gave them, the reports as their SQL says.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from pipelines.warehouse import views
from pipelines.warehouse.lineage import Parsed
from pipelines.warehouse.viewfiles import CHECKS, SCHEMAS, SqlFile

ROWS_KEPT = 100

_SNAPSHOT = "figshare_warehouse_laws"


@dataclass(frozen=True, slots=True)
class Law:
    """What became of one law.

    Attributes:
        name: its file's name without `.sql`.
        text: what must hold.
        columns: the columns of the rows that break it.
        rows: those rows, the first ROWS_KEPT of them.
        row_count: how many rows break it.
        error: why it could not be asked, in a sentence; None when it could.
    """

    name: str
    text: str
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[Any, ...], ...] = ()
    row_count: int = 0
    error: str | None = None

    @property
    def holds(self) -> bool:
        """Whether nothing breaks it, and it could be asked."""
        return self.row_count == 0 and self.error is None


def check_laws(connection: duckdb.DuckDBPyConnection, folder: Path | None = None) -> list[Law]:
    """Asks whether every law holds.

    What the laws read is computed once and kept in memory while they are asked: they compare whole reports with each
    other, and planning views over views takes DuckDB far longer than reading tables.

    Args:
        connection: the warehouse, in no transaction.
        folder: the folder that holds `staging`, `reports` and `checks`; ours when None.

    Returns:
        Every law, by name.
    """
    ordered = views.parsed_files(folder, (*SCHEMAS, CHECKS))
    by_relation = {item.sql.relation: item for item in ordered}
    laws = [item for item in ordered if item.sql.schema == CHECKS]
    wanted = {name for law in laws for name in _all_reads(law.sql.relation, by_relation)}
    with _snapshot(connection):
        for item in ordered:
            if item.sql.relation in wanted and item.sql.schema != CHECKS:
                # What cannot be made is told by the laws that read it.
                with suppress(duckdb.Error):
                    connection.execute(f"create table {item.sql.relation} as\n{item.sql.text}")
        return sorted((_ask(connection, law.sql) for law in laws), key=lambda law: law.name)


def _all_reads(relation: str, by_relation: dict[str, Parsed]) -> set[str]:
    """What a file reads, and what that reads, and so on."""
    found: set[str] = set()
    waiting = [relation]
    while waiting:
        new = {name for name in by_relation[waiting.pop()].reads if name in by_relation} - found
        found |= new
        waiting += new
    return found


@contextmanager
def _snapshot(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """A database in memory for as long as it is used, with the loaded tables in it as they are."""
    (home,) = connection.execute("select current_database()").fetchone() or ("",)
    query = "select table_name from duckdb_tables() where database_name = ? and schema_name = 'figshare'"
    tables = [name for (name,) in connection.execute(query, [home]).fetchall()]
    connection.execute(f"attach ':memory:' as {_SNAPSHOT} (read_write)")
    try:
        connection.execute(f"use {_SNAPSHOT}")
        for schema in ("figshare", *SCHEMAS):
            connection.execute(f"create schema {schema}")
        for name in tables:
            connection.execute(f'create view figshare."{name}" as select * from "{home}".figshare."{name}"')
        yield
    finally:
        connection.execute(f'use "{home}"')
        connection.execute(f"detach {_SNAPSHOT}")


def _ask(connection: duckdb.DuckDBPyConnection, sql: SqlFile) -> Law:
    text = " ".join(sql.paragraphs)
    try:
        cursor = connection.execute(sql.text)
        columns = tuple(column[0] for column in cursor.description or ())
        rows = tuple(cursor.fetchmany(ROWS_KEPT))
        row_count = len(rows)
        while more := cursor.fetchmany(10_000):
            row_count += len(more)
    except duckdb.Error as error:
        return Law(sql.name, text, error=" ".join(str(error).split())[:300])
    return Law(sql.name, text, columns, rows, row_count)
