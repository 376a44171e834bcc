"""The clock moves on: windows follow each other without gap and double, and what Figshare said before is kept."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from figshare_sandbox import Sandbox
from figshare_warehouse.refresh import Outcome
from tests.support import TODAY
from tests.usage.usage_refresh import Clock, load
from tests.usage.usage_truth import asked, assert_months_true, assert_no_gap_and_no_double, assert_totals_true, requests

Loaded = Callable[[bool], tuple[Path, Outcome]]


@pytest.mark.slow
def test_a_day_a_months_end_and_a_years_end(small: Sandbox, loaded: Loaded, clock: Clock) -> None:
    warehouse, _ = loaded(True)
    # Months are read item by item.
    small.world.top_ignores_dates = True
    number = max(small.world.public_ids(), key=lambda n: small.world.usage_total("views", "article", n))
    windows = {}
    for today in (date(2026, 7, 1), date(2026, 12, 31), date(2027, 1, 1)):
        small.world.set_today(today)
        small.world.add_usage(number, "views", today, "Germany", "Berlin", 1)
        clock.now = datetime(today.year, today.month, today.day, 13)
        small.clear_requests()
        assert load(small, warehouse).outcome == "done"
        windows[today] = [
            (exchange.query["start_date"], exchange.query["end_date"])
            for exchange in small.requests
            if exchange.path.endswith(f"/timeline/month/views/article/{number}")
        ]
        assert_totals_true(small, warehouse)
        assert_months_true(small, warehouse)
        assert_months_true(small, warehouse, "group")
        assert_no_gap_and_no_double(warehouse)
    # As many months as one response has.
    assert windows == {
        date(2026, 7, 1): [("2024-08-01", "2026-07-01")],
        date(2026, 12, 31): [("2025-01-01", "2026-12-31")],
        date(2027, 1, 1): [("2025-02-01", "2027-01-01")],
    }
    query = "select observed_on from figshare.usage_totals where entity_id = ? and counter = 'views' order by all"
    assert [row[0] for row in asked(warehouse, query, number)] == [TODAY, *windows]


@pytest.mark.slow
def test_what_figshare_said_before_is_kept(small: Sandbox, loaded: Loaded, clock: Clock) -> None:
    warehouse, _ = loaded(True)
    number, other = small.world.public_ids()[3:5]
    small.world.add_usage(number, "views", date(2026, 5, 3), "Germany", "Berlin", 9)
    small.world.add_usage(other, "views", date(2026, 6, 3), "Germany", "Berlin", 9)
    said_at = clock.now
    clock.now += timedelta(hours=3)
    load(small, warehouse)
    query = "select month, old_observed_at, new_event_count - old_event_count, new_observed_at "
    query += "from figshare.usage_restatements where entity_type = 'article'"
    # June was not over when it was read first: that it grew is no restatement.
    assert asked(warehouse, query) == [(date(2026, 5, 1), said_at, 9, clock.now)]
    query = "select distinct entity_type, country, month, old_observed_at, new_event_count - old_event_count, "
    query += "new_observed_at from figshare.usage_country_restatements"
    assert asked(warehouse, query) == [("group", "Germany", date(2026, 5, 1), said_at, 9, clock.now)]
    assert_months_true(small, warehouse)
    # What changes before the last complete month is only seen in the total, and shown.
    first = small_start(warehouse, number)
    small.world.add_usage(number, "views", first, "Germany", "Berlin", 4)
    clock.now += timedelta(hours=3)
    load(small, warehouse)
    query = (
        "select difference from reports.usage_reconciliation where comparison = 'total and months' and entity_id = ?"
    )
    assert (4,) in asked(warehouse, query, number)
    # They differ as they did not before, so all its months are read again, and those of the groups above it: also
    # on the same day, of which only the last total is kept.
    clock.now += timedelta(hours=3)
    assert requests(load(small, warehouse)) == {"bulk_totals": 6, "months": 14, "countries": 1}
    assert_months_true(small, warehouse)
    query = "select month, new_event_count - old_event_count from figshare.usage_restatements "
    query += "where entity_type = 'article' order by new_observed_at desc limit 1"
    assert asked(warehouse, query) == [(first, 4)]
    clock.now += timedelta(hours=3)
    assert requests(load(small, warehouse)) == {"bulk_totals": 6}


def small_start(warehouse: Path, number: int) -> date:
    ((first,),) = asked(warehouse, "select min(month) from figshare.usage_by_month where entity_id = ?", number)
    assert isinstance(first, date)
    return first
