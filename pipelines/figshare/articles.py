"""Article details: read one by one, with all their files, by several threads in order, and handed on in batches."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from pipelines.errors import FigshareWarehouseError, RefusedError
from pipelines.figshare.client import FigshareClient, NotFoundError, RequestError, StoppedError
from pipelines.figshare.paging import offset_pages

FILES_SHOWN = 10
"""A detail lists up to this many files (OpenAPI description of July 2026); with so many there may be more."""

BATCH_SIZE = 1000


@dataclass(frozen=True, slots=True)
class Detail:
    """An article's detail with all its files, and when it was read (UTC, naive)."""

    record: dict[str, Any]
    fetched_at: datetime


@dataclass(frozen=True, slots=True)
class Failure:
    """An article that could not be read, why, and when it was given up (UTC, naive)."""

    article_id: int
    error: RequestError
    failed_at: datetime

    @property
    def is_gone(self) -> bool:
        """Whether Figshare says that there is no such article; any other failure says nothing about the article."""
        return isinstance(self.error, NotFoundError)


@dataclass(slots=True)
class Batch:
    """Articles that were read together, in the order asked for."""

    details: list[Detail] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.details) + len(self.failures)


def read_article(client: FigshareClient, article_id: int) -> Detail:
    """Reads one article whole: its detail and, where the detail may not list all of them, its files.

    Raises:
        RequestError: when a part of it cannot be had; nothing is returned then.
    """
    path = f"/articles/{article_id}"
    fetched_at = _now()
    record = client.get("article", path).data
    if not isinstance(record, dict) or record.get("id") != article_id:
        raise RequestError(f"{client.api_url}{path} answered with something that is not this article.", path, 200, 1)
    files = record.get("files")
    if isinstance(files, list) and len(files) >= FILES_SHOWN:
        record["files"] = list(_once(offset_pages(client, "files", f"{path}/files")))
    return Detail(record, fetched_at)


def article_batches(
    client: FigshareClient,
    article_ids: Iterable[int],
    batch_size: int = BATCH_SIZE,
    batch_seconds: float | None = None,
) -> Iterator[Batch]:
    """Reads articles and yields them in batches, in the order asked for.

    What fails for good is in the batch as a failure. When the client is stopped the last batch holds what was read by
    then, and the iterator ends; whoever must know asks `client.stop_reason`.

    Args:
        client: asks Figshare.
        article_ids: the articles to read.
        batch_size: articles in a batch at most.
        batch_seconds: after so many seconds a batch is handed on even if it is not full.
    """
    ids = iter(article_ids)
    with ThreadPoolExecutor(client.concurrency, thread_name_prefix="figshare") as pool:
        under_way: deque[tuple[int, Future[Detail]]] = deque()

        def submit(count: int) -> None:
            for article_id in islice(ids, count):
                under_way.append((article_id, pool.submit(read_article, client, article_id)))

        submit(2 * client.concurrency)
        batch, deadline = Batch(), _deadline(batch_seconds)
        while under_way:
            article_id, future = under_way.popleft()
            try:
                batch.details.append(future.result())
            except RequestError as error:
                batch.failures.append(Failure(article_id, error, _now()))
            except (StoppedError, RefusedError):
                pass
            if client.stop_reason is None:
                submit(1)
            if len(batch) >= batch_size or (len(batch) and time.monotonic() >= deadline):
                yield batch
                batch, deadline = Batch(), _deadline(batch_seconds)
        if len(batch):
            yield batch


def raise_if_stopped(client: FigshareClient) -> None:
    """Raises why the client was stopped, if it was."""
    reason: FigshareWarehouseError | None = client.stop_reason
    if reason is not None:
        raise reason


def _once(pages: Iterable[list[dict[str, Any]]]) -> Iterator[dict[str, Any]]:
    """Each file once: a file can come again when the list moves between pages."""
    seen: set[Any] = set()
    for page in pages:
        for record in page:
            if record.get("id") not in seen:
                seen.add(record.get("id"))
                yield record


def _deadline(seconds: float | None) -> float:
    return float("inf") if seconds is None else time.monotonic() + seconds


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)
