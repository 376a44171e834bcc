"""One refresh: list, ask the warehouse what is due, read it in chunks, load each, build the views.

The warehouse is the state: after a crash the next refresh asks the same questions and gets the rest as its answer.
dlt's working folder lies beside the warehouse and is emptied at each start, so nothing depends on it.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any
from urllib.parse import urlsplit

import pyarrow as pa

from pipelines.errors import FigshareWarehouseError, UsageError
from pipelines.figshare import batch_tables, listing_filters, utc_now
from pipelines.figshare.articles import article_batches
from pipelines.figshare.client import LOOPBACK_HOSTS, FigshareClient, RequestError, StoppedError
from pipelines.figshare.lists import institution_lists, listed_table, public_lists
from pipelines.figshare.paging import article_pages
from pipelines.figshare.parse import own_rows
from pipelines.run import Outcome, Progress, Run, package_version
from pipelines.settings import FigshareSettings, make_client, prepare_dlt
from pipelines.tables import LISTED_ARTICLES, LISTINGS, TABLES, Table
from pipelines.usage import read_usage
from pipelines.warehouse import store, views

__all__ = ["InterruptedRefreshError", "Outcome", "refresh"]


class InterruptedRefreshError(FigshareWarehouseError):
    """The user stopped it (Ctrl-C)."""

    exit_code = 130


def refresh(settings: FigshareSettings, warehouse: Path, progress: Progress) -> Outcome:
    """Brings the warehouse up to date with Figshare.

    Args:
        settings: what to load, from where, how fast.
        warehouse: the DuckDB file; made when it does not exist.
        progress: told what happens.

    Returns:
        What was done. A refresh that Figshare or the user ended early also returns, with `error` saying why; what had
        been loaded by then is kept.

    Raises:
        UsageError: when it is not said what to load, or the file's name cannot be used, or it holds another
            Figshare's data.
        LockedError: when another refresh runs, or another program has the file open.
        FigshareWarehouseError: when the warehouse cannot be written.
    """
    if settings.institution is None:
        raise UsageError("Say what to load: --institution ID (the number in the institution's Figshare URLs and API).")
    scopes = listing_filters(settings.institution, settings.groups or ())
    warehouse = warehouse.absolute()
    store.check_name(warehouse)
    prepare_dlt()
    with (
        store.locked(warehouse),
        store.connected(warehouse) as connection,
        make_client(settings, f"figshare-warehouse/{package_version()}") as client,
        _stopped_by_signals(client),
    ):
        _refuse_another_figshare(store.loaded_from(connection), client.api_url, warehouse)
        run = Run(settings, scopes, client, connection, warehouse, progress)
        with run.loader:
            _steps(run, scopes)
        progress.step("Building the views")
        views.build(connection)
        return run.outcome


def _refuse_another_figshare(before: str | None, now: str, warehouse: Path) -> None:
    """Ids of different Figshares (production, stage, sandbox) collide, so they must not meet in one warehouse."""
    hosts = [urlsplit(url).hostname for url in (before or now, now)]
    # A sandbox gets another port, and perhaps another name of the same machine, at each start.
    hosts = ["localhost" if host in LOOPBACK_HOSTS else host for host in hosts]
    if hosts[0] != hosts[1]:
        raise UsageError(
            f"{warehouse} was loaded from {before}, and ids of different Figshares collide: give another "
            f"--warehouse for {now}."
        )


def _steps(run: Run, scopes: dict[str, dict[str, int]]) -> None:
    """Runs all steps and records how it ended."""
    try:
        run.loader.make_tables()
        _lists(run)
        _listings(run, scopes)
        _details(run)
        read_usage(run)
    except FigshareWarehouseError as error:
        run.end("failed", error)
        raise
    reason = run.client.stop_reason
    if reason is not None:
        run.end("stopped" if isinstance(reason, StoppedError | InterruptedRefreshError) else "failed", reason)
    else:
        run.end("incomplete" if run.outcome.failures else "done", None)


def _lists(run: Run) -> None:
    """Reads and loads the short lists; one that fails leaves its table as it was."""
    run.progress.step("Reading groups, categories, licences and item types")
    readers = public_lists(run.client, run.drift)
    if run.client.has_token:
        readers |= institution_lists(run.client, run.drift)
    tables: dict[Table, list[pa.Table]] = {}
    for table, read in readers.items():
        try:
            tables[table] = list(read())
        except RequestError as error:
            run.set_aside(error)
        except FigshareWarehouseError:
            break
    run.load(tables)


def _listings(run: Run, scopes: dict[str, dict[str, int]]) -> None:
    """Reads each listing and loads it as it comes; only one read to its end counts as complete."""
    complete: list[dict[str, Any]] = []

    def pages() -> Iterator[pa.Table]:
        for listing, filters in scopes.items():
            run.progress.step(f"Listing the articles of {listing}")
            seen: set[int] = set()
            try:
                for records in article_pages(run.client, filters):
                    table = listed_table(listing, records, run.drift, run.refresh_id, utc_now())
                    seen.update(table.column("article_id").to_pylist())
                    yield table
            except RequestError as error:
                run.set_aside(error)
                continue
            except FigshareWarehouseError:
                return
            complete.append(
                {
                    "listing": listing,
                    "institution_id": filters.get("institution"),
                    "group_id": filters.get("group"),
                    "article_count": len(seen),
                    "completed_at": utc_now(),
                    "refresh_id": run.refresh_id,
                }
            )

    run.load({LISTED_ARTICLES: pages()}, with_record=False)
    # After the articles and apart from them: a listing must not count as complete before its articles are loaded.
    run.load({LISTINGS: [own_rows(LISTINGS, complete)]})


def _details(run: Run) -> None:
    """Reads the details that are due, and loads each chunk as soon as it is read."""
    if run.is_stopped:
        return
    due = [row["article_id"] for row in run.ask("article_details_due", started_at=run.outcome.started_at)]
    run.outcome.articles_due = len(due)
    if not due:
        return
    run.progress.step(f"Reading {len(due):,} article details")
    run.progress.articles(0, len(due))
    ids = _counted(due, lambda done: run.progress.articles(done, len(due)))
    for batch in article_batches(run.client, ids, run.settings.chunk_articles, run.settings.chunk_seconds):
        for failure in batch.failures:
            run.set_aside(failure.error, failure.article_id, failure.failed_at)
        run.outcome.articles_loaded += len(batch.details)
        run.load({TABLES[name]: [rows] for name, rows in batch_tables(batch, run.drift).items()})


def _counted(ids: list[int], tell: Callable[[int], None]) -> Iterator[int]:
    for done, article_id in enumerate(ids):
        tell(done)
        yield article_id


@contextmanager
def _stopped_by_signals(client: FigshareClient) -> Iterator[None]:
    """Ctrl-C and SIGTERM stop the client; what was read until then is loaded. A second Ctrl-C ends at once."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(number: int, frame: FrameType | None) -> None:
        if client.stop_reason is not None:
            raise KeyboardInterrupt
        client.stop(InterruptedRefreshError("Interrupted. What was read is kept; the next refresh goes on from there."))

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
