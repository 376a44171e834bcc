"""The Stats API: totals, timelines, breakdowns and tops of anything, read by several threads and made into Arrow.

Facts about the API (limits of windows, cities and countries, null timelines): Figshare's public documentation,
https://docs.figshare.com, 2026, and observed answers. The counts are Figshare's own, not COUNTER's.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import islice
from typing import Any, Literal

import pyarrow as pa
import pycountry

from pipelines.errors import FigshareWarehouseError, UsageError
from pipelines.figshare.client import FigshareClient
from pipelines.figshare.failures import DeniedError, RequestError
from pipelines.figshare.parse import arrow_schema
from pipelines.tables import Table
from pipelines.usage_tables import (
    USAGE_BY_COUNTRY,
    USAGE_BY_DAY,
    USAGE_BY_MONTH,
    USAGE_CATEGORIES,
    USAGE_REFERRALS,
    USAGE_TOTALS,
)

Kind = Literal["total", "months", "days", "countries", "referrals", "categories"]

COUNTERS = ("views", "downloads", "shares")
ITEM_TYPES = ("article", "author", "collection", "group", "project")

FIRST_DAY = date(2008, 1, 1)
"""Before Figshare was; usage "from the beginning" is from here."""

WINDOW_MONTHS: dict[str, int] = {"months": 24, "days": 12, "countries": 24}
"""Longer windows are cut by Figshare without a word: months after two years, days after one."""

MAX_COUNTRIES = 200
"""A breakdown names no more countries than this for a period."""

TOP_COUNT = 1000
"""How many sites or categories are asked for."""

SWEEP_COUNTS = (1_000_000, 10_000)
"""How many items are asked for at once; no maximum is documented, so a smaller number follows a refusal."""

OTHER, NONE, UNKNOWN = "(other)", "(none)", "Unknown"

# Names that Figshare uses and pycountry does not know under any of its names.
_OTHER_NAMES = {
    "Brunei": "BN",
    "Cape Verde": "CV",
    "Falkland Islands": "FK",
    "Palestine": "PS",
    "Russia": "RU",
    "Turkey": "TR",
    "Swaziland": "SZ",
    "Macau": "MO",
    "Macedonia": "MK",
}


@dataclass(frozen=True, slots=True)
class Question:
    """One figure, or one window of figures, of one counter of one item: one request.

    Attributes:
        kind: which figures.
        item_type: `article`, `author`, `collection`, `group` or `project`.
        item_id: Figshare's id of it.
        counter: `views`, `downloads` or `shares`.
        first: the first day (UTC) that is asked for; a month's first where months are asked for.
        last: the last day (UTC) that is asked for.
        portal: asks within this institution's scope, with credentials; None asks in public.
    """

    kind: Kind
    item_type: str
    item_id: int
    counter: str
    first: date
    last: date
    portal: str | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """A question with its answer, checked and as Figshare gave it, and when it was read (UTC, naive).

    `data` is a number for totals; else key → number or, for countries, month → country → city → number.
    """

    question: Question
    data: Any
    read_at: datetime

    @property
    def state(self) -> str:
        """How it ended, for the ledger: `fetched`, `empty` or `truncated`."""
        match self.question.kind:
            case "countries":
                if any(len(countries) >= MAX_COUNTRIES for countries in self.data.values()):
                    return "truncated"
            case "referrals" | "categories":
                if len(self.data) >= TOP_COUNT:
                    return "truncated"
        return "fetched" if self.data else "empty"


@dataclass(frozen=True, slots=True)
class Unread:
    """A question that got no good answer, why, and when it was given up (UTC, naive)."""

    question: Question
    error: RequestError
    failed_at: datetime


@dataclass(slots=True)
class Readings:
    """What was read together."""

    good: list[Reading] = field(default_factory=list)
    bad: list[Unread] = field(default_factory=list)
    is_last: bool = False

    def __len__(self) -> int:
        return len(self.good) + len(self.bad)


def read(client: FigshareClient, question: Question) -> Reading:
    """Asks one question.

    Raises:
        DeniedError: Figshare does not answer this without (these) credentials.
        RequestError: there is no good answer.
    """
    path, params = _request(question)
    read_at = _now()
    data = client.get(f"usage_{question.kind}", path, params, base="stats").data
    try:
        return Reading(question, _checked(question.kind, data), read_at)
    except (KeyError, TypeError, ValueError, AttributeError):
        raise RequestError(f"{client.stats_url}{path} answered with something unexpected.", path, 200, 1) from None


def readings(
    client: FigshareClient, questions: Iterable[Question], batch_size: int, batch_seconds: float
) -> Iterator[Readings]:
    """Asks questions, several at once, and yields the answers in batches, in the order asked.

    The first question is asked alone: where that is denied, nothing else is asked. When the client is stopped, or
    Figshare begins to deny, the last batch holds what was read by then and the iterator ends.

    Args:
        client: asks Figshare.
        questions: what to ask.
        batch_size: answers in a batch at most.
        batch_seconds: after so many seconds a batch is handed on even if it is not full.
    """
    waiting = iter(questions)
    with ThreadPoolExecutor(client.concurrency, thread_name_prefix="figshare") as pool:
        under_way: deque[tuple[Question, Future[Reading]]] = deque()

        def submit(count: int) -> None:
            for question in islice(waiting, count):
                under_way.append((question, pool.submit(read, client, question)))

        submit(1)
        is_first, is_denied = True, False
        batch, deadline = Readings(), time.monotonic() + batch_seconds
        while under_way:
            question, future = under_way.popleft()
            try:
                batch.good.append(future.result())
            except RequestError as error:
                is_denied = is_denied or isinstance(error, DeniedError)
                batch.bad.append(Unread(question, error, _now()))
            except FigshareWarehouseError:
                pass
            if client.stop_reason is None and not client.is_stats_out and not is_denied:
                submit(2 * client.concurrency if is_first else 1)
                is_first = False
            if len(batch) >= batch_size or (len(batch) and time.monotonic() >= deadline):
                yield batch
                batch, deadline = Readings(), time.monotonic() + batch_seconds
        if len(batch):
            batch.is_last = True
            yield batch


def sweep(client: FigshareClient, counter: str, item_type: str) -> tuple[dict[int, int], bool]:
    """Asks for the totals of as many items of the institution's scope as Figshare gives in one answer.

    An item that is not in it has no total by it: Figshare may have left it out.

    Returns:
        Item id → total, and whether Figshare gave as many as were asked for, so that there are more.

    Raises:
        DeniedError: the credentials are not accepted.
        RequestError: there is no good answer.
    """
    path = f"/{client.portal}/top/{counter}/{item_type}"
    for count in SWEEP_COUNTS:
        try:
            data = client.get("usage_sweep", path, {"count": count}, base="stats").data
            break
        except RequestError as error:
            if error.status not in (400, 422) or count == SWEEP_COUNTS[-1]:
                raise
    try:
        totals = {int(item): _number(total) for item, total in (data["top"] or {}).items()}
    except (KeyError, TypeError, ValueError, AttributeError):
        raise RequestError(f"{client.stats_url}{path} answered with something unexpected.", path, 200, 1) from None
    return totals, len(totals) >= count


def total_rows(readings: Sequence[Reading], source: str, refresh_id: str) -> pa.Table:
    """Returns totals as rows of `usage_totals`."""
    return _table(
        USAGE_TOTALS,
        [(*_item(r.question), r.read_at.date(), r.data, source, r.read_at, refresh_id) for r in readings],
    )


def month_rows(readings: Sequence[Reading], refresh_id: str) -> pa.Table:
    """Returns timelines by month as rows of `usage_by_month`: each month asked for, 0 where Figshare names none."""
    return _table(
        USAGE_BY_MONTH,
        [
            (*_item(r.question), month, r.data.get(f"{month:%Y-%m}", 0), r.read_at, refresh_id)
            for r in readings
            for month in months(r.question.first, r.question.last)
        ],
    )


def day_rows(readings: Sequence[Reading], refresh_id: str) -> pa.Table:
    """Returns timelines by day as rows of `usage_by_day`: each day asked for, 0 where Figshare names none."""
    return _table(
        USAGE_BY_DAY,
        [
            (*_item(r.question), day, r.data.get(day.isoformat(), 0), r.read_at, refresh_id)
            for r in readings
            for day in _days(r.question.first, r.question.last)
        ],
    )


def country_rows(readings: Sequence[Reading], refresh_id: str) -> pa.Table:
    """Returns breakdowns as rows of `usage_by_country`; a month asked for without any use is one row with 0."""
    rows = []
    for r in readings:
        for month in months(r.question.first, r.question.last):
            places = _places(r.data.get(f"{month:%Y-%m}") or {}) or {(NONE, NONE): 0}
            for (country, city), count in places.items():
                code = country_code(country)
                rows.append((*_item(r.question), month, country, city, code, count, r.read_at, refresh_id))
    return _table(USAGE_BY_COUNTRY, rows)


def referral_rows(readings: Sequence[Reading], refresh_id: str) -> pa.Table:
    """Returns tops by referral as rows of `usage_referrals`."""
    return _table(
        USAGE_REFERRALS,
        [
            (*_item(r.question), r.question.first, site, r.question.last, count, r.read_at, refresh_id)
            for r in readings
            for site, count in (r.data or {NONE: 0}).items()
        ],
    )


def category_rows(readings: Sequence[Reading], refresh_id: str) -> pa.Table:
    """Returns tops by category as rows of `usage_categories`."""
    return _table(
        USAGE_CATEGORIES,
        [
            (*_item(r.question), r.question.first, int(category), r.question.last, count, r.read_at, refresh_id)
            for r in readings
            for category, count in (r.data or {"0": 0}).items()
        ],
    )


def months(first: date, last: date) -> Iterator[date]:
    """Yields the first day of each month from that of `first` to that of `last`."""
    month = first.replace(day=1)
    while month <= last:
        yield month
        month = (month + timedelta(days=32)).replace(day=1)


def items_by_name(names: Iterable[str]) -> list[tuple[str, int]]:
    """Returns (item type, id) of names such as `author:123`.

    Raises:
        UsageError: when one is not of that form.
    """
    items = []
    for name in names:
        item_type, _, number = name.partition(":")
        if item_type not in ITEM_TYPES or not (number.isascii() and number.isdecimal()):
            raise UsageError(f"usage_items are such as author:123 ({', '.join(ITEM_TYPES)}), not '{name}'.")
        items.append((item_type, int(number)))
    return list(dict.fromkeys(items))


@lru_cache(maxsize=1024)
def country_code(name: str) -> str | None:
    """Returns the ISO 3166-1 alpha-2 code of a country's name; None when no country is known by that name."""
    if name in _OTHER_NAMES:
        return _OTHER_NAMES[name]
    try:
        return str(pycountry.countries.lookup(name).alpha_2)
    except LookupError:
        return None


