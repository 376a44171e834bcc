"""One refresh: list, ask the warehouse what is due, read it in chunks, load each, build the views.

The warehouse is the state: after a crash the next refresh asks the same questions and gets the rest as its answer.
dlt's working folder lies beside the warehouse and is emptied at each start, so nothing depends on it.
"""

from __future__ import annotations

import os
import shutil
import signal
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from types import FrameType
from typing import Any, Protocol
from urllib.parse import urlsplit

import dlt
import duckdb
import pyarrow as pa
from dlt.extract import DltResource
from dlt.pipeline.exceptions import PipelineStepFailed

from pipelines.errors import FigshareWarehouseError, UsageError
from pipelines.figshare import batch_tables, listing_filters, utc_now
from pipelines.figshare.articles import Batch, Failure, article_batches
from pipelines.figshare.client import LOOPBACK_HOSTS, FigshareClient, RequestCount, RequestError, StoppedError
from pipelines.figshare.lists import institution_lists, listed_table, public_lists
from pipelines.figshare.paging import article_pages
from pipelines.figshare.parse import Drift, arrow_schema, own_rows
from pipelines.figshare.resources import article_resources, table_resource
from pipelines.settings import FigshareSettings, make_client, prepare_dlt
from pipelines.tables import (
    ARTICLE_CHILDREN,
    ARTICLES,
    FAILED_REQUESTS,
    GROUPS,
    INSTITUTIONS,
    LISTED_ARTICLES,
    LISTINGS,
    REFRESH_REQUESTS,
    REFRESHES,
    SCHEMA_DRIFT,
    TABLES,
    Table,
)
from pipelines.warehouse import store, views

PIPELINE_NAME = "figshare_warehouse"


class InterruptedRefreshError(FigshareWarehouseError):
    """The user stopped it (Ctrl-C)."""

    exit_code = 130


class Progress(Protocol):
    """What a refresh tells while it runs."""

    def step(self, text: str) -> None:
        """A new step begins."""

    def articles(self, done: int, total: int) -> None:
        """So many of the due article details are done."""


@dataclass(slots=True)
class Outcome:
    """What a refresh did.

    Attributes:
        refresh_id: its id in the table `refreshes`.
        outcome: `done`, `incomplete` (something was set aside), `stopped` or `failed`.
        error: what ended it early; None when nothing did.
        articles_due: details that were due.
        articles_loaded: details that were loaded.
        failures: what was set aside, as rows of `failed_requests`.
        drift: differences from the contract, as rows of `schema_drift`.
        requests: HTTP requests made, retries included.
        retries: how many of them were retries.
        requests_by_kind: the same by kind of request.
        started_at: when it started (UTC).
        finished_at: when it ended (UTC).
    """

    refresh_id: str
    started_at: datetime
    outcome: str = "running"
    error: FigshareWarehouseError | None = None
    articles_due: int = 0
    articles_loaded: int = 0
    failures: list[dict[str, Any]] = field(default_factory=list)
    drift: list[dict[str, Any]] = field(default_factory=list)
    requests: int = 0
    retries: int = 0
    requests_by_kind: dict[str, RequestCount] = field(default_factory=dict)
    finished_at: datetime | None = None


def package_version() -> str:
    """Returns the version of figshare-warehouse that is installed."""
    try:
        return version("figshare-warehouse")
    except PackageNotFoundError:
        return "0"


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
        run = _Run(settings, scopes, client, connection, warehouse, progress)
        return run.whole()


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


