"""Whatever goes wrong with usage is in the ledger, stops nothing else, and is made good by the next refresh."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from figshare_sandbox import Fault, Sandbox
from figshare_warehouse.configuration import resolve_settings
from figshare_warehouse.errors import UsageError
from figshare_warehouse.refresh import Outcome
from figshare_warehouse.sources.figshare.client import FigshareClient
from figshare_warehouse.sources.http.errors import DeniedError
from tests.usage.usage_refresh import Clock, load
from tests.usage.usage_truth import (
    asked,
    assert_countries_true,
    assert_months_true,
    assert_no_gap_and_no_double,
    assert_totals_true,
    requests,
)

Loaded = Callable[[bool], tuple[Path, Outcome]]
ROOT = Path(__file__).resolve().parents[2]


def assert_all_true(sandbox: Sandbox, warehouse: Path) -> None:
    for entity_type in ("article", "group"):
        assert_totals_true(sandbox, warehouse, entity_type)
        assert_months_true(sandbox, warehouse, entity_type)
    assert_countries_true(sandbox, warehouse)
    assert_no_gap_and_no_double(warehouse)


@pytest.mark.slow
def test_killed_and_finished_by_the_next(small: Sandbox, unused: Path) -> None:
    environment = {
        **os.environ,
        "SOURCES__FIGSHARE__TOKEN": small.token,
        "SOURCES__FIGSHARE__CHUNK_ARTICLES": "60",
    }
    command = [sys.executable, "-m", "figshare_warehouse", "refresh", "--institution", str(small.institution_id)]
    command += ["--api-url", small.api_url, "--stats-url", small.stats_url, "--requests-per-second", "0"]
    process = subprocess.Popen(
        [*command, "--warehouse", str(unused)], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL
    )
    deadline = time.monotonic() + 60
    while process.poll() is None and len(small.requests) < 250 and time.monotonic() < deadline:
        time.sleep(0.01)
    process.kill()
    process.wait()
    # Some of it was loaded.
    ((loaded,),) = asked(unused, "select count(*) from figshare.usage_coverage")
    outcome = load(small, unused, False)
    assert outcome.outcome == "done"
    ((whole,),) = asked(unused, "select count(*) from figshare.usage_coverage")
    assert 0 < loaded < whole
    # What was loaded is not asked for again.
    assert sum(requests(outcome).values()) <= whole - loaded
    assert_all_true(small, unused)
    assert asked(unused, "select count(*) from figshare.usage_restatements") == [(0,)]


@pytest.mark.slow
def test_what_always_fails_does_not_keep_the_rest_waiting(small: Sandbox, loaded: Loaded, clock: Clock) -> None:
    warehouse, _ = loaded(True)
    # Months are read item by item.
    small.world.top_ignores_dates = True
    query = "select entity_id from intermediate.int_usage_counters where entity_type = 'article' and counter = 'views' "
    moved = [row[0] for row in asked(warehouse, query + "and total > 0 order by changed_at desc limit 14")]
    for number in moved:
        small.world.add_usage(number, "views", clock.now.date(), "Germany", "Berlin", 2)
    bad = "|".join(str(number) for number in moved[:12])
    small.faults.add(Fault("status", status=500, path=rf"/timeline/month/views/article/({bad})$"))
    for _ in range(2):
        clock.now += timedelta(hours=1)
        assert load(small, warehouse, max_tries=1).outcome == "incomplete"
    query = "select distinct entity_id from figshare.usage_coverage where entity_type = 'article' and kind = 'months' "
    query += "and counter = 'views' and fetched_at >= ?"
    assert set(asked(warehouse, query, clock.now - timedelta(hours=1))) == {(number,) for number in moved[12:]}


@pytest.mark.slow
def test_wrong_credentials_are_one_sentence_and_the_rest_goes_on(
    small: Sandbox, loaded: Loaded, clock: Clock, tmp_path: Path
) -> None:
    warehouse, _ = loaded(False)
    number = small.world.publish()[0]
    outcome = load(small, warehouse, stats_password="not-the-password")
    assert outcome.outcome == "incomplete"
    (failure,) = outcome.failures
    assert "refused the Stats API's credentials (403)" in failure["message"]
    # Three counters each for articles and for groups, and one of them once more at another moment.
    assert requests(outcome)["bulk_totals"] == 8
    assert asked(warehouse, "select count(*) from reports.articles where article_id = ? and views = 0", number)
    clock.now += timedelta(hours=1)
    outcome = load(small, warehouse, stats_password="not-the-password")
    assert requests(outcome) == {}
    assert len(outcome.failures) == 1
    assert requests(load(small, warehouse))["bulk_totals"] == 6
    for path in tmp_path.rglob("*"):
        content = b"" if path.is_dir() else path.read_bytes()
        assert b"not-the-password" not in content
        assert small.stats_password.encode() not in content


@pytest.mark.slow
@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(
            Fault("status", status=500, path=r"/stats/.*timeline/month/views/article"), marks=pytest.mark.slow
        ),
        pytest.param(Fault("half_body", path=r"/stats/.*timeline/month/views/article"), marks=pytest.mark.slow),
        Fault("changed_type", field="timeline", value="none", path=r"/stats/.*timeline/month/views/article"),
    ],
    ids=lambda fault: fault.kind,
)
def test_what_fails_is_in_the_ledger_and_asked_again(
    small: Sandbox, loaded: Loaded, clock: Clock, fault: Fault
) -> None:
    warehouse, _ = loaded(True)
    moved = small.world.public_ids()[:3]
    for number in moved:
        small.world.add_usage(number, "views", clock.now.date(), "Germany", "Berlin", 2)
    said_at = clock.now
    clock.now += timedelta(hours=1)
    small.faults.add(fault)
    outcome = load(small, warehouse, max_tries=2)
    assert outcome.outcome == "incomplete"
    assert len(outcome.failures) == 3
    query = "select entity_id, fetched_at, window_end from figshare.usage_coverage where state = 'failed' order by all"
    for number, fetched_at, end in asked(warehouse, query):
        assert number in moved
        # What an earlier answer covers stays covered.
        assert fetched_at in (None, said_at)
        assert (fetched_at is None) == (end is None)
    small.faults.clear()
    clock.now += timedelta(hours=1)
    assert requests(load(small, warehouse)) == {"bulk_totals": 6, "months": 3}
    assert asked(warehouse, "select count(*) from figshare.usage_coverage where state = 'failed'") == [(0,)]
    assert_all_true(small, warehouse)


def test_an_outage_of_the_stats_api_ends_usage_only(small: Sandbox, clock: Clock, unused: Path) -> None:
    warehouse = unused
    small.faults.add(Fault("status", status=500, path=r"^/stats/"))
    outcome = load(small, warehouse, False, max_tries=1)
    assert outcome.outcome == "incomplete"
    assert 10 <= requests(outcome)["total"] < 20
    assert asked(warehouse, "select count(*) from reports.articles where views is null") == [(30,)]


@pytest.mark.slow
def test_what_answered_in_an_earlier_refresh_shows_that_the_stats_api_is_there(
    small: Sandbox, loaded: Loaded, clock: Clock
) -> None:
    warehouse, _ = loaded(False)
    clock.now += timedelta(days=200)
    # What is asked first fails, and nothing else is asked before so much of it did.
    small.faults.add(Fault("status", status=500, path="^/stats/total/[a-z]+/group/"))
    outcome = load(small, warehouse, False, max_tries=1)
    assert len(outcome.failures) >= 10
    assert {str(failure["path"]).split("/")[3] for failure in outcome.failures} == {"group"}
    observed = f"select count(*) from figshare.usage_totals where observed_on = date '{clock.now.date()}'"
    assert asked(warehouse, f"{observed} and entity_type = 'article'") > [(20,)]


@pytest.mark.slow
def test_a_limit_of_requests_stops_cleanly_and_the_next_goes_on(
    small: Sandbox, loaded: Loaded, clock: Clock, tmp_path: Path
) -> None:
    warehouse = tmp_path / "limited.duckdb"
    outcome = load(small, warehouse, max_requests=250)
    assert outcome.outcome == "stopped"
    assert len(small.requests) == 250
    first, rest = requests(outcome), requests(load(small, warehouse))
    assert_all_true(small, warehouse)
    # Nothing but the bulk totals is asked twice.
    whole = requests(loaded(True)[1])
    assert {kind: first.get(kind, 0) + rest.get(kind, 0) for kind in whole} == {**whole, "bulk_totals": 12}


@pytest.mark.slow
def test_another_figshares_statistics_are_not_asked_for(small: Sandbox, loaded: Loaded, clock: Clock) -> None:
    clock.now += timedelta(days=30)
    outcome = load(small, loaded(False)[0], False, stats_url=None)
    assert outcome.outcome == "done"
    assert requests(outcome) == {}


def test_the_password_goes_to_the_portals_scope_only() -> None:
    with Sandbox(items=1, record_bodies=True) as sandbox:
        options: dict[str, Any] = {
            "stats_url": sandbox.stats_url,
            "portal": sandbox.portal,
            "stats_username": sandbox.stats_username,
            "stats_password": sandbox.stats_password,
            "token": sandbox.token,
            "requests_per_second": 0,
        }
        with FigshareClient(sandbox.api_url, **options) as client:
            client.get("top", f"/{sandbox.portal}/top/views/group", service="stats")
            client.get("total", "/total/views/article/1", service="stats")
            client.get("licenses", "/licenses")
        with FigshareClient(sandbox.api_url, **{**options, "stats_password": "wrong"}) as client:
            with pytest.raises(DeniedError) as raised:
                client.get("top", f"/{sandbox.portal}/top/views/group", service="stats")
            assert "wrong" not in str(raised.value)
            assert client.stop_reason is None
        sent = ["Authorization" in exchange.headers for exchange in sandbox.requests]
        assert sent == [True, False, False, True]
        assert sandbox.requests[0].headers["Authorization"].startswith("Basic ")


@pytest.mark.parametrize(
    "given",
    [
        {"stats_username": "user", "stats_password": "secret"},
        {"portal": "north", "stats_username": "user"},
        {"portal": "no/rth", "stats_username": "user", "stats_password": "secret"},
        {"portal": "north", "stats_username": "user", "stats_password": "secret", "stats_url": "http://example.org"},
    ],
)
def test_credentials_that_cannot_be_used(given: dict[str, str]) -> None:
    with pytest.raises(UsageError) as raised:
        FigshareClient(**given)  # type: ignore[arg-type]
    assert "secret" not in str(raised.value)


@pytest.mark.parametrize(
    "given", [{"usage": ["weeks"]}, {"usage": ["none", "days"]}, {"usage_items": ["author"]}, {"usage_max_age": "-1d"}]
)
def test_settings_that_cannot_be(given: dict[str, object]) -> None:
    with pytest.raises(UsageError):
        resolve_settings(given)
