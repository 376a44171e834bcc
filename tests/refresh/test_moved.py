"""A warehouse's file alone is the whole warehouse: a copy of it elsewhere goes on where it stood."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from figshare_sandbox import Sandbox
from figshare_warehouse.warehouse.publish.published import Published
from tests.support import LISTED, Refreshed, contents, count, requests_of, rows


@pytest.mark.slow
def test_the_file_alone_is_enough(figshare: Sandbox, refreshed: Refreshed, loaded: Path, tmp_path: Path) -> None:
    # What only the warehouse knows: history, and the user's list.
    (tmp_path / "schools.csv").write_text("group_id,school\n31007,Physics\n", encoding="utf-8")
    figshare.world.withdraw(figshare.world.public_ids()[0])
    refreshed(figshare, loaded, schools=str(tmp_path / "schools.csv"))
    (tmp_path / "schools.csv").unlink()
    before = contents(loaded)
    (tmp_path / "elsewhere").mkdir()
    moved = tmp_path / "elsewhere" / "of_all.duckdb"
    shutil.copy(loaded, moved)
    loaded.unlink()
    Published.of(loaded).path.unlink()
    outcome = refreshed(figshare, moved, publish=True)
    assert (outcome.outcome, requests_of(outcome)) == ("done", LISTED)
    assert contents(moved) == before
    published = Published.of(moved).path
    assert published == tmp_path / "elsewhere" / "of_all_reports.duckdb"
    assert count(published, "reports.articles") == 159
    assert rows(published, "select kind from reports.changes where kind = 'withdrawn'") == [("withdrawn",)]
    assert rows(published, "select school from reports.schools where school is not null") == [("Physics",)]
