"""A load in one transaction, without dlt, by the same rules of which rows the new ones replace."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterable, Mapping
from contextlib import suppress

import duckdb
import pyarrow as pa

from figshare_warehouse.database.names import quoted
from figshare_warehouse.database.statements import delete_found, relation
from figshare_warehouse.sources.figshare.records.arrow import DELETED, arrow_schema
from figshare_warehouse.tables import Table

ROWS_TOGETHER = 20_000
"""Rows that are held in memory while more are read; a piece with more is held alone."""

_LOADS = itertools.count(1)


def write(connection: duckdb.DuckDBPyConnection, tables: Mapping[Table, Iterable[pa.Table]]) -> None:
    """Loads tables that exist. When anything fails, the warehouse is as it was.

    Args:
        connection: the warehouse, open for writing, in no transaction.
        tables: Arrow tables by the table they go into, read one after the other.
    """
    # Another result may be read on the connection.
    with connection.cursor() as cursor:
        loaded = [(table, _gathered(cursor, table, rows)) for table, rows in tables.items()]
        load_id = f"direct-{os.getpid()}-{next(_LOADS)}"
        cursor.begin()
        try:
            for table, row_count in loaded:
                # No rows replace none, but where the whole table is replaced.
                if row_count or table.replaced == "all":
                    _merge(cursor, table, load_id)
            cursor.execute(
                "insert into figshare._dlt_loads (load_id, status, inserted_at) values (?, 0, now())", [load_id]
            )
            cursor.commit()
        except BaseException:
            # DuckDB may have rolled back by itself, as when the disk is full.
            with suppress(duckdb.Error):
                cursor.rollback()
            raise


def remove(connection: duckdb.DuckDBPyConnection, tables: Mapping[Table, pa.Table]) -> None:
    """Removes rows. When anything fails, the warehouse is as it was.

    Args:
        connection: the warehouse, open for writing, in no transaction.
        tables: by table, the values that the rows to remove have in some of its columns.
    """
    with connection.cursor() as cursor:
        cursor.begin()
        try:
            for table, found in tables.items():
                cursor.register("found", found)
                cursor.execute(delete_found(table.schema, table.name, found.column_names, "found"))
                cursor.unregister("found")
            cursor.commit()
        except BaseException:
            with suppress(duckdb.Error):
                cursor.rollback()
            raise


def _gathered(cursor: duckdb.DuckDBPyConnection, table: Table, rows: Iterable[pa.Table]) -> int:
    """Gathers rows under one name, and returns their number.

    They stay in memory, or, as they get many, in a temporary table, which DuckDB keeps on the disk.
    """
    name = _loaded(table)
    waiting = [arrow_schema(table).empty_table()]
    held, count = 0, 0

    def add() -> None:
        nonlocal waiting, held, count
        cursor.register("fetched", pa.concat_tables(waiting, promote_options="default"))
        begun = f"insert into {name}" if count else f"create temp table {name} as"
        cursor.execute(f"{begun} select * from fetched")
        cursor.unregister("fetched")
        waiting, held, count = [], 0, count + held

    for piece in rows:
        if held >= ROWS_TOGETHER:
            add()
        waiting.append(piece)
        held += len(piece)
    if not count:
        cursor.register(_loaded_name(table), pa.concat_tables(waiting, promote_options="default"))
        return held
    add()
    return count


def _merge(cursor: duckdb.DuckDBPyConnection, table: Table, load_id: str) -> None:
    name, loaded = relation(table.schema, table.name), _loaded(table)
    which = f" where {DELETED} is null" if table.count_column else ""
    if table.replaced == "all":
        cursor.execute(f"delete from {name}")
    else:
        owners = table.key if table.replaced == "key" else table.replaced
        names = [quoted(owner) for owner in ([owners] if isinstance(owners, str) else owners)]
        listed, agrees = ", ".join(names), " and ".join(f"old.{one} = new.{one}" for one in names)
        # As a join, DuckDB reads only the part of a long table where there can be any; as `in`, the whole of it.
        cursor.execute(f"delete from {name} as old using {loaded} as new where {agrees}")
        if table.replaced == "key":
            which += f" qualify row_number() over (partition by {listed}) = 1"
    columns = f"* exclude ({DELETED})" if table.count_column else "*"
    # Other tables are never dlt's.
    noted, given = (", ? as _dlt_load_id", [load_id]) if table.schema == "figshare" else ("", [])
    cursor.execute(f"insert into {name} by name select {columns}{noted} from {loaded}{which}", given)


def _loaded(table: Table) -> str:
    return f"temp.{quoted(_loaded_name(table))}"


def _loaded_name(table: Table) -> str:
    return f"loaded_{table.schema}_{table.name}"
