"""Asks Figshare at a pace, tries again where that can help, and says what went wrong.

It stands on `access` (where, with which credentials), `transport` (HTTP), `pacing`, `budget` (counts and limits),
`retries` and `failures`.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from types import TracebackType
from typing import Any, Self

import msgspec

from figshare_warehouse.errors import FigshareWarehouseError, RefusedError, UsageError
from figshare_warehouse.sources.figshare.access import API_URL, Access, is_private
from figshare_warehouse.sources.http.budget import Budget, RequestCount
from figshare_warehouse.sources.http.errors import (
    BadResponse,
    DeniedError,
    NotFoundError,
    OutageError,
    RequestError,
    StoppedError,
)
from figshare_warehouse.sources.http.pacing import Pacer
from figshare_warehouse.sources.http.responses import Answer
from figshare_warehouse.sources.http.retries import FAILURES_BEFORE_GIVING_UP, LONGEST_WAIT, Service, Streaks, backoff
from figshare_warehouse.sources.http.transport import Question, Transport


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
        timeout_seconds: how long to wait for a connection and for each part of a response; the whole of it may take ten
            times as long.
        max_tries: how often a request is tried before it counts as failed.
        retry_wait_seconds: longest wait before the first retry; it doubles for each further one.
        max_requests: after so many requests the client stops; None for no limit.
        max_minutes: after so many minutes the client stops, and ends what is under way; None for no limit.
        concurrency: how many requests callers may have under way at once.
        user_agent: sent with each request.
        on_request: told, from the thread that asks, how many requests were made so far, each time one is made.

    Attributes:
        stop_reason: why nothing more is asked; None while it is.
        is_stats_out: the Stats API failed so often in a row, also for what it answered before, that it is not asked any
            more; the REST API is.

    Raises:
        UsageError: when a value is out of range, an address is not http(s), a secret would travel unencrypted, or there
            are credentials for the Stats API that cannot be used.
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
        self._access = Access(api_url, stats_url, token, portal, stats_username, stats_password)
        for name, value in (("concurrency", concurrency), ("max_tries", max_tries)):
            if value < 1:
                raise UsageError(f"{name} must be 1 or more, not {value}.")
        if not timeout_seconds > 0:
            raise UsageError(f"timeout_seconds must be more than 0, not {timeout_seconds:g}.")
        if not retry_wait_seconds >= 0:
            raise UsageError(f"retry_wait_seconds must be 0 or more, not {retry_wait_seconds:g}.")
        self.concurrency = concurrency
        self.stop_reason: FigshareWarehouseError | None = None
        self.is_stats_out = False
        self._pacer = Pacer(requests_per_second)
        self._streaks = Streaks()
        self._answered: dict[tuple[Service, str], Question] = {}
        self._last: dict[Service, Question] = {}
        self._looking = threading.Lock()
        self._max_tries = max_tries
        self._retry_wait = retry_wait_seconds
        self._on_request = on_request
        self._budget = Budget(max_requests, max_minutes, self._end_at_limit)
        self._transport = Transport(self._access, self._pacer, timeout_seconds, user_agent)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Closes the connections."""
        self._budget.forget()
        self._transport.close()

    @property
    def api_url(self) -> str:
        """Base address of the REST API."""
        return self._access.urls["api"]

    @property
    def stats_url(self) -> str | None:
        """Base address of the Stats API; None when it cannot be asked."""
        return self._access.urls["stats"] or None

    @property
    def portal(self) -> str | None:
        """The institution's portal name, as it stands in paths; None for none."""
        return self._access.portal

    @property
    def has_token(self) -> bool:
        """Whether the token side of the API can be asked."""
        return self._access.has_token

    @property
    def has_stats(self) -> bool:
        """Whether the Stats API can be asked."""
        return self.stats_url is not None

    @property
    def has_stats_credentials(self) -> bool:
        """Whether the institution's scope of the Stats API can be asked."""
        return self._access.has_stats_credentials

    @property
    def stats_credentials_mark(self) -> str:
        """A few digits that change with the credentials for the Stats API; empty without any."""
        return self._access.stats_credentials_mark

    @property
    def request_count(self) -> int:
        """Requests made so far, retries included."""
        return self._budget.total.requests

    @property
    def retry_count(self) -> int:
        """Requests made so far that repeated one with a bad response."""
        return self._budget.total.retries

    def counts(self) -> dict[str, RequestCount]:
        """Returns a copy of the counts by kind of request."""
        return self._budget.counts()

    def expect_answer(
        self, kind: str, path: str, params: Mapping[str, str | int] | None = None, service: Service = "api"
    ) -> None:
        """Names something that answered in an earlier run: asked for where much fails, to tell whether everything does.

        Args:
            kind: what it is, as for `get`; what answers in this run comes first.
            path: below the base address, with a leading slash.
            params: the query.
            service: which API.
        """
        url = self._access.urls[service] + path
        self._answered.setdefault((service, kind), Question(kind, "GET", service, url, path, params or {}, None, {}))

    def stop(self, reason: FigshareWarehouseError) -> None:
        """Makes every request from now on, and every wait, end with StoppedError.

        Args:
            reason: why; the first one given is kept in `stop_reason`.
        """
        # Called from a signal handler too, so it takes no lock that the interrupted thread might hold.
        if self.stop_reason is None:
            self.stop_reason = reason
        self._pacer.stop()

    def abandon(self) -> None:
        """Ends the requests under way without waiting for their responses; for use after `stop`."""
        self._pacer.abandon()
        self._transport.cut()

    def _end_at_limit(self, limit: StoppedError) -> None:
        # What drips is not waited for: a header, a line, a handshake can take the whole time that a request may.
        self.stop(limit)
        self.abandon()

    def get(
        self,
        kind: str,
        path: str,
        params: Mapping[str, str | int] | None = None,
        cursor: str | None = None,
        etag: str | None = None,
        service: Service = "api",
        decoder: msgspec.json.Decoder[Any] | None = None,
    ) -> Answer:
        """Asks with GET.

        Args:
            kind: what is asked for, in a word; requests are counted by it.
            path: below the base address, with a leading slash.
            params: the query.
            cursor: value of an `X-Cursor` header to go on from.
            etag: version tag of what is known; when it still holds the response is `is_unchanged` and has no data.
            service: which API: `api` (REST) or `stats`.
            decoder: reads the response into a class of records (`records.shapes`) where all of it fits.

        Raises:
            NotFoundError: 404.
            DeniedError: the Stats API answers 401 or 403; the client goes on.
            RequestError: any other answer that is not good, after as many tries as can help.
            OutageError: it was not asked, since the Stats API is out.
            StoppedError: the client was stopped or is at a limit.
            RefusedError: the token is refused, or Figshare refuses everything; the client is stopped then.
        """
        headers = {"X-Cursor": cursor, "If-None-Match": etag}
        url = self._access.urls[service] + path
        return self._ask(Question(kind, "GET", service, url, path, params or {}, None, headers, decoder))

    def post(
        self, kind: str, path: str, body: Mapping[str, Any], cursor: str | None = None, service: Service = "api"
    ) -> Answer:
        """Asks with POST and a JSON body; arguments and errors as `get`."""
        url = self._access.urls[service] + path
        return self._ask(Question(kind, "POST", service, url, path, {}, body, {"X-Cursor": cursor}))

    def _ask(self, question: Question) -> Answer:
        if question.is_stats and self.is_stats_out:
            # What is not asked has not failed, and has to be asked first the next time.
            raise OutageError(f"{question.url} was not asked: the Stats API does not answer any more.")
        for attempt in range(1, self._max_tries + 1):
            self._begin(question.kind, is_retry=attempt > 1)
            try:
                answer = self._transport.ask(question)
            except BadResponse as bad:
                bad.message = self._access.redacted(bad.message)  # it may repeat what was sent
                # A request that was abandoned says nothing of what it asked for.
                self._raise_if_stopped()
                tries = self._streaks.tries(question.service, question.kind, bad.status, self._max_tries)
                if bad.again and attempt < tries and (bad.wait is None or bad.wait <= LONGEST_WAIT):
                    self._wait_before_retry(attempt, bad, question.url)
                    continue
                raise self._failure(bad, question, attempt) from None
            self._streaks.end(question.service, question.kind)
            self._answered[question.service, question.kind] = self._last[question.service] = question
            return answer
        raise AssertionError("unreachable: the last try returns or raises")

    def _begin(self, kind: str, is_retry: bool) -> None:
        """Waits for the pace, then counts the request that is about to be made; raises StoppedError at a limit."""
        self._raise_if_stopped()
        self._pacer.wait()
        self._raise_if_stopped()
        try:
            made = self._budget.take(kind, is_retry)
        except StoppedError as limit:
            self.stop(limit)
            raise
        if self._on_request is not None:
            self._on_request(made)

    def _raise_if_stopped(self) -> None:
        if self.stop_reason is not None:
            raise StoppedError(str(self.stop_reason))

    def _wait_before_retry(self, attempt: int, bad: BadResponse, url: str) -> None:
        wait = backoff(attempt, self._retry_wait) if bad.wait is None else bad.wait
        try:
            self._budget.check_time(wait)
        except StoppedError as limit:
            self.stop(StoppedError(f"{limit} Last, {url} {bad.message}."))
            raise
        if bad.wait is None:
            self._pacer.sleep(wait)
        else:
            # The server means everybody: no thread may go on before that.
            self._pacer.pause(wait)

    def _failure(self, bad: BadResponse, question: Question, tries: int) -> FigshareWarehouseError:
        """Makes the error for a request that failed for good; stops the client when going on would not help."""
        path, where, is_refused = question.path, question.url, bad.status in (401, 403)
        if is_refused and is_private(question.service, path):
            why = (
                "it has expired, was withdrawn or is not whole: make a new one"
                if bad.status == 401
                else "check that it is valid and belongs to an administrator of the institution"
            )
            refused = RefusedError(
                f"Figshare refused the token ({bad.status}) for {where}: {why}, then set it as sources.figshare.token "
                "in .dlt/secrets.toml or as the environment variable SOURCES__FIGSHARE__TOKEN."
            )
            self.stop(refused)
            return refused
        message = f"{where} {bad.message}{f' ({tries} tries)' if tries > 1 else ''}."
        # A page in between that forbids is a block, which passes, and says nothing of what was asked for.
        if question.is_stats and is_refused and bad.is_json:
            # What the token or the public may read is another matter, so nothing else is stopped by this.
            return DeniedError(message, path, bad.status, tries)
        if bad.wait is not None and bad.wait > LONGEST_WAIT and not question.is_stats:
            self.stop(OutageError(f"{message} What was loaded is kept."))
        # Figshare says it in JSON; a page in between that is not found says nothing of what was asked for.
        if bad.status == 404 and bad.is_json:
            self._streaks.end(question.service, question.kind)
            return NotFoundError(message, path, bad.status, tries)
        if self._streaks.fail(question.service, question.kind, bad.status):
            message = self._look_around(message, question, bad)
        return RequestError(message, path, bad.status, tries)

    def _look_around(self, message: str, question: Question, bad: BadResponse) -> str:
        """Finds out whether it is the service that fails or what was asked for; returns what to say of the request.

        Raises:
            StoppedError: the client was stopped, or is at a limit.
        """
        service = question.service
        with self._looking:
            self._raise_if_stopped()
            # Meanwhile another thread may have had a response, or given up.
            if not self._streaks.is_long(service) or (question.is_stats and self.is_stats_out):
                return message
            known = self._answered.get((service, question.kind))
            if known is None and not self._streaks.is_hopeless(service, question.kind):
                known = self._last.get(service)
            other = None
            if known is not None:
                self._begin("probe", is_retry=False)
                try:
                    self._transport.ask(replace(known, kind="probe"))
                except BadResponse as failed:
                    self._raise_if_stopped()
                    other = failed
                # That something is not there is a response, too.
                if other is None or (other.status == 404 and other.is_json):
                    self._streaks.pass_over(service)
                    return message
            return self._give_up(message, question, bad, known, other)

    def _give_up(
        self, message: str, question: Question, bad: BadResponse, known: Question | None, other: BadResponse | None
    ) -> str:
        """Asks the service nothing more.

        Args:
            message: what is said of the request, which is the last of many that failed.
            question: what was asked for.
            bad: what was answered.
            known: what answered before and was asked for again; None for nothing.
            other: what was answered to that.

        Returns:
            What to say of the request.
        """
        in_a_row = f"{FAILURES_BEFORE_GIVING_UP} requests in a row failed"
        if known is not None and other is not None:
            in_a_row += f", and {known.url}, which answered before, {self._access.redacted(other.message)}"
        if question.is_stats:
            self.is_stats_out = True
            return f"{message} {in_a_row}, so nothing more is asked of the Stats API in this refresh."
        refusals = (401, 403)
        if bad.status in refusals and (other is None or other.status in refusals):
            self.stop(
                RefusedError(
                    f"Figshare refuses every request ({bad.status}), last for {question.url}: it may have blocked "
                    "this address. Wait an hour and try again at a slower pace."
                )
            )
        else:
            self.stop(
                OutageError(
                    f"{in_a_row}, so nothing more is asked. Last: {message} What was loaded is kept; run the same "
                    "command again later."
                )
            )
        return message
