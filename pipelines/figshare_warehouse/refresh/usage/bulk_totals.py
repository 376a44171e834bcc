"""Bulk totals: the all-time totals of all articles, or all groups, of an institution in one response per counter.

An item that is absent has 0, unless Figshare left it out: it may give fewer items than it has. So a few of those that
are absent are asked for by themselves: those that had usage before, and else the oldest.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from figshare_warehouse.errors import FigshareWarehouseError
from figshare_warehouse.refresh.usage.answers import Answers
from figshare_warehouse.refresh.usage.scopes import Place
from figshare_warehouse.sources.figshare.facts import FIRST_DAY
from figshare_warehouse.sources.figshare.records.arrow import table_of
from figshare_warehouse.sources.figshare.usage.bulk import Bulk, BulkReader
from figshare_warehouse.sources.figshare.usage.stats import COUNTERS, JUDGED_BY, Question, Reading
from figshare_warehouse.sources.http.errors import DeniedError, RequestError

BULK_TYPES = ("article", "group")
"""The types of items with bulk totals."""

ABSENT = "top_absent"
"""The part of the Stats API whose state says whether an item that is absent from bulk totals has none."""

SAMPLE = JUDGED_BY
"""How many absent items of a counter are asked for by themselves."""


class BulkTotals:
    """The bulk totals of one refresh.

    Args:
        answers: what is answered and refused.
        reader: reads top lists.
    """

    def __init__(self, answers: Answers, reader: BulkReader) -> None:
        self._answers, self._reader = answers, reader
        self._read: dict[tuple[str, str], Bulk] = {}

    def read(self) -> None:
        """Reads and loads them; items that they do not cover stay due."""
        answers, scopes = self._answers, self._answers.scopes
        portal = scopes.portal
        if portal is None:
            return
        answers.run.step("Reading totals of usage")
        refused: dict[Place, dict[str, DeniedError]] = {}
        for entity_type in BULK_TYPES:
            place: Place = (portal, "top", entity_type)
            answers.wanted[place] = 1
            if not scopes.is_closed(place):
                refused[place] = self._read_type(place, COUNTERS, scopes.patience(place))
        for place, errors in refused.items():
            was_denied = scopes.is_denied(place)
            # Some time after the refusal.
            again = errors if was_denied else self._read_type(place, errors, 1)
            for error in again.values():
                if not answers.has_answered(place) and (was_denied or len(errors) > 1):
                    answers.deny(place, error)
                else:
                    answers.run.note_failure(error)
        self._load()

    def figures(self, entity_type: str, counter: str) -> dict[int, int]:
        """The totals by item; empty where they were not read."""
        bulk = self._read.get((entity_type, counter))
        return bulk.figures if bulk else {}

    def are_cut_at(self, entity_type: str, counter: str, count: int, due: pa.Table) -> bool:
        """Whether a response with so many items is probably cut: totals have no more, and lack items with usage.

        Args:
            entity_type: article or group.
            counter: views, downloads or shares.
            count: how many items the response has.
            due: rows with the totals that are known.
        """
        known = self.figures(entity_type, counter)
        if not known or count < len(known):
            return False
        used = due.filter(pc.and_(pc.equal(due.column("counter"), counter), pc.greater(due.column("total"), 0)))
        return sum(item not in known for item in used.column("entity_id").to_pylist()) >= SAMPLE

    def are_cut(self, entity_type: str) -> bool:
        """Whether bulk totals were found to leave out items with usage."""
        return self._is(entity_type, "unusable")

    def missing(self, entity_type: str, today: date) -> pa.Table:
        """Returns a few items that had usage and are absent, in the form of due totals.

        Args:
            entity_type: article or group.
            today: the day of the refresh (UTC).
        """
        read = {of: bulk for (kind, of), bulk in self._read.items() if kind == entity_type and not bulk.is_cut}
        rows = [(counter, entity_id) for counter, bulk in read.items() for entity_id in bulk.figures]
        return self._answers.run.ask_arrow(
            "usage_totals_missing",
            table_of(rows, pa.schema([("counter", pa.string()), ("entity_id", pa.int64())])),
            entity_type=entity_type,
            institution_id=self._answers.run.settings.institution_id,
            counters=list(read),
            most=SAMPLE,
            today=today,
        )

    def sample(self, entity_type: str, due: pa.Table) -> pa.Table:
        """Returns those of the due totals that show whether absent items have none: the first of each counter."""
        places: list[int] = []
        if not self._is(entity_type, "open"):
            for counter in COUNTERS:
                ids = [
                    (entity_id, place)
                    for place, (entity_id, of) in enumerate(
                        zip(due.column("entity_id").to_pylist(), due.column("counter").to_pylist(), strict=True)
                    )
                    if of == counter
                ]
                places += [place for _, place in sorted(ids)[:SAMPLE]]
        return due.take(pa.array(places, pa.int64()))

    def absent(self, entity_type: str, due: pa.Table) -> pa.Table:
        """Returns those due totals of the institution's items that are absent from uncut bulk totals: perhaps 0.

        What had usage when it was last asked for is not among them: it is asked for by itself.
        """
        nothing = due.slice(0, 0)
        if self._answers.scopes.portal is None or self.are_cut(entity_type):
            return nothing
        parts = [nothing]
        due = due.filter(pc.not_equal(due.column("reason"), "check"))
        for counter in COUNTERS:
            bulk = self._read.get((entity_type, counter))
            if bulk is not None and not bulk.is_cut:
                rows = due.filter(pc.equal(due.column("counter"), counter))
                known = pc.is_in(rows.column("entity_id"), value_set=pa.array(list(bulk.figures), pa.int64()))
                parts.append(rows.filter(pc.invert(known)))
        return pa.concat_tables(parts)

    def judge(self, entity_type: str, sampled: pa.Table) -> None:
        """Finds out from the totals of the sample whether absent items have none.

        Args:
            entity_type: article or group.
            sampled: what was asked for by itself.
        """
        answers, portal = self._answers, self._answers.scopes.portal
        if not sampled.num_rows or portal is None:
            return
        place: Place = (portal, ABSENT, entity_type)
        known = answers.run.ask("usage_totals_of", sampled.select(["entity_type", "entity_id", "counter", "reason"]))
        used = sum(row["total"] > 0 for row in known if row["total"] is not None)
        if used:
            what = f"Bulk totals of {entity_type}s leave out items with usage, so each is asked for by itself."
            answers.note_state(place, "unusable", what)
        elif known and all(row["total"] == 0 and row["reason"] != "missing" for row in known):
            answers.note_state(place, "open")

    def load_zeros(self, entity_type: str, absent: pa.Table) -> bool:
        """Loads the totals of absent items as 0, where that was found to hold; returns whether it does."""
        if not self._is(entity_type, "open"):
            return False
        readings = [
            Reading(self._question(entity_type, entity_id, counter), 0, self._read[entity_type, counter].read_at)
            for entity_id, counter in zip(
                absent.column("entity_id").to_pylist(), absent.column("counter").to_pylist(), strict=True
            )
        ]
        self._answers.loader.load_bulk_totals(readings)
        return True

    def _is(self, entity_type: str, state: str) -> bool:
        portal = self._answers.scopes.portal
        return portal is not None and self._answers.scopes.is_known((portal, ABSENT, entity_type), state)

    def _read_type(self, place: Place, counters: Iterable[str], patience: int) -> dict[str, DeniedError]:
        """Reads the totals of one type; returns the refused counters, at most `patience` of them."""
        answers, (portal, _, entity_type) = self._answers, place
        refused: dict[str, DeniedError] = {}
        for counter in counters:
            if answers.is_over or (len(refused) >= patience and not answers.has_answered(place)):
                break
            try:
                bulk = self._reader.totals(counter, entity_type)
            except DeniedError as error:
                answers.portal_status = error.status
                refused[counter] = error
                continue
            except RequestError as error:
                answers.run.note_failure(error)
                continue
            except FigshareWarehouseError:
                break
            answers.open(place)
            self._read[entity_type, counter] = bulk
            question = Question("total", entity_type, 0, counter, FIRST_DAY, bulk.read_at.date(), portal)
            state = "truncated" if bulk.is_cut else "fetched" if bulk.figures else "empty"
            answers.loader.add(question, None, state, bulk.read_at, kind="top")
        return refused

    def _load(self) -> None:
        followed = {(row["entity_type"], row["entity_id"]) for row in self._answers.run.ask("usage_followed")}
        good = [
            Reading(self._question(entity_type, entity_id, counter), total, bulk.read_at)
            for (entity_type, counter), bulk in self._read.items()
            for entity_id, total in bulk.figures.items()
            if (entity_type, entity_id) in followed
        ]
        self._answers.loader.load_bulk_totals(good)

    @staticmethod
    def _question(entity_type: str, entity_id: int, counter: str) -> Question:
        return Question("total", entity_type, entity_id, counter, FIRST_DAY, FIRST_DAY)
