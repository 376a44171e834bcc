"""The statistics API: totals, timelines, breakdowns, top lists and counts."""

from __future__ import annotations

import base64
import re
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any
from zlib import crc32

import orjson

from figshare_sandbox.api.messages import ApiError, Request, Response, json_response
from figshare_sandbox.world.figures import GRANULARITIES, KINDS, Places, periods
from figshare_sandbox.world.model import Item
from figshare_sandbox.world.usage import COUNTERS

if TYPE_CHECKING:
    from figshare_sandbox.world.world import World

#: Longer windows are silently cut, at so many years before their end.
WINDOW_YEARS = {"day": 1, "month": 2, "year": 5, "total": 1}
DEFAULT_MONTHS = 25
MAX_CITIES = 10
MAX_COUNTRIES = 200
_SUB_ITEMS = ("category", "item_type", "referral")
_REFERRALS = (
    ("scholar.google.com", 41),
    ("www.google.com", 27),
    ("direct", 17),
    ("doi.org", 9),
    ("en.wikipedia.org", 6),
)
_WHAT = "total|timeline|breakdown|top|count"
# A portal is not one of these words: `/timeline/total/...` is no total of a portal named timeline.
_ROUTE = re.compile(rf"(?:/(?!(?:{_WHAT})/)(?P<portal>[a-z0-9_-]+))?/(?P<what>{_WHAT})/(?P<rest>.+)", re.ASCII)


