"""Requests for usage, beside the fewest that the same figures can be had with: counted, not timed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from figshare_sandbox import Sandbox
from tests.benchmarks.measure import Row, Sizes
from tests.support import TODAY
from tests.usage.usage_refresh import Clock, load
from tests.usage.usage_truth import COUNTERS, asked, first_load_requests, requests

CASES = {
    "with credentials": (True, 2),
    "without, two years in a request": (False, 2),
    "without, a whole life in a request": (False, None),
}


def rows(sizes: Sizes, folder: Path) -> Iterator[Row]:
    """A first load, then nothing moved, then 1 % of the articles, then a month later."""
    for number, (name, (has_credentials, years)) in enumerate(CASES.items()):
        with Sandbox(items=sizes.refreshed, today=TODAY) as figshare:
            clock = Clock()
            figshare.world.timeline_years = years
            warehouse = folder / f"requests_{number}.duckdb"
            load(figshare, warehouse, usage=["none"], clock=clock)
            for what in ("first load", "nothing moved", "1 % moved", "a month later"):
                if what in ("1 % moved", "a month later"):
                    clock.now += timedelta(days=1 if what == "1 % moved" else 30)
                    figshare.world.set_today(clock.now.date())
                    for article in figshare.world.public_ids()[: max(1, sizes.refreshed // 100)]:
                        figshare.world.add_usage(article, "views", clock.now.date(), "Germany", "Berlin", 2)
                made = requests(load(figshare, warehouse, has_credentials, clock=clock))
                figures = (
                    made.get("bulk_totals", 0)
                    + made.get("bulk_months", 0)
                    + made.get("total", 0)
                    + made.get("months", 0)
                )
                fewest = None
                if what == "first load" and has_credentials:
                    fewest = fewest_requests(figshare, warehouse)
                elif what == "first load":
                    computed = first_load_requests(figshare, warehouse, False, are_lives_whole=years is None)
                    fewest = computed["total"] + computed["months"]
                kinds = ", ".join(f"{count:,} {kind}" for kind, count in made.items())
                yield Row(
                    f"{sizes.refreshed:,} articles {name}: {what}",
                    f"{sum(made.values()):,} requests",
                    floor=f"{fewest:,}" if fewest else "",
                    ratio=figures / fewest if fewest else None,
                    bound=kinds,
                )


def fewest_requests(figshare: Sandbox, warehouse: Path) -> int:
    """The fewest for all totals and months with credentials, where a request has two years of an item.

    Six for the totals; for each counter and type of items the months of all from one on, and windows for the others.
    """
    fewest = 6
    query = "select entity_type, entity_id, started_on from intermediate.int_usage_items"
    started = {(entity_type, number): day for entity_type, number, day in asked(warehouse, query)}
    for of in ("article", "group"):
        for counter in COUNTERS:
            ages = sorted(
                (TODAY.year - day.year) * 12 + TODAY.month - day.month
                for (entity_type, number), day in started.items()
                if entity_type == of and figshare.world.usage_total(counter, of, number)
            )
            windows = [age // 24 + 1 for age in ages]
            bulk = [age + 1 + sum(windows[place + 1 :]) for place, age in enumerate(ages)]
            fewest += min([sum(windows), *bulk])
    return fewest
