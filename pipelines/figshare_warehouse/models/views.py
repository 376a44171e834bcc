"""The views: read from the folders of `sql`, checked, created in order, and described in the database.

A view is one file (`models.sqlfiles` says of what form): its folder in `sql` is the schema, its name the view's.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import duckdb

from figshare_warehouse import tables
from figshare_warehouse.database.names import literal, quoted
from figshare_warehouse.errors import FigshareWarehouseError, UsageError
from figshare_warehouse.models import about, built, column_texts, custom_fields, lineage, macros
from figshare_warehouse.models.dry_run import create_placeholder, locate, replace_placeholders, try_out
from figshare_warehouse.models.sqlfiles import (
    INTERNAL_SCHEMAS,
    SCHEMAS,
    TESTS,
    Problem,
    SqlFile,
    View,
    read_files,
    sql_folder,
)

EVERY = (*SCHEMAS, *INTERNAL_SCHEMAS)
"""The schemas of views, also of those that are made of personal data only where the internal file is published."""

__all__ = ["EVERY", "Problem", "View", "build", "check", "find_view", "list_views", "made_views", "sql_folder"]


def check(folder: Path | None = None, user_folder: Path | None = None) -> list[Problem]:
    """Looks for everything that is wrong with the SQL files, data tests and macros among them, without a warehouse.

    Args:
        folder: the `sql` folder; ours when None.
        user_folder: a folder of the user's reports; None for none.

    Returns:
        The problems by file and line; empty when `build` will do.
    """
    rules = macros.read_rules(folder)
    of_macros = [p for macro in (*macros.read_macros(folder), *rules) for p in macros.check_macro(macro)]
    read = _read(folder, user_folder, (*SCHEMAS, TESTS, *INTERNAL_SCHEMAS))
    return sorted([*_check(rules, *read), *lineage.check_places(read[0]), *of_macros])


def _check(
    rules: Sequence[macros.Macro], ordered: list[lineage.Parsed], files: list[SqlFile], problems: list[Problem]
) -> list[Problem]:
    loaded, internal = tables.duckdb_columns(), tables.duckdb_columns(tables.INTERNAL_TABLES)
    problems = problems + lineage.check_columns(ordered, files, loaded, internal)
    refused, of_types = try_out([item.sql for item in ordered], loaded, rules, internal)
    # DuckDB's words for what is found already would be a second problem of one mistake.
    return sorted({*(problems or refused), *of_types})


def refuse_problems(user_folder: Path) -> None:
    """Checks the user's reports, and those of ours that they read.

    Args:
        user_folder: the folder of the user's reports.

    Raises:
        UsageError: something is wrong with them.
    """
    ordered, files, problems = _read(None, user_folder)
    ours = {sql.relation for sql in read_files(sql_folder())[0]}
    wanted = lineage.needed(ordered, {sql.relation for sql in files} - ours)
    problems = [*_check(macros.read_rules(), wanted, files, problems), *lineage.check_places(wanted)]
    if problems:
        more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
        raise UsageError(f"One of your reports is wrong: {problems[0]}{more}.")


def build(
    connection: duckdb.DuckDBPyConnection,
    folder: Path | None = None,
    user_folder: Path | None = None,
) -> None:
    """Creates or replaces every view, drops those without a file, and writes descriptions into the database.

    The views that follow the custom fields that exist are made after those of files.

    All of it is one transaction: when anything fails, the database is as it was. Views of SCHEMAS are taken for ours;
    tables there are left alone. A view that is there already as its file says is kept, with its comments; where that is
    so of all, which is remembered, nothing is done, and no file is parsed.

    Args:
        connection: the warehouse, open for writing and in no transaction, with the tables that are declared.
        folder: the `sql` folder; ours when None.
        user_folder: a folder of the user's reports; None for none.

    Raises:
        FigshareWarehouseError: a file is wrong, or DuckDB refuses a view.
    """
    files = built.digest_of(folder, user_folder)
    has_rules = macros.has_rules(connection, folder)
    is_as = has_rules and built.is_as(connection, files)
    if is_as and built.has_fields(connection):
        return
    ordered, _, problems = _read(folder, user_folder)
    if problems:
        more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
        raise FigshareWarehouseError(f"The views were not built: {min(problems)}{more}.")
    views = [_view(item) for item in ordered]
    relations = {view.relation for view in views}
    # By another rule a view's column can be of another type, which DuckDB refuses when the view is read.
    kept = _as_their_files_say(connection, ordered) if has_rules and not is_as else set()
    connection.begin()
    try:
        if not is_as:
            _build_files(connection, ordered, kept, folder)
        # Views that read them are dropped or created again, too; DuckDB checks columns only when a view is read.
        made = custom_fields.build(connection, views) if relations >= custom_fields.NEEDS else []
        wanted = relations | {view.relation for view in made}
        _drop(connection, lambda relation: relation not in wanted)
        _describe(connection, [*views, *made])
        built.remember(connection, files)
        connection.commit()
    except BaseException:
        # DuckDB may have rolled back by itself, as when the disk is full.
        with suppress(duckdb.Error):
            connection.rollback()
        raise


def _build_files(
    connection: duckdb.DuckDBPyConnection, ordered: Sequence[lineage.Parsed], kept: set[str], folder: Path | None
) -> None:
    """Creates or replaces the views of files but those that are kept, and the macros."""
    if not kept:
        macros.create_schemas(connection, folder)
    created = [item.sql for item in ordered if item.sql.relation not in kept]
    _create_placeholders(connection, created)
    # Between them, since DuckDB plans a macro with all that it reads.
    macros.build(connection, {item.sql.relation for item in ordered}, folder)
    replace_placeholders(connection, created)


def list_views(
    folder: Path | None = None, user_folder: Path | None = None, schemas: Sequence[str] = SCHEMAS
) -> list[View]:
    """Returns every view that can be read, reports first, by name.

    Args:
        folder: the `sql` folder; ours when None.
        user_folder: a folder of the user's reports; None for none.
        schemas: which of them; EVERY with the internal ones.
    """
    return views_of(parsed_files(folder, schemas, user_folder))


def views_of(files: Sequence[lineage.Parsed]) -> list[View]:
    """Returns the views among files, reports first, by name.

    Args:
        files: as from `parsed_files`.
    """
    views = (item for item in files if item.sql.schema in EVERY)
    return sorted(map(_view, views), key=lambda view: view.place)


def made_views(views: Sequence[View]) -> list[View]:
    """Returns the reports besides those of files: with a column per custom field, and of the published file's own.

    Args:
        views: the views of files; what is made of them is left out where they are not there.
    """
    is_ours = {view.relation for view in views} >= custom_fields.NEEDS
    return [*custom_fields.wide_views(views), *about.metadata_views()] if is_ours else []


def find_view(name: str, folder: Path | None = None, user_folder: Path | None = None) -> View:
    """Returns one view by its name, with or without its schema.

    Args:
        name: `articles` or `reports.articles`; a report is preferred to a staging view of the same name.
        folder: the `sql` folder; ours when None.
        user_folder: a folder of the user's reports; None for none.

    Raises:
        UsageError: there is no such view; the message names similar ones.
    """
    views = list_views(folder, user_folder, EVERY)
    views += made_views(views)
    wanted = name.strip().lower()
    for view in views:
        if wanted in (view.name, view.relation):
            return view
    names = [view.name for view in views if view.is_report] or [view.relation for view in views]
    near = difflib.get_close_matches(wanted, names, n=3)
    there = f"there is {', '.join(near)}" if near else "`figshare-warehouse describe` lists them all"
    raise UsageError(f"There is no view {name!r}; {there}.")


def parsed_files(
    folder: Path | None = None, schemas: Sequence[str] = SCHEMAS, user_folder: Path | None = None
) -> list[lineage.Parsed]:
    """Returns every file that can be read, each after what it reads.

    Args:
        folder: the `sql` folder; ours when None.
        schemas: which of them.
        user_folder: a folder of the user's reports; None for none.
    """
    ordered, _, _ = _read(folder, user_folder, schemas)
    return ordered


def _read(
    folder: Path | None, user_folder: Path | None = None, schemas: Sequence[str] = SCHEMAS
) -> tuple[list[lineage.Parsed], list[SqlFile], list[Problem]]:
    files, problems = read_files(folder or sql_folder(), user_folder, schemas)
    texts, wrong_texts = column_texts.read_fields(folder or sql_folder())
    problems += wrong_texts
    parsed = []
    for sql in files:
        item, wrong = lineage.parse(sql)
        problems += wrong
        if item:
            parsed.append(column_texts.inherit(item, texts))
    ordered, cycles = lineage.in_order(parsed)
    return ordered, files, problems + cycles


def _view(item: lineage.Parsed) -> View:
    sql = item.sql
    columns = {note.name: note.description for note in sql.notes}
    reads = tuple(sorted(item.reads))
    key = sql.key.columns if sql.key else ()
    return View(sql.schema, sql.name, sql.file, sql.text, sql.paragraphs, columns, reads, key, sql.subject)


def _as_their_files_say(connection: duckdb.DuckDBPyConnection, ordered: Sequence[lineage.Parsed]) -> set[str]:
    """The views that are up to date: DuckDB has the file's query, also of every view that it reads."""
    query = "select schema_name, view_name, sql from duckdb_views() where database_name = current_database()"
    there = {f"{schema}.{name}": sql for schema, name, sql in connection.execute(query).fetchall()}
    query = "select schema_name, table_name, column_name from duckdb_columns() where database_name = current_database()"
    columns: dict[str, list[str]] = {}
    for schema, name, column in connection.execute(query).fetchall():
        columns.setdefault(f"{schema}.{name}", []).append(column)
    files = {item.sql.relation for item in ordered}
    kept: set[str] = set()
    for item in ordered:
        relation = item.sql.relation
        _, _, query = there.get(relation, "").partition(" AS ")
        if (
            item.reads.keys() & files <= kept
            # `*` is resolved when a view is created.
            and columns.get(relation) == [note.name for note in item.sql.notes]
            and query == f"{_as_duckdb_writes(connection, item.sql.text)};"
        ):
            kept.add(relation)
    return kept


