"""Ways to ask for usage in few requests: whole lives in one, totals alone, so many requests in each refresh."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from figshare_sandbox import Sandbox
from figshare_warehouse.errors import UsageError
from figshare_warehouse.refresh.usage.cheaper import DueMonths, cheaper_way
from figshare_warehouse.sources.figshare.usage.stats import months, months_after
from tests.support import TODAY
from tests.usage.usage_refresh import Clock, load, planned
from tests.usage.usage_truth import (
    asked,
    assert_months_true,
    assert_no_gap_and_no_double,
    assert_totals_true,
    items,
    requests,
)


def _used(sandbox: Sandbox, *counters: str) -> int:
    return sum(
        sandbox.world.usage_total(counter, entity_type, number) > 0
        for entity_type in ("article", "group")
        for number in items(sandbox, entity_type)
        for counter in counters
    )


@pytest.mark.slow
@pytest.mark.parametrize("has_credentials", [False, pytest.param(True, marks=pytest.mark.slow)])
def test_a_whole_life_takes_one_request(small: Sandbox, unused: Path, clock: Clock, has_credentials: bool) -> None:
    small.world.timeline_years = None
    expected = {row[0]: row for row in planned(small, unused, clock.now, has_credentials)}
    outcome = load(small, unused, has_credentials)
    assert outcome.outcome == "done"
    # That one is enough can only turn out.
    *_, why = expected["months"]
    least = int(why.split("at least ")[1].split(":")[0])
    assert 0.95 * least - 3 <= requests(outcome)["months"] <= 1.05 * least + 10 < expected["months"][1]
    for entity_type in ("article", "group"):
        assert_totals_true(small, unused, entity_type)
        assert_months_true(small, unused, entity_type)
    assert_no_gap_and_no_double(unused)
    # A few are asked for before it shows that whole lives are answered.
    used = _used(small, "views", "downloads", "shares")
    assert used <= requests(outcome)["months"] <= used + 10
    # What is asked for anew reaches back two years as ever.
    clock.now += timedelta(days=8)
    small.world.set_today(clock.now.date())
    told = {row[0]: row[1] for row in planned(small, unused, clock.now, has_credentials=False) if row[1] is not None}
    outcome = load(small, unused, has_credentials=False)
    assert_months_true(small, unused)
    # Something was used for the first time.
    assert told["months"] <= requests(outcome)["months"] <= told["months"] + 3


@pytest.mark.slow
def test_totals_alone_are_a_first_look(small: Sandbox, unused: Path, clock: Clock) -> None:
    told = planned(small, unused, clock.now, has_credentials=False, usage=["totals"])
    outcome = load(small, unused, has_credentials=False, usage=["totals"])
    count = len(items(small, "article")) + len(items(small, "group"))
    assert requests(outcome) == {"total": 2 * count}
    assert [row[:2] for row in told] == [("total", 2 * count)]
    query = "select count(*), count(views), count(downloads), count(shares) from intermediate.int_article_usage"
    articles = len(items(small, "article"))
    assert asked(unused, query) == [(articles, articles, articles, 0)]
    assert outcome.usage == {"article_count": articles, "totals_count": articles, "months_count": 0}
    # The rest follows with the next refresh that asks for it.
    assert load(small, unused, has_credentials=False).outcome == "done"
    assert_months_true(small, unused)


def test_totals_alone_take_a_handful_with_credentials(small: Sandbox, unused: Path, clock: Clock) -> None:
    outcome = load(small, unused, usage=["totals"])
    assert requests(outcome)["bulk_totals"] == 6
    assert sum(requests(outcome).values()) <= 6 + 3 * 3 * 2
    assert_totals_true(small, unused)


def test_totals_come_before_the_months_of_anything(small: Sandbox, unused: Path, clock: Clock) -> None:
    outcome = load(small, unused, has_credentials=False, usage_requests=300)
    assert outcome.outcome == "done"
    assert outcome.usage
    assert outcome.usage["totals_count"] == outcome.usage["article_count"] > outcome.usage["months_count"]


@pytest.mark.slow
def test_no_more_requests_than_wanted(small: Sandbox, unused: Path, clock: Clock) -> None:
    made, told = [], []
    for _ in range(12):
        told += planned(small, unused, clock.now, has_credentials=False, usage_requests=100)[:1]
        outcome = load(small, unused, has_credentials=False, usage_requests=100)
        made.append(sum(requests(outcome).values()))
        clock.now += timedelta(minutes=5)
        if outcome.usage is None:
            break
    assert max(made) <= 100
    assert made.count(100) >= len(made) - 2
    assert told[0][:2] == ("requests", 100)
    assert "with a refresh a day, figures get" in told[0][3]
    assert_totals_true(small, unused)
    assert_months_true(small, unused)


@pytest.mark.slow
def test_what_was_used_most_of_late_comes_first(small: Sandbox, unused: Path, clock: Clock) -> None:
    load(small, unused, has_credentials=False)
    clock.now += timedelta(days=8)
    small.world.set_today(clock.now.date())
    load(small, unused, has_credentials=False, usage_requests=120)
    query = """
        select coverage.entity_id, coverage.counter from figshare.usage_coverage as coverage
        where entity_type = 'article' and kind = 'months' and cast(asked_at as date) = ?
    """
    read = asked(unused, query, clock.now.date())
    recent = {
        (number, counter): sum(
            count
            for month, count in small.world.usage_by_month(counter, "article", number).items()
            if month >= "2026-04"
        )
        for number in items(small, "article")
        for counter in ("views", "downloads")
    }
    others = [count for key, count in recent.items() if key not in read]
    assert read
    assert sorted(others)[-1] <= 1.5 * min(recent[key] for key in read) + 5


@pytest.mark.parametrize("given_usage", [["totals", "months"], ["none", "days"]])
def test_some_kinds_go_with_no_other(small: Sandbox, tmp_path: Path, given_usage: list[str]) -> None:
    with pytest.raises(UsageError, match=f"usage is either {given_usage[0]} or other kinds"):
        load(small, tmp_path / "warehouse.duckdb", usage=given_usage)


_THIS_MONTH = date(TODAY.year, TODAY.month, 1)


@given(
    st.lists(
        st.builds(
            lambda back, count: DueMonths(months_after(_THIS_MONTH, -back), _THIS_MONTH, count),
            st.integers(0, 60),
            st.integers(1, 30),
        ),
        max_size=12,
    ),
    st.sets(st.integers(0, 60).map(lambda back: months_after(_THIS_MONTH, -back))),
    st.booleans(),
)
def test_no_other_way_makes_fewer_requests(due: list[DueMonths], known: set[date], is_whole: bool) -> None:
    way = cheaper_way(due, known, is_whole)

    def requests_from(first: date | None) -> float:
        bulk = [one for one in due if first is not None and one.first >= first]
        needed = {month for one in bulk for month in months(one.first, one.last)} - known
        return len(needed) + sum(one.requests(is_whole) for one in due if one not in bulk)

    assert way.requests == requests_from(way.first)
    assert way.requests == min(requests_from(first) for first in [None, *(one.first for one in due)])
