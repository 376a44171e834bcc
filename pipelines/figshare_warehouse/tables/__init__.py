"""The column contract of every table that is loaded: public ones here, those of personal data in `tables.internal`.

Each table says what one row is, which columns identify a row, and for each column its type, its meaning and the field
of Figshare's response that it is read from. The parser (`sources.figshare.records.arrow`) reads exactly these fields,
the views are checked against these names, and the descriptions become comments in the database.

Types are dlt's: `bigint`, `text`, `bool`, `timestamp`, `date`. Timestamps are UTC without a time zone. Sizes are bytes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from figshare_warehouse.tables.collections import (
    COLLECTIONS,
    ENTITY_CHECKS,
    ENTITY_LISTINGS,
    ENTITY_TABLES,
    LISTED_ENTITIES,
    PROJECTS,
)
from figshare_warehouse.tables.contract import Column, Table, Type
from figshare_warehouse.tables.datacite import (
    CITATION_READINGS,
    CITATIONS,
    DATACITE_TABLES,
    DOI_CHECKS,
    DOI_COUNTS,
    DOI_READINGS,
    DOIS,
    HANDLES,
)
from figshare_warehouse.tables.fields import API_VERSIONS, FIELDS, ITEM_TYPE_FIELDS
from figshare_warehouse.tables.internal import INTERNAL_TABLES
from figshare_warehouse.tables.notes import (
    ARTICLE_CHANGES,
    ARTICLE_CHECKS,
    AUTHOR_LISTS,
    DOUBTED_LISTINGS,
    FAILED_REQUESTS,
    FIRST_LISTED,
    FOUND_INSTITUTIONS,
    GROUP_COUNTS,
    GROUP_NAMES,
    INSTITUTION_NAMES,
    LINK_CHECKS,
    LIST_READINGS,
    LISTINGS,
    REFRESH_REQUESTS,
    REFRESHES,
    SCHEMA_DRIFT,
    SCHOOLS,
    WITHDRAWALS,
)
from figshare_warehouse.tables.record import (
    ARTICLE_CHILDREN,
    ARTICLE_VERSIONS,
    ARTICLES,
    CATEGORIES,
    GROUPS,
    INSTITUTIONS,
    ITEM_TYPES,
    LICENSES,
    LISTED_ARTICLES,
)
from figshare_warehouse.tables.usage import USAGE_TABLES

__all__ = [
    "API_VERSIONS",
    "ARTICLES",
    "ARTICLE_CHANGES",
    "ARTICLE_CHECKS",
    "ARTICLE_CHILDREN",
    "ARTICLE_TABLES",
    "ARTICLE_VERSIONS",
    "AUTHOR_LISTS",
    "CATEGORIES",
    "CITATIONS",
    "CITATION_READINGS",
    "COLLECTIONS",
    "DOIS",
    "DOI_CHECKS",
    "DOI_COUNTS",
    "DOI_READINGS",
    "DOUBTED_LISTINGS",
    "DUCKDB_TYPES",
    "ENTITY_CHECKS",
    "ENTITY_LISTINGS",
    "FAILED_REQUESTS",
    "FIELDS",
    "FIRST_LISTED",
    "FOUND_INSTITUTIONS",
    "GROUPS",
    "GROUP_COUNTS",
    "GROUP_NAMES",
    "HANDLES",
    "INSTITUTIONS",
    "INSTITUTION_NAMES",
    "INTERNAL_TABLES",
    "ITEM_TYPES",
    "ITEM_TYPE_FIELDS",
    "LICENSES",
    "LINK_CHECKS",
    "LISTED_ARTICLES",
    "LISTED_ENTITIES",
    "LISTINGS",
    "LIST_READINGS",
    "PROJECTS",
    "PUBLIC_SCHEMAS",
    "REFRESHES",
    "REFRESH_REQUESTS",
    "SCHEMA_DRIFT",
    "SCHOOLS",
    "TABLES",
    "WITHDRAWALS",
    "Column",
    "Table",
    "Type",
    "comments",
    "duckdb_columns",
    "schema_of",
]

ARTICLE_TABLES = (ARTICLES, *ARTICLE_CHILDREN, ARTICLE_VERSIONS, ARTICLE_CHECKS)
"""The tables that hold an article's details."""

TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        *ARTICLE_TABLES,
        WITHDRAWALS,
        ARTICLE_CHANGES,
        AUTHOR_LISTS,
        LISTINGS,
        LISTED_ARTICLES,
        DOUBTED_LISTINGS,
        FIRST_LISTED,
        LIST_READINGS,
        GROUP_COUNTS,
        INSTITUTIONS,
        GROUPS,
        CATEGORIES,
        LICENSES,
        ITEM_TYPES,
        FIELDS,
        ITEM_TYPE_FIELDS,
        API_VERSIONS,
        *ENTITY_TABLES,
        SCHOOLS,
        INSTITUTION_NAMES,
        FOUND_INSTITUTIONS,
        GROUP_NAMES,
        REFRESHES,
        REFRESH_REQUESTS,
        FAILED_REQUESTS,
        SCHEMA_DRIFT,
        LINK_CHECKS,
        *USAGE_TABLES,
        *DATACITE_TABLES,
    )
}
"""Every loaded table by name. All of them are public; other tables of a warehouse are not published."""

PUBLIC_SCHEMAS = tuple(dict.fromkeys(table.schema for table in TABLES.values()))
"""The schemas of these tables; no two tables have one name."""

DUCKDB_TYPES: dict[Type, str] = {
    "bigint": "BIGINT",
    "text": "VARCHAR",
    "bool": "BOOLEAN",
    "timestamp": "TIMESTAMP",
    "date": "DATE",
}
"""DuckDB's name of each type."""


def duckdb_columns(tables: Mapping[str, Table] = TABLES) -> dict[str, dict[str, str]]:
    """Returns table name → column name → DuckDB type, in the contract's order; of the public tables by default."""
    return {
        table.name: {column.name: DUCKDB_TYPES[column.type] for column in table.columns} for table in tables.values()
    }


def schema_of(table: str) -> str:
    """Returns the schema of a public table; `figshare` for others, such as those that dlt keeps."""
    return TABLES[table].schema if table in TABLES else "figshare"


def comments(tables: Mapping[str, Table] = TABLES) -> Iterator[tuple[str, str, str, str]]:
    """Yields (schema, table, column, description); the column is empty for the table's own description."""
    for table in tables.values():
        yield table.schema, table.name, "", table.description
        for column in table.columns:
            yield table.schema, table.name, column.name, column.description
