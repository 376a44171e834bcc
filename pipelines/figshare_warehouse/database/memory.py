"""How much memory DuckDB may hold while we ask it for much."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import duckdb

MEMORY_MB = 192
"""What DuckDB may hold in memory while it computes or plans; twice that for a query that needs it."""

MOST_THREADS = 4
"""Each thread holds memory of its own: as many as a large machine has would need more than MEMORY_MB."""

_T = TypeVar("_T")


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


def limit_by_thread(connection: duckdb.DuckDBPyConnection, megabytes: int) -> None:
    """Lets DuckDB hold so much memory for each of its threads.

    Raises:
        duckdb.Error: it holds more, and cannot give it back.
    """
    [[threads]] = connection.execute("select current_setting('threads')").fetchall()
    connection.execute(f"set memory_limit = '{threads * megabytes}MB'")


def end_limit(connection: duckdb.DuckDBPyConnection) -> None:
    """Lets DuckDB hold as much memory as it takes by itself."""
    connection.execute("reset memory_limit")


def execute(
    connection: duckdb.DuckDBPyConnection, statement: str, parameters: dict[str, object] | None = None
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
    query = "select current_setting('memory_limit'), current_setting('threads')"
    [[limit, threads]] = connection.execute(query).fetchall()
    try:
        return ask()
    except duckdb.OutOfMemoryException:
        connection.execute("set threads = 1")
        connection.execute("set preserve_insertion_order = false")
    try:
        return ask()
    except duckdb.OutOfMemoryException:
        # The data tests by themselves are not bounded: they have the limit that DuckDB sets.
        if not limit.endswith("MiB"):
            raise
        connection.execute(f"set memory_limit = '{2 * MEMORY_MB}MB'")
        try:
            return ask()
        finally:
            connection.execute(f"set memory_limit = '{MEMORY_MB}MB'")
    finally:
        connection.execute("reset preserve_insertion_order")
        connection.execute(f"set threads = {threads}")
