"""Loads usage: figures, the old ones that they replace, and the ledger's entries, in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import pyarrow as pa

from figshare_warehouse.refresh.run import Run
from figshare_warehouse.sources.figshare.records.arrow import arrow_schema, computed_rows
from figshare_warehouse.sources.figshare.usage.rows import (
    category_rows,
    country_rows,
    day_rows,
    month_rows,
    referral_rows,
    total_rows,
)
from figshare_warehouse.sources.figshare.usage.stats import Kind, Question, Reading, Readings, Unread
from figshare_warehouse.sources.http.errors import DeniedError
from figshare_warehouse.tables import Table
from figshare_warehouse.tables.usage import (
    USAGE_BY_COUNTRY,
    USAGE_BY_DAY,
    USAGE_BY_MONTH,
    USAGE_CATEGORIES,
    USAGE_COUNTRY_RESTATEMENTS,
    USAGE_COVERAGE,
    USAGE_REFERRALS,
    USAGE_RESTATEMENTS,
    USAGE_SCOPES,
    USAGE_TOTALS,
)
from figshare_warehouse.warehouse import store

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


class UsageLoader:
    """Loads figures, and the ledger's entries that were added by then."""

    def __init__(self, run: Run) -> None:
        self._run = run
        # By the ledger's key, so that a later success replaces a refusal.
        self._entries: dict[tuple[Any, ...], Row] = {}
        self._notes: list[Row] = []

    def load(self, kind: Kind, batch: Readings, due: Callable[[Question], Row]) -> None:
        """Loads one chunk: figures, the old ones to keep, and the ledger's entries.

        Args:
            kind: which figures.
            batch: the responses and failures.
            due: returns the due row that a question was made from; called once for each.
        """
        for reading in batch.good:
            self.add(reading.question, due(reading.question), reading.state, reading.read_at)
        for unread in batch.bad:
            self._add_unread(unread, due(unread.question))
        if not batch.good:
            self.write_ledger()
            return
        table, rows_of = _TABLES[kind]
        rows = rows_of(batch.good, self._run.refresh_id)
        if kind == "countries" and rows.column("event_count").null_count:
            rows = self._run.ask_arrow("usage_remainders", rows).cast(rows.schema)
        self._load(kind, table, rows)

    def load_months(self, rows: pa.Table) -> None:
        """Loads rows of `usage_by_month`, and the ledger's entries that are kept."""
        if rows.num_rows:
            self._load("months", USAGE_BY_MONTH, rows.cast(arrow_schema(USAGE_BY_MONTH)))
        else:
            self.write_ledger()

    def _load(self, kind: Kind, table: Table, rows: pa.Table) -> None:
        run = self._run
        tables = {table: [rows], **self._ledger()}
        if kind in _RESTATED:
            restatements, question = _RESTATED[kind]
            old = store.ask_arrow(run.connection, question, rows)
            if old.num_rows:
                tables[restatements] = [_rows_of(restatements, old, refresh_id=run.refresh_id)]
        run.load(tables)

    def load_bulk_totals(self, good: Sequence[Reading]) -> None:
        """Loads bulk totals."""
        if good:
            self._run.load({USAGE_TOTALS: [total_rows(good, "top", self._run.refresh_id)], **self._ledger()})

    def sum_months(self) -> None:
        """Adds the totals that follow from the months."""
        self.write_ledger()
        run = self._run
        sums = run.ask_arrow("usage_sums")
        if sums.num_rows:
            run.load({USAGE_TOTALS: [_rows_of(USAGE_TOTALS, sums, source="months", refresh_id=run.refresh_id)]})

    def write_ledger(self) -> None:
        """Loads the kept ledger entries."""
        ledger = self._ledger()
        if ledger:
            self._run.load(ledger)

    def note(self, row: Row) -> None:
        """Keeps a row of `usage_scopes`."""
        self._notes.append(row)

    def add(self, question: Question, due: Row | None, state: str, at: datetime, **other: Any) -> None:
        """Keeps the ledger's entry of a request; `other` has columns that differ from those of a good response."""
        row = {
            "entity_type": question.entity_type,
            "entity_id": question.entity_id,
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
            **other,
        }
        self._entries[tuple(row[name] for name in ("entity_type", "entity_id", "counter", "kind", "window_start"))] = (
            row
        )

    def _add_unread(self, unread: Unread, due: Row) -> None:
        """Keeps the entry of a request without a good response; what an earlier one covers stays covered."""
        self.add(
            unread.question,
            due,
            "denied" if isinstance(unread.error, DeniedError) else "failed",
            unread.failed_at,
            window_end=due["known_end"],
            fetched_at=due["known_at"],
            total=due["known_total"],
            message=str(unread.error),
        )

    def _ledger(self) -> dict[Table, list[pa.Table]]:
        rows = {USAGE_COVERAGE: list(self._entries.values()), USAGE_SCOPES: self._notes}
        self._entries, self._notes = {}, []
        return {table: [computed_rows(table, found)] for table, found in rows.items() if found}


def _rows_of(table: Table, found: pa.Table, **constants: str) -> pa.Table:
    """The rows of a query as rows of a table, with added columns that are the same in all rows."""
    arrays = [
        pa.array([constants[field.name]] * found.num_rows, field.type)
        if field.name in constants
        else found.column(field.name).cast(field.type)
        for field in arrow_schema(table)
    ]
    return pa.Table.from_arrays(arrays, schema=arrow_schema(table))
