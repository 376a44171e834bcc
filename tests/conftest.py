"""What all tests share: a small local Figshare, a way to refresh from it, and a way to read the result."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipelines.refresh import Outcome, refresh
from pipelines.sandbox import Sandbox
from pipelines.settings import resolve_settings
from pipelines.tables import TABLES

TODAY = date(2026, 6, 30)
SHARED = Path(__file__).resolve().parents[2] / "shared"

# Histories, and columns that say when or in which load something happened: two equal warehouses differ in them.
_HISTORIES = {"refreshes", "refresh_requests", "failed_requests", "schema_drift"}
_OF_A_RUN = {"fetched_at", "seen_at", "refresh_id", "completed_at"}


class Quiet:
    def step(self, text: str) -> None:
        pass

    def articles(self, done: int, total: int) -> None:
        pass


@pytest.fixture(autouse=True)
def _nothing_of_the_user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test sees the user's dlt configuration, home folder or working folder."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("USERPROFILE", str(tmp_path / "home"))
    for name in list(os.environ):
        if name.startswith("SOURCES__"):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def figshare() -> Iterator[Sandbox]:
    with Sandbox(items=160, seed=7, today=TODAY) as sandbox:
        yield sandbox


@pytest.fixture
def refreshed() -> Callable[..., Outcome]:
    def run(sandbox: Sandbox, warehouse: Path, **options: Any) -> Outcome:
        given = {
            "institution": sandbox.institution_id,
            "api_url": sandbox.api_url,
            "token": sandbox.token,
            "requests_per_second": 0.0,
            "retry_wait_seconds": 0.01,
        }
        return refresh(resolve_settings({**given, **options}), warehouse, Quiet())

    return run


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
