"""Conversion of one JSON value into a column's value; a value that does not fit is reported, never raised."""

from __future__ import annotations

import html
import re
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import msgspec
import orjson

from figshare_warehouse.tables import Column

LARGEST = 2**53
"""Every JSON reader agrees on whole numbers up to this (RFC 8259, section 6). A larger one is neither a count nor a
size, and sums of it would overflow their columns."""

_WHOLE = range(-LARGEST, LARGEST + 1)

# Elements that occur in titles (HTML Living Standard); other text in angle brackets is the author's. Browsers start a
# new line or cell at the first group, and show no gap at the second.
_BREAKING = "blockquote|br|center|dd|div|dl|dt|h[1-6]|hr|li|ol|p|pre|table|tbody|td|th|thead|tr|ul"
_INLINE = "a|abbr|b|big|cite|code|em|font|i|img|mark|q|s|script|small|span|strike|strong|style|sub|sup|tt|u"
_TAG = re.compile(rf"</?(?:(?P<breaking>{_BREAKING})|{_INLINE})(?:\s[^<>]*)?/?>", re.IGNORECASE)


def plain_text(text: str | None) -> str | None:
    """Returns HTML as plain text.

    Tags are dropped (those that separate words, such as `<br>`, become a space), entities are resolved, and white space
    is folded to single spaces.
    """
    if text is None:
        return None
    if "<" in text:
        text = _TAG.sub(lambda tag: " " if tag["breaking"] else "", text)
    if "&" in text:
        text = html.unescape(text)
    return " ".join(text.split())


def to_timestamp(value: Any) -> datetime | None:
    """Returns an ISO 8601 date or date-time as a naive UTC datetime; None if it is not one. The default zone is UTC."""
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value.strip().rstrip("Z"))
        return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment
    except (ValueError, OverflowError):
        return None


def convert(column: Column, value: Any) -> tuple[Any, bool]:
    """Returns the value for the column and whether it fitted; a value that can be converted is kept, too."""
    if value is None:
        return None, True
    if column.is_json:
        text = json_text(value)
        return text, text is not None
    match column.type:
        case "text":
            return _text(value)
        case "bigint":
            return _bigint(value)
        case "bool":
            return _bool(value)
        case "timestamp":
            moment = to_timestamp(value)
            return moment, moment is not None or value == ""
        case "date":
            moment = to_timestamp(value)
            return moment.date() if moment else None, moment is not None or value == ""


def json_text(value: Any) -> str | None:
    """Returns a value as JSON; None where it is nested too deep."""
    try:
        return orjson.dumps(value).decode()
    except orjson.JSONEncodeError:
        # Integers over 64 bits, as orjson reads them.
        with suppress(orjson.JSONEncodeError, RecursionError):
            return orjson.dumps(orjson.loads(msgspec.json.encode(value))).decode()
        return None


def _text(value: Any) -> tuple[str | None, bool]:
    if isinstance(value, str):
        return value, True
    return json_text(value), False


def _bigint(value: Any) -> tuple[int | None, bool]:
    if isinstance(value, int) and not isinstance(value, bool):
        return (value, True) if value in _WHOLE else (None, False)
    if isinstance(value, float) and value.is_integer() and int(value) in _WHOLE:
        return int(value), False
    if isinstance(value, str) and re.fullmatch(r"-?[0-9]{1,18}", value) and int(value) in _WHOLE:
        return int(value), False
    return None, value == ""


def _bool(value: Any) -> tuple[bool | None, bool]:
    if isinstance(value, bool):
        return value, True
    if value in (0, 1) and isinstance(value, int):
        return bool(value), True
    if isinstance(value, str) and value.lower() in ("true", "false"):
        return value.lower() == "true", False
    return None, value == ""
