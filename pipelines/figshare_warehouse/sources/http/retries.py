"""When to try again, how long to wait before, and when to give up on a service.

Facts about errors and `Retry-After`: Figshare's public documentation, https://docs.figshare.com, 2026.
"""

from __future__ import annotations

import email.utils
import random
import threading
from collections import Counter
from datetime import UTC, datetime
from typing import Literal

Service = Literal["api", "stats"]
"""One of the two can be out while the other answers."""

RETRIED_STATUSES = frozenset({429, 500, 502, 503, 504})
LONGEST_WAIT = 300.0
"""Seconds; a server that asks for a longer pause is not waited for."""
LONGEST_OWN_WAIT = 60.0
"""Seconds to wait at most where the server does not say how long."""
FAILURES_BEFORE_GIVING_UP = 10
"""After so many requests in a row that failed for good, something that answered before is asked for again."""
FAILURES_OF_A_KIND = 100
"""So many requests of a kind that failed, and none that was answered, are an outage, whatever else is answered."""
TRIES_OF_MANY = 2
"""So often a request is tried that fails as many before it did: hundreds of broken items must not take hours."""


def retry_after(value: str | None) -> float | None:
    """Returns the seconds to wait by a `Retry-After` header; None when it says nothing that can be understood.

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
    """Returns the seconds to wait where the server does not say: doubled after each try, and drawn by lot.

    Args:
        tries: how often it was tried.
        first: the longest wait after the first try.
    """
    ceiling = min(first * 2 ** (tries - 1), LONGEST_OWN_WAIT)
    return random.uniform(ceiling / 2, ceiling)


class Streaks:
    """How many requests failed for good, for each service in a row, and of each kind in the same way."""

    def __init__(self) -> None:
        self._failed: Counter[Service] = Counter()
        self._never_answered: Counter[tuple[Service, str]] = Counter()
        self._alike: Counter[tuple[Service, str, int | None]] = Counter()
        self._lock = threading.Lock()

    def end(self, service: Service, kind: str) -> None:
        """Notes a response: the service is there."""
        with self._lock:
            self._failed[service] = 0
            self._never_answered[service, kind] = 0

    def pass_over(self, service: Service) -> None:
        """Notes that the service is there, though what was asked for keeps failing."""
        with self._lock:
            self._failed[service] = 0

    def fail(self, service: Service, kind: str, status: int | None) -> bool:
        """Notes a failure; returns whether it is one of too many in a row."""
        with self._lock:
            self._failed[service] += 1
            self._never_answered[service, kind] += 1
            self._alike[service, kind, status] += 1
        return self.is_long(service)

    def is_long(self, service: Service) -> bool:
        """Whether too many requests in a row failed."""
        return self._failed[service] >= FAILURES_BEFORE_GIVING_UP

    def is_hopeless(self, service: Service, kind: str) -> bool:
        """Whether so many of a kind failed, and none was answered, that another kind's answers prove nothing."""
        return self._never_answered[service, kind] >= FAILURES_OF_A_KIND

    def tries(self, service: Service, kind: str, status: int | None, most: int) -> int:
        """Returns how often a request that fails in this way is tried: less often once many failed for good in it.

        Args:
            service: which API.
            kind: what is asked for.
            status: HTTP status of the response; None for no response.
            most: how often a request is tried otherwise.
        """
        return min(most, TRIES_OF_MANY) if self._alike[service, kind, status] >= FAILURES_BEFORE_GIVING_UP else most
