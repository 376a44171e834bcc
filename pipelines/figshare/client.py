"""The only module that talks HTTP: authentication, pacing, retries, limits and the count of requests.

Facts about the API (pace, errors, `Retry-After`): Figshare's public documentation, https://docs.figshare.com, 2026.
"""

from __future__ import annotations

import base64
import email.utils
import hashlib
import logging
import random
import re
import socket
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Literal, Self
from urllib.parse import urlsplit

import orjson
import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from pipelines.errors import FigshareWarehouseError, RefusedError, UsageError
from pipelines.figshare.pacing import Pacer

API_URL = "https://api.figshare.com/v2"
STATS_URL = "https://stats.figshare.com"

Base = Literal["api", "stats"]

LOOPBACK_HOSTS = frozenset({"127.0.0.1", "::1", "localhost"})
RETRIED_STATUSES = frozenset({429, 500, 502, 503, 504})
LONGEST_CONNECT = 10.0
"""Seconds to wait for a connection, which cannot be interrupted."""
LONGEST_WAIT = 300.0
"""Seconds; a server that asks for a longer pause is not waited for."""
FAILURES_BEFORE_GIVING_UP = 10
"""So many requests failing for good, one after the other, are an outage and not bad luck."""

logger = logging.getLogger("figshare_warehouse.http")


class RequestError(FigshareWarehouseError):
    """A request that failed for good.

    Attributes:
        path: what was asked for, below the base address.
        status: HTTP status of the last answer; None when there was no answer.
        tries: how often it was tried.
    """

    def __init__(self, message: str, path: str, status: int | None, tries: int) -> None:
        super().__init__(message)
        self.path = path
        self.status = status
        self.tries = tries


class NotFoundError(RequestError):
    """Figshare has no such thing, or does not show it (404)."""


class DeniedError(RequestError):
    """The Stats API does not answer this without credentials, or not with these (401, 403)."""


class OutageError(FigshareWarehouseError):
    """Figshare does not answer any more."""


class StoppedError(FigshareWarehouseError):
    """The client was told to stop, or reached a limit; the request was not made."""

    exit_code = 4


@dataclass(frozen=True, slots=True)
class Answer:
    """A good answer.

    Attributes:
        data: the decoded JSON; None when `is_unchanged`.
        cursor: the `X-Cursor` header, if there was one.
        etag: the `ETag` header, if there was one.
        is_unchanged: the version tag that was sent still holds (304).
    """

    data: Any
    cursor: str | None
    etag: str | None = None
    is_unchanged: bool = False


@dataclass(frozen=True, slots=True)
class _Question:
    """One thing that is asked for, however often it is tried."""

    kind: str
    method: str
    base: str
    path: str
    params: Mapping[str, str | int]
    body: Mapping[str, Any] | None
    headers: Mapping[str, str | None]

    is_stats: bool = False

    @property
    def service(self) -> Base:
        """Which of the two services is asked; one can be out while the other answers."""
        return "stats" if self.is_stats else "api"

    @property
    def is_private(self) -> bool:
        """Whether it needs the token."""
        return not self.is_stats and self.path.startswith("/account")


@dataclass(slots=True)
class RequestCount:
    """How many requests of one kind were made, retries included, and how many of them were retries."""

    requests: int = 0
    retries: int = 0


@dataclass(slots=True)
class _BadAnswer(Exception):
    """One try that went wrong; tells whether another can help."""

    message: str
    status: int | None = None
    again: bool = True
    wait: float | None = None
    is_json: bool = False


@dataclass(slots=True)
class _Counts:
    by_kind: dict[str, RequestCount] = field(default_factory=dict)
    total: RequestCount = field(default_factory=RequestCount)


