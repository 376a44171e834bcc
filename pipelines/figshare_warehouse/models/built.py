"""Whether the views are as they were last built: then nothing is built, which would take a second.

What is compared are digests: of the files as they are, without parsing them, of what the database holds (somebody else
may have written to it), and of the names of the custom fields, which some views follow.
"""

from __future__ import annotations

import hashlib
from contextlib import suppress
from pathlib import Path

import duckdb

from figshare_warehouse import tables
from figshare_warehouse.database import memo
from figshare_warehouse.models import custom_fields
from figshare_warehouse.models.sqlfiles import SCHEMAS, sql_folder
from figshare_warehouse.version import package_version

_SUBJECT = "views"
_FOLDERS = (*SCHEMAS, "macros", "fields.md")


def digest_of(folder: Path | None = None, user_folder: Path | None = None) -> str:
    """Returns a digest of all that views are made by: the files of views, macros and texts, and who reads them.

    Args:
        folder: the `sql` folder; ours when None.
        user_folder: a folder of the user's reports; None for none.
    """
    digest = hashlib.sha256(f"{duckdb.__version__} {package_version()}\0".encode())
    folder = folder or sql_folder()
    found = [(folder, path) for name in _FOLDERS for path in sorted(_files_in(folder / name))]
    found += [(user_folder, path) for path in sorted(user_folder.glob("*.sql"))] if user_folder else []
    for place, path in found:
        # A file that cannot be read is no view, either.
        with suppress(OSError):
            text = path.read_bytes()
            digest.update(f"{place.name}/{path.relative_to(place).as_posix()} {len(text)}\0".encode())
            digest.update(text)
    digest.update("\0".join(part for comment in tables.comments() for part in comment).encode())
    return digest.hexdigest()


def _files_in(path: Path) -> list[Path]:
    return [path] if path.is_file() else list(path.rglob("*.sql"))


def is_as(connection: duckdb.DuckDBPyConnection, files: str) -> bool:
    """Tells whether the views are those that were last built, from the same files.

    Args:
        connection: the warehouse.
        files: the digest of the files.
    """
    return _last(connection)[:2] == [files, _of_database(connection)]


def has_fields(connection: duckdb.DuckDBPyConnection) -> bool:
    """Tells whether the custom fields are those that some views were last built for.

    Args:
        connection: the warehouse, whose other views are as they were last built.
    """
    return _last(connection)[2:] == [_of_fields(connection)]


def remember(connection: duckdb.DuckDBPyConnection, files: str) -> None:
    """Remembers how all views were built.

    Args:
        connection: the warehouse, with all views.
        files: the digest of the files.
    """
    memo.remember(connection, _SUBJECT, f"{files} {_of_database(connection)} {_of_fields(connection)}")


def _last(connection: duckdb.DuckDBPyConnection) -> list[str]:
    return (memo.remembered(connection, _SUBJECT) or "").split()


def _of_database(connection: duckdb.DuckDBPyConnection) -> str:
    here = "database_name = current_database()"
    [[views]] = connection.execute(
        f"select concat(count(*), ' ', sum(hash(schema_name, view_name, {_words_of('sql')}, comment))) "
        f"from duckdb_views() where {here}"
    ).fetchall()
    [[columns]] = connection.execute(
        "select concat(count(*), ' ', sum(hash(schema_name, table_name, column_name, data_type, comment))) "
        f"from duckdb_columns() where {here} and schema_name in ? and table_name <> 'memo'",
        [[*tables.PUBLIC_SCHEMAS, *SCHEMAS]],
    ).fetchall()
    [[table_macros]] = connection.execute(
        f"select concat(count(*), ' ', sum(hash(function_name, {_words_of('macro_definition')}))) "
        f"from duckdb_functions() "
        f"where {here} and schema_name = 'reports' and function_type = 'table_macro'"
    ).fetchall()
    return _digest([views, columns, table_macros])


def _words_of(text: str) -> str:
    # When DuckDB has read the file again it writes the columns of a `using` in another order; 1.5 also other quotes,
    # parentheses and cross joins.
    return f"list_sort(regexp_extract_all(replace({text}, 'CROSS JOIN', ','), '[a-zA-Z0-9_]+|[^a-zA-Z0-9_ \"()]'))"


def _of_fields(connection: duckdb.DuckDBPyConnection) -> str:
    return _digest(custom_fields.found(connection))


def _digest(parts: list[str]) -> str:
    return hashlib.sha256("\0".join(parts).encode(errors="surrogatepass")).hexdigest()