def _as_duckdb_writes(connection: duckdb.DuckDBPyConnection, query: str) -> str | None:
    """The query as DuckDB stores it for a view; None when it cannot be serialized."""
    try:
        row = connection.execute("select json_deserialize_sql(json_serialize_sql(?::varchar))", [query]).fetchone()
    except duckdb.Error:
        return None
    return str(row[0]) if row else None


def _create_placeholders(connection: duckdb.DuckDBPyConnection, files: Sequence[SqlFile]) -> None:
    """Creates the placeholders of views, in place of the views of the same names."""
    replaced = {sql.relation for sql in files}
    _drop(connection, lambda relation: relation in replaced)
    for sql in files:
        try:
            create_placeholder(connection, sql)
        except duckdb.Error as error:
            line, said = locate(str(error))
            raise FigshareWarehouseError(f"The views were not built: {sql.file}:{line}: {said}") from error


def _drop(connection: duckdb.DuckDBPyConnection, is_unwanted: Callable[[str], bool]) -> None:
    """Drops those of the views that are taken for ours."""
    query = "select schema_name, view_name from duckdb_views() where database_name = current_database()"
    for schema, name in connection.execute(query).fetchall():
        if schema in SCHEMAS and is_unwanted(f"{schema}.{name}"):
            connection.execute(f"drop view {quoted(schema)}.{quoted(name)}")


