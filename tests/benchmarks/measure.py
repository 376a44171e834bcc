"""How a measure is taken: in a process of its own, several times, beside its floor; and the table of all."""

from __future__ import annotations

import importlib
import json
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.support import WITHOUT

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much is measured: the issue's numbers, or a few to see that it runs."""

    runs: int = 3
    least: int = 10_000
    small: int = 20_000
    large: int = 100_000
    fetched: int = 5_000
    refreshed: int = 20_000
    views: int = 1_000_000
    published: int = 100_000


QUICK = Sizes(1, 100, 150, 150, 60, 20, 500, 150)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: a value, the floor of the same run, their ratio, and the most that it may be."""

    measure: str
    value: str
    floor: str = ""
    ratio: float | None = None
    cpu_ratio: float | None = None
    bound: str = ""
    peak_mb: float | None = None


@dataclass(frozen=True, slots=True)
class Measured:
    """The medians of some runs: seconds of the clock and of all processors, the peak of memory, and what was told."""

    seconds: float
    cpu: float
    peak_mb: float
    told: dict[str, Any]

    def beside(self, floor: Measured, what: str, bound: str = "") -> Row:
        """The line that tells the time it took beside that of its floor."""
        ratios = (self.seconds / floor.seconds, self.cpu / floor.cpu)
        return Row(what, seconds(self.seconds), seconds(floor.seconds), *ratios, bound, self.peak_mb)


def measure(runs: int, *calls: Sequence[Any]) -> list[Measured]:
    """Runs functions, each in a new process each time, in turn, so that what else the machine does meets all alike.

    Args:
        runs: how often.
        calls: for each its name, `module:function` in `tests.benchmarks`, and its arguments. It returns what
            `clocked` gives, and perhaps more.
    """
    answers: list[list[dict[str, Any]]] = [[] for _ in calls]
    for _ in range(runs):
        for found, (name, *arguments) in zip(answers, calls, strict=True):
            found.append(_in_process(name, arguments))
    return [
        Measured(
            statistics.median(one["seconds"] for one in found),
            statistics.median(one["cpu"] for one in found),
            statistics.median(one["peak_mb"] for one in found),
            found[-1],
        )
        for found in answers
    ]


def _in_process(name: str, arguments: Sequence[Any]) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.benchmarks.measure", name, json.dumps(arguments, default=str)]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


def clocked(work: Callable[[], Any]) -> dict[str, Any]:
    """Runs something and tells how long it took."""
    started, cpu = time.perf_counter(), time.process_time()
    work()
    return {"seconds": time.perf_counter() - started, "cpu": time.process_time() - cpu}


def peak_mb() -> float:
    """The most memory that this process has had so far, in MB."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text(encoding="ascii"))
    return int(found[1]) / 1024 if found else 0.0


@contextmanager
def sandbox(items: int) -> Iterator[dict[str, Any]]:
    """A local Figshare in a process of its own; gives its description."""
    command = [sys.executable, "-m", "figshare_sandbox", "--items", str(items), "--today", "2026-06-30"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield json.loads(process.stdout.readline())
        process.terminate()


def options_of(figshare: dict[str, Any], **more: Any) -> dict[str, Any]:
    """The settings that refresh from a sandbox as fast as it goes: articles and their usage."""
    names = ("api_url", "stats_url", "token", "portal", "stats_username", "stats_password")
    known = {name: figshare[name] for name in names if name in figshare}
    given = {"institution": figshare["institution_id"], "without": WITHOUT, "requests_per_second": 0.0}
    return {**given, **known, **more}


WIDTHS = (58, 16, 24, 6, 9, 36, 8)


def print_line(*cells: str) -> None:
    """Prints one line of the table, at once: all of it takes its time."""
    line = [
        cell.ljust(width) if width in (WIDTHS[0], WIDTHS[5]) else cell.rjust(width)
        for cell, width in zip(cells, WIDTHS, strict=True)
    ]
    print("  ".join(line).rstrip(), flush=True)


def print_head() -> None:
    """Prints what the columns are."""
    print_line("measure", "value", "floor", "ratio", "CPU ratio", "bound or remark", "peak MB")


def print_row(row: Row) -> None:
    """Prints one measure."""
    ratios = [f"{ratio:.2f}" if ratio is not None else "" for ratio in (row.ratio, row.cpu_ratio)]
    peak = f"{row.peak_mb:,.0f}" if row.peak_mb is not None else ""
    print_line(row.measure, row.value, row.floor, *ratios, row.bound, peak)


def seconds(value: float) -> str:
    """Seconds in words that are short."""
    return f"{value:.2f} s"


def main() -> None:
    name, arguments = sys.argv[1:]
    module, _, function = name.partition(":")
    answer = getattr(importlib.import_module(f"tests.benchmarks.{module}"), function)(*json.loads(arguments))
    print(json.dumps({"peak_mb": peak_mb(), **answer}))


if __name__ == "__main__":
    main()
