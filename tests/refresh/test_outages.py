"""What fails for good in a row is an outage only where nothing else answers either."""

from __future__ import annotations

from pathlib import Path

import pytest

from figshare_sandbox import Fault, Sandbox
from figshare_warehouse.errors import RefusedError
from figshare_warehouse.sources.figshare.client import FigshareClient
from figshare_warehouse.sources.http import retries
from figshare_warehouse.sources.http.errors import OutageError, RequestError, StoppedError
from tests.support import TODAY, Refreshed, count, rows


def fail(sandbox: Sandbox, ids: list[int], status: int) -> None:
    sandbox.faults.add(Fault("status", status=status, path=rf"/articles/({'|'.join(map(str, ids))})$"))


@pytest.mark.slow
@pytest.mark.parametrize("status", [403, 401, 500])
def test_twelve_broken_articles_keep_nothing_else_from_being_published(
    refreshed: Refreshed, tmp_path: Path, status: int
) -> None:
    warehouse = tmp_path / "warehouse.duckdb"
    with Sandbox(items=20, today=TODAY) as figshare:
        broken = figshare.world.public_ids()[-12:]
        fail(figshare, broken, status)
        outcome = refreshed(figshare, warehouse, publish=True, max_tries=2)
        assert (outcome.outcome, outcome.error, outcome.articles_loaded) == ("incomplete", None, 8)
        assert sorted(failure["article_id"] for failure in outcome.failures) == sorted(broken)
        assert count(tmp_path / "warehouse_reports.duckdb", "reports.articles") == 8
        # Now nothing else is due: what was read in an earlier run is asked for.
        outcome = refreshed(figshare, warehouse, max_tries=2)
        assert (outcome.outcome, outcome.error) == ("incomplete", None)
        assert outcome.requests_by_kind["probe"].requests >= 1
        figshare.faults.clear()
        assert refreshed(figshare, warehouse).outcome == "done"
    assert count(warehouse, "reports.articles") == 20


@pytest.mark.slow
def test_an_outage_is_said_and_what_was_loaded_before_it_is_published(refreshed: Refreshed, tmp_path: Path) -> None:
    with Sandbox(items=60, today=TODAY) as figshare:
        figshare.faults.add(Fault("status", status=500, path=r"/articles/\d+$", after=20))
        figshare.faults.add(Fault("status", status=500, path=r"/stats/"))
        outcome = refreshed(figshare, tmp_path / "warehouse.duckdb", publish=True, max_tries=1)
    assert outcome.outcome == "failed"
    assert isinstance(outcome.error, OutageError)
    assert outcome.error.exit_code == 1
    assert "10 requests in a row failed, and " in str(outcome.error)
    assert "which answered before, answered 500" in str(outcome.error)
    assert outcome.articles_loaded == 20
    published = tmp_path / "warehouse_reports.duckdb"
    assert count(published, "reports.articles") == 20
    assert rows(published, "select outcome from operations.refreshes") == [("failed",)]


def test_an_address_without_the_version_is_named(figshare: Sandbox, refreshed: Refreshed, tmp_path: Path) -> None:
    address = figshare.api_url.removesuffix("/v2")
    outcome = refreshed(figshare, tmp_path / "warehouse.duckdb", api_url=address, max_tries=1)
    assert outcome.outcome == "failed"
    assert f"{address} does not end in /v2, as Figshare's API does." in str(outcome.error)


@pytest.mark.slow
def test_a_block_is_said_where_everything_is_refused(refreshed: Refreshed, tmp_path: Path) -> None:
    with Sandbox(items=60, today=TODAY) as figshare:
        figshare.faults.add(Fault("html", status=403, path=r"/articles/\d+$", after=5))
        outcome = refreshed(figshare, tmp_path / "warehouse.duckdb", publish=True, max_tries=1)
    assert isinstance(outcome.error, RefusedError)
    assert "Figshare refuses every request (403)" in str(outcome.error)
    assert count(tmp_path / "warehouse_reports.duckdb", "reports.articles") == 5


def test_hundreds_of_broken_items_are_not_tried_as_often_as_one() -> None:
    with (
        Sandbox(items=50, today=TODAY) as figshare,
        FigshareClient(figshare.api_url, requests_per_second=0, max_tries=5, retry_wait_seconds=0) as client,
    ):
        good, *broken = figshare.world.public_ids()
        fail(figshare, broken, 500)
        client.get("article", f"/articles/{good}")
        tries = []
        for article_id in broken:
            with pytest.raises(RequestError) as raised:
                client.get("article", f"/articles/{article_id}")
            tries.append(raised.value.tries)
        assert client.stop_reason is None
        assert tries == [5] * 9 + [5] + [2] * 39
        # Once for ten of them.
        assert client.counts()["probe"].requests == 4
        figshare.faults.clear()
        assert client.get("article", f"/articles/{broken[0]}").data["id"] == broken[0]


def test_where_none_of_a_kind_ever_answered_other_kinds_prove_it_for_a_while_only(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(retries, "FAILURES_OF_A_KIND", 30)
    with (
        Sandbox(items=50, today=TODAY) as figshare,
        FigshareClient(figshare.api_url, requests_per_second=0, max_tries=1) as client,
    ):
        fail(figshare, figshare.world.public_ids(), 500)
        client.get("licenses", "/licenses")
        for number, article_id in enumerate(figshare.world.public_ids()):
            if number == 30:
                break
            assert client.stop_reason is None
            with pytest.raises(RequestError):
                client.get("article", f"/articles/{article_id}")
        assert isinstance(client.stop_reason, OutageError)
        with pytest.raises(StoppedError):
            client.get("licenses", "/licenses")


def test_questions_of_usage_that_fail_for_good_are_no_outage_of_the_stats_api() -> None:
    with (
        Sandbox(items=30, today=TODAY) as figshare,
        FigshareClient(figshare.api_url, figshare.stats_url, requests_per_second=0, max_tries=1) as client,
    ):
        good, *broken = figshare.world.public_ids()
        figshare.faults.add(Fault("status", status=500, path=rf"/stats/total/views/article/(?!{good}$)"))
        client.get("usage_total", f"/total/views/article/{good}", service="stats")
        for article_id in broken[:25]:
            with pytest.raises(RequestError):
                client.get("usage_total", f"/total/views/article/{article_id}", service="stats")
        assert not client.is_stats_out
        figshare.faults.add(Fault("reset", path="/stats/"))
        for article_id in broken[:10]:
            with pytest.raises(RequestError) as raised:
                client.get("usage_total", f"/total/views/article/{article_id}", service="stats")
            if client.is_stats_out:
                break
        assert client.is_stats_out
        assert "so this refresh sends the Stats API no more requests" in str(raised.value)
        assert client.stop_reason is None


@pytest.mark.parametrize(("status", "said"), [(401, "has expired"), (403, "belongs to an administrator")])
def test_a_token_that_expired_and_one_without_the_right(status: int, said: str) -> None:
    with (
        Sandbox(items=1) as figshare,
        FigshareClient(figshare.api_url, token="other", requests_per_second=0) as client,
    ):
        figshare.faults.add(Fault("status", status=status, path="/account"))
        with pytest.raises(RefusedError, match=rf"refused the token \({status}\).*{said}"):
            client.get("groups", "/account/institution/groups")
