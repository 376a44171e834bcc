"""A refresh under way: what its steps share, and its record in the warehouse."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

import duckdb
import pyarrow as pa

from figshare_warehouse.errors import FigshareWarehouseError
from figshare_warehouse.given_names import Named
from figshare_warehouse.models.queries import Fetched
from figshare_warehouse.refresh.loader import Loader
from figshare_warehouse.schools import Mapped
from figshare_warehouse.settings import FigshareSettings
from figshare_warehouse.sources.figshare.api_version import Versions
from figshare_warehouse.sources.figshare.client import FigshareClient
from figshare_warehouse.sources.figshare.feeds import Listing
from figshare_warehouse.sources.figshare.institutions import FoundInstitution
from figshare_warehouse.sources.figshare.records.arrow import computed_rows
from figshare_warehouse.sources.figshare.records.drift import Drift
from figshare_warehouse.sources.figshare.resources import taken
from figshare_warehouse.sources.http.budget import RequestCount
from figshare_warehouse.sources.http.errors import RequestError
from figshare_warehouse.tables import FAILED_REQUESTS, REFRESH_REQUESTS, REFRESHES, SCHEMA_DRIFT, Table
from figshare_warehouse.version import package_version
from figshare_warehouse.warehouse import store
from figshare_warehouse.warehouse.publish.published import Published

logger = logging.getLogger("figshare_warehouse")


class Progress(Protocol):
    """The progress of a refresh, for the user.

    Attributes:
        is_shown: whether it is visible; only then is the expected number of requests computed, which takes time.
    """

    is_shown: bool

    def step(self, text: str) -> None:
        """A new step begins."""

    def expect(self, requests: int, is_sure: bool) -> None:
        """The expected number of requests of the whole refresh; uncertain while more may become due."""

    def requests(self, made: int) -> None:
        """The number of requests so far; called from any thread."""


@dataclass(slots=True)
class Outcome:
    """What a refresh did.

    Attributes:
        refresh_id: its id in the table `refreshes`.
        outcome: `running` until it ends, then `done`, `incomplete` (something failed or is in doubt), `stopped` or
            `failed`.
        error: what ended it early; None when nothing did.
        articles_due: details that were due.
        articles_loaded: details that were loaded.
        articles_unchanged: details that Figshare said are still the same.
        articles_withdrawn: articles that were asked for and not found.
        entities_loaded: collections and projects that were loaded, by their type.
        failures: requests that failed for good, as rows of `failed_requests`.
        drift: differences from the contract, as rows of `schema_drift`.
        failed_data_tests: names of the data tests that failed.
        dropped_reports: the reports that were published before and are not any more.
        published: the file that the reports were published in; None when they were not.
        internal: the file that the internal reports were published in; None when they were not.
        mapped: the result of loading the user's list of schools; None when none was given.
        named: the result of loading the user's names of groups; None when none were given.
        found: articles that were looked for by their DOIs, each in a sentence.
        findings: doubts and contradictions in what Figshare returned, each in a sentence.
        switches: institutions found on another version of Figshare's API than before, each in a sentence.
        denied: internal parts that were not asked for, since the token was refused them some days ago, each in words.
        seen_before_count: internal records that only an older token saw, in lists that this one read to their end.
        empty_listings: listings that were read to their end and showed no article.
        found_institution: from what the institution's id was found in this refresh, in a sentence; None where it was
            known.
        usage: where not all usage that is due was read, of how many articles it is complete: `article_count`,
            `totals_count`, `months_count`.
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
    articles_unchanged: int = 0
    articles_withdrawn: int = 0
    entities_loaded: dict[str, int] = field(default_factory=dict)
    failures: list[dict[str, Any]] = field(default_factory=list)
    drift: list[dict[str, Any]] = field(default_factory=list)
    failed_data_tests: list[str] = field(default_factory=list)
    dropped_reports: tuple[str, ...] = ()
    published: Path | None = None
    internal: Path | None = None
    mapped: Mapped | None = None
    named: Named | None = None
    found: list[str] = field(default_factory=list)
    findings: list[str] = field(default_factory=list)
    switches: list[str] = field(default_factory=list)
    denied: list[str] = field(default_factory=list)
    seen_before_count: int = 0
    empty_listings: list[str] = field(default_factory=list)
    found_institution: str | None = None
    usage: dict[str, int] | None = None
    requests: int = 0
    retries: int = 0
    requests_by_kind: dict[str, RequestCount] = field(default_factory=dict)
    finished_at: datetime | None = None

    @property
    def failure_summary(self) -> str:
        """How many requests failed, without a full stop."""
        count = len(self.failures)
        failed = "1 request failed" if count == 1 else f"{count:,} requests failed"
        return f"{failed}; the next refresh tries again"


