"""One try of one request: sent at the client's pace, read within limits of time and size, and logged."""

from __future__ import annotations

import logging
import re
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import msgspec
import requests
from urllib3.exceptions import HTTPError

from figshare_warehouse.redaction import Redactor
from figshare_warehouse.sources.http.connections import LONGEST_CONNECT, Allowance, Connections, new_session, parts
from figshare_warehouse.sources.http.errors import BadResponse, connection_words
from figshare_warehouse.sources.http.pacing import Pacer
from figshare_warehouse.sources.http.responses import Answer, largest, read, whole
from figshare_warehouse.sources.http.retries import Service

logger = logging.getLogger("figshare_warehouse.http")

INTERNAL = "internal_"
"""How the kinds of requests for personal data begin."""

_ID = re.compile(r"/\d+(?=/|$)")


@dataclass(frozen=True, slots=True)
class Question:
    """One request, however often it is tried.

    Attributes:
        kind: the kind of request, in a word.
        method: `GET` or `POST`.
        service: which API.
        url: the whole address, without the query.
        path: the address below the API's base.
        params: the query.
        body: sent as JSON; None for nothing.
        headers: further headers; those with None are not sent.
        decoder: decodes the response into a class of records where all of it fits.
        is_text: the response is text, not JSON.
    """

    kind: str
    method: str
    service: Service
    url: str
    path: str
    params: Mapping[str, str | int]
    body: Mapping[str, Any] | None
    headers: Mapping[str, str | None]
    decoder: msgspec.json.Decoder[Any] | None = None
    is_text: bool = False

    @property
    def is_stats(self) -> bool:
        """Whether it is for the Stats API."""
        return self.service == "stats"

    @property
    def is_internal(self) -> bool:
        """Whether it asks for personal data: then no message repeats an id, or a word of the response."""
        return self.kind.startswith(INTERNAL)

    def shown(self, text: str) -> str:
        """Returns its address or path as messages show it."""
        return _ID.sub("/ID", text) if self.is_internal else text


class Credentials(Protocol):
    """The credentials of requests."""

    @property
    def redacted(self) -> Redactor:
        """Removes the credentials from a text."""

    def authorization(self, service: Service, path: str) -> str | None:
        """Returns the `Authorization` header for a path; None for none."""


class Transport:
    """Sends requests from any number of threads, each over its own connection.

    Args:
        credentials: the credentials of requests.
        pacer: the pace of sending.
        timeout: seconds to wait for a connection and for each part of a response.
        user_agent: sent with each request.
    """

    def __init__(self, credentials: Credentials, pacer: Pacer, timeout: float, user_agent: str) -> None:
        self._credentials = credentials
        self._timeout = timeout
        self._user_agent = user_agent
        self._connections = Connections(pacer)
        self._lock = threading.Lock()
        self._local = threading.local()
        self._sessions: list[requests.Session] = []

    def close(self) -> None:
        """Closes the connections."""
        with self._lock:
            sessions, self._sessions = self._sessions, []
        for session in sessions:
            session.close()

    def cut(self) -> None:
        """Ends all requests under way."""
        self._connections.cut()

    def ask(self, question: Question) -> Answer:
        """Sends the request once.

        Raises:
            BadResponse: there is no good response.
        """
        headers = {name: value for name, value in question.headers.items() if value}
        if authorization := self._credentials.authorization(question.service, question.path):
            headers["Authorization"] = authorization
        started = time.monotonic()
        status: int | None = None
        session, allowance = self._session()
        allowance.begin()
        try:
            response = session.request(
                question.method,
                question.url,
                params=question.params,
                json=question.body,
                headers=headers,
                timeout=(min(LONGEST_CONNECT, self._timeout), self._timeout),
                allow_redirects=False,
                stream=True,
            )
            with response:
                status = response.status_code
                packing = response.headers.get("Content-Encoding", "")
                content = whole(parts(response), packing, status, largest(question.kind, status))
                redacted = self._credentials.redacted
                return read(status, response.headers, content, redacted, question.decoder, question.is_text)
        except (requests.RequestException, HTTPError) as error:
            raise self._bad(error, allowance) from None
        finally:
            logger.info(
                "%s %s",
                question.method,
                question.shown(question.path),
                extra={
                    "kind": question.kind,
                    "method": question.method,
                    "url": question.shown(question.url),
                    "params": {} if question.is_internal else dict(question.params or question.body or {}),
                    "status": status,
                    "seconds": round(time.monotonic() - started, 3),
                },
            )

    def _bad(self, error: Exception, allowance: Allowance) -> BadResponse:
        if allowance.is_over:
            return BadResponse(f"did not end its response within {allowance.seconds:g} seconds")
        if isinstance(error, requests.Timeout):
            return BadResponse(f"did not answer within {self._timeout:g} seconds")
        if isinstance(error, requests.ConnectionError | HTTPError):
            return BadResponse(connection_words(str(error)))
        return BadResponse(f"could not be asked ({type(error).__name__})", again=False)

    def _session(self) -> tuple[requests.Session, Allowance]:
        """The calling thread's session and its time limit."""
        held: tuple[requests.Session, Allowance] | None = getattr(self._local, "held", None)
        if held is None:
            allowance = Allowance(self._timeout)
            held = new_session(self._connections, allowance, self._user_agent), allowance
            self._local.held = held
            with self._lock:
                self._sessions.append(held[0])
        return held
