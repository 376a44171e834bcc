"""What is said where a published file cannot be opened or read."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from pipelines.errors import FigshareWarehouseError, LockedError
from pipelines.warehouse import store
from pipelines.warehouse.published import Published


def _opened(path: Path) -> None:
    with Published(path, path.with_name("warehouse.duckdb")).opened():
        pass


def test_a_file_is_not_held_because_its_folder_is_named_so(tmp_path: Path) -> None:
    folder = tmp_path / "set lock on blocks, conflicting lock"
    folder.mkdir()
    path = folder / "notes.duckdb"
    path.write_text("Dear reader," * 2000, encoding="utf-8")
    with pytest.raises(FigshareWarehouseError, match="is not a DuckDB file: choose another with --published") as told:
        _opened(path)
    assert not isinstance(told.value, LockedError)
    with (
        pytest.raises(FigshareWarehouseError, match="is not a DuckDB file: choose another with --warehouse") as told,
        store.connected(path),
    ):
        pass
    assert not isinstance(told.value, LockedError)


@pytest.mark.skipif(sys.platform == "win32", reason="another message")
def test_a_file_that_another_program_writes_is_held(tmp_path: Path) -> None:
    path = tmp_path / "shown.duckdb"
    script = "import sys, duckdb; c = duckdb.connect(sys.argv[1]); print(flush=True); sys.stdin.read()"
    command = [sys.executable, "-c", script, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as writer:
        assert writer.stdout is not None
        writer.stdout.readline()
        with pytest.raises(LockedError, match="for writing: close it there, and set it to read-only"):
            _opened(path)
        with pytest.raises(LockedError, match="perhaps a refresh"), store.connected(path):
            pass
        writer.communicate()
