"""How many requests for usage a refresh will make, estimated from the ledger."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import takewhile
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from figshare_warehouse.refresh.plan_lines import Planned, total_requests
from figshare_warehouse.refresh.usage.bulk_months import MONTHS, fit_for_bulk, remembered
from figshare_warehouse.refresh.usage.bulk_totals import ABSENT, BULK_TYPES, SAMPLE
from figshare_warehouse.refresh.usage.cheaper import cheaper_ways, due_months
from figshare_warehouse.refresh.usage.due import STAGES, TOP_KINDS, WINDOW_KINDS, UsageDue
from figshare_warehouse.refresh.usage.scopes import Place, Scopes
from figshare_warehouse.refresh.usage.whole_life import long_months
from figshare_warehouse.settings import FigshareSettings
from figshare_warehouse.sources.figshare.usage.stats import COUNTERS, Kind
from figshare_warehouse.warehouse import store

Ratios = Mapping[tuple[str, int | None, str], float]
"""How probably an item has any use, by its type, its id where it is a group, and counter."""


@dataclass(slots=True)
class _Number:
    """Requests of one kind: those that are due, those expected besides, and those possible."""

    sure: int = 0
    expected: float = 0.0
    possible: int = 0


def planned_usage(
    connection: duckdb.DuckDBPyConnection,
    settings: FigshareSettings,
    scopes: Scopes,
    now: datetime,
    are_bulk_totals_read: bool = False,
) -> list[Planned]:
    """Returns the requests for usage of the loaded items.

    Only totals show whether an item was used and whether its total changed. What depends on that is estimated from
    known items, or given as `known when read` with the possible number.

    Args:
        connection: the warehouse; without its views nothing is planned.
        settings: what is read, and how old it may be.
        scopes: which parts of the Stats API answer.
        now: the time of the plan (UTC).
        are_bulk_totals_read: whether the bulk totals have just been read.
    """
    planned = []
    bulk_types = [t for t in BULK_TYPES if scopes.portal and not scopes.is_denied((scopes.portal, "top", t))]
    if scopes.portal and not are_bulk_totals_read:
        places: list[Place] = [(scopes.portal, "top", entity_type) for entity_type in BULK_TYPES]
        asked = len(bulk_types) * len(COUNTERS) + sum(scopes.is_denied(p) and not scopes.is_closed(p) for p in places)
        if asked:
            planned.append(Planned("usage_bulk_totals", asked, "due", "totals of many items at once"))
    try:
        ratios = {
            (row["entity_type"], row["entity_id"], row["counter"]): row["used_ratio"]
            for row in store.ask(connection, "usage_used_ratios")
        }
        due = UsageDue(connection, settings, now, is_estimate=True)
        months = _Months(connection, scopes, now, [] if are_bulk_totals_read else bulk_types)
        for entity_types in STAGES if due.wants_time else ():
            months.add(due.months(entity_types, is_whole=True), ratios)
        for kind in ("total", *WINDOW_KINDS, *TOP_KINDS):
            number = _Number()
            for entity_types in STAGES:
                found = due.due(kind, entity_types)
                if found is not None:
                    if kind == "total" and not due.wants_time:
                        found = found.filter(pc.not_equal(found.column("counter"), "shares"))
                    number.sure += _tried(found, scopes, kind)
                    for row in _groups(found, ratios, scopes, kind):
                        _count(number, kind, row, bulk_types, scopes)
            planned += _planned(kind, number)
            if kind == "total":
                planned += months.planned()
    except (duckdb.CatalogException, duckdb.BinderException):
        # The views that the queries read are not there, or are those of an older version.
        if store.holds_records(connection):
            why = "all usage that is due: the last refresh ended before it could be counted"
            planned.append(Planned("usage", None, "known when read", why))
    return _limited(planned, settings)


def _limited(planned: list[Planned], settings: FigshareSettings) -> list[Planned]:
    """The plan within `usage_requests`, with how old figures can get."""
    due, _ = total_requests(planned)
    most = settings.usage_requests
    if most is None or due <= most:
        return planned
    days = max(settings.days("usage_max_age"), due / most)
    why = f"of {due:,} that are due; with a refresh a day, figures get {days:,.0f} days old"
    return [Planned("usage_requests", most, "due", why), *(one for one in planned if one.requests is None)]


class _Months:
    """Requests for months, by the ways that a refresh will take."""

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, scopes: Scopes, now: datetime, unread: Collection[str]
    ) -> None:
        self._connection, self._scopes, self._now = connection, scopes, now
        # Types whose bulk totals are still to be read, and show what moved.
        self._unread = unread
        self._single, self._bulk, self._moved = _Number(), 0, 0.0
        self._is_whole = scopes.is_known(long_months(scopes), "open")
        # As few as they are if one request answers any number of months, where that is still to be found out.
        self._is_open = not self._is_whole and not scopes.is_known(long_months(scopes), "unusable")
        self._least_single, self._least_bulk = 0.0, 0

    def add(self, due: pa.Table, ratios: Ratios) -> None:
        """Adds due rows, unsplit."""
        self._single.sure += _tried(due, self._scopes, "months")
        is_own = self._scopes.is_own(due)
        for entity_type in due.column("entity_type").unique().to_pylist():
            is_type = pc.equal(due.column("entity_type"), entity_type)
            for is_ours, fit in ((True, is_own), (False, pc.invert(is_own))):
                if self._is_refused("months", entity_type, is_ours):
                    continue
                rows = _expected(due.filter(pc.and_(is_type, fit)), ratios)
                if self._is_refused("total", entity_type, is_ours):
                    # What is due only with a total above 0 is not due where there is no total.
                    rows = rows.filter(rows.column("is_sure"))
                self._add(entity_type, rows, is_bulk=is_ours and self._is_bulk(entity_type))

    def _is_bulk(self, entity_type: str) -> bool:
        scopes, place = self._scopes, self._place(entity_type)
        is_out = scopes.is_known(place, "unusable") or scopes.is_denied(place)
        return scopes.portal is not None and entity_type in BULK_TYPES and not is_out

    def _add(self, entity_type: str, rows: pa.Table, is_bulk: bool) -> None:
        """Adds the rows of one type."""
        may_move = pc.equal(rows.column("reason"), "aged")
        if is_bulk and entity_type in self._unread:
            self._moved += sum(self._requests(entity_type, rows.filter(may_move), is_bulk, self._is_whole))
            rows = rows.filter(pc.invert(may_move))
        bulk, single = self._requests(entity_type, rows, is_bulk, self._is_whole)
        self._bulk += bulk
        if self._is_open:
            least_bulk, least_single = self._requests(entity_type, rows, is_bulk, is_whole=True)
            self._least_bulk += least_bulk
            self._least_single += least_single
        if pc.all(rows.column("is_sure"), min_count=0).as_py():
            self._single.sure += round(single)
        else:
            self._single.expected += single

    def _requests(self, entity_type: str, rows: pa.Table, is_bulk: bool, is_whole: bool) -> tuple[int, float]:
        """Requests in bulk, the probe among them, and item by item."""
        single = sum(one.requests(is_whole) for one in due_months(rows))
        if not is_bulk or not rows.num_rows:
            return 0, single
        fit = rows.filter(fit_for_bulk(rows))
        due = {counter: due_months(fit.filter(pc.equal(fit.column("counter"), counter))) for counter in COUNTERS}
        known = {
            (row["month"], row["counter"])
            for row in remembered(self._connection, entity_type, self._now)
            if row["is_good"]
        }
        probe_count = int(not self._scopes.is_known(self._place(entity_type), "open"))
        ways = cheaper_ways(due, known, is_whole, probe_count)
        if not ways:
            return 0, single
        for counter, way in ways.items():
            single += way.single - sum(one.requests(is_whole) for one in due[counter])
        return probe_count + sum(len(way.months) for way in ways.values()), single

    def _place(self, entity_type: str) -> Place:
        return self._scopes.portal or "", MONTHS, entity_type

    def planned(self) -> Iterator[Planned]:
        """The plan's lines."""
        if self._bulk:
            what = "months of all items at once, where that is less"
            bulk = Planned("usage_bulk_months", self._bulk, "estimated", what)
            yield self._or_fewer(bulk, self._least_bulk, "if whole lives are answered")
        for one in _planned("months", self._single):
            why = "one request is enough for use of the last two years only, or if whole lives are answered"
            yield self._or_fewer(one, round(self._least_single), why)
        if self._moved:
            yield Planned("usage_months", None, "known when read", f"what moved: at most {self._moved:,.0f}")
        elif self._unread and store.ask(self._connection, "usage_known", kind="months"):
            yield Planned("usage_months", None, "known when read", "what bulk totals show to have moved")

    def _or_fewer(self, one: Planned, least: int, why: str) -> Planned:
        if not self._is_open or one.requests is None or least >= one.requests:
            return one
        return replace(one, certainty="estimated", why=f"{one.why}; at least {least:,}: {why}", least=least)

    def _is_refused(self, kind: Kind, entity_type: str, is_own: bool) -> bool:
        scopes = self._scopes.asked_in(is_own)
        return all(self._scopes.is_denied((scope, kind, entity_type)) for scope in scopes)


