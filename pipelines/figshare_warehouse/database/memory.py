"""How much memory DuckDB may hold while we ask it for much."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, TypeVar

import duckdb

MEMORY_MIB = 192
"""MiB that DuckDB may hold in memory while it computes or plans; twice that for a query that needs it."""

MOST_THREADS = 4
"""Each thread holds memory of its own: as many as a large machine has would need more than MEMORY_MIB."""

_SETTINGS = "select current_setting('memory_limit'), current_setting('threads')"

_T = TypeVar("_T")


@contextmanager
def bounded(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Keeps DuckDB to little memory, the rest on the disk: who publishes has held an institution's details before.

    Inside another `bounded` the limit stays as it is: each change makes DuckDB give what is free back to the system,
    page by page, which takes longer than many a query.

    Args:
        connection: the warehouse.
    """
    [[limit, threads]] = connection.execute(_SETTINGS).fetchall()
    is_inside = limit == _as_shown(MEMORY_MIB)
    if not is_inside:
        _set_limit(connection, MEMORY_MIB)
    if threads > MOST_THREADS:
        connection.execute(f"set threads = {MOST_THREADS}")
    try:
        yield
    finally:
        if not is_inside:
            connection.execute("reset memory_limit")
        if threads > MOST_THREADS:
            connection.execute(f"set threads = {threads}")


@contextmanager
def bounded_by_thread(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Lets DuckDB hold MEMORY_MIB for each of its threads; by default it caches what it wrote, in most of the memory.

    Where it holds more, and cannot give it back, the limit stays as it is.

    Args:
        connection: the warehouse.
    """
    [[limit, threads]] = connection.execute(_SETTINGS).fetchall()
    if limit == _as_shown(threads * MEMORY_MIB):
        yield
        return
    with suppress(duckdb.Error):
        _set_limit(connection, threads * MEMORY_MIB)
    try:
        yield
    finally:
        with suppress(duckdb.Error):
            if limit == _as_shown(MEMORY_MIB):
                _set_limit(connection, MEMORY_MIB)
            else:
                connection.execute("reset memory_limit")


@contextmanager
def unbounded(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Lets DuckDB hold as much memory as it takes by itself.

    Args:
        connection: the warehouse.
    """
    [[limit, _]] = connection.execute(_SETTINGS).fetchall()
    connection.execute("reset memory_limit")
    try:
        yield
    finally:
        if limit == _as_shown(MEMORY_MIB):
            with suppress(duckdb.Error):
                _set_limit(connection, MEMORY_MIB)


def _as_shown(megabytes: int) -> str:
    return f"{megabytes}.0 MiB"


def _set_limit(connection: duckdb.DuckDBPyConnection, megabytes: int) -> None:
    connection.execute(f"set memory_limit = '{megabytes}MiB'")


def execute(
    connection: duckdb.DuckDBPyConnection,
    statement: str,
    parameters: dict[str, object] | None = None,
) -> list[tuple[Any, ...]]:
    """Executes a statement that leaves nothing behind when it fails, as `sparing`, and returns its rows."""
    return sparing(connection, lambda: connection.execute(statement, parameters or {}).fetchall())


def sparing(connection: duckdb.DuckDBPyConnection, ask: Callable[[], _T]) -> _T:
    """Asks; where memory is too little, again in a way that needs less.

    Each thread holds memory of its own, and so do rows that wait to be written in their order. What does not fit goes
    to the disk; for the rest that cannot, the limit of `bounded` is doubled, for this once. It is never lifted.

    Args:
        connection: the database, in no transaction.
        ask: executes statements that leave nothing behind when they fail.

    Raises:
        duckdb.OutOfMemoryException: that is too little, too.
    """
    [[limit, threads]] = connection.execute(_SETTINGS).fetchall()
    try:
        return ask()
    except duckdb.OutOfMemoryException:
        connection.execute("set threads = 1")
        connection.execute("set preserve_insertion_order = false")
    try:
        return ask()
    except duckdb.OutOfMemoryException:
        # The data tests by themselves are not bounded: they have the limit that DuckDB sets.
        if limit != _as_shown(MEMORY_MIB):
            raise
        _set_limit(connection, 2 * MEMORY_MIB)
        try:
            return ask()
        finally:
            _set_limit(connection, MEMORY_MIB)
    finally:
        connection.execute("reset preserve_insertion_order")
        connection.execute(f"set threads = {threads}")
