"""Tables of what some items are: their types, years, licences and funders, and how complete their metadata is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import duckdb

from figshare_warehouse.models import queries
from figshare_warehouse.reports.html import cells, page_tables
from figshare_warehouse.reports.html.page import Column, Table
from figshare_warehouse.reports.report import Value

_PARTS = {
    "license": "Licence",
    "description": "Description of 100 characters or more",
    "categories": "Subject category",
    "keywords": "Keyword",
    "orcid": "ORCID iD of an author",
    "funding": "Funding",
    "references": "Reference or linked publication",
    "readme": "README file",
}
_MISSING = {"license": "licence", "orcid": "ORCID iD", "readme": "README"}


def overview(connection: duckdb.DuckDBPyConnection, scope_id: str) -> tuple[Table, Table]:
    """Returns item types, the most frequent first, and years of publication, the latest first.

    Args:
        connection: where the reports are.
        scope_id: as in `reports.item_types`.
    """
    found = queries.rows(connection, "select/item_types", scope_id=scope_id)
    most = max((row["article_count"] for row in found), default=None)
    types = [
        (
            cells.words(row["item_type"], absent="Not known"),
            cells.number(row["article_count"], most),
            cells.share(row["article_ratio"]),
            cells.number(row["downloads"]),
            cells.number(row["views"]),
        )
        for row in found
    ]
    columns = (
        Column("Item type"),
        Column("Items", "number", sorted="descending"),
        Column("Share", "number", is_lesser=True),
        Column("Downloads", "number"),
        Column("Views", "number", is_lesser=True),
    )
    found = queries.rows(connection, "select/years", scope_id=scope_id)
    most = max((row["article_count"] for row in found), default=None)
    years = [
        (
            cells.words(row["published_year"], absent="Not known"),
            cells.number(row["article_count"], most),
            cells.number(row["file_count"]),
            cells.size(row["size_bytes"]),
        )
        for row in found
    ]
    of_year = (
        Column("First public in", "date", sorted="descending"),
        Column("Items", "number"),
        Column("Files", "number"),
        Column("Size", "number", is_lesser=True),
    )
    return (
        Table("item_types", "Item types", columns, types, _NO_ITEMS),
        Table("years", "Outputs a year", of_year, years, _NO_ITEMS),
    )


_NO_ITEMS = "There are no items."


def licenses(rows: Sequence[dict[str, Any]]) -> Table:
    """Returns licences, the most frequent first."""
    columns = (
        Column("Licence"),
        Column("Items", "number", sorted="descending"),
        Column("Share", "number", is_lesser=True),
        Column("Downloads", "number"),
    )
    most = rows[0]["article_count"] if rows else None
    shown = [
        (
            cells.words(row["license"]),
            cells.number(row["article_count"], most),
            cells.share(row["article_ratio"]),
            cells.number(row["downloads"]),
        )
        for row in rows
    ]
    return Table("licences", "Licences", columns, shown, "There are no items.")


def funders(rows: Sequence[dict[str, Any]]) -> Table:
    """Returns funders, by kind, the most frequent first."""
    columns = (Column("Funder"), Column("Items", "number"), Column("Downloads", "number"))
    most = max((row["article_count"] for row in rows), default=None)
    shown = []
    for row in rows[: page_tables.OTHERS_SHOWN]:
        absent = "Written by depositors" if row["funding_kind"] == "written" else "Linked grants without a funder"
        line = (cells.words(row["funder"], absent=absent), cells.number(row["article_count"], most))
        shown.append((*line, cells.number(row["downloads"])))
    note = "An item counts with each of its funders." if rows else ""
    left_out = max(len(rows) - page_tables.OTHERS_SHOWN, 0)
    return Table("funders", "Funders", columns, shown, "The items name no funding.", note, left_out=left_out)


def metadata(
    connection: duckdb.DuckDBPyConnection, institution_id: Value, group_ids: Sequence[Value] | None = None
) -> tuple[Table, Table]:
    """Returns how many items have what is recommended, and which lack most of it.

    Args:
        connection: where the reports are.
        institution_id: items that this institution lists.
        group_ids: those in these groups; None for all.
    """
    which = {"institution_id": institution_id, "group_ids": group_ids}
    columns = (
        Column("Part"),
        Column("Have it", "number"),
        Column("Lack it", "number", sorted="descending"),
        Column("Share", "number", is_lesser=True),
    )
    parts = [
        (
            cells.words(_PARTS[row["part"]]),
            cells.number(row["item_count"]),
            cells.number(row["missing_count"]),
            cells.share(row["item_ratio"]),
        )
        for row in queries.rows(connection, "pages/metadata", **which)
    ]
    found = queries.rows(connection, "pages/metadata_missing", **which, most=page_tables.OTHERS_SHOWN)
    missing = [
        (
            page_tables.item(row),
            cells.words(", ".join(_MISSING.get(part, part) for part in str(row["missing_fields"]).split("; "))),
            cells.number(row["missing_count"]),
        )
        for row in found
    ]
    count = found[0]["entity_count"] if found else 0
    of_item = (Column("Title"), Column("Lacks"), Column("Parts", "number", is_lesser=True, sorted="descending"))
    note = "Not every item was funded, or needs a README. Items whose record does not tell are in neither column."
    return (
        Table("metadata", "Metadata care", columns, parts, _NO_ITEMS, note if parts else ""),
        Table(
            "metadata_missing",
            f"Items to complete ({count:,})",
            of_item,
            missing,
            "No item is known to lack anything.",
            is_filtered=len(missing) > 2 * page_tables.TOP,
            left_out=count - len(missing),
        ),
    )
