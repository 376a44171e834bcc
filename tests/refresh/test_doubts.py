"""What a complete reading says and is not believed at once: a listing that lost much, a count that is higher."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from figshare_sandbox import Fault, Sandbox
from figshare_warehouse.cli import cli
from tests.support import CURRENT, Refreshed, change, count, is_fresh, requests_of, rows

LEFT = "figshare.listed_articles where left_at is not null"


def _hide(figshare: Sandbox, share: float) -> list[int]:
    """Listings do not show these articles any more; their details are there."""
    public = figshare.world.public_ids()
    hidden = public[: round(len(public) * share)]
    figshare.world.hidden_from_listings = set(hidden)
    figshare.world.revision += 1
    return hidden


def _days_pass(warehouse: Path, days: float) -> None:
    change(
        warehouse,
        f"update figshare.doubted_listings set doubted_since = doubted_since - interval '{round(days * 24)} hours'",
    )


@pytest.mark.slow
def test_a_listing_that_ends_is_not_believed(figshare: Sandbox, refreshed: Refreshed, loaded: Path) -> None:
    _hide(figshare, 1)
    outcome = refreshed(figshare, loaded)
    assert (outcome.outcome, outcome.articles_withdrawn, requests_of(outcome)["article"]) == ("incomplete", 0, 5)
    assert count(loaded, CURRENT) == 160
    assert count(loaded, LEFT) == 0
    [sentence] = outcome.findings
    assert sentence.startswith("institution 990 does not show 160 of the 160 articles that it had")
    assert "Figshare still has 5 of the 5 that were checked" in sentence
    assert "`refresh --confirm-withdrawals`" in sentence
    assert rows(loaded, "select message from figshare.refreshes order by refresh_id desc limit 1") == [(sentence,)]
    # However long: while the articles are there it is the listing that is wrong.
    _days_pass(loaded, 30)
    assert refreshed(figshare, loaded).outcome == "incomplete"
    assert count(loaded, CURRENT) == 160

    _hide(figshare, 0)
    assert refreshed(figshare, loaded).outcome == "done"
    assert count(loaded, "figshare.doubted_listings where ended_at is null") == 0
    assert is_fresh(figshare, refreshed, loaded)


@pytest.mark.slow
def test_articles_that_are_gone_are_withdrawn_when_it_is_found_again_days_later(
    figshare: Sandbox, refreshed: Refreshed, loaded: Path
) -> None:
    for article_id in figshare.world.public_ids()[::4]:
        figshare.world.withdraw(article_id)
    # 40 of 160, and a new one, which is loaded all the same.
    [new] = figshare.world.publish()
    outcome = refreshed(figshare, loaded)
    assert (outcome.outcome, outcome.articles_withdrawn, outcome.articles_loaded) == ("incomplete", 0, 1)
    [sentence] = outcome.findings
    assert sentence.startswith("institution 990 does not show 40 of the 160 articles that it had")
    assert "Figshare has none of the 5 that were checked. A refresh after " in sentence
    assert count(loaded, f"{CURRENT} where article_id = {new}") == 1
    assert count(loaded, CURRENT) == 161
    _days_pass(loaded, 2)
    assert refreshed(figshare, loaded).outcome == "incomplete"
    assert count(loaded, CURRENT) == 161
    _days_pass(loaded, 1.1)
    outcome = refreshed(figshare, loaded)
    assert (outcome.outcome, outcome.articles_withdrawn) == ("done", 40)
    assert count(loaded, CURRENT) == 121
    assert is_fresh(figshare, refreshed, loaded)


@pytest.mark.slow
def test_the_user_confirms_that_they_are_gone(figshare: Sandbox, refreshed: Refreshed, loaded: Path) -> None:
    for article_id in figshare.world.public_ids()[::4]:
        figshare.world.withdraw(article_id)
    assert refreshed(figshare, loaded).outcome == "incomplete"
    outcome = refreshed(figshare, loaded, confirm_withdrawals=True)
    assert (outcome.outcome, outcome.articles_withdrawn) == ("done", 40)
    assert refreshed(figshare, loaded).outcome == "done"
    assert is_fresh(figshare, refreshed, loaded)


@pytest.mark.parametrize(("gone", "is_believed"), [(16, True), (17, False)])
def test_a_tenth_is_believed(
    figshare: Sandbox, refreshed: Refreshed, loaded: Path, gone: int, is_believed: bool
) -> None:
    for article_id in figshare.world.public_ids()[:gone]:
        figshare.world.withdraw(article_id)
    outcome = refreshed(figshare, loaded)
    assert outcome.articles_withdrawn == (gone if is_believed else 0)
    assert outcome.outcome == ("done" if is_believed else "incomplete")


@pytest.mark.slow
def test_when_much_more_is_missing_the_days_begin_anew(figshare: Sandbox, refreshed: Refreshed, loaded: Path) -> None:
    public = figshare.world.public_ids()
    for article_id in public[:40]:
        figshare.world.withdraw(article_id)
    refreshed(figshare, loaded)
    _days_pass(loaded, 4)
    for article_id in public[40:]:
        figshare.world.withdraw(article_id)
    assert refreshed(figshare, loaded).outcome == "incomplete"
    assert count(loaded, CURRENT) == 160
    assert rows(loaded, "select missing_count, ended_at is null from figshare.doubted_listings order by 1") == [
        (40, False),
        (160, True),
    ]


@pytest.mark.slow
def test_what_could_not_be_asked_for_is_no_proof(figshare: Sandbox, refreshed: Refreshed, loaded: Path) -> None:
    _hide(figshare, 0.5)
    refreshed(figshare, loaded)
    _days_pass(loaded, 4)
    figshare.faults.add(Fault("status", status=500, path=r"/articles/\d+$"))
    outcome = refreshed(figshare, loaded, max_tries=1)
    assert "could not be checked" in outcome.findings[0]
    assert count(loaded, CURRENT) == 160


@pytest.mark.slow
def test_a_search_that_finds_much_less_keeps_what_it_found(
    figshare: Sandbox, refreshed: Refreshed, tmp_path: Path
) -> None:
    warehouse = tmp_path / "warehouse.duckdb"
    name = figshare.world.institution_name
    options = {"institution": None, "searches": {"ours": f":institution: {name}"}}
    refreshed(figshare, warehouse, **options)
    found = count(warehouse, "reports.search_results where is_found")
    _hide(figshare, 0.5)
    outcome = refreshed(figshare, warehouse, **options)
    assert outcome.outcome == "incomplete"
    assert outcome.findings[0].startswith(f"search ours does not show 80 of the {found} articles that it had")
    assert "article" not in requests_of(outcome)
    assert count(warehouse, "reports.search_results where is_found") == found
    # Another search under the same name has lost nothing.
    other = {**options, "searches": {"ours": f':institution: {name} AND NOT :title: "qqqqqq"'}}
    assert refreshed(figshare, warehouse, **other).outcome == "done"
    assert count(warehouse, "reports.search_results where is_found") == found - 80


@pytest.mark.parametrize("holds_subgroups", [False, True])
def test_a_higher_count_is_said(figshare: Sandbox, refreshed: Refreshed, tmp_path: Path, holds_subgroups: bool) -> None:
    warehouse = tmp_path / "warehouse.duckdb"
    figshare.world.count_includes_subgroups = holds_subgroups
    in_groups = [n for n in figshare.world.public_ids() if figshare.world.detail(n)["group_id"]]
    figshare.world.hidden_from_listings = set(in_groups[:3])
    sentence = "Figshare counts 3 more public articles than it lists: reports.completeness shows in which groups."
    for _ in range(2):
        outcome = refreshed(figshare, warehouse)
        assert (outcome.outcome, outcome.findings) == ("incomplete", [sentence])
    assert count(warehouse, CURRENT) == 157
    figshare.world.hidden_from_listings = set()
    assert refreshed(figshare, warehouse).outcome == "done"


def test_what_is_published_after_the_listing_is_no_difference(
    figshare: Sandbox, refreshed: Refreshed, loaded: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    change(loaded, "update figshare.group_counts set counted_at = counted_at - interval 2 day")
    listed = len(figshare.world.public_ids())
    published: list[int] = []
    damage = figshare.faults.damage

    def publishing(request: object) -> object:
        # Once Figshare is asked to count, three more are there.
        if "/count/" in request.path and not published:  # type: ignore[attr-defined]
            published.extend(figshare.world.publish(3))
        return damage(request)  # type: ignore[arg-type]

    monkeypatch.setattr(figshare.faults, "damage", publishing)
    outcome = refreshed(figshare, loaded)
    assert published
    assert (outcome.outcome, outcome.findings) == ("done", [])
    assert count(loaded, CURRENT) == listed
    assert refreshed(figshare, loaded).outcome == "done"
    assert count(loaded, CURRENT) == listed + 3


def test_the_command_takes_the_confirmation_and_schedule_does_not() -> None:
    assert "--confirm-withdrawals" in CliRunner().invoke(cli, ["refresh", "--help"]).output
    done = CliRunner().invoke(cli, ["schedule", "cron", "--institution", "1", "--confirm-withdrawals"])
    assert done.exit_code == 2
