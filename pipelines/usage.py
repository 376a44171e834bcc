"""The usage step of a refresh: asks the warehouse what usage is due, reads it in chunks, and loads each.

What is due, and in which windows, say the questions `sql/plan/usage_*.sql` over the ledger `usage_coverage`. Each chunk
is loaded before its entries in the ledger: what was killed in between is due again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

import pyarrow as pa

from pipelines.errors import FigshareWarehouseError
from pipelines.figshare import utc_now
from pipelines.figshare.failures import DeniedError, RequestError
from pipelines.figshare.parse import own_rows
from pipelines.figshare.stats import (
    COUNTERS,
    FIRST_DAY,
    ITEM_TYPES,
    WINDOW_MONTHS,
    Kind,
    Question,
    Reading,
    Readings,
    category_rows,
    country_rows,
    day_rows,
    items_by_name,
    month_rows,
    readings,
    referral_rows,
    sweep,
    total_rows,
)
from pipelines.run import Run
from pipelines.tables import Table
from pipelines.usage_tables import (
    USAGE_BY_COUNTRY,
    USAGE_BY_DAY,
    USAGE_BY_MONTH,
    USAGE_CATEGORIES,
    USAGE_COVERAGE,
    USAGE_ITEMS,
    USAGE_REFERRALS,
    USAGE_RESTATEMENTS,
    USAGE_SCOPES,
    USAGE_TOTALS,
)

Row = dict[str, Any]

_TABLES: dict[Kind, tuple[Table, Callable[[Sequence[Reading], str], pa.Table]]] = {
    "total": (USAGE_TOTALS, lambda good, refresh_id: total_rows(good, "total", refresh_id)),
    "months": (USAGE_BY_MONTH, month_rows),
    "days": (USAGE_BY_DAY, day_rows),
    "countries": (USAGE_BY_COUNTRY, country_rows),
    "referrals": (USAGE_REFERRALS, referral_rows),
    "categories": (USAGE_CATEGORIES, category_rows),
}


def read_usage(run: Run) -> None:
    """Reads and loads the usage that is due: totals and months of articles and groups, countries of groups.

    `settings.usage` adds days and countries of articles, `settings.usage_items` other items, `none` leaves all out.

    Raises:
        FigshareWarehouseError: when the warehouse cannot be written.
    """
    wanted = set(run.settings.usage or ("months",))
    if run.is_stopped or "none" in wanted or not run.client.has_stats:
        return
    _follow(run, run.settings.usage_items or ())
    step = _Step(run)
    step.sweep()
    step.totals()
    step.windows("months", ITEM_TYPES)
    step.windows("countries", [t for t in ITEM_TYPES if t != "article" or "countries" in wanted])
    if "days" in wanted:
        step.windows("days", ITEM_TYPES)
    step.tops()
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
        self._marks = {run.client.portal: run.client.stats_credentials_mark, None: ""}
        states = {(row["scope"], row["kind"], row["item_type"]): row for row in run.ask("usage_scopes")}
        # What was found with other credentials says nothing.
        self._states = {
            (portal, kind, item_type): row["state"]
            for portal, mark in self._marks.items()
            for (scope, kind, item_type), row in states.items()
            if scope == (portal or "public") and row["credentials"] == mark
        }
        self._was_told = False
        self._entries: list[Row] = []
        self._notes: list[Row] = []

    def sweep(self) -> None:
        """Asks for the totals of very many items at once; what that does not cover stays due."""
        run = self._run
        if not run.client.has_stats_credentials:
            return
        run.step("Reading totals of usage")
        followed = {(row["item_type"], row["item_id"]) for row in run.ask("usage_followed")}
        good: list[Reading] = []
        coverage: list[Row] = []
        for item_type in ("article", "group"):
            if self._is_denied(run.client.portal, "top", item_type):
                continue
            answered = False
            for counter in COUNTERS:
                asked_at = utc_now()
                question = Question("total", item_type, 0, counter, FIRST_DAY, self._now.date(), run.client.portal)
                try:
                    totals, is_cut = sweep(run.client, counter, item_type)
                except DeniedError as error:
                    self._deny(run.client.portal, "top", item_type, error)
                    break
                except RequestError as error:
                    run.set_aside(error)
                    continue
                except FigshareWarehouseError:
                    break
                answered = True
                for item_id, total in totals.items():
                    if (item_type, item_id) in followed:
                        q = Question("total", item_type, item_id, counter, FIRST_DAY, self._now.date())
                        good.append(Reading(q, total, asked_at))
                state = "truncated" if is_cut else "fetched" if totals else "empty"
                coverage.append(self._entry(question, None, state, asked_at) | {"kind": "top"})
            if answered:
                self._open(run.client.portal, "top", item_type)
        if good:
            run.load({USAGE_TOTALS: [total_rows(good, "top", run.refresh_id)]}, with_record=False)
        self._entries += coverage

    def totals(self) -> None:
        """Asks for the totals that are due."""
        self._read("total", self._run.ask("usage_totals_due", **self._times()))

    def windows(self, kind: Kind, item_types: Sequence[str]) -> None:
        """Asks for the windows of months, days or countries that are due."""
        days = timedelta(days=self._run.settings.usage_days - 1)
        due = self._run.ask(
            "usage_windows_due",
            kind=kind,
            item_types=list(item_types),
            since=self._now.date() - days if kind == "days" else FIRST_DAY,
            window_months=WINDOW_MONTHS[kind],
            **self._times(),
        )
        self._read(kind, due)
        if kind == "months":
            self.write_ledger()
            sums = self._run.ask("usage_sums")
            if sums:
                own = {"source": "months", "refresh_id": self._run.refresh_id}
                rows = [{**row, **own} for row in sums]
                self._run.load({USAGE_TOTALS: [own_rows(USAGE_TOTALS, rows)]}, with_record=False)

    def tops(self) -> None:
        """Asks for the sites and categories that are due."""
        kinds: tuple[Kind, ...] = ("referrals", "categories")
        for kind in kinds:
            self._read(kind, self._run.ask("usage_tops_due", kind=kind, **self._times()))

    def _times(self) -> dict[str, Any]:
        max_age = self._run.settings.usage_max_age
        return {"now": self._now, "today": self._now.date(), "max_age_days": max_age}

    def _read(self, kind: Kind, due: Sequence[Row]) -> None:
        """Reads what is due, scope by scope and type by type, and loads each chunk."""
        run = self._run
        if run.is_stopped or run.client.is_stats_out or not due:
            return
        run.step(f"Reading usage: {len(due):,} {kind}")
        run.progress.expect(run.client.request_count + len(due), False)
        for item_type in dict.fromkeys(row["item_type"] for row in due):
            rows = [row for row in due if row["item_type"] == item_type]
            ours = [row for row in rows if self._has_portal(row)]
            others = [row for row in rows if not self._has_portal(row)]
            if ours and not self._read_scope(kind, item_type, run.client.portal, ours):
                others = rows
            if others:
                self._read_scope(kind, item_type, None, others)

    def _has_portal(self, row: Row) -> bool:
        # Within the portal's scope an item of another institution would have no usage at all.
        client, institution = self._run.client, self._run.settings.institution
        return client.has_stats_credentials and institution is not None and row["institution_id"] == institution

    def _read_scope(self, kind: Kind, item_type: str, portal: str | None, rows: Sequence[Row]) -> bool:
        """Reads what is due of one type in one scope; returns False when the scope is denied."""
        run = self._run
        if self._is_denied(portal, kind, item_type):
            return False
        by_question = {_question(kind, row, portal): row for row in rows}
        was_open = (portal, kind, item_type) in self._states
        for batch in readings(run.client, by_question, run.settings.chunk_articles, run.settings.chunk_seconds):
            denials = [unread.error for unread in batch.bad if isinstance(unread.error, DeniedError)]
            if denials and not was_open and not batch.good:
                self._deny(portal, kind, item_type, denials[0])
                return False
            if batch.good and not was_open:
                was_open = True
                self._open(portal, kind, item_type)
            self._load(kind, batch, by_question)
        return True

    def _load(self, kind: Kind, batch: Readings, by_question: dict[Question, Row]) -> None:
        """Loads one chunk: what it replaces that must be kept, the figures, and last the ledger."""
        run = self._run
        for unread in batch.bad:
            run.set_aside(unread.error, at=unread.failed_at)
        if batch.good:
            table, rows_of = _TABLES[kind]
            rows = rows_of(batch.good, run.refresh_id)
            if kind == "months":
                restated = run.ask("usage_restated", fetched=rows)
                if restated:
                    old = [{**row, "refresh_id": run.refresh_id} for row in restated]
                    run.load({USAGE_RESTATEMENTS: [own_rows(USAGE_RESTATEMENTS, old)]}, with_record=False)
            # A load takes its time, so what the ledger says of the figures before these comes along.
            run.load({table: [rows], **self._ledger()})
        entries = [self._entry(r.question, by_question[r.question], r.state, r.read_at) for r in batch.good]
        entries += [self._entry(u.question, by_question[u.question], "failed", u.failed_at, u.error) for u in batch.bad]
        self._entries += entries
        if not batch.is_last:
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

    def _entry(
        self, question: Question, due: Row | None, state: str, at: datetime, error: RequestError | None = None
    ) -> Row:
        """The ledger's entry; what fails keeps what an earlier good answer covers."""
        due = due or {}
        return {
            "item_type": question.item_type,
            "item_id": question.item_id,
            "counter": question.counter,
            "kind": question.kind,
            "window_start": question.first,
            "window_end": due.get("known_end") if error else question.last,
            "state": state,
            "fetched_at": due.get("known_at") if error else at,
            "asked_at": at,
            "total": due.get("known_total") if error else due.get("total"),
            "message": str(error) if error else None,
            "refresh_id": self._run.refresh_id,
        }

    def _is_denied(self, portal: str | None, kind: str, item_type: str) -> bool:
        is_denied = self._states.get((portal, kind, item_type)) == "denied"
        if is_denied and portal and not self._was_told:
            self._tell(f"/{portal}", 403)
        return is_denied

    def _deny(self, portal: str | None, kind: str, item_type: str, error: DeniedError) -> None:
        if portal and not self._was_told:
            self._tell(error.path, error.status)
        if (portal, kind, item_type) in self._states:
            # It answered with these credentials before: this is a block for some time, not a missing right.
            return
        self._note(portal, kind, item_type, "denied", str(error))

    def _open(self, portal: str | None, kind: str, item_type: str) -> None:
        if self._states.get((portal, kind, item_type)) != "open":
            self._note(portal, kind, item_type, "open", None)

    def _note(self, portal: str | None, kind: str, item_type: str, state: str, message: str | None) -> None:
        self._states[portal, kind, item_type] = state
        row = {
            "scope": portal or "public",
            "kind": kind,
            "item_type": item_type,
            "state": state,
            "credentials": self._marks[portal],
            "asked_at": utc_now(),
            "message": message,
            "refresh_id": self._run.refresh_id,
        }
        self._notes.append(row)

    def _tell(self, path: str, status: int | None) -> None:
        """Says once in a refresh that the credentials are not accepted."""
        self._was_told = True
        message = (
            f"Figshare refused the Stats API's credentials ({status}) for portal '{self._run.client.portal}': check "
            "portal, stats_username and stats_password (section sources.figshare). Usage is read without them as far "
            "as it is public; they are not tried again until they change."
        )
        self._run.set_aside(RequestError(message, path, status, 1))


def _question(kind: Kind, row: Row, portal: str | None) -> Question:
    first, last = row["window_start"], row["window_end"]
    return Question(kind, row["item_type"], row["item_id"], row["counter"], first, last, portal)
