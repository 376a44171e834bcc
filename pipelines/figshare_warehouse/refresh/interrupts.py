"""Ctrl-C and SIGTERM in a refresh: nothing more is asked, what was read is loaded, the rest is left to the next one."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, Self

import duckdb

from figshare_warehouse.errors import FigshareWarehouseError
from figshare_warehouse.sources.figshare.client import FigshareClient


class InterruptedRefreshError(FigshareWarehouseError):
    """The user stopped it (Ctrl-C)."""

    exit_code = 130


class Interrupts:
    """Takes Ctrl-C and SIGTERM while it is entered, in the main thread only; a second one ends at once.

    Args:
        client: is stopped by the first one.
        connection: its query is broken off where an interrupt ends at once.
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
        """Raises InterruptedRefreshError when the user interrupted."""
        if self._reason is not None:
            raise self._reason

    def end_if_repeated(self) -> None:
        """Raises KeyboardInterrupt after a second one, of which DuckDB makes an exception of its own in a query."""
        if self._is_repeated:
            raise KeyboardInterrupt

    @contextmanager
    def breaking(self) -> Iterator[None]:
        """What is inside is broken off by an interrupt; only for what leaves nothing half done.

        Raises:
            InterruptedRefreshError: the user interrupted, inside or before.
        """
        self._breaks = True
        try:
            self.check()
            yield
        except Exception:
            # DuckDB has an exception of its own for a query that a signal broke off.
            self.check()
            raise
        finally:
            self._breaks = False

    def _take(self, number: int, frame: FrameType | None) -> None:
        if self._reason is not None:
            self._is_repeated = True
            self._break_query()
            raise KeyboardInterrupt
        reason = InterruptedRefreshError("Interrupted. What was read is kept; the next refresh goes on from there.")
        self._reason = reason

        def end_requests() -> None:
            self._client.stop(reason)
            self._client.abandon()

        # In a thread of its own: the interrupted code may hold a lock that stopping needs.
        threading.Thread(target=end_requests, daemon=True).start()
        if self._breaks:
            self._break_query()
            raise reason

    def _break_query(self) -> None:
        # An exception alone ends a query only after what its threads have at hand, be it hours of work.
        self._connection.interrupt()
