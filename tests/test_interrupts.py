"""A second Ctrl-C ends a refresh at once, even where DuckDB turns it into an exception of its own."""

from __future__ import annotations

import os
import signal
import sys
import threading

import duckdb
import pytest

from pipelines.figshare import FigshareClient
from pipelines.refresh import InterruptedRefreshError
from pipelines.refresh.interrupts import Interrupts


def _interrupt_twice() -> None:
    for _ in range(2):
        os.kill(os.getpid(), signal.SIGINT)
        threading.Event().wait(0.3)


@pytest.mark.skipif(sys.platform == "win32", reason="a signal cannot be sent to a process there")
@pytest.mark.skipif(threading.current_thread() is not threading.main_thread(), reason="signals reach the main thread")
def test_a_second_interrupt_ends_a_query_at_once() -> None:
    sender = threading.Timer(0.3, _interrupt_twice)
    with (
        FigshareClient("http://127.0.0.1:9", requests_per_second=0) as client,
        Interrupts(client) as interrupts,
        duckdb.connect() as connection,
    ):
        interrupts.end_if_repeated()
        sender.start()
        with pytest.raises((KeyboardInterrupt, RuntimeError, duckdb.InterruptException)):
            connection.execute("select sum(a.range * b.range) from range(10_000_000) a, range(10_000_000) b").fetchall()
        with pytest.raises(KeyboardInterrupt):
            interrupts.end_if_repeated()
        with pytest.raises(InterruptedRefreshError):
            interrupts.check()
        sender.join()
