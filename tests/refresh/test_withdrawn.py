"""What leaves a listing and what comes back: nothing is lost, and nothing that Figshare did by mistake is believed."""

from __future__ import annotations

from pathlib import Path

import pytest

from figshare_sandbox import Fault, Sandbox
from tests.support import CURRENT, LISTED, Refreshed, age_details, change, count, is_fresh, requests_of, rows


def _move(figshare: Sandbox, article_id: int, institution: int) -> int:
    """Puts an article into another institution's listing, public as it is; returns the one that it was in."""
    before = figshare.world.items[article_id].institution
    figshare.world.items[article_id].institution = institution
    figshare.world.edit_silently(article_id)
    return before


@pytest.mark.slow
def test_a_withdrawn_article_stays_out_of_the_way_and_comes_back_with_its_history(
    figshare: Sandbox, refreshed: Refreshed, loaded: Path
) -> None:
    gone = figshare.world.public_ids()[3]
    figshare.world.withdraw(gone)
    outcome = refreshed(figshare, loaded)
    # API v3 is asked for it, too, since v2 does not have it.
    assert (outcome.outcome, outcome.articles_withdrawn, requests_of(outcome)["article"]) == ("done", 1, 2)
    assert rows(loaded, "select article_id, reason from reports.withdrawn_articles") == [
        (gone, "gone from the listing")
    ]
    assert count(loaded, CURRENT) == 159
    assert count(loaded, f"figshare.articles where article_id = {gone}") == 1
    assert is_fresh(figshare, refreshed, loaded)
    assert requests_of(refreshed(figshare, loaded)) == LISTED

    figshare.world.republish(gone)
    assert requests_of(refreshed(figshare, loaded))["article"] == 1
    assert count(loaded, "reports.withdrawn_articles") == 0
    assert rows(loaded, "select article_id, returned_at > withdrawn_at from figshare.withdrawals") == [(gone, True)]
    assert count(loaded, CURRENT) == 160
    assert is_fresh(figshare, refreshed, loaded)

    figshare.world.withdraw(gone)
    refreshed(figshare, loaded)
    assert count(loaded, "figshare.withdrawals") == 2
    assert count(loaded, "reports.withdrawn_articles") == 1


@pytest.mark.slow
def test_a_listed_article_that_is_not_found_is_withdrawn_and_asked_for_again_when_its_date_moves(
    figshare: Sandbox, refreshed: Refreshed, loaded: Path
) -> None:
    lost = figshare.world.public_ids()[5]
    figshare.world.edit(lost, title="New")
    figshare.faults.add(Fault("status", status=404, path=rf"/articles/{lost}$"))
    outcome = refreshed(figshare, loaded)
    assert outcome.outcome == "done"
    assert rows(loaded, "select article_id, reason from reports.withdrawn_articles") == [(lost, "not found")]
    # Once can be a mistake; twice it is believed. Each time API v3 is asked, too.
    assert requests_of(refreshed(figshare, loaded))["article"] == 2
    assert "article" not in requests_of(refreshed(figshare, loaded))
    figshare.world.edit(lost, title="Newer")
    assert requests_of(refreshed(figshare, loaded))["article"] == 2
    assert count(loaded, "figshare.withdrawals") == 1
    figshare.faults.clear()
    assert "article" not in requests_of(refreshed(figshare, loaded))
    change(loaded, "update figshare.withdrawals set checked_at = checked_at - interval 8 day")
    assert requests_of(refreshed(figshare, loaded))["article"] == 1
    assert is_fresh(figshare, refreshed, loaded)


@pytest.mark.slow
def test_an_article_that_a_listing_misses_by_mistake_stays(
    figshare: Sandbox, refreshed: Refreshed, loaded: Path
) -> None:
    missed = figshare.world.public_ids()[7]
    institution = _move(figshare, missed, -1)
    assert requests_of(refreshed(figshare, loaded))["article"] == 1
    assert count(loaded, CURRENT) == 160
    _move(figshare, missed, institution)
    assert "article" not in requests_of(refreshed(figshare, loaded))
    assert is_fresh(figshare, refreshed, loaded)


@pytest.mark.slow
def test_an_article_that_two_readings_do_not_show_has_left(
    figshare: Sandbox, refreshed: Refreshed, loaded: Path
) -> None:
    left = figshare.world.public_ids()[7]
    _move(figshare, left, -1)
    refreshed(figshare, loaded)
    assert "article" not in requests_of(refreshed(figshare, loaded))
    assert count(loaded, CURRENT) == 159
    assert count(loaded, "reports.withdrawn_articles") == 0
    kinds = f"select kind from reports.changes where article_id = {left} order by changed_at"
    assert rows(loaded, kinds) == [("added",), ("left",)]
    assert count(loaded, "reports.articles_as_of(date '2999-01-01')") == 159
    # Its group still counts it, so what was published since the listing is looked for, and that is said.
    counted_higher = {"listing": LISTED["listing"] + 2, "group_counts": 1}
    assert requests_of(refreshed(figshare, loaded)) == LISTED | counted_higher
    assert is_fresh(figshare, refreshed, loaded)


@pytest.mark.slow
def test_an_article_that_moves_between_followed_groups(figshare: Sandbox, refreshed: Refreshed, tmp_path: Path) -> None:
    warehouse = tmp_path / "warehouse.duckdb"
    by_group: dict[int, list[int]] = {}
    for article_id in figshare.world.public_ids():
        by_group.setdefault(figshare.world.detail(article_id)["group_id"] or 0, []).append(article_id)
    by_group.pop(0, None)
    here, there, elsewhere = sorted(by_group, key=lambda group: -len(by_group[group]))[:3]
    options = {"groups": [here, there]}
    refreshed(figshare, warehouse, **options)
    figshare.world.move_group(by_group[here][0], there)
    figshare.world.move_group(by_group[here][1], elsewhere)
    figshare.world.withdraw(by_group[there][0])
    refreshed(figshare, warehouse, **options)
    assert is_fresh(figshare, refreshed, warehouse, **options)
    assert "article" not in requests_of(refreshed(figshare, warehouse, **options))


