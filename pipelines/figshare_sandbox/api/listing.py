"""Listings: filters, order and paging."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from figshare_sandbox.api import paging
from figshare_sandbox.api.formats_v3 import TIMELINE_ORDERS
from figshare_sandbox.api.messages import ApiError, Request, unprocessable
from figshare_sandbox.api.query import Predicate, parse
from figshare_sandbox.api.searchable import Searchable
from figshare_sandbox.world.model import Json, canonical
from figshare_sandbox.world.vocabulary import ITEM_TYPES

#: Orders that newer institutions are refused.
STATISTICS_ORDERS = ("views", "shares", "downloads", "cites")
_KEPT_RESULTS = 32
STATUSES = {1: "draft", 2: "public"}


@dataclass(frozen=True)
class Endpoint:
    """What one listing endpoint takes: its filters, its orders, and whether it has a cursor."""

    name: str
    filters: tuple[str, ...]
    orders: tuple[str, ...] = ("published_date", "created_date", "modified_date")
    default_order: str = "published_date"
    cursor: bool = True
    search: bool = False


@dataclass(slots=True)
class Part:
    """A part of a listing and the cursor that continues it."""

    found: list[Any]
    cursor: str | None


ListingPart = Callable[[Endpoint, Request, Mapping[str, Any], Callable[[], Iterable[Any]]], tuple[Part, dict[str, str]]]


class Listings:
    """Filters, orders and pages records; the results of the last few listings are kept until the world changes."""

    def __init__(self, modified: Callable[[Any], str | None]) -> None:
        self._modified = modified
        self._results: OrderedDict[tuple[int, str, bool], list[Any]] = OrderedDict()
        self._searchable: dict[int, Searchable] = {}

    def part(
        self, endpoint: Endpoint, params: Mapping[str, Any], cursor: str | None, records: Callable[[], Iterable[Any]],
        revision: int, rearrange: Callable[[str, list[Any], int], list[Any]], *,
        repeats: bool = False, strict_maximums: bool = False, max_size: int | None = None,
    ) -> Part:  # fmt: skip
        """The part of a listing that `params` and `cursor` ask for.

        Args:
            endpoint: Which listing.
            params: Query parameters or the JSON body.
            cursor: The X-Cursor header, if there is one and cursors are supported.
            records: Gives the records to choose from.
            revision: The world's revision, with which kept results end.
            rearrange: Lets faults move items; given the listing's fingerprint, its records and where the page begins.
            repeats: Give some records twice.
            strict_maximums: Refuse a `page` or `offset` beyond 5,000.
            max_size: Cut the part to so many records.
        """
        order, descending, test = self._read(endpoint, params)
        used = {
            k: v for k, v in params.items() if k in endpoint.filters or k in {"search_for", "order", "order_direction"}
        }
        mark = paging.fingerprint(endpoint.name, used)
        if cursor is not None:
            page = paging.read_cursor_page(params, cursor, mark)
        else:
            page = paging.read_page(params, strict_maximums)
        found = self._results.get((revision, mark, repeats))
        if found is None:
            found = sorted((r for r in records() if test(r)), key=lambda r: self._place(r, order), reverse=descending)
            if descending:  # what has no date comes last either way
                found = [r for r in found if not self._place(r, order)[0]] + [
                    r for r in found if self._place(r, order)[0]
                ]
            if repeats:
                found = _repeat(found)
            self._results[revision, mark, repeats] = found
            if len(self._results) > _KEPT_RESULTS:
                self._results.popitem(last=False)
        start = page.offset if page.cursor is None else self._after(found, page.cursor, order, descending)
        moved = rearrange(mark, found, start)
        if moved is not found and page.cursor is not None and page.cursor[0] != "at":
            here = {record.id: n for n, record in enumerate(moved)}
            ahead = [here[r.id] for r in found[start:]]
            # What moved to the front is behind the reader now; the rest continues where it was.
            start = next((n for n in ahead if n > 0), len(moved))
        chosen = moved[start : start + min(page.limit, max_size or page.limit)]
        if not endpoint.cursor:
            return Part(chosen, None)
        # Where records repeat or have moved, their order does not say where one is: then the number does.
        if chosen and not repeats and moved is found:
            place: Any = [*self._place(chosen[-1], order)]
        elif chosen or page.cursor is None:
            place = ["at", start + len(chosen)]
        else:
            place = page.cursor
        return Part(chosen, paging.encode_cursor(mark, place))

    def _after(self, found: list[Any], place: list[Any], order: str, descending: bool) -> int:
        if place[0] == "at":
            return int(place[1])
        wanted = tuple(place)
        low, high = 0, len(found)
        while low < high:  # the first record behind the place, which itself may be gone by now
            middle = (low + high) // 2
            here = self._place(found[middle], order)
            behind = here[0] > wanted[0] if here[0] != wanted[0] else (here < wanted if descending else here > wanted)
            if behind:
                high = middle
            else:
                low = middle + 1
        return low

    def _place(self, record: Any, order: str) -> tuple[bool, str, int]:
        if order == "modified_date":
            value = self._modified(record)
        elif order in TIMELINE_ORDERS:
            value = canonical((record.detail.get("timeline") or {}).get(TIMELINE_ORDERS[order]))
        else:
            value = canonical(record.detail.get("published_date" if order == "posted_date" else order))
        return (value is None, value or "", record.id)

    def _read(self, endpoint: Endpoint, params: Mapping[str, Any]) -> tuple[str, bool, Callable[[Any], bool]]:
        order = params.get("order")
        order = endpoint.default_order if order is None else order
        if order in STATISTICS_ORDERS:
            raise unprocessable("ordering by statistics is not available for this institution", "order")
        if order not in endpoint.orders:
            raise unprocessable(f"order must be one of {', '.join(endpoint.orders)}", "order")
        direction = params.get("order_direction")
        if direction not in (None, "asc", "desc"):
            raise unprocessable("order_direction must be asc or desc", "order_direction")
        tests = [t for name in endpoint.filters if (t := self._test(name, params)) is not None]
        if endpoint.search and params.get("search_for") is not None:
            tests.append(self._search(params["search_for"]))
        return order, direction != "asc", lambda record: all(test(record) for test in tests)

    def _search(self, text: Any) -> Callable[[Any], bool]:
        if not isinstance(text, str):
            raise unprocessable("search_for is not a string", "search_for")
        test: Predicate = parse(text)
        return lambda record: test(self._look_at(record))

    def _look_at(self, record: Any) -> Searchable:
        known = self._searchable.get(record.id)
        if known is None or known.detail is not record.detail:
            known = self._searchable[record.id] = Searchable(record)
        return known

    def _test(self, name: str, params: Mapping[str, Any]) -> Callable[[Any], bool] | None:
        if params.get(name) is None:
            return None
        if name in {"institution", "group", "item_type", "item_type_id", "project_id"}:
            number = paging.read_integer(params, name)
            if name == "item_type" and number not in ITEM_TYPES:
                raise unprocessable("no such item_type", name)
            if name == "institution":
                return lambda r: bool(r.institution == number)
            if name == "project_id":
                return lambda r: bool(r.project_id == number)
            key = "group_id" if name == "group" else "defined_type"
            return lambda r: bool(r.detail.get(key, getattr(r, key, None)) == number)
        if name == "status":
            # An integer in the description, without a list of values; these are the sandbox's.
            status = STATUSES.get(paging.read_integer(params, name) or 0)
            if status is None:
                raise unprocessable("no such status", name)
            return lambda r: (r.state == "public") == (status == "public")
        value = params[name]
        if not isinstance(value, str):
            raise unprocessable(f"{name} is not a string", name)
        if name.endswith("_since"):
            since = _since(name, value)
            if name == "modified_since":
                return lambda r: (self._modified(r) or "") >= since
            return lambda r: (canonical(r.detail.get("published_date")) or "") >= since
        return lambda r: (r.detail.get(name) or "").lower() == value.lower()


def _since(name: str, value: str) -> str:
    """A date (`2026-06-30`) or a date-time (`2026-06-30T12:00:00Z`) and nothing else, as documented."""
    for form in ("%Y-%m-%d", "%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%dT%H:%M:%S"):
        try:
            return datetime.strptime(value, form).strftime("%Y-%m-%dT%H:%M:%SZ")
        except ValueError:
            continue
    raise unprocessable(f"{name} is neither a date nor a date-time", name)


def _repeat(found: list[Any]) -> list[Any]:
    """The list with every seventh record once more, some places later, as real searches give them."""
    made: list[Any] = []
    for n, record in enumerate(found):
        made.append(record)
        if n % 7 == 6 and n >= 12:
            made.append(found[n - 12])
    if 0 < len(found) < 13:
        made.append(found[0])
    return made


def read_body(request: Request, endpoint: Endpoint) -> Json:
    """The parameters in a search's body; no body is an empty one.

    Raises:
        ApiError: 400 for what is no JSON object, 422 for keys that the endpoint does not have.
    """
    try:
        params = orjson.loads(request.body) if request.body.strip() else {}
    except orjson.JSONDecodeError:
        raise ApiError(400, "The body is not JSON", "BadRequest") from None
    if not isinstance(params, dict):
        raise ApiError(400, "The body is not an object", "BadRequest")
    for name in ("institution", "group", "item_type", "project_id", "page", "page_size", "limit", "offset"):
        if isinstance(params.get(name), str):
            # In JSON a number is a number; only query strings have digits.
            paging.read_integer({name: [params[name]]}, name)
    _reject_unknown(params, endpoint)
    return params


def _reject_unknown(params: Json, endpoint: Endpoint) -> None:
    """Refuse keys of a search's body that it does not have.

    Raises:
        ApiError: 422 naming the first of them.
    """
    known = {*endpoint.filters, *paging.PAGING, "search_for", "order", "order_direction"}
    for name in params:
        if name not in known:
            raise unprocessable(f"extra keys not allowed: {name}", name)
