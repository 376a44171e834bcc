"""How DuckDB is opened: SQL, whoever wrote it, reads what is in the database and reaches no file that was not named."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import duckdb

from figshare_warehouse.database.names import literal

# Without these DuckDB fetches extensions that a query names, and a query can read the variables of our Python code.
_SETTINGS = ("autoinstall_known_extensions", "autoload_known_extensions", "python_enable_replacements")

# What DuckDB keeps beside a database file.
_BESIDE = ("", ".wal", ".wal.checkpoint", ".wal.recovery")


def connect(path: Path | None = None, read_only: bool = False) -> duckdb.DuckDBPyConnection:
    """Opens a database in UTC. `confine` is to be called before SQL of somebody else's is executed.

    Args:
        path: the file; made when it does not exist. None for a database in memory.
        read_only: opens it without a right to write.

    Raises:
        duckdb.Error: it cannot be opened.
    """
    connection = duckdb.connect(str(path) if path else ":memory:", read_only=read_only)
    try:
        for setting in _SETTINGS:
            connection.execute(f"set {setting} = false")
        connection.execute("set timezone = 'UTC'")
    except BaseException:
        connection.close()
        raise
    return connection


def confine(connection: duckdb.DuckDBPyConnection, files: Iterable[Path] = (), folders: Iterable[Path] = ()) -> None:
    """Shuts a database off from the files and the network of the machine; nothing can open it again.

    What is attached already, the database's file and the folder in which DuckDB keeps what does not fit into memory
    are still used. Without effect when it is shut off already.

    Args:
        connection: the database. All connections to it are confined.
        files: database files that may still be attached, there or not.
        folders: in which files may still be read and written.
    """
    if not connection.execute("select current_setting('enable_external_access')").fetchall()[0][0]:
        return
    paths = [each.with_name(each.name + end) for file in files for each in _forms(file) for end in _BESIDE]
    connection.execute(f"set allowed_paths = {_list(paths)}")
    connection.execute(f"set allowed_directories = {_list(each for folder in folders for each in _forms(folder))}")
    connection.execute("set enable_external_access = false")


def _forms(path: Path) -> set[Path]:
    # DuckDB compares paths as they are written, on some systems after following links.
    return {path.absolute(), path.resolve()}


def _list(paths: Iterable[Path]) -> str:
    return "[" + ", ".join(literal(str(path)) for path in paths) + "]"
