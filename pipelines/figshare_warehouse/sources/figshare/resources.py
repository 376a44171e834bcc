"""dlt resources made from the declared tables: all columns, merged by key, loaded as typed Arrow tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import dlt
import pyarrow as pa
import pyarrow.compute as pc
from dlt.common.schema.typing import TColumnSchema
from dlt.extract import DltResource

from figshare_warehouse.sources.figshare.records.arrow import DELETED, arrow_schema
from figshare_warehouse.tables import ARTICLE_TABLES, Table

ArrowTables = Mapping[Table, pa.Table]

ROWS_TOGETHER = 20_000
"""Arrow tables are joined up to so many rows: dlt spends longer on a table's schema than on its rows."""


def hints(table: Table) -> dict[str, Any]:
    """Returns the arguments that make a dlt resource load a table as declared.

    Rows are merged, so a load that is repeated after a crash adds nothing twice. Source of the merge rules: dlt 1.31,
    "Merge loading".
    """
    columns: dict[str, TColumnSchema] = {}
    for column in table.columns:
        columns[column.name] = {
            "name": column.name,
            "data_type": column.type,
            "nullable": not column.is_key,
            "description": column.description,
        }
        if column.type == "timestamp":
            # dlt would make naive timestamps TIMESTAMPTZ, which many readers cannot take.
            columns[column.name]["timezone"] = False
    arguments: dict[str, Any] = {
        "name": table.name,
        "columns": columns,
        "write_disposition": {"disposition": "merge", "strategy": "delete-insert"},
        "file_format": "parquet",
    }
    if table.count_column:
        columns[DELETED] = {
            "name": DELETED,
            "data_type": "bool",
            "nullable": True,
            "hard_delete": True,
            "description": "For the merge only: never true in a stored row.",
        }
    match table.replaced:
        case "key":
            arguments["primary_key"] = table.key
        case "all":
            arguments["write_disposition"] = "replace"
        case tuple() as owners:
            arguments["merge_key"] = list(owners)
        case owner:
            arguments["merge_key"] = owner
    return arguments


def table_resource(table: Table, arrow: Iterable[pa.Table], is_added: bool = False) -> DltResource:
    """Returns a resource that loads Arrow tables into the table.

    Args:
        table: the contract.
        arrow: Arrow tables of its columns; a list of them is consumed.
        is_added: rows are appended, without looking for rows to replace.
    """

    def rows() -> Iterator[pa.Table]:
        # The table must exist, with all its columns, even when there is nothing to load into it. (dlt's own mark for
        # that adds row ids, which Arrow tables do not have.)
        waiting = [arrow_schema(table).empty_table()]
        for piece in taken(arrow):
            waiting.append(_without_deleted(piece) if is_added else piece)
            if sum(len(one) for one in waiting) >= ROWS_TOGETHER:
                yield pa.concat_tables(waiting)
                waiting = []
        if waiting:
            yield pa.concat_tables(waiting)

    resource: DltResource = dlt.resource(rows, **hints(table))()
    if is_added:
        resource.apply_hints(write_disposition="append")
    return resource


def taken(arrow: Iterable[pa.Table]) -> Iterator[pa.Table]:
    """Yields Arrow tables and removes them from a list, so that written tables are freed."""
    if isinstance(arrow, list):
        while arrow:
            yield arrow.pop(0)
    else:
        yield from arrow


def _without_deleted(rows: pa.Table) -> pa.Table:
    """The rows to store: those marked as deleted only make the merge remove earlier ones."""
    return rows.filter(pc.is_null(rows[DELETED])) if DELETED in rows.column_names else rows


def article_resources(batches: DltResource) -> list[DltResource]:
    """Returns the resources of `articles` and its child tables, fed from one resource.

    Args:
        batches: yields Arrow tables by table; it is read once for all.
    """

    def pick(table: Table) -> DltResource:
        def rows(tables: ArrowTables) -> Iterator[Any]:
            yield tables[table]

        transformer: DltResource = dlt.transformer(rows, **hints(table))
        piped: DltResource = batches | transformer
        return piped

    return [pick(table) for table in ARTICLE_TABLES]
