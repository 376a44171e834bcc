"""What makes a history cheap: a clock that stands in a test's hand, a loader without dlt, a process that is killed."""

from __future__ import annotations

import itertools
import multiprocessing
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from multiprocessing.context import BaseContext
from pathlib import Path
from typing import Any
from unittest.mock import patch

import duckdb

import figshare_warehouse.refresh.run
from figshare_warehouse.configuration import prepare_dlt, resolve_settings
from figshare_warehouse.refresh import Outcome, load
from tests.direct_loader import Cut, DirectLoader


class Quiet:
    """Progress that nobody sees."""

    is_shown = False

    def step(self, text: str) -> None:
        """A new step begins."""

    def expect(self, requests: int, is_sure: bool) -> None:
        """The whole refresh is expected to take so many requests."""

    def requests(self, made: int) -> None:
        """So many requests were made."""


def clock_at(moment: datetime) -> Callable[[], datetime]:
    """A clock that moves on by a millisecond each time it is looked at."""
    ticks, lock = itertools.count(1), threading.Lock()

    def now() -> datetime:
        with lock:
            return moment + timedelta(milliseconds=next(ticks))

    return now


@contextmanager
def in_one_thread() -> Iterator[None]:
    """Has DuckDB use one thread: among a few rows more of them wait for each other."""
    with patch.object(duckdb, "connect", partial(duckdb.connect, config={"threads": 1})):
        yield


def loaded(
    given: dict[str, Any], warehouse: Path, moment: datetime, loads: int | None = None, confirm: bool = False
) -> Outcome | None:
    """Loads what is due, directly.

    Args:
        given: the settings.
        warehouse: the DuckDB file, in which the tables are already.
        moment: what the clock shows (UTC).
        loads: after so many the refresh is cut off; None for never.
        confirm: whether the user confirms that what is missing is gone.

    Returns:
        What was done; None where it was cut off.
    """
    DirectLoader.loads_left = loads
    try:
        with patch.object(figshare_warehouse.refresh.run, "Loader", DirectLoader):
            return load(resolve_settings(given), warehouse, Quiet(), confirm, clock=clock_at(moment))
    except Cut:
        return None


def _load_in_child(given: dict[str, Any], warehouse: Path, moment: datetime) -> None:
    prepare_dlt()
    load(resolve_settings(given), warehouse, Quiet(), clock=clock_at(moment))


def _processes() -> BaseContext:
    # A process that has imported everything and runs no thread is copied in no time; Windows has no such thing.
    if sys.platform == "win32":
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    return context


def killed(
    given: dict[str, Any], warehouse: Path, moment: datetime, is_time: Callable[[], bool], seconds: float
) -> bool:
    """Loads in a process of its own, with dlt, and kills that process.

    Args:
        given: the settings.
        warehouse: the DuckDB file.
        moment: what the clock shows (UTC).
        is_time: when to kill it.
        seconds: how long after that.

    Returns:
        Whether it still ran.
    """
    process = _processes().Process(target=_load_in_child, args=(given, warehouse, moment))  # type: ignore[attr-defined]
    process.start()
    while process.is_alive() and not is_time():
        time.sleep(0.01)
    process.join(seconds)
    was_alive = bool(process.is_alive())
    process.kill()
    process.join()
    return was_alive
