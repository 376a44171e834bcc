"""A dry run of the views in DuckDB: whether it accepts them, and the types of their columns.

DuckDB plans a view when it is created, with everything that it reads: views over views take five times as long as views
over tables. So each view is an empty placeholder table while views that read it are created.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import duckdb

from figshare_warehouse.database import statements
from figshare_warehouse.database.confined import confine, connect
from figshare_warehouse.models import queries
from figshare_warehouse.models.macros import Macro, create_rule
from figshare_warehouse.models.sqlfiles import (
    INTERNAL,
    INTERNAL_SCHEMAS,
    LOADED_INTERNAL,
    REPORT_SCHEMAS,
    SCHEMAS,
    TESTS,
    Problem,
    SqlFile,
)
from figshare_warehouse.tables import PUBLIC_SCHEMAS, duckdb_columns, schema_of

PUBLISHED_TYPES = frozenset({"BIGINT", "INTEGER", "DOUBLE", "VARCHAR", "BOOLEAN", "DATE", "TIMESTAMP"})
"""Types that every reader supports: others (TIMESTAMPTZ, lists, HUGEINT …) fail, hang or change in some tools."""

_REMEDIES = {
    "HUGEINT": "`sum` of whole numbers makes it: write `sum(…)::bigint`",
    "UHUGEINT": "write `(…)::bigint`",
    "TIMESTAMP WITH TIME ZONE": "write `(…) at time zone 'UTC'`",
    "DECIMAL": "write `(…)::double`",
    "FLOAT": "write `(…)::double`",
    "JSON": "write `(…)::varchar`",
    "[]": "write `array_to_string(…, '; ')`",
}
"""Beginning or end of a type → how to get one that is published."""

_COLUMNS = "catalog/columns"


def create_tables(
    connection: duckdb.DuckDBPyConnection, tables: Mapping[str, Mapping[str, str]], schema: str | None = None
) -> None:
    """Creates the loaded tables, empty.

    Args:
        connection: the database to create them in.
        tables: table → column → DuckDB type.
        schema: the schema; None for that of each public table.
    """
    for name in (schema,) if schema else PUBLIC_SCHEMAS:
        connection.execute(statements.create_schema(name))
    for table, columns in tables.items():
        connection.execute(statements.create_table(schema or schema_of(table), table, columns))


def empty_warehouse() -> duckdb.DuckDBPyConnection:
    """Returns a warehouse in memory with every declared table, without rows."""
    connection = connect()
    confine(connection)
    loaded = {table: {**columns, "_dlt_load_id": "VARCHAR"} for table, columns in duckdb_columns().items()}
    create_tables(connection, {**loaded, "_dlt_loads": {"load_id": "VARCHAR", "status": "BIGINT"}})
    return connection


def try_out(
    files: list[SqlFile],
    tables: Mapping[str, Mapping[str, str]],
    rules: Sequence[Macro] = (),
    internal: Mapping[str, Mapping[str, str]] | None = None,
) -> tuple[list[Problem], list[Problem]]:
    """Tries each file in DuckDB, over empty tables.

    Args:
        files: the files, each after what it reads.
        tables: the loaded tables: table → column → DuckDB type.
        rules: the rules of cleaning that the files use, each after those that it uses.
        internal: the loaded tables of personal data, where internal views are among the files.

    Returns:
        DuckDB's errors, and columns of reports with a type that not every reader supports.
    """
    refused: list[Problem] = []
    of_types: list[Problem] = []
    with connect() as connection:
        confine(connection)
        create_tables(connection, tables)
        create_tables(connection, internal or {}, LOADED_INTERNAL)
        for schema in (*SCHEMAS, TESTS, *INTERNAL_SCHEMAS):
            connection.execute(statements.create_schema(schema))
        failed: set[str] = set()
        all_made: list[Macro | SqlFile] = [*rules, *files]
        for made in all_made:
            try:
                if isinstance(made, Macro):
                    create_rule(connection, made)
                else:
                    create_placeholder(connection, made)
            except duckdb.Error as error:
                message = str(error)
                # Behind what failed, only the failure itself is worth telling.
                if not any(name in message for name in failed):
                    line, said = locate(message)
                    refused.append(Problem(made.file, line, f"DuckDB: {said}"))
                failed.add(made.name)
        published = (*REPORT_SCHEMAS, INTERNAL)
        lines = {(sql.name, note.name): note.line for sql in files for note in sql.notes if sql.is_report}
        names = {sql.name: sql.file for sql in files if sql.is_report}
        columns = [row for schema in published for row in queries.rows(connection, _COLUMNS, schema_name=schema)]
        for row in columns:
            table, column, type_ = row["table_name"], row["column_name"], row["data_type"]
            if type_ not in PUBLISHED_TYPES:
                file, line = names[table], lines.get((table, column), 1)
                said = f"column `{column}` is {type_}, which not every reader supports: {_remedy(type_)}"
                of_types.append(Problem(file, line, said))
    return refused, of_types


def _remedy(type_: str) -> str:
    found = (text for mark, text in _REMEDIES.items() if type_.startswith(mark) or type_.endswith(mark))
    return next(found, f"cast it to one of {', '.join(sorted(PUBLISHED_TYPES))}")


def create_placeholder(connection: duckdb.DuckDBPyConnection, sql: SqlFile) -> None:
    """Creates an empty table with the view's name, columns and types.

    Args:
        connection: the database, with what the file reads.
        sql: the file; DuckDB's error is about its text after one line.
    """
    columns = {name: type_ for name, type_, *_ in connection.execute(statements.describe(sql.text)).fetchall()}
    connection.execute(statements.create_table(sql.schema, sql.name, columns))


def replace_placeholders(connection: duckdb.DuckDBPyConnection, files: Sequence[SqlFile]) -> None:
    """Creates the views in place of their placeholders.

    Args:
        connection: the database.
        files: the files, each after what it reads.
    """
    for sql in reversed(files):
        connection.execute(statements.drop("table", sql.schema, sql.name))
        connection.execute(statements.create_view(sql.schema, sql.name, sql.text))


def locate(message: str) -> tuple[int, str]:
    """Returns the file's line that a DuckDB error is about (1 when it does not say) and the error's first line."""
    said = re.search(r"^LINE (\d+):", message, re.MULTILINE)
    first = message.strip().splitlines()[0] if message.strip() else "unknown error"
    # The statement has one line before the file's text.
    return (max(int(said[1]) - 1, 1) if said else 1), first
