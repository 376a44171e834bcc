"""Loading into the warehouse: articles by dlt, everything else in one transaction."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from pathlib import Path
from typing import Any

import dlt
import duckdb
import pyarrow as pa

from figshare_warehouse.database import statements
from figshare_warehouse.database.files import private
from figshare_warehouse.database.memory import bounded_by_thread
from figshare_warehouse.errors import UsageError
from figshare_warehouse.refresh import transaction
from figshare_warehouse.sources.figshare.resources import table_resource, taken
from figshare_warehouse.tables import (
    ARTICLE_TABLES,
    INTERNAL_TABLES,
    PUBLIC_SCHEMAS,
    TABLES,
    Table,
    comments,
    duckdb_columns,
)
from figshare_warehouse.warehouse import store

PIPELINE_NAME = "figshare_warehouse"

LOG_MB = 128
"""Megabytes of DuckDB's log above which it is written into the file after a load. dlt sets 1 GB, and DuckDB also holds
the log's content in memory."""

# dlt puts paths into SQL and format strings without quoting them.
_NOT_FOR_DLT = re.compile("['%]")


class Loader:
    """Loads in a separate thread.

    In the main thread dlt would handle Ctrl-C and drop the current package; here the client stops first and what was
    read is loaded.

    Args:
        connection: the warehouse, open for writing.
        warehouse: its file. While the loader is entered, dlt's working folder is beside it, or among the system's
            temporary files where dlt cannot take the path.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, warehouse: Path) -> None:
        self._folder = store.working_folder(warehouse)
        self._elsewhere = _elsewhere() if _NOT_FOR_DLT.search(str(self._folder)) else None
        if self._elsewhere is not None:
            self._folder = self._elsewhere / "work"
        self._warehouse = warehouse
        self._connection = connection
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="dlt")

    @property
    def folder(self) -> Path:
        """Dlt's working folder, the only one whose files the connection needs."""
        return self._folder

    def __enter__(self) -> None:
        self._begin()

    def _begin(self) -> None:
        """Begins without anything of an earlier load; dlt with the first load that needs it."""
        shutil.rmtree(self._folder, ignore_errors=True)
        self._pipeline: dlt.Pipeline | None = None

    def _made_pipeline(self) -> dlt.Pipeline:
        pipeline = dlt.pipeline(
            PIPELINE_NAME,
            destination=dlt.destinations.duckdb(self._connection, replace_strategy="insert-from-staging"),
            dataset_name="figshare",
            pipelines_dir=str(self._folder),
        )
        # A load needs nothing from there, and with only the load's tables in its schema dlt takes a third less time.
        pipeline.config.restore_from_destination = False
        return pipeline

    def __exit__(self, *error: object) -> None:
        self._thread.shutdown()
        shutil.rmtree(self._elsewhere or self._folder, ignore_errors=True)

    def load(self, tables: Mapping[Table, Iterable[pa.Table]], are_new: bool = False) -> None:
        """Loads the tables; each declares which rows the new ones replace.

        Articles are loaded by dlt; then everything else, such as figures and the notes that they were read, in one
        transaction without dlt, which takes a third of a second for however little.

        Args:
            tables: Arrow tables by table; a list of them is consumed.
            are_new: the warehouse has nothing of these articles, so rows are appended, in half the time. A package is
                never repeated: after one that was cut off, the warehouse has something of its articles.

        Raises:
            FigshareWarehouseError: it cannot be loaded; earlier packages stay.
        """
        articles = {table: rows for table, rows in tables.items() if table in ARTICLE_TABLES}
        others = {table: rows for table, rows in tables.items() if table not in ARTICLE_TABLES}
        if articles:
            self._run(articles, set(articles) if are_new else ())
        if others:
            self._write(others)

    def holds_any(self, article_ids: pa.Table) -> bool:
        """Whether the warehouse has anything of the articles in the column `article_id`."""
        return bool(store.ask(self._connection, "articles_held", {"ids": article_ids}))

    def make_tables(self) -> None:
        """Creates every declared table and column that is missing, so that queries and views can use them."""
        there = store.columns_there(self._connection, "figshare")
        ours = [table for table in TABLES.values() if table.schema == "figshare"]
        lacking = [table for table in ours if any((table.name, c.name) not in there for c in table.columns)]
        if lacking:
            # Loading no rows would empty a table that is replaced whole.
            self._run(dict.fromkeys(lacking, ()), set(lacking))
        with self._failures_said():
            for schema in PUBLIC_SCHEMAS:
                others = {name: table for name, table in TABLES.items() if table.schema == schema}
                if schema != "figshare":
                    self._make(schema, others)

    def make_internal_tables(self) -> None:
        """Creates every declared table of personal data that is missing; only the user can read the file then.

        Raises:
            FigshareWarehouseError: they cannot be created.
        """
        with self._failures_said(), self._private():
            if self._make(store.INTERNAL, INTERNAL_TABLES):
                for schema, table, column, text in comments(INTERNAL_TABLES):
                    self._connection.execute(statements.comment_on(schema, table, column, text))

    def _make(self, schema: str, tables: Mapping[str, Table]) -> bool:
        """Creates the tables and columns of a schema that are missing, without dlt; whether there were any."""
        there = store.columns_there(self._connection, schema)
        if all((table.name, column.name) in there for table in tables.values() for column in table.columns):
            return False
        names = {table for table, _ in there}
        self._connection.execute(statements.create_schema(schema))
        for table, columns in duckdb_columns(tables).items():
            if table not in names:
                self._connection.execute(statements.create_table(schema, table, columns))
                continue
            for column, type_ in columns.items():
                if (table, column) not in there:
                    self._connection.execute(statements.add_column(schema, table, column, type_))
        return True

    def remove(self, tables: Mapping[Table, pa.Table]) -> None:
        """Removes rows in one transaction; arguments as `transaction.remove`, errors as `load`."""
        with self._failures_said(), self._private():
            self._finish(transaction.remove, self._connection, tables)

    def _private(self) -> AbstractContextManager[None]:
        return private(self._warehouse, self._warehouse.with_name(self._warehouse.name + ".wal"))

    def _write(self, tables: Mapping[Table, Iterable[pa.Table]]) -> None:
        is_internal = any(table.schema == store.INTERNAL for table in tables)
        with self._failures_said(), self._private() if is_internal else nullcontext():
            self._finish(transaction.write, self._connection, {table: taken(rows) for table, rows in tables.items()})

    def _run(self, tables: Mapping[Table, Iterable[pa.Table]], added: Collection[Table]) -> None:
        """Runs dlt; to `added` tables rows are added, without looking for those to replace."""
        resources = [table_resource(table, rows, table in added) for table, rows in tables.items()]
        source = dlt.source(lambda: resources, name="figshare", max_table_nesting=0)()
        with self._failures_said():
            self._pipeline = self._pipeline or self._made_pipeline()
            self._finish(self._pipeline.run, source)

    def _finish(self, load: Callable[..., object], *given: Any) -> None:
        try:
            with bounded_by_thread(self._connection):
                self._thread.submit(load, *given).result()
                if self._log_mb() > LOG_MB:
                    self.write_log()
        finally:
            # Arrow keeps up to a hundred megabytes of read buffers.
            pa.default_memory_pool().release_unused()

    @contextmanager
    def _failures_said(self) -> Iterator[None]:
        try:
            yield
        except Exception as error:
            # dlt would load the rest of this package with the next one, and drop the next one's rows.
            with suppress(Exception):
                self._begin()
            failure = store.failure(error, self._warehouse)
            if failure is error:
                raise
            raise failure from error

    def write_log(self) -> None:
        """Writes DuckDB's log into the file, which frees the memory of its content.

        Raises:
            FigshareWarehouseError: it cannot be written; it stays in the log.
        """
        try:
            self._connection.checkpoint()
        except duckdb.Error as error:
            raise store.failure(error, self._warehouse) from error

    def _log_mb(self) -> float:
        try:
            return self._warehouse.with_name(self._warehouse.name + ".wal").stat().st_size / 2**20
        except FileNotFoundError:
            return 0


def _elsewhere() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="figshare-warehouse-"))
    if _NOT_FOR_DLT.search(str(folder)):
        folder.rmdir()
        raise UsageError(
            f"The warehouse's path holds ' or %, and so does the folder for temporary files, {folder.parent}: choose "
            "another --warehouse, or set TMPDIR (on Windows TEMP) to a folder without them."
        )
    return folder
