"""Months in bulk: one counter of all articles, or all groups, of an institution in one month, in one response.

It is never taken for granted that a response is complete, nor that its dates count: before the first one a month is
read in which there can be none, and afterwards each item's months have to add up to its total. What does not is left
to be asked for item by item.

The figures are loaded as they come, newest month first. The ledger has each month that was read, so that a refresh that
was cut off continues there, and each item whose months are all read and add up.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from figshare_warehouse.errors import FigshareWarehouseError
from figshare_warehouse.refresh.usage.answers import Answers
from figshare_warehouse.refresh.usage.bulk_totals import BulkTotals
from figshare_warehouse.refresh.usage.cheaper import Way, cheaper_ways, due_months
from figshare_warehouse.refresh.usage.scopes import FOUND_AGAIN_AFTER, Place
from figshare_warehouse.sources.figshare.client import FigshareClient
from figshare_warehouse.sources.figshare.facts import FIRST_DAY
from figshare_warehouse.sources.figshare.read_ahead import read_ahead
from figshare_warehouse.sources.figshare.records.arrow import table_of
from figshare_warehouse.sources.figshare.usage.bulk import Bulk, BulkReader
from figshare_warehouse.sources.figshare.usage.stats import COUNTERS, MAX_FIGURES, Question, months_after
from figshare_warehouse.sources.http.errors import DeniedError, RequestError
from figshare_warehouse.warehouse import store

MONTHS = "top_months"
"""The part of the Stats API whose state says whether months in bulk can be relied on, and their kind in the ledger."""

REASONS = ("new", "moved", "aged")
"""Why months are due that can be read in bulk."""

UNCLOSED = 2
"""So many of the latest months can still change, and are read again by each refresh."""

Month = tuple[date, str]
"""The first day of a month, and a counter."""


class BulkMonths:
    """The months in bulk of one type of items.

    Attributes:
        waiting: after reading, the due rows that wait for the next refresh, since a month failed.

    Args:
        answers: what is answered and refused.
        reader: reads top lists.
        totals: the bulk totals of this refresh.
        entity_type: article or group.
        due: rows of the query `usage_windows_due`, unsplit, of the institution's items.
        is_whole: whether a request for one item answers any number of months.
        now: the time of the refresh (UTC).
    """

    def __init__(
        self,
        answers: Answers,
        reader: BulkReader,
        totals: BulkTotals,
        entity_type: str,
        due: pa.Table,
        is_whole: bool,
        now: datetime,
    ) -> None:
        self._answers, self._run, self._reader, self._totals = answers, answers.run, reader, totals
        self._entity_type, self._is_whole, self._now = entity_type, is_whole, now
        self._place: Place = (answers.scopes.portal or "", MONTHS, entity_type)
        self._due = due.filter(fit_for_bulk(due))
        self._due_counts = Counter(self._due.column("counter").to_pylist())
        self.waiting = due.slice(0, 0)
        self._good: set[Month] = set()
        self._bad: set[Month] = set()
        self._failed: set[Month] = set()
        self._changing: set[Month] = set()
        self._left: set[Month] = set()
        self._kept: list[tuple[Month, Bulk]] = []
        self._size = 0
        self._kept_since = time.monotonic()

    def read(self) -> bool:
        """Reads and loads months as far as that makes fewer requests; returns whether any were to be read."""
        if not self._due.num_rows or self._answers.is_over:
            return False
        self._remember()
        ways = self._ways()
        if not ways or not self._is_usable():
            return False
        count = sum(len(way.months) for way in ways.values())
        self._run.step(f"Reading usage: {count:,} months of all {self._entity_type}s")
        while any(way.months for way in ways.values()) and not self._answers.is_over:
            wanted = sorted(((month, of) for of, way in ways.items() for month in way.months), reverse=True)
            # Where requests are limited, what is read again in each refresh must not keep out the rest.
            wanted.sort(key=self._changing.__contains__)
            if self._read(wanted[: self._answers.requests_left]):
                break
            # Something did not come: for the rest, another way may be the cheaper one.
            ways = self._ways()
        self._load()
        self._note_answered()
        return True

    def _is_usable(self) -> bool:
        """Whether months in bulk can be relied on; if that is not known, asks for a month that must be empty."""
        answers, place = self._answers, self._place
        if answers.scopes.is_closed(place) or answers.scopes.is_known(place, "unusable"):
            return False
        if answers.scopes.is_known(place, "open"):
            return True
        # A refusal is believed when it comes twice.
        for is_last, month in enumerate((FIRST_DAY, months_after(FIRST_DAY, 1))):
            try:
                bulk = self._reader.window(COUNTERS[0], self._entity_type, month, _last_day(month))
            except DeniedError as error:
                if is_last:
                    answers.deny(place, error)
                continue
            except RequestError as error:
                self._run.note_failure(error)
                return False
            except FigshareWarehouseError:
                return False
            if bulk.figures:
                self._distrust()
                return False
            answers.open(place)
            return True
        return False

    def _distrust(self) -> None:
        what = "Figshare takes no account of the dates of bulk requests, so months are asked for item by item."
        self._answers.note_state(self._place, "unusable", what)

    def _ways(self) -> dict[str, Way]:
        """The ways that make the fewest requests, by counter, where that is in bulk."""
        fit = self._due.filter(pc.invert(_has_any(self._due, self._bad | self._left)))
        due = {counter: due_months(fit.filter(pc.equal(fit.column("counter"), counter))) for counter in COUNTERS}
        is_probed = self._answers.scopes.is_known(self._place, "open")
        return cheaper_ways(due, self._good, self._is_whole, probe_count=not is_probed)

    def _read(self, wanted: Iterable[Month]) -> bool:
        """Reads months, newest first; returns false when one does not come, and then no more are asked for."""
        today = self._now.date()
        odd: list[Month] = []

        def read(_: FigshareClient, one: Month) -> Bulk:
            return self._reader.window(one[1], self._entity_type, one[0], min(_last_day(one[0]), today))

        for one, reading in read_ahead(
            self._run.client, read, wanted, goes_on=lambda: not odd and not self._answers.is_over
        ):
            try:
                bulk = reading.result()
            except RequestError as error:
                odd.append(one)
                is_denied = isinstance(error, DeniedError)
                self._note(one, "denied" if is_denied else "failed", error)
                if is_denied or one in self._failed:
                    self._bad.add(one)
                else:
                    # The next refresh tries again: no reason yet to ask for each item instead.
                    self._left.add(one)
                    self._run.note_failure(error)
                continue
            except FigshareWarehouseError:
                continue
            totals = self._totals.figures(self._entity_type, one[1])
            if bulk.is_cut or self._totals.are_cut_at(self._entity_type, one[1], len(bulk.figures), self._due):
                odd.append(one)
                self._bad.add(one)
                self._note(one, "truncated", None, bulk)
            elif one == (today.replace(day=1), COUNTERS[0]) and bulk.figures and bulk.figures == totals:
                # All usage that there ever was in one month: rather, the dates do not count.
                self._distrust()
                self._bad |= {(one[0], counter) for counter in COUNTERS}
                odd.append(one)
            else:
                self._keep(one, bulk)
        return not odd

    def _remember(self) -> None:
        """Takes from the ledger which months need not be read again, and which did not come in the last weeks."""
        this_month = self._now.date().replace(day=1)
        for row in remembered(self._run.connection, self._entity_type, self._now):
            month: Month = (row["month"], row["counter"])
            if row["is_good"]:
                self._good.add(month)
            elif row["state"] in ("fetched", "empty"):
                self._changing.add(month)
            elif row["state"] == "failed":
                self._failed.add(month)
            else:
                self._bad.add(month)
            if row["state"] == "truncated":
                # More articles are used from month to month.
                self._bad.add((this_month, row["counter"]))

    def _keep(self, one: Month, bulk: Bulk) -> None:
        self._good.add(one)
        self._kept.append((one, bulk))
        # A row for each item that is due, those with none in that month among them.
        self._size += max(len(bulk.figures), self._due_counts[one[1]])
        is_late = time.monotonic() - self._kept_since >= self._run.settings.chunk_seconds
        if is_late or self._size >= MAX_FIGURES * len(COUNTERS):
            self._load()

    def _load(self) -> None:
        """Loads the figures of what is due in the months read since the last load, and these months' ledger."""
        kept, self._kept, self._size, self._kept_since = self._kept, [], 0, time.monotonic()
        for one, bulk in kept:
            self._note(one, "fetched" if bulk.figures else "empty", None, bulk)
        figures = [(month, of, number, n) for (month, of), bulk in kept for number, n in bulk.figures.items()]
        read = [(month, of, bulk.read_at) for (month, of), bulk in kept]
        rows = self._run.ask_arrow(
            "usage_bulk_month_rows",
            {
                "due": self._due.select(["entity_id", "counter", "needed_from", "window_end"]),
                "months": table_of(read, _READ),
                "figures": table_of(figures, _FIGURES),
            },
            entity_type=self._entity_type,
            refresh_id=self._run.refresh_id,
        )
        self._answers.loader.load_months(rows)

    def _note(self, one: Month, state: str, error: RequestError | None, bulk: Bulk | None = None) -> None:
        """Keeps the ledger's entry of a month of all items, whose entity_id is 0."""
        last = min(_last_day(one[0]), self._now.date())
        question = Question("months", self._entity_type, 0, one[1], one[0], last, self._place[0])
        at = bulk.read_at if bulk else self._answers.run.now()
        unread = {} if bulk else {"window_end": None, "fetched_at": None, "message": str(error)}
        self._answers.loader.add(question, None, state, at, kind=MONTHS, **unread)

    def _note_answered(self) -> None:
        """Keeps the ledger's entries of items whose months were all read and add up."""
        judged = self._run.ask_arrow("usage_bulk_answered", self._due, **_times(self._entity_type, self._now))
        answered = judged.column("answered_at").is_valid()
        for row in store.each_row(judged.filter(answered)):
            first, last = row["needed_from"], row["window_end"]
            question = Question("months", self._entity_type, row["entity_id"], row["counter"], first, last)
            self._answers.loader.add(question, row, "fetched", row["answered_at"])
        left = judged.filter(pc.invert(answered)).select(self._due.column_names)
        self.waiting = left.filter(_has_any(left, self._left)).cast(self._due.schema)