def _request(question: Question) -> tuple[str, dict[str, str | int]]:
    q = question
    scope = f"/{q.portal}" if q.portal else ""
    window: dict[str, str | int] = {"start_date": q.first.isoformat(), "end_date": q.last.isoformat()}
    match q.kind:
        case "total":
            return f"{scope}/total/{q.counter}/{q.item_type}/{q.item_id}", {}
        case "months":
            return f"{scope}/timeline/month/{q.counter}/{q.item_type}/{q.item_id}", window
        case "days":
            return f"{scope}/timeline/day/{q.counter}/{q.item_type}/{q.item_id}", window
        case "countries":
            return f"{scope}/breakdown/month/{q.counter}/{q.item_type}/{q.item_id}", window
        case "referrals" | "categories":
            sub_item = "referral" if q.kind == "referrals" else "category"
            top: dict[str, str | int] = {"item_id": q.item_id, "sub_item": sub_item, "count": TOP_COUNT}
            return f"{scope}/top/{q.counter}/{q.item_type}", {**top, **window}


def _checked(kind: Kind, data: Any) -> Any:
    """The figures of an answer; raises when it is none. A null in place of figures is Figshare's word for none."""
    match kind:
        case "total":
            return _number(data["totals"])
        case "months" | "days":
            return {key: _number(n) for key, n in (data["timeline"] or {}).items()}
        case "countries":
            found = data["breakdown"] or {}
            return {
                month: {
                    country: {city: _number(n) for city, n in cities.items()}
                    for country, cities in (countries or {}).items()
                }
                for month, countries in found.items()
            }
        case "referrals":
            return {key: _number(n) for key, n in (data["top"] or {}).items()}
        case "categories":
            return {str(int(key)): _number(n) for key, n in (data["top"] or {}).items()}


