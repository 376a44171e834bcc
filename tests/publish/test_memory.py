"""Publishing keeps to its memory, whatever it takes; what is due is asked within the same, and else without a limit."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from figshare_warehouse.database.confined import connect
from figshare_warehouse.database.memory import bounded, execute
from figshare_warehouse.models import queries, views
from figshare_warehouse.models.computed import Computation, snapshot
from figshare_warehouse.warehouse import store
from tests.support import empty_warehouse, insert

SETTINGS = "select current_setting('memory_limit'), current_setting('threads'), {order}"
LISTS = "intermediate.int_article_lists"
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


def test_parts_have_each_id_once() -> None:
    with empty_warehouse() as connection:
        assert queries.rows(connection, "catalog/id_parts") == []
        for id_ in (5, 5, 7, *range(100, 400, 3)):
            insert(connection, "articles", article_id=id_, group_id=id_ if id_ > 5 else None)
        insert(connection, "article_authors", article_id=5, position=1, author_id=None)
        insert(connection, "article_authors", article_id=5, position=2, author_id=3)
        insert(
            connection, "usage_totals", entity_type="group", entity_id=1, counter="views", observed_on=date(2026, 6, 30)
        )
        parts: dict[str, list[str]] = {}
        for row in queries.rows(connection, "catalog/id_parts"):
            parts.setdefault(row["id_column"], []).append(row["condition"])
        for column, conditions in parts.items():
            # Also what is not among those that the parts were made of.
            rest = " union all select null" if column in ("author_id", "group_id") else ""
            ids = f"(select unnest(generate_series(-10, 1000)) as {column}{rest})"
            query = f"select count(*) from {ids} where ({') or ('.join(conditions)})"
            assert connection.execute(query).fetchall() == [(1011 + bool(rest),)]
            each = [connection.execute(f"select count(*) from {ids} where {one}").fetchall() for one in conditions]
            assert sum(count for [(count,)] in each) == 1011 + bool(rest)
        counts = {column: len(conditions) for column, conditions in parts.items()}
        assert counts == {"article_id": 32, "author_id": 3, "entity_id": 2, "group_id": 9}


@pytest.mark.slow
def test_what_is_too_much_at_once_is_computed_in_parts(begun: Callable[[Path], Path], tmp_path: Path) -> None:
    scratch = tmp_path / "scratch.duckdb"
    with store.connected(begun(tmp_path / "warehouse.duckdb"), files=[scratch]) as connection:
        connection.execute(
            "insert into figshare.articles (article_id, _dlt_load_id) select 3 * range, '1' from range(640)"
        )
        # 64 MB of text, of which DuckDB holds each article's until all are read.
        connection.execute(
            "insert into figshare.article_tags (article_id, position, tag, _dlt_load_id) "
            "select 3 * (range // 100), range % 100 + 1, range || repeat('x', 1_000), '1' from range(64_000)"
        )
        connection.execute("checkpoint")
        connection.execute("set memory_limit = '64MB'")
        with snapshot(connection, scratch):
            computation = Computation(connection, views.parsed_files())
            computation.need([LISTS])
            assert computation.failed == {}
            text = next(file.sql.text for file in views.parsed_files() if file.sql.relation == LISTS)
            with pytest.raises(duckdb.OutOfMemoryException):
                connection.execute(f"create table whole as {text}")
            connection.execute("reset memory_limit")
            query = f"select article_id, length(tags), split_part(tags, 'x', 1) from {LISTS} order by article_id"
            found = connection.execute(query).fetchall()
    # A hundred tags, each with its number, and what joins them.
    lengths = [sum(len(str(100 * n + k)) + 1_000 for k in range(100)) + 99 * 2 for n in range(640)]
    assert found == [(3 * n, lengths[n], str(100 * n)) for n in range(640)]


def test_the_rest_of_the_process_has_its_memory_back() -> None:
    with connect() as connection:
        before = _settings(connection)
        with bounded(connection):
            [(limit, _, _)] = _settings(connection)
            assert limit == "192.0 MiB"
        assert _settings(connection) == before


def test_inside_another_the_limit_stays_and_threads_are_few() -> None:
    with connect() as connection, bounded(connection):
        outside = _settings(connection)
        # As a machine with many processors has, once the file has grown.
        connection.execute("set threads = 9")
        with bounded(connection):
            [(limit, threads, _)] = _settings(connection)
            assert (limit, threads) == ("192.0 MiB", 4)
        assert _settings(connection) == [(outside[0][0], 9, outside[0][2])]


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
