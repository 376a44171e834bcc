"""Totals and months of all items at once, where the institution's credentials allow it: true, and in few requests."""

from __future__ import annotations

import pickle
import shutil
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import filelock
import pytest

from figshare_sandbox import Fault, Sandbox
from figshare_warehouse.sources.figshare.client import FigshareClient
from figshare_warehouse.sources.figshare.usage.bulk import BulkReader
from tests.benchmarks.bench_requests import fewest_requests
from tests.support import TODAY
from tests.usage.usage_refresh import Clock, load
from tests.usage.usage_truth import (
    COUNTERS,
    asked,
    assert_months_true,
    assert_no_gap_and_no_double,
    assert_totals_true,
    requests,
)

MANY = 90


@pytest.fixture
def many() -> Iterator[Sandbox]:
    """Enough articles that a month of all of them takes fewer requests than each by itself."""
    with Sandbox(items=MANY, seed=7, today=TODAY) as sandbox:
        yield sandbox


@pytest.fixture(scope="session")
def _many_once(_folder: Path) -> Callable[[bool], tuple[Path, dict[str, int]]]:
    def made(has_usage: bool) -> tuple[Path, dict[str, int]]:
        name = "many_loaded" if has_usage else "many"
        warehouse, record = _folder / f"{name}.duckdb", _folder / f"{name}.pickle"
        with filelock.FileLock(_folder / "many.lock"):
            if not record.exists():
                with Sandbox(items=MANY, seed=7, today=TODAY) as sandbox:
                    if has_usage and (_folder / "many.duckdb").exists():
                        shutil.copy(_folder / "many.duckdb", warehouse)
                    outcome = load(sandbox, warehouse, usage=None if has_usage else ["none"], clock=Clock())
                    assert outcome.outcome == "done"
                record.write_bytes(pickle.dumps(requests(outcome)))
        return warehouse, pickle.loads(record.read_bytes())

    return made


@pytest.fixture
def details(_many_once: Callable[[bool], tuple[Path, dict[str, int]]], clock: Clock, tmp_path: Path) -> Path:
    """A warehouse of one's own that holds the articles and nothing of their usage."""
    return Path(shutil.copy(_many_once(False)[0], tmp_path / "warehouse.duckdb"))


@pytest.fixture
def usage(
    _many_once: Callable[[bool], tuple[Path, dict[str, int]]], clock: Clock, tmp_path: Path
) -> tuple[Path, dict[str, int]]:
    """A warehouse of one's own that holds the articles and their usage, and the requests that this took."""
    warehouse, made = _many_once(True)
    return Path(shutil.copy(warehouse, tmp_path / "loaded.duckdb")), made


def _assert_true(sandbox: Sandbox, warehouse: Path) -> None:
    for entity_type in ("article", "group"):
        assert_totals_true(sandbox, warehouse, entity_type)
        assert_months_true(sandbox, warehouse, entity_type)
    assert_no_gap_and_no_double(warehouse)


def _scopes(warehouse: Path) -> dict[str, str]:
    query = "select kind, entity_type, state from figshare.usage_scopes where kind like 'top%' or kind like 'long%'"
    return {f"{kind} {entity_type}": state for kind, entity_type, state in asked(warehouse, query)}


Usage = tuple[Path, dict[str, int]]


@pytest.mark.slow
def test_months_of_all_articles_take_a_request_each(many: Sandbox, usage: Usage, clock: Clock) -> None:
    details, made = usage
    _assert_true(many, details)
    assert made["bulk_totals"] == 6
    # A few of those that bulk totals leave out.
    assert made["total"] <= 3 * len(COUNTERS) * 2
    # Besides what shows that the months of articles in bulk can be relied on.
    assert made["bulk_totals"] + made["bulk_months"] - 1 + made["months"] <= 1.05 * fewest_requests(many, details)
    assert _scopes(details)["top_months article"] == "open"
    # Nothing moved.
    clock.now += timedelta(days=1)
    assert requests(load(many, details)) == {"bulk_totals": 6}
    # Some of them moved: this month and the last one, of all.
    many.world.set_today(TODAY + timedelta(days=1))
    for number in many.world.public_ids()[:20]:
        many.world.add_usage(number, "views", clock.now.date(), "Germany", "Berlin", 2)
    outcome = load(many, details)
    made = requests(outcome)
    assert made.pop("countries")
    # Views and downloads of articles and groups, and whether months of groups can be had so.
    assert made == {"bulk_totals": 6, "bulk_months": 2 * 2 * 2 + 1}
    _assert_true(many, details)


