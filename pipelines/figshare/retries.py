"""When to try again, how long to wait before, and when to give up on a service.

Facts about errors and `Retry-After`: Figshare's public documentation, https://docs.figshare.com, 2026.
"""

from __future__ import annotations

import email.utils
import random
import threading
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
"""So many requests failing for good, one after the other, are an outage and not bad luck."""


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


def own_wait(tries: int, first: float) -> float:
    """Returns the seconds to wait where the server does not say: doubled after each try, and drawn by lot.

    Args:
        tries: how often it was tried.
        first: the longest wait after the first try.
    """
    ceiling = min(first * 2 ** (tries - 1), LONGEST_OWN_WAIT)
    return random.uniform(ceiling / 2, ceiling)


class Streaks:
    """How many requests failed for good one after the other, for each service."""

    def __init__(self) -> None:
        self._failed: dict[Service, int] = {"api": 0, "stats": 0}
        self._lock = threading.Lock()

    def end(self, service: Service) -> None:
        """Notes an answer: the service is there."""
        self._failed[service] = 0

    def fail(self, service: Service) -> bool:
        """Notes a failure; returns whether it is one of too many."""
        with self._lock:
            self._failed[service] += 1
            return self._failed[service] >= FAILURES_BEFORE_GIVING_UP
