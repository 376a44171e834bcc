"""Forgetting an institution: what a warehouse that never followed it would not hold."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from figshare_warehouse.database import statements
from figshare_warehouse.models import queries
from figshare_warehouse.tables import COLLECTIONS, PROJECTS, TABLES, Table
from figshare_warehouse.warehouse import store

KEPT = frozenset({"categories", "licenses", "item_types", "schools", "usage_items"})
"""Tables that are of no institution: lookups, and what the user gave."""

_OF_TOKENS = ("institutions", "groups", "fields", "item_type_fields")
_OF_REFRESHES = ("refreshes", "refresh_requests", "failed_requests", "schema_drift")


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What is forgotten with an institution.

    Attributes:
        listings: its listings, and those of its groups.
        articles: the articles that no other feed ever showed.
        groups: its groups.
        entities: the collections and projects that no other listing ever showed.
        of_entities: their ids by the column that holds them: `collection_id` or `project_id`.
        items: those of all these whose usage nobody asked for by name.
        scopes: what was found out of the Stats API, which is found out again.
        refreshes: the refreshes that followed nothing else.
        prefixes: the prefixes of DOIs that no other article or collection has.
        links: the addresses that were asked for; those that others name are asked for again.
        shared_count: how many of its articles another feed shows, which stay.
    """

    listings: pa.Table
    articles: pa.Table
    groups: pa.Table
    entities: pa.Table
    of_entities: Mapping[str, pa.Table]
    items: pa.Table
    scopes: pa.Table
    refreshes: pa.Table
    prefixes: pa.Table
    links: pa.Table
    shared_count: int


def to_forget(connection: duckdb.DuckDBPyConnection, institution_id: int) -> Forgotten:
    """Returns what would be forgotten."""
    listings = store.ask_arrow(connection, "forgotten_listings", institution_id=institution_id)
    articles = store.ask_arrow(connection, "forgotten_articles", listings)
    groups = store.ask_arrow(connection, "forgotten_groups", listings, institution_id=institution_id)
    entities = store.ask_arrow(connection, "forgotten_entities", listings)
    fetched = {"articles": articles, "groups": groups, "entities": entities}
    items = store.ask_arrow(connection, "forgotten_items", fetched)
    refreshes = store.ask_arrow(connection, "forgotten_refreshes", institution_id=institution_id)
    prefixes = store.ask_arrow(connection, "forgotten_prefixes", fetched)
    links = store.ask_arrow(connection, "forgotten_links")
    [shown] = store.ask(connection, "forgotten_shown", listings)
    scopes = store.ask_arrow(connection, "forgotten_scopes")
    shared = shown["article_count"] - articles.num_rows
    of_entities = {f"{name}_id": _ids(entities, name) for name in ("collection", "project")}
    return Forgotten(
        listings, articles, groups, entities, of_entities, items, scopes, refreshes, prefixes, links, shared
    )


def forget(connection: duckdb.DuckDBPyConnection, institution_id: int) -> Forgotten:
    """Forgets an institution in one transaction: killed in the middle, nothing is forgotten.

    Args:
        connection: the warehouse, open for writing, in no transaction.
        institution_id: Figshare's id of it.

    Returns:
        What was forgotten.
    """
    connection.begin()
    try:
        forgotten = to_forget(connection, institution_id)
        for table in TABLES.values():
            for columns, rows in _rows(table, forgotten, institution_id):
                delete = statements.delete_found(table.schema, table.name, columns, "forgotten")
                connection.register("forgotten", rows)
                try:
                    connection.execute(delete).fetchall()
                finally:
                    connection.unregister("forgotten")
        connection.commit()
    except BaseException:
        # DuckDB may have rolled back by itself, as when the disk is full.
        with suppress(duckdb.Error):
            connection.rollback()
        raise
    connection.checkpoint()
    return forgotten


def free_mb(connection: duckdb.DuckDBPyConnection) -> float:
    """Returns how many megabytes of the warehouse's file new rows can take."""
    [row] = queries.rows(connection, "catalog/free_space")
    return float(row["free_bytes"]) / 1e6


def _ids(entities: pa.Table, entity_type: str) -> pa.Table:
    of_type = pc.equal(entities.column("entity_type"), entity_type)
    return entities.filter(of_type).select(["entity_id"]).rename_columns([f"{entity_type}_id"])


def _rows(table: Table, forgotten: Forgotten, institution_id: int) -> list[tuple[tuple[str, ...], pa.Table]]:
    """Columns of a table, and the values in them whose rows go; none where all stay."""
    columns = {column.name for column in table.columns}
    institution = pa.table({"institution_id": pa.array([institution_id], pa.int64())})
    found: list[tuple[tuple[str, ...], pa.Table]] = []
    if table.name in KEPT:
        return found
    if table.name == "list_readings":
        # They are read again when a token's institution is followed.
        return [(("list_name",), pa.table({"list_name": list(_OF_TOKENS)}))]
    if table.name == "usage_scopes":
        return [(("scope",), forgotten.scopes)]
    if table.name == "entity_checks":
        return [(("entity_type", "entity_id"), forgotten.entities)]
    for record in (COLLECTIONS, PROJECTS):
        if table is record or table in record.children:
            [owner] = record.key
            return [((owner,), forgotten.of_entities[owner])]
    if table.name == "institutions":
        found.append((("id",), institution.rename_columns(["id"])))
    if "institution_id" in columns:
        found.append((("institution_id",), institution))
    if "listing" in columns:
        found.append((("listing",), forgotten.listings))
    if "article_id" in columns and table.name not in ("listed_articles", "first_listed"):
        found.append((("article_id",), forgotten.articles))
    if table.name == "group_counts":
        found.append((("group_id",), forgotten.groups))
    if "entity_id" in columns:
        found.append((("entity_type", "entity_id"), forgotten.items))
    if table.name == "link_checks":
        return [(("link",), forgotten.links)]
    if "prefix" in columns:
        found.append((("prefix",), forgotten.prefixes))
    if table.name in _OF_REFRESHES:
        found.append((("refresh_id",), forgotten.refreshes))
    return found
