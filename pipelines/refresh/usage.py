"""The usage step of a refresh: asks the warehouse what usage is due, reads it in chunks, and loads each.

What is due, and in which windows, say the questions `sql/plan/usage_*.sql` over the ledger `usage_coverage`. Each chunk
is loaded before its entries in the ledger: what was killed in between is due again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from pipelines.clock import utc_now
from pipelines.errors import FigshareWarehouseError
from pipelines.figshare.failures import DeniedError, RequestError
from pipelines.figshare.parse import arrow_schema, own_rows
from pipelines.figshare.stats import (
    COUNTERS,
    FIRST_DAY,
    Kind,
    Question,
    Reading,
    Readings,
    Unread,
    items_by_name,
    readings,
    sweep,
)
from pipelines.figshare.usage_rows import (
    category_rows,
    country_rows,
    day_rows,
    month_rows,
    referral_rows,
    total_rows,
)
from pipelines.refresh.planned import total_requests
from pipelines.refresh.run import Run
from pipelines.refresh.usage_due import STAGES, TOP_KINDS, WINDOW_KINDS, UsageDue
from pipelines.refresh.usage_plan import SWEPT, planned_usage
from pipelines.refresh.usage_scopes import Scopes
from pipelines.tables import Table
from pipelines.tables.usage import (
    USAGE_BY_COUNTRY,
    USAGE_BY_DAY,
    USAGE_BY_MONTH,
    USAGE_CATEGORIES,
    USAGE_COUNTRY_RESTATEMENTS,
    USAGE_COVERAGE,
    USAGE_ITEMS,
    USAGE_REFERRALS,
    USAGE_RESTATEMENTS,
    USAGE_SCOPES,
    USAGE_TOTALS,
)
from pipelines.warehouse import store

Row = dict[str, Any]

_TABLES: dict[Kind, tuple[Table, Callable[[Sequence[Reading], str], pa.Table]]] = {
    "total": (USAGE_TOTALS, lambda good, refresh_id: total_rows(good, "total", refresh_id)),
    "months": (USAGE_BY_MONTH, month_rows),
    "days": (USAGE_BY_DAY, day_rows),
    "countries": (USAGE_BY_COUNTRY, country_rows),
    "referrals": (USAGE_REFERRALS, referral_rows),
    "categories": (USAGE_CATEGORIES, category_rows),
}

_RESTATED: dict[Kind, tuple[Table, str]] = {
    "months": (USAGE_RESTATEMENTS, "usage_restated"),
    "countries": (USAGE_COUNTRY_RESTATEMENTS, "usage_countries_restated"),
}


def read_usage(run: Run) -> None:
    """Reads and loads the usage that is due: totals and months of articles and groups, countries of groups.

    `settings.usage` adds days and countries of articles, `settings.usage_reports` countries of the articles of reports,
    `settings.usage_items` other items; `none` leaves all out.

    Raises:
        UsageError: when one of `usage_reports` is not there.
        FigshareWarehouseError: when the warehouse cannot be written.
    """
    if run.is_stopped or "none" in (run.settings.usage or ()) or not run.client.has_stats:
        return
    _follow(run, run.settings.usage_items or ())
    step = _Step(run)
    step.sweep()
    step.expect()
    for item_types in STAGES:
        step.read("total", item_types)
        for kind in WINDOW_KINDS:
            step.read(kind, item_types)
        for kind in TOP_KINDS:
            step.read(kind, item_types)
    step.read_failed()
    step.write_ledger()


def _follow(run: Run, names: Iterable[str]) -> None:
    items = items_by_name(names)
    if {(row["item_type"], row["item_id"]) for row in run.ask("usage_items")} != set(items):
        rows = [{"item_type": t, "item_id": number, "refresh_id": run.refresh_id} for t, number in items]
        run.load({USAGE_ITEMS: [own_rows(USAGE_ITEMS, rows)]})


class _Step:
    """Usage under way: the time it counts as, and which parts of the Stats API answer."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._now = utc_now()
        self._due = UsageDue(run.connection, run.settings, self._now)
        self._scopes = Scopes(run.client, run.settings.institution, run.ask("usage_scopes"))
        self._failed: list[tuple[Kind, pa.Table]] = []
        self._was_told = False
        self._entries: list[Row] = []
        self._notes: list[Row] = []

    def sweep(self) -> None:
        """Asks for the totals of very many items at once; what that does not cover stays due."""
        run, portal = self._run, self._scopes.portal
        if portal is None:
            return
        run.step("Reading totals of usage")
        followed = {(row["item_type"], row["item_id"]) for row in run.ask("usage_followed")}
        good: list[Reading] = []
        coverage: list[Row] = []
        for item_type in SWEPT:
            if self._is_denied(portal, "top", item_type):
                continue
            for counter in COUNTERS:
                asked_at = utc_now()
                question = Question("total", item_type, 0, counter, FIRST_DAY, asked_at.date(), portal)
                try:
                    totals, is_cut = sweep(run.client, counter, item_type)
                except DeniedError as error:
                    self._deny(portal, "top", item_type, error)
                    break
                except RequestError as error:
                    run.set_aside(error)
                    continue
                except FigshareWarehouseError:
                    break
                self._open(portal, "top", item_type)
                for item_id, total in totals.items():
                    if (item_type, item_id) in followed:
                        q = Question("total", item_type, item_id, counter, FIRST_DAY, asked_at.date())
                        good.append(Reading(q, total, asked_at))
                state = "truncated" if is_cut else "fetched" if totals else "empty"
                coverage.append(self._entry(question, None, state, asked_at) | {"kind": "top"})
        if good:
            run.load({USAGE_TOTALS: [total_rows(good, "top", run.refresh_id)]}, with_record=False)
        self._entries += coverage

    def read(self, kind: Kind, item_types: Sequence[str]) -> None:
        """Asks for what is due of one kind; what failed last time waits until the rest is read."""
        if self._is_over():
            return
        due = self._due.due(kind, item_types)
        if due is not None and due.num_rows:
            has_failed = pc.is_valid(due.column("failed_at"))
            self._failed.append((kind, due.filter(has_failed)))
            self._read(kind, due.filter(pc.invert(has_failed)))
        if kind == "months":
            self._sum_months()

    def read_failed(self) -> None:
        """Asks again for what failed last time: it must not keep the rest from being read."""
        for kind, due in self._failed:
            if not self._is_over():
                self._read(kind, due)
        if any(kind == "months" and due.num_rows for kind, due in self._failed):
            self._sum_months()

    def expect(self) -> None:
        """Tells how many requests the refresh will take, now that more is known."""
        run = self._run
        if run.progress.is_shown and not self._is_over():
            rest, _ = total_requests(
                planned_usage(run.connection, run.settings, self._scopes, self._now, is_swept=True)
            )
            run.progress.expect(run.client.request_count + rest, False)

    def _is_over(self) -> bool:
        return self._run.is_stopped or self._run.client.is_stats_out

    def _sum_months(self) -> None:
        """Adds the totals that the months tell."""
        self.write_ledger()
        run = self._run
        sums = store.ask_arrow(run.connection, "usage_sums")
        if sums.num_rows:
            rows = _rows_of(USAGE_TOTALS, sums, source="months", refresh_id=run.refresh_id)
            run.load({USAGE_TOTALS: [rows]}, with_record=False)

    def _read(self, kind: Kind, due: pa.Table) -> None:
        """Reads what is due, type by type and scope by scope, and loads each chunk."""
        if not due.num_rows:
            return
        self._run.step(f"Reading usage: {due.num_rows:,} {kind}")
        for item_type in due.column("item_type").unique().to_pylist():
            rows = due.filter(pc.equal(due.column("item_type"), item_type))
            for scopes, part in self._scopes.parted(rows):
                # In the next scope only where the one before is denied.
                any(self._is_over() or self._read_scope(kind, item_type, scope, part) for scope in scopes)

    def _read_scope(self, kind: Kind, item_type: str, scope: str, due: pa.Table) -> bool:
        """Reads what is due of one type in one scope; returns False when the scope is denied."""
        run = self._run
        if self._is_denied(scope, kind, item_type):
            return False
        # Only what is being asked is held as rows: there can be hundreds of thousands.
        asked: dict[Question, Row] = {}

        def questions() -> Iterator[Question]:
            for row in store.each_row(due):
                question = self._question(kind, row, scope)
                asked[question] = row
                yield question

        for batch in readings(run.client, questions(), run.settings.chunk_articles, run.settings.chunk_seconds):
            denied = next((unread for unread in batch.bad if isinstance(unread.error, DeniedError)), None)
            was_open = self._scopes.has_answered(scope, kind, item_type)
            if denied and not was_open and not batch.good:
                self._entries.append(self._unread(denied, asked.pop(denied.question)))
                self._deny(scope, kind, item_type, denied.error)
                return False
            if batch.good:
                self._open(scope, kind, item_type)
            self._load(kind, batch, asked)
        return True

    def _question(self, kind: Kind, row: Row, scope: str) -> Question:
        first, last = row["window_start"], row["window_end"]
        portal = scope if scope == self._scopes.portal else None
        is_open = last == self._now.date()
        return Question(kind, row["item_type"], row["item_id"], row["counter"], first, last, portal, is_open)

    def _load(self, kind: Kind, batch: Readings, asked: dict[Question, Row]) -> None:
        """Loads one chunk: what it replaces that must be kept, the figures, and last the ledger."""
        run = self._run
        for unread in batch.bad:
            run.set_aside(unread.error, at=unread.failed_at)
        if batch.good:
            table, rows_of = _TABLES[kind]
            rows = rows_of(batch.good, run.refresh_id)
            if kind == "countries" and rows.column("event_count").null_count:
                rows = store.ask_arrow(run.connection, "usage_rests", rows).cast(rows.schema)
            if kind in _RESTATED:
                restatements, question = _RESTATED[kind]
                old = store.ask_arrow(run.connection, question, rows)
                if old.num_rows:
                    old = _rows_of(restatements, old, refresh_id=run.refresh_id)
                    run.load({restatements: [old]}, with_record=False)
            # A load takes its time, so what the ledger says of figures that are loaded comes along.
            run.load({table: [rows], **self._ledger()})
        self._entries += [self._entry(r.question, asked.pop(r.question), r.state, r.read_at) for r in batch.good]
        self._entries += [self._unread(unread, asked.pop(unread.question)) for unread in batch.bad]
        # Else it comes along with the next figures, which are not far.
        if not batch.is_last and not batch.is_quick:
            self.write_ledger()

    def write_ledger(self) -> None:
        """Loads what the ledger does not say yet of the figures that are loaded."""
        ledger = self._ledger()
        if ledger:
            self._run.load(ledger)

    def _ledger(self) -> dict[Table, list[pa.Table]]:
        rows = {USAGE_COVERAGE: self._entries, USAGE_SCOPES: self._notes}
        self._entries, self._notes = [], []
        return {table: [own_rows(table, found)] for table, found in rows.items() if found}

    def _unread(self, unread: Unread, due: Row) -> Row:
        """The ledger's entry of what got no good answer: what an earlier one covers stays covered."""
        state = "denied" if isinstance(unread.error, DeniedError) else "failed"
        return self._entry(unread.question, due, state, unread.failed_at) | {
            "window_end": due["known_end"],
            "fetched_at": due["known_at"],
            "total": due["known_total"],
            "message": str(unread.error),
        }

    def _entry(self, question: Question, due: Row | None, state: str, at: datetime) -> Row:
        return {
            "item_type": question.item_type,
            "item_id": question.item_id,
            "counter": question.counter,
            "kind": question.kind,
            "window_start": question.first,
            "window_end": question.last,
            "state": state,
            "fetched_at": at,
            "asked_at": at,
            "total": due["total"] if due else None,
            "message": None,
            "refresh_id": self._run.refresh_id,
        }

    def _is_denied(self, scope: str, kind: str, item_type: str) -> bool:
        is_denied = self._scopes.is_denied(scope, kind, item_type)
        if is_denied and scope == self._scopes.portal:
            self._tell(f"/{scope}", 403)
        return is_denied

    def _deny(self, scope: str, kind: str, item_type: str, error: RequestError) -> None:
        if scope == self._scopes.portal:
            self._tell(error.path, error.status)
        # Where it answered with these credentials before, it is a block for some time, not a missing right.
        if not self._scopes.has_answered(scope, kind, item_type):
            message = str(error)
            self._notes.append(self._scopes.found(scope, kind, item_type, "denied", message, self._run.refresh_id))

    def _open(self, scope: str, kind: str, item_type: str) -> None:
        if not self._scopes.has_answered(scope, kind, item_type):
            self._notes.append(self._scopes.found(scope, kind, item_type, "open", None, self._run.refresh_id))

    def _tell(self, path: str, status: int | None) -> None:
        """Says once in a refresh that the credentials are not accepted."""
        if self._was_told:
            return
        self._was_told = True
        message = (
            f"Figshare refused the Stats API's credentials ({status}) for portal '{self._scopes.portal}': check "
            "portal, stats_username and stats_password (section sources.figshare). Usage is read without them as far "
            "as it is public; they are not tried again until they change."
        )
        self._run.set_aside(RequestError(message, path, status, 1))


def _rows_of(table: Table, found: pa.Table, **own: str) -> pa.Table:
    """What a question found as rows of a table, with columns of our own that are the same in all rows."""
    arrays = [
        pa.array([own[field.name]] * found.num_rows, field.type)
        if field.name in own
        else found.column(field.name).cast(field.type)
        for field in arrow_schema(table)
    ]
    return pa.Table.from_arrays(arrays, schema=arrow_schema(table))
