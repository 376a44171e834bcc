"""Ctrl-C and SIGTERM in a refresh: no more requests, what was read is loaded, and the next refresh reads the rest."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, Self

import duckdb

from figshare_warehouse.errors import FigshareWarehouseError
from figshare_warehouse.exit_statuses import ExitStatus
from figshare_warehouse.sources.figshare.client import FigshareClient


class InterruptedRefreshError(FigshareWarehouseError):
    """The user stopped the refresh (Ctrl-C)."""

    exit_code = ExitStatus.INTERRUPTED
    is_failure = False


class Interrupts:
    """Handles Ctrl-C and SIGTERM while it is entered, in the main thread only; a second one ends at once.

    Args:
        client: stopped by the first signal.
        connection: its query is cancelled where an interrupt ends at once.
    """

    def __init__(self, client: FigshareClient, connection: duckdb.DuckDBPyConnection) -> None:
        self._client = client
        self._connection = connection
        self._reason: InterruptedRefreshError | None = None
        self._breaks = False
        self._is_repeated = False
        self._before: dict[int, Any] = {}

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():
            self._before = {number: signal.signal(number, self._take) for number in (signal.SIGINT, signal.SIGTERM)}
        return self

    def __exit__(self, *error: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def check(self) -> None:
        """Raises InterruptedRefreshError if the user interrupted."""
        if self._reason is not None:
            raise self._reason

    def end_if_repeated(self) -> None:
        """Raises KeyboardInterrupt after a second signal, which in a query DuckDB turns into another exception."""
        if self._is_repeated:
            raise KeyboardInterrupt

    @contextmanager
    def breaking(self) -> Iterator[None]:
        """Lets an interrupt cancel the block; only for work that can be cancelled at any point.

        Raises:
            InterruptedRefreshError: the user interrupted, in the block or before.
        """
        self._breaks = True
        try:
            self.check()
            yield
        except Exception:
            # DuckDB raises another exception for a query that a signal interrupted.
            self.check()
            raise
        finally:
            self._breaks = False

    def _take(self, number: int, frame: FrameType | None) -> None:
        if self._reason is not None:
            self._is_repeated = True
            self._break_query()
            raise KeyboardInterrupt
        reason = InterruptedRefreshError("Interrupted. What was read is kept; the next refresh continues from there.")
        self._reason = reason

        def end_requests() -> None:
            self._client.stop(reason)
            self._client.abandon()

        # In another thread: the interrupted code may hold a lock that stopping needs.
        threading.Thread(target=end_requests, daemon=True).start()
        if self._breaks:
            self._break_query()
            raise reason

    def _break_query(self) -> None:
        # An exception alone ends a query only after its threads have finished, perhaps hours later.
        self._connection.interrupt()
