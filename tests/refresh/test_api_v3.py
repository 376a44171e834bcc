"""An institution that Figshare switches to API v3: the same warehouse before and after it, whatever v2 does then."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from figshare_sandbox import Fault, Sandbox
from figshare_sandbox.world.world import AFTER_SWITCH
from figshare_warehouse.cli.summary import summary_lines
from figshare_warehouse.configuration import resolve_settings
from figshare_warehouse.refresh import refresh
from figshare_warehouse.reports.status import status
from figshare_warehouse.reports.terminal import render
from figshare_warehouse.warehouse.publish.published import Published
from tests.support import TODAY, WITHOUT, Quiet, Refreshed, change, contents, count, requests_of, rows, start_refresh

OWN, OTHER = 990, 991
SEARCHES = {"data": "data"}

MORE = (
    *("article_author_affiliations", "fields", "item_type_fields"),
    *("articles.author_affiliation_count", "articles.publisher", "articles.journal", "articles.fields"),
    *("listed_articles.api_version", "reports.article_authors.affiliations", "reports.metadata_fields"),
)
"""What v3 has more; an article that was read through v2 has it when it is read again."""
LESS = (
    *("articles.citation", "articles.funding", "article_related_materials.is_linkout"),
    # Of an embargoed item without its files v3 does not say whether one is linked.
    *("articles.has_linked_file", "reports.articles.has_linked_file"),
)
"""What v3 does not say."""


WORLD: dict[str, Any] = {"items": 60, "seed": 11, "today": TODAY}


@pytest.fixture
def small() -> Iterator[Sandbox]:
    with Sandbox(**WORLD) as sandbox:
        yield sandbox


@pytest.fixture(scope="module")
def _loaded(tmp_path_factory: pytest.TempPathFactory, _refreshed: Refreshed) -> Path:
    """The world of `small`, loaded once through v2 and once through v3."""
    folder = tmp_path_factory.mktemp("versions")
    with Sandbox(**WORLD) as sandbox:
        assert _refreshed(sandbox, folder / "v2.duckdb").outcome == "done"
        sandbox.world.switch()
        assert _refreshed(sandbox, folder / "v3.duckdb").outcome == "done"
    return folder


@pytest.fixture
def through_v2(_loaded: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(_loaded / "v2.duckdb", tmp_path))


@pytest.fixture
def through_v3(_loaded: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(_loaded / "v3.duckdb", tmp_path))


def history(warehouse: Path) -> list[tuple[Any, ...]]:
    return rows(warehouse, "select institution_id, api_version from figshare.api_versions order by found_at")


def asked(figshare: Sandbox, version: str) -> int:
    return sum(exchange.path.startswith(f"/{version}/") for exchange in figshare.requests)


def test_a_world_through_v2_and_the_same_world_through_v3_are_equal(refreshed: Refreshed, tmp_path: Path) -> None:
    old, new = tmp_path / "old.duckdb", tmp_path / "new.duckdb"
    with Sandbox(items=160, seed=7, today=TODAY) as figshare:
        assert refreshed(figshare, old, searches=SEARCHES).outcome == "done"
        figshare.world.switch()
        figshare.clear_requests()
        outcome = refreshed(figshare, new, searches=SEARCHES)
        assert (outcome.outcome, outcome.drift) == ("done", [])
        # Only lists that belong to no institution, the token's side, and others' articles.
        own = {f"/v2/articles/{article_id}" for article_id in figshare.world.public_ids()}
        assert not own & {exchange.path for exchange in figshare.requests}
        authors = [figshare.world.detail(n)["authors"] for n in figshare.world.public_ids()]
    assert contents(old, MORE + LESS) == contents(new, MORE + LESS)
    affiliations = sum(min(author["id"] % 4, 3) for listed in authors for author in listed)
    own_rows = "figshare.article_author_affiliations semi join reports.articles using (article_id)"
    assert rows(new, f"select count(*) from {own_rows}") == [(affiliations,)]
    shown = "select count(*), {} from reports.article_authors"
    listed = "sum(len(string_split(affiliations, '; '))), min(affiliations) like 'University of %'"
    assert rows(new, shown.format(listed))[0][1:] == (affiliations, True)
    assert rows(old, shown.format("count(affiliations)"))[0][1:] == (0,)
    assert rows(new, "select count(*) from figshare.articles where publisher is not null") != [(0,)]
    assert rows(old, "select count(*) from figshare.articles where fields is not null") == [(0,)]
    # What has no place of its own stays.
    left = rows(new, "select distinct fields from figshare.articles semi join reports.articles using (article_id)")
    assert {tuple(json.loads(text)) for (text,) in left} == {("language",)}
    assert {kind for (kind,) in rows(new, "select distinct internal_type from figshare.fields")} == {
        *("core", "stock", "custom")
    }
    assert rows(old, "select distinct internal_type from figshare.fields") == [("custom",)]


@pytest.mark.slow
@pytest.mark.parametrize("after", AFTER_SWITCH)
def test_a_switch_changes_nothing_that_did_not_change(
    small: Sandbox, refreshed: Refreshed, through_v2: Path, through_v3: Path, after: str
) -> None:
    warehouse = through_v2
    assert history(warehouse) == [(OWN, "v2")]
    small.world.switch(after=after)
    outcome = refreshed(small, warehouse)
    assert outcome.outcome == "done"
    # One request to find out, and once the lists that only v3 has.
    once = {"api_version": 1, "fields": 1, "item_type_fields": 1}
    assert requests_of(outcome) == {"listing": 2, "groups": 1, "institutions": 1, **once}
    assert len(outcome.switches) == 1
    assert "switched institution 990 from its API v2 to v3" in outcome.switches[0]
    assert outcome.switches[0] in summary_lines(outcome, warehouse, 3)
    assert history(warehouse) == [(OWN, "v2"), (OWN, "v3")]
    assert count(warehouse, "figshare.article_changes") == 0
    assert count(warehouse, "figshare.withdrawals") == 0
    assert contents(warehouse, MORE + LESS) == contents(through_v3, MORE + LESS)
    if after == "empty":
        again = refreshed(small, warehouse)
        assert requests_of(again) == {"listing": 2, "groups": 1, "institutions": 1}
        assert (again.outcome, again.switches) == ("done", [])
        assert count(warehouse, "reports.articles") == 60


@pytest.mark.slow
def test_what_changes_with_the_switch_is_read_and_told(
    small: Sandbox, refreshed: Refreshed, through_v2: Path, tmp_path: Path
) -> None:
    warehouse, fresh = through_v2, tmp_path / "fresh.duckdb"
    world = small.world
    edited, versioned, withdrawn, moved = [n for n in world.public_ids() if not world.items[n].versions][:4]
    world.switch(after="forbidden")
    world.edit(edited, title="Another title")
    world.new_version(versioned, add_files=12)
    world.withdraw(withdrawn)
    world.move_group(moved, world.groups[-1]["id"])
    [published] = world.publish()
    outcome = refreshed(small, warehouse)
    assert outcome.outcome == "done"
    assert requests_of(outcome)["article"] == 5
    changed = rows(warehouse, "select distinct article_id, field from figshare.article_changes")
    fields = {field for article_id, field in changed if article_id == edited}
    assert fields == {"title", "modified_at"}
    assert {article_id for article_id, _ in changed} == {edited, versioned, moved}
    assert "funding_text" not in {field for _, field in changed}
    assert rows(warehouse, "select article_id from reports.withdrawn_articles") == [(withdrawn,)]
    # What was read again has what v3 has more; the rest has it in time.
    known = rows(warehouse, "select article_id from figshare.articles where author_affiliation_count is not null")
    assert {article_id for (article_id,) in known} == {edited, versioned, moved, published}
    refreshed(small, fresh)
    assert contents(warehouse, MORE + LESS) == contents(fresh, MORE + LESS)
    for table, column in (("articles", "fetched_at"), ("article_checks", "checked_at")):
        change(warehouse, f"update figshare.{table} set {column} = {column} - interval 91 day")
    assert refreshed(small, warehouse).outcome == "done"
    assert contents(warehouse) == contents(fresh)
    assert {
        field for _, field in rows(warehouse, "select distinct article_id, field from figshare.article_changes")
    } == ({field for _, field in changed})


SLOW = [pytest.param(after, marks=pytest.mark.slow) for after in ("fields", "empty")]


@pytest.mark.slow
@pytest.mark.parametrize("after", [*SLOW, "forbidden"])
def test_a_switch_in_the_middle_of_a_refresh_withdraws_nothing(
    small: Sandbox, tmp_path: Path, refreshed: Refreshed, through_v3: Path, after: str
) -> None:
    warehouse = tmp_path / "warehouse.duckdb"

    class Switching(Quiet):
        def step(self, text: str) -> None:
            if text.startswith("Reading 60 article details"):
                small.world.switch(after=after)

    given = {"institution": OWN, "api_url": small.api_url, "stats_url": small.stats_url, "token": small.token}
    given |= {"requests_per_second": 0.0, "usage": ["none"], "retry_wait_seconds": 0.01, "without": WITHOUT}
    outcome = refresh(resolve_settings(given), warehouse, Switching())
    assert (outcome.outcome, outcome.articles_loaded, outcome.articles_withdrawn) == ("done", 60, 0)
    # Those under way are asked for twice, the others not.
    assert requests_of(outcome)["article"] <= 60 + 8
    assert refreshed(small, warehouse).switches
    assert contents(warehouse, MORE + LESS) == contents(through_v3, MORE + LESS)


@pytest.mark.slow
def test_a_refresh_that_is_killed_in_the_switch_is_finished_by_the_next(
    small: Sandbox, refreshed: Refreshed, through_v2: Path, tmp_path: Path
) -> None:
    warehouse, fresh = through_v2, tmp_path / "fresh.duckdb"
    small.world.switch(after="empty")
    for article_id in small.world.public_ids()[::2]:
        small.world.edit(article_id, title=f"Title {article_id}")
    asked_before = asked(small, "v3")
    process = start_refresh(
        small, warehouse, ["--requests-per-second", "40"], {"SOURCES__FIGSHARE__CHUNK_ARTICLES": "4"}
    )
    while process.poll() is None and asked(small, "v3") < asked_before + 16:
        pass
    assert process.poll() is None
    process.kill()
    process.communicate()
    assert count(warehouse, "figshare.withdrawals") == 0
    assert refreshed(small, warehouse).outcome == "done"
    refreshed(small, fresh)
    assert contents(warehouse, MORE + LESS) == contents(fresh, MORE + LESS)
    assert history(warehouse) == [(OWN, "v2"), (OWN, "v3")]
    titles = rows(warehouse, "select count(*) from figshare.article_changes where field = 'title'")
    assert titles == [(len(small.world.public_ids()[::2]),)]


def test_one_warehouse_with_institutions_on_both(small: Sandbox, refreshed: Refreshed, tmp_path: Path) -> None:
    warehouse = tmp_path / "warehouse.duckdb"
    world = small.world
    world.switch()
    others = {n for n in world.public_ids(everywhere=True) if world.items[n].institution == OTHER}
    for institution in (OWN, OTHER):
        options = {"institution": institution, "searches": SEARCHES}
        assert refreshed(small, warehouse, add_institution=True, **options).outcome == "done"
    assert set(history(warehouse)) == {(OWN, "v3"), (OTHER, "v2")}
    by_listing = "select listing, api_version, count(*) from figshare.listed_articles group by all"
    listed = [row for row in rows(warehouse, by_listing) if row[0].startswith("institution")]
    assert set(listed) == {(f"institution {OWN}", "v3", 60), (f"institution {OTHER}", "v2", len(others))}
    of_search = "from figshare.listed_articles where listing = 'search data'"
    found = rows(warehouse, f"select article_id, api_version {of_search}")
    by_version = {version: {n for n, one in found if one == version} for version in ("v2", "v3")}
    assert by_version["v3"]
    assert by_version["v2"]
    assert by_version["v3"] <= set(world.public_ids())
    assert not by_version["v2"] & set(world.public_ids())
    # The search finds what it found before the switch.
    world.switched.clear()
    before = tmp_path / "before.duckdb"
    refreshed(small, before, searches=SEARCHES)
    assert {n for n, _ in found} == {n for (n,) in rows(before, f"select article_id {of_search}")}
    assert rows(warehouse, "select count(*) from figshare.articles where title is null") == [(0,)]


@pytest.mark.slow
def test_a_switch_back_is_one_too(small: Sandbox, refreshed: Refreshed, through_v3: Path) -> None:
    warehouse = through_v3
    outcome = refreshed(small, warehouse)
    assert (outcome.outcome, len(outcome.switches)) == ("done", 1)
    assert "article" not in requests_of(outcome)
    assert history(warehouse) == [(OWN, "v3"), (OWN, "v2")]
    assert count(warehouse, "reports.articles") == 60


def test_v2_as_asked_for_never_withdraws_all_that_was_switched(
    small: Sandbox, refreshed: Refreshed, through_v2: Path
) -> None:
    warehouse = through_v2
    small.world.switch(after="empty")
    outcome = refreshed(small, warehouse, api_version="v2")
    assert outcome.outcome == "incomplete"
    assert "Figshare has switched the institution to API v3: set api_version to auto." in outcome.findings[0]
    change(warehouse, "update figshare.doubted_listings set doubted_since = doubted_since - interval 10 day")
    assert refreshed(small, warehouse, api_version="v2").outcome == "incomplete"
    assert (count(warehouse, "reports.articles"), count(warehouse, "figshare.withdrawals")) == (60, 0)
    assert refreshed(small, warehouse).outcome == "done"
    assert rows(warehouse, "select count(*) from figshare.doubted_listings where ended_at is null") == [(0,)]


def test_what_v3_answers_otherwise_says_nothing(small: Sandbox, refreshed: Refreshed, tmp_path: Path) -> None:
    warehouse = tmp_path / "warehouse.duckdb"
    small.faults.add(Fault("status", status=500, path=r"/v3/"))
    assert refreshed(small, warehouse, max_tries=1).outcome == "done"
    assert count(warehouse, "reports.articles") == 60
    assert history(warehouse) == []


def test_v3_alone(small: Sandbox, refreshed: Refreshed, tmp_path: Path) -> None:
    warehouse = tmp_path / "warehouse.duckdb"
    small.world.switch()
    small.clear_requests()
    assert refreshed(small, warehouse, api_version="v3", searches=SEARCHES).outcome == "done"
    private = {e.path for e in small.requests if e.path.startswith("/v2/")}
    assert private == {"/v2/account/institution", "/v2/account/institution/groups"}
    assert count(warehouse, "reports.articles") == 60


@pytest.mark.parametrize(
    ("after", "path", "field", "value"),
    [
        (None, "articles", "title", None),
        ("fields", "articles", "fields", {"language": "English"}),
        ("empty", "items", "fields", {"language": "English"}),
    ],
)
def test_a_detail_without_a_title_is_a_failed_request(
    small: Sandbox, refreshed: Refreshed, through_v2: Path, after: str | None, path: str, field: str, value: Any
) -> None:
    warehouse = through_v2
    bad = small.world.public_ids()[0]
    known = rows(warehouse, f"select title from figshare.articles where article_id = {bad}")
    small.world.edit(bad, title="Other")
    if after is not None:
        small.world.switch(after=after)
    small.faults.add(Fault("changed_type", field=field, value=value, path=rf"/{path}/{bad}$"))
    # As v2 answers with `fields`, it is asked for it.
    outcome = refreshed(small, warehouse, api_version="v2" if path == "articles" else "auto")
    assert outcome.outcome == "incomplete"
    [failure] = outcome.failures
    assert failure["message"].endswith(f"/{path}/{bad} answered without the article's title and metadata.")
    assert rows(warehouse, f"select title from figshare.articles where article_id = {bad}") == known


def test_finding_out_costs_one_request_in_each_refresh_through_v2(
    small: Sandbox, refreshed: Refreshed, through_v2: Path
) -> None:
    found_out, forced = refreshed(small, through_v2), refreshed(small, through_v2, api_version="v2")
    assert requests_of(found_out) == {**requests_of(forced), "api_version": 1}
    assert history(through_v2) == [(OWN, "v2")]


@pytest.mark.slow
def test_status_names_the_version_of_each_institution(small: Sandbox, refreshed: Refreshed, through_v2: Path) -> None:
    warehouse = through_v2
    refreshed(small, warehouse, institution=OTHER, add_institution=True, api_version="v2")
    small.world.switch()
    refreshed(small, warehouse, publish=True)
    published = Published.of(warehouse)
    with published.opened() as connection:
        report = status(connection, published.path)
    assert "Version of Figshare's API" in render(report, "table")
    [[found_at]] = rows(warehouse, "select max(found_at) from figshare.api_versions")
    assert json.loads(render(report, "json"))["api_versions"] == [
        {"institution_id": OWN, "api_version": "v3", "since": found_at.isoformat(timespec="seconds")},
        {"institution_id": OTHER, "api_version": "not asked yet", "since": None},
    ]


def test_the_old_list_of_custom_fields_may_go(small: Sandbox, refreshed: Refreshed, through_v2: Path) -> None:
    warehouse = through_v2
    fields = rows(warehouse, "select name from figshare.fields order by id")
    assert len(fields) == 6
    small.world.custom_fields_removed = True
    change(warehouse, "update figshare.list_readings set completed_at = completed_at - interval 8 day")
    outcome = refreshed(small, warehouse)
    assert outcome.outcome == "done"
    noted = {(row["table_name"], row["field"], row["problem"]) for row in outcome.drift}
    assert noted == {("fields", "/account/institution/custom_fields", "not found")}
    assert rows(warehouse, "select name from figshare.fields order by id") == fields
    small.world.switch()
    change(warehouse, "update figshare.list_readings set completed_at = completed_at - interval 8 day")
    assert refreshed(small, warehouse).drift == []
    custom = "select name from figshare.fields where internal_type = 'custom' order by id"
    assert rows(warehouse, custom) == fields


def test_without_a_token_custom_fields_are_told_by_what_figshare_s_own_are_called(
    small: Sandbox, refreshed: Refreshed, through_v2: Path, tmp_path: Path
) -> None:
    old, new = through_v2, tmp_path / "new.duckdb"
    small.world.switch()
    refreshed(small, new, token="")
    query = "select article_id, position, name, value from figshare.article_custom_fields order by all"
    assert rows(new, query) == rows(old, query)
    assert len(rows(old, query)) > 0


@pytest.mark.slow
@pytest.mark.parametrize("has_cursor", [True, False])
def test_more_items_than_the_offset_limit(has_cursor: bool) -> None:
    from figshare_warehouse.sources.figshare.client import FigshareClient
    from figshare_warehouse.sources.figshare.paging import item_pages

    with Sandbox(items=9500, seed=2, today=TODAY) as sandbox:
        sandbox.world.switch()
        sandbox.world.items_cursor_supported = has_cursor
        with FigshareClient(sandbox.api_url, requests_per_second=0) as client:
            pages = list(item_pages(client, {"institution": sandbox.institution_id}))
        assert {record["id"] for page in pages for record in page} == set(sandbox.world.public_ids())
        assert client.request_count <= 12
