"""When to retry, how long to wait, and when to give up on a service.

Facts about errors and `Retry-After`: Figshare's public documentation, https://docs.figshare.com, 2026.
"""

from __future__ import annotations

import email.utils
import random
import threading
from collections import Counter
from datetime import UTC, datetime
from typing import Literal

Service = Literal["api", "v3", "stats", "datacite", "handles"]
"""Each can be out while the others work."""

RETRIED_STATUSES = frozenset({429, 500, 502, 503, 504})
LONGEST_WAIT = 300.0
"""Longest pause in seconds that a server may ask for."""
LONGEST_BACKOFF = 60.0
"""Longest wait in seconds where the server does not say how long."""
FAILURES_BEFORE_GIVING_UP = 10
"""After so many failed requests in a row, an earlier success is tried again."""
FAILURES_OF_A_KIND = 100
"""So many failed requests of one kind without a success are an outage, whatever else works."""
TRIES_OF_MANY = 2
"""Tries of a request once many have failed in the same way: hundreds of broken items must not take hours."""


def retry_after(value: str | None) -> float | None:
    """Returns the seconds to wait by a `Retry-After` header; None when it cannot be read.

    Args:
        value: a number of seconds or an HTTP date (RFC 9110, 10.2.3).
    """
    if not value:
        return None
    if value.strip().isdecimal():
        return float(value)
    try:
        moment = email.utils.parsedate_to_datetime(value)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        return max(0.0, (moment - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def backoff(tries: int, first: float) -> float:
    """Returns the seconds to wait where the server does not say: random, with a limit that doubles after each try.

    Args:
        tries: how often it was tried.
        first: the longest wait after the first try.
    """
    ceiling = min(first * 2 ** (tries - 1), LONGEST_BACKOFF)
    return random.uniform(ceiling / 2, ceiling)


class Streaks:
    """Counts requests that failed for good: in a row per service, and per kind and status."""

    def __init__(self) -> None:
        self._failed: Counter[Service] = Counter()
        self._never_answered: Counter[tuple[Service, str]] = Counter()
        self._alike: Counter[tuple[Service, str, int | None]] = Counter()
        self._lock = threading.Lock()

    def end(self, service: Service, kind: str) -> None:
        """Notes a success: the service works."""
        with self._lock:
            self._failed[service] = 0
            self._never_answered[service, kind] = 0

    def pass_over(self, service: Service) -> None:
        """Notes that the service works, though these requests fail."""
        with self._lock:
            self._failed[service] = 0

    def fail(self, service: Service, kind: str, status: int | None) -> bool:
        """Notes a failure; returns whether there were too many in a row."""
        with self._lock:
            self._failed[service] += 1
            self._never_answered[service, kind] += 1
            self._alike[service, kind, status] += 1
        return self.is_long(service)

    def is_long(self, service: Service) -> bool:
        """Whether too many requests in a row failed."""
        return self._failed[service] >= FAILURES_BEFORE_GIVING_UP

    def is_hopeless(self, service: Service, kind: str) -> bool:
        """Whether so many of a kind failed without a success that other kinds' successes prove nothing."""
        return self._never_answered[service, kind] >= FAILURES_OF_A_KIND

    def tries(self, service: Service, kind: str, status: int | None, most: int) -> int:
        """Returns how often to try a request that fails in this way: less often once many have failed in it.

        Args:
            service: which API.
            kind: the kind of request.
            status: HTTP status of the response; None for no response.
            most: how often a request is tried normally.
        """
        return min(most, TRIES_OF_MANY) if self._alike[service, kind, status] >= FAILURES_BEFORE_GIVING_UP else most
