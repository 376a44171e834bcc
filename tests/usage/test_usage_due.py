"""What is due, by the questions alone: the order, the windows as the days go by, and what is never taken for 0.

The articles, groups and people are those of tests/models/small_world.py.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

import duckdb
import pytest

from figshare_sandbox import Fault, Sandbox
from figshare_warehouse.configuration import resolve_settings
from figshare_warehouse.models import views
from figshare_warehouse.models.computed import compute, snapshot
from figshare_warehouse.models.sqlfiles import SCHEMAS
from figshare_warehouse.refresh.usage.due import UsageDue
from figshare_warehouse.sources.figshare.client import FigshareClient
from figshare_warehouse.sources.figshare.facts import FIRST_DAY
from figshare_warehouse.sources.figshare.usage import stats
from figshare_warehouse.sources.figshare.usage.rows import country_code, country_rows
from figshare_warehouse.sources.figshare.usage.stats import Kind, Question, Reading, read
from figshare_warehouse.sources.http.errors import DeniedError, RequestError
from figshare_warehouse.warehouse import store
from tests.models.small_world import article, listed, small_world
from tests.support import insert


@pytest.fixture(scope="module")
def _world() -> Iterator[duckdb.DuckDBPyConnection]:
    with small_world() as connection:
        yield connection


@pytest.fixture
def world(_world: duckdb.DuckDBPyConnection) -> Iterator[duckdb.DuckDBPyConnection]:
    _world.begin()
    yield _world
    _world.rollback()


def _due(
    world: duckdb.DuckDBPyConnection, kind: Kind, at: datetime, entity_type: str = "article"
) -> list[dict[str, Any]]:
    settings = resolve_settings({"institution": 1, "usage": ["countries", "days"]})
    found = UsageDue(world, settings, at).due(kind, [entity_type])
    assert found is not None
    rows: list[dict[str, Any]] = found.to_pylist()
    return rows


def _total(world: duckdb.DuckDBPyConnection, type_: str, id_: int, counter: str, total: int, at: datetime) -> None:
    what = {"entity_type": type_, "entity_id": id_, "counter": counter}
    seen = {"observed_on": at.date(), "observed_at": at, "source": "total"}
    insert(world, "usage_totals", total=total, **what, **seen)


def _read(
    world: duckdb.DuckDBPyConnection, kind: str, row: dict[str, Any], at: datetime, state: str = "fetched"
) -> None:
    """As if one window had been read."""
    key = {name: row[name] for name in ("entity_type", "entity_id", "counter", "window_start")} | {"kind": kind}
    where = " and ".join(f"{name} = ?" for name in key)
    world.execute(f"delete from figshare.usage_coverage where {where}", list(key.values()))
    good = {"fetched_at": at, "window_end": row["window_end"]} if state != "failed" else {}
    insert(world, "usage_coverage", state=state, asked_at=at, total=row["total"], **key, **good)


DAYS = [
    *(date(2024, 2, 28), date(2024, 2, 29), date(2024, 3, 1), date(2024, 12, 31), date(2025, 1, 1), date(2025, 1, 31)),
    *(date(2025, 2, 28), date(2025, 3, 1), date(2025, 11, 30), date(2026, 1, 1), date(2028, 2, 29), date(2028, 3, 1)),
]


def _filled(begin: date, day: date) -> date:
    """The beginning of as many months as the requests for those from `begin` to `day` can have."""
    months = day.year * 12 + day.month - begin.year * 12 - begin.month + 1
    number = day.year * 12 + day.month - math.ceil(months / 24) * 24
    return date(number // 12, number % 12 + 1, 1)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["months", pytest.param("countries", marks=pytest.mark.slow), "days"])
def test_windows_follow_each_other_over_ends_of_months_and_years(world: duckdb.DuckDBPyConnection, kind: Kind) -> None:
    longest = {"months": 2, "countries": 2, "days": 1}[kind]
    covered: list[tuple[date, date]] = []
    for day in DAYS:
        now = datetime.combine(day, time(12))
        # A total that moves each day.
        _total(world, "article", 101, "views", (day - date(2024, 1, 1)).days, now)
        asked = [row for row in _due(world, kind, now) if (row["entity_id"], row["counter"]) == (101, "views")]
        windows = [(row["window_start"], row["window_end"]) for row in asked]
        assert windows == sorted(windows)
        assert windows[-1][1] == day
        for number, (first, last) in enumerate(windows):
            # Figshare cuts what is longer without a word.
            assert first >= last.replace(year=last.year - longest, day=min(last.day, 28))
            if number:
                assert first == windows[number - 1][1] + timedelta(days=1)
        if covered:
            end = covered[-1][1]
            if kind == "days":
                begin = max(end, day - timedelta(days=91))
                assert windows[0][0] == min(begin, day - timedelta(days=1))
            else:
                # From the last complete month on, or from the month that was not over when it was last asked for.
                complete = (day.replace(day=1) - timedelta(days=1)).replace(day=1)
                begin = min(end.replace(day=1), complete)
                assert windows[0][0] == (begin if kind == "countries" else _filled(begin, day))
        elif kind != "days":
            # The month of its earliest date.
            begin = date(2019, 12, 1)
            assert windows[0][0] == (begin if kind == "countries" else _filled(begin, day))
        for row in asked:
            _read(world, kind, row, now)
        covered = windows
        assert not [row for row in _due(world, kind, now) if (row["entity_id"], row["counter"]) == (101, "views")]


def test_the_never_asked_come_first_then_the_changed_then_the_longest_unasked(
    world: duckdb.DuckDBPyConnection,
) -> None:
    read = datetime(2026, 6, 1)
    for id_, changed in ((301, 1), (302, 2), (303, 3), (304, 4), (305, 5)):
        article(world, id_, [], created_date=datetime(2025, 1, 1), modified_date=datetime(2026, 5, changed))
        listed(world, "institution 1", id_)
        _total(world, "article", id_, "views", 5, read)
    window = {"entity_type": "article", "counter": "views", "window_start": date(2025, 1, 1), "total": None}
    for id_, days in ((301, 0), (302, 2), (303, 1), (304, 3)):
        _read(world, "months", window | {"entity_id": id_, "window_end": date(2026, 6, 4)}, read + timedelta(days=days))
    world.execute("update figshare.articles set modified_date = timestamp '2026-06-10' where article_id = 304")
    found = _due(world, "months", datetime(2026, 6, 20))
    order = [row["entity_id"] for row in found if row["entity_id"] > 300 and row["counter"] == "views"]
    assert order == [305, 304, 301, 303, 302]
    # What failed the last time waits until the others are read; of that first what failed first.
    for id_, hours in ((305, 0), (304, 2), (301, 1)):
        _read(world, "months", window | {"entity_id": id_}, read + timedelta(hours=hours), "failed")
    found = [row for row in _due(world, "months", datetime(2026, 6, 20)) if row["counter"] == "views"]
    assert [row["entity_id"] for row in found if row["failed_at"]] == [305, 301, 304]
    assert [row["entity_id"] for row in found[-3:]] == [305, 301, 304]


def test_shares_that_were_none_are_asked_for_rarely(world: duckdb.DuckDBPyConnection) -> None:
    asked = datetime(2026, 6, 1)
    for counter in ("views", "shares"):
        _total(world, "article", 101, counter, 0, asked)

    def due(days: int) -> list[str]:
        found = _due(world, "total", asked + timedelta(days=days))
        return [row["counter"] for row in found if row["entity_id"] == 101 and row["counter"] != "downloads"]

    assert due(7) == []
    assert due(8) == ["views"]
    assert due(84) == ["views"]
    assert due(85) == ["views", "shares"]


def test_a_window_goes_up_to_the_day_on_which_it_is_asked_for() -> None:
    planned = date(2026, 6, 30)
    with Sandbox(items=1) as sandbox, FigshareClient(
        sandbox.api_url,
        stats_url=sandbox.stats_url,
        requests_per_second=0,
        clock=lambda: datetime(2026, 7, 2, 1),
    ) as client:  # fmt: skip

        def last(first: date, end: date, is_open: bool) -> date:
            asked = Question("months", "article", 1, "views", first, end, None, is_open)
            found = read(client, asked).question
            # The ledger's row is found by it.
            assert found == asked
            return found.last

        assert last(date(2026, 5, 1), planned, True) == date(2026, 7, 2)
        # No longer than Figshare answers: what is missing is due again.
        assert last(date(2024, 7, 1), planned, True) == planned
        assert last(date(2022, 7, 1), date(2024, 6, 30), False) == date(2024, 6, 30)


def test_what_is_not_asked_any_more_has_not_failed() -> None:
    with Sandbox(items=1) as sandbox, FigshareClient(
        sandbox.api_url, stats_url=sandbox.stats_url, requests_per_second=0, max_tries=1, concurrency=1
    ) as client:  # fmt: skip
        sandbox.faults.add(Fault("status", status=500, path="/stats/"))
        questions = [Question("total", "article", n, "views", FIRST_DAY, date(2026, 6, 30)) for n in range(1, 20)]
        (batch,) = stats.readings(client, questions, 100, 60)
        assert [unread.question for unread in batch.bad] == questions[:10]
        assert "so this refresh sends the Stats API no more requests" in str(batch.bad[-1].error)
        assert len(sandbox.requests) == 10


def test_only_figshare_denies(monkeypatch: pytest.MonkeyPatch) -> None:
    with Sandbox(items=1) as sandbox, FigshareClient(
        sandbox.api_url, stats_url=sandbox.stats_url, requests_per_second=0, max_tries=1
    ) as client:  # fmt: skip
        question = Question("months", "article", 1, "views", date(2026, 5, 1), date(2026, 6, 30))
        sandbox.faults.add(Fault("status", status=403, path="^/stats/"))
        with pytest.raises(DeniedError):
            read(client, question)
        sandbox.faults.clear()
        # A page of something in between forbids for some time, and everything.
        sandbox.faults.add(Fault("html", status=403, path="^/stats/"))
        with pytest.raises(RequestError) as raised:
            read(client, question)
        assert not isinstance(raised.value, DeniedError)


@pytest.mark.parametrize(
    ("kind", "answer"),
    [
        ("months", {"timeline": {"2026-5": 3}}),
        ("months", {"timeline": {"2026": 3}}),
        ("months", {"timeline": {"2026-05": "3"}}),
        ("months", {"timeline": {"2026-05": -3}}),
        ("days", {"timeline": {"2026-05": 3}}),
        ("countries", {"breakdown": {"May": {"Germany": {"total": 3}}}}),
        ("total", {"totals": None}),
        ("total", {}),
    ],
)
def test_what_is_not_understood_is_not_taken_for_none(kind: Kind, answer: dict[str, Any]) -> None:
    with pytest.raises((ValueError, KeyError, TypeError)):
        stats._checked(kind, answer)


@pytest.mark.parametrize("known", [240, None])
def test_countries_beyond_those_that_are_named_have_a_row(world: duckdb.DuckDBPyConnection, known: int | None) -> None:
    named = {f"Country {n}": {"total": 1} for n in range(198)} | {"Unknown": {"total": 2}, "Unkown": {"total": 3}}
    at = datetime(2026, 6, 30, 12)
    question = Question("countries", "group", 11, "views", date(2026, 5, 1), date(2026, 6, 30))
    reading = Reading(question, {date(2026, 6, 1): named, date(2026, 5, 1): {"Unkown": {"total": 1}}}, at)
    assert reading.state == "truncated"
    if known:
        what = {"entity_type": "group", "entity_id": 11, "counter": "views"}
        insert(world, "usage_by_month", month=date(2026, 6, 1), event_count=known, observed_at=at, **what)
    world.register("completed", store.ask_arrow(world, "usage_remainders", country_rows([reading], "r")))
    world.execute("insert into figshare.usage_by_country by name select * from completed")
    query = "select month, country, views from reports.usage_by_country where entity_type = 'group' and country "
    assert world.execute(query + "in ('Unknown', '(other)') order by all").fetchall() == [
        (date(2026, 5, 1), "Unknown", 1),
        # What is there and not known is not 0.
        (date(2026, 6, 1), "(other)", known and known - 203),
        (date(2026, 6, 1), "Unknown", 5),
    ]
    query = (
        "select count(*), sum(views) from reports.usage_by_country where entity_type = 'group' and month = '2026-06-01'"
    )
    assert world.execute(query).fetchall() == [(200, known or 203)]


def test_what_a_country_had_before_is_kept(world: duckdb.DuckDBPyConnection) -> None:
    old, new = datetime(2026, 6, 10), datetime(2026, 6, 11)
    may = [("Germany", "Berlin", 3), ("Germany", "(other)", 1), ("France", "Paris", 2), ("Italy", "Rome", 7)]
    # June was not over, and what was left out in May was not known.
    for month, (country, city, count) in [(5, place) for place in [*may, ("(other)", "(other)", None)]] + [(6, may[0])]:
        row = {"country": country, "city": city, "event_count": count, "observed_at": old}
        insert(
            world,
            "usage_by_country",
            entity_type="group",
            entity_id=11,
            counter="views",
            month=date(2026, month, 1),
            **row,
        )
    known = {"Germany": {"total": 5}, "Italy": {"total": 7}, "Spain": {"total": 1}}
    said = {date(2026, 5, 1): known, date(2026, 6, 1): {}}
    question = Question("countries", "group", 11, "views", date(2026, 5, 1), date(2026, 6, 11))
    found = store.ask_arrow(world, "usage_countries_restated", country_rows([Reading(question, said, new)], "r"))
    columns = ["month", "country", "old_event_count", "new_event_count", "old_observed_at", "new_observed_at"]
    assert sorted(tuple(row.values()) for row in found.select(columns).to_pylist()) == [
        (date(2026, 5, 1), "France", 2, 0, old, new),
        (date(2026, 5, 1), "Germany", 4, 5, old, new),
        (date(2026, 5, 1), "Spain", 0, 1, old, new),
    ]


@pytest.fixture
def computed() -> Iterator[duckdb.DuckDBPyConnection]:
    """Of one article the views are known, and of one group; nothing of anything else. Every view is computed once."""
    with small_world() as world:
        _know_a_little(world)
        with snapshot(world):
            assert compute(world, views.parsed_files(None, SCHEMAS)).failed == {}
            yield world


def _know_a_little(world: duckdb.DuckDBPyConnection) -> None:
    at = datetime(2026, 6, 30, 12)
    _total(world, "article", 101, "views", 30, at)
    _total(world, "group", 11, "views", 40, at)
    month = {"counter": "views", "month": date(2026, 6, 1), "event_count": 9, "observed_at": at}
    insert(world, "usage_by_month", entity_type="article", entity_id=101, **month)
    insert(world, "usage_by_month", entity_type="group", entity_id=11, **month)
    place = {"country": "Germany", "city": "Berlin"}
    insert(world, "usage_by_country", entity_type="group", entity_id=11, **place, **month)


def test_what_is_not_known_is_nowhere_0(computed: duckdb.DuckDBPyConnection) -> None:
    columns = computed.execute(
        "select schema_name, table_name, column_name, table_name in (select table_name from duckdb_columns() "
        "where schema_name = 'reports' and column_name = 'article_count') from duckdb_columns() "
        "where database_name = current_database() and schema_name in ('reports', 'staging', 'intermediate') "
        "and data_type in ('BIGINT', 'DOUBLE', 'HUGEINT', 'DECIMAL(18,3)')"
    ).fetchall()
    walked: dict[tuple[str, str, bool], list[tuple[str, str]]] = {}
    for schema, table, column, counts in columns:
        counter = re.search(r"(?:^|_)(views|downloads|shares)(?:_|$)", column)
        if counter is not None and not column.endswith(("_rank", "_known_ratio")):
            walked.setdefault((schema, table, counts), []).append((column, counter[1]))
    assert sum(len(found) for found in walked.values()) > 30
    for (schema, table, counts), found in walked.items():
        # What has no articles at all has no use, and that is known.
        where = "article_count > 0" if schema == "reports" and counts else "true"
        asked = ", ".join(f'count("{column}"), min("{column}")' for column, _ in found)
        values = computed.execute(f"select {asked} from {schema}.{table} where {where}").fetchone()
        assert values is not None
        for place, (column, name) in enumerate(found):
            known, least = values[2 * place : 2 * place + 2]
            if name != "views":
                assert known == 0, (schema, table, column)
            elif "fractional" not in column:
                assert least is None or least > 0, (schema, table, column)


@pytest.mark.parametrize(
    ("name", "code"),
    [("The Netherlands", "NL"), ("DR Congo", "CD"), ("Ivory Coast", "CI"), ("South Korea", "KR"), ("Atlantis", None)],
)
def test_names_that_services_use(name: str, code: str | None) -> None:
    assert country_code(name) == code


def test_what_several_queries_read_is_computed_once_until_it_is_forgotten(world: duckdb.DuckDBPyConnection) -> None:
    at = datetime(2026, 6, 30, 12)
    computed: set[str] = set()
    due = UsageDue(world, resolve_settings({"institution": 1}), at, computed=computed)
    before = due.due("total", ["article"])
    assert computed == {"int_usage_counters", "int_usage_month_sums"}
    for row in before.to_pylist() if before is not None else ():
        _total(world, row["entity_type"], row["entity_id"], row["counter"], 1, at)
    assert due.due("total", ["article"]) == before
    computed.clear()
    after = due.due("total", ["article"])
    assert before is not None
    assert before.num_rows > 0
    assert after is not None
    assert after.num_rows == 0
