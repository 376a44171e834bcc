"""The usage step of a refresh: queries the warehouse for what is due, reads it in chunks, and loads each chunk.

The queries `sql/plan/usage_*.sql` over the ledger `usage_coverage` say what is due, and for which time. A chunk is
loaded in one transaction with its entries in the ledger, so that after a kill what was not loaded is due again.

Refused requests are repeated at the end, since an overloaded gateway refuses, too. A refusal then concerns its item
alone; a part of the Stats API counts as denied when several items are refused and none is answered.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import pyarrow as pa
import pyarrow.compute as pc

from figshare_warehouse.models import queries
from figshare_warehouse.refresh.plan_lines import total_requests
from figshare_warehouse.refresh.run import Run
from figshare_warehouse.refresh.usage.answers import Answers
from figshare_warehouse.refresh.usage.bulk_months import BulkMonths
from figshare_warehouse.refresh.usage.bulk_totals import BULK_TYPES, BulkTotals
from figshare_warehouse.refresh.usage.due import STAGES, TOP_KINDS, WINDOW_KINDS, UsageDue, not_long, without
from figshare_warehouse.refresh.usage.estimate import planned_usage
from figshare_warehouse.refresh.usage.loader import Row, UsageLoader
from figshare_warehouse.refresh.usage.scopes import Place, Scopes
from figshare_warehouse.refresh.usage.whole_life import WholeLife
from figshare_warehouse.sources.figshare.records.arrow import computed_rows
from figshare_warehouse.sources.figshare.usage.bulk import BulkReader
from figshare_warehouse.sources.figshare.usage.stats import (
    MOST_REFUSED,
    Kind,
    Question,
    Unread,
    expect,
    items_by_name,
    readings,
)
from figshare_warehouse.sources.http.errors import DeniedError
from figshare_warehouse.tables.usage import USAGE_ITEMS
from figshare_warehouse.warehouse import store


def read_usage(run: Run) -> None:
    """Reads and loads the usage that is due: totals and months of articles and groups, countries of groups.

    `settings.usage` adds days and countries of articles, `settings.usage_reports` countries of the articles in reports,
    `settings.usage_items` other items; `none` leaves out all usage.

    Raises:
        UsageError: one of `usage_reports` does not exist.
        FigshareWarehouseError: the warehouse cannot be written.
    """
    if run.is_stopped or "none" in (run.settings.usage or ()) or not run.client.has_stats:
        return
    _follow(run, run.settings.usage_items or ())
    step = _Step(run)
    step.read()
    if step.is_partial:
        (run.outcome.usage,) = run.ask("usage_completeness")
    queries.forget_computed(run.connection)
    run.computed.clear()


def _follow(run: Run, names: Iterable[str]) -> None:
    items = items_by_name(names)
    if {(row["entity_type"], row["entity_id"]) for row in run.ask("usage_items")} != set(items):
        rows = [{"entity_type": t, "entity_id": number, "refresh_id": run.refresh_id} for t, number in items]
        run.load({USAGE_ITEMS: [computed_rows(USAGE_ITEMS, rows)]})


@dataclass(frozen=True, slots=True)
class _Left:
    """Requests that one part of the Stats API refused.

    Attributes:
        has_answered: whether it answered anything.
        errors: the refusals.
        refused: the due rows of these refusals, in the same order.
        unasked: due rows that were not requested because of them.
    """

    has_answered: bool
    errors: list[Unread]
    refused: pa.Table
    unasked: pa.Table

    @property
    def entity_count(self) -> int:
        """How many different items were refused."""
        return _item_count(self.refused)


class _Step:
    """The usage step under way."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._now = run.now()
        self._due = UsageDue(run.connection, run.settings, self._now, computed=run.computed)
        self._scopes = Scopes(run.client, run.settings.institution_id, run.ask("usage_scopes"), self._now)
        self._loader = UsageLoader(run)
        self._answers = Answers(run, self._scopes, self._loader)
        self._reader = BulkReader(run.client)
        self._totals = BulkTotals(self._answers, self._reader)
        self._whole = WholeLife(self._answers)
        self._again: list[tuple[Kind, str, str, bool, _Left]] = []
        self._failed: list[tuple[Kind, str, list[str], pa.Table]] = []

    def read(self) -> None:
        """Reads all that is due: the totals of everything before the months of anything."""
        self._totals.read()
        # Nothing is loaded then between queries that find nothing.
        self._loader.write_ledger()
        self._read_missing()
        self._expect()
        for entity_types in STAGES:
            self._read_kind("total", entity_types)
        for entity_types in STAGES:
            self._read_months(entity_types)
            for kind in (*WINDOW_KINDS, *TOP_KINDS):
                self._read_kind(kind, entity_types)
            self._expect()
        self._read_again()
        self._answers.end()

    @property
    def is_partial(self) -> bool:
        """Whether something that is due was not asked for."""
        return self._answers.is_over or not self._due.wants_time

    def _read_kind(self, kind: Kind, entity_types: Sequence[str]) -> None:
        """Reads what is due of one kind."""
        if self._answers.is_over:
            return
        due = self._due.due(kind, entity_types)
        if due is not None:
            self._read_due(kind, due)

    def _read_months(self, entity_types: Sequence[str]) -> None:
        """Reads months: in bulk where that is cheaper, then by item, whole lives where that may be."""
        if self._answers.is_over or not self._due.wants_time:
            return
        due = self._due.months(entity_types, is_whole=True)
        has_due = bool(due.num_rows)
        waiting = self._read_bulk(due)
        if waiting is not None:
            # What is left, and what turned out not to add up.
            self._loader.write_ledger()
            due = without(self._due.months(entity_types, is_whole=True), waiting)
        if due.num_rows and self._whole.is_possible:
            # What is read again in any case would be asked for again in parts, once it turns out that it was cut.
            is_now = pc.or_(pc.equal(due.column("reason"), "new"), not_long(due))
            held = 0 if self._whole.is_known else due.num_rows - pc.sum(is_now).as_py()
            self._read_due("months", due if not held else due.filter(is_now))
            has_rest = bool(held or self._whole.trimmed)
        else:
            has_rest = bool(due.num_rows)
        if has_rest and not self._answers.is_over:
            self._loader.write_ledger()
            rest = self._due.months(entity_types, is_whole=self._whole.is_known)
            self._read_due("months", rest if waiting is None else without(rest, waiting))
        # In the first stage always: a refresh that was killed may have left months without their sums.
        if entity_types == STAGES[0] or has_due:
            self._loader.sum_months()

    def _read_bulk(self, due: pa.Table) -> pa.Table | None:
        """Reads months in bulk; returns due rows that wait for the next refresh, or None where nothing was read."""
        waiting = None
        for entity_type in BULK_TYPES if self._scopes.portal else ():
            is_fit = pc.and_(pc.equal(due.column("entity_type"), entity_type), self._scopes.is_own(due))
            months = BulkMonths(
                self._answers,
                self._reader,
                self._totals,
                entity_type,
                due.filter(is_fit),
                self._whole.is_known,
                self._now,
            )
            if months.read():
                waiting = pa.concat_tables([waiting, months.waiting]) if waiting is not None else months.waiting
        return waiting

    def _read_due(self, kind: Kind, due: pa.Table) -> None:
        """Reads due rows of one kind; what failed last time waits until the rest is read."""
        if not due.num_rows:
            return
        self._run.step(f"Reading usage: {due.num_rows:,} {kind}")
        self._expect_answer(kind)
        for entity_type in due.column("entity_type").unique().to_pylist():
            for scopes, rows in self._scopes.by_scopes(due.filter(pc.equal(due.column("entity_type"), entity_type))):
                # All of an item, so that its refusals do not count against its part of the API again.
                failed = rows.filter(pc.is_valid(rows.column("failed_at"))).column("entity_id").unique()
                has_failed = pc.is_in(rows.column("entity_id"), value_set=failed)
                self._failed.append((kind, entity_type, scopes, rows.filter(has_failed)))
                fresh = rows.filter(pc.invert(has_failed))
                if kind == "total" and scopes[0] == self._scopes.portal and entity_type in BULK_TYPES:
                    fresh = self._without_absent(entity_type, scopes, fresh)
                if kind == "total" and not self._due.wants_time:
                    # Nearly always 0: not worth a third of the requests for a first look.
                    fresh = fresh.filter(pc.not_equal(fresh.column("counter"), "shares"))
                self._read(kind, entity_type, scopes, fresh, is_fresh=True)

    def _read_missing(self) -> None:
        """Reads the totals of a few items that bulk totals do not have any more, which shows whether they are cut."""
        for entity_type in BULK_TYPES if self._scopes.portal and not self._answers.is_over else ():
            if not self._totals.are_cut(entity_type):
                missing = self._totals.missing(entity_type, self._now.date())
                self._read("total", entity_type, self._scopes.asked_in(True), missing, is_fresh=True)
                self._totals.judge(entity_type, missing)

    def _without_absent(self, entity_type: str, scopes: Sequence[str], due: pa.Table) -> pa.Table:
        """Loads 0 for the items that bulk totals do not have, if a sample of them has none; returns the others."""
        absent = self._totals.absent(entity_type, due)
        sample = self._totals.sample(entity_type, absent)
        self._read("total", entity_type, scopes, sample, is_fresh=True)
        self._totals.judge(entity_type, sample)
        if self._totals.load_zeros(entity_type, without(absent, sample)):
            return without(due, absent)
        return without(due, sample)

    def _read_again(self) -> None:
        """Repeats refused requests, and then what failed in the last refresh: last, so as not to delay the rest."""
        again, self._again = self._again, []
        for kind, entity_type, scope, is_last, left in again:
            self._retry(kind, entity_type, scope, is_last, left)
        for kind, entity_type, scopes, due in self._failed:
            self._read(kind, entity_type, scopes, due, is_fresh=False)
        if "months" in {one[0] for one in again} | {one[0] for one in self._failed if one[-1].num_rows}:
            self._loader.sum_months()

    def _expect(self) -> None:
        """Updates the expected number of requests, now that more is known."""
        run = self._run
        if run.progress.is_shown and not self._answers.is_over:
            rest, _ = total_requests(
                planned_usage(run.connection, run.settings, self._scopes, self._now, are_bulk_totals_read=True)
            )
            run.progress.expect(run.client.request_count + rest, False)

    def _expect_answer(self, kind: Kind) -> None:
        """Names what answered before, in the best scope that is not denied."""
        for row in self._run.ask("usage_known", kind=kind):
            is_own = row["institution_id"] is not None and row["institution_id"] == self._run.settings.institution_id
            for scope in self._scopes.asked_in(is_own):
                if not self._scopes.is_denied((scope, kind, row["entity_type"])):
                    expect(self._run.client, self._question(kind, row, scope))
                    return

    def _read(self, kind: Kind, entity_type: str, scopes: Sequence[str], due: pa.Table, is_fresh: bool) -> None:
        """Reads what is due of one type; what one scope refuses is tried in the next.

        `is_fresh`: none of it failed last time.
        """
        for scope in scopes:
            place: Place = (scope, kind, entity_type)
            if not due.num_rows or self._answers.is_over:
                return
            wanted = self._answers.wanted
            wanted[place] = wanted.get(place, 0) + _item_count(due)
            if self._scopes.is_closed(place):
                continue
            was_denied, is_last = self._scopes.is_denied(place), scope == scopes[-1]
            patience = self._scopes.patience(place)
            if not self._scopes.has_answered(place):
                # All of them, where there are fewer; one item says nothing about others.
                patience = min(patience, max(2, _item_count(due)))
            left = self._ask(place, kind, due, patience)
            if left.errors:
                if was_denied and not left.has_answered:
                    self._answers.deny(place, left.errors[0].error)
                elif is_fresh and (is_last or not self._answers.has_answered(place)):
                    self._again.append((kind, entity_type, scope, is_last, left))
                elif not self._scopes.has_answered(place) and left.entity_count > 1:
                    # By two refreshes, which are some time apart, too.
                    self._answers.deny(place, left.errors[0].error)
                elif is_last:
                    self._note_failures(left.errors)
            due = pa.concat_tables([left.refused, left.unasked])

    def _retry(self, kind: Kind, entity_type: str, scope: str, is_last: bool, left: _Left) -> None:
        """Repeats refused requests and those not made because of them; where all were refused, one item first."""
        place: Place = (scope, kind, entity_type)
        is_known = self._scopes.has_answered(place)
        # A part that has answered before is probably still open, so it takes more items to call it denied.
        is_enough = left.entity_count >= (MOST_REFUSED if is_known else 2)
        if not is_last:
            due = left.refused.slice(0, 1)
        elif is_known:
            due = pa.concat_tables([left.unasked, left.refused])
        else:
            due = pa.concat_tables([left.refused.slice(0, 1), left.unasked, left.refused.slice(1)])
        errors = left.errors
        if not self._answers.is_over:
            again = self._ask(place, kind, due, self._scopes.patience(place) if is_known else 1)
            if again.errors and is_enough and not self._answers.has_answered(place):
                self._answers.deny(place, again.errors[0].error)
                return
            # What was not repeated stays as it was.
            before = {unread.question: unread for unread in left.errors}
            unasked = (self._question(kind, row, scope) for row in store.each_row(again.unasked))
            errors = [before[question] for question in unasked if question in before] + again.errors
        if is_last:
            self._note_failures(errors)

    def _ask(self, place: Place, kind: Kind, due: pa.Table, patience: int) -> _Left:
        """Reads what is due in one part of the API, loads the responses, and returns the refusals."""
        run = self._run
        due = _different_first(due, patience).slice(0, self._answers.requests_left)
        # Only current requests are held as Python rows: there can be hundreds of thousands due.
        asked: dict[Question, tuple[int, Row]] = {}
        errors: list[Unread] = []
        refused: list[int] = []
        taken = 0

        def questions() -> Iterator[Question]:
            nonlocal taken
            for row in store.each_row(due):
                question = self._question(kind, row, place[0])
                asked[question] = taken, row
                taken += 1
                yield question

        has_answered = False
        settings = run.settings
        for batch in readings(run.client, questions(), settings.chunk_articles, settings.chunk_seconds, patience):
            for unread in batch.bad:
                if isinstance(unread.error, DeniedError):
                    errors.append(unread)
                    refused.append(asked[unread.question][0])
                    if place[0] == self._scopes.portal:
                        self._answers.portal_status = unread.error.status
                else:
                    run.note_failure(unread.error, at=unread.failed_at)
            if batch.good:
                has_answered = True
                self._answers.open(place)
            trimmed: dict[Question, Question] = {}
            for number, reading in enumerate(batch.good):
                if self._whole.is_long(reading.question):
                    batch.good[number] = judged = self._whole.judged(reading, asked[reading.question][1])
                    trimmed[judged.question] = reading.question
            self._loader.load(kind, batch, partial(_due_row, asked, trimmed))
        return _Left(has_answered, errors, due.take(pa.array(refused, pa.int64())), due.slice(taken))

    def _question(self, kind: Kind, row: Row, scope: str) -> Question:
        first, last = row["window_start"], row["window_end"]
        portal = scope if scope == self._scopes.portal else None
        is_open = last == self._now.date()
        return Question(kind, row["entity_type"], row["entity_id"], row["counter"], first, last, portal, is_open)

    def _note_failures(self, errors: Iterable[Unread]) -> None:
        for unread in errors:
            self._run.note_failure(unread.error, at=unread.failed_at)


def _due_row(asked: dict[Question, tuple[int, Row]], trimmed: dict[Question, Question], question: Question) -> Row:
    """The due row that a question was made from, also where its response was trimmed."""
    return asked.pop(trimmed.get(question, question))[1]


def _item_count(due: pa.Table) -> int:
    count: int = pc.count_distinct(due.column("entity_id")).as_py()
    return count


def _different_first(due: pa.Table, count: int) -> pa.Table:
    """What is due, starting with one row of each of several items, which show whether anything is answered."""
    first: dict[int, int] = {}
    for place, entity_id in enumerate(due.column("entity_id").slice(0, 1000).to_pylist()):
        first.setdefault(entity_id, place)
        if len(first) == count:
            break
    places = pa.array(first.values(), pa.int64())
    is_rest = pc.invert(pc.is_in(pa.array(range(due.num_rows), pa.int64()), value_set=places))
    return pa.concat_tables([due.take(places), due.filter(is_rest)])
