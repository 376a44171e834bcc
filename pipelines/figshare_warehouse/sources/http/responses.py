"""Figshare's responses: limits of their size, decoding, and whether they are good."""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import msgspec
import orjson

from figshare_warehouse.sources.http.errors import BadResponse, is_html, said
from figshare_warehouse.sources.http.retries import LONGEST_WAIT, RETRIED_STATUSES, retry_after

_MB = 2**20
LARGEST = {
    # A page of 1,000 light records, of about 1 kB each; titles can be long.
    "listing": 32 * _MB,
    "search": 32 * _MB,
    # One record: thousands of authors at 150 bytes, ten files, a long text.
    "article": 32 * _MB,
    # 1,000 files at 400 bytes.
    "files": 16 * _MB,
    "versions": 4 * _MB,
    # One number; 24 months or a year of days; 1,000 names.
    "usage_total": 1 * _MB,
    "usage_months": 1 * _MB,
    "usage_days": 1 * _MB,
    "usage_referrals": 4 * _MB,
    "usage_categories": 4 * _MB,
}
"""Kind of request → most bytes of its response, unpacked: many times the usual size."""
LARGEST_OTHER = 64 * _MB
"""Most bytes of any other response: a million items at 20 bytes, 24 months of 200 countries with their cities."""
LARGEST_ERROR = 1 * _MB
"""Most bytes of an error response: a sentence, or a web page."""

_GZIP = b"\x1f"
UNPACKED_AT_ONCE = 2**18
"""Bytes that are unpacked in one step, before the size is checked."""

# After an even number of backslashes, which are literal. JSON has no other way to write it.
_NUL = re.compile(rb"(?<!\\)((?:\\\\)*)\\u0000")


@dataclass(frozen=True, slots=True)
class Answer:
    """A good response.

    Attributes:
        data: the decoded JSON, in the requested class where all of it fits; None when `is_unchanged`.
        cursor: the `X-Cursor` header, if any.
        etag: the `ETag` header, if any.
        is_unchanged: the version tag that was sent is still current (304).
        answered_at: when it was given, by the server's clock (the `Date` header; UTC, naive); None when not said.
    """

    data: Any
    cursor: str | None
    etag: str | None = None
    is_unchanged: bool = False
    answered_at: datetime | None = None


def read(
    status: int,
    headers: Mapping[str, str],
    content: bytes | bytearray,
    redacted: Callable[[str], str],
    decoder: msgspec.json.Decoder[Any] | None = None,
    is_text: bool = False,
) -> Answer:
    """Returns a response if it is a good one.

    Args:
        status: the HTTP status.
        headers: the HTTP headers.
        content: the body.
        redacted: removes the credentials from a text: a response may repeat what was sent.
        decoder: as for `decoded`.
        is_text: it is text, in UTF-8, not JSON.

    Raises:
        BadResponse: it is not.
    """
    if status in RETRIED_STATUSES:
        wait = retry_after(headers.get("Retry-After"))
        if wait is not None and wait > LONGEST_WAIT:
            asks = f"answered {status} and asks to wait {wait:.0f} seconds; run it again after that"
            raise BadResponse(asks, status, wait=wait)
        raise BadResponse(f"answered {status}{said(content, redacted)}", status, wait=wait)
    if status == 304:
        return Answer(None, None, headers.get("ETag"), is_unchanged=True)
    if 300 <= status < 400:
        raise BadResponse(f"answered {status}, a redirect; check the base address", status, again=False)
    if status >= 400:
        raise BadResponse(
            f"answered {status}{said(content, redacted)}",
            status,
            again=False,
            is_json=content[:64].lstrip()[:1] == b"{",
        )
    if is_text:
        return Answer(content.decode("utf-8", "replace"), None)
    try:
        data = decoded(content, decoder)
    except (ValueError, RecursionError):
        kind = "HTML" if is_html(content) else "something that is not JSON"
        raise BadResponse(f"answered {status} with {kind}", status) from None
    return Answer(data, headers.get("X-Cursor"), headers.get("ETag"), answered_at=_moment(headers.get("Date")))