_READ = pa.schema([("month", pa.date32()), ("counter", pa.string()), ("read_at", pa.timestamp("us"))])
_FIGURES = pa.schema(
    [("month", pa.date32()), ("counter", pa.string()), ("entity_id", pa.int64()), ("event_count", pa.int64())]
)


def fit_for_bulk(due: pa.Table) -> pa.ChunkedArray:
    """For each due row, whether it can be read in bulk: what is in doubt, or failed, is asked for item by item."""
    return pc.and_(pc.is_in(due.column("reason"), value_set=pa.array(REASONS)), pc.is_null(due.column("failed_at")))


def remembered(connection: duckdb.DuckDBPyConnection, entity_type: str, now: datetime) -> list[dict[str, Any]]:
    """Returns the rows of the query `usage_bulk_months`: what need not, or cannot, be read in bulk again now."""
    return store.ask(connection, "usage_bulk_months", **_times(entity_type, now))


def _times(entity_type: str, now: datetime) -> dict[str, Any]:
    return {
        "entity_type": entity_type,
        "unclosed_from": months_after(now.date(), 1 - UNCLOSED),
        # A refresh with a limit can take weeks to read them all.
        "since": now - FOUND_AGAIN_AFTER,
        "now": now,
    }


def _last_day(month: date) -> date:
    return months_after(month, 1) - timedelta(days=1)


def _has_any(rows: pa.Table, months: Iterable[Month]) -> pa.ChunkedArray:
    """For each due row, whether one of these months is part of it."""
    found = pa.chunked_array([pa.repeat(False, rows.num_rows)])
    for month, counter in months:
        day = pa.scalar(month, pa.date32())
        is_in = pc.and_(
            pc.less_equal(rows.column("needed_from"), day), pc.greater_equal(rows.column("window_end"), day)
        )
        found = pc.or_(found, pc.and_(is_in, pc.equal(rows.column("counter"), counter)))
    return found
