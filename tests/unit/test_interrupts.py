"""Ctrl-C ends a query at once, even where DuckDB makes an exception of its own of it and goes on computing."""

from __future__ import annotations

import os
import signal
import sys
import threading

import duckdb
import pytest

from figshare_warehouse.refresh import InterruptedRefreshError
from figshare_warehouse.refresh.interrupts import Interrupts
from figshare_warehouse.sources.figshare import FigshareClient

# Days of work: what ends it in this test is the interrupt.
LONG = "select sum(hash(range) % 7) from range(10_000_000_000_000)"


def _interrupt(interrupts: Interrupts, times: int) -> None:
    threading.Event().wait(0.3)
    for _ in range(times):
        os.kill(os.getpid(), signal.SIGINT)
        # Two signals are one to a process that is too busy to take the first: the next waits until that is done.
        with pytest.raises(InterruptedRefreshError):
            _wait(interrupts)


def _wait(interrupts: Interrupts) -> None:
    while True:
        interrupts.check()
        threading.Event().wait(0.01)


@pytest.mark.skipif(sys.platform == "win32", reason="a signal cannot be sent to a process there")
@pytest.mark.skipif(threading.current_thread() is not threading.main_thread(), reason="signals reach the main thread")
@pytest.mark.parametrize("breaks", [True, False])
def test_an_interrupt_ends_a_query_at_once_where_it_may_and_a_second_one_anywhere(breaks: bool) -> None:
    with (
        duckdb.connect() as connection,
        FigshareClient("http://127.0.0.1:9", requests_per_second=0) as client,
        Interrupts(client, connection) as interrupts,
    ):
        interrupts.end_if_repeated()
        sender = threading.Thread(target=_interrupt, args=[interrupts, 1 if breaks else 2])
        sender.start()
        if breaks:
            with pytest.raises(InterruptedRefreshError), interrupts.breaking():
                connection.execute(LONG)
            interrupts.end_if_repeated()
        else:
            with pytest.raises((KeyboardInterrupt, RuntimeError, duckdb.InterruptException)):
                connection.execute(LONG)
            with pytest.raises(KeyboardInterrupt):
                interrupts.end_if_repeated()
        with pytest.raises(InterruptedRefreshError):
            interrupts.check()
        sender.join()
        # How the refresh ended is still to be written.
        assert connection.execute("select 42").fetchone() == (42,)
