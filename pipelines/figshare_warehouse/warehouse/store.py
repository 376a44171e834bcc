"""The warehouse's file: open it, lock it, and run the queries in `sql/plan`."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import filelock
import pyarrow as pa

from figshare_warehouse.database import statements
from figshare_warehouse.database.confined import confine, connect
from figshare_warehouse.database.files import damaged_warehouse, is_damaged, is_database, is_full, open_error
from figshare_warehouse.database.memory import bounded, sparing, unbounded
from figshare_warehouse.database.names import NEW, SNAPSHOT
from figshare_warehouse.errors import FigshareWarehouseError, LockedError, UsageError, one_line
from figshare_warehouse.models import queries
from figshare_warehouse.models.sqlfiles import LOADED_INTERNAL
from figshare_warehouse.tables import PUBLIC_SCHEMAS, duckdb_columns
from figshare_warehouse.version import is_newer, package_version

SCHEMAS = (*PUBLIC_SCHEMAS, "staging", "intermediate", "operations", "reports")
INTERNAL = LOADED_INTERNAL
"""The schema of personal data, which only some warehouses have."""
SMALLEST_FILE = 3 * 4096
"""Size of the three headers of every DuckDB file."""


@contextmanager
def locked(warehouse: Path) -> Iterator[None]:
    """Locks the warehouse for one refresh; the operating system frees the lock when the process ends.

    Raises:
        LockedError: another process holds it; the message says which and since when.
        FigshareWarehouseError: the folder cannot be written.
    """
    path = warehouse.with_name(warehouse.name + ".lock")
    note = warehouse.with_name(warehouse.name + ".lock.txt")
    lock = filelock.FileLock(path, thread_local=False)
    try:
        lock.acquire(timeout=0)
    except filelock.Timeout:
        if not path.exists():
            raise _unwritable(warehouse.parent, "no file can be made there") from None
        raise LockedError(
            f"Another refresh holds {warehouse}{_holder(note)}. Wait until it is done, or stop it."
        ) from None
    except OSError as error:
        raise _unwritable(warehouse.parent, error.strerror) from None
    try:
        # The lock also works without the note, as on a full disk.
        with suppress(OSError):
            note.write_text(f"process {os.getpid()}, since {datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC", encoding="utf-8")
        yield
    finally:
        note.unlink(missing_ok=True)
        # Removed while it is held, so that a waiting process notices; Windows does not remove open files.
        if os.name != "nt":
            path.unlink(missing_ok=True)
        lock.release()
        if os.name == "nt":
            with suppress(OSError):
                path.unlink(missing_ok=True)


def _unwritable(folder: Path, reason: str | None) -> FigshareWarehouseError:
    return FigshareWarehouseError(f"The folder {folder} cannot be written ({reason}): choose another with --warehouse.")


def _holder(note: Path) -> str:
    # On Windows a held lock file cannot be read, so its holder is written to another file.
    try:
        text = note.read_text(encoding="utf-8").strip()
    except OSError:
        return ""
    return f" ({text})" if text else ""


LONGEST_NAME = 180
"""Longest name of a database file in bytes: files beside it have longer names, and file systems take 255."""

# dlt merges from the first; the others are DuckDB's and those attached while publishing.
_TAKEN = (
    *("figshare_staging", INTERNAL, "internal", "internal_staging"),
    *("information_schema", "pg_catalog", "system", "temp", SNAPSHOT, NEW),
)


def check_name(path: Path, option: str) -> None:
    """Refuses names of database files that cannot work.

    Args:
        path: the file.
        option: the option that names it: `--warehouse` or `--published`.

    Raises:
        UsageError: the file's name equals a schema in it (DuckDB would read `schema.table` as `database.table`), its
            folder does not exist, or it is a folder, a device, a pipe or a socket.
    """
    if path.stem.lower() in (*SCHEMAS, *_TAKEN):
        example = "figshare_warehouse.duckdb" if option == "--warehouse" else "figshare_reports.duckdb"
        raise UsageError(
            f"{option} cannot be named '{path.name}': DuckDB would confuse it with its schema '{path.stem.lower()}'. "
            f"Name it for instance {example}."
        )
    if "?" in str(path) or len(path.name.encode()) > LONGEST_NAME:
        raise UsageError(
            f"{option} takes a path without `?`, which DuckDB reads otherwise, and a name of at most {LONGEST_NAME} "
            f"bytes, not '{path}': choose another."
        )
    if path.is_dir():
        raise UsageError(f"{path} is a folder: {option} takes a file.")
    if not path.parent.is_dir():
        raise UsageError(f"The folder {path.parent} does not exist: make it first, or choose another {option}.")
    if path.exists() and not path.is_file():
        raise UsageError(f"{path} is a device, a pipe or a socket: {option} takes a file.")


def refuse_absent(warehouse: Path) -> None:
    """Refuses to read a warehouse that does not exist.

    Raises:
        UsageError: there is no such file.
    """
    if not warehouse.exists():
        raise UsageError(
            f"There is no warehouse at {warehouse}: run `figshare-warehouse refresh` or `figshare-warehouse demo` "
            "first, or name it with --warehouse."
        )


def working_folder(warehouse: Path) -> Path:
    """Returns the folder beside a warehouse for files that are to be loaded."""
    return warehouse.with_name(warehouse.name + ".work")


@contextmanager
def connected(
    warehouse: Path,
    read_only: bool = False,
    must_be_loaded: bool = False,
    files: Iterable[Path] = (),
    is_confined: bool = True,
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Opens the warehouse, in UTC, for SQL that reaches no other files.

    Args:
        warehouse: the file; created if needed, except with one of the next two.
        read_only: to read loaded tables; the views need not exist yet.
        must_be_loaded: to write what is made from loaded tables.
        files: database files that will be attached; they need not exist.
        is_confined: False for a caller that needs other files and calls `confine` itself before it executes SQL of the
            user's.

    Raises:
        UsageError: there is no such file, or nothing is loaded yet.
        LockedError: another process has it open.
        FigshareWarehouseError: it is not a DuckDB file, is from a newer DuckDB, is damaged or cannot be read, also
            when that is found only while reading.
    """
    if read_only or must_be_loaded:
        refuse_absent(warehouse)
    if not read_only:
        _remove_unfinished(warehouse)
    try:
        connection = connect(warehouse, read_only)
    except duckdb.Error as error:
        if not read_only:
            _remove_unfinished(warehouse)
        raise open_error(warehouse, error, "--warehouse") from None
    try:
        if is_confined:
            confine(connection, files, () if read_only else (working_folder(warehouse),))
        if read_only or must_be_loaded:
            _check_loaded(connection, warehouse)
        yield connection
    except duckdb.Error as error:
        if is_damaged(str(error)):
            raise damaged_warehouse(warehouse, error) from error
        raise
    finally:
        connection.close()


