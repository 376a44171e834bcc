"""Migration of a warehouse from an older version: tables and columns are renamed, nothing is lost or read again."""

from __future__ import annotations

from pathlib import Path

import duckdb

from figshare_warehouse.database import statements
from figshare_warehouse.tables import TABLES
from figshare_warehouse.warehouse import store

# By the version that renamed them, the oldest first.
_TABLES = {"departments": "schools"}
_COLUMNS = {"item_type": "entity_type", "item_id": "entity_id"}
_COLUMNS_OF = {"articles": {"id": "article_id"}}


def migrate(connection: duckdb.DuckDBPyConnection, warehouse: Path) -> list[str]:
    """Renames tables and columns of the schema `figshare` that had other names in an older version.

    The next load creates what an older version did not have. The views are rebuilt from their files.

    Args:
        connection: the warehouse, open for writing and in no transaction.
        warehouse: its file.

    Returns:
        What was renamed, as `table` or `table.column`, by its new name.

    Raises:
        FigshareWarehouseError: it cannot be written; the old names stay.
    """
    there = store.columns_there(connection)
    tables = {table for table, _ in there}
    renamed: dict[str, str] = {}
    for old, new in _TABLES.items():
        if old in tables and new not in tables:
            renamed[new] = statements.rename_table("figshare", old, new)
    for table in TABLES.values():
        named = {column.name for column in table.columns}
        for old, new in (_COLUMNS | _COLUMNS_OF.get(table.name, {})).items():
            if new in named and (table.name, old) in there and (table.name, new) not in there:
                renamed[f"{table.name}.{new}"] = statements.rename_column("figshare", table.name, old, new)
    if renamed:
        try:
            connection.begin()
            # dlt recreates its staging tables.
            for statement in (*renamed.values(), statements.drop_schema("figshare_staging")):
                connection.execute(statement).fetchall()
            connection.commit()
        except duckdb.Error as error:
            raise store.failure(error, warehouse) from error
    return list(renamed)
