"""Where internal reports were published: noted in the warehouse, so that each such file can be removed again."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb

from figshare_warehouse.database import statements
from figshare_warehouse.models import queries
from figshare_warehouse.tables import INTERNAL_TABLES, duckdb_columns
from figshare_warehouse.warehouse import store

TABLE = INTERNAL_TABLES["published_files"]


@dataclass(frozen=True, slots=True)
class Place:
    """Where internal reports were published.

    Attributes:
        path: the file, absolute.
        warehouse: where the warehouse was then, absolute.
    """

    path: Path
    warehouse: Path


def note(connection: duckdb.DuckDBPyConnection, place: Place) -> None:
    """Notes where internal reports will be published.

    Args:
        connection: the warehouse, open for writing, in no transaction.
        place: the file, and the warehouse's.
    """
    if not _is_there(connection):
        columns = duckdb_columns({TABLE.name: TABLE})[TABLE.name]
        connection.execute(statements.create_table(TABLE.schema, TABLE.name, columns))
    if place not in noted(connection):
        given = [str(place.path), str(place.warehouse)]
        connection.execute(statements.insert_row(TABLE.schema, TABLE.name, ("path", "warehouse")), given)


def noted(connection: duckdb.DuckDBPyConnection) -> list[Place]:
    """Returns where internal reports were ever published, by their paths."""
    if not _is_there(connection):
        return []
    found = queries.rows(connection, "plan/internal/published_files")
    return [Place(Path(row["path"]), Path(row["warehouse"])) for row in found]


def _is_there(connection: duckdb.DuckDBPyConnection) -> bool:
    return any(table == TABLE.name for table, _ in store.columns_there(connection, TABLE.schema))
