"""The data dictionary: type, description and origin of each column, and which view reads which."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from figshare_warehouse import tables
from figshare_warehouse.database import statements
from figshare_warehouse.database.confined import confine, connect
from figshare_warehouse.errors import FigshareWarehouseError, one_line
from figshare_warehouse.models import queries
from figshare_warehouse.models.about import no_facts
from figshare_warehouse.models.dry_run import create_placeholder, create_tables
from figshare_warehouse.models.macros import create_schemas
from figshare_warehouse.models.origins import find_origins
from figshare_warehouse.models.sqlfiles import INTERNAL_SCHEMAS, LOADED_INTERNAL, View
from figshare_warehouse.models.views import EVERY, find_view, list_views, made_views, parsed_files

_ORIGINS_SHOWN = 4


@dataclass(frozen=True, slots=True)
class Described:
    """One view and its documentation.

    Attributes:
        view: the view.
        types: column → DuckDB type.
        origins: column → the loaded columns that it is made from, without the schema; none where rows are counted.
            Empty for a view without a file.
        used_by: the views that read it.
    """

    view: View
    types: dict[str, str]
    origins: dict[str, tuple[str, ...]]
    used_by: tuple[str, ...]


def describe(name: str, user_folder: Path | None = None) -> Described:
    """Returns one view with its columns' types and origins.

    Args:
        name: its name, with or without the schema.
        user_folder: a folder of the user's reports; None for none.

    Raises:
        UsageError: there is no such view.
        FigshareWarehouseError: the views cannot be made.
    """
    relation = find_view(name, user_folder=user_folder).relation
    return next(item for item in describe_all(user_folder) if item.view.relation == relation)


def describe_all(user_folder: Path | None = None) -> list[Described]:
    """Returns every view as `describe` does, reports first, by name."""
    files = list_views(user_folder=user_folder, schemas=EVERY)
    made = made_views(files)
    ordered = parsed_files(schemas=EVERY, user_folder=user_folder)
    internal = tables.duckdb_columns(tables.INTERNAL_TABLES)
    origins = find_origins(ordered, tables.duckdb_columns(), internal)
    types: dict[str, dict[str, str]] = {}
    with connect() as connection:
        confine(connection)
        create_tables(connection, tables.duckdb_columns())
        create_tables(connection, internal, LOADED_INTERNAL)
        try:
            create_schemas(connection)
            for schema in INTERNAL_SCHEMAS:
                connection.execute(statements.create_schema(schema))
            for item in ordered:
                create_placeholder(connection, item.sql)
            for view in made:
                connection.execute(statements.create_table_as(view.schema, view.name, view.text), no_facts(view))
        except duckdb.Error as error:
            raise FigshareWarehouseError(f"The views cannot be made ({one_line(error)}): run `views check`.") from error
        for schema in EVERY:
            for row in queries.rows(connection, "catalog/columns", schema_name=schema):
                types.setdefault(f"{schema}.{row['table_name']}", {})[row["column_name"]] = row["data_type"]
    found = []
    views = sorted([*files, *made], key=lambda view: view.place)
    for view in views:
        known = {column: origins[view.relation].get(column, ()) for column in view.columns} if view in files else {}
        shown = {column: tuple(sorted(of.partition(".")[2] for of in found_in)) for column, found_in in known.items()}
        used_by = tuple(sorted(other.relation for other in views if view.relation in other.depends_on))
        found.append(Described(view, types.get(view.relation, {}), shown, used_by))
    return found


def list_text(width: int, user_folder: Path | None = None, beside: Sequence[Described] = ()) -> str:
    """Returns the names of all reports with what one row is, for a terminal.

    Args:
        width: the terminal's columns.
        user_folder: a folder of the user's reports; None for none.
        beside: reports whose files are not there.
    """
    lines: list[str] = []
    views = list_views(user_folder=user_folder, schemas=EVERY)
    views += made_views(views) + [item.view for item in beside]
    for view in sorted(views, key=lambda view: view.place):
        if view.is_report:
            lines += [view.relation, *wrapped(view.grain, width, 4)]
    hint = "figshare-warehouse describe REPORT says what its columns mean, describe WORD finds reports by words."
    return "\n".join([*lines, "", *wrapped(hint, width, 0), ""])


def describe_text(item: Described, width: int) -> str:
    """Returns the documentation of one view, for a terminal.

    Args:
        item: the view.
        width: the terminal's columns.
    """
    lines = [item.view.relation]
    for paragraph in item.view.paragraphs:
        lines += ["", *wrapped(paragraph, width, 0)]
    if item.view.key:
        lines += ["", *wrapped(f"Key: {', '.join(item.view.key)}.", width, 0)]
    lines += ["", "Columns"]
    for column, meaning in item.view.columns.items():
        lines += [f"  {column} ({item.types.get(column, '')})", *wrapped(meaning, width, 6)]
        if column in item.origins:
            lines += wrapped(f"From: {origin_words(item.origins[column])}.", width, 6)
    if item.view.depends_on:
        lines += ["", *wrapped(f"Reads {', '.join(item.view.depends_on)}.", width, 0)]
    if item.used_by:
        lines += wrapped(f"Read by {', '.join(item.used_by)}.", width, 0)
    return "\n".join([*lines, ""])


def wrapped(text: str, width: int, indent: int) -> list[str]:
    """Returns the lines of a text for a terminal of `width` columns, each indented."""
    space = " " * indent
    return textwrap.wrap(text, width, initial_indent=space, subsequent_indent=space, break_on_hyphens=False)


def origin_words(origins: Sequence[str]) -> str:
    """Returns in a few words what a column is made from."""
    if not origins:
        return "rows, counted, or a constant"
    more = len(origins) - _ORIGINS_SHOWN
    return ", ".join(origins[:_ORIGINS_SHOWN]) + (f" and {more} more" if more > 0 else "")
