"""Usage of anything: articles, and the authors, groups, collections and projects that sum them up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import TYPE_CHECKING

from figshare_sandbox.world.model import Item
from figshare_sandbox.world.vocabulary import TOP_GROUP_ID

if TYPE_CHECKING:
    from figshare_sandbox.world.world import World

KINDS = ("article", "author", "collection", "group", "project")
GRANULARITIES = ("year", "month", "day", "total")
Places = Counter[tuple[str, str]]
_FIRST = date(2008, 1, 1).toordinal()


def period_key(day: date, granularity: str) -> str:
    """The key under which a day counts, such as `2026-06`."""
    if granularity == "total":
        return "total"
    return day.isoformat()[: {"year": 4, "month": 7, "day": 10}[granularity]]


def periods(first: int, last: int, granularity: str) -> list[tuple[str, int, int]]:
    """The periods from day `first` to `last` (ordinals): key, first day, last day."""
    if first > last:
        return []
    if granularity == "total":
        return [("total", first, last)]
    made: list[tuple[str, int, int]] = []
    day = first
    while day <= last:
        moment = date.fromordinal(day)
        if granularity == "day":
            end = day
        elif granularity == "month":
            end = (moment.replace(day=1) + timedelta(days=32)).replace(day=1).toordinal() - 1
        else:
            end = date(moment.year, 12, 31).toordinal()
        made.append((period_key(moment, granularity), day, min(end, last)))
        day = end + 1
    return made


class Figures:
    """Answers how often something was used, over any days, by period and place."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._members: dict[tuple[str, int], list[Item]] = {}
        self._all: list[Item] = []
        self._revision = -1

    def items(self, kind: str, number: int, keep: Callable[[Item], bool] | None = None) -> list[Item]:
        """The articles whose usage counts for something. Withdrawn ones count on."""
        if kind == "article":
            item = self._world.items.get(number)
            found = [item] if item else []
        else:
            self._index()
            if kind == "group" and number == TOP_GROUP_ID:
                found = [i for i in self._all if i.institution == self._world.institution_id]
            else:
                found = self._members.get((kind, number), [])
        return [i for i in found if keep(i)] if keep else found

    def ids(self, kind: str) -> list[int]:
        """Everything of a kind that has articles."""
        self._index()
        if kind == "article":
            return [i.id for i in self._all]
        known = [number for k, number in self._members if k == kind]
        return [*known, TOP_GROUP_ID] if kind == "group" and TOP_GROUP_ID not in known else known

    def total(self, counter: str, kind: str, number: int, keep: Callable[[Item], bool] | None = None) -> int:
        """All events up to the world's today."""
        return self.between(counter, kind, number, _FIRST, self._world.today.toordinal(), keep)

    def between(
        self, counter: str, kind: str, number: int, first: int, last: int, keep: Callable[[Item], bool] | None = None
    ) -> int:
        """Events from day `first` to `last`, both included."""
        last = min(last, self._world.today.toordinal())
        if first > last:
            return 0
        usage, factor = self._world.usage, self._factor(kind)
        low = high = 0
        for item in self.items(kind, number, keep):
            low += usage.until(item, counter, first - 1)
            high += usage.until(item, counter, last)
        return round(high * factor) - round(low * factor)

    def series(
        self, counter: str, items: Iterable[Item], spans: list[tuple[str, int, int]], kind: str
    ) -> dict[str, int]:
        """Events per period; periods without any are left out."""
        spans = self._until_today(spans)
        if not spans:
            return {}
        edges = [spans[0][1] - 1] + [last for _, _, last in spans]
        sums = [0] * len(edges)
        until = self._world.usage.until

        def fill(item: Item, i: int, j: int, low: int, high: int) -> None:
            # Halving skips the long stretches without an event.
            if low == high:
                return
            if j - i == 1:
                sums[j] += high - low
                return
            middle = (i + j) // 2
            value = until(item, counter, edges[middle])
            fill(item, i, middle, low, value)
            fill(item, middle, j, value, high)

        for item in items:
            low, high = until(item, counter, edges[0]), until(item, counter, edges[-1])
            sums[0] += low
            fill(item, 0, len(edges) - 1, low, high)
        factor = self._factor(kind)
        made: dict[str, int] = {}
        running = sums[0]
        for (key, _, _), n in zip(spans, sums[1:], strict=True):
            # Rounding the running sum, not each period, keeps the periods adding up to the total.
            scaled = round((running + n) * factor) - round(running * factor)
            running += n
            if scaled:
                made[key] = scaled
        return made

    def places(
        self, counter: str, items: list[Item], spans: list[tuple[str, int, int]], kind: str
    ) -> dict[str, Places]:
        """Events per period, country and city."""
        made: dict[str, Places] = {}
        usage = self._world.usage
        for key, first, last in self._until_today(spans):
            sums: Places = Counter()
            for item in items:
                if usage.until(item, counter, last) > usage.until(item, counter, first - 1):
                    sums.update(usage.places(item, counter, first, last))
            if sums:
                made[key] = sums
        if self._factor(kind) != 1:
            wanted = self.series(counter, items, spans, kind)
            made = {key: _scale(found, wanted.get(key, 0)) for key, found in made.items()}
        return made

    def _until_today(self, spans: list[tuple[str, int, int]]) -> list[tuple[str, int, int]]:
        today = self._world.today.toordinal()
        return [(key, first, min(last, today)) for key, first, last in spans if first <= today]

    def _factor(self, kind: str) -> float:
        return self._world.group_usage_factor if kind == "group" else 1.0

    def _index(self) -> None:
        world = self._world
        if self._revision == world.revision:
            return
        self._revision = world.revision
        self._all = [i for i in world.items.values() if i.state != "draft"]
        members: dict[tuple[str, int], list[Item]] = {}
        parents = {g["id"]: g["parent_id"] for g in world.groups}
        for item in self._all:
            for person in {a["id"] for a in item.detail.get("authors") or ()}:
                members.setdefault(("author", person), []).append(item)
            if item.project_id:
                members.setdefault(("project", item.project_id), []).append(item)
            group = item.detail.get("group_id")
            # A group's figures are those of everything below it, though its list of articles is not.
            while group and (group != TOP_GROUP_ID):
                members.setdefault(("group", group), []).append(item)
                group = parents.get(group, 0)
        for shelf in world.collections.values():
            members["collection", shelf.id] = [world.items[i] for i in shelf.articles]
        self._members = members


def _scale(found: Places, wanted: int) -> Places:
    """Bring the counts of one period to another sum, in proportion."""
    whole, running, given = sum(found.values()), 0, 0
    made: Places = Counter()
    for place in sorted(found):
        running += found[place]
        target = wanted * running // whole
        if target > given:
            made[place] = target - given
        given = target
    return made
