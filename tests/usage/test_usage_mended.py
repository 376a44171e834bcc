"""Figshare mends its figures, and counts use before an item was public: both come into the warehouse."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from figshare_sandbox import Sandbox
from tests.support import change
from tests.usage.usage_refresh import Clock, load, planned
from tests.usage.usage_truth import (
    COUNTERS,
    asked,
    assert_months_true,
    assert_no_gap_and_no_double,
    assert_tops_true,
    assert_totals_true,
    requests,
)

OLD, EARLY, YOUNG, LATE = 20000957, 20001078, 20001647, 20001548
"""Articles that were published in 2014, in July 2018, in November 2025 and in August 2025."""


def _assert_true(sandbox: Sandbox, warehouse: Path) -> None:
    assert_totals_true(sandbox, warehouse)
    assert_months_true(sandbox, warehouse)
    assert_no_gap_and_no_double(warehouse)
    query = (
        "select entity_id from reports.usage_reconciliation where comparison = 'total and months' and difference <> 0"
    )
    assert asked(warehouse, query) == []


def _add(sandbox: Sandbox, number: int, day: date, views: int) -> None:
    sandbox.world.add_usage(number, "views", day, "Germany", "Berlin", views)


def _groups_of(sandbox: Sandbox, number: int) -> int:
    """How many groups an article lies in, with those above."""
    parents = {one["id"]: one["parent_id"] for one in sandbox.world.groups}
    count, group = 0, sandbox.world.detail(number)["group_id"]
    while group:
        count, group = count + 1, parents.get(group)
    return count


@pytest.mark.slow
def test_use_before_publication_is_asked_for(small: Sandbox, clock: Clock, unused: Path) -> None:
    _add(small, LATE, date(2025, 3, 10), 20)
    # Just before what four answers reach back to.
    _add(small, EARLY, date(2018, 6, 10), 30)
    load(small, unused, False)
    query = "select usage_known_ratio, usage_complete_to from reports.usage_by_month where entity_id = ? limit 1"
    assert asked(unused, query, LATE) == [(1.0, clock.now.date())]
    assert asked(unused, query, EARLY) == [(0.0, None)]
    query = "select figure - other_figure from reports.usage_reconciliation where entity_id = ? and counter = 'views'"
    assert asked(unused, query, EARLY) == [(30,)]
    clock.now += timedelta(hours=1)
    told = planned(small, unused, clock.now, False)
    made = requests(load(small, unused, False))
    # From 2010 to June 2018, of its views and of those of the groups that it lies in.
    assert [row[1] for row in told if row[0] == "months"] == [made["months"]]
    assert {row[0] for row in asked(unused, "select distinct entity_id from figshare.usage_by_month where month < "
            "'2012-01-01' and entity_type = 'article'")} == {EARLY}  # fmt: skip
    _assert_true(small, unused)


@pytest.mark.slow
def test_sites_and_categories_of_a_past_year_are_read_again_where_its_months_were_mended(
    small: Sandbox, clock: Clock, unused: Path
) -> None:
    load(small, unused)
    first_read = clock.now.date()
    clock.now += timedelta(days=8)
    assert not {"referrals", "categories"} & requests(load(small, unused)).keys(), "nothing moved"
    _add(small, OLD, date(2025, 5, 5), 40)
    clock.now += timedelta(days=8)
    made = requests(load(small, unused))
    # Of that year alone.
    assert made["referrals"] == made["categories"] == _groups_of(small, OLD)
    assert_tops_true(small, unused, first_read)
    _assert_true(small, unused)
    clock.now += timedelta(days=8)
    assert not {"referrals", "categories"} & requests(load(small, unused)).keys()


@pytest.mark.slow
def test_usage_by_category_is_read_again_where_an_article_got_other_categories(
    small: Sandbox, clock: Clock, unused: Path
) -> None:
    load(small, unused)
    small.world.edit(OLD, categories=[])
    clock.now += timedelta(days=8)
    made = requests(load(small, unused))
    assert "referrals" not in made
    # Of both years.
    assert made["categories"] == 2 * _groups_of(small, OLD)
    # The clock of the test is that of usage alone.
    change(unused, f"update figshare.article_changes set changed_at = timestamp '{clock.now - timedelta(hours=1)}'")
    clock.now += timedelta(days=8)
    assert "categories" not in requests(load(small, unused))


@pytest.mark.slow
def test_what_was_mended_is_read_again_and_noted(small: Sandbox, clock: Clock, unused: Path) -> None:
    # Robots; and an outage, in which nothing was counted of OLD.
    _add(small, EARLY, date(2019, 2, 2), 500)
    _add(small, YOUNG, date(2026, 2, 2), 25)
    load(small, unused, False)
    _assert_true(small, unused)
    _add(small, OLD, date(2016, 5, 5), 40)
    _add(small, EARLY, date(2019, 2, 2), -500)
    _add(small, YOUNG, date(2026, 2, 2), -25)
    query = (
        "select entity_id, month, difference from reports.usage_restatements where entity_type = 'article' order by all"
    )
    # The last two years are read whenever anything is.
    clock.now += timedelta(days=8)
    load(small, unused, False)
    assert asked(unused, query) == [(YOUNG, date(2026, 2, 1), -25)]
    # Totals are asked for within twelve weeks, and what does not add up to them is read again by the next refresh.
    for days in (84, 8):
        clock.now += timedelta(days=days)
        load(small, unused, False)
    _assert_true(small, unused)
    assert asked(unused, query) == [
        (OLD, date(2016, 5, 1), 40),
        (EARLY, date(2019, 2, 1), -500),
        (EARLY, None, -500),
        (YOUNG, date(2026, 2, 1), -25),
        (YOUNG, None, -25),
    ]
    # Then all is as ever: one request for what has any.
    clock.now += timedelta(days=8)
    used = sum(small.world.usage_total(counter, "article", number) > 0
               for counter in COUNTERS for number in small.world.public_ids())  # fmt: skip
    small.clear_requests()
    load(small, unused, False)
    asked_months = [exchange for exchange in small.requests if "/timeline/month/" in exchange.path]
    assert sum("/article/" in exchange.path for exchange in asked_months) == used