class FigshareClient:
    """Asks Figshare, politely, from any number of threads.

    Args:
        api_url: base address of the REST API.
        stats_url: base address of the Stats API; None for the one that belongs to Figshare's own REST API, and for none
            with another REST API: figures of one Figshare must not meet records of another.
        token: personal or administrator's token; sent with requests below `/account` only.
        portal: the institution's portal name; its statistics lie below `/PORTAL` of the Stats API.
        stats_username: user name for the Stats API; sent with requests below `/PORTAL` only.
        stats_password: password for the Stats API; sent with requests below `/PORTAL` only.
        requests_per_second: pace over all threads; 0 for no pacing. Figshare asks for at most 1.
        timeout_seconds: how long to wait for a connection and for each part of an answer.
        max_tries: how often a request is tried before it counts as failed.
        retry_wait_seconds: longest wait before the first retry; it doubles for each further one.
        max_requests: after so many requests the client stops; None for no limit.
        max_minutes: after so many minutes the client stops; None for no limit.
        concurrency: how many requests callers may have under way at once.
        user_agent: sent with each request.
        on_request: told, from the thread that asks, how many requests were made so far, each time one is made.

    Attributes:
        stop_reason: why nothing more is asked; None while it is.
        is_stats_out: the Stats API failed so often in a row that it is not asked any more; the REST API is.

    Raises:
        UsageError: when an address is not http(s), or a secret would travel unencrypted, or there are credentials for
            the Stats API that cannot be used.
    """

    def __init__(
        self,
        api_url: str = API_URL,
        stats_url: str | None = None,
        token: str | None = None,
        requests_per_second: float = 1.0,
        timeout_seconds: float = 60.0,
        max_tries: int = 5,
        retry_wait_seconds: float = 2.0,
        max_requests: int | None = None,
        max_minutes: float | None = None,
        concurrency: int = 4,
        user_agent: str = "figshare-warehouse",
        portal: str | None = None,
        stats_username: str | None = None,
        stats_password: str | None = None,
        on_request: Callable[[int], None] | None = None,
    ) -> None:
        self.api_url = _base_url("api_url", api_url)
        if stats_url is None and self.api_url == API_URL:
            stats_url = STATS_URL
        self.stats_url = _base_url("stats_url", stats_url) if stats_url else None
        self._bases: dict[Base, str] = {"api": self.api_url, "stats": self.stats_url or ""}
        self.concurrency = concurrency
        if concurrency < 1:
            raise UsageError(f"concurrency must be 1 or more, not {concurrency}.")
        if max_tries < 1:
            raise UsageError(f"max_tries must be 1 or more, not {max_tries}.")
        self._token = token
        if token:
            _refuse_unencrypted("The token", self.api_url)
        self.portal = _portal_name(portal)
        self._stats_credentials = _stats_credentials(self.portal, stats_username, stats_password)
        if self._stats_credentials and self.stats_url:
            _refuse_unencrypted("The Stats API's password", self.stats_url)
        self._pacer = Pacer(requests_per_second)
        self._timeout = timeout_seconds
        self._max_tries = max_tries
        self._retry_wait = retry_wait_seconds
        self._max_requests = max_requests
        self._deadline = None if max_minutes is None else time.monotonic() + max_minutes * 60
        self._user_agent = user_agent
        self._on_request = on_request
        self._sockets: list[socket.socket] = []
        self._counts = _Counts()
        self._failures_in_a_row = {"api": 0, "stats": 0}
        self.is_stats_out = False
        self._lock = threading.Lock()
        self._local = threading.local()
        self._sessions: list[requests.Session] = []
        self.stop_reason: FigshareWarehouseError | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Closes the connections."""
        with self._lock:
            sessions, self._sessions = self._sessions, []
        for session in sessions:
            session.close()

    @property
    def has_token(self) -> bool:
        """Whether the token side of the API can be asked."""
        return bool(self._token)

    @property
    def has_stats_credentials(self) -> bool:
        """Whether the institution's scope of the Stats API can be asked."""
        return bool(self._stats_credentials and self.stats_url)

    @property
    def stats_credentials_mark(self) -> str:
        """A few digits that change with the credentials for the Stats API; empty without any.

        Too few (24 bits of a slow hash) to find a password by: about one in 16 million passwords has the same.
        """
        if not self._stats_credentials:
            return ""
        return hashlib.scrypt(self._stats_credentials.encode(), salt=b"figshare-warehouse", n=2**12, r=8, p=1)[:3].hex()

    @property
    def has_stats(self) -> bool:
        """Whether the Stats API can be asked."""
        return self.stats_url is not None

    @property
    def request_count(self) -> int:
        """Requests made so far, retries included."""
        return self._counts.total.requests

    @property
    def retry_count(self) -> int:
        """Requests made so far that repeated one with a bad answer."""
        return self._counts.total.retries

    def counts(self) -> dict[str, RequestCount]:
        """Returns a copy of the counts by kind of request."""
        with self._lock:
            return {kind: RequestCount(n.requests, n.retries) for kind, n in self._counts.by_kind.items()}

    def stop(self, reason: FigshareWarehouseError) -> None:
        """Makes every request from now on, and every wait and request under way, end with StoppedError.

        Args:
            reason: why; the first one given is kept in `stop_reason`.
        """
        # Called from a signal handler too, so it takes no lock that the interrupted thread might hold.
        if self.stop_reason is None:
            self.stop_reason = reason
        self._pacer.stop()

    def abandon(self) -> None:
        """Ends the requests under way without waiting for their answers; for use after `stop`."""
        for connected in list(self._sockets):
            with suppress(OSError):
                connected.shutdown(socket.SHUT_RDWR)

    def get(
        self,
        kind: str,
        path: str,
        params: Mapping[str, str | int] | None = None,
        cursor: str | None = None,
        etag: str | None = None,
        base: Base = "api",
    ) -> Answer:
        """Asks with GET.

        Args:
            kind: what is asked for, in a word; requests are counted by it.
            path: below the base address, with a leading slash.
            params: the query.
            cursor: value of an `X-Cursor` header to go on from.
            etag: version tag of what is known; when it still holds the answer is `is_unchanged` and has no data.
            base: which API: `api` (REST) or `stats`.

        Raises:
            NotFoundError: 404.
            DeniedError: the Stats API answers 401 or 403; the client goes on.
            RequestError: any other answer that is not good, after as many tries as can help.
            StoppedError: the client was stopped or is at a limit.
            RefusedError: the token is refused, or Figshare refuses everything; the client is stopped then.
        """
        headers = {"X-Cursor": cursor, "If-None-Match": etag}
        return self._ask(_Question(kind, "GET", self._bases[base], path, params or {}, None, headers, base == "stats"))

    def post(
        self, kind: str, path: str, body: Mapping[str, Any], cursor: str | None = None, base: Base = "api"
    ) -> Answer:
        """Asks with POST and a JSON body; arguments and errors as `get`."""
        headers = {"X-Cursor": cursor}
        return self._ask(_Question(kind, "POST", self._bases[base], path, {}, body, headers, base == "stats"))

    def _ask(self, question: _Question) -> Answer:
        if question.is_stats and self.is_stats_out:
            message = (
                f"{self.stats_url}{question.path} was not asked: {FAILURES_BEFORE_GIVING_UP} requests to the Stats"
            )
            raise RequestError(f"{message} API in a row failed.", question.path, None, 0)
        for attempt in range(1, self._max_tries + 1):
            self._count(question.kind, is_retry=attempt > 1)
            try:
                answer = self._try(question)
            except _BadAnswer as bad:
                # A request that was abandoned says nothing of what it asked for.
                self._raise_if_stopped()
                if bad.again and attempt < self._max_tries and (bad.wait is None or bad.wait <= LONGEST_WAIT):
                    self._wait_before_retry(attempt, bad)
                    continue
                raise self._failure(bad, question, attempt) from None
            self._failures_in_a_row[question.service] = 0
            return answer
        raise AssertionError("unreachable: the last try returns or raises")

    def _count(self, kind: str, is_retry: bool) -> None:
        """Waits for the pace, then counts the request that is about to be made; raises StoppedError at a limit."""
        self._raise_if_stopped()
        self._pacer.wait()
        self._raise_if_stopped()
        if self._deadline is not None and time.monotonic() >= self._deadline:
            self.stop(StoppedError("The time limit (--max-minutes) was reached."))
            self._raise_if_stopped()
        with self._lock:
            at_limit = self._max_requests is not None and self._counts.total.requests >= self._max_requests
            if not at_limit:
                for count in (self._counts.by_kind.setdefault(kind, RequestCount()), self._counts.total):
                    count.requests += 1
                    count.retries += is_retry
            made = self._counts.total.requests
        if self._on_request is not None and not at_limit:
            self._on_request(made)
        if at_limit:
            self.stop(StoppedError(f"The limit of {self._max_requests} requests (--max-requests) was reached."))
            self._raise_if_stopped()

    def _raise_if_stopped(self) -> None:
        if self.stop_reason is not None:
            raise StoppedError(str(self.stop_reason))

    def _try(self, question: _Question) -> Answer:
        headers = {name: value for name, value in question.headers.items() if value}
        if self._token and question.is_private:
            headers["Authorization"] = f"token {self._token}"
        if self._stats_credentials and question.is_stats and question.path.startswith(f"/{self.portal}/"):
            headers["Authorization"] = f"Basic {base64.b64encode(self._stats_credentials.encode()).decode()}"
        started = time.monotonic()
        status: int | None = None
        try:
            response = self._session().request(
                question.method,
                question.base + question.path,
                params=question.params,
                json=question.body,
                headers=headers,
                timeout=(min(LONGEST_CONNECT, self._timeout), self._timeout),
                allow_redirects=False,
            )
            status = response.status_code
            return self._read(response)
        except requests.Timeout:
            raise _BadAnswer(f"did not answer within {self._timeout:g} seconds") from None
        except (requests.ConnectionError, requests.exceptions.ChunkedEncodingError) as error:
            raise _BadAnswer(_connection_words(error)) from None
        except requests.RequestException as error:
            raise _BadAnswer(f"could not be asked ({type(error).__name__})", again=False) from None
        finally:
            logger.info(
                "%s %s",
                question.method,
                question.path,
                extra={
                    "kind": question.kind,
                    "method": question.method,
                    "url": question.base + question.path,
                    "params": dict(question.params or question.body or {}),
                    "status": status,
                    "seconds": round(time.monotonic() - started, 3),
                },
            )

    def _session(self) -> requests.Session:
        session: requests.Session | None = getattr(self._local, "session", None)
        if session is None:
            session = requests.Session()
            # The environment's proxies are wanted, its .netrc is not: it would put credentials on public requests.
            session.auth = _no_auth
            session.headers["User-Agent"] = self._user_agent
            session.headers["Accept"] = "application/json"
            session.mount("http://", _Adapter(self._sockets))
            session.mount("https://", _Adapter(self._sockets))
            self._local.session = session
            with self._lock:
                self._sessions.append(session)
        return session

    def _read(self, response: requests.Response) -> Answer:
        status = response.status_code
        if status in RETRIED_STATUSES:
            wait = _retry_after(response.headers.get("Retry-After"))
            if wait is not None and wait > LONGEST_WAIT:
                raise _BadAnswer(
                    f"answered {status} and asks to wait {wait:.0f} seconds; run it again after that", status, wait=wait
                )
            raise _BadAnswer(f"answered {status}{_said(response)}", status, wait=wait)
        if status == 304:
            return Answer(None, None, response.headers.get("ETag"), is_unchanged=True)
        if 300 <= status < 400:
            raise _BadAnswer(f"answered {status}, a redirect; check the base address", status, again=False)
        if status >= 400:
            is_json = response.content.lstrip()[:1] == b"{"
            raise _BadAnswer(f"answered {status}{_said(response)}", status, again=False, is_json=is_json)
        try:
            data = orjson.loads(response.content)
        except orjson.JSONDecodeError:
            kind = "HTML" if response.content.lstrip()[:1] == b"<" else "something that is not JSON"
            raise _BadAnswer(f"answered {status} with {kind}", status) from None
        return Answer(data, response.headers.get("X-Cursor"), response.headers.get("ETag"))

    def _wait_before_retry(self, attempt: int, bad: _BadAnswer) -> None:
        if bad.wait is not None:
            # The server means everybody: no thread may go on before that.
            self._pacer.pause(bad.wait)
            return
        ceiling = min(self._retry_wait * 2 ** (attempt - 1), 60.0)
        self._pacer.sleep(random.uniform(ceiling / 2, ceiling))

    def _failure(self, bad: _BadAnswer, question: _Question, tries: int) -> FigshareWarehouseError:
        """Makes the error for a request that failed for good; stops the client when going on would not help."""
        path, where = question.path, question.base + question.path
        tried = f" ({tries} tries)" if tries > 1 else ""
        if question.is_private and bad.status in (401, 403):
            refused = RefusedError(
                f"Figshare refused the token ({bad.status}) for {where}: check that the token is valid and belongs "
                "to an administrator of the institution, then set it as sources.figshare.token in .dlt/secrets.toml or "
                "as the environment variable SOURCES__FIGSHARE__TOKEN."
            )
            self.stop(refused)
            return refused
        message = f"{where} {bad.message}{tried}."
        if question.is_stats and bad.status in (401, 403):
            # What the token or the public may read is another matter, so nothing else is stopped by this.
            return DeniedError(message, path, bad.status, tries)
        if bad.wait is not None and bad.wait > LONGEST_WAIT and not question.is_stats:
            self.stop(OutageError(f"{message} What was loaded is kept."))
        # Figshare says it in JSON; a page in between that is not found says nothing of what was asked for.
        if bad.status == 404 and bad.is_json:
            self._failures_in_a_row[question.service] = 0
            return NotFoundError(message, path, bad.status, tries)
        with self._lock:
            self._failures_in_a_row[question.service] += 1
            is_outage = self._failures_in_a_row[question.service] >= FAILURES_BEFORE_GIVING_UP
        if is_outage and question.is_stats:
            self.is_stats_out = True
        elif is_outage and bad.status in (401, 403):
            self.stop(
                RefusedError(
                    f"Figshare refuses every request ({bad.status}), last for {where}: it may have blocked this "
                    "address. Wait an hour and try again at a slower pace."
                )
            )
        elif is_outage:
            self.stop(
                OutageError(
                    f"{FAILURES_BEFORE_GIVING_UP} requests in a row failed, so nothing more is asked. Last: {message} "
                    "What was loaded is kept; run the same command again later."
                )
            )
        return RequestError(message, path, bad.status, tries)


