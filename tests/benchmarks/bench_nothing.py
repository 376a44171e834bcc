"""A first refresh with usage, and one with nothing to do, from start to end; and what importing takes."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb

from tests.benchmarks.measure import ROOT, Row, Sizes, measure, sandbox
from tests.support import WITHOUT_OPTIONS


def rows(sizes: Sizes, folder: Path) -> Iterator[Row]:
    """The import beside that of dlt alone, then whole commands, with credentials for the Stats API."""
    runs = max(sizes.runs, 5) if sizes.runs > 1 else 1
    ours, floor = measure(
        runs,
        ("bench_nothing:timed", ["-c", "import figshare_warehouse.refresh"]),
        ("bench_nothing:timed", ["-c", "import dlt"]),
    )
    yield ours.beside(floor, "import of all that a refresh needs", "2")
    for articles in (300, 2_000, sizes.small) if sizes.runs > 1 else (60,):
        with sandbox(articles) as figshare:
            warehouse = folder / f"nothing_{articles}.duckdb"
            command = ["-m", "figshare_warehouse", "refresh", "--institution", str(figshare["institution_id"])]
            command += ["--api-url", figshare["api_url"], "--stats-url", figshare["stats_url"]]
            command += ["--requests-per-second", "0", "--warehouse", str(warehouse), *WITHOUT_OPTIONS]
            for name in ("token", "portal", "stats_username", "stats_password"):
                os.environ[f"SOURCES__FIGSHARE__{name.upper()}"] = figshare[name]
            first = timed(command)
            yield Row(
                f"the first refresh of {articles:,} articles with usage",
                f"{first['cpu']:.1f} s CPU",
                bound=f"{_requests(warehouse):,} requests{'; 15 s' if articles == 2_000 else ''}",
                peak_mb=first["peak_mb"],
            )
            found, floor = measure(
                sizes.runs, ("bench_nothing:timed", command), ("bench_nothing:timed", ["-c", "import dlt"])
            )
            what = f"a refresh of {articles:,} articles with usage that finds nothing new"
            bound = f"2 and {_requests(warehouse)} requests; {found.cpu:.1f} s CPU"
            yield found.beside(floor, what, bound)


def _requests(warehouse: Path) -> int:
    """How many requests the last refresh made."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        query = "select arg_max(requests, refresh_id) from figshare.refreshes"
        [(requests,)] = connection.execute(query).fetchall()
    return int(requests)


def timed(arguments: list[str]) -> dict[str, Any]:
    """Runs Python with arguments from start to exit."""
    started = time.perf_counter()
    process = subprocess.Popen([sys.executable, *arguments], cwd=ROOT, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    taken = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise AssertionError(f"{arguments} ended with {process.returncode}")
    return {"seconds": taken, "cpu": usage.ru_utime + usage.ru_stime, "peak_mb": usage.ru_maxrss / 1024}