@pytest.mark.slow
def test_dates_that_do_not_count_are_noticed(many: Sandbox, details: Path) -> None:
    many.world.top_ignores_dates = True
    outcome = load(many, details)
    assert outcome.outcome == "done"
    assert requests(outcome)["bulk_months"] <= 2
    assert _scopes(details)["top_months article"] == "unusable"
    _assert_true(many, details)


@pytest.mark.slow
@pytest.mark.parametrize("most", [pytest.param(20, marks=pytest.mark.slow), 40])
def test_a_list_that_is_cut_in_silence_is_noticed(many: Sandbox, details: Path, clock: Clock, most: int) -> None:
    many.world.top_max_count = most
    outcome = load(many, details)
    assert outcome.outcome == "done"
    assert _scopes(details)["top_absent article"] == "unusable"
    _assert_true(many, details)
    clock.now += timedelta(days=1)
    assert set(requests(load(many, details))) == {"bulk_totals"}


@pytest.mark.slow
def test_a_month_that_is_refused_is_read_item_by_item(many: Sandbox, details: Path) -> None:
    many.faults.add(Fault("status", status=403, path="/top/views/article", query="start_date=2025-03-01"))
    outcome = load(many, details)
    assert outcome.outcome == "done"
    _assert_true(many, details)


@pytest.mark.slow
def test_a_month_that_fails_waits_for_the_next_refresh(
    many: Sandbox, details: Path, usage: Usage, clock: Clock
) -> None:
    many.faults.add(Fault("status", status=500, path="/top/views/article", query="start_date=2025-03-01"))
    outcome = load(many, details, max_tries=2)
    assert outcome.outcome == "incomplete"
    many.faults.clear()
    made = requests(outcome)["bulk_months"]
    clock.now += timedelta(hours=2)
    outcome = load(many, details)
    assert outcome.outcome == "done"
    _assert_true(many, details)
    # What was read is not read again but for the latest months, and nothing was asked for item by item instead.
    assert made + requests(outcome)["bulk_months"] <= usage[1]["bulk_months"] + 2 * 2 * len(COUNTERS)
    assert requests(outcome).get("months", 0) <= usage[1]["months"]


@pytest.mark.slow
def test_a_month_that_always_fails_is_read_item_by_item(many: Sandbox, details: Path, clock: Clock) -> None:
    many.faults.add(Fault("status", status=500, path="/top/views/article", query="start_date=2025-03-01"))
    load(many, details, max_tries=2)
    clock.now += timedelta(hours=2)
    load(many, details, max_tries=2)
    _assert_true(many, details)


@pytest.mark.slow
@pytest.mark.parametrize("stopped_after", [150, pytest.param(400, marks=pytest.mark.slow)])
def test_a_refresh_that_was_stopped_goes_on(
    many: Sandbox, details: Path, usage: Usage, clock: Clock, stopped_after: int
) -> None:
    made = []
    for _ in range(20):
        outcome = load(many, details, max_requests=stopped_after)
        made.append(outcome)
        clock.now += timedelta(minutes=5)
        if outcome.outcome == "done":
            break
    assert made[-1].outcome == "done"
    _assert_true(many, details)
    again = sum(requests(one).get("bulk_months", 0) for one in made)
    # The latest months can still change: each refresh reads them anew.
    assert again <= usage[1]["bulk_months"] + 2 * 2 * len(COUNTERS) * len(made)


@pytest.mark.slow
def test_a_month_that_is_restated_is_kept(many: Sandbox, usage: Usage, clock: Clock) -> None:
    warehouse, _ = usage
    clock.now += timedelta(days=3)
    many.world.set_today(TODAY + timedelta(days=3))
    month = date(TODAY.year, TODAY.month, 1) - timedelta(days=1)
    for number in many.world.public_ids()[:40]:
        many.world.add_usage(number, "views", month, "Germany", "Berlin", 5)
    outcome = load(many, warehouse)
    assert requests(outcome)["bulk_months"] >= 2
    _assert_true(many, warehouse)
    found = asked(warehouse, "select count(*) from figshare.usage_restatements where entity_type = 'article'")
    assert found == [(40,)]


