"""Publishing a large warehouse with usage: time, size and memory, beside copying the warehouse's bytes.

python -m tests.benchmarks.bench_publish [--articles N] [--warehouse FILE]
"""

from __future__ import annotations

import argparse
import os
import shutil
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from figshare_warehouse.warehouse import publish as publishing
from figshare_warehouse.warehouse import store
from figshare_warehouse.warehouse.publish.published import Published
from tests.benchmarks.made_world import made_file
from tests.benchmarks.measure import Row, Sizes, clocked, measure

NOW = datetime(2026, 6, 30, 12)
MOST_MB = 512
"""What publishing may hold in memory, everything included: twice what DuckDB has for a statement, and the process."""


def publish(warehouse: str, file: str) -> dict[str, Any]:
    """Publishes a warehouse once; the process has done nothing else."""
    target = Published(Path(file), Path(warehouse))
    with store.connected(Path(warehouse), read_only=True, files=publishing.working_files(target)) as connection:
        timed = clocked(lambda: publishing.publish(connection, target, NOW, "0"))
    return timed | {"bytes": Path(file).stat().st_size}


def copy(warehouse: str, file: str) -> dict[str, Any]:
    """Copies the bytes of a warehouse onto the disk: the floor."""

    def work() -> None:
        with open(warehouse, "rb") as source, open(file, "wb") as copied:
            shutil.copyfileobj(source, copied, 1 << 20)
            copied.flush()
            os.fsync(copied.fileno())

    return clocked(work) | {"bytes": Path(file).stat().st_size}


def rows(sizes: Sizes, folder: Path) -> Iterator[Row]:
    """A line for each size: what is held in memory is bounded, however many articles there are."""
    for articles in sorted({sizes.least, sizes.large, sizes.published}):
        published, copied = _both(sizes.runs, articles, folder / f"made_{articles}.duckdb", folder)
        yield Row(
            f"publish {articles:,} articles with usage",
            f"{published['seconds']:.2f} s",
            f"copying {copied['seconds']:.2f} s",
            published["seconds"] / copied["seconds"],
            bound=f"{MOST_MB} MB; {published['bytes'] / 1e6:,.0f} MB of {copied['bytes'] / 1e6:,.0f}",
            peak_mb=published["peak_mb"],
        )


def run(articles: int, warehouse: Path | None = None) -> list[dict[str, Any]]:
    """Publishes a made warehouse, and copies its bytes.

    Args:
        articles: how many articles the warehouse has.
        warehouse: a file made by made_world, or to be made by it; None for one that is thrown away.

    Returns:
        Two entries, for publishing and for copying: `what`, `seconds`, `cpu`, `bytes` (of the file made), `peak_mb` (of
        the process).
    """
    with tempfile.TemporaryDirectory() as folder:
        both = _both(1, articles, warehouse or Path(folder) / "made.duckdb", Path(folder))
    return [{"what": what, **found} for what, found in zip(("publish", "copy"), both, strict=True)]


def _both(runs: int, articles: int, warehouse: Path, folder: Path) -> list[dict[str, Any]]:
    made_file(warehouse, articles)
    calls = [(f"bench_publish:{name}", warehouse, folder / f"{name}_{articles}.duckdb") for name in ("publish", "copy")]
    return [
        {**found.told, "seconds": found.seconds, "cpu": found.cpu, "peak_mb": found.peak_mb}
        for found in measure(runs, *calls)
    ]


def main() -> None:
    """Prints what `run` measures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=100_000)
    parser.add_argument("--warehouse", type=Path, help="a made warehouse to be kept, or one that is there")
    given = parser.parse_args()
    for entry in run(given.articles, given.warehouse):
        print(
            f"{entry['what']:<8}{entry['seconds']:>8.2f} s{entry['cpu']:>8.2f} s CPU{entry['bytes'] / 1e6:>9,.1f} MB, "
            f"peak {entry['peak_mb']:,.0f} MB of memory"
        )


if __name__ == "__main__":
    main()
