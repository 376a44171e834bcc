"""A listing is loaded while it is read: what is held of it does not grow with its length."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from figshare_sandbox import Sandbox
from figshare_warehouse.refresh import Outcome, transaction
from figshare_warehouse.sources.figshare import paging
from figshare_warehouse.sources.figshare.feeds import Page
from figshare_warehouse.sources.figshare.lookups import listed_table
from tests.support import count

PAGE_SIZE = 8


@pytest.mark.slow
def test_pages_of_a_listing_are_not_held_together(
    figshare: Sandbox, refreshed: Callable[..., Outcome], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paging, "PAGE_SIZE", PAGE_SIZE)
    monkeypatch.setattr(transaction, "ROWS_TOGETHER", 3 * PAGE_SIZE)
    tables: list[weakref.ref[pa.Table]] = []
    held: list[tuple[int, int]] = []

    def counted(name: str, page: Page, *others: Any) -> pa.Table:
        pages = sum(type(thing) is Page for thing in gc.get_objects())
        held.append((pages, sum(table() is not None for table in tables)))
        table = listed_table(name, page, *others)
        tables.append(weakref.ref(table))
        return table

    monkeypatch.setattr("figshare_warehouse.refresh.public_record.listed_table", counted)
    warehouse = tmp_path / "warehouse.duckdb"
    refreshed(figshare, warehouse, max_requests=60)
    assert count(warehouse, "figshare.listed_articles") == 160
    assert len(held) >= 160 // PAGE_SIZE
    # The page that is read, and of those before it the rows that are loaded together.
    assert max(pages for pages, _ in held) <= 2
    assert max(rows for _, rows in held) <= 3
