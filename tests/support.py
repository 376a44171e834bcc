"""What tests share that is no fixture."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from pipelines.tables import TABLES

TODAY = date(2026, 6, 30)
SHARED = Path(__file__).resolve().parents[2] / "shared"

# Histories, and columns that say when or in which load something happened: two equal warehouses differ in them.
_HISTORIES = {"refreshes", "refresh_requests", "failed_requests", "schema_drift"}
_OF_A_RUN = {"fetched_at", "seen_at", "refresh_id", "completed_at"}


class Quiet:
    def step(self, text: str) -> None:
        pass

    def expect(self, requests: int, is_sure: bool) -> None:
        pass

    def requests(self, made: int) -> None:
        pass


def contents(warehouse: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Every current-state table's rows, sorted, without what differs from run to run."""
    found: dict[str, list[tuple[Any, ...]]] = {}
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        for table in TABLES.values():
            if table.name in _HISTORIES:
                continue
            names = ", ".join(f'"{c.name}"' for c in table.columns if c.name not in _OF_A_RUN)
            found[table.name] = sorted(
                connection.execute(f"select {names} from figshare.{table.name}").fetchall(), key=repr
            )
    return found


def count(warehouse: Path, table: str) -> int:
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        row = connection.execute(f"select count(*) from {table}").fetchone()
    assert row is not None
    return int(row[0])