def _moment(date: str | None) -> datetime | None:
    """A date of HTTP in UTC; None for none, and for what is no date."""
    try:
        moment = parsedate_to_datetime(date or "")
        return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment
    except (ValueError, TypeError, OverflowError):
        return None


def largest(kind: str, status: int) -> int:
    """Returns the most bytes that a response may have, unpacked.

    Args:
        kind: the kind of request.
        status: the HTTP status of the response.
    """
    return LARGEST_ERROR if status >= 300 else LARGEST.get(kind, LARGEST_OTHER)


def whole(parts: Iterable[bytes], packing: str, status: int, limit: int) -> bytearray:
    """Returns the unpacked body of a response; never more than the limit is in memory.

    Args:
        parts: its parts, as they arrive.
        packing: the header `Content-Encoding`. Only gzip is accepted, and only once.
        status: the HTTP status, for messages.
        limit: most bytes.

    Raises:
        BadResponse: it is larger, has another encoding, or cannot be unpacked.
    """
    packing = packing.strip().lower()
    if packing not in ("", "identity", "gzip", "x-gzip"):
        raise BadResponse(f"answered {status} in a packing that was not asked for", status, again=False)
    content = bytearray()
    for part in _unpacked(_within(parts, status, limit), status) if packing.endswith("gzip") else parts:
        content += part
        if len(content) > limit:
            raise _too_large(status, limit)
    return content


def _within(parts: Iterable[bytes], status: int, limit: int) -> Iterator[bytes]:
    """The parts, with a limit for data that unpack to nothing."""
    size = 0
    for part in parts:
        size += len(part)
        if size > limit:
            raise _too_large(status, limit)
        yield part


def _unpacked(parts: Iterable[bytes], status: int) -> Iterator[bytes]:
    """Unpacks gzip step by step; other data after it are ignored."""
    unpacker = None
    try:
        for part in parts:
            while part:
                if unpacker is None or unpacker.eof:
                    if unpacker is not None and part[:1] != _GZIP:
                        break
                    unpacker = zlib.decompressobj(16 + zlib.MAX_WBITS)
                yield unpacker.decompress(part, UNPACKED_AT_ONCE)
                part = unpacker.unconsumed_tail or unpacker.unused_data
        # There may be input left to unpack.
        while unpacker is not None and not unpacker.eof:
            rest = unpacker.decompress(b"", UNPACKED_AT_ONCE)
            if not rest and not unpacker.eof:
                raise BadResponse("sent only part of its response", status)
            yield rest
    except zlib.error:
        raise BadResponse(f"answered {status} with something that cannot be unpacked", status) from None


def _too_large(status: int, limit: int) -> BadResponse:
    return BadResponse(f"answered {status} with more than {limit // _MB:,} MB", status, again=False)


def decoded(content: bytes | bytearray, decoder: msgspec.json.Decoder[Any] | None = None) -> Any:
    """Returns the decoded JSON.

    A lone surrogate (half a character) becomes `?`. NUL characters are removed: PostgreSQL, R and C programs refuse or
    cut a text that holds one.

    Args:
        content: the JSON.
        decoder: decodes it into a class of records where all of it fits; otherwise it becomes plain Python values.

    Raises:
        ValueError: it is not JSON.
        RecursionError: it is nested too deep.
    """
    if b"\\u0000" in content:
        content = _NUL.sub(rb"\1", content)
    if decoder is not None:
        with suppress(msgspec.DecodeError, ValueError, RecursionError):
            return decoder.decode(content)
    try:
        return orjson.loads(content)
    except orjson.JSONDecodeError:
        return orjson.loads(json.dumps(json.loads(content), ensure_ascii=False).encode("utf-8", "replace"))
