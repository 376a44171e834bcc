"""A warehouse whose file is not what was written, and a disk with too little space."""

from __future__ import annotations

import shutil
from collections import namedtuple
from pathlib import Path

import pytest

from figshare_sandbox import Sandbox
from figshare_warehouse.cli import main
from figshare_warehouse.errors import FigshareWarehouseError
from figshare_warehouse.refresh.disk_space import needed_mb
from figshare_warehouse.warehouse.publish.published import Published
from tests.support import Refreshed

BLOCK = 262_144
HEADERS = 3 * 4096
"""A DuckDB file is three headers and blocks."""


def _typed(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str]:
    ended = 0
    try:
        main([str(argument) for argument in arguments])
    except SystemExit as end:
        ended = int(end.code or 0)
    return ended, capsys.readouterr().err


def _flip(path: Path, blocks: range) -> None:
    """Turns one bit over in the middle of each block."""
    with path.open("rb+") as file:
        for block in blocks:
            file.seek(HEADERS + block * BLOCK + 5000)
            [byte] = file.read(1)
            file.seek(-1, 1)
            file.write(bytes([byte ^ 1]))


@pytest.mark.parametrize("where", ["all of it", "its data"])
def test_a_damaged_warehouse_is_called_damaged_and_what_to_do(
    figshare: Sandbox, loaded: Path, capsys: pytest.CaptureFixture[str], where: str
) -> None:
    blocks = range((loaded.stat().st_size - HEADERS) // BLOCK)
    # The last blocks hold what DuckDB reads when it opens the file.
    _flip(loaded, blocks if where == "all of it" else blocks[2:-12])
    damaged = loaded.read_bytes()
    paced = ["--api-url", figshare.api_url, "--requests-per-second", 0, "--usage", "none"]
    for command in (
        ["publish"],
        ["check"],
        ["plan", "--institution", 990],
        ["refresh", "--institution", 990, *paced],
    ):
        loaded.write_bytes(damaged)
        loaded.with_name(f"{loaded.name}.wal").unlink(missing_ok=True)
        status, said = _typed(capsys, *command, "--warehouse", loaded)
        assert status == 1, said
        assert said.startswith(f"Error: {loaded} is damaged (")
        assert "restore it from a backup, or move it away and run `figshare-warehouse refresh`" in said
        assert said.count("\n") == 1
    loaded.write_bytes(damaged[: len(damaged) // 2])
    assert "is damaged (" in _typed(capsys, "publish", "--warehouse", loaded)[1]
    # What is published is a file of its own.
    assert _typed(capsys, "status", "--warehouse", loaded) == (0, "")


@pytest.mark.slow
def test_a_damaged_file_of_reports_is_published_anew(loaded: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = Published.of(loaded).path
    _flip(path, range(1))
    for command in (["status"], ["report", "institution"]):
        status, said = _typed(capsys, *command, "--warehouse", loaded)
        assert status == 1
        assert said.startswith(f"Error: {path} is damaged (")
        assert "publish it again with `figshare-warehouse publish`" in said
    assert _typed(capsys, "publish", "--warehouse", loaded)[0] == 0
    assert _typed(capsys, "status", "--warehouse", loaded) == (0, "")


Usage = namedtuple("Usage", "total used free")


def _free(monkeypatch: pytest.MonkeyPatch, mb: float) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(10**12, 0, int(mb * 1e6)))


def test_a_disk_without_room_for_an_empty_warehouse_is_told_before_anything_is_asked(
    figshare: Sandbox, refreshed: Refreshed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "small").mkdir()
    _free(monkeypatch, 20)
    # The tables of the warehouse are made.
    with pytest.raises(FigshareWarehouseError, match=r"about 26 MB are needed in .*small, and 20 MB are free"):
        refreshed(figshare, tmp_path / "small" / "w.duckdb")
    assert not figshare.requests


def test_a_disk_without_room_for_the_articles_is_told_before_they_are_asked_for(
    figshare: Sandbox, refreshed: Refreshed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _free(monkeypatch, 42)
    warehouse = tmp_path / "warehouse.duckdb"
    # 160 · (0.08 + 3 · 0.007) MB more than without articles, in a warehouse that is begun: 26 + 16.16.
    with pytest.raises(FigshareWarehouseError, match=r"to read 160 articles: about 42 MB are needed"):
        refreshed(figshare, warehouse, usage=["months"])
    assert not [one for one in figshare.requests if "/articles/" in one.path]
    # Without usage it is enough.
    assert refreshed(figshare, warehouse).outcome == "done"


def test_what_is_needed_grows_with_what_is_read_and_what_is_published(tmp_path: Path) -> None:
    target = Published(tmp_path / "p.duckdb", tmp_path / "w.duckdb")
    assert needed_mb(target, 0, True) == (14, 26)
    assert needed_mb(target, 71, True) == pytest.approx((14 + 71 * 0.087, 26 + 71 * 0.014))
    assert needed_mb(target, 1_000_000, False) == pytest.approx((14 + 15 + 1000, 26 + 2000))
    target.warehouse.touch()
    with target.path.open("wb") as file:
        file.truncate(50_000_000)
    assert needed_mb(target, 0, True) == (0, 100)
