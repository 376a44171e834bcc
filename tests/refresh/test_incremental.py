"""After any history of changes the warehouse is what a fresh load would be, for a fraction of the requests."""

from __future__ import annotations

from pathlib import Path

import pytest

from figshare_sandbox import Fault, Sandbox
from figshare_warehouse.errors import UsageError
from figshare_warehouse.sources.figshare.feeds import check_search
from tests.support import (
    CURRENT,
    LISTED,
    TODAY,
    Refreshed,
    age_details,
    change,
    contents,
    count,
    is_fresh,
    requests_of,
    rows,
)

# How many requests


def test_nothing_changed_means_listing_requests_only(figshare: Sandbox, refreshed: Refreshed, loaded: Path) -> None:
    before = contents(loaded)
    assert requests_of(refreshed(figshare, loaded)) == LISTED
    assert requests_of(refreshed(figshare, loaded, token="")) == {"listing": 2, "api_version": 1}
    assert contents(loaded) == before


@pytest.mark.slow
def test_what_changed_is_asked_for_once_and_nothing_else(figshare: Sandbox, refreshed: Refreshed, loaded: Path) -> None:
    world = figshare.world
    plain = [i for i in world.public_ids() if len(world.detail(i).get("files") or ()) < 10]
    with_files = next(i for i in world.public_ids() if 10 <= len(world.detail(i).get("files") or ()) < 1000)
    world.edit(plain[0], title="Other <i>title</i>")
    world.set_authors(plain[1], [])
    world.edit(plain[2], tags=[], files=[], funding_list=[])
    world.new_version(plain[3])
    world.move_group(plain[4], None)
    world.edit(with_files, title="Other")
    published = [i for i in world.publish(3) if len(world.detail(i).get("files") or ()) < 10]
    made = requests_of(refreshed(figshare, loaded))
    assert made == {
        **LISTED,
        "article": 9,
        "versions": 1,
        "files": 1 + 3 - len(published),
        "group_counts": 1,
    }
    assert is_fresh(figshare, refreshed, loaded)


@pytest.mark.slow
def test_a_search_costs_its_pages_and_the_articles_that_are_not_there(
    figshare: Sandbox, refreshed: Refreshed, loaded: Path
) -> None:
    figshare.world.search_repeats = True
    own = set(figshare.world.public_ids())
    outcome = refreshed(figshare, loaded, searches={"data": "data"})
    found = {row[0] for row in rows(loaded, "select article_id from reports.search_results where is_found")}
    assert found - own
    assert found & own
    made = requests_of(outcome)
    # API v3 is asked, too: articles of other institutions may be there.
    assert made["search"] == 3
    assert made["article"] == len(found - own)
    assert count(loaded, CURRENT) == len(own)
    assert requests_of(refreshed(figshare, loaded, searches={"data": "data"})) == {**LISTED, "search": 3}
    assert is_fresh(figshare, refreshed, loaded, searches={"data": "data"})


