"""The SQL files that are asked: each holds one query with `$` parameters, and says what its rows are.

`plan` is asked of the warehouse, `select`, `pages` and `status` of the published file.

Where several queries read one view that takes long, they read it as `temp.NAME`: the rows of `intermediate.NAME`, which
are computed once until something is loaded.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import Any, TypeAlias

import duckdb
import pyarrow as pa

from figshare_warehouse.database import statements
from figshare_warehouse.models.sqlfiles import sql_folder

Fetched: TypeAlias = pa.Table | Mapping[str, pa.Table] | None

_COMPUTED = re.compile(r"\btemp\.(int_[a-z_]+)")


@cache
def text_of(query: str) -> str:
    """Returns the text of a query's file.

    Args:
        query: its folder and name in `sql`, such as `plan/lists_due`.
    """
    return (sql_folder() / f"{query}.sql").read_text(encoding="utf-8")


def rows(connection: duckdb.DuckDBPyConnection, query: str, **parameters: object) -> list[dict[str, Any]]:
    """Returns the rows of a query, each by column name; arguments as `table`."""
    columns, found = table(connection, query, **parameters)
    return [dict(zip(columns, row, strict=True)) for row in found]


def table(
    connection: duckdb.DuckDBPyConnection, query: str, **parameters: object
) -> tuple[tuple[str, ...], list[tuple[Any, ...]]]:
    """Returns the names of a query's columns, and its rows.

    Args:
        connection: what it is asked of.
        query: its folder and name in `sql`.
        parameters: values of its `$` parameters.
    """
    cursor = connection.execute(text_of(query), parameters)
    return tuple(column[0] for column in cursor.description or ()), cursor.fetchall()


def arrow(
    connection: duckdb.DuckDBPyConnection,
    query: str,
    fetched: Fetched = None,
    computed: set[str] | None = None,
    **parameters: object,
) -> pa.Table:
    """Returns the rows of a query as one Arrow table.

    Args:
        connection: what it is asked of.
        query: its folder and name in `sql`.
        fetched: an Arrow table of what was just read, for a query that compares `fetched` with the warehouse; or
            several by name, for one that compares `fetched_NAME`.
        computed: the views that were computed since anything was loaded, and are now; None for none.
        parameters: values of its `$` parameters.
    """
    computed = set() if computed is None else computed
    for name in sorted(set(_COMPUTED.findall(text_of(query))) - computed):
        connection.execute(statements.compute("intermediate", name))
        computed.add(name)
    with _registered(connection, fetched):
        return connection.sql(text_of(query), params=parameters).to_arrow_table()


def forget_computed(connection: duckdb.DuckDBPyConnection) -> None:
    """Drops all that was computed for queries, which frees the memory."""
    for row in rows(connection, "catalog/temporary_tables"):
        connection.execute(statements.drop("table", "temp", row["table_name"]))


@contextmanager
def _registered(connection: duckdb.DuckDBPyConnection, fetched: Fetched) -> Iterator[None]:
    tables = fetched if isinstance(fetched, Mapping) else {"": fetched} if fetched is not None else {}
    registered = {"fetched" + (f"_{name}" if name else ""): held for name, held in tables.items()}
    try:
        for name, held in registered.items():
            connection.register(name, held)
        yield
    finally:
        for name in registered:
            connection.unregister(name)