class _Adapter(HTTPAdapter):
    """Notes the sockets it opens, so that a request under way can be ended from another thread."""

    def __init__(self, sockets: list[socket.socket]) -> None:
        self._sockets = sockets
        super().__init__(pool_maxsize=1)

    def init_poolmanager(self, *arguments: Any, **options: Any) -> None:
        super().init_poolmanager(*arguments, **options)
        sockets = self._sockets

        class Connection(HTTPConnection):
            def connect(self) -> None:
                super().connect()
                sockets[:] = [other for other in sockets if other.fileno() != -1]
                sockets.append(self.sock)

        class SecureConnection(HTTPSConnection):
            def connect(self) -> None:
                super().connect()
                sockets[:] = [other for other in sockets if other.fileno() != -1]
                sockets.append(self.sock)

        class Pool(HTTPConnectionPool):
            ConnectionCls = Connection

        class SecurePool(HTTPSConnectionPool):
            ConnectionCls = SecureConnection

        self.poolmanager.pool_classes_by_scheme = {"http": Pool, "https": SecurePool}


def _no_auth(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request


def _base_url(name: str, url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise UsageError(f"{name} must be an address like https://api.figshare.com/v2, not '{url}'.")
    if parts.username or parts.password:
        raise UsageError(f"{name} must not hold a user name or password.")
    return url.rstrip("/")


def _portal_name(portal: str | None) -> str | None:
    name = (portal or "").strip().strip("/").lower()
    if name and not re.fullmatch(r"[a-z0-9_-]+", name):
        raise UsageError(f"portal must be a name as in NAME.figshare.com, not '{portal}'.")
    return name or None


def _stats_credentials(portal: str | None, username: str | None, password: str | None) -> str | None:
    if not username and not password:
        return None
    if not (portal and username and password):
        raise UsageError(
            "Credentials for the Stats API are portal, stats_username and stats_password, all three (section "
            "sources.figshare)."
        )
    return f"{username}:{password}"


def _refuse_unencrypted(what: str, url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme == "http" and parts.hostname not in LOOPBACK_HOSTS:
        raise UsageError(f"{what} would travel unencrypted to {url}: use an https address.")


def _retry_after(value: str | None) -> float | None:
    """Seconds to wait by a `Retry-After` header: a number of seconds or an HTTP date (RFC 9110, 10.2.3)."""
    if not value:
        return None
    if value.strip().isdecimal():
        return float(value)
    try:
        moment = email.utils.parsedate_to_datetime(value)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())


def _said(response: requests.Response) -> str:
    """The message of Figshare's JSON error body in quotation marks, or nothing; shortened, on one line."""
    try:
        message = orjson.loads(response.content)["message"]
    except (orjson.JSONDecodeError, KeyError, TypeError):
        return " with an HTML page" if response.content.lstrip()[:1] == b"<" else ""
    return f": '{' '.join(str(message).split())[:200]}'"


def _connection_words(error: requests.RequestException) -> str:
    """What went wrong in words; requests' own message names internals and can repeat the whole address."""
    text = str(error)
    if "IncompleteRead" in text or "Connection broken" in text:
        return "sent only part of its answer"
    if "Name or service not known" in text or "NameResolution" in text or "getaddrinfo" in text:
        return "could not be found (the host's name is unknown); check the address and the network"
    if "refused" in text:
        return "could not be reached (connection refused)"
    if "CERTIFICATE" in text:
        return "could not be trusted (its certificate failed verification)"
    return "broke the connection"