@pytest.mark.slow
@pytest.mark.parametrize("has_cursor", [True, False])
def test_a_first_load_of_9500_items(refreshed: Refreshed, tmp_path: Path, has_cursor: bool) -> None:
    with Sandbox(items=9500, seed=2, today=TODAY) as sandbox:
        sandbox.world.cursor_supported = has_cursor
        details = [sandbox.world.detail(article_id) for article_id in sandbox.world.public_ids()]
        warehouse = tmp_path / "warehouse.duckdb"
        made = requests_of(refreshed(sandbox, warehouse))
        assert made["listing"] <= 11
        assert made["article"] == 9500
        assert made["versions"] == sum((detail.get("version") or 0) != 1 for detail in details)
        files = [len(detail.get("files") or ()) for detail in details]
        assert made["files"] == sum(n // 1000 + 1 for n in files if n >= 10)
        assert count(warehouse, "figshare.articles") == 9500
        one_percent = sandbox.world.public_ids()[::100]
        for article_id in one_percent:
            sandbox.world.edit(article_id, title="Edited")
        assert requests_of(refreshed(sandbox, warehouse))["article"] == 95


# What shows no date


@pytest.mark.slow
def test_silent_edits_are_found_by_age(figshare: Sandbox, refreshed: Refreshed, loaded: Path) -> None:
    edited = figshare.world.public_ids()[0]
    figshare.world.edit_silently(edited, title="Silently")
    assert "article" not in requests_of(refreshed(figshare, loaded))
    age_details(loaded, 44)
    assert "article" not in requests_of(refreshed(figshare, loaded))
    # Not all that were loaded together are read again together.
    age_details(loaded, 10)
    some = requests_of(refreshed(figshare, loaded))["article"]
    assert 0 < some < 80
    age_details(loaded, 90)
    assert requests_of(refreshed(figshare, loaded))["article"] == 160
    assert is_fresh(figshare, refreshed, loaded)


@pytest.mark.slow
@pytest.mark.parametrize("has_etags", [True, False])
def test_listings_without_dates(figshare: Sandbox, refreshed: Refreshed, tmp_path: Path, has_etags: bool) -> None:
    figshare.world.listing_has_dates = False
    figshare.world.conditional_requests = has_etags
    warehouse = tmp_path / "warehouse.duckdb"
    refreshed(figshare, warehouse)
    edited, versioned = figshare.world.public_ids()[:2]
    figshare.world.edit(edited, title="Other")
    figshare.world.new_version(versioned)
    # A new version shows by its date of publication; the edit only when it is asked for.
    assert requests_of(refreshed(figshare, warehouse))["article"] == 1
    age_details(warehouse, 8)
    outcome = refreshed(figshare, warehouse)
    assert requests_of(outcome)["article"] == 160
    if has_etags:
        with_many_files = count(warehouse, "figshare.articles where file_count >= 10")
        assert outcome.articles_loaded == 1 + with_many_files
        assert outcome.articles_unchanged == 159 - with_many_files
    else:
        assert outcome.articles_loaded == 160
    assert "article" not in requests_of(refreshed(figshare, warehouse))
    assert is_fresh(figshare, refreshed, warehouse)


@pytest.mark.slow
def test_a_listing_that_disagrees_with_the_detail_for_ever_is_believed_once(
    figshare: Sandbox, refreshed: Refreshed, tmp_path: Path
) -> None:
    warehouse = tmp_path / "warehouse.duckdb"
    later = "2030-01-01T00:00:00Z"
    figshare.faults.add(Fault("changed_type", path=r"/v2/articles$", field="modified_date", value=later))
    refreshed(figshare, warehouse)
    assert "article" not in requests_of(refreshed(figshare, warehouse))
    figshare.faults.add(Fault("changed_type", path=r"/v2/articles$", field="group_id", value=4711))
    assert requests_of(refreshed(figshare, warehouse))["article"] == 160
    assert "article" not in requests_of(refreshed(figshare, warehouse))
    age_details(warehouse, 8)
    assert requests_of(refreshed(figshare, warehouse))["article"] == 160


@pytest.mark.slow
def test_the_whole_listing_outdoes_an_older_one_of_a_group(
    figshare: Sandbox, refreshed: Refreshed, loaded: Path
) -> None:
    left = next(i for i in figshare.world.public_ids() if figshare.world.detail(i)["group_id"])
    refreshed(figshare, loaded, groups=[figshare.world.detail(left)["group_id"]])
    figshare.world.items[left].institution = -1
    figshare.world.edit_silently(left)
    for _ in range(2):
        refreshed(figshare, loaded)
    assert is_fresh(figshare, refreshed, loaded)


# Versions, groups, searches


@pytest.mark.slow
def test_every_public_version_is_a_row(figshare: Sandbox, refreshed: Refreshed, loaded: Path) -> None:
    article_id = figshare.world.public_ids()[0]
    before = figshare.world.detail(article_id)["version"]
    for _ in range(2):
        figshare.world.new_version(article_id)
        refreshed(figshare, loaded)
    found = rows(loaded, f"select version from figshare.article_versions where article_id = {article_id} order by 1")
    assert found == [(version,) for version in range(1, before + 3)]
    latest = "select count(*) from figshare.articles a where version <> (select max(version) from "
    assert rows(loaded, latest + "figshare.article_versions v where v.article_id = a.article_id)") == [(0,)]


@pytest.mark.slow
@pytest.mark.parametrize("has_token", [True, False])
def test_the_warehouse_holds_as_many_articles_as_figshare_counts(
    figshare: Sandbox, refreshed: Refreshed, tmp_path: Path, has_token: bool
) -> None:
    warehouse = tmp_path / "warehouse.duckdb"
    refreshed(figshare, warehouse, **({} if has_token else {"token": ""}))
    differences = rows(warehouse, "select difference, article_count from reports.completeness")
    assert differences
    assert all(difference == 0 for difference, _ in differences)
    hidden = figshare.world.public_ids()[0]
    group = figshare.world.detail(hidden)["group_id"]
    figshare.faults.add(Fault("status", status=500, path=rf"/articles/{hidden}$"))
    fresh = tmp_path / "fresh.duckdb"
    refreshed(figshare, fresh, max_tries=1)
    found = rows(fresh, "select group_id, difference from reports.completeness where difference <> 0")
    assert found == ([(group, -1)] if group else [])


@pytest.mark.slow
def test_a_search_remembers_what_it_found(figshare: Sandbox, refreshed: Refreshed, tmp_path: Path) -> None:
    warehouse = tmp_path / "warehouse.duckdb"
    options = {"institution": None, "searches": {"soil": ":title: soil", "all of it": "data"}}
    ids = figshare.world.public_ids()
    figshare.world.edit(ids[0], title="Soil moisture")
    figshare.world.edit(ids[1], title="Soil moisture")
    refreshed(figshare, warehouse, **options)
    query = "select is_found, first_seen_at < last_seen_at from reports.search_results where search = 'soil' and "
    assert rows(warehouse, f"{query} article_id = {ids[0]}") == [(True, False)]
    figshare.world.edit(ids[0], title="Something else")
    refreshed(figshare, warehouse, **options)
    assert rows(warehouse, f"{query} article_id = {ids[0]}") == [(False, False)]
    assert rows(warehouse, f"{query} article_id = {ids[1]}") == [(True, True)]
    figshare.world.withdraw(ids[1])
    refreshed(figshare, warehouse, **options)
    assert rows(warehouse, f"{query} article_id = {ids[1]}")[0][0] is False
    assert count(warehouse, CURRENT) == 0
    assert is_fresh(figshare, refreshed, warehouse, **options)


@pytest.mark.parametrize(
    ("query", "problem"),
    [
        ("ab", "3 characters"),
        ("  ab ", "3 characters"),
        ('"open', "quotation mark"),
        ("(open", "bracket"),
        ("shut)", "bracket"),
        (")turned(", "bracket"),
    ],
)
def test_a_search_that_figshare_would_refuse_is_refused_before(
    figshare: Sandbox, refreshed: Refreshed, tmp_path: Path, query: str, problem: str
) -> None:
    with pytest.raises(UsageError, match=f"'mine'.*{problem}"):
        refreshed(figshare, tmp_path / "warehouse.duckdb", searches={"good": "data", "mine": query})
    assert not figshare.requests


@pytest.mark.parametrize("query", ["abc", '"a (b"', "(a AND b)", ':title: "soil :)" OR (:tag: x)'])
def test_a_search_that_can_be_asked(figshare: Sandbox, query: str) -> None:
    check_search("mine", query)


# Lists


@pytest.mark.slow
def test_the_short_lists_are_read_when_they_are_old_or_lack_something(
    figshare: Sandbox, refreshed: Refreshed, loaded: Path
) -> None:
    change(loaded, "update figshare.list_readings set completed_at = completed_at - interval 8 day")
    made = requests_of(refreshed(figshare, loaded))
    assert made == {**LISTED, "categories": 1, "licenses": 1, "item_types": 1, "fields": 1}
    new = {**figshare.world.licenses[0], "value": 4711, "name": "New licence"}
    figshare.world.licenses.append(new)
    figshare.world.edit(figshare.world.public_ids()[0], license=new)
    made = requests_of(refreshed(figshare, loaded))
    assert made["licenses"] == 1
    assert "categories" not in made
    assert is_fresh(figshare, refreshed, loaded)
