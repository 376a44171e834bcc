"""Pacing across threads: requests start at least 1/R seconds apart, and waits can be stopped."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from figshare_warehouse.errors import UsageError

SLOWEST = 0.00001
"""Fewest requests per second; any slower, nothing would ever be read."""


class Pacer:
    """Lets callers start one at a time, at most `requests_per_second` in any second.

    The start times that `wait` returns are at least 1/R seconds apart, across all threads and kinds of requests.

    Args:
        requests_per_second: the pace; 0 for none.

    Raises:
        UsageError: for a negative pace.
    """

    def __init__(self, requests_per_second: float) -> None:
        if not requests_per_second >= 0 or requests_per_second == float("inf"):
            raise UsageError(f"requests_per_second must be 0 (no pacing) or more, not {requests_per_second:g}.")
        if 0 < requests_per_second < SLOWEST:
            raise UsageError(f"requests_per_second must be at least {SLOWEST}, about one a day, or 0 for no pacing.")
        self._interval = 1.0 / requests_per_second if requests_per_second else 0.0
        self._turn = threading.Lock()
        self._next_at = 0.0
        self._paused_until = 0.0
        self._stopped = threading.Event()
        self._abandoned = threading.Event()
        self._sending = threading.Lock()
        self._next_sent_at = 0.0

    def wait(self) -> float:
        """Waits until the caller may start a request, or was stopped; returns the start (monotonic seconds)."""
        if not self._interval and not self._paused_until:
            return time.monotonic()
        # The lock is held while waiting, so the interval counts from the actual previous start, not the planned one.
        with self._turn:
            while not self._stopped.is_set():
                ahead = max(self._next_at, self._paused_until) - time.monotonic()
                if ahead <= 0:
                    break
                self._stopped.wait(ahead)
            start = time.monotonic()
            self._next_at = start + self._interval
            return start

    @contextmanager
    def sending(self) -> Iterator[None]:
        """Keeps what the block sends as far apart as the starts.

        A request that first has to connect would otherwise arrive together with the next one.

        Raises:
            ConnectionAbortedError: `abandon` was called; nothing may be sent any more.
        """
        if self._abandoned.is_set():
            raise ConnectionAbortedError
        if not self._interval:
            yield
            return
        with self._sending:
            while (ahead := self._next_sent_at - time.monotonic()) > 0:
                if self._abandoned.wait(ahead):
                    raise ConnectionAbortedError
            try:
                yield
            finally:
                self._next_sent_at = time.monotonic() + self._interval

    def pause(self, seconds: float) -> None:
        """Lets no request start for so many seconds from now."""
        self._paused_until = max(self._paused_until, time.monotonic() + seconds)

    def sleep(self, seconds: float) -> None:
        """Waits, for this caller only; returns early when stopped."""
        self._stopped.wait(seconds)

    def stop(self) -> None:
        """Ends all waits, current and future."""
        self._stopped.set()

    def abandon(self) -> None:
        """Blocks all sending, even of requests that have started."""
        self.stop()
        self._abandoned.set()

    @property
    def is_abandoned(self) -> bool:
        """Whether `abandon` was called."""
        return self._abandoned.is_set()
