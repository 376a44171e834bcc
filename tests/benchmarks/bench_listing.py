"""Listing: so many items listed, loaded and compared with a warehouse that holds them all."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb

from figshare_warehouse.configuration import resolve_settings
from figshare_warehouse.refresh import refresh
from tests.benchmarks.measure import Row, Sizes, measure, options_of, sandbox, seconds
from tests.benchmarks.steps import Steps


def rows(sizes: Sizes, folder: Path) -> Iterator[Row]:
    """The listing step of a refresh that finds nothing new, at two sizes: memory must not grow with them."""
    for articles in sorted({sizes.small, sizes.large}):
        warehouse = folder / f"listed_{articles}.duckdb"
        with sandbox(articles) as figshare:
            # The lists, the listing, and few more: the articles are filled in below.
            listed = options_of(figshare, usage=["none"], max_requests=20 + articles // 1000)
            refresh(resolve_settings(listed), warehouse, Steps())
            _fill(warehouse)
            [found] = measure(sizes.runs, ("bench_listing:relist", options_of(figshare, usage=["none"]), warehouse))
        if found.told["due"]:
            raise AssertionError(f"{found.told['due']} of {articles} articles were due")
        cpu = f"{found.cpu:.1f} s CPU"
        yield Row(
            f"{articles:,} articles listed and compared", seconds(found.seconds), bound=cpu, peak_mb=found.peak_mb
        )


def _fill(warehouse: Path) -> None:
    """As if the details of all that is listed had been read."""
    with duckdb.connect(str(warehouse)) as connection:
        (load_id,) = connection.execute("select max(load_id) from figshare._dlt_loads").fetchone() or ("",)
        rest = "figshare.listed_articles where article_id not in (select article_id from figshare.article_checks)"
        same = "title, doi, published_date, created_date, modified_date, defined_type, group_id"
        connection.execute(
            f"insert into figshare.articles (article_id, {same}, version, fetched_at, _dlt_load_id) "
            f"select article_id, {same}, 1, seen_at, '{load_id}' from {rest}"
        )
        connection.execute(
            "insert into figshare.article_versions (article_id, version, _dlt_load_id) "
            f"select article_id, 1, '{load_id}' from {rest}"
        )
        date = "greatest(published_date, created_date, modified_date)"
        names = "article_id, listed_date, listed_group_id, checked_at, _dlt_load_id"
        connection.execute(
            f"insert into figshare.article_checks ({names}) "
            f"select article_id, {date}, group_id, seen_at, '{load_id}' from {rest}"
        )


def relist(options: dict[str, Any], warehouse: str) -> dict[str, Any]:
    """Refreshes, and tells how long the listing took with all that follows from it, and the memory up to its end."""
    steps = Steps()
    outcome = refresh(resolve_settings(options), Path(warehouse), steps)
    listing = [step for step in steps.taken() if step.name.startswith("Listing")]
    return {
        "seconds": sum(step.seconds for step in listing),
        "cpu": sum(step.cpu for step in listing),
        "due": outcome.articles_due,
        # Publishing needs more.
        "peak_mb": listing[-1].peak_mb,
    }
