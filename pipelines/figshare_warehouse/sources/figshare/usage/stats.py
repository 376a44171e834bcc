"""The Stats API: totals, timelines, breakdowns and top lists, read by several threads.

Facts about the API (limits of windows, cities and countries, null timelines): Figshare's public documentation,
https://docs.figshare.com, 2026, and observed responses. The counts are Figshare's own, not COUNTER's.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any, Literal
from urllib.parse import urlencode

from figshare_warehouse.errors import FigshareWarehouseError, UsageError
from figshare_warehouse.sources.figshare.client import FigshareClient
from figshare_warehouse.sources.figshare.facts import MAX_COUNTRIES, WINDOW_MONTHS
from figshare_warehouse.sources.figshare.read_ahead import read_ahead
from figshare_warehouse.sources.figshare.records.values import LARGEST
from figshare_warehouse.sources.http.errors import DeniedError, RequestError, unusable

Kind = Literal["total", "months", "days", "countries", "referrals", "categories"]

COUNTERS = ("views", "downloads", "shares")
ENTITY_TYPES = ("article", "author", "collection", "group", "project")

TOP_COUNT = 1000
"""How many sites or categories are requested."""

MAX_FIGURES = 100_000
"""Most figures in a batch, unless one response has more: by country it can hold thousands."""

JUDGED_BY = 3
"""When so many different items are refused and none is answered, all of their kind count as refused."""

MOST_REFUSED = 10
"""So many refusals in a row, for several items, are not about these items."""

# Keys of a response that is not a bare list of sites: an error's, and those of other responses.
_NO_SITES = {"message", "code", "data", "error", "errcode", "status", "totals", "timeline", "breakdown"}


@dataclass(frozen=True, slots=True)
class Question:
    """One figure, or one window of figures, of one counter of one item: one request.

    Attributes:
        kind: which figures.
        entity_type: `article`, `author`, `collection`, `group` or `project`.
        entity_id: Figshare's id of it.
        counter: `views`, `downloads` or `shares`.
        first: the first day (UTC); for months, the first of the month.
        last: the last day (UTC). Questions that differ only in this are equal.
        portal: within this institution's scope, with credentials; None for the public API.
        is_open: the window extends to the day of the request, which can be later than `last`: a refresh can take days.
    """

    kind: Kind
    entity_type: str
    entity_id: int
    counter: str
    first: date
    last: date = field(compare=False)
    portal: str | None = None
    is_open: bool = field(default=False, compare=False)

    @property
    def words(self) -> str:
        """The item and window, for messages: `group 11, 2025`."""
        item = f"{self.entity_type} {self.entity_id}"
        if self.kind == "total":
            return item
        is_year = (self.first.month, self.first.day) == (1, 1) and self.last == self.first.replace(month=12, day=31)
        return f"{item}, {self.first.year if is_year else f'{self.first} to {self.last}'}"


@dataclass(frozen=True, slots=True)
class Reading:
    """A question with its checked response, and when it was read (UTC, naive).

    `data` is a number for totals; otherwise key → number or, for countries, month → country → city → number. A month
    is the date of its first day.
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

    @property
    def size(self) -> int:
        """How many figures it holds."""
        match self.question.kind:
            case "total":
                return 1
            case "months":
                return WINDOW_MONTHS["months"]
            case "countries":
                return 1 + sum(sum(map(len, countries.values())) for countries in self.data.values())
            case "days":
                return 1 + (self.question.last - self.question.first).days
        return 1 + len(self.data)


@dataclass(frozen=True, slots=True)
class Unread:
    """A question without a good response; why, and when it failed (UTC, naive)."""

    question: Question
    error: RequestError
    failed_at: datetime


@dataclass(slots=True)
class Readings:
    """Responses that were read together, in the order of the questions.

    Attributes:
        good: the good responses.
        bad: the questions without one.
        size: how many figures it holds.
    """

    good: list[Reading] = field(default_factory=list)
    bad: list[Unread] = field(default_factory=list)
    size: int = 0

    def __len__(self) -> int:
        return len(self.good) + len(self.bad)

    def add(self, reading: Reading) -> None:
        """Adds a good response."""
        self.good.append(reading)
        self.size += reading.size


def read(client: FigshareClient, question: Question) -> Reading:
    """Asks one question.

    Raises:
        DeniedError: Figshare refuses this without (these) credentials.
        RequestError: there is no good response. Its path has the window; its message names the item and window.
    """
    read_at = client.clock()
    question = _up_to(question, read_at.date())
    path, params = _request(question)
    try:
        data = client.get(f"usage_{question.kind}", path, params, service="stats").data
        try:
            return Reading(question, _checked(question.kind, data), read_at)
        except (KeyError, TypeError, ValueError, AttributeError):
            raise unusable(client.stats_url, path, "answered with something unexpected") from None
    except RequestError as error:
        # The address does not say it: a top list's has no item, and none has the window.
        message = f"{str(error).removesuffix('.')} ({question.words})."
        whole = f"{path}?{urlencode(params)}" if params else path
        raise type(error)(message, whole, error.status, error.tries) from None


def expect(client: FigshareClient, question: Question) -> None:
    """Names a question that was answered in an earlier run, as `FigshareClient.expect_answer`."""
    path, params = _request(question)
    client.expect_answer(f"usage_{question.kind}", path, params, "stats")


