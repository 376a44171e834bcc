"""How many requests for usage a refresh will make, estimated from the ledger."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import takewhile
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from figshare_warehouse.refresh.plan_lines import Planned
from figshare_warehouse.refresh.usage.due import STAGES, TOP_KINDS, WINDOW_KINDS, UsageDue
from figshare_warehouse.refresh.usage.scopes import Place, Scopes
from figshare_warehouse.settings import FigshareSettings
from figshare_warehouse.sources.figshare.usage.stats import COUNTERS, Kind
from figshare_warehouse.warehouse import store

BULK_TYPES = ("article", "group")
"""The types of items with bulk totals."""


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
    bulk_types: list[str] = []
    if scopes.portal and not are_bulk_totals_read:
        places: list[Place] = [(scopes.portal, "top", entity_type) for entity_type in BULK_TYPES]
        bulk_types = [place[2] for place in places if not scopes.is_denied(place)]
        asked = len(bulk_types) * len(COUNTERS) + sum(scopes.is_denied(p) and not scopes.is_closed(p) for p in places)
        if asked:
            planned.append(Planned("usage_bulk_totals", asked, "due", "totals of many items at once"))
    try:
        shares = {
            (row["entity_type"], row["counter"]): row["used_ratio"]
            for row in store.ask(connection, "usage_used_ratios")
        }
        due = UsageDue(connection, settings, now, is_estimate=True)
        for kind in ("total", *WINDOW_KINDS, *TOP_KINDS):
            number = _Number()
            for entity_types in STAGES:
                found = due.due(kind, entity_types)
                if found is not None:
                    number.sure += _tried(found, scopes, kind)
                    for row in _groups(found, scopes, kind):
                        _count(number, kind, row, shares, bulk_types)
            planned += _planned(kind, number)
    except (duckdb.CatalogException, duckdb.BinderException):
        return planned
    return planned


def _tried(due: pa.Table, scopes: Scopes, kind: Kind) -> int:
    """How many requests check whether denied parts still are: one for each part."""
    count = 0
    for entity_type in due.column("entity_type").unique().to_pylist():
        for asked_in, _ in scopes.by_scopes(due.filter(pc.equal(due.column("entity_type"), entity_type))):
            places: list[Place] = [(scope, kind, entity_type) for scope in asked_in]
            denied = list(takewhile(scopes.is_denied, places))
            count += sum(not scopes.is_closed(place) for place in denied)
    return count


def _groups(due: pa.Table, scopes: Scopes, kind: Kind) -> Iterator[Mapping[str, Any]]:
    """What is due and not denied, counted by whether it will be requested."""
    if "is_sure" not in due.column_names:
        due = due.append_column("is_sure", pa.array([True] * due.num_rows))
    keys = ["entity_type", "counter", "reason", "is_sure", "is_own"]
    counted = due.append_column("is_own", scopes.is_own(due)).group_by(keys).aggregate([([], "count_all")])
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
    shares: Mapping[tuple[str, str], float],
    bulk_types: Collection[str],
) -> None:
    count, has_bulk_total = row["count_all"], row["is_own"] and row["entity_type"] in bulk_types
    used_ratio = shares[row["entity_type"], row["counter"]]
    if kind == "total" and has_bulk_total:
        # The bulk totals say whether there was any.
        number.expected += {"aged": count, "check": 0}.get(row["reason"], count * (1 - used_ratio))
    elif not row["is_sure"]:
        number.expected += count * used_ratio
    elif row["reason"] == "aged" and (has_bulk_total or kind not in ("total", "months")):
        # The total is read first, here or with the months; an item whose total did not change is skipped.
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
