"""Fetch: details from the sandbox with pacing off, beside a bare loop of `requests.Session` in as many threads."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import msgspec
import orjson
import requests

from figshare_warehouse.sources.figshare.articles import Wanted, article_batches
from figshare_warehouse.sources.figshare.client import FigshareClient
from figshare_warehouse.sources.figshare.paging import article_pages
from tests.benchmarks.measure import Row, Sizes, clocked, measure, sandbox


def rows(sizes: Sizes, folder: Path) -> Iterator[Row]:
    """Requests a second with one, four and eight threads; the same articles in the same order with each."""
    with sandbox(sizes.fetched) as figshare:
        ids = folder / "ids.json"
        with FigshareClient(api_url=figshare["api_url"], requests_per_second=0) as client:
            scope = {"institution": figshare["institution_id"]}
            ids.write_text(json.dumps([one["id"] for page in article_pages(client, scope) for one in page]))
        results = set()
        for threads in (1, 4, 8) if sizes.runs > 1 else (1, 4):
            ours, floor = measure(
                sizes.runs,
                ("bench_fetch:ours", figshare["api_url"], ids, threads),
                ("bench_fetch:bare", figshare["api_url"], ids, threads),
            )
            results.add(ours.told["digest"])
            pace, bare = ours.told["requests"] / ours.seconds, floor.told["requests"] / floor.seconds
            what = f"fetch {sizes.fetched:,} details, {threads} thread{'s' * (threads > 1)}"
            yield Row(
                what,
                f"{pace:,.0f}/s",
                f"{bare:,.0f}/s",
                pace / bare,
                (ours.told["requests"] / ours.cpu) / (floor.told["requests"] / floor.cpu),
                ">= 0.9",
                ours.peak_mb,
            )
        if len(results) != 1:
            raise AssertionError("the results depend on the number of threads")


def ours(api_url: str, ids: str, threads: int) -> dict[str, Any]:
    """Reads all articles with our client, and gives a digest of what came in which order."""
    digest = hashlib.sha256()

    def read() -> None:
        wanted = [Wanted(article_id) for article_id in json.loads(Path(ids).read_text())]
        for batch in article_batches(client, wanted):
            for detail in batch.details:
                digest.update(msgspec.json.encode(detail.record))

    with FigshareClient(api_url=api_url, requests_per_second=0, concurrency=threads) as client:
        return clocked(read) | {"requests": client.request_count, "digest": digest.hexdigest()}


def bare(api_url: str, ids: str, threads: int) -> dict[str, Any]:
    """The floor: as many sessions as threads, each response decoded and let go."""
    local = threading.local()
    wanted = json.loads(Path(ids).read_text())

    def get(article_id: int) -> None:
        if not hasattr(local, "session"):
            local.session = requests.Session()
        orjson.loads(local.session.get(f"{api_url}/articles/{article_id}", timeout=60).content)

    def read() -> None:
        with ThreadPoolExecutor(threads) as pool:
            for _ in pool.map(get, wanted):
                pass

    return clocked(read) | {"requests": len(wanted)}
