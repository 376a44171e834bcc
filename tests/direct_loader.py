"""Loading without dlt, for tests that are about something else; `--dlt` on the command line has all use dlt."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterable, Mapping
from typing import ClassVar

import duckdb
import pyarrow as pa

from figshare_warehouse.refresh.loader import Loader
from figshare_warehouse.sources.figshare.records.arrow import DELETED, arrow_schema
from figshare_warehouse.tables import Table

_LOADS = itertools.count(1)


class Cut(BaseException):
    """Ends a refresh as a kill does: nothing that catches errors sees it, and nothing more is written."""


class DirectLoader(Loader):
    """Loads as dlt does, in a tenth of its time, which is most of that of a small refresh.

    tests/refresh/test_loading.py holds it against dlt. Tests marked `dlt`, and processes that tests start, use dlt.

    Attributes:
        loads_left: after so many loads the refresh is cut off; None for never.
    """

    loads_left: ClassVar[int | None] = None

    def __enter__(self) -> None:
        """Begins nothing."""

    def make_tables(self) -> None:
        """Creates what is missing, by dlt."""
        self._begin()
        super().make_tables()

    def load(self, tables: Mapping[Table, Iterable[pa.Table]], are_new: bool = False) -> None:
        """Loads the tables in one transaction."""
        arrow = {table: pa.concat_tables([arrow_schema(table).empty_table(), *rows]) for table, rows in tables.items()}
        load_id = f"direct-{os.getpid()}-{next(_LOADS)}"
        # A result that was not read to its end is in nobody's way there.
        connection = self._connection.cursor()
        connection.begin()
        try:
            for table, rows in arrow.items():
                # No rows replace none, but where the whole table is replaced.
                if rows.num_rows or table.replaced == "all":
                    _merge(connection, table, rows, load_id)
            connection.execute(
                "insert into figshare._dlt_loads (load_id, status, inserted_at) values (?, 0, now())", [load_id]
            ).fetchall()
            connection.commit()
        except BaseException:
            connection.rollback()
            raise
        if DirectLoader.loads_left is not None:
            DirectLoader.loads_left -= 1
            if DirectLoader.loads_left <= 0:
                raise Cut


def _merge(connection: duckdb.DuckDBPyConnection, table: Table, rows: pa.Table, load_id: str) -> None:
    name = f'figshare."{table.name}"'
    connection.register("loaded", rows)
    try:
        if table.replaced == "all":
            connection.execute(f"delete from {name}").fetchall()
        else:
            owners = table.key if table.replaced == "key" else table.replaced
            keys = [f'"{key}"' for key in ([owners] if isinstance(owners, str) else owners)]
            listed = ", ".join(keys)
            connection.execute(f"delete from {name} where ({listed}) in (select ({listed}) from loaded)").fetchall()
        kept = f"* exclude ({DELETED})" if DELETED in rows.column_names else "*"
        which = f"where {DELETED} is null" if DELETED in rows.column_names else ""
        if table.replaced == "key":
            which += f" qualify row_number() over (partition by {listed}) = 1"
        connection.execute(
            f"insert into {name} by name select {kept}, ? as _dlt_load_id from loaded {which}", [load_id]
        ).fetchall()
    finally:
        connection.unregister("loaded")