def _number(value: Any) -> int:
    if type(value) is not int or value < 0:
        raise ValueError(value)
    return value


def _places(countries: Mapping[str, Mapping[str, int]]) -> dict[tuple[str, str], int]:
    """(country, city) → count. What a country's total has beyond its cities is a city of its own."""
    places: dict[tuple[str, str], int] = {}
    for country, cities in countries.items():
        named = {city: n for city, n in cities.items() if city != "total"}
        rest = cities.get("total", sum(named.values())) - sum(named.values())
        for city, n in [*named.items(), *([(OTHER, rest)] if rest else [])]:
            place = (_known(country), _known(city))
            places[place] = places.get(place, 0) + n
    return places


def _known(name: str) -> str:
    # Figshare writes the unknown in two ways.
    return UNKNOWN if name in ("Unkown", "unknown", "") else name


def _item(question: Question) -> tuple[str, int, str]:
    return question.item_type, question.item_id, question.counter


def _days(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=n) for n in range((last - first).days + 1))


def _table(table: Table, rows: Sequence[tuple[Any, ...]]) -> pa.Table:
    schema = arrow_schema(table)
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(schema)
    arrays = [pa.array(values, field.type) for values, field in zip(columns, schema, strict=True)]
    return pa.Table.from_arrays(arrays, schema=schema)


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)
