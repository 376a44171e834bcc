"""Opening DuckDB so that SQL, whoever wrote it, reads the database and no other file."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

import duckdb

from figshare_warehouse.database.names import literal

# By default DuckDB fetches extensions that a query names, and lets a query read Python variables.
_SETTINGS = ("autoinstall_known_extensions", "autoload_known_extensions", "python_enable_replacements")

BYTES_PER_THREAD = 32 * 2**20
"""So much of a file is worth a thread: where there is less, waking a second one takes longer than what it does."""

# Files that DuckDB keeps beside a database file.
_BESIDE = ("", ".wal", ".wal.checkpoint", ".wal.recovery")


def connect(path: Path | None = None, read_only: bool = False) -> duckdb.DuckDBPyConnection:
    """Opens a database in UTC. Call `confine` before executing other people's SQL.

    Args:
        path: the file, created if needed; None for a database in memory.
        read_only: whether it is opened for reading only.

    Raises:
        duckdb.Error: it cannot be opened.
    """
    connection = duckdb.connect(str(path) if path else ":memory:", read_only=read_only)
    try:
        for setting in _SETTINGS:
            connection.execute(f"set {setting} = false")
        connection.execute("set timezone = 'UTC'")
        spread(connection, path)
    except BaseException:
        connection.close()
        raise
    return connection


def spread(connection: duckdb.DuckDBPyConnection, path: Path | None) -> None:
    """Lets a database use as many threads as its size is worth, if the machine has them.

    Args:
        connection: the database.
        path: its file; None for one in memory.
    """
    connection.execute("reset threads")
    [[cores]] = connection.execute("select current_setting('threads')").fetchall()
    size = path.stat().st_size if path and path.exists() else 0
    connection.execute(f"set threads = {min(cores, 1 + size // BYTES_PER_THREAD)}")


def confine(connection: duckdb.DuckDBPyConnection, files: Iterable[Path] = (), folders: Iterable[Path] = ()) -> None:
    """Cuts a database off from files and the network, for good.

    The database's file, attached databases and DuckDB's temporary folder still work. A second call has no effect.

    Args:
        connection: the database; all connections to it are confined.
        files: database files that may still be attached; they need not exist.
        folders: folders in which files may still be read and written.
    """
    if not connection.execute("select current_setting('enable_external_access')").fetchall()[0][0]:
        return
    paths = [each.with_name(each.name + end) for file in files for each in _forms(file) for end in _BESIDE]
    connection.execute(f"set allowed_paths = {_list(paths)}")
    connection.execute(f"set allowed_directories = {_list(each for folder in folders for each in _forms(folder))}")
    connection.execute("set enable_external_access = false")


def _forms(path: Path) -> set[Path]:
    # DuckDB compares paths as written, on some systems after following links.
    # Unlike `Path.resolve`, this takes links in a circle in every Python.
    return {path.absolute(), Path(os.path.realpath(path))}


def _list(paths: Iterable[Path]) -> str:
    return "[" + ", ".join(literal(str(path)) for path in paths) + "]"