@pytest.mark.slow
def test_what_was_observed_last_counts(many: Sandbox, usage: Usage, clock: Clock) -> None:
    warehouse, _ = usage
    number = many.world.public_ids()[0]
    total = many.world.usage_total("views", "article", number)
    clock.now += timedelta(hours=1)
    many.world.add_usage(number, "views", clock.now.date(), "Germany", "Berlin", 5)
    load(many, warehouse, has_credentials=False, usage_max_age="0d")
    query = f"select total from intermediate.int_usage_totals where entity_id = {number} and counter = 'views'"
    assert asked(warehouse, query) == [(total + 5,)]


@pytest.mark.slow
def test_what_had_usage_and_is_left_out_is_asked_for_by_itself(many: Sandbox, usage: Usage, clock: Clock) -> None:
    warehouse, _ = usage
    clock.now += timedelta(days=100)
    many.world.set_today(clock.now.date())
    # The lists of all items lack most of them, as if Figshare had changed its mind.
    many.world.top_max_count = 20
    outcome = load(many, warehouse)
    assert outcome.outcome == "done"
    _assert_true(many, warehouse)


@pytest.mark.slow
def test_figures_that_fall_are_read_again_and_noted(many: Sandbox, usage: Usage, clock: Clock) -> None:
    warehouse, _ = usage
    fallen: list[int] = []
    for number in many.world.public_ids():
        months = many.world.usage_by_month("downloads", "article", number)
        total = sum(months.values())
        early = [month for month, count in months.items() if month < "2024-01" and count == total < 4]
        # Some of several downloads, or all that there were.
        early += [month for month, count in months.items() if month < "2024-01" and count >= 4]
        if early and len(fallen) < 20:
            count = min(3, total)
            many.world.add_usage(number, "downloads", date.fromisoformat(f"{early[0]}-01"), "Germany", "Berlin", -count)
            fallen.append(number)
    assert fallen
    clock.now += timedelta(days=1)
    many.world.set_today(clock.now.date())
    for _ in range(2):
        outcome = load(many, warehouse)
        # The sandbox takes more from Berlin than Berlin had.
        assert {failure["path"].split("/")[2] for failure in outcome.failures} <= {"breakdown"}
        clock.now += timedelta(hours=1)
    _assert_true(many, warehouse)
    query = "select count(distinct entity_id) from figshare.usage_restatements where entity_type = 'article'"
    assert asked(warehouse, query) == [(len(fallen),)]


@pytest.mark.slow
def test_a_limit_of_requests_comes_to_an_end_also_over_days(many: Sandbox, details: Path, clock: Clock) -> None:
    most, days = 90, 0
    while days < 20:
        outcome = load(many, details, usage_requests=most)
        assert outcome.outcome == "done"
        assert sum(requests(outcome).values()) <= most
        if outcome.usage is None:
            break
        days += 1
        clock.now += timedelta(days=1)
        many.world.set_today(clock.now.date())
    assert 5 < days < 19
    _assert_true(many, details)


def test_an_id_that_no_item_can_have_is_left_out(many: Sandbox) -> None:
    class Client:
        portal, stats_url = many.portal, many.stats_url

        def clock(self) -> datetime:
            return datetime(2026, 6, 30)

        def get(self, *_: Any, **__: Any) -> Any:
            return SimpleNamespace(data={"top": {"7": 1, str(10**30): 2, "-3": 4}})

    assert BulkReader(cast(FigshareClient, Client())).totals("views", "article").figures == {7: 1}


@pytest.mark.slow
def test_figures_in_bulk_equal_those_asked_for_one_by_one(
    many: Sandbox, usage: Usage, details: Path, clock: Clock
) -> None:
    in_bulk, made = usage
    assert made["bulk_totals"]
    assert made["bulk_months"]
    one_by_one = requests(load(many, details, has_credentials=False))
    assert not {"bulk_totals", "bulk_months"} & one_by_one.keys()
    for relation, rows in (
        ("int_usage_counters", "entity_type, entity_id, counter, total"),
        ("int_usage_by_month", "entity_type, entity_id, month, views, downloads, shares"),
    ):
        query = f"select {rows} from intermediate.{relation} order by all"
        found = asked(in_bulk, query)
        assert len(found) > MANY
        assert found == asked(details, query)
