"""The tables of personal data beside the public ones, empty, with all views, in memory: tests fill them by hand."""

from __future__ import annotations

from typing import Any

import duckdb

from figshare_warehouse.database import statements
from figshare_warehouse.models import views
from figshare_warehouse.models.dry_run import create_tables
from figshare_warehouse.models.sqlfiles import INTERNAL_SCHEMAS, LOADED_INTERNAL
from figshare_warehouse.tables import INTERNAL_TABLES, duckdb_columns
from tests.support import empty_warehouse


def internal_warehouse() -> duckdb.DuckDBPyConnection:
    connection = empty_warehouse()
    create_tables(connection, duckdb_columns(INTERNAL_TABLES), LOADED_INTERNAL)
    for schema in INTERNAL_SCHEMAS:
        connection.execute(statements.create_schema(schema))
    for item in views.parsed_files(schemas=INTERNAL_SCHEMAS):
        connection.execute(statements.create_view(item.sql.schema, item.sql.name, item.sql.text))
    return connection


def put(connection: duckdb.DuckDBPyConnection, table: str, **values: Any) -> None:
    """One row of a table of personal data; columns that are not named are NULL."""
    marks = ", ".join(f'? as "{name}"' for name in values)
    connection.execute(f"insert into figshare_internal.{table} by name select {marks}", list(values.values()))


def asked(connection: duckdb.DuckDBPyConnection, query: str) -> list[tuple[Any, ...]]:
    return connection.execute(query).fetchall()