@pytest.mark.slow
def test_a_listing_that_breaks_off_withdraws_nothing(figshare: Sandbox, refreshed: Refreshed, loaded: Path) -> None:
    figshare.world.withdraw(figshare.world.public_ids()[0])
    figshare.faults.add(Fault("status", status=500, path=r"/v2/articles$"))
    assert refreshed(figshare, loaded, max_tries=2).outcome == "incomplete"
    assert count(loaded, CURRENT) == 160
    assert count(loaded, "figshare.withdrawals") == 0
    figshare.faults.clear()
    refreshed(figshare, loaded)
    assert is_fresh(figshare, refreshed, loaded)


@pytest.mark.slow
def test_one_that_was_missed_does_not_leave_by_a_listing_that_breaks_off(
    figshare: Sandbox, refreshed: Refreshed, loaded: Path
) -> None:
    missed = figshare.world.public_ids()[7]
    institution = _move(figshare, missed, -1)
    refreshed(figshare, loaded)
    _move(figshare, missed, institution)
    figshare.faults.add(Fault("status", status=500, path=r"/v2/articles$"))
    refreshed(figshare, loaded, max_tries=1)
    refreshed(figshare, loaded, institution=None, searches={"mine": "data"})
    assert count(loaded, CURRENT) == 160


def test_a_page_that_is_not_found_withdraws_nothing(figshare: Sandbox, refreshed: Refreshed, tmp_path: Path) -> None:
    warehouse = tmp_path / "warehouse.duckdb"
    figshare.faults.add(Fault("html", status=404, path=r"/articles/\d+$"))
    assert refreshed(figshare, warehouse).outcome == "failed"
    assert count(warehouse, "figshare.withdrawals") == 0
    figshare.faults.clear()
    refreshed(figshare, warehouse)
    assert count(warehouse, CURRENT) == 160


@pytest.mark.slow
def test_what_is_withdrawn_comes_back_though_its_tag_still_holds(
    figshare: Sandbox, refreshed: Refreshed, tmp_path: Path
) -> None:
    warehouse = tmp_path / "warehouse.duckdb"
    figshare.world.conditional_requests = True
    refreshed(figshare, warehouse)
    lost = next(i for i in figshare.world.public_ids() if len(figshare.world.detail(i).get("files") or ()) < 10)
    figshare.faults.add(Fault("status", status=404, path=rf"/articles/{lost}$"))
    figshare.world.edit(lost, title="New")
    for _ in range(2):
        refreshed(figshare, warehouse)
    figshare.faults.clear()
    change(warehouse, "update figshare.withdrawals set checked_at = checked_at - interval 8 day")
    age_details(warehouse, 8)
    refreshed(figshare, warehouse)
    assert count(warehouse, CURRENT) == 160
    assert requests_of(refreshed(figshare, warehouse)) == LISTED


@pytest.mark.slow
def test_not_found_then_unlisted_then_listed_again_is_back(
    figshare: Sandbox, refreshed: Refreshed, loaded: Path
) -> None:
    lost = figshare.world.public_ids()[5]
    institution = figshare.world.items[lost].institution
    figshare.world.edit(lost, title="New")
    figshare.faults.add(Fault("status", status=404, path=rf"/articles/{lost}$"))
    for _ in range(2):
        refreshed(figshare, loaded)
    figshare.world.items[lost].institution = -1
    figshare.world.edit_silently(lost)
    refreshed(figshare, loaded)
    figshare.faults.clear()
    figshare.world.items[lost].institution = institution
    figshare.world.edit_silently(lost)
    refreshed(figshare, loaded)
    assert count(loaded, CURRENT) == 160


@pytest.mark.slow
def test_an_empty_page_of_files_or_versions_is_not_believed(
    figshare: Sandbox, refreshed: Refreshed, tmp_path: Path
) -> None:
    warehouse = tmp_path / "warehouse.duckdb"
    for part in ("files", "versions"):
        figshare.faults.add(Fault("empty_page", path=f"/{part}$", times=1))
    assert len(refreshed(figshare, warehouse).failures) == 2
    refreshed(figshare, warehouse)
    assert is_fresh(figshare, refreshed, warehouse)


def test_many_bad_articles_do_not_keep_the_others_waiting(
    figshare: Sandbox, refreshed: Refreshed, tmp_path: Path
) -> None:
    warehouse = tmp_path / "warehouse.duckdb"
    newest = figshare.world.publish(14)
    figshare.faults.add(*(Fault("status", status=500, path=rf"/articles/{n}$") for n in newest))
    for _ in range(2):
        refreshed(figshare, warehouse, max_tries=1)
    assert count(warehouse, CURRENT) == 160


def test_an_empty_list_empties_nothing(figshare: Sandbox, refreshed: Refreshed, loaded: Path) -> None:
    before = count(loaded, "figshare.item_types")
    change(loaded, "update figshare.list_readings set completed_at = completed_at - interval 8 day")
    figshare.faults.add(Fault("empty_page", path="/item_types$"))
    outcome = refreshed(figshare, loaded)
    assert (outcome.outcome, requests_of(outcome)["item_types"]) == ("incomplete", 1)
    assert count(loaded, "figshare.item_types") == before
