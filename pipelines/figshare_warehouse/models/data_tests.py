"""Data tests: the keys of reports, and the queries in `sql/tests`, which return rows only when something is wrong.

What fails is reported, never repaired and never fatal: data are as Figshare gave them, reports as their SQL says.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from figshare_warehouse.database import statements
from figshare_warehouse.database.files import is_damaged
from figshare_warehouse.errors import one_line
from figshare_warehouse.models import views
from figshare_warehouse.models.computed import Computation, compute, snapshot
from figshare_warehouse.models.lineage import Parsed
from figshare_warehouse.models.sqlfiles import SCHEMAS, TESTS, SqlFile

ROWS_KEPT = 100

KEYS = "one_row_per_key"
"""The test that is made of the keys in the files of reports, the user's among them."""

KEYS_TEXT = "Each report has one row per key: the columns that its file names identify a row. NULL counts as a value."


@dataclass(frozen=True, slots=True)
class DataTest:
    """What became of one data test.

    Attributes:
        name: its file's name without `.sql`, or KEYS.
        text: what must hold.
        columns: the columns of the rows that it found.
        rows: those rows, the first ROWS_KEPT of them.
        row_count: how many rows it found.
        error: why it could not be run, in a sentence; None when it could.
    """

    name: str
    text: str
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[Any, ...], ...] = ()
    row_count: int = 0
    error: str | None = None

    @property
    def passed(self) -> bool:
        """Whether it could be run and found nothing."""
        return self.row_count == 0 and self.error is None


def run_data_tests(
    connection: duckdb.DuckDBPyConnection, folder: Path | None = None, user_folder: Path | None = None
) -> list[DataTest]:
    """Runs every data test.

    Reports are computed once for all of them, since they compare whole reports with each other.

    Args:
        connection: the warehouse, in no transaction.
        folder: the `sql` folder; ours when None.
        user_folder: the folder of the user's reports, whose keys are tested, too; None for none.

    Returns:
        Every data test, by name.
    """
    ordered = views.parsed_files(folder, (*SCHEMAS, TESTS), user_folder)
    with snapshot(connection):
        # What cannot be computed fails in the tests that read it.
        return run_each(connection, ordered, compute(connection, ordered))


def run_each(
    connection: duckdb.DuckDBPyConnection, files: Sequence[Parsed], computation: Computation
) -> list[DataTest]:
    """Runs data tests, by name. One that passed on the same rows passes.

    Args:
        connection: a snapshot of the warehouse with the reports.
        files: the files of data tests, and those of reports, whose keys are tested; others among them are left out.
        computation: how the reports were computed.
    """
    done = []
    for file in files:
        if file.sql.schema != TESTS:
            continue
        if computation.keeps(file.sql.relation, file.sql.text, file.reads):
            done.append(DataTest(file.sql.name, " ".join(file.sql.paragraphs)))
            continue
        computation.need(file.reads)
        done.append(_run(connection, file.sql))
        if done[-1].passed:
            computation.know(file.sql.relation, 0)
    if reports := [file.sql for file in files if file.sql.is_report and file.sql.key]:
        done.append(_test_keys(connection, reports, computation))
    return sorted(done, key=lambda test: test.name)


def _run(connection: duckdb.DuckDBPyConnection, sql: SqlFile) -> DataTest:
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
        return DataTest(sql.name, text, error=one_line(error))
    return DataTest(sql.name, text, columns, rows, row_count)


def _test_keys(connection: duckdb.DuckDBPyConnection, reports: Sequence[SqlFile], computation: Computation) -> DataTest:
    rows = []
    for sql in sorted(reports, key=lambda sql: sql.name):
        key = sql.key.columns if sql.key else ()
        query = statements.key_count(sql.schema, sql.name, key)
        if computation.keeps(f"key of {sql.relation}", query, [sql.relation]):
            continue
        try:
            [[row_count, key_count]] = connection.execute(query).fetchall()
        except duckdb.Error as error:
            if is_damaged(str(error)):
                raise
            return DataTest(KEYS, KEYS_TEXT, error=one_line(error))
        if row_count != key_count:
            rows.append((sql.name, ", ".join(key), row_count, key_count))
        else:
            computation.know(f"key of {sql.relation}", 0)
    return DataTest(KEYS, KEYS_TEXT, ("report", "key", "row_count", "key_count"), tuple(rows), len(rows))
