"""What an answer of Figshare's is, and whether it is a good one."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import msgspec
import orjson

from pipelines.figshare.failures import BadAnswer, is_html, said
from pipelines.figshare.retries import LONGEST_WAIT, RETRIED_STATUSES, retry_after
from pipelines.figshare.shapes import decoder_of

LARGEST_ANSWER = 2**28
"""Bytes; a page of a thousand articles has about one million."""
LONGEST_ANSWER = 10
"""An answer whose parts each come in time may take so many times the timeout in all."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A good answer.

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
    content: bytes,
    redacted: Callable[[str], str],
    shape: type | None = None,
) -> Answer:
    """Returns what an answer says.

    Args:
        status: the HTTP status.
        headers: the HTTP headers.
        content: the body.
        redacted: takes credentials out of a text: an answer may repeat what was sent.
        shape: as for `decoded`.

    Raises:
        BadAnswer: it is not a good one.
    """
    if status in RETRIED_STATUSES:
        wait = retry_after(headers.get("Retry-After"))
        if wait is not None and wait > LONGEST_WAIT:
            asks = f"answered {status} and asks to wait {wait:.0f} seconds; run it again after that"
            raise BadAnswer(asks, status, wait=wait)
        raise BadAnswer(f"answered {status}{said(content, redacted)}", status, wait=wait)
    if status == 304:
        return Answer(None, None, headers.get("ETag"), is_unchanged=True)
    if 300 <= status < 400:
        raise BadAnswer(f"answered {status}, a redirect; check the base address", status, again=False)
    if status >= 400:
        raise BadAnswer(
            f"answered {status}{said(content, redacted)}", status, again=False, is_json=content.lstrip()[:1] == b"{"
        )
    try:
        data = decoded(content, shape)
    except (ValueError, RecursionError):
        kind = "HTML" if is_html(content) else "something that is not JSON"
        raise BadAnswer(f"answered {status} with {kind}", status) from None
    return Answer(data, headers.get("X-Cursor"), headers.get("ETag"))


def whole(parts: Iterable[bytes], started: float, timeout: float) -> bytes:
    """Returns the body of an answer.

    Args:
        parts: its parts, unpacked, as they come.
        started: when it was asked for, as `time.monotonic` tells it.
        timeout: seconds that a part may take.

    Raises:
        BadAnswer: it does not end, or unpacks to more than memory should hold.
    """
    content = bytearray()
    for part in parts:
        content += part
        if len(content) > LARGEST_ANSWER:
            raise BadAnswer(f"answered with more than {LARGEST_ANSWER // 2**20:,} MB", again=False)
        if time.monotonic() - started > LONGEST_ANSWER * timeout:
            raise BadAnswer(f"did not end its answer within {LONGEST_ANSWER * timeout:g} seconds")
    return bytes(content)


def decoded(content: bytes, shape: type | None = None) -> Any:
    """Returns what JSON says.

    Half a character (a lone surrogate), which is no text, becomes `?` and spoils nothing else.

    Args:
        content: the JSON.
        shape: the class of records (`pipelines.figshare.shapes`) that it is read as where all of it fits; else it
            becomes what Python has for it.

    Raises:
        ValueError: it is not JSON.
        RecursionError: it is nested too deep.
    """
    if shape is not None:
        decoder = decoder_of(shape)
        with suppress(msgspec.DecodeError, ValueError, RecursionError):
            return decoder.decode(content)
    try:
        return orjson.loads(content)
    except orjson.JSONDecodeError:
        return orjson.loads(json.dumps(json.loads(content), ensure_ascii=False).encode("utf-8", "replace"))
