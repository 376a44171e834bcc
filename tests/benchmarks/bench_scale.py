"""Scale: requests, days, disk and memory for sizes from a small institution to all of Figshare.

Requests per article are counted in a refresh of the sandbox, whose articles have as many files, versions and years as
real ones; disk and memory are measured at sizes that can be made. What is larger is computed from these, and says so.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from figshare_warehouse.clock import utc_now
from figshare_warehouse.configuration import resolve_settings
from figshare_warehouse.refresh import followed
from figshare_warehouse.refresh.plan import due_details
from figshare_warehouse.sources.figshare.facts import PAGE_SIZE
from figshare_warehouse.warehouse import store
from tests.benchmarks.details import write_details
from tests.benchmarks.measure import Row, Sizes, measure, options_of, sandbox

ARTICLES = (1_000, 50_000, 1_000_000, 8_000_000)
PACES = (1, 5, 20)
DAY = 86_400


def rows(sizes: Sizes, folder: Path) -> Iterator[Row]:
    """Per size a line for the first load without usage, and one for a day with one per cent changed."""
    counted = min(sizes.refreshed, 1_000)
    with sandbox(counted) as figshare:
        options = options_of(figshare)
        [first] = measure(1, ("bench_refresh:timed", options, folder / "scale.duckdb"))
    requests = first.told["requests"]
    of_articles = sum(requests.get(kind, 0) for kind in ("article", "files", "versions")) / counted
    yield Row(f"requests per article, counted over {counted:,}", f"{of_articles:.2f}", bound="measured")
    disk, peak = {}, {}
    for articles in sorted({sizes.small, sizes.large}):
        details, warehouse = folder / "scale.ndjson", folder / f"scale_{articles}.duckdb"
        write_details(details, articles)
        [loaded] = measure(1, ("bench_load:load", details, warehouse))
        disk[articles], peak[articles] = warehouse.stat().st_size, loaded.peak_mb
    per_article = (disk[sizes.large] - disk[sizes.small]) / max(1, sizes.large - sizes.small)
    # Loading takes no more for more articles; the list of what is due does.
    due = _due_mb(options, folder / "scale.duckdb")
    yield Row("memory for the list of what is due, per 1,000,000 articles", f"{due * 1e6:,.0f} MB", bound="measured")
    for articles in ARTICLES:
        how = "measured" if articles <= sizes.large else "computed"
        pages = articles // PAGE_SIZE + 1
        whole = pages + of_articles * articles
        size, peak_mb = articles * per_article / 2**30, peak[sizes.large] + due * articles
        loads = {
            "first load": whole,
            "daily, 1 % changed": pages + of_articles * articles / 100,
        }
        for what, number in loads.items():
            days = " / ".join(f"{number / pace / DAY:,.2f}" for pace in PACES)
            yield Row(
                f"{articles:,} articles: {what}",
                f"{number:,.0f} requests",
                f"{days} days",
                bound=f"{size:,.2f} GB disk, {how}" if what == "first load" else "computed",
                peak_mb=peak_mb if what == "first load" else None,
            )


def _due_mb(options: dict[str, Any], warehouse: Path) -> float:
    """What an article that is due takes in memory, in MB: as of a year from now all are."""
    settings = resolve_settings(options)
    with store.connected(warehouse, read_only=True) as connection:
        now = utc_now() + timedelta(days=400)
        due = due_details(connection, settings, followed(settings), now, now)
    return float(due.nbytes / 2**20 / max(1, due.num_rows))
