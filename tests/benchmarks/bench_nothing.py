"""Nothing to do: from the start of the process to its end; and what importing takes."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.benchmarks.measure import ROOT, Row, Sizes, measure, sandbox, seconds


def rows(sizes: Sizes, folder: Path) -> Iterator[Row]:
    """The import beside that of dlt alone, then a whole command."""
    runs = max(sizes.runs, 5) if sizes.runs > 1 else 1
    ours, floor = measure(
        runs,
        ("bench_nothing:timed", ["-c", "import figshare_warehouse.refresh"]),
        ("bench_nothing:timed", ["-c", "import dlt"]),
    )
    yield ours.beside(floor, "import of all that a refresh needs", "2")
    with sandbox(300 if sizes.runs > 1 else 60) as figshare:
        command = ["-m", "figshare_warehouse", "refresh", "--institution", str(figshare["institution_id"])]
        command += ["--api-url", figshare["api_url"], "--stats-url", figshare["stats_url"]]
        command += ["--requests-per-second", "0", "--warehouse", str(folder / "nothing.duckdb")]
        os.environ["SOURCES__FIGSHARE__TOKEN"] = figshare["token"]
        timed(command)
        [found] = measure(sizes.runs, ("bench_nothing:timed", command))
        cpu = f"{found.cpu:.1f} s CPU"
        yield Row("a refresh that finds nothing new", seconds(found.seconds), bound=cpu, peak_mb=found.peak_mb)


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
