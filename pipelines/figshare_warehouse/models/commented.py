"""Reports that a published file has beside ours, as its own comments describe them."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from figshare_warehouse.models import queries
from figshare_warehouse.models.dictionary import Described
from figshare_warehouse.models.sqlfiles import View

_NOTHING_SAID = "Nothing in the published file says what it is."


def reports_beside(connection: duckdb.DuckDBPyConnection, views: Sequence[View]) -> list[Described]:
    """Returns the reports of a published file that are none of `views`, with what its comments say of them.

    Args:
        connection: the published file.
        views: the views that are known from their SQL files.
    """
    known = {view.relation for view in views}
    found: dict[str, Described] = {}
    for row in queries.rows(connection, "catalog/commented_columns"):
        relation = f"{row['schema_name']}.{row['table_name']}"
        if relation in known:
            continue
        paragraphs = tuple((row["table_comment"] or _NOTHING_SAID).split("\n\n"))
        view = View(row["schema_name"], row["table_name"], "", "", paragraphs, {}, ())
        item = found.setdefault(relation, Described(view, {}, {}, ()))
        item.view.columns[row["column_name"]] = row["column_comment"] or ""
        item.types[row["column_name"]] = row["data_type"]
    return list(found.values())
