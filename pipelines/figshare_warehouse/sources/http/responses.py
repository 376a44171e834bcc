"""What a response of Figshare's is, and whether it is a good one."""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
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
    # One record: thousands of authors of 150 bytes, ten files, a long text.
    "article": 32 * _MB,
    # 1,000 files of 400 bytes.
    "files": 16 * _MB,
    "versions": 4 * _MB,
    # One number; 24 months or a year of days; 1,000 names.
    "usage_total": 1 * _MB,
    "usage_months": 1 * _MB,
    "usage_days": 1 * _MB,
    "usage_referrals": 4 * _MB,
    "usage_categories": 4 * _MB,
}
"""Bytes that a response of a kind can have at most, unpacked: many times what such a response has."""
LARGEST_OTHER = 64 * _MB
"""Bytes of any other answer: a million items of 20 bytes, 24 months of 200 countries with their cities."""
LARGEST_ERROR = 1 * _MB
"""Bytes of a response that is no success: a sentence, or a web page."""

_GZIP = b"\x1f"
UNPACKED_AT_ONCE = 2**18
"""Bytes that are unpacked in one step, before their number is looked at."""

# After an even number of backslashes, which stand for themselves. JSON has no other way to write it.
_NUL = re.compile(rb"(?<!\\)((?:\\\\)*)\\u0000")


@dataclass(frozen=True, slots=True)
class Answer:
    """A good response.

    Attributes:
        data: the decoded JSON, in the shape that was asked for where all of it fits; None when `is_unchanged`.
        cursor: the `X-Cursor` header, if there was one.
        etag: the `ETag` header, if there was one.
        is_unchanged: the version tag that was sent still holds (304).
    """

    data: Any
    cursor: str | None
    etag: str | None = None
    is_unchanged: bool = False


def read(
    status: int,
    headers: Mapping[str, str],
    content: bytes | bytearray,
    redacted: Callable[[str], str],
    decoder: msgspec.json.Decoder[Any] | None = None,
) -> Answer:
    """Returns what a response says.

    Args:
        status: the HTTP status.
        headers: the HTTP headers.
        content: the body.
        redacted: takes credentials out of a text: a response may repeat what was sent.
        decoder: as for `decoded`.

    Raises:
        BadResponse: it is not a good one.
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
    try:
        data = decoded(content, decoder)
    except (ValueError, RecursionError):
        kind = "HTML" if is_html(content) else "something that is not JSON"
        raise BadResponse(f"answered {status} with {kind}", status) from None
    return Answer(data, headers.get("X-Cursor"), headers.get("ETag"))


def largest(kind: str, status: int) -> int:
    """Returns how many bytes a response may have, unpacked.

    Args:
        kind: what was asked for.
        status: the HTTP status of the response.
    """
    return LARGEST_ERROR if status >= 300 else LARGEST.get(kind, LARGEST_OTHER)


def whole(parts: Iterable[bytes], packing: str, status: int, limit: int) -> bytearray:
    """Returns the body of a response, unpacked; never more than the limit is held.

    Args:
        parts: its parts, as they come.
        packing: the header `Content-Encoding`. Only gzip is asked for, and once.
        status: the HTTP status, for the message.
        limit: bytes that it may have.

    Raises:
        BadResponse: it is larger, or not packed as asked for, or cannot be unpacked.
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
    """The parts; what unpacks to nothing must end, too."""
    size = 0
    for part in parts:
        size += len(part)
        if size > limit:
            raise _too_large(status, limit)
        yield part


def _unpacked(parts: Iterable[bytes], status: int) -> Iterator[bytes]:
    """What was packed by gzip, step by step; what follows it and is no gzip is left out."""
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
        # All may have come in and not all be unpacked.
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
    """Returns what JSON says.

    Half a character (a lone surrogate), which is no text, becomes `?` and spoils nothing else. The character NUL is
    left out: PostgreSQL, R and C programs refuse a text that holds it, or cut it there.

    Args:
        content: the JSON.
        decoder: reads it into a class of records where all of it fits; else it becomes what Python has for it.

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
