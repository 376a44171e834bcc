"""A load of usage brings what is true, with as many requests as the plan foretells."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from figshare_sandbox import Sandbox
from figshare_warehouse.errors import UsageError
from figshare_warehouse.models.sqlfiles import sql_folder
from figshare_warehouse.refresh import Outcome
from tests.direct_loader import Cut, DirectLoader
from tests.support import TODAY
from tests.usage.usage_refresh import Clock, Made, Shown, certain, load, planned
from tests.usage.usage_truth import (
    COUNTERS,
    asked,
    assert_countries_true,
    assert_months_true,
    assert_no_gap_and_no_double,
    assert_tops_true,
    assert_totals_true,
    first_load_requests,
    items,
    requests,
)

Loaded = Callable[[bool], tuple[Path, Outcome]]


@pytest.mark.parametrize("loads_left", [4, 8])
def test_figures_are_loaded_with_what_says_that_they_were_read(
    small: Sandbox, unused: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch, loads_left: int
) -> None:
    monkeypatch.setattr(DirectLoader, "loads_left", loads_left)
    with pytest.raises(Cut):
        load(small, unused, has_credentials=False, chunk_articles=60)
    entity = "select distinct entity_type, entity_id, counter from figshare"
    for table, kind in (("usage_totals", "total"), ("usage_by_month", "months")):
        noted = asked(unused, f"{entity}.usage_coverage where kind = '{kind}' order by all")
        assert noted == asked(unused, f"{entity}.{table} order by all")
    assert noted or loads_left < 8


@pytest.mark.slow
@pytest.mark.parametrize("has_credentials", [True, pytest.param(False, marks=pytest.mark.slow)])
def test_a_full_load_is_true(small: Sandbox, loaded: Loaded, has_credentials: bool) -> None:
    warehouse, outcome = loaded(has_credentials)
    assert outcome.outcome == "done"
    for entity_type in ("article", "group"):
        assert_totals_true(small, warehouse, entity_type)
        assert_months_true(small, warehouse, entity_type)
    assert_countries_true(small, warehouse)
    assert_tops_true(small, warehouse, TODAY)
    assert_no_gap_and_no_double(warehouse)
    # Groups count withdrawn articles on, which no listing shows: only those comparisons may differ.
    query = "select distinct comparison from reports.usage_reconciliation where difference <> 0"
    assert set(asked(warehouse, query)) <= {("group and articles",), ("institution and top groups",)}
    assert requests(outcome) == first_load_requests(small, warehouse, has_credentials)
    for check in sorted((sql_folder() / "tests").glob("usage_*.sql")):
        assert asked(warehouse, check.read_text(encoding="utf-8")) == []


def test_the_reports_say_what_is_true(small: Sandbox, loaded: Loaded, clock: Clock) -> None:
    warehouse, _ = loaded(True)
    world = small.world
    ids = world.public_ids()
    truth = {(n, *(world.usage_total(counter, "article", n) for counter in COUNTERS)) for n in ids}
    query = "select article_id, views, downloads, shares from reports.articles"
    assert set(asked(warehouse, query)) == truth
    assert asked(warehouse, "select distinct usage_as_of from reports.articles") == [(clock.now,)]
    whole = tuple(sum(row[place] for row in truth) for place in (1, 2, 3))
    query = "select views, downloads, shares, usage_known_ratio, usage_as_of from reports.institution_summary"
    assert asked(warehouse, query) == [(*whole, 1.0, clock.now)]
    for thing in ("group", "institution"):
        query = "select sum(views_fractional), sum(downloads_fractional), sum(shares_fractional) "
        query += "from reports.usage_by_month where entity_type = ?"
        assert asked(warehouse, query, thing) == [pytest.approx(whole)]
    query = "select sum(views) from reports.usage_by_country where entity_type = 'institution'"
    assert asked(warehouse, query) == [(world.usage_total("views", "group", world.top_group_id),)]
    query = "select distinct usage_known_ratio, usage_complete_to from reports.usage_by_month"
    assert asked(warehouse, query) == [(1.0, TODAY)]
    assert asked(warehouse, "select distinct due_entity_count, failed_entity_count from reports.usage_coverage") == [
        (0, 0)
    ]


def _groups_above(sandbox: Sandbox, article_ids: list[int]) -> set[int]:
    parents = {group["id"]: group["parent_id"] for group in sandbox.world.groups}
    above = {sandbox.world.top_group_id}
    for number in article_ids:
        group = sandbox.world.detail(number)["group_id"]
        while group:
            above.add(group)
            group = parents.get(group, 0)
    return above


@pytest.mark.slow
@pytest.mark.parametrize("has_credentials", [True, False])
def test_the_plan_of_a_first_load(first_load: Callable[[bool], Made], has_credentials: bool) -> None:
    told, made = first_load(has_credentials).planned, requests(first_load(has_credentials).outcome)
    assert {row[0] for row in told} >= set(made)
    for kind, number, certainty, why in told:
        if certainty == "due":
            assert number == made[kind]
            continue
        # Whether something was used at all, and since when, shows only when it is read.
        assert certainty == "estimated"
        least = int(why.split("at least ")[1].split(":")[0]) if "at least" in why else number
        assert "at least" in why or kind != "months"
        assert least * 0.95 - 3 <= made.get(kind, 0) <= number * 1.05 + 3
    sure = {row[0] for row in told if row[2] == "due"}
    assert sure == ({"bulk_totals"} if has_credentials else {"total"})


@pytest.mark.slow
def test_three_percent_moved_with_credentials(small: Sandbox, loaded: Loaded, clock: Clock) -> None:
    warehouse, _ = loaded(True)
    moved = small.world.public_ids()[10:11]
    small.world.add_usage(moved[0], "views", TODAY, "Germany", "Berlin", 5)
    clock.now += timedelta(days=6)
    told = planned(small, warehouse, clock.now)
    assert certain(told) == {"bulk_totals": 6}
    assert ("months", None, "known when read", "what bulk totals show to have moved") in told
    # Stopped after the bulk totals, before which an article is due by now: then the plan knows what moved.
    outcome = load(small, warehouse, max_requests=13)
    assert (outcome.outcome, requests(outcome)) == ("stopped", {"bulk_totals": 6})
    above = len(_groups_above(small, moved))
    moves = {"months": len(moved) + above, "countries": above}
    told = planned(small, warehouse, clock.now)
    assert certain(told) == {"bulk_totals": 6, **moves}
    shown = Shown()
    outcome = load(small, warehouse, progress=shown)
    assert requests(outcome) == {"bulk_totals": 6, **moves}
    # After the sweep it is known what moved.
    assert shown.expected[-1][0] == outcome.requests
    for entity_type in ("article", "group"):
        assert_totals_true(small, warehouse, entity_type)
        assert_months_true(small, warehouse, entity_type)
    assert_countries_true(small, warehouse)


@pytest.mark.slow
def test_three_percent_moved_without_credentials(small: Sandbox, loaded: Loaded, clock: Clock) -> None:
    warehouse, _ = loaded(False)
    moved = small.world.public_ids()[5:6]
    small.world.add_usage(moved[0], "views", TODAY, "Germany", "Berlin", 5)
    clock.now += timedelta(days=6)
    # Nothing is older than `--usage-max-age` yet, so nothing is asked for and nothing is known of it.
    assert certain(planned(small, warehouse, clock.now, False)) == {}
    clock.now += timedelta(days=2)
    told = planned(small, warehouse, clock.now, False)
    made = requests(load(small, warehouse, False))
    assert certain(told) == {kind: made[kind] for kind in ("total", "months")}
    # What of the rest moved shows in the months.
    assert {"countries", "referrals", "categories"} <= {row[0] for row in told if row[2] == "known when read"}
    used: Counter[str] = Counter()
    for entity_type in ("article", "group"):
        for number in items(small, entity_type):
            for counter in COUNTERS:
                total = small.world.usage_total(counter, entity_type, number)
                # Shares that were 0 are asked for twelve times as rarely.
                used["months" if total else "none" if counter == "shares" else "total"] += 1
    above = len(_groups_above(small, moved))
    viewed = sum(small.world.usage_total("views", "group", number) > 0 for number in items(small, "group"))
    assert made.pop("referrals") == made.pop("categories") <= viewed
    assert made == {"months": used["months"], "total": used["total"], "countries": above}
    assert_totals_true(small, warehouse)
    assert_months_true(small, warehouse)
    assert_countries_true(small, warehouse)


@pytest.mark.slow
def test_what_the_sweep_leaves_out_is_asked_for(small: Sandbox, clock: Clock, tmp_path: Path) -> None:
    small.world.top_max_count = 5
    warehouse = tmp_path / "warehouse.duckdb"
    load(small, warehouse)
    for entity_type in ("article", "group"):
        assert_totals_true(small, warehouse, entity_type)
        assert_months_true(small, warehouse, entity_type)


@pytest.mark.slow
def test_the_articles_of_a_report_and_more_than_200_countries(
    small: Sandbox, loaded: Loaded, clock: Clock, tmp_path: Path
) -> None:
    warehouse, _ = loaded(True)
    number = small.world.public_ids()[0]
    for n in range(205):
        small.world.add_usage(number, "views", TODAY, f"Country {n}", "Capital", 2)
    reports = tmp_path / "reports"
    reports.mkdir()
    text = "-- One row per article that we look at.\n--\n-- columns:\n--   article_id: The article.\n\n"
    (reports / "looked_at.sql").write_text(f"{text}select cast({number} as bigint) as article_id\n")
    for name in ("looked_for", "articles; drop", "storage"):
        with pytest.raises(UsageError, match="--usage-report takes the name of a report with a column article_id"):
            load(small, warehouse, sql_dir=str(reports), usage_reports=[name])
    clock.now += timedelta(hours=1)
    assert load(small, warehouse, sql_dir=str(reports), usage_reports=["looked_at"]).outcome == "done"
    query = "select distinct entity_id from figshare.usage_by_country where entity_type = 'article'"
    assert asked(warehouse, query) == [(number,)]
    query = "select count(*) from figshare.usage_coverage where kind = 'countries' and state = 'truncated'"
    groups = _groups_above(small, [number])
    assert asked(warehouse, query) == [(1 + len(groups),)]
    # Named countries and the rest add up to the month, and cities and theirs to the country.
    for entity_type, id_ in (("article", number), *(("group", group) for group in groups)):
        truth = small.world.usage_by_month("views", entity_type, id_)
        what = "where entity_type = ? and entity_id = ? group by month"
        for table, column in (("reports.usage_by_country", "views"), ("figshare.usage_by_country", "event_count")):
            where = what if column == "views" else what.replace("where", "where counter = 'views' and")
            query = f"select strftime(month, '%Y-%m'), sum({column}) from {table} {where}"
            found = dict(asked(warehouse, query, entity_type, id_))
            assert {month: count for month, count in found.items() if count} == truth
        query = "select count(*) from figshare.usage_by_country where country = '(other)' and event_count > 0 "
        assert asked(warehouse, f"{query} and entity_type = ? and entity_id = ?", entity_type, id_) == [(1,)]


@pytest.mark.slow
def test_days_countries_and_items_by_name(small: Sandbox, loaded: Loaded, clock: Clock) -> None:
    warehouse, _ = loaded(True)
    world = small.world
    author = world.detail(world.public_ids()[0])["authors"][0]["id"]
    shelf = next(iter(world.collections))
    outcome = load(
        small,
        warehouse,
        usage=["days", "countries"],
        usage_items=[f"author:{author}", f"collection:{shelf}"],
        usage_days=40,
    )
    assert outcome.outcome == "done"
    assert_countries_true(small, warehouse, "article")
    first = TODAY - timedelta(days=39)
    for number in world.public_ids():
        query = "select cast(day as varchar), event_count from figshare.usage_by_day where entity_id = ? "
        found = dict(asked(warehouse, query + "and counter = 'views' and event_count > 0", number))
        assert found == world.usage_by_day("views", "article", number, first)
    query = "select total from intermediate.int_usage_counters where entity_type = ? and counter = 'views'"
    assert asked(warehouse, query, "author") == [(world.usage_total("views", "author", author),)]
    assert asked(warehouse, query, "collection") == [(world.usage_total("views", "collection", shelf),)]
    # What is not asked for any more is not followed any more; what was read stays.
    load(small, warehouse)
    assert asked(warehouse, query, "author") == []
    assert asked(warehouse, "select count(*) > 0 from figshare.usage_totals where entity_type = 'author'") == [(True,)]