def _remove_unfinished(warehouse: Path) -> None:
    """Removes a file that was only begun and holds nothing: DuckDB could not open it."""
    with suppress(OSError):
        if warehouse.is_file() and 0 < warehouse.stat().st_size < SMALLEST_FILE and is_database(warehouse):
            warehouse.unlink()


@contextmanager
def kept_with_articles(warehouse: Path) -> Iterator[None]:
    """Removes a warehouse that is made meanwhile, where wrong usage ends it before an article is there."""
    is_new = not warehouse.exists()
    try:
        yield
    except UsageError:
        if is_new and warehouse.exists() and not _holds_articles(warehouse):
            for file in (warehouse, warehouse.with_name(f"{warehouse.name}.wal")):
                # Windows does not remove open files.
                with suppress(OSError):
                    file.unlink(missing_ok=True)
        raise


def _holds_articles(warehouse: Path) -> bool:
    """Whether articles were listed or read; True where that cannot be seen."""
    try:
        with connect(warehouse, read_only=True) as connection:
            there = {table for table, _ in columns_there(connection)}
            asked = [
                statements.any_row("figshare", table) for table in ("articles", "listed_articles") if table in there
            ]
            return any(connection.execute(query).fetchone() for query in asked)
    except duckdb.Error:
        return True


def failure(error: BaseException, warehouse: Path) -> FigshareWarehouseError:
    """Returns the error to show when writing the warehouse failed.

    Args:
        error: returned itself, or its cause, where that is one of our errors; otherwise it becomes one.
        warehouse: the DuckDB file.
    """
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, FigshareWarehouseError):
            return cause
        if is_damaged(str(cause)):
            return damaged_warehouse(warehouse, cause)
        if is_full(str(cause)):
            return FigshareWarehouseError(
                f"The disk is full while loading into {warehouse}. Free some space and run the same command "
                "again: what was loaded before is kept."
            )
        if isinstance(cause, MemoryError | duckdb.OutOfMemoryException):
            return FigshareWarehouseError(
                f"There is too little memory to load into {warehouse}: close other programs and run the same command "
                "again. What was loaded before is kept."
            )
        last, cause = cause, cause.__cause__ or cause.__context__
    words = one_line(last)
    return FigshareWarehouseError(
        f"Loading into {warehouse} failed ({type(last).__name__}: {words}). What was loaded before is kept; run the "
        "same command again, with --debug to see the details."
    )


def columns_there(connection: duckdb.DuckDBPyConnection, *schemas: str) -> set[tuple[str, str]]:
    """Returns table and name of each column of these schemas; of the public ones, unless any is named."""
    found = [queries.rows(connection, "catalog/columns", schema_name=one) for one in schemas or PUBLIC_SCHEMAS]
    return {(row["table_name"], row["column_name"]) for rows in found for row in rows}