def years_before(day: date, years: int) -> date:
    """The same day some years before; 28 February for 29 February."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


def _shuffled(content: dict[str, Any]) -> dict[str, Any]:
    """The same content with keys in no order, as the service gives them."""
    return dict(sorted(content.items(), key=lambda pair: crc32(pair[0].encode())))


class Stats:
    """Answers requests below `/stats`. Callers hold the world's lock."""

    def __init__(self, world: World, username: str, password: str) -> None:
        self._world = world
        self._credentials = f"{username}:{password}"
        self._kept: dict[Any, Any] = {}
        self._kept_revision = -1

    def answer(self, request: Request) -> Response:
        """The response to a request; its path is without the prefix."""
        try:
            return self._answer(request)
        except ApiError as error:
            return error.response()

    def _answer(self, request: Request) -> Response:
        match = _ROUTE.fullmatch(request.path)
        if match is None or request.method != ("POST" if match["what"] == "count" else "GET"):
            raise _no_endpoint(request)
        portal, what, rest = match["portal"], match["what"], match["rest"].split("/")
        if portal is not None and portal != self._world.portal:
            raise _no_endpoint(request)
        if what == "count":
            return self._count(request, rest)
        if portal and what != "total":
            self._authorize(request)
        scope = self._scope(portal)
        if what == "total" and len(rest) == 3:
            counter, kind, number = self._subject(request, rest[0], rest[1], rest[2])
            # Without dates a total is all there ever was.
            return json_response({"totals": self._world.figures.total(counter, kind, number, scope)})
        if what == "top" and len(rest) == 2:
            return self._top(request, rest[0], rest[1], scope)
        if what in {"timeline", "breakdown"} and len(rest) == 4 and rest[0] in GRANULARITIES:
            subject = self._subject(request, rest[1], rest[2], rest[3])
            return self._over_time(request, what, rest[0], subject, portal, scope)
        raise _no_endpoint(request)

    def _authorize(self, request: Request) -> None:
        scheme, _, given = request.headers.get("Authorization", "").partition(" ")
        try:
            credentials = base64.b64decode(given, validate=True).decode()
        except ValueError:
            credentials = ""
        if scheme.lower() != "basic" or credentials != self._credentials:
            raise ApiError(403, "Unauthorized request", "Forbidden")

    def _scope(self, portal: str | None) -> Callable[[Item], bool] | None:
        institution = self._world.institution_id
        return (lambda item: item.institution == institution) if portal else None

    def _subject(self, request: Request, counter: str, kind: str, number: str) -> tuple[str, str, int]:
        if counter not in COUNTERS or kind not in KINDS or not re.fullmatch(r"\d{1,15}", number, re.ASCII):
            raise _no_endpoint(request)
        return counter, kind, int(number)

    # Over time

    def _window(self, request: Request, granularity: str | None, is_timeline: bool = False) -> tuple[date, date]:
        """The window that is answered, which may be shorter than the one asked for."""
        start, end = _read_date(request, "start_date"), _read_date(request, "end_date")
        end = end or self._world.today
        if start is None:
            first = end.replace(day=1)
            for _ in range(DEFAULT_MONTHS - 1):
                first = (first - timedelta(days=1)).replace(day=1)
            start = first
            if granularity == "month" and "end_date" not in request.query:
                return start, end  # this long without dates, as has been observed
        years = None if granularity is None else WINDOW_YEARS[granularity]
        if is_timeline and granularity == "month":
            years = self._world.timeline_years
        if years is not None:
            start = max(start, years_before(end, years))
        return start, end

    def _over_time(
        self, request: Request, what: str, granularity: str, subject: tuple[str, str, int], portal: str | None,
        scope: Callable[[Item], bool] | None,
    ) -> Response:  # fmt: skip
        start, end = self._window(request, granularity, is_timeline=what == "timeline")
        sub_item, sub_id = request.query.get("sub_item"), request.query.get("sub_item_id")
        if sub_item is not None and sub_id is None:
            missing = {"missing_params": "sub_item_id"}
            raise ApiError(400, "Missing required params: sub_item_id", "MissingParams", missing)
        keep = _both(scope, _sub_filter(sub_item, sub_id))
        key = (what, granularity, subject, start, end, portal, sub_item, sub_id, self._world.group_usage_factor)
        if self._kept_revision != self._world.revision:
            self._kept, self._kept_revision = {}, self._world.revision
        found = self._kept.get(key)
        if found is None:
            counter, kind, number = subject
            items = self._world.figures.items(kind, number, keep)
            spans = periods(start.toordinal(), end.toordinal(), granularity)
            if what == "timeline":
                series = self._world.figures.series(counter, items, spans, kind)
                found = orjson.dumps({"timeline": _shuffled(series) or None})
            else:
                places = self._world.figures.places(counter, items, spans, kind)
                found = orjson.dumps({"breakdown": _shuffled({key: _countries(p) for key, p in places.items()})})
            if len(items) > 20:
                self._kept[key] = found
        return Response(200, found)

    # Top lists

    def _top(self, request: Request, counter: str, kind: str, scope: Callable[[Item], bool] | None) -> Response:
        world, query = self._world, request.query
        if counter not in COUNTERS or kind not in KINDS:
            raise _no_endpoint(request)
        count = _read_number(request, "count", 10)
        if world.top_max_count is not None:
            count = min(count, world.top_max_count)
        sub_item = query.get("sub_item")
        if sub_item is None and (world.top_ignores_dates or not {"start_date", "end_date"} & set(query)):
            first, last = date(2008, 1, 1), world.today
        elif sub_item is not None and "start_date" not in query:
            last = _read_date(request, "end_date") or world.today
            first = last.replace(day=1)
        else:
            first, last = self._window(request, None)
        figures = world.figures
        low, high = first.toordinal(), last.toordinal()
        if sub_item is not None:
            found = self._top_sub(request, counter, kind, sub_item, (low, high), scope)
        else:
            totals = ((str(n), figures.between(counter, kind, n, low, high, scope)) for n in figures.ids(kind))
            found = Counter({n: total for n, total in totals if total > 0})
        best = sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))[:count]
        top = _shuffled(dict(best))
        return json_response(top if world.top_lists_are_bare and scope is None else {"top": top})

    def _top_sub(
        self, request: Request, counter: str, kind: str, sub_item: str, days: tuple[int, int],
        scope: Callable[[Item], bool] | None,
    ) -> Counter[str]:  # fmt: skip
        if sub_item not in _SUB_ITEMS:
            raise ApiError(400, f"sub_item must be one of {', '.join(_SUB_ITEMS)}", "InvalidParams")
        figures = self._world.figures
        if "item_id" in request.query:
            items = figures.items(kind, _read_number(request, "item_id", 0), scope)
        else:
            seen = {i.id: i for number in figures.ids(kind) for i in figures.items(kind, number, scope)}
            items = list(seen.values())
        found: Counter[str] = Counter()
        for item in items:
            n = figures.between(counter, "article", item.id, *days)
            if n and sub_item == "category":
                for number in {c["id"] for c in item.detail.get("categories") or ()}:
                    found[str(number)] += n
            elif n and sub_item == "item_type":
                found[item.detail["defined_type_name"]] += n
            elif n:
                running = given = 0
                for site, weight in _REFERRALS:
                    running += weight
                    found[site] += n * running // 100 - given
                    given = n * running // 100
        return +found

    def _count(self, request: Request, rest: list[str]) -> Response:
        """How many public articles each of some groups has."""
        if rest != ["articles"]:
            raise _no_endpoint(request)
        try:
            numbers = [group["id"] for group in orjson.loads(request.body)["groups"]]
        except (orjson.JSONDecodeError, KeyError, TypeError):
            raise ApiError(
                400, "Missing required params: groups", "MissingParams", {"missing_params": "groups"}
            ) from None
        if not all(type(number) is int for number in numbers):
            raise ApiError(400, "A group's id is an integer", "InvalidParams")
        found = {}
        for number in numbers:
            if self._world.count_includes_subgroups:
                items = [i for i in self._world.figures.items("group", number) if i.state == "public"]
            else:
                public = (i for i in self._world.items.values() if i.state == "public")
                items = [i for i in public if i.detail.get("group_id") == number]
            found[str(number)] = len(items)
        return json_response(found)


