"""A large institution: every count right, and memory bounded by the chunk."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from figshare_sandbox import World
from tests.support import TODAY, count

ROOT = Path(__file__).resolve().parents[2]
ITEMS = 20_000

# Prints the peak of its own memory in bytes; the sandbox runs in another process. Arrow imports pandas where it is
# installed, as it is for other tests; figshare-warehouse does not need it.
MEASURED = """
import importlib.abc, pathlib, re, resource, sys

class Without(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name == "pandas":
            raise ModuleNotFoundError(name)

sys.meta_path.insert(0, Without())
from figshare_warehouse.cli import cli
cli.main(args=sys.argv[1:], standalone_mode=False)
status = pathlib.Path("/proc/self/status")
if status.exists():
    # What Linux tells by getrusage a new process has from the one that started it.
    print(int(re.search(r"VmHWM:\\s+(\\d+) kB", status.read_text())[1]) * 1024)
else:
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


@pytest.fixture
def api_url() -> Iterator[str]:
    command = [sys.executable, "-m", "figshare_sandbox", "--items", str(ITEMS), "--today", TODAY.isoformat()]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield json.loads(process.stdout.readline())["api_url"]
        process.terminate()


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="peak memory is read with resource, which Windows has not")
def test_twenty_thousand_articles(api_url: str, tmp_path: Path) -> None:
    world = World(ITEMS, 1, TODAY)
    warehouse = tmp_path / "large.duckdb"
    arguments = ["refresh", "--institution", str(world.institution_id), "--api-url", api_url]
    arguments += ["--requests-per-second", "0", "--warehouse", str(warehouse)]
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, *arguments], cwd=ROOT, capture_output=True, text=True, check=True
    )
    expected = world.expected_counts()
    for table in ("articles", "article_categories", "categories", "licenses", "item_types"):
        assert count(warehouse, f"figshare.{table}") == expected[table], table
    for child in ("authors", "tags", "files", "funding", "references", "related_materials", "custom_fields"):
        assert count(warehouse, f"figshare.article_{child}") == expected[child], child
    assert count(warehouse, "reports.articles") == ITEMS
    assert int(done.stdout.splitlines()[-1]) < 600 * 2**20