def _used_ratios(due: pa.Table, ratios: Ratios) -> pa.Array:
    """For each due row, how probably its item has any use."""
    keys = zip(*(due.column(name).to_pylist() for name in ("entity_type", "entity_id", "counter")), strict=True)
    found = [ratios[of, number if of == "group" else None, counter] for of, number, counter in keys]
    return pa.array(found, pa.float64())


def _expected(due: pa.Table, ratios: Ratios) -> pa.Table:
    """Due rows with the number of items that each can be expected to be."""
    return due.append_column("item_count", pc.if_else(due.column("is_sure"), 1.0, _used_ratios(due, ratios)))


def _tried(due: pa.Table, scopes: Scopes, kind: Kind) -> int:
    """How many requests check whether denied parts still are: one for each part."""
    count = 0
    for entity_type in due.column("entity_type").unique().to_pylist():
        for asked_in, _ in scopes.by_scopes(due.filter(pc.equal(due.column("entity_type"), entity_type))):
            places: list[Place] = [(scope, kind, entity_type) for scope in asked_in]
            denied = list(takewhile(scopes.is_denied, places))
            count += sum(not scopes.is_closed(place) for place in denied)
    return count


def _groups(due: pa.Table, ratios: Ratios, scopes: Scopes, kind: Kind) -> Iterator[Mapping[str, Any]]:
    """What is due and not denied, counted by whether it will be requested; `used_sum` of it probably have any use."""
    if "is_sure" not in due.column_names:
        due = due.append_column("is_sure", pa.array([True] * due.num_rows))
    keys = ["entity_type", "counter", "reason", "is_sure", "is_own"]
    due = due.append_column("is_own", scopes.is_own(due)).append_column("used", _used_ratios(due, ratios))
    counted = due.group_by(keys).aggregate([([], "count_all"), ("used", "sum")])
    for row in counted.to_pylist():
        # What is due only with a total above 0 is not due where there is no total.
        needed = (kind,) if row["is_sure"] else (kind, "total")
        asked_in = scopes.asked_in(row["is_own"])
        if not any(all(scopes.is_denied((scope, k, row["entity_type"])) for scope in asked_in) for k in needed):
            yield row


