"""The views with a column per custom field, which are generated since the fields vary.

Names of fields are free text, so a column has its field's name where possible, and is always quoted.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import duckdb

from figshare_warehouse.database.names import literal, quoted
from figshare_warehouse.models.sqlfiles import View

NEEDS = frozenset({"reports.article_custom_fields", "reports.article_main"})
"""The views that these read."""

# PostgreSQL and compatible databases cut longer names; the rest is for a distinguishing number.
_LONGEST = 56


def column_names(fields: Iterable[str], taken: Iterable[str]) -> dict[str, str]:
    """Names a column for each custom field.

    Args:
        fields: the names of the fields, in any order.
        taken: the existing columns.

    Returns:
        Field → column: the field's name, shortened if long. Where that is taken (databases ignore case) a number
        follows, in the alphabetical order of the fields: `Site`, `site (2)`.
    """
    used = {name.casefold() for name in taken}
    columns = {}
    for field in sorted(set(fields)):
        start = field[:_LONGEST].strip()
        name, number = start, 1
        while name.casefold() in used:
            number += 1
            name = f"{start} ({number})"
        used.add(name.casefold())
        columns[field] = name
    return columns


def build(connection: duckdb.DuckDBPyConnection, views: Sequence[View]) -> list[View]:
    """Creates or replaces the views that have a column per custom field.

    Args:
        connection: the warehouse, with the views that NEEDS names.
        views: those views, and any others.

    Returns:
        The views that were made.
    """
    made = wide_views(views, found(connection))
    for view in made:
        connection.execute(f"create or replace view {view.relation} as\n{view.text}")
    return made


def found(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Returns the names of the custom fields that there are, in alphabetical order."""
    is_there = connection.execute(
        "select 1 from duckdb_columns() where database_name = current_database() and schema_name = 'reports' "
        "and table_name = 'article_custom_fields' and column_name = 'field_name'"
    ).fetchall()
    if not is_there:
        return []
    rows = connection.execute("select distinct field_name from reports.article_custom_fields").fetchall()
    return sorted(name for (name,) in rows)


def wide_views(views: Sequence[View], fields: Sequence[str] = ()) -> list[View]:
    """Returns the views that have a column per custom field.

    Args:
        views: the views that NEEDS names, and any others.
        fields: the names of the fields.
    """
    [long] = (view for view in views if view.relation == "reports.article_custom_fields")
    [main] = (view for view in views if view.relation == "reports.article_main")
    # A field has the same column in both, so both keep clear of the columns of either.
    columns = column_names(fields, ["article_id", *main.columns])
    return [_wide(columns, long), _main_wide(columns, main)]


def _wide(columns: dict[str, str], long: View) -> View:
    value = "string_agg(value, '; ' order by position) filter (where field_name = {})"
    picked = "".join(f",\n    {value.format(literal(field))} as {quoted(name)}" for field, name in columns.items())
    text = f"select\n    article_id{picked}\n\nfrom reports.article_custom_fields\ngroup by article_id\n"
    paragraphs = (
        "One row per article that is currently listed and loaded and holds any custom field; one column per field.",
        "It follows the fields that exist, and each refresh updates it. Values are as in "
        "reports.article_custom_fields.",
    )
    notes = {"article_id": "Figshare's id of the article."} | _notes(columns)
    key = ("article_id",)
    return View(
        long.schema, "article_custom_fields_wide", "", text, paragraphs, notes, (long.relation,), key, long.subject
    )


def _main_wide(columns: dict[str, str], main: View) -> View:
    picked = "".join(f",\n    fields.{quoted(name)}" for name in columns.values())
    text = (
        f"select\n    items.*{picked}\n\nfrom reports.article_main as items\n"
        "left join reports.article_custom_fields_wide as fields on items.article_id = fields.article_id\n"
    )
    paragraphs = (
        "One row per item of reports.article_main, with one more column per custom field.",
        "It follows the fields that exist, and each refresh updates it.",
    )
    reads = ("reports.article_custom_fields_wide", "reports.article_main")
    notes = main.columns | _notes(columns)
    return View(main.schema, "article_main_wide", "", text, paragraphs, notes, reads, main.key, main.subject)


def _notes(columns: dict[str, str]) -> dict[str, str]:
    return {
        name: f"Custom field `{field}`, several values joined by `; `; NULL when it is empty or not there."
        for field, name in columns.items()
    }
