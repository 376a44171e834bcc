"""The number of requests made, and its limits."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from figshare_warehouse.errors import FigshareWarehouseError
from figshare_warehouse.sources.http.errors import StoppedError


@dataclass(slots=True)
class RequestCount:
    """Requests of one kind, retries included, and how many of them were retries."""

    requests: int = 0
    retries: int = 0


class Companion(Protocol):
    """The client of another service, which stops with the one that it belongs to."""

    def stop(self, reason: FigshareWarehouseError) -> None:
        """Makes every further request and wait raise StoppedError."""

    def abandon(self) -> None:
        """Ends the requests under way."""


class Budget:
    """Counts requests over all threads, up to a limit.

    Args:
        max_requests: how many may be made; None for no limit.
        max_minutes: for how many minutes from now; None for no limit.
        on_time_up: called in a separate thread when the minutes are over.

    Attributes:
        total: requests made so far.
    """

    def __init__(
        self,
        max_requests: int | None,
        max_minutes: float | None,
        on_time_up: Callable[[StoppedError], None] = lambda limit: None,
    ) -> None:
        self.total = RequestCount()
        self._by_kind: dict[str, RequestCount] = {}
        self._max_requests = max_requests
        self._deadline = None if max_minutes is None else time.monotonic() + max_minutes * 60
        self._lock = threading.Lock()
        self._timer: threading.Timer | None = None
        seconds = 0.0 if max_minutes is None else max(0.0, max_minutes * 60)
        # A thread cannot wait longer (on Windows 49 days); the limit then ends the run before its next request.
        if max_minutes is not None and seconds < threading.TIMEOUT_MAX:
            self._timer = threading.Timer(seconds, on_time_up, [_time_up()])
            self._timer.daemon = True
            self._timer.start()

    def forget(self) -> None:
        """Cancels the call at the end of the minutes."""
        if self._timer is not None:
            self._timer.cancel()

    def take(self, kind: str, is_retry: bool) -> int:
        """Counts a request that is about to be made, and returns the number so far.

        Raises:
            StoppedError: at a limit; the request is not counted and must not be made.
        """
        self.check_time()
        with self._lock:
            if self._max_requests is not None and self.total.requests >= self._max_requests:
                raise StoppedError(f"The limit of {self._max_requests} requests (--max-requests) was reached.")
            for count in (self._by_kind.setdefault(kind, RequestCount()), self.total):
                count.requests += 1
                count.retries += is_retry
            return self.total.requests

    def check_time(self, wait: float = 0.0) -> None:
        """Checks the time limit.

        Args:
            wait: seconds before the next request.

        Raises:
            StoppedError: the time is up, or will be up by then.
        """
        if self._deadline is not None and time.monotonic() + wait >= self._deadline:
            raise _time_up()

    def counts(self) -> dict[str, RequestCount]:
        """Returns a copy of the counts by kind of request."""
        with self._lock:
            return {kind: RequestCount(n.requests, n.retries) for kind, n in self._by_kind.items()}


def _time_up() -> StoppedError:
    return StoppedError("The time limit (--max-minutes) was reached.")
