"""Months in bulk, or item by item: which makes fewer requests for what is due."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import pyarrow as pa

from figshare_warehouse.sources.figshare.facts import WINDOW_MONTHS
from figshare_warehouse.sources.figshare.usage.stats import months


@dataclass(frozen=True, slots=True)
class DueMonths:
    """Items of which the same months of one counter are due.

    Attributes:
        first: the first of these months, by its first day.
        last: a day of the last one.
        item_count: how many items; an expected number where it depends on what is not known yet.
    """

    first: date
    last: date
    item_count: float

    def requests(self, is_whole: bool) -> float:
        """How many requests they take item by item; `is_whole`: one answers any number of months."""
        if is_whole:
            return self.item_count
        count = (self.last.year - self.first.year) * 12 + self.last.month - self.first.month
        return self.item_count * (count // WINDOW_MONTHS["months"] + 1)


@dataclass(frozen=True, slots=True)
class Way:
    """The way that makes the fewest requests.

    Attributes:
        first: items whose months are due from this one on, or later, are read in bulk; None for no item.
        months: the months to read in bulk, newest first.
        single: requests for the others, item by item.
    """

    first: date | None
    months: tuple[date, ...]
    single: float

    @property
    def requests(self) -> float:
        """All requests."""
        return len(self.months) + self.single


def due_months(due: pa.Table) -> list[DueMonths]:
    """Returns what is due, by month: rows of the query `usage_windows_due`, `item_count` of them where there is one."""
    if "item_count" not in due.column_names:
        due = due.append_column("item_count", pa.array([1.0] * due.num_rows))
    found = due.group_by(["needed_from", "window_end"]).aggregate([("item_count", "sum")]).to_pylist()
    return [DueMonths(row["needed_from"].replace(day=1), row["window_end"], row["item_count_sum"]) for row in found]


def cheaper_ways(
    due: Mapping[str, Sequence[DueMonths]], known: Collection[tuple[date, str]], is_whole: bool, probe_count: int
) -> dict[str, Way]:
    """Returns the ways that make the fewest requests.

    Args:
        due: what is due, by counter.
        known: months and counters that were read in bulk before and are still good.
        is_whole: whether a request for one item answers any number of months.
        probe_count: how many requests show whether months in bulk can be relied on.

    Returns:
        The way by counter, where it is in bulk; nothing where that saves no more requests than the probe takes.
    """
    ways, saved = {}, 0.0
    for counter, found in due.items():
        way = cheaper_way(found, {month for month, of in known if of == counter}, is_whole)
        if way.first is not None:
            ways[counter] = way
            saved += sum(one.requests(is_whole) for one in found) - way.requests
    return ways if saved > probe_count else {}


def cheaper_way(due: Sequence[DueMonths], known: Collection[date], is_whole: bool) -> Way:
    """Returns the way that makes the fewest requests for one counter; item by item where both make as many.

    One response has one month of all items, so what counts is how far back it has to go: the few items of which much
    is due are better read by themselves. Arguments as `cheaper_ways`.
    """
    by_first: dict[date, list[DueMonths]] = {}
    for one in due:
        by_first.setdefault(one.first, []).append(one)
    single = sum(one.requests(is_whole) for one in due)
    best = Way(None, (), single)
    needed: set[date] = set()
    for first in sorted(by_first, reverse=True):
        for one in by_first[first]:
            single -= one.requests(is_whole)
            needed.update(months(one.first, one.last))
        way = Way(first, tuple(sorted(needed.difference(known), reverse=True)), max(single, 0.0))
        if way.requests < best.requests:
            best = way
    return best
