"""Errors of requests and their messages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import orjson

from figshare_warehouse.errors import FigshareWarehouseError
from figshare_warehouse.exit_statuses import ExitStatus

LONGEST_MESSAGE = 200
"""Most characters of Figshare's message that are shown."""


class RequestError(FigshareWarehouseError):
    """A request that failed for good.

    Attributes:
        path: the path below the base address.
        status: HTTP status of the last response; None when there was no response.
        tries: how often it was tried.
    """

    def __init__(self, message: str, path: str, status: int | None, tries: int) -> None:
        super().__init__(message)
        self.path = path
        self.status = status
        self.tries = tries


def unusable(base_url: str | None, path: str, what: str) -> RequestError:
    """Returns the error for a successful response that cannot be used.

    Args:
        base_url: the API's base address.
        path: the path below it.
        what: what is wrong, to follow the address: `answered without a list`.
    """
    return RequestError(f"{base_url}{path} {what}.", path, 200, 1)


class NotFoundError(RequestError):
    """Figshare does not have it, or does not show it (404)."""


class DeniedError(RequestError):
    """This is refused without credentials, or with these (401, 403): the Stats API's, or an internal record."""


class OutageError(FigshareWarehouseError):
    """Figshare no longer responds."""


class StoppedError(FigshareWarehouseError):
    """The client was stopped, or reached a limit; the request was not made."""

    exit_code = ExitStatus.STOPPED
    is_failure = False


@dataclass(slots=True)
class BadResponse(Exception):
    """One failed try.

    Attributes:
        message: what happened, to follow the address: `answered 500`.
        status: the HTTP status; None when there was no response.
        again: whether another try can help.
        wait: seconds that the server asks to wait before it.
        is_json: whether it is Figshare's own error and not a gateway's.
    """

    message: str
    status: int | None = None
    again: bool = True
    wait: float | None = None
    is_json: bool = False


def is_html(content: bytes | bytearray) -> bool:
    """Returns whether a response is a web page instead of JSON."""
    return content[:64].lstrip()[:1] == b"<"


def said(content: bytes | bytearray, redacted: Callable[[str], str]) -> str:
    """Returns the message of a JSON error body in quotation marks, or nothing; shortened, on one line.

    Figshare's has a `message`; DataCite's has `errors`, a list or a single one, with a `title` each.

    The message is foreign text: control characters are removed. It may repeat what was sent, so credentials are
    removed before it is shortened, and again once it is on one line.

    Args:
        content: the body.
        redacted: removes the credentials from a text.
    """
    try:
        body = orjson.loads(content)
        if "message" in body:
            message = body["message"]
        else:
            errors = body["errors"]
            message = (errors[0] if isinstance(errors, list) else errors)["title"]
    except (orjson.JSONDecodeError, KeyError, IndexError, TypeError):
        return " with an HTML page" if is_html(content) else ""
    line = "".join(c for c in " ".join(redacted(str(message)).split()) if c.isprintable())
    return f": '{redacted(line)[:LONGEST_MESSAGE]}'"


def connection_words(text: str) -> str:
    """Returns what went wrong with a connection; requests' message names internals and can repeat the whole address.

    Args:
        text: requests' message.
    """
    if "IncompleteRead" in text or "Connection broken" in text:
        return "sent only part of its response"
    if "Read timed out" in text:
        return "stopped in the middle of its response"
    if "Name or service not known" in text or "NameResolution" in text or "getaddrinfo" in text:
        return "could not be found (the host's name is unknown); check the address and the network"
    if "refused" in text:
        return "could not be reached (connection refused)"
    if "CERTIFICATE" in text:
        return "could not be trusted (its certificate failed verification)"
    return "broke the connection"
