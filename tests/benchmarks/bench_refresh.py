"""A whole refresh of the sandbox, with usage: where its time goes, and what a user at one request a second waits."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from figshare_warehouse.configuration import resolve_settings
from figshare_warehouse.refresh import refresh
from tests.benchmarks.measure import Row, Sizes, clocked, measure, options_of, sandbox, seconds
from tests.benchmarks.steps import Steps


def rows(sizes: Sizes, folder: Path) -> Iterator[Row]:
    """The first refresh, then one that finds nothing new."""
    warehouse = folder / "refreshed.duckdb"
    with sandbox(sizes.refreshed) as figshare:
        for what in ("first", "second"):
            [found] = measure(1, ("bench_refresh:timed", options_of(figshare), warehouse))
            yield Row(
                f"{what} refresh of {sizes.refreshed:,} articles with usage",
                seconds(found.seconds),
                cpu_ratio=None,
                bound=f"{found.cpu:.0f} s CPU",
                peak_mb=found.peak_mb,
            )
            for name, (taken, cpu) in found.told["steps"].items():
                yield Row(f"    {name}", seconds(taken), f"({cpu:.1f} s CPU)", bound=_bar(taken / found.seconds))
            requests = sum(found.told["requests"].values())
            waits = timedelta(seconds=requests)
            kinds = ", ".join(f"{number:,} {kind}" for kind, number in found.told["requests"].items())
            yield Row(f"    {requests:,} requests at 1 a second", str(waits))
            yield Row(f"    ({kinds})", "")


def _bar(share: float) -> str:
    return f"{'#' * round(30 * share):<30} {share:4.0%}"


def timed(options: dict[str, Any], warehouse: str) -> dict[str, Any]:
    """Refreshes, and tells how long each step took and which requests it made."""
    steps = Steps()
    done: list[Any] = []
    answer = clocked(lambda: done.append(refresh(resolve_settings(options), Path(warehouse), steps)))
    taken: dict[str, tuple[float, float]] = {}
    for step in steps.taken():
        name = step.name
        kind = "Reading short lists" if name.startswith("Reading categories") or "groups" in name else name
        seconds_before, cpu_before = taken.get(kind, (0.0, 0.0))
        taken[kind] = seconds_before + step.seconds, cpu_before + step.cpu
    [outcome] = done
    return answer | {
        "steps": taken,
        "requests": {kind: one.requests for kind, one in outcome.requests_by_kind.items()},
    }
