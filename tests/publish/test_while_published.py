"""Programs that read the published file while it is published anew, and publishing that is killed."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from figshare_warehouse.warehouse.publish.published import Published, verify
from tests.support import ROOT

LATER = datetime(2027, 1, 1, 12)

# Reads with a new connection each time, until a file says that it is enough; tells the stamps that it saw.
READER = """
import pathlib, sys, duckdb
path, end = sys.argv[1], pathlib.Path(sys.argv[2])
seen = []
print("ready", flush=True)
while not end.exists():
    with duckdb.connect(path, read_only=True) as connection:
        [(at,)] = connection.execute("select published_at from reports.about").fetchall()
        [(listed,)] = connection.execute(
            "select row_count from reports.published_reports where report = 'articles'"
        ).fetchall()
        [(found,)] = connection.execute("select count(*) from reports.articles").fetchall()
        assert listed == found, (listed, found)
    if not seen or seen[-1] != at:
        seen.append(at)
print(*(at.isoformat() for at in seen), sep="\\n")
"""


@pytest.mark.slow
def test_two_readers_during_ten_publishes(loaded: Path, tmp_path: Path, publish_again: Callable[..., Any]) -> None:
    path, end = Published.of(loaded).path, tmp_path / "enough"
    command = [sys.executable, "-c", READER, str(path), str(end)]
    readers = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    for reader in readers:
        assert reader.stdout is not None
        assert reader.stdout.readline() == "ready\n"
    for number in range(10):
        publish_again(loaded, now=LATER + timedelta(days=number))
    # Both have seen the last one, too, before they are told to end.
    time.sleep(1)
    end.touch()
    stamps = {(LATER + timedelta(days=number)).isoformat() for number in range(10)}
    for reader in readers:
        out, error = reader.communicate(timeout=60)
        assert (reader.returncode, error) == (0, "")
        seen = out.split()
        assert len(seen) == len(set(seen))
        assert set(seen[1:]) <= stamps


# Writes into the published file, as nobody should, and dies before it is all in the file.
WRITER = """
import os, sys, duckdb
connection = duckdb.connect(sys.argv[1])
connection.execute("delete from reports.articles")
os._exit(9)
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="a process that dies there closes its files otherwise")
def test_what_somebody_wrote_into_the_old_file_is_not_in_the_new(
    loaded: Path, publish_again: Callable[..., Any]
) -> None:
    path = publish_again(loaded).path
    subprocess.run([sys.executable, "-c", WRITER, str(path)], check=False)
    assert path.with_name(path.name + ".wal").exists()
    publish_again(loaded, now=LATER)
    verify(path)
    assert not path.with_name(path.name + ".wal").exists()


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL")
def test_a_killed_publish_leaves_the_old_or_the_new_file(loaded: Path) -> None:
    path = Published.of(loaded).path
    command = [sys.executable, "-m", "figshare_warehouse", "publish", "--warehouse", str(loaded)]
    started = time.monotonic()
    subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    whole = time.monotonic() - started
    drawn = random.Random(1)
    for _ in range(15):
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
            try:
                process.wait(drawn.uniform(0.2, 1.1) * whole)
            except subprocess.TimeoutExpired:
                os.kill(process.pid, 9)
        verify(path)
    subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    verify(path)
    assert not list(path.parent.glob(f".{path.name}.*"))