class _Run:
    """One refresh under way: its client, its warehouse, and what it has done so far."""

    def __init__(
        self,
        settings: FigshareSettings,
        scopes: dict[str, dict[str, int]],
        client: FigshareClient,
        connection: duckdb.DuckDBPyConnection,
        warehouse: Path,
        progress: Progress,
    ) -> None:
        self.settings = settings
        self.scopes = scopes
        self.client = client
        self.connection = connection
        self.progress = progress
        self.drift = Drift()
        started_at = utc_now()
        # Ids sort by time: what a listing showed last is told by comparing them.
        self.outcome = Outcome(f"{started_at:%Y%m%dT%H%M%S.%fZ}-{os.getpid()}", started_at)
        self.loader = _Loader(connection, warehouse)

    def whole(self) -> Outcome:
        """Runs all steps and records how it ended."""
        with self.loader:
            try:
                self._lists()
                self._listings()
                self._details()
            except FigshareWarehouseError as error:
                self._end("failed", error)
                raise
            reason = self.client.stop_reason
            if reason is not None:
                is_stop = isinstance(reason, StoppedError | InterruptedRefreshError)
                self._end("stopped" if is_stop else "failed", reason)
            else:
                self._end("incomplete" if self.outcome.failures else "done", None)
        self.progress.step("Building the views")
        views.build(self.connection)
        return self.outcome

    def _lists(self) -> None:
        """Reads and loads the short lists; one that fails leaves its table as it was."""
        self.progress.step("Reading groups, categories, licences and item types")
        readers = public_lists(self.client, self.drift)
        if self.client.has_token:
            readers |= institution_lists(self.client, self.drift)
        resources = []
        for table, read in readers.items():
            try:
                resources.append(_rows(table, list(read())))
            except RequestError as error:
                self._set_aside(error, None, utc_now())
                resources.append(_rows(table, [], is_unread=True))
            except FigshareWarehouseError:
                resources.append(_rows(table, [], is_unread=True))
        for table in (INSTITUTIONS, GROUPS):
            if table not in readers:
                resources.append(_rows(table, [], is_unread=True))
        if not self._has_all_columns():
            empty = {t.name: arrow_schema(t).empty_table() for t in (ARTICLES, *ARTICLE_CHILDREN)}
            resources += [*_articles(empty), _rows(LISTINGS, []), _rows(LISTED_ARTICLES, [])]
        self.loader.load([*resources, *self._record()])

    def _has_all_columns(self) -> bool:
        """Whether every declared column exists, so that the views can be built even if nothing is loaded."""
        there = set(self.connection.execute("select table_name, column_name from duckdb_columns()").fetchall())
        return all((table.name, column.name) in there for table in TABLES.values() for column in table.columns)

    def _listings(self) -> None:
        """Reads each listing and loads it as it comes; only one read to its end counts as complete."""
        complete: list[dict[str, Any]] = []

        def pages() -> Iterator[pa.Table]:
            for listing, filters in self.scopes.items():
                self.progress.step(f"Listing the articles of {listing}")
                seen: set[int] = set()
                try:
                    for records in article_pages(self.client, filters):
                        table = listed_table(listing, records, self.drift, self.outcome.refresh_id, utc_now())
                        seen.update(table.column("article_id").to_pylist())
                        yield table
                except RequestError as error:
                    self._set_aside(error, None, utc_now())
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
                        "refresh_id": self.outcome.refresh_id,
                    }
                )

        self.loader.load([table_resource(LISTED_ARTICLES, pages)])
        # After the articles and apart from them: a listing must not count as complete before its articles are loaded.
        self.loader.load([_rows(LISTINGS, [own_rows(LISTINGS, complete)]), *self._record()])

    def _details(self) -> None:
        """Reads the details that are due, and loads each chunk as soon as it is read."""
        if self.client.stop_reason is not None:
            return
        due = [row[0] for row in store.ask(self.connection, "article_details_due", started_at=self.outcome.started_at)]
        self.outcome.articles_due = len(due)
        if not due:
            return
        self.progress.step(f"Reading {len(due):,} article details")
        self.progress.articles(0, len(due))
        ids = _counted(due, lambda done: self.progress.articles(done, len(due)))
        for batch in article_batches(self.client, ids, self.settings.chunk_articles, self.settings.chunk_seconds):
            self._load_batch(batch)

    def _load_batch(self, batch: Batch) -> None:
        for failure in batch.failures:
            self._failed(failure)
        self.outcome.articles_loaded += len(batch.details)
        self.loader.load([*_articles(batch_tables(batch, self.drift)), *self._record()])

    def _failed(self, failure: Failure) -> None:
        self._set_aside(failure.error, failure.article_id, failure.failed_at)

    def _set_aside(self, error: RequestError, article_id: int | None, at: datetime) -> None:
        self.outcome.failures.append(
            {
                "refresh_id": self.outcome.refresh_id,
                "path": error.path,
                "article_id": article_id,
                "status": error.status,
                "message": str(error),
                "tries": error.tries,
                "failed_at": at,
            }
        )

    def _end(self, how: str, error: FigshareWarehouseError | None) -> None:
        self.outcome.outcome, self.outcome.error = how, error
        self.outcome.finished_at = utc_now()
        self.loader.load(self._record())

    def _record(self) -> list[DltResource]:
        """The refresh's own rows as they stand; they go along with each load, so a killed run leaves its record."""
        outcome = self.outcome
        outcome.requests, outcome.retries = self.client.request_count, self.client.retry_count
        outcome.requests_by_kind = self.client.counts()
        outcome.drift = self.drift.rows(outcome.refresh_id)
        row = {
            "refresh_id": outcome.refresh_id,
            "started_at": outcome.started_at,
            "updated_at": utc_now(),
            "finished_at": outcome.finished_at,
            "outcome": outcome.outcome,
            "message": str(outcome.error) if outcome.error else None,
            "api_url": self.client.api_url,
            "listings": ", ".join(self.scopes),
            "requests": outcome.requests,
            "retries": outcome.retries,
            "articles_loaded": outcome.articles_loaded,
            "articles_failed": sum(1 for failure in outcome.failures if failure["article_id"] is not None),
            "package_version": package_version(),
        }
        kinds = [
            {"refresh_id": outcome.refresh_id, "kind": kind, "requests": n.requests, "retries": n.retries}
            for kind, n in outcome.requests_by_kind.items()
        ]
        tables = {
            REFRESHES: [row],
            REFRESH_REQUESTS: kinds,
            FAILED_REQUESTS: outcome.failures,
            SCHEMA_DRIFT: outcome.drift,
        }
        return [_rows(table, [own_rows(table, rows)] if rows else []) for table, rows in tables.items()]