def readings(
    client: FigshareClient,
    questions: Iterable[Question],
    batch_size: int,
    batch_seconds: float,
    patience: int = JUDGED_BY,
) -> Iterator[Readings]:
    """Asks questions, several at once, and yields the responses in batches, in order.

    Until the first response, one question is asked at a time. A refusal concerns its item alone, unless `patience`
    different items are refused before the first response, or later `MOST_REFUSED` requests of `JUDGED_BY` items in a
    row: then no more are asked. Then, or when the client is stopped, the last batch holds what was read by then.

    Args:
        client: asks Figshare.
        questions: questions about one type of items.
        batch_size: most responses in a batch; fewer where they are large.
        batch_seconds: after so many seconds a batch is yielded even if it is not full.
        patience: how many different items may be refused at the beginning.
    """
    has_answered = False
    refused: list[int] = []

    def is_alone() -> bool:
        return not has_answered

    def goes_on() -> bool:
        count = len(set(refused))
        is_refused = count >= JUDGED_BY and len(refused) >= MOST_REFUSED if has_answered else count >= patience
        return not client.is_stats_out and not is_refused

    batch, deadline = Readings(), time.monotonic() + batch_seconds
    for question, reading in read_ahead(client, read, questions, is_alone, goes_on):
        try:
            batch.add(reading.result())
            has_answered = True
            refused.clear()
        except RequestError as error:
            if isinstance(error, DeniedError):
                refused.append(question.entity_id)
            batch.bad.append(Unread(question, error, client.clock()))
        except FigshareWarehouseError:
            pass
        is_full = len(batch) >= batch_size or batch.size >= MAX_FIGURES
        if is_full or (len(batch) and time.monotonic() >= deadline):
            yield batch
            batch, deadline = Readings(), time.monotonic() + batch_seconds
    if len(batch):
        yield batch


def months(first: date, last: date) -> Iterator[date]:
    """Yields the first day of each month from that of `first` to that of `last`."""
    month = first.replace(day=1)
    while month <= last:
        yield month
        month = (month + timedelta(days=32)).replace(day=1)


def months_after(first: date, count: int) -> date:
    """Returns the first day of the month that is so many months after that of a day; before it where negative."""
    number = first.year * 12 + first.month - 1 + count
    return date(number // 12, number % 12 + 1, 1)


def items_by_name(names: Iterable[str]) -> list[tuple[str, int]]:
    """Returns (item type, id) of names such as `author:123`.

    Raises:
        UsageError: one has another form.
    """
    items = []
    for name in names:
        entity_type, _, number = name.partition(":")
        if entity_type not in ENTITY_TYPES or not (number.isascii() and number.isdecimal()):
            raise UsageError(f"usage_items are such as author:123 ({', '.join(ENTITY_TYPES)}), not '{name}'.")
        items.append((entity_type, int(number)))
    return list(dict.fromkeys(items))


def _up_to(question: Question, today: date) -> Question:
    """The question, up to today where its window is open, within Figshare's limit unless it is longer already."""
    if not question.is_open or question.last >= today or question.kind not in WINDOW_MONTHS:
        return question
    end = months_after(question.first, WINDOW_MONTHS[question.kind]) - timedelta(days=1)
    return replace(question, last=today if question.last > end else max(question.last, min(today, end)))


def _request(question: Question) -> tuple[str, dict[str, str | int]]:
    q = question
    scope = f"/{q.portal}" if q.portal else ""
    window: dict[str, str | int] = {"start_date": q.first.isoformat(), "end_date": q.last.isoformat()}
    match q.kind:
        case "total":
            return f"{scope}/total/{q.counter}/{q.entity_type}/{q.entity_id}", {}
        case "months":
            return f"{scope}/timeline/month/{q.counter}/{q.entity_type}/{q.entity_id}", window
        case "days":
            return f"{scope}/timeline/day/{q.counter}/{q.entity_type}/{q.entity_id}", window
        case "countries":
            return f"{scope}/breakdown/month/{q.counter}/{q.entity_type}/{q.entity_id}", window
        case "referrals" | "categories":
            sub_item = "referral" if q.kind == "referrals" else "category"
            top: dict[str, str | int] = {"item_id": q.entity_id, "sub_item": sub_item, "count": TOP_COUNT}
            return f"{scope}/top/{q.counter}/{q.entity_type}", {**top, **window}


def _checked(kind: Kind, data: Any) -> Any:
    """The figures of a response; raises where there are none. Figshare writes null for no usage."""
    match kind:
        case "total":
            return _number(data["totals"])
        case "months" | "days":
            return {_period(kind, key): n for key, n in _numbers(data["timeline"] or {}).items()}
        case "countries":
            found = data["breakdown"] or {}
            return {
                _period("months", month): {country: _numbers(cities) for country, cities in (countries or {}).items()}
                for month, countries in found.items()
            }
        case "referrals":
            return counts_by_key(data)
        case "categories":
            return {int(key): n for key, n in counts_by_key(data).items()}


def counts_by_key(data: Any) -> dict[str, int]:
    """Returns the figures of a top list: in `top`, or, by the documentation, bare outside an institution's scope."""
    found = data["top"] or {} if "top" in data else data
    if found is data and not _NO_SITES.isdisjoint(found):
        raise ValueError("no top")
    return _numbers(found)


def _period(kind: Kind, key: str) -> date:
    """The day, or the first of the month; raises for anything else, which would count as 0 otherwise."""
    text = f"{key}-01" if kind == "months" else key
    day = date.fromisoformat(text)
    if day.isoformat() != text:
        raise ValueError(key)
    return day


def _numbers(found: dict[str, Any]) -> dict[str, int]:
    values = found.values()
    if found and (set(map(type, values)) != {int} or min(values) < 0 or max(values) > LARGEST):
        raise ValueError(found)
    return found


def _number(value: Any) -> int:
    if type(value) is not int or not 0 <= value <= LARGEST:
        raise ValueError(value)
    return value
