"""Publishing keeps to its memory, whatever it takes; what is due is asked within the same, and else without a limit."""

from __future__ import annotations

from typing import Any

import duckdb
import pytest

from figshare_warehouse.database.confined import connect
from figshare_warehouse.database.memory import bounded, execute
from figshare_warehouse.warehouse import store
from tests.support import empty_warehouse

SETTINGS = "select current_setting('memory_limit'), current_setting('threads'), {order}"
ORDER = "current_setting('preserve_insertion_order')"


def _settings(connection: duckdb.DuckDBPyConnection) -> list[tuple[object, ...]]:
    return connection.execute(SETTINGS.format(order=ORDER)).fetchall()


def test_what_needs_more_than_twice_the_memory_fails_and_the_limit_stays() -> None:
    with connect() as connection, bounded(connection):
        before = _settings(connection)
        # One list is one piece of memory, which no disk can take over: here of 8 bytes times 80 million.
        with pytest.raises(duckdb.OutOfMemoryException):
            execute(connection, "create table made as select list(range) as whole from range(80_000_000)")
        assert _settings(connection) == before
        assert execute(connection, "select $a + 1", {"a": 1}) == [(2,)]


def test_what_needs_a_little_more_is_done_with_twice_the_memory() -> None:
    with connect() as connection, bounded(connection):
        before = _settings(connection)
        # Some 100 MB in one piece, which is there twice when it grows.
        query = "create table made as select len(list(range)) as number from range(12_000_000)"
        with pytest.raises(duckdb.OutOfMemoryException):
            connection.execute(query)
        assert execute(connection, query) == [(1,)]
        assert _settings(connection) == before
        assert connection.execute("from made").fetchall() == [(12_000_000,)]


def test_the_rest_of_the_process_has_its_memory_back() -> None:
    with connect() as connection:
        before = _settings(connection)
        with bounded(connection):
            [(limit, _, _)] = _settings(connection)
            assert limit == "192.0 MiB"
        assert _settings(connection) == before


def test_what_is_due_is_asked_within_the_limit_and_told_even_where_that_is_too_little(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    limits: list[object] = []

    def too_little(connection: duckdb.DuckDBPyConnection, ask: Any) -> Any:
        limits.append(_settings(connection)[0][0])
        raise duckdb.OutOfMemoryException

    monkeypatch.setattr(store, "sparing", too_little)
    with empty_warehouse() as connection:
        assert store.ask(connection, "usage_items") == []
        assert _settings(connection)[0][0] != "192.0 MiB"
    assert limits == ["192.0 MiB"]
