"""Whether the views are as they were last built: then nothing is built, which would take a second.

What is compared are digests: of the files, of what the database holds (somebody else may have written to it), and of
the names of the custom fields, which some views follow.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

import duckdb

from figshare_warehouse import tables
from figshare_warehouse.database import memo
from figshare_warehouse.models import custom_fields, macros
from figshare_warehouse.models.sqlfiles import SCHEMAS, View

_SUBJECT = "views"


def digest_of(views: Iterable[View], folder: Path | None = None) -> str:
    """Returns a digest of all that is made of files: views, macros, rules of cleaning and descriptions.

    Args:
        views: the views, in whatever order.
        folder: the `sql` folder; ours when None.
    """
    parts = [duckdb.__version__]
    for view in sorted(views, key=lambda view: view.relation):
        parts += [view.relation, view.text, view.description]
        parts += [part for column in view.columns.items() for part in column]
    for macro in (*macros.read_macros(folder), *macros.read_rules(folder)):
        parts += [macro.name, macro.text]
    parts += [part for comment in tables.comments() for part in comment]
    return _digest(parts)


def is_as(connection: duckdb.DuckDBPyConnection, files: str) -> bool:
    """Tells whether the views are those that were last built, from the same files.

    Args:
        connection: the warehouse.
        files: the digest of the files.
    """
    last = (memo.remembered(connection, _SUBJECT) or "").split()
    return last[:2] == [files, _of_database(connection)] and last[2:] == [_of_fields(connection)]


def remember(connection: duckdb.DuckDBPyConnection, files: str) -> None:
    """Remembers how all views were built.

    Args:
        connection: the warehouse, with all views.
        files: the digest of the files.
    """
    memo.remember(connection, _SUBJECT, f"{files} {_of_database(connection)} {_of_fields(connection)}")


def _of_database(connection: duckdb.DuckDBPyConnection) -> str:
    here = "database_name = current_database()"
    # DuckDB writes the columns of a `using` in another order when it has read the file again.
    [[views]] = connection.execute(
        "select concat(count(*), ' ', sum(hash("
        "schema_name, view_name, list_sort(regexp_extract_all(sql, '[a-zA-Z0-9_]+|[^a-zA-Z0-9_ ]')), comment))) "
        f"from duckdb_views() where {here}"
    ).fetchall()
    [[columns]] = connection.execute(
        "select concat(count(*), ' ', sum(hash(schema_name, table_name, column_name, data_type, comment))) "
        f"from duckdb_columns() where {here} and schema_name in ? and table_name <> 'memo'",
        [["figshare", *SCHEMAS]],
    ).fetchall()
    [[table_macros]] = connection.execute(
        "select concat(count(*), ' ', sum(hash(function_name, macro_definition))) from duckdb_functions() "
        f"where {here} and schema_name = 'reports' and function_type = 'table_macro'"
    ).fetchall()
    return _digest([views, columns, table_macros])


def _of_fields(connection: duckdb.DuckDBPyConnection) -> str:
    return _digest(custom_fields.found(connection))


def _digest(parts: list[str]) -> str:
    return hashlib.sha256("\0".join(parts).encode(errors="surrogatepass")).hexdigest()
