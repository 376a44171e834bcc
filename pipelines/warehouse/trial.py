"""The views made in an empty database in memory: the last word on whether DuckDB takes them, and on their types."""

from __future__ import annotations

import re
from collections.abc import Mapping

import duckdb

from pipelines.tables import duckdb_columns
from pipelines.warehouse.viewfiles import SCHEMAS, Problem, SqlFile

PUBLISHED_TYPES = frozenset({"BIGINT", "INTEGER", "DOUBLE", "VARCHAR", "BOOLEAN", "DATE", "TIMESTAMP"})
"""What every reader takes: others (TIMESTAMPTZ, lists, HUGEINT …) fail, hang or lose their type in some tools."""


def create_tables(connection: duckdb.DuckDBPyConnection, tables: Mapping[str, Mapping[str, str]]) -> None:
    """Creates the loaded tables, empty, in the schema `figshare`.

    Args:
        connection: the database to create them in.
        tables: table → column → DuckDB type.
    """
    connection.execute("create schema if not exists figshare")
    for table, columns in tables.items():
        listed = ", ".join(f'"{name}" {type_}' for name, type_ in columns.items())
        connection.execute(f'create table figshare."{table}" ({listed})')


def empty_warehouse() -> duckdb.DuckDBPyConnection:
    """Returns a warehouse in memory with every declared table, as loading makes them, and no row."""
    connection = duckdb.connect(":memory:")
    connection.execute("set timezone = 'UTC'")
    loaded = {table: {**columns, "_dlt_load_id": "VARCHAR"} for table, columns in duckdb_columns().items()}
    create_tables(connection, {**loaded, "_dlt_loads": {"load_id": "VARCHAR", "status": "BIGINT"}})
    return connection


def try_out(files: list[SqlFile], tables: Mapping[str, Mapping[str, str]]) -> list[Problem]:
    """Creates the views over empty tables and looks at what comes out.

    Args:
        files: the files, each after what it reads.
        tables: the loaded tables: table → column → DuckDB type.

    Returns:
        What DuckDB refuses, and columns of `reports` of a type that not every reader takes.
    """
    problems: list[Problem] = []
    with duckdb.connect(":memory:") as connection:
        create_tables(connection, tables)
        for schema in SCHEMAS:
            connection.execute(f"create schema {schema}")
        failed: set[str] = set()
        for sql in files:
            try:
                connection.execute(create_statement(sql))
            except duckdb.Error as error:
                message = str(error)
                # Behind a view that failed, only the failure itself is worth telling.
                if not any(name in message for name in failed):
                    line, said = locate(message)
                    problems.append(Problem(sql.file, line, f"DuckDB: {said}"))
                failed.add(sql.name)
        lines = {
            (sql.name, note.name): (sql.file, note.line)
            for sql in files
            for note in sql.notes
            if sql.schema == "reports"
        }
        query = "select table_name, column_name, data_type from duckdb_columns() where schema_name = 'reports'"
        for table, column, type_ in connection.execute(query).fetchall():
            if type_ not in PUBLISHED_TYPES:
                file, line = lines.get((table, column), (f"sql/reports/{table}.sql", 1))
                problems.append(Problem(file, line, f"column `{column}` is {type_}, which not every reader takes"))
    return problems


def create_statement(sql: SqlFile) -> str:
    """Returns the statement that makes the view: the file's own text after one line."""
    return f'create or replace view "{sql.schema}"."{sql.name}" as\n{sql.text}'


def locate(message: str) -> tuple[int, str]:
    """Returns the file's line that a DuckDB error is about (1 when it does not say) and the error's first line."""
    said = re.search(r"^LINE (\d+):", message, re.MULTILINE)
    first = message.strip().splitlines()[0] if message.strip() else "unknown error"
    # The statement has one line before the file's text.
    return (max(int(said[1]) - 1, 1) if said else 1), first