class _Loader:
    """Runs dlt: one load package at a time, in a thread of its own.

    In the main thread dlt would take over Ctrl-C and drop the package under way; here the client stops first and what
    was read is loaded.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, warehouse: Path) -> None:
        self._folder = warehouse.with_name(warehouse.name + ".work")
        self._warehouse = warehouse
        self._connection = connection
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="dlt")

    def __enter__(self) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)
        self._pipeline = dlt.pipeline(
            PIPELINE_NAME,
            destination=dlt.destinations.duckdb(self._connection, replace_strategy="insert-from-staging"),
            dataset_name="figshare",
            pipelines_dir=str(self._folder),
        )

    def __exit__(self, *error: object) -> None:
        self._thread.shutdown()
        shutil.rmtree(self._folder, ignore_errors=True)

    def load(self, resources: Iterable[DltResource]) -> None:
        """Loads the resources as one package.

        Raises:
            FigshareWarehouseError: when it cannot be loaded; what earlier packages loaded stays.
        """
        source = dlt.source(lambda: resources, name="figshare", max_table_nesting=0)()
        try:
            self._thread.submit(self._pipeline.run, source).result()
        except PipelineStepFailed as error:
            raise self._failure(error) from error
        except OSError as error:
            raise self._failure(error) from error

    def _failure(self, error: BaseException) -> FigshareWarehouseError:
        cause: BaseException | None = error
        while cause is not None:
            if isinstance(cause, FigshareWarehouseError):
                return cause
            text = str(cause)
            if "No space left" in text or "disk is full" in text.lower() or "could not allocate" in text.lower():
                return FigshareWarehouseError(
                    f"The disk is full while loading into {self._warehouse}. Make room and run the same command again: "
                    "what was loaded before is kept."
                )
            last, cause = cause, cause.__cause__ or cause.__context__
        return FigshareWarehouseError(
            f"Loading into {self._warehouse} failed ({type(last).__name__}: {' '.join(str(last).split())[:300]}). "
            "What was loaded before is kept; run the same command again, with --debug to see the details."
        )


def _rows(table: Table, arrow: list[pa.Table], is_unread: bool = False) -> DltResource:
    resource = table_resource(table, lambda: iter(arrow))
    if is_unread:
        # A list that is replaced whole would be emptied by no rows.
        resource.apply_hints(write_disposition="append")
    return resource


def _articles(tables: dict[str, pa.Table]) -> list[DltResource]:
    return article_resources(dlt.resource([tables], name="article_details", selected=False))


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
