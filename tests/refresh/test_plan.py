"""What a plan tells is what the refresh then asks."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from figshare_sandbox import Sandbox
from figshare_warehouse.cli import main
from figshare_warehouse.clock import utc_now
from figshare_warehouse.configuration import resolve_settings
from figshare_warehouse.refresh import followed, refresh
from figshare_warehouse.refresh.disk_space import needed_mb
from figshare_warehouse.refresh.plan import plan
from figshare_warehouse.reports.report import Report
from figshare_warehouse.warehouse.publish.published import Published
from tests.support import TODAY, Refreshed, age_details, change
from tests.support import WITHOUT as LEFT_OUT


def planned(figshare: Sandbox, warehouse: Path, **options: Any) -> Report:
    given = {"institution": figshare.institution_id, "api_url": figshare.api_url, "token": figshare.token}
    given |= {"without": LEFT_OUT}
    settings = resolve_settings({**given, **options})
    return plan(settings, followed(settings), warehouse, utc_now())


def by_kind(report: Report) -> dict[str, int]:
    known: Counter[str] = Counter()
    for kind, requests, *_ in report.rows.rows:
        assert requests is None or isinstance(requests, int)
        known[str(kind)] += requests or 0
    return {kind: requests for kind, requests in known.items() if requests}


def test_before_the_first_refresh_only_the_lists_are_known(figshare: Sandbox, tmp_path: Path) -> None:
    report = planned(figshare, tmp_path / "warehouse.duckdb", searches={"mine": "data"})
    known = by_kind(report)
    assert known == {
        **dict.fromkeys(("institutions", "groups", "categories", "licenses", "item_types", "fields", "api_version"), 1),
        "listing": 2,
        "search": 3,
        "group_counts": 1,
    }
    assert ("article", None, "known when listed") in [row[:3] for row in report.rows.rows]
    assert not [row for row in report.rows.rows if "last refresh" in str(row[3])], "there was none"
    assert not figshare.requests
    assert not (tmp_path / "warehouse.duckdb").exists()


WITHOUT = ", without Stats credentials; 0:18 and 3:03 with --usage none"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"usage": ["none"]}, "about 0:18 hours for 1,000 articles, 3:03 for 10,000: 1,100 and 11,000 requests"),
        (
            {"usage": ["totals"]},
            "about 0:52 hours for 1,000 articles, 8:37 for 10,000: 3,100 and 31,000 requests" + WITHOUT,
        ),
        (
            {},
            "about 1:45 to 2:53 hours for 1,000 articles, 17:30 to 28:53 for 10,000: 6,300 to 10,400 and 63,000 to "
            "104,000 requests" + WITHOUT,
        ),
        (
            {"requests_per_second": 0},
            "about 6,300 to 10,400 requests for 1,000 articles, 63,000 to 104,000 for 10,000, without Stats "
            "credentials; 1,100 and 11,000 with --usage none",
        ),
        (
            {"requests_per_second": 0.5, "usage": ["none"]},
            "about 0:37 hours for 1,000 articles, 6:07 for 10,000: 1,100 and 11,000 requests",
        ),
        ({"requests_per_second": 0, "usage": ["none"]}, "about 1,100 requests for 1,000 articles, 11,000 for 10,000"),
        (
            {"usage": ["months", "days"], "portal": "one", "stats_username": "somebody", "stats_password": "something"},
            "about 0:38 hours for 1,000 articles, 3:23 for 10,000: 2,300 and 12,200 requests, more with days and "
            "countries of articles",
        ),
    ],
)
def test_before_articles_are_counted_a_plan_says_how_long_a_first_load_takes_by_rule_of_thumb(
    figshare: Sandbox, tmp_path: Path, given: dict[str, Any], said: str
) -> None:
    report = planned(figshare, tmp_path / "warehouse.duckdb", stats_url=figshare.stats_url, **given)
    assert report.headline["first_load"] == said
    assert {"first_load", "not_known", "disk_space"} <= report.shown.keys()
    assert "time" not in report.shown, "that of a few lists would be taken for that of all"


def test_once_articles_were_counted_a_plan_has_no_rule_of_thumb(figshare: Sandbox, loaded: Path) -> None:
    shown = planned(figshare, loaded).shown
    assert "time" in shown
    assert not {"first_load", "disk_space", "problem"} & shown.keys()


def test_a_first_plan_says_what_the_disk_needs_as_a_refresh_checks_it(figshare: Sandbox, tmp_path: Path) -> None:
    warehouse = tmp_path / "warehouse.duckdb"
    said = planned(figshare, warehouse, usage=["months"]).headline["disk_space"]
    # 40 + 1,000 · (0.08 + 3 · 0.007); the log is as long with 10,000 as with 1,500.
    assert said == "about 40 MB at least; 141 MB with 1,000 articles, 370 MB with 10,000"
    assert sum(needed_mb(Published.of(warehouse), 10_000, True)) == pytest.approx(370)
    said = planned(figshare, warehouse, usage=["none"]).headline["disk_space"]
    assert said == "about 40 MB at least; 53 MB with 1,000 articles, 85 MB with 10,000"


def test_a_plan_foretells_what_is_due(figshare: Sandbox, refreshed: Refreshed, loaded: Path) -> None:
    age_details(loaded, 91)
    report = planned(figshare, loaded)
    assert not figshare.requests
    made = {kind: n.requests for kind, n in refreshed(figshare, loaded).requests_by_kind.items()}
    assert by_kind(report) == made
    assert report.headline["requests"] == sum(made.values())
    assert report.headline["seconds"] == sum(made.values())


@pytest.mark.slow
def test_a_refresh_expects_what_it_then_asks(figshare: Sandbox, loaded: Path, tmp_path: Path) -> None:
    expected, made = [], []

    class Told:
        is_shown = True

        def step(self, text: str) -> None:
            pass

        def expect(self, requests: int, is_sure: bool) -> None:
            expected.append((requests, is_sure))

        def requests(self, made_: int) -> None:
            made.append(made_)

    for article_id in figshare.world.public_ids()[:8]:
        figshare.world.edit(article_id, title="Other", files=[])
    given = {"institution": figshare.institution_id, "api_url": figshare.api_url, "stats_url": figshare.stats_url}
    given |= {"token": figshare.token, "requests_per_second": 0.0, "usage": ["none"], "without": LEFT_OUT}
    refresh(resolve_settings(given), loaded, Told())
    assert [is_sure for _, is_sure in expected] == [False, True]
    # Versions and files of what is due are estimates.
    assert abs(expected[1][0] - max(made)) <= 4


@pytest.mark.parametrize("format_", ["table", "json"])
def test_the_command(figshare: Sandbox, loaded: Path, capfdbinary: Any, format_: str) -> None:
    options = ["--institution", str(figshare.institution_id), "--api-url", figshare.api_url]
    main(["plan", *options, "--warehouse", str(loaded), "--format", format_])
    text = capfdbinary.readouterr().out.decode()
    if format_ == "json":
        assert json.loads(text)["headline"]["requests"] >= 1
    else:
        assert "known when listed" in text
    assert not figshare.requests


def test_the_usage_of_articles_that_are_not_read_yet_is_not_left_out_in_silence(
    figshare: Sandbox, loaded: Path
) -> None:
    unread = figshare.world.public_ids()[:3]
    change(loaded, f"delete from figshare.articles where article_id in {tuple(unread)}")
    report = planned(figshare, loaded, usage=["months"], stats_url=figshare.stats_url)
    why = "several for each of the 3 articles that are not read yet"
    assert ("usage", None, "known when read", why) in report.rows.rows


def test_a_first_refresh_that_was_killed_leaves_usage_that_a_plan_cannot_count(loaded: Path, figshare: Sandbox) -> None:
    change(loaded, "drop schema intermediate cascade")
    report = planned(figshare, loaded, usage=["months"], stats_url=figshare.stats_url)
    why = "all usage that is due: the last refresh ended before it could be counted"
    assert ("usage", None, "known when read", why) in report.rows.rows


@pytest.mark.slow
def test_usage_is_estimate_once_some_is_known(refreshed: Refreshed, tmp_path: Path) -> None:
    with Sandbox(items=12, seed=7, today=TODAY) as small:
        warehouse = tmp_path / "warehouse.duckdb"
        options = {"stats_url": small.stats_url, "api_url": small.api_url, "usage": ["months"]}
        unknown = planned(small, warehouse, **options)
        assert ("usage", None) in [row[:2] for row in unknown.rows.rows]
        assert "usage" not in {row[0] for row in planned(small, warehouse, **{**options, "usage": ["none"]}).rows.rows}
        refreshed(small, warehouse, usage=["none"])
        first = planned(small, warehouse, **options)
        # Whether one request answers more than two years shows with the first ones.
        assert "requests_at_least" in first.shown
        least, most = first.headline["requests_at_least"], first.headline["requests"]
        assert isinstance(least, int)
        assert isinstance(most, int)
        assert least < most - 100
        refreshed(small, warehouse, usage=["months"])
        again = planned(small, warehouse, **options)
        assert "requests_at_least" not in again.shown
        assert not [row for row in again.rows.rows if str(row[0]).startswith("usage_")]
        refreshed(small, warehouse, usage=["months"])
        change(warehouse, "update figshare.usage_coverage set fetched_at = fetched_at - interval 8 day")
        change(warehouse, "update figshare.usage_totals set observed_at = observed_at - interval 8 day")
        due = by_kind(planned(small, warehouse, **options))
    assert due["usage_months"] > 0
