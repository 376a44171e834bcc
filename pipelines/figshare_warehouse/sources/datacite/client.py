"""The DataCite client: paced requests without credentials, retries where they can help, one message where they fail."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from figshare_warehouse.clock import utc_now
from figshare_warehouse.datacite_settings import API_URL, HANDLES_URL, DataciteSettings
from figshare_warehouse.errors import FigshareWarehouseError, UsageError
from figshare_warehouse.redaction import Redactor
from figshare_warehouse.sources.http.budget import Budget
from figshare_warehouse.sources.http.errors import BadResponse, NotFoundError, OutageError, RequestError, StoppedError
from figshare_warehouse.sources.http.pacing import Pacer
from figshare_warehouse.sources.http.responses import Answer
from figshare_warehouse.sources.http.retries import LONGEST_WAIT, Service, backoff
from figshare_warehouse.sources.http.transport import Question, Transport

FAILURES_BEFORE_GIVING_UP = 3
"""After so many failed requests in a row DataCite is asked no more: each was tried for a while."""

_ADDRESS = re.compile(r"[!-~]+@[!-~]+\.[!-~]+")


class _Public:
    """No credentials: all that is asked is public."""

    redacted = Redactor([])

    def authorization(self, service: Service, path: str) -> str | None:
        """Returns None."""


@dataclass(eq=False, repr=False)
class DataciteClient(DataciteSettings):
    """Asks DataCite and the handle service, politely, from one thread.

    Its first arguments are the settings.

    Args:
        timeout_seconds: how long to wait for a response.
        max_tries: how often a request is tried.
        retry_wait_seconds: longest wait before the first retry; it doubles for each further one.
        user_agent: sent with each request, with the e-mail address if there is one.
        on_request: called for each request, with the number of requests so far.
        clock: the time (UTC), for when something was read.
        budget: counts the requests; its own where none is given.

    Attributes:
        stop_reason: why the client has stopped; None while it has not.

    Raises:
        UsageError: an address is not http(s), or the e-mail address is none.
    """

    timeout_seconds: float = 60.0
    max_tries: int = 5
    retry_wait_seconds: float = 2.0
    user_agent: str = "figshare-warehouse"
    on_request: Callable[[int], None] | None = None
    clock: Callable[[], datetime] = utc_now
    budget: Budget | None = None

    def __post_init__(self) -> None:
        checked(self)
        base = (self.api_url or API_URL).rstrip("/")
        # One that is given, such as a sandbox's, has its handle service below it.
        handles = self.handles_url or (HANDLES_URL if self.api_url is None else f"{base}/handles")
        self.urls: dict[str, str] = {"datacite": base, "handles": handles.rstrip("/")}
        self.stop_reason: FigshareWarehouseError | None = None
        agent = f"{self.user_agent} (mailto:{self.mailto})" if self.mailto else self.user_agent
        self._counted = self.budget or Budget(None, None)
        self._pacer = Pacer(self.requests_per_second)
        self._failures = 0
        self._transport = Transport(_Public(), self._pacer, self.timeout_seconds, agent)

    def close(self) -> None:
        """Closes the connections."""
        self._transport.close()

    def stop(self, reason: FigshareWarehouseError) -> None:
        """Makes every further request and wait raise StoppedError."""
        if self.stop_reason is None:
            self.stop_reason = reason
        self._pacer.stop()

    def abandon(self) -> None:
        """Ends the requests under way without waiting for their responses; for use after `stop`."""
        self._pacer.abandon()
        self._transport.cut()

    def get(
        self, kind: str, path: str, params: Mapping[str, str | int] | None = None, service: Service = "datacite"
    ) -> Answer:
        """Sends a GET request.

        Args:
            kind: the kind of request, in a word; requests are counted by it.
            path: below the base address, with a leading slash.
            params: the query.
            service: `datacite` or `handles`.

        Raises:
            NotFoundError: 404, in JSON.
            RequestError: any other bad response, after as many tries as can help.
            OutageError: not sent, since several in a row failed.
            StoppedError: the client was stopped or is at a limit.
        """
        url = self.urls[service] + path
        if self._failures >= FAILURES_BEFORE_GIVING_UP:
            raise OutageError(f"{url} was not requested: DataCite no longer responds.")
        question = Question(kind, "GET", service, url, path, params or {}, None, {})
        for attempt in range(1, self.max_tries + 1):
            self._begin(kind, attempt > 1)
            try:
                answer = self._transport.ask(question)
            except BadResponse as bad:
                self._raise_if_stopped()
                if bad.again and attempt < self.max_tries and (bad.wait is None or bad.wait <= LONGEST_WAIT):
                    wait = backoff(attempt, self.retry_wait_seconds) if bad.wait is None else bad.wait
                    self._counted.check_time(wait)
                    self._pacer.sleep(wait)
                    continue
                raise self._failure(bad, url, path, attempt) from None
            self._failures = 0
            return answer
        raise AssertionError("unreachable: the last try returns or raises")

    def _begin(self, kind: str, is_retry: bool) -> None:
        """Waits for the pace, then counts the request; raises StoppedError at a limit."""
        self._raise_if_stopped()
        self._pacer.wait()
        self._raise_if_stopped()
        made = self._counted.take(kind, is_retry)
        if self.on_request is not None:
            self.on_request(made)

    def _raise_if_stopped(self) -> None:
        if self.stop_reason is not None:
            raise StoppedError(str(self.stop_reason))

    def _failure(self, bad: BadResponse, url: str, path: str, tries: int) -> RequestError:
        message = f"{url} {bad.message}{f' ({tries} tries)' if tries > 1 else ''}."
        if bad.status == 404 and bad.is_json:
            self._failures = 0
            return NotFoundError(message, path, bad.status, tries)
        self._failures += 1
        return RequestError(message, path, bad.status, tries)


def checked(settings: DataciteSettings) -> DataciteSettings:
    """Returns the settings if they can be used.

    Raises:
        UsageError: an address is not http(s), or the e-mail address is none.
    """
    for name in ("api_url", "handles_url"):
        if (url := getattr(settings, name)) is not None and not _is_address(url):
            raise UsageError(f"sources.datacite.{name} must be an address like {API_URL}, not '{url}'.")
    if settings.mailto is not None and not _ADDRESS.fullmatch(settings.mailto):
        raise UsageError(f"sources.datacite.mailto must be an e-mail address, not '{settings.mailto}'.")
    return settings


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        is_web = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
    return is_web and "@" not in url and not parts.query and not parts.fragment