class Run:
    """One refresh under way.

    Attributes:
        settings: what to load, from where, how fast.
        client: asks Figshare.
        connection: the warehouse, open for writing.
        published: the file that readers open, and the warehouse it is made from.
        progress: shows the progress.
        drift: collects how answers differ from the contract.
        outcome: what was done so far.
        failed_lists: lookups that could not be read; they are not tried again in this refresh.
        listings: the listings that are followed.
        article_ids: articles that are followed by themselves.
        versions: which version of Figshare's API each institution is on.
        loader: loads into the warehouse; entered for as long as the run takes.
        confirms_withdrawals: whether the user confirms that what listings lost is gone.
        is_token_refused: whether Figshare refuses the token for everything, which was said.
        found: the institution, if Figshare was asked for its id in this refresh.
        given: what the user gave, as rows of the tables that hold it.
        institutions_held: the institutions of which a listing showed an article before this refresh.
        computed: the views that were computed for queries since anything was loaded.
    """

    def __init__(
        self,
        settings: FigshareSettings,
        listings: Sequence[Listing],
        client: FigshareClient,
        connection: duckdb.DuckDBPyConnection,
        published: Published,
        progress: Progress,
        last_id: str | None,
        confirms_withdrawals: bool = False,
    ) -> None:
        self.settings = settings
        self.listings = listings
        self.article_ids: list[int] = []
        self.client = client
        self.versions = Versions(client, settings.api_version)
        self.connection = connection
        self.published = published
        self.progress = progress
        self.drift = Drift()
        self.failed_lists: set[Table] = set()
        started_at = client.clock()
        self.outcome = Outcome(_next_id(started_at, last_id), started_at)
        self.loader = Loader(connection, published.warehouse)
        self.confirms_withdrawals = confirms_withdrawals
        self.is_token_refused = False
        self.found: FoundInstitution | None = None
        self.given: Mapping[Table, list[dict[str, Any]]] = {}
        self.institutions_held = store.institutions_listed(connection)
        self.computed: set[str] = set()
        self._kept: dict[Table, list[pa.Table]] = {}

    @property
    def refresh_id(self) -> str:
        """The refresh's id in the table `refreshes`."""
        return self.outcome.refresh_id

    @property
    def started_at(self) -> datetime:
        """When the refresh started (UTC)."""
        return self.outcome.started_at

    def now(self) -> datetime:
        """Returns the current time (UTC)."""
        return self.client.clock()

    @property
    def is_stopped(self) -> bool:
        """Whether no more requests may be made."""
        return self.client.stop_reason is not None

    def ask(self, question: str, fetched: Fetched = None, **parameters: Any) -> list[dict[str, Any]]:
        """Returns the rows of a query in `sql/plan`, as dictionaries; `fetched` as in `store.ask`."""
        return store.ask(self.connection, question, fetched, self.computed, **parameters)

    def ask_arrow(self, question: str, fetched: Fetched = None, **parameters: Any) -> pa.Table:
        """The same as one Arrow table."""
        return store.ask_arrow(self.connection, question, fetched, self.computed, **parameters)

    def load(self, tables: Mapping[Table, Iterable[pa.Table]], with_record: bool = True, are_new: bool = False) -> None:
        """Loads rows, and the refresh's record, so that a run that is killed leaves one.

        Args:
            tables: Arrow tables by the table they go into; a list of them is empty afterwards.
            with_record: False where the rows are still being read while they are loaded; what is kept then waits.
            are_new: nothing is held of the articles in them.

        Raises:
            FigshareWarehouseError: when it cannot be loaded; what was loaded before stays.
        """
        self.computed.clear()
        if not with_record:
            self.loader.load(tables)
            return
        for table, rows in tables.items():
            self.keep(table, rows)
        kept, self._kept = self._kept, {}
        self.loader.load({**kept, **self._record()}, are_new)

    def keep(self, table: Table, rows: Iterable[pa.Table]) -> None:
        """Keeps a few rows for the next load with a record, since even a small load takes time.

        Args:
            table: the table they go into.
            rows: as Arrow tables of its columns; a list of them is empty afterwards.
        """
        self._kept.setdefault(table, []).extend(taken(rows))

    def load_kept(self) -> None:
        """Loads kept rows, if any, for a query that follows.

        Raises:
            FigshareWarehouseError: when it cannot be loaded; what was loaded before stays.
        """
        if self._kept:
            self.load({})

    def note_failure(self, error: RequestError, article_id: int | None = None, at: datetime | None = None) -> None:
        """Notes a request that failed for good; the next load writes it to `failed_requests`."""
        logger.warning("Request failed: %s", error, extra={"path": error.path, "article_id": article_id})
        self.outcome.failures.append(
            {
                "refresh_id": self.refresh_id,
                "path": error.path,
                "article_id": article_id,
                "status": error.status,
                "message": str(error),
                "tries": error.tries,
                "failed_at": at or self.now(),
            }
        )

    def note_finding(self, sentence: str) -> None:
        """Notes a doubt, in a sentence; the refresh is then incomplete."""
        logger.warning(sentence)
        self.outcome.findings.append(sentence)

    def step(self, text: str) -> None:
        """Announces a new step."""
        logger.info(text, extra={"refresh_id": self.refresh_id, "requests": self.client.request_count})
        self.progress.step(text)

    def end(self, how: str, error: FigshareWarehouseError | None) -> None:
        """Records how the refresh ended."""
        outcome = self.outcome
        outcome.outcome, outcome.error, outcome.finished_at = how, error, self.now()
        self.load({})
        # Before publishing, which needs the memory.
        self.loader.write_log()
        logger.info(
            "The refresh ended: %s",
            how,
            extra={
                "refresh_id": self.refresh_id,
                "error": str(error) if error else None,
                "requests": outcome.requests,
                "retries": outcome.retries,
                "articles_due": outcome.articles_due,
                "articles_loaded": outcome.articles_loaded,
                "articles_withdrawn": outcome.articles_withdrawn,
                "failed_requests": len(outcome.failures),
            },
        )

    def _record(self) -> dict[Table, list[pa.Table]]:
        outcome = self.outcome
        outcome.requests, outcome.retries = self.client.request_count, self.client.retry_count
        outcome.requests_by_kind = self.client.counts()
        outcome.drift = self.drift.rows(outcome.refresh_id)
        row = {
            "refresh_id": outcome.refresh_id,
            "started_at": outcome.started_at,
            "updated_at": self.now(),
            "finished_at": outcome.finished_at,
            "outcome": outcome.outcome,
            "message": " ".join([*([str(outcome.error)] if outcome.error else []), *outcome.findings]) or None,
            "api_url": self.client.api_url,
            "listings": ", ".join(
                [*(listing.name for listing in self.listings), *(f"article {id_}" for id_ in self.article_ids)]
            ),
            "requests": outcome.requests,
            "retries": outcome.retries,
            "articles_loaded": outcome.articles_loaded,
            "articles_failed": len({failure["article_id"] for failure in outcome.failures} - {None}),
            "package_version": package_version(),
        }
        kinds = [
            {"refresh_id": outcome.refresh_id, "kind": kind, "requests": n.requests, "retries": n.retries}
            for kind, n in outcome.requests_by_kind.items()
        ]
        rows = {
            REFRESHES: [row],
            REFRESH_REQUESTS: kinds,
            FAILED_REQUESTS: outcome.failures,
            SCHEMA_DRIFT: outcome.drift,
        }
        return {table: [computed_rows(table, rows_)] for table, rows_ in rows.items() if rows_}


_ID_TIME = "%Y%m%dT%H%M%S.%fZ"


def _next_id(started_at: datetime, last_id: str | None) -> str:
    """The id of a refresh. Ids sort by time even if the clock was set back, since they decide what was last listed."""
    moment = started_at
    if last_id is not None:
        with suppress(ValueError):
            moment = max(moment, datetime.strptime(last_id.partition("-")[0], _ID_TIME) + timedelta(microseconds=1))
    return f"{moment:{_ID_TIME}}-{os.getpid()}"
