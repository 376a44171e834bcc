"""Writing a published file: its tables and what they mean, whole and on the disk."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from glob import escape
from pathlib import Path

import duckdb

from figshare_warehouse.database.memory import execute
from figshare_warehouse.database.names import NEW, literal, quoted
from figshare_warehouse.models.computed import UNLOGGED
from figshare_warehouse.models.sqlfiles import View

STORAGE_VERSION = "v1.0.0"
"""The oldest form of file, which every DuckDB from 1.0 to 2.0 reads."""


@contextmanager
def written(connection: duckdb.DuckDBPyConnection, new: Path, schemas: Sequence[str]) -> Iterator[None]:
    """Attaches the file that is published, with its schemas, and leaves it whole and on the disk."""
    form = f"read_write, storage_version {literal(STORAGE_VERSION)}, {UNLOGGED}"
    connection.execute(f"attach {literal(str(new))} as {NEW} ({form})")
    try:
        for schema in schemas:
            connection.execute(f"create schema if not exists {NEW}.{schema}")
        yield
        connection.execute(f"checkpoint {NEW}")
    finally:
        connection.execute(f"detach {NEW}")
    with new.open("rb+") as file:
        os.fsync(file.fileno())


def make(connection: duckdb.DuckDBPyConnection, view: View, query: str, facts: dict[str, object]) -> int:
    """Makes one table of the file. Returns its rows."""
    [[row_count]] = execute(connection, f"create or replace table {NEW}.{view.relation} as\n{query}", facts)
    return int(row_count)


def describe(connection: duckdb.DuckDBPyConnection, views: Sequence[View]) -> None:
    """Writes comments on tables and columns of the file: a BI tool shows them beside the names."""
    for view in views:
        table = f"{NEW}.{view.schema}.{quoted(view.name)}"
        connection.execute(f"comment on table {table} is {literal(view.description)}")
        for column, meaning in view.columns.items():
            connection.execute(f"comment on column {table}.{quoted(column)} is {literal(meaning)}")


def sync_folder(folder: Path) -> None:
    """Writes the names in a folder to the disk."""
    # Windows opens no folders; there the file's own name is written with it.
    if os.name == "nt":
        return
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def remove(*paths: Path) -> None:
    """Removes files, each with DuckDB's log beside it, where they are there."""
    for path in paths:
        for each in (path, path.with_name(path.name + ".wal")):
            with suppress(OSError):
                each.unlink(missing_ok=True)


def remove_unfinished(path: Path, *ends: str) -> None:
    """Removes what a process that was killed left behind beside a file: `.NAME.PROCESS.END`, for each of the ends."""
    for end in ends:
        # A name may hold what is special in a pattern.
        remove(*path.parent.glob(f".{escape(path.name)}.*.{end}"))
