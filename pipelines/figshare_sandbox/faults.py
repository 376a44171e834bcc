"""Faults: what goes wrong between a client and Figshare, on demand."""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass
from dataclasses import field as attribute
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from random import Random
from typing import Any

import orjson

from figshare_sandbox.api.messages import BAD_GATEWAY_PAGE, Request, Response

KINDS = (
    "status", "html", "reset", "half_body", "bad_json", "slow", "empty_page", "moved_item", "unknown_field",
    "changed_type",
)  # fmt: skip
#: Kinds of which only the first that applies to a request does anything.
_ANSWERS = {"status", "html", "reset", "half_body", "bad_json", "empty_page"}


@dataclass
class Fault:
    """Something that goes wrong.

    Attributes:
        kind: `status` (any code, JSON body), `html` (an HTML page with `status`, 502 unless given), `reset` (the
            connection is reset before any response), `half_body` (half the response, then the connection closes),
            `bad_json` (cut short, but complete for HTTP), `slow` (`seconds` late), `empty_page` (an empty list although
            more follow), `moved_item` (while one pages, the item that is next goes to the front of its listing, or the
            listing's first to the back: see `to`), `unknown_field` (`name` and `value` in every record),
            `changed_type` (`field` becomes `value`).
        status: The status of `status` and `html`.
        retry_after: Seconds, `"HTTP-date"` for a date one second ahead, or any text, for `Retry-After`.
        path: A regular expression to be found in the path, prefix included.
        query: One to be found in the query string (`name=value&…`, decoded).
        method: Only requests of this method.
        times: How often it happens; None for always.
        after: How many matching requests go well before.
        probability: The share of matching requests it happens to, drawn with `seed`.
        seed: For the drawing.
        seconds: How late `slow` is.
        name: The new field of `unknown_field`.
        field: The field that `changed_type` changes.
        value: What `unknown_field` and `changed_type` put there.
        to: Where an item of `moved_item` goes, `front` or `back`.
        happened: How often it has happened.
    """

    kind: str
    status: int | None = None
    retry_after: float | str | None = None
    path: str = ""
    query: str = ""
    method: str | None = None
    times: int | None = None
    after: int = 0
    probability: float = 1.0
    seed: int = 0
    seconds: float = 1.0
    name: str = "unheard_of"
    field: str = ""
    value: Any = None
    to: str = "front"
    happened: int = attribute(default=0, init=False)
    _seen: int = attribute(default=0, init=False, repr=False)
    _rng: Random = attribute(init=False, repr=False)
    _path: re.Pattern[str] = attribute(init=False, repr=False)
    _query: re.Pattern[str] = attribute(init=False, repr=False)

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"no fault {self.kind!r}; there are {', '.join(KINDS)}")
        if self.to not in {"front", "back"}:
            raise ValueError("an item moves to the front or to the back")
        self._rng = Random(self.seed)
        self._path, self._query = re.compile(self.path), re.compile(self.query)

    def strikes(self, request: Request) -> bool:
        """Whether it happens to this request; counts along."""
        if self.times is not None and self.happened >= self.times:
            return False
        if self.method is not None and request.method != self.method:
            return False
        if not self._path.search(request.path):
            return False
        if self.query and not self._query.search("&".join(f"{k}={v}" for k, v in request.query.items())):
            return False
        self._seen += 1
        if self._seen <= self.after or (self.probability < 1 and self._rng.random() >= self.probability):
            return False
        self.happened += 1
        return True

    def spoil(self, request: Request, response: Response) -> Response:
        """The response it turns `response` into."""
        if self.kind == "status":
            status = self.status or 500
            body = {"message": f"Fault {status}", "code": "Fault"}
            return Response(status, orjson.dumps(body), self._retry_header())
        if self.kind == "html":
            return Response(self.status or 502, BAD_GATEWAY_PAGE, self._retry_header(), "text/html; charset=UTF-8")
        if self.kind == "bad_json":
            cut = response.body[: max(1, len(response.body) * 2 // 3)] + b'{"'
            return Response(response.status, cut, response.headers)
        if response.status != 200:
            return response
        content = orjson.loads(response.body)
        if self.kind == "empty_page":
            if isinstance(content, list):
                # The place is not lost: the same cursor asked for again gives what was withheld.
                headers = {k: v for k, v in response.headers.items() if k != "X-Cursor"}
                if "X-Cursor" in response.headers and "X-Cursor" in request.headers:
                    headers["X-Cursor"] = request.headers["X-Cursor"]
                return Response(200, b"[]", headers)
            return response
        for record in content if isinstance(content, list) else [content]:
            if isinstance(record, dict):
                if self.kind == "unknown_field":
                    record[self.name] = self.value
                elif self.field in record:
                    record[self.field] = self.value
        return Response(200, orjson.dumps(content), response.headers)

    def _retry_header(self) -> dict[str, str]:
        if self.retry_after is None:
            return {}
        if self.retry_after == "HTTP-date":
            moment = datetime.now(UTC) + timedelta(seconds=1)
            return {"Retry-After": format_datetime(moment, usegmt=True)}
        return {"Retry-After": f"{self.retry_after:g}" if not isinstance(self.retry_after, str) else self.retry_after}


@dataclass(slots=True)
class Damage:
    """What happens to one response: it is late, changed, cut short or cut off."""

    late: float = 0.0
    cut: str | None = None
    faults: list[Fault] = attribute(default_factory=list)


class Faults:
    """The faults that are on; may be changed from any thread at any time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._faults: list[Fault] = []
        self._moving: list[Fault] = []
        self._moves: dict[str, list[tuple[int, str]]] = {}

    def add(self, *faults: Fault) -> None:
        """Turn faults on."""
        with self._lock:
            self._faults += faults

    def clear(self) -> None:
        """Turn all faults off; moved items go back to their places."""
        with self._lock:
            self._faults, self._moving, self._moves = [], [], {}

    def __len__(self) -> int:
        return len(self._faults)

    def damage(self, request: Request) -> Damage:
        """What happens to a request (its path with the prefix)."""
        damage = Damage()
        self._moving = []
        if not self._faults:
            return damage
        with self._lock:
            answered = False
            for fault in self._faults:
                if fault.kind == "moved_item":
                    # Whether it happens is known when the listing is: it needs a page that is not the first.
                    if ("X-Cursor" in request.headers or _later_page(request)) and fault.strikes(request):
                        self._moving.append(fault)
                    continue
                if (fault.kind in _ANSWERS and answered) or not fault.strikes(request):
                    continue
                answered = answered or fault.kind in _ANSWERS
                if fault.kind == "slow":
                    damage.late += fault.seconds
                elif fault.kind in {"reset", "half_body"}:
                    damage.cut = fault.kind
                else:
                    damage.faults.append(fault)
        return damage

    def rearrange(self, mark: str, found: list[Any], start: int) -> list[Any]:
        """A listing with the items moved that faults moved; `start` is where the page begins that is asked for."""
        while self._moving:
            fault = self._moving.pop()
            if found and start < len(found):
                item = found[start] if fault.to == "front" else found[0]
                self._moves.setdefault(mark, []).append((item.id, fault.to))
        for number, to in self._moves.get(mark, ()):
            moved = [item for item in found if item.id == number]
            rest = [item for item in found if item.id != number]
            found = moved + rest if to == "front" else rest + moved
        return found


def _later_page(request: Request) -> bool:
    params: dict[str, Any] = request.query
    if request.method == "POST":
        try:
            params = orjson.loads(request.body)
        except orjson.JSONDecodeError:
            return False
    try:
        return int(params.get("page") or 1) > 1 or int(params.get("offset") or 0) > 0
    except (AttributeError, TypeError, ValueError):
        return False
