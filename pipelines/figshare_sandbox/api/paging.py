"""Pages, offsets and cursors, with the limits that Figshare's documentation states."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

import orjson

from figshare_sandbox.api.messages import unprocessable

DEFAULT_SIZE = 10
MAX_SIZE = 1000
#: Entities beyond this need a cursor.
MAX_ENTITIES = 9000
DOCUMENTED_MAXIMUM = 5000
PAGING = ("page", "page_size", "limit", "offset")
_INTEGER = re.compile(r"[+-]?[0-9]{1,18}", re.ASCII)


@dataclass(slots=True, frozen=True)
class Page:
    """A part of a listing; with a `cursor` it starts after the cursor's place and not at `offset`."""

    offset: int
    limit: int
    cursor: Any = None


def read_integer(
    params: Mapping[str, Any], name: str, minimum: int | None = None, maximum: int | None = None
) -> int | None:
    """An integer parameter, of a query string or of a JSON body; None if it is not there.

    Raises:
        ApiError: 422 if it is no integer, or outside its bounds.
    """
    value = params.get(name)
    if value is None:
        return None
    if isinstance(value, str):
        if not _INTEGER.fullmatch(value):
            raise unprocessable(f"{name} is not an integer", name)
        value = int(value)
    elif isinstance(value, bool) or not isinstance(value, int):
        raise unprocessable(f"{name} is not an integer", name)
    if (minimum is not None and value < minimum) or (maximum is not None and value > maximum):
        raise unprocessable(f"{name} is out of bounds", name)
    return int(value)


def read_page(params: Mapping[str, Any], strict_maximums: bool = False) -> Page:
    """The part of a listing that is asked for.

    Raises:
        ApiError: 422 for both styles at once, values out of bounds, or a part beyond 9,000 entities.
    """
    ceiling = DOCUMENTED_MAXIMUM if strict_maximums else None
    page = read_integer(params, "page", 1, ceiling)
    page_size = read_integer(params, "page_size", 1, MAX_SIZE)
    limit = read_integer(params, "limit", 1, MAX_SIZE)
    offset = read_integer(params, "offset", 0, ceiling)
    if (page is not None or page_size is not None) and (limit is not None or offset is not None):
        raise unprocessable("page/page_size cannot be mixed with limit/offset")
    size = page_size or limit or DEFAULT_SIZE
    start = ((page or 1) - 1) * size if offset is None else offset
    if start + size > MAX_ENTITIES:
        raise unprocessable(f"only the first {MAX_ENTITIES} entities can be paged through; use X-Cursor beyond")
    return Page(start, size)


def read_cursor_page(params: Mapping[str, Any], cursor: str, fingerprint: str) -> Page:
    """The part after a cursor.

    Raises:
        ApiError: 422 for a cursor of another listing or none, or with `page` or `offset`.
    """
    for name in ("page", "offset"):
        if params.get(name) is not None:
            raise unprocessable(f"{name} cannot be used with X-Cursor", name)
    size = read_integer(params, "page_size", 1, MAX_SIZE)
    limit = read_integer(params, "limit", 1, MAX_SIZE)
    if size is not None and limit is not None:
        raise unprocessable("page/page_size cannot be mixed with limit/offset")
    return Page(0, size or limit or DEFAULT_SIZE, decode_cursor(cursor, fingerprint))


def fingerprint(name: str, filters: Mapping[str, Any]) -> str:
    """What binds a cursor to its listing: the endpoint and everything but the paging."""
    return _digest(orjson.dumps([name, {k: v for k, v in sorted(filters.items()) if k not in PAGING}]), 8).hex()


def encode_cursor(fingerprint: str, place: Any) -> str:
    """A cursor for a place in a listing: opaque, and good for any later time."""
    payload = orjson.dumps([fingerprint, place])
    return base64.urlsafe_b64encode(_digest(payload, 6) + payload).decode()


def decode_cursor(cursor: str, fingerprint: str) -> Any:
    """The place a cursor stands for.

    Raises:
        ApiError: 422 if it was not made here, or for another listing.
    """
    try:
        raw = base64.b64decode(cursor.encode("ascii"), altchars=b"-_", validate=True)
    except ValueError:
        raw = b""
    if len(raw) <= 6 or _digest(raw[6:], 6) != raw[:6]:
        raise unprocessable("unknown X-Cursor", "X-Cursor")
    bound_to, place = orjson.loads(raw[6:])
    if bound_to != fingerprint:
        raise unprocessable("X-Cursor belongs to other filters", "X-Cursor")
    return place


def _digest(data: bytes, size: int) -> bytes:
    return blake2b(data, digest_size=size, person=b"sandbox").digest()
