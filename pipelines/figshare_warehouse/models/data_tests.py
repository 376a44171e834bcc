"""The laws: `sql/checks` holds queries that return rows only when something is wrong.

A broken law is told, never repaired and never fatal: the data are as Figshare gave them, the reports as their SQL says.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from figshare_warehouse.database.files import is_damaged
from figshare_warehouse.errors import one_line
from figshare_warehouse.models import views
from figshare_warehouse.models.computed import compute, snapshot
from figshare_warehouse.models.sqlfiles import CHECKS, SCHEMAS, SqlFile

ROWS_KEPT = 100


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

    They are asked of all reports computed once, since they compare whole reports with each other.

    Args:
        connection: the warehouse, in no transaction.
        folder: the `sql` folder; ours when None.

    Returns:
        Every law, by name.
    """
    ordered = views.parsed_files(folder, (*SCHEMAS, CHECKS))
    with snapshot(connection):
        # What cannot be computed is told by the laws that read it.
        compute(connection, ordered)
        return ask_laws(connection, [item.sql for item in ordered if item.sql.schema == CHECKS])


def ask_laws(connection: duckdb.DuckDBPyConnection, laws: Sequence[SqlFile]) -> list[Law]:
    """Asks whether laws hold, by name.

    Args:
        connection: a snapshot of the warehouse.
        laws: their files.
    """
    return sorted((_ask(connection, law) for law in laws), key=lambda law: law.name)


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
        if is_damaged(str(error)):
            raise
        return Law(sql.name, text, error=one_line(error))
    return Law(sql.name, text, columns, rows, row_count)
