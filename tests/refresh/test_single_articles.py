"""Articles that are followed by themselves: without an institution, and beside one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest

from figshare_sandbox import Fault, Sandbox
from figshare_warehouse.article_references import article_reference
from figshare_warehouse.cli import main
from figshare_warehouse.clock import utc_now
from figshare_warehouse.configuration import resolve_settings
from figshare_warehouse.errors import UsageError
from figshare_warehouse.refresh import followed
from figshare_warehouse.refresh.plan import plan
from figshare_warehouse.reports.article import article
from figshare_warehouse.warehouse.publish.published import Published
from tests.support import Refreshed, change, is_fresh, requests_of, rows

OTHERS = "select article_id, state, followed_by from reports.other_articles order by article_id"
ALONE: dict[str, Any] = {"institution": None, "token": None}
LISTS = {"categories": 1, "licenses": 1, "item_types": 1}


@pytest.fixture
def two(figshare: Sandbox) -> tuple[int, int]:
    """Two articles of one version with few files, which have DOIs; Figshare says when they are unchanged."""
    figshare.world.conditional_requests = True
    ids = [
        id_
        for id_ in figshare.world.public_ids()
        if (detail := figshare.world.detail(id_))["doi"]
        and detail["version"] == 1
        and 0 < len(detail.get("files") or ()) < 10
    ]
    return ids[0], ids[1]


@pytest.mark.slow
def test_articles_are_followed_without_an_institution_or_a_token(
    figshare: Sandbox, refreshed: Refreshed, tmp_path: Path, two: tuple[int, int]
) -> None:
    warehouse, options = tmp_path / "warehouse.duckdb", {**ALONE, "articles": [str(two[0]), str(two[1]), str(two[0])]}
    outcome = refreshed(figshare, warehouse, publish=True, **options)
    assert (outcome.outcome, outcome.articles_loaded) == ("done", 2)
    assert requests_of(outcome) == {**LISTS, "article": 2}
    assert rows(warehouse, OTHERS) == [(id_, "public", f"article {id_}") for id_ in sorted(two)]
    assert rows(warehouse, "select listing, article_count from operations.listings order by 1") == [
        (f"article {id_}", 1) for id_ in sorted(two)
    ]
    assert rows(warehouse, "select count(*) from reports.articles") == [(0,)]
    with duckdb.connect(str(Published.of(warehouse).current()), read_only=True) as published:
        report = article(published, str(two[0]))
    detail = figshare.world.detail(two[0])
    assert (report.headline["state"], report.headline["file_count"]) == ("public", len(detail["files"]))
    assert rows(warehouse, "select kind, is_baseline from reports.changes") == [("added", True)] * 2
    # Each refresh asks once whether it changed.
    again = refreshed(figshare, warehouse, **options)
    assert (requests_of(again), again.articles_unchanged) == ({"article": 2}, 2)
    figshare.world.edit(two[1], title="Other")
    assert refreshed(figshare, warehouse, **options).articles_loaded == 1
    assert rows(warehouse, f"select title from reports.other_articles where article_id = {two[1]}") == [("Other",)]
    assert is_fresh(figshare, refreshed, warehouse, **options)
    # What is not named any more stays as it was.
    assert requests_of(refreshed(figshare, warehouse, **{**options, "articles": [str(two[1])]})) == {"article": 1}
    assert rows(warehouse, OTHERS) == [(id_, "public", f"article {id_}") for id_ in sorted(two)]


@pytest.mark.slow
def test_beside_its_institution_an_article_costs_nothing_more(
    figshare: Sandbox, refreshed: Refreshed, loaded: Path, two: tuple[int, int]
) -> None:
    before = rows(loaded, "select count(*) from reports.articles")
    outcome = refreshed(figshare, loaded, articles=[str(two[0])])
    assert outcome.outcome == "done"
    assert "article" not in requests_of(outcome)
    assert rows(loaded, "select count(*) from reports.articles") == before
    assert rows(loaded, OTHERS) == []
    assert rows(loaded, f"select kind from reports.changes where article_id = {two[0]}") == [("added",)]
    assert is_fresh(figshare, refreshed, loaded, articles=[str(two[0])])


@pytest.mark.slow
def test_an_article_of_another_institution_beside_ones_own(
    figshare: Sandbox, refreshed: Refreshed, loaded: Path
) -> None:
    world = figshare.world
    other = next(i.id for i in world.items.values() if i.state == "public" and i.institution != world.institution_id)
    options = {"articles": [str(other)]}
    before = rows(loaded, "select count(*) from reports.articles")
    assert refreshed(figshare, loaded, **options).outcome == "done"
    assert rows(loaded, OTHERS) == [(other, "public", f"article {other}")]
    assert rows(loaded, "select count(*) from reports.articles") == before
    world.edit(other, title="Other")
    world.publish(1)
    assert refreshed(figshare, loaded, **options).articles_loaded == 2
    assert is_fresh(figshare, refreshed, loaded, **options)


@pytest.mark.parametrize("prefix", ["10.5072/figshare.", "10.5072/northfield."])
def test_a_doi_is_resolved_once(
    figshare: Sandbox, refreshed: Refreshed, tmp_path: Path, two: tuple[int, int], prefix: str
) -> None:
    doi = f"{prefix}{two[0]}.v1"
    figshare.world.edit(two[0], doi=doi)
    warehouse, options = tmp_path / "warehouse.duckdb", {**ALONE, "articles": [f"https://doi.org/{doi.upper()}"]}
    outcome = refreshed(figshare, warehouse, **options)
    assert outcome.outcome == "done"
    # Figshare's own DOIs hold the id; of others it is held against the article's DOI.
    asked = not prefix.endswith("/figshare.")
    assert requests_of(outcome) == {**LISTS, "article": 1 + asked}
    title = rows(warehouse, "select title from figshare.articles")[0][0]
    assert [one.startswith(f"{doi.removesuffix('.v1')} is article {two[0]}, '") for one in outcome.found] == [
        True
    ] * asked
    assert title
    assert requests_of(refreshed(figshare, warehouse, **options)) == {"article": 1}


def test_a_doi_without_an_id_is_looked_for(
    figshare: Sandbox, refreshed: Refreshed, tmp_path: Path, two: tuple[int, int]
) -> None:
    figshare.world.edit(two[0], doi="10.5072/by-hand")
    warehouse = tmp_path / "warehouse.duckdb"
    outcome = refreshed(figshare, warehouse, **ALONE, articles=["10.5072/BY-HAND", "10.5072/nothing"])
    assert requests_of(outcome) == {**LISTS, "article_doi": 3, "article": 1}
    assert (outcome.outcome, outcome.findings) == (
        "incomplete",
        ["Figshare shows no public article with the DOI 10.5072/nothing."],
    )
    assert [row[0] for row in rows(warehouse, OTHERS)] == [two[0]]


def test_an_id_that_is_not_there_is_one_sentence_and_the_rest_is_read(
    figshare: Sandbox, refreshed: Refreshed, tmp_path: Path, two: tuple[int, int]
) -> None:
    warehouse, options = tmp_path / "warehouse.duckdb", {**ALONE, "articles": ["999999999", str(two[0])]}
    for _ in range(2):
        outcome = refreshed(figshare, warehouse, **options)
        assert (outcome.outcome, outcome.articles_withdrawn) == ("incomplete", 0)
        assert outcome.findings == ["Figshare has no public article 999999999: is the id right?"]
    assert rows(warehouse, OTHERS) == [(two[0], "public", f"article {two[0]}")]
    assert rows(warehouse, "select article_id, kind from reports.changes") == [(two[0], "added")]
    assert rows(warehouse, "select * from reports.withdrawn_articles") == []


@pytest.mark.slow
def test_a_withdrawn_one_is_confirmed_and_returns(
    figshare: Sandbox, refreshed: Refreshed, tmp_path: Path, two: tuple[int, int]
) -> None:
    warehouse, options = tmp_path / "warehouse.duckdb", {**ALONE, "articles": [str(id_) for id_ in two]}
    refreshed(figshare, warehouse, **options)
    figshare.world.withdraw(two[0])
    for withdrawn in (1, 1, 0):
        outcome = refreshed(figshare, warehouse, **options)
        # What is known to be withdrawn is asked for again after a week.
        assert (outcome.outcome, outcome.articles_withdrawn) == ("done", withdrawn)
    found = "select article_id, reason from reports.withdrawn_articles"
    assert rows(warehouse, found) == [(two[0], "not found")]
    assert dict(rows(warehouse, "select article_id, state from reports.other_articles"))[two[0]] == "withdrawn"
    figshare.world.republish(two[0])
    change(warehouse, "update figshare.withdrawals set checked_at = checked_at - interval 8 day")
    change(warehouse, "update figshare.withdrawals set withdrawn_at = withdrawn_at - interval 9 day")
    change(warehouse, "update figshare.articles set fetched_at = fetched_at - interval 10 day")
    assert refreshed(figshare, warehouse, **options).articles_loaded == 1
    assert rows(warehouse, found) == []
    kinds = rows(warehouse, f"select kind from reports.changes where article_id = {two[0]} and kind <> 'changed'")
    assert sorted(kind for (kind,) in kinds) == ["added", "returned", "withdrawn"]
    assert is_fresh(figshare, refreshed, warehouse, **options)


@pytest.mark.slow
def test_one_that_leaves_its_institution_stays_followed(
    figshare: Sandbox, refreshed: Refreshed, loaded: Path, two: tuple[int, int]
) -> None:
    refreshed(figshare, loaded, articles=[str(two[0])])
    figshare.world.items[two[0]].institution = -1
    figshare.world.edit_silently(two[0])
    for _ in range(2):
        refreshed(figshare, loaded, articles=[str(two[0])])
    assert rows(loaded, OTHERS) == [(two[0], "public", f"article {two[0]}")]
    assert is_fresh(figshare, refreshed, loaded, articles=[str(two[0])])


def test_a_plan_is_what_is_asked(figshare: Sandbox, refreshed: Refreshed, tmp_path: Path, two: tuple[int, int]) -> None:
    figshare.world.edit(two[0], doi="10.5072/by-hand")
    warehouse, articles = tmp_path / "warehouse.duckdb", ["10.5072/by-hand", str(two[1])]
    given = {"api_url": figshare.api_url, "stats_url": figshare.stats_url, "requests_per_second": 0.0}

    def planned(usage: str) -> Any:
        settings = resolve_settings({**given, "articles": articles, "usage": [usage]})
        return plan(settings, followed(settings), warehouse, utc_now())

    first = planned("none").headline
    assert (first["requests"], first["is_complete"]) == (3 + 1 + 2, True)
    assert first["listings"] == f"article 10.5072/by-hand, article {two[1]}"
    outcome = refreshed(figshare, warehouse, **ALONE, articles=articles)
    assert outcome.requests in (6, 7), "an article's list of versions or files may be one more"
    assert planned("none").headline["requests"] == 2
    expected = planned("totals").headline
    assert expected["is_complete"] is True
    assert refreshed(figshare, warehouse, **ALONE, articles=articles, usage=["totals"]).requests == expected["requests"]


def test_a_failed_look_up_is_a_failed_request(figshare: Sandbox, refreshed: Refreshed, tmp_path: Path) -> None:
    figshare.faults.add(Fault("status", status=500, path=r"/v2/articles$"))
    outcome = refreshed(figshare, tmp_path / "w.duckdb", **ALONE, articles=["10.5072/by-hand"])
    assert (outcome.outcome, [failure["path"] for failure in outcome.failures]) == ("incomplete", ["/articles"])


def test_a_bad_reference_is_refused_before_any_request(
    figshare: Sandbox, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(UsageError, match=r"^--article takes an article's id, DOI or URL, not 'Light'"):
        resolve_settings({"articles": ["1", "Light"]})
    for command in ("refresh", "plan"):
        with pytest.raises(SystemExit) as ended:
            main(
                [
                    command,
                    "--article",
                    "Light",
                    "--api-url",
                    figshare.api_url,
                    "--warehouse",
                    str(tmp_path / "w.duckdb"),
                ]
            )
        assert ended.value.code == 2
        assert "--article takes an article's id, DOI or URL" in capsys.readouterr().err
    assert not figshare.requests
    assert not (tmp_path / "w.duckdb").exists()
    assert article_reference("10.6084/m9.figshare.5").is_certain
    assert not article_reference("10.17028/rd.lboro.5").is_certain


@pytest.mark.slow
def test_from_the_command_line_and_the_configuration(
    figshare: Sandbox,
    tmp_path: Path,
    two: tuple[int, int],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    given = ["--api-url", figshare.api_url, "--stats-url", figshare.stats_url, "--requests-per-second", "0"]
    monkeypatch.setenv("SOURCES__FIGSHARE__ARTICLES", f'["{two[0]}"]')
    main(["refresh", *given, "--usage", "none"])
    main(["status"])
    assert f"article {two[0]}" in capsys.readouterr().out
    # An option wins.
    main(["refresh", *given, "--usage", "none", "--article", f"https://figshare.com/articles/dataset/x/{two[1]}/1"])
    capsys.readouterr()
    main(["report", "article", str(two[1])])
    assert "public" in capsys.readouterr().out
    with pytest.raises(SystemExit) as ended:
        main(["refresh", *given, "--usage", "none", "--article", "999999999"])
    assert ended.value.code == 3
    assert "Figshare has no public article 999999999: is the id right?" in capsys.readouterr().out