def _count(
    number: _Number,
    kind: Kind,
    row: Mapping[str, Any],
    bulk_types: Collection[str],
    scopes: Scopes,
) -> None:
    count, used, has_bulk_total = row["count_all"], row["used_sum"], row["is_own"] and row["entity_type"] in bulk_types
    if kind == "total" and has_bulk_total:
        place: Place = (scopes.portal or "", ABSENT, row["entity_type"])
        if scopes.is_known(place, "unusable"):
            # The bulk totals say whether there was any.
            number.expected += {"aged": count, "check": 0}.get(row["reason"], count - used)
        elif row["reason"] != "check" and not scopes.is_known(place, "open"):
            # A few of what is absent, to see whether that means 0.
            number.expected += min(SAMPLE, count - used)
    elif not row["is_sure"]:
        # What is shared at all is so late, and months before are known to have none by then.
        number.expected += used * (0.3 if row["counter"] == "shares" else 1)
    elif row["reason"] == "aged" and kind != "total":
        # The total is read first, by itself or with the months; an item whose total did not change is skipped.
        number.possible += count
    elif row["reason"] == "new" and kind in ("countries", "days", *TOP_KINDS):
        # The months are read first, and show where usage begins.
        number.expected += count
    else:
        number.sure += count


def _planned(kind: Kind, number: _Number) -> Iterator[Planned]:
    name, requests = f"usage_{kind}", number.sure + round(number.expected)
    if requests:
        yield Planned(name, requests, "estimated" if number.expected else "due", "views, downloads, shares")
    if number.possible:
        yield Planned(name, None, "known when read", f"what moved of {number.possible:,}")