def _describe(connection: duckdb.DuckDBPyConnection, views: list[View]) -> None:
    """Writes comments where they differ: a BI tool shows them beside the names."""
    kinds: dict[tuple[str, str], str] = {}
    there: dict[tuple[str, str, str], str | None] = {}
    for kind in ("table", "view"):
        query = (
            f"select schema_name, {kind}_name, comment from duckdb_{kind}s() where database_name = current_database()"
        )
        for schema, name, comment in connection.execute(query).fetchall():
            kinds[schema, name] = kind
            there[schema, name, ""] = comment
    what = "schema_name, table_name, column_name, comment"
    query = f"select {what} from duckdb_columns() where database_name = current_database()"
    there |= {(schema, name, column): comment for schema, name, column, comment in connection.execute(query).fetchall()}
    for place, comment in _comments(views).items():
        if place in there and there[place] != comment:
            schema, name, column = place
            what = f"{quoted(schema)}.{quoted(name)}"
            kind, what = ("column", f"{what}.{quoted(column)}") if column else (kinds[schema, name], what)
            connection.execute(f"comment on {kind} {what} is {literal(comment)}")


def _comments(views: list[View]) -> Mapping[tuple[str, str, str], str]:
    wanted = {(schema, table, column): text for schema, table, column, text in tables.comments()}
    for view in views:
        wanted[view.schema, view.name, ""] = view.description
        wanted |= {(view.schema, view.name, column): text for column, text in view.columns.items()}
    return wanted