def _no_endpoint(request: Request) -> ApiError:
    return ApiError(404, f"No such endpoint: {request.path}", "NotFound")


def _read_date(request: Request, name: str) -> date | None:
    text = request.query.get(name)
    if text is None:
        return None
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII):
        try:
            return date.fromisoformat(text)
        except ValueError:
            pass
    raise ApiError(400, f"{name} is not a date", "InvalidParams", {"parameters": dict(request.query)})


def _read_number(request: Request, name: str, default: int) -> int:
    text = request.query.get(name, str(default))
    if not re.fullmatch(r"\d{1,15}", text, re.ASCII):
        raise ApiError(400, f"{name} is not a number", "InvalidParams", {"parameters": dict(request.query)})
    return int(text)


def _both(one: Callable[[Item], bool] | None, other: Callable[[Item], bool] | None) -> Callable[[Item], bool] | None:
    if one is None or other is None:
        return one or other
    return lambda item: one(item) and other(item)


def _sub_filter(sub_item: str | None, sub_id: str | None) -> Callable[[Item], bool] | None:
    if sub_item is None:
        return None
    if sub_item == "category":
        return lambda i: any(str(c["id"]) == sub_id for c in i.detail.get("categories") or ())
    if sub_item == "item_type":
        return lambda i: sub_id in (str(i.detail["defined_type"]), i.detail["defined_type_name"])
    raise ApiError(400, "sub_item must be one of category, item_type", "InvalidParams")


def _countries(places: Places) -> dict[str, dict[str, int]]:
    """Countries with their cities and a total; small cities and countries beyond the limits are left out."""
    totals: Counter[str] = Counter()
    cities: dict[str, dict[str, int]] = {}
    for (country, city), n in places.items():
        totals[country] += n
        cities.setdefault(country, {})[city] = n
    kept = sorted(totals.items(), key=lambda pair: (-pair[1], pair[0]))[:MAX_COUNTRIES]
    made: dict[str, Any] = {}
    for country, total in kept:
        largest = sorted(cities[country].items(), key=lambda pair: (-pair[1], pair[0]))[:MAX_CITIES]
        made[country] = _shuffled({**dict(largest), "total": total})
    return _shuffled(made)
