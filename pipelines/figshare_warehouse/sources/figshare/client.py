"""The Figshare client: paced requests, retries where they can help, and one clear message where they fail.

It uses `access` (addresses and credentials), `transport` (HTTP), `pacing`, `budget` (counts and limits) and `retries`.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from types import TracebackType
from typing import Any, Self

import msgspec

from figshare_warehouse.clock import utc_now
from figshare_warehouse.errors import FigshareWarehouseError, RefusedError, UsageError
from figshare_warehouse.settings import ClientSettings
from figshare_warehouse.sources.figshare.api_version import OF_TOKENS, OPTIONAL, NotSwitchedError, is_not_switched
from figshare_warehouse.sources.figshare.credentials import Access, is_private
from figshare_warehouse.sources.http.budget import Budget, Companion, RequestCount
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
from figshare_warehouse.sources.http.transport import INTERNAL, Question, Transport


@dataclass(eq=False, repr=False)
class FigshareClient(ClientSettings):
    """Asks Figshare, politely, from any number of threads.

    Its first arguments are the settings. The token is sent with requests below `/account` only, the credentials for the
    Stats API with requests below `/PORTAL` only. A whole response may take ten times the timeout. At the limit of
    minutes the client also ends what is under way.

    Args:
        stats_url: None means Figshare's own with Figshare's own REST API, and no Stats API with another one: figures of
            one Figshare must not be mixed with records of another.
        user_agent: sent with each request.
        on_request: called for each request, in its thread, with the number of requests so far.
        clock: the time (UTC), for when something was read.

    Attributes:
        stop_reason: why the client has stopped; None while it has not.
        finds_rights: whether a refusal of the token for its institution and groups stops nothing else, as when an
            ordinary token is given for its account.
        is_stats_out: whether the Stats API failed so often in a row, also for what it answered before, that only the
            REST API is still used.
        budget: counts the requests.
        companions: clients of other services, which stop when this one does.

    Raises:
        UsageError: a value is out of range, an address is not http(s), a secret would travel unencrypted, or the Stats
            API's credentials are not usable.
    """

    user_agent: str = "figshare-warehouse"
    on_request: Callable[[int], None] | None = None
    clock: Callable[[], datetime] = utc_now

    def __post_init__(self) -> None:
        self._access = Access(
            self.api_url, self.stats_url, self.token, self.portal, self.stats_username, self.stats_password
        )
        # As they are asked.
        self.api_url, self.portal = self._access.urls["api"], self._access.portal
        self.stats_url = self._access.urls["stats"] or None
        for name, value in (("concurrency", self.concurrency), ("max_tries", self.max_tries)):
            if value < 1:
                raise UsageError(f"{name} must be 1 or more, not {value}.")
        if not self.timeout_seconds > 0:
            raise UsageError(f"timeout_seconds must be more than 0, not {self.timeout_seconds:g}.")
        if not self.retry_wait_seconds >= 0:
            raise UsageError(f"retry_wait_seconds must be 0 or more, not {self.retry_wait_seconds:g}.")
        self.stop_reason: FigshareWarehouseError | None = None
        self.is_stats_out = False
        self.finds_rights = False
        self._pacer = Pacer(self.requests_per_second)
        self._streaks = Streaks()
        self._answered: dict[tuple[Service, str], Question] = {}
        self._last: dict[Service, Question] = {}
        self._looking = threading.Lock()
        self.budget = Budget(self.max_requests, self.max_minutes, self._end_at_limit)
        self.companions: list[Companion] = []
        self._transport = Transport(self._access, self._pacer, self.timeout_seconds, self.user_agent)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Closes the connections."""
        self.budget.forget()
        self._transport.close()

    @property
    def address_hint(self) -> str:
        """What may be wrong with the API's address, where nothing is found there: a sentence, or nothing."""
        # The address of v3 is made from one of v2 only.
        return "" if self._access.urls["v3"] else f" {self.api_url} does not end in /v2, as Figshare's API does."

    def base_url(self, service: Service) -> str:
        """Returns the base address of an API; empty where it cannot be asked."""
        return self._access.urls[service]

    @property
    def has_token(self) -> bool:
        """Whether there is a token for the REST API."""
        return self._access.has_token

    def token_mark(self, salt: str) -> str:
        """Returns a few digits that change with the token, made with a salt; empty without a token."""
        return self._access.token_mark(salt)

    @property
    def has_stats(self) -> bool:
        """Whether there is a Stats API."""
        return self.stats_url is not None

    @property
    def has_stats_credentials(self) -> bool:
        """Whether there are credentials for the institution's scope of the Stats API."""
        return self._access.has_stats_credentials

    @property
    def stats_credentials_mark(self) -> str:
        """A few digits that change with the credentials for the Stats API; empty without any."""
        return self._access.stats_credentials_mark

    @property
    def request_count(self) -> int:
        """Requests made so far, retries included."""
        return self.budget.total.requests

    @property
    def retry_count(self) -> int:
        """Retries made so far."""
        return self.budget.total.retries

    def counts(self) -> dict[str, RequestCount]:
        """Returns a copy of the counts by kind of request."""
        return self.budget.counts()

    def expect_answer(
        self, kind: str, path: str, params: Mapping[str, str | int] | None = None, service: Service = "api"
    ) -> None:
        """Names a request that succeeded in an earlier run; it is repeated to see whether many failures are an outage.

        Args:
            kind: as for `get`; a success in this run is preferred.
            path: below the base address, with a leading slash.
            params: the query.
            service: which API.
        """
        url = self._access.urls[service] + path
        self._answered.setdefault((service, kind), Question(kind, "GET", service, url, path, params or {}, None, {}))

    def stop(self, reason: FigshareWarehouseError) -> None:
        """Makes every further request and wait raise StoppedError.

        Args:
            reason: why; `stop_reason` keeps the first one.
        """
        # Signal handlers call this, too, so it takes no lock that the interrupted thread might hold.
        if self.stop_reason is None:
            self.stop_reason = reason
        self._pacer.stop()
        for other in self.companions:
            other.stop(reason)

    def abandon(self) -> None:
        """Ends the requests under way without waiting for their responses; for use after `stop`."""
        self._pacer.abandon()
        self._transport.cut()
        for other in self.companions:
            other.abandon()

    def _end_at_limit(self, limit: StoppedError) -> None:
        # A slow response is not waited for: it could take the whole time that a request may take.
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
        is_text: bool = False,
    ) -> Answer:
        """Sends a GET request.

        Args:
            kind: the kind of request, in a word; requests are counted by it.
            path: below the base address, with a leading slash.
            params: the query.
            cursor: value of an `X-Cursor` header to continue from.
            etag: version tag of a known response; while it is current, the response is `is_unchanged` without data.
            service: which API: `api` (REST, v2), `v3` or `stats`.
            decoder: reads the response into a class of records (`records.shapes`) where all of it fits.
            is_text: the response is text, not JSON.

        Raises:
            NotFoundError: 404.
            NotSwitchedError: API v3 does not have it, since the institution is not switched to v3.
            DeniedError: the Stats API answers 401 or 403; the client continues.
            RequestError: any other bad response, after as many tries as can help.
            OutageError: not sent, since the Stats API is out.
            StoppedError: the client was stopped or is at a limit.
            RefusedError: Figshare refuses the token or everything; the client is stopped then.
        """
        headers = {"X-Cursor": cursor, "If-None-Match": etag}
        url = self._access.urls[service] + path
        return self._ask(Question(kind, "GET", service, url, path, params or {}, None, headers, decoder, is_text))

    def post(
        self, kind: str, path: str, body: Mapping[str, Any], cursor: str | None = None, service: Service = "api"
    ) -> Answer:
        """Sends a POST request with a JSON body; arguments and errors as `get`."""
        url = self._access.urls[service] + path
        return self._ask(Question(kind, "POST", service, url, path, {}, body, {"X-Cursor": cursor}))

    def _ask(self, question: Question) -> Answer:
        if question.is_stats and self.is_stats_out:
            # A request that is not sent has not failed, and comes first the next time.
            raise OutageError(f"{question.url} was not requested: the Stats API no longer responds.")
        for attempt in range(1, self.max_tries + 1):
            self._begin(question.kind, is_retry=attempt > 1)
            try:
                answer = self._transport.ask(question)
            except BadResponse as bad:
                bad.message = self._words(question, bad)
                # A request that was abandoned says nothing of what it asked for.
                self._raise_if_stopped()
                tries = self._streaks.tries(question.service, question.kind, bad.status, self.max_tries)
                if bad.again and attempt < tries and (bad.wait is None or bad.wait <= LONGEST_WAIT):
                    self._wait_before_retry(attempt, bad, question.shown(question.url))
                    continue
                raise self._failure(bad, question, attempt) from None
            self._streaks.end(question.service, question.kind)
            self._answered[question.service, question.kind] = self._last[question.service] = question
            return answer
        raise AssertionError("unreachable: the last try returns or raises")

    def _words(self, question: Question, bad: BadResponse) -> str:
        """What went wrong, without credentials (a response may repeat what was sent) and personal data."""
        return bad.message.partition(":")[0] if question.is_internal else self._access.redacted(bad.message)

    def _begin(self, kind: str, is_retry: bool) -> None:
        """Waits for the pace, then counts the request; raises StoppedError at a limit."""
        self._raise_if_stopped()
        self._pacer.wait()
        self._raise_if_stopped()
        try:
            made = self.budget.take(kind, is_retry)
        except StoppedError as limit:
            self.stop(limit)
            raise
        if self.on_request is not None:
            self.on_request(made)

    def _raise_if_stopped(self) -> None:
        if self.stop_reason is not None:
            raise StoppedError(str(self.stop_reason))

    def _wait_before_retry(self, attempt: int, bad: BadResponse, shown: str) -> None:
        wait = backoff(attempt, self.retry_wait_seconds) if bad.wait is None else bad.wait
        try:
            self.budget.check_time(wait)
        except StoppedError as limit:
            self.stop(StoppedError(f"{limit} Last, {shown} {bad.message}."))
            raise
        if bad.wait is None:
            self._pacer.sleep(wait)
        else:
            # The server means all threads.
            self._pacer.pause(wait)

    def _failure(self, bad: BadResponse, question: Question, tries: int) -> FigshareWarehouseError:
        """Returns the error for a request that failed for good; stops the client where more requests would not help."""
        path, where, is_refused = question.shown(question.path), question.shown(question.url), bad.status in (401, 403)
        if question.service == "v3" and is_not_switched(bad):
            self._streaks.end(question.service, question.kind)
            return NotSwitchedError(f"{where} {bad.message}.", path, bad.status, tries)
        is_found_out = question.is_internal or (self.finds_rights and question.kind in OF_TOKENS)
        if is_refused and bad.is_json and is_found_out:
            # Which parts a token may see is found out: the others are read.
            self._streaks.end(question.service, question.kind)
            return DeniedError(f"{where} {bad.message}.", path, bad.status, tries)
        is_of_token = is_private(question.service, path) and question.kind not in OPTIONAL and not is_found_out
        if is_refused and is_of_token:
            why = (
                "it has expired, was revoked or is incomplete: create a new one"
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
        # A forbidding page from a gateway is a temporary block and says nothing about what was requested.
        if question.is_stats and is_refused and bad.is_json:
            # The token and public data have other permissions, so this stops nothing else.
            return DeniedError(message, path, bad.status, tries)
        if bad.wait is not None and bad.wait > LONGEST_WAIT and not question.is_stats:
            self.stop(OutageError(f"{message} What was loaded is kept."))
        # Figshare's own 404 is JSON; a gateway's says nothing about what was requested.
        if bad.status == 404 and bad.is_json:
            self._streaks.end(question.service, question.kind)
            return NotFoundError(message, path, bad.status, tries)
        if self._streaks.fail(question.service, question.kind, bad.status):
            message = self._look_around(message, question, bad)
        return RequestError(message, path, bad.status, tries)

    def _look_around(self, message: str, question: Question, bad: BadResponse) -> str:
        """Finds out whether the service fails or only the request; returns the error's message.

        Raises:
            StoppedError: the client was stopped, or is at a limit.
        """
        service = question.service
        with self._looking:
            self._raise_if_stopped()
            # Meanwhile another thread may have had a response, or found the outage.
            if not self._streaks.is_long(service) or (question.is_stats and self.is_stats_out):
                return message
            known = self._answered.get((service, question.kind))
            if known is None and not self._streaks.is_hopeless(service, question.kind):
                known = self._last.get(service)
            other = None
            if known is not None:
                self._begin("probe", is_retry=False)
                try:
                    self._transport.ask(replace(known, kind=f"{INTERNAL}probe" if known.is_internal else "probe"))
                except BadResponse as failed:
                    self._raise_if_stopped()
                    other = failed
                # 404 is a response, too.
                if other is None or (other.status == 404 and other.is_json):
                    self._streaks.pass_over(service)
                    return message
            return self._give_up(message, question, bad, known, other)

    def _give_up(
        self, message: str, question: Question, bad: BadResponse, known: Question | None, other: BadResponse | None
    ) -> str:
        """Sends the service no more requests.

        Args:
            message: the message about the request, the last of many that failed.
            question: the request.
            bad: its response.
            known: an earlier success that was tried again; None for none.
            other: the response to that.

        Returns:
            The message of the error.
        """
        in_a_row = f"{FAILURES_BEFORE_GIVING_UP} requests in a row failed"
        if known is not None and other is not None:
            in_a_row += f", and {known.shown(known.url)}, which answered before, {self._words(known, other)}"
        if question.is_stats:
            self.is_stats_out = True
            return f"{message} {in_a_row}, so this refresh sends the Stats API no more requests."
        refusals = (401, 403)
        if bad.status in refusals and (other is None or other.status in refusals):
            self.stop(
                RefusedError(
                    f"Figshare refuses every request ({bad.status}), last for {question.shown(question.url)}: it may "
                    "have blocked this address. Wait an hour and try again at a slower pace."
                )
            )
        else:
            self.stop(
                OutageError(
                    f"{in_a_row}, so the refresh stops. Last: {message}{self.address_hint} What was loaded is kept; "
                    "run the same command again later."
                )
            )
        return message