def has_internal(connection: duckdb.DuckDBPyConnection) -> bool:
    """Returns whether the warehouse has tables of personal data."""
    return bool(columns_there(connection, INTERNAL))


def _check_loaded(connection: duckdb.DuckDBPyConnection, warehouse: Path) -> None:
    there = columns_there(connection)
    if not any(table == "refreshes" for table, _ in there):
        raise UsageError(f"{warehouse} holds nothing from Figshare yet: run `figshare-warehouse refresh`.")
    for table, columns in duckdb_columns().items():
        lacking = [column for column in columns if (table, column) not in there]
        if lacking:
            what = f"table {table}" if len(lacking) == len(columns) else f"column {table}.{lacking[0]}"
            raise UsageError(
                f"{warehouse} was made by an older figshare-warehouse, which had no {what}: run the same "
                "`figshare-warehouse refresh` again, which brings it up to date."
            )


@dataclass(frozen=True, slots=True)
class LastRefresh:
    """The last refresh: its id, the API address it read from, and its version."""

    refresh_id: str
    api_url: str
    package_version: str


def last_refresh(connection: duckdb.DuckDBPyConnection) -> LastRefresh | None:
    """Returns the last refresh; None when there was none."""
    try:
        return next((LastRefresh(**row) for row in queries.rows(connection, "plan/last_refresh")), None)
    except duckdb.CatalogException:
        return None


def holds_records(connection: duckdb.DuckDBPyConnection) -> bool:
    """Returns whether the warehouse holds anything from Figshare."""
    public = ("articles", "listed_articles", "listings", "list_readings")
    for schema, table in (*(("figshare", name) for name in public), (INTERNAL, "accounts")):
        # An older version's warehouse may lack one of them.
        with suppress(duckdb.CatalogException):
            if connection.execute(statements.any_row(schema, table)).fetchone():
                return True
    return False


def institutions_listed(connection: duckdb.DuckDBPyConnection) -> list[int]:
    """Returns the institutions of which a listing ever showed an article."""
    # A new warehouse has no such table yet.
    with suppress(duckdb.CatalogException):
        return [row["institution_id"] for row in queries.rows(connection, "plan/institutions_listed")]
    return []


def refuse_newer(connection: duckdb.DuckDBPyConnection, warehouse: Path) -> None:
    """Refuses to write into a warehouse of a newer version, which may hold something unknown to this one.

    Raises:
        FigshareWarehouseError: a newer figshare-warehouse made it.
    """
    last = last_refresh(connection)
    if last is not None and is_newer(last.package_version):
        raise FigshareWarehouseError(
            f"{warehouse} was made by figshare-warehouse {last.package_version}, and this is {package_version()}: "
            "update it with `pip install -U figshare-warehouse`. Nothing was changed."
        )


ROWS_AT_ONCE = 1000
"""Rows of a result that are Python objects at a time."""


def each_row(table: pa.Table) -> Iterator[dict[str, Any]]:
    """Yields rows one by one, as dictionaries: there can be millions."""
    for batch in table.to_batches(ROWS_AT_ONCE):
        yield from batch.to_pylist()


def held(connection: duckdb.DuckDBPyConnection, table: str, ids: pa.Table) -> pa.Table:
    """Returns the rows of a table of the schema `figshare` that belong to articles.

    Args:
        connection: the warehouse.
        table: its name; it has a column `article_id`.
        ids: the articles, in the column `article_id`.
    """
    rows = connection.table(f"figshare.{table}")
    return rows.join(connection.from_arrow(ids), "article_id", how="semi").to_arrow_table()


def ask(
    connection: duckdb.DuckDBPyConnection,
    question: str,
    fetched: queries.Fetched = None,
    computed: set[str] | None = None,
    **parameters: Any,
) -> list[dict[str, Any]]:
    """Returns the rows of a query in `sql/plan`, as dictionaries.

    Args:
        connection: the warehouse.
        question: the file's name without `.sql`.
        fetched: an Arrow table of what was just read, for a query that compares `fetched` with the warehouse; or
            several by name, for one that compares `fetched_NAME`.
        computed: the views that were computed since anything was loaded, and are now; None for none.
        parameters: values of its `$` parameters.
    """
    rows: list[dict[str, Any]] = ask_arrow(connection, question, fetched, computed, **parameters).to_pylist()
    return rows


def ask_arrow(
    connection: duckdb.DuckDBPyConnection,
    question: str,
    fetched: queries.Fetched = None,
    computed: set[str] | None = None,
    **parameters: Any,
) -> pa.Table:
    """Returns the rows of a query in `sql/plan` as one Arrow table; arguments as `ask`."""

    def answer() -> pa.Table:
        return queries.arrow(connection, f"plan/{question}", fetched, computed, **parameters)

    try:
        with bounded(connection):
            return sparing(connection, answer)
    except duckdb.OutOfMemoryException:
        # Without what is due no refresh would ever load anything again.
        with unbounded(connection):
            return answer()
