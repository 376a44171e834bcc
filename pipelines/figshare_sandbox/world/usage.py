"""Usage of single articles: events per day and place, derived when asked for and never stored.

The number of events up to a day is a rising curve, rounded down. A count over any days is the difference of two points
of it, so days add up to months, months to years and years to the total, exactly. The n-th event's place is read from a
repeating pattern, so places add up as well.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from math import log, log1p
from random import Random

from figshare_sandbox.world.model import Item
from figshare_sandbox.world.places import PERIOD, PLACES, count_range, pattern

COUNTERS = ("views", "downloads", "shares")
_EPOCH = date(2008, 1, 1).toordinal()
_DAYS = date(2046, 1, 1).toordinal() - _EPOCH
_SEASON = (1.0, 1.1, 1.25, 1.05, 1.1, 0.85, 0.6, 0.55, 0.95, 1.25, 1.3, 0.7)
_RHYTHMS = 4


@dataclass(slots=True, frozen=True)
class _Curve:
    start: int
    before: float
    rhythm: list[float]
    height: float
    tau: float
    phase: float
    places: list[int]
    offset: int


class Usage:
    """The usage of articles by seed; `today` is when their drawn totals are reached."""

    def __init__(self, seed: int, today: date) -> None:
        self._seed = seed
        self._reference = today.toordinal()
        self._rhythms: list[list[float]] = []
        self._patterns: list[list[int]] = []
        self._curves: dict[int, tuple[_Curve, _Curve, _Curve]] = {}
        self._added: dict[tuple[int, str], list[tuple[int, str, str, int]]] = {}

    def add(self, article_id: int, counter: str, day: int, country: str, city: str, n: int) -> None:
        """Add `n` events on the day of the ordinal `day`."""
        self._added.setdefault((article_id, counter), []).append((day, country, city, n))

    def until(self, item: Item, counter: str, day: int) -> int:
        """Events up to and including `day`."""
        added = self._added.get((item.id, counter)) if self._added else None
        extra = sum(n for d, _, _, n in added if d <= day) if added else 0
        return self._events(self._curve(item, counter), day) + extra

    def places(self, item: Item, counter: str, first: int, last: int) -> Counter[tuple[str, str]]:
        """Events from `first` to `last`, both included, by country and city."""
        curve = self._curve(item, counter)
        made: Counter[tuple[str, str]] = Counter()
        start, end = self._events(curve, first - 1), self._events(curve, last)
        if end > start:
            for place, n in count_range(curve.places, curve.offset, start, end).items():
                made[PLACES[place]] += n
        for day, country, city, n in self._added.get((item.id, counter), ()):
            if first <= day <= last:
                made[country, city] += n
        return made

    @staticmethod
    def _events(curve: _Curve, day: int) -> int:
        if day < curve.start:
            return 0
        grown = curve.rhythm[min(day - _EPOCH, _DAYS - 1)] - curve.before
        return int(curve.height * log1p(grown / curve.tau) + curve.phase)

    def _curve(self, item: Item, counter: str) -> _Curve:
        curves = self._curves.get(item.id)
        if curves is None:
            curves = self._curves[item.id] = self._make(item)
        return curves[COUNTERS.index(counter)]

    def _make(self, item: Item) -> tuple[_Curve, _Curve, _Curve]:
        rng = Random(f"usage/{self._seed}/{item.id}")
        # Real totals of views: half below 119, a tenth above 552, single items beyond 100,000.
        views = rng.lognormvariate(log(119), 1.2) * (40 if rng.random() < 0.002 else 1)
        downloads = views * rng.lognormvariate(log(0.18), 1.25)
        shares = float(1 + int(4 * rng.random() ** 3)) if rng.random() < 0.025 else 0.0
        if item.born is None:
            views = downloads = shares = 0.0
        if not item.downloadable:
            downloads = 0.0
        return self._shape(item, views, rng), self._shape(item, downloads, rng), self._shape(item, shares, rng)

    def _shape(self, item: Item, total: float, rng: Random) -> _Curve:
        if not self._rhythms:
            self._prepare()
        start = max(item.born or self._reference, _EPOCH + 1)
        tau = 20 + 120 * rng.random()
        age = max(self._reference - start, 400)
        phase = rng.random() if total else 0.0
        height = total / log1p(age / tau)
        rhythm = rng.choice(self._rhythms)
        before = rhythm[min(start - 1 - _EPOCH, _DAYS - 1)]
        return _Curve(start, before, rhythm, height, tau, phase, rng.choice(self._patterns), rng.randrange(PERIOD))

    def _prepare(self) -> None:
        """Four rhythms of the days (seasons, weekends, chance) and four patterns of places, shared by all articles."""
        rng = Random(f"rhythms/{self._seed}")
        for _ in range(_RHYTHMS):
            made, sum_ = [], 0.0
            for n in range(_DAYS):
                day = date.fromordinal(_EPOCH + n)
                sum_ += _SEASON[day.month - 1] * (0.5 if day.weekday() > 4 else 1.2) * rng.expovariate(1) * 1.06
                made.append(sum_)
            self._rhythms.append(made)
            self._patterns.append(pattern(rng))
