"""The history of changes: what was found, once, whatever breaks off in between."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from figshare_sandbox import Sandbox
from figshare_warehouse.errors import FigshareWarehouseError
from figshare_warehouse.warehouse.publish.published import Published
from tests.support import Refreshed, age_details, change, count, rows

NOTED = "select field, old_value, new_value from figshare.article_changes"
# Every edit moves this date.
SEEN = f"{NOTED} where field <> 'modified_at' order by article_id, changed_at, field"


def plain(figshare: Sandbox, least_authors: int = 1) -> list[int]:
    """Articles with authors, a group and few files."""
    details = {i: figshare.world.detail(i) for i in figshare.world.public_ids()}
    return sorted(
        i
        for i, detail in details.items()
        if len(detail["authors"]) >= least_authors and detail["group_id"] and len(detail.get("files") or ()) < 9
    )


def text(authors: list[dict[str, Any]]) -> str:
    """Authors as they are noted."""
    return "; ".join(
        f"{a['full_name']} ({', '.join(str(v) for v in (a['id'], a['orcid_id'].strip()) if v)})" for a in authors
    )


def kept_lists(warehouse: Path, article_id: int) -> list[list[int]]:
    """The ids in the lists of authors that are kept of an article, earliest first."""
    query = f"""
        select list(author_id order by position) filter (where position > 0) from figshare.author_lists
        where article_id = {article_id} group by read_at order by read_at
    """
    return [ids or [] for (ids,) in rows(warehouse, query)]


def ids_of(authors: list[dict[str, Any]]) -> list[int]:
    return [author["id"] for author in authors]


def test_a_first_load_adds_and_what_is_read_again_unchanged_is_no_change(
    figshare: Sandbox, refreshed: Refreshed, loaded: Path
) -> None:
    kinds = "select kind, count(*) from reports.changes group by kind"
    assert rows(loaded, kinds) == [("added", 160)]
    age_details(loaded, 100)
    assert refreshed(figshare, loaded).articles_loaded == 160
    assert rows(loaded, kinds) == [("added", 160)]


def test_each_list_of_authors_is_kept_once_they_change(figshare: Sandbox, refreshed: Refreshed, loaded: Path) -> None:
    world, one = figshare.world, plain(figshare, least_authors=2)[0]
    before = world.detail(one)["authors"]
    world.edit(one, title="The authors stay")
    refreshed(figshare, loaded)
    assert count(loaded, "figshare.author_lists") == 0
    [(read_at,)] = rows(loaded, f"select fetched_at from figshare.articles where article_id = {one}")
    authors: list[dict[str, Any]]
    for authors in ([], before[1:]):
        world.set_authors(one, authors)
        refreshed(figshare, loaded)
    assert kept_lists(loaded, one) == [ids_of(before), [], ids_of(before[1:])]
    found = "select min(read_at), count(distinct article_id) from figshare.author_lists"
    assert rows(loaded, found) == [(read_at, 1)]
    later = "select distinct read_at from figshare.author_lists order by 1 offset 1"
    assert rows(loaded, later) == rows(
        loaded, "select changed_at from figshare.article_changes where field = 'authors' order by 1"
    )


@pytest.mark.slow
def test_a_life_of_changes(figshare: Sandbox, refreshed: Refreshed, loaded: Path) -> None:
    world = figshare.world
    one, another = plain(figshare)[:2]
    before = world.detail(one)
    authors = text(before["authors"])
    other = next(g["id"] for g in world.groups if g["id"] != before["group_id"])
    old_title = rows(loaded, f"select title from reports.articles where article_id = {one}")[0][0]
    world.edit(one, title="New <b>title</b>", authors=[], group_id=other)
    world.withdraw(another)
    # Each is loaded by itself.
    refreshed(figshare, loaded, chunk_articles=1)
    world.set_authors(one, before["authors"])
    world.republish(another)
    world.new_version(one)
    refreshed(figshare, loaded, publish=True)
    version = before["version"]
    dates = "('modified_at', 'published_at', 'doi')"
    assert rows(loaded, f"{NOTED} where field not in {dates} order by changed_at, field") == [
        ("authors", authors, None),
        ("group", str(before["group_id"]), str(other)),
        ("title", old_title, "New title"),
        ("authors", None, authors),
        ("version", str(version), str(version + 1)),
    ]
    names = {g["id"]: f"{g['name']} ({g['id']})" for g in world.groups}
    moved = "select old_value, new_value from reports.changes where kind = 'regrouped'"
    assert rows(loaded, moved) == [(names[before["group_id"]], names[other])]
    kinds = "select kind from reports.changes where field is null and article_id = "
    assert rows(loaded, f"{kinds} {another} order by changed_at") == [("added",), ("withdrawn",), ("returned",)]
    # What was known before one moment can be told later, and what came after it: where it is published, too.
    (moment,) = rows(loaded, "select min(changed_at) from reports.changes where kind = 'regrouped'")[0]
    (left,) = rows(loaded, "select withdrawn_at from figshare.withdrawals")[0]
    for file in (loaded, Published.of(loaded).path):
        then = f"reports.articles_as_of(timestamp '{moment}' - interval 1 microsecond) where article_id = {one}"
        assert rows(file, f"select group_then from {then}") == [(names[before["group_id"]],)]
        now = f"select group_then from reports.articles_as_of(timestamp '2999-01-01') where article_id = {one}"
        assert rows(file, now) == [(names[other],)]
        assert count(file, f"reports.articles_as_of(timestamp '{left}')") == 159
        assert count(file, "reports.articles_as_of(date '2000-01-01')") == 0
        since = f"reports.changes_since(timestamp '{moment}')"
        assert count(file, since) == count(file, f"reports.changes where changed_at >= timestamp '{moment}'") > 0
        assert count(file, "reports.changes_since(date '2026-01-01')") == count(file, "reports.changes")


@pytest.mark.slow
@pytest.mark.dlt
@pytest.mark.parametrize(
    ("table", "column"),
    [("articles", "handle"), pytest.param("article_changes", "new_value", marks=pytest.mark.slow)],
)
def test_a_load_that_breaks_off_loses_and_doubles_nothing(
    figshare: Sandbox, refreshed: Refreshed, loaded: Path, table: str, column: str
) -> None:
    world, chosen = figshare.world, plain(figshare, least_authors=2)[:3]
    before = {i: world.detail(i)["authors"] for i in chosen}
    after = dict(zip(chosen, ([], before[chosen[1]][:1], before[chosen[2]]), strict=True))
    for i in chosen:
        world.edit(i, authors=[], handle=None)
    # DuckDB refuses the rows that come.
    change(loaded, f"update figshare.{table} set {column} = '' where {column} is null")
    change(loaded, f"alter table figshare.{table} alter column {column} set not null")
    with pytest.raises(FigshareWarehouseError, match="NOT NULL"):
        refreshed(figshare, loaded)
    change(loaded, f"alter table figshare.{table} alter column {column} drop not null")
    noted = table == "articles"
    assert count(loaded, "figshare.article_changes where field = 'authors'") == (3 if noted else 0)
    for i in chosen:
        # One as it was in between, one otherwise, one as it was at first.
        world.set_authors(i, after[i])
    refreshed(figshare, loaded)
    expected = []
    for i in chosen:
        steps = [before[i], [], after[i]] if noted else [before[i], after[i]]
        texts = [text(step) or None for step in steps]
        expected += [("authors", *pair) for pair in pairwise(texts) if pair[0] != pair[1]]
        lists = [ids_of(step) for step in steps]
        different = [ids for n, ids in enumerate(lists) if not n or ids != lists[n - 1]]
        assert kept_lists(loaded, i) == (different if len(different) > 1 else [])
    assert rows(loaded, SEEN) == expected


@pytest.mark.dlt
@pytest.mark.slow
def test_what_a_broken_load_left_half_done_is_compared_with_what_was_noted(
    figshare: Sandbox, refreshed: Refreshed, loaded: Path
) -> None:
    world, one = figshare.world, plain(figshare)[0]
    authors = text(world.detail(one)["authors"])
    world.set_authors(one, [])
    refreshed(figshare, loaded)
    # As if the article's row had been replaced, and its authors not.
    half = f"select {one} as article_id, 1 as position, 'x' as _dlt_load_id"
    change(loaded, f"insert into figshare.article_authors by name {half}")
    change(loaded, f"update figshare.articles set _dlt_load_id = 'broken' where article_id = {one}")
    # As if the first load of another had not come to its tags.
    other = next(i for i in world.public_ids() if i != one and len(world.detail(i).get("tags") or ()) > 1)
    change(loaded, f"delete from figshare.article_tags where article_id = {other}")
    change(loaded, f"update figshare.articles set _dlt_load_id = 'broken' where article_id = {other}")
    refreshed(figshare, loaded)
    assert count(loaded, f"figshare.article_tags where article_id = {other}") > 1
    assert rows(loaded, SEEN) == [("authors", authors, None)]


SHOWN = ("title", "doi", "item_type", "license", "version", "file_count", "size_bytes", "resource_doi", "is_embargoed")


def shown(warehouse: Path) -> dict[tuple[int, str], Any]:
    """What a reader sees of each article, as the history has it."""
    found = rows(warehouse, f"select distinct article_id, {', '.join(SHOWN)} from reports.articles")
    return {(row[0], field): value for row in found for field, value in zip(SHOWN, row[1:], strict=True)}


def test_a_change_is_one_that_reports_show(figshare: Sandbox, refreshed: Refreshed, loaded: Path) -> None:
    world, chosen = figshare.world, plain(figshare)
    same, other, paper, tagged = chosen[:4]
    hidden = next(i for i in chosen[4:] if world.detail(i)["files"] and world.detail(i)["size"])
    doi, tags = world.detail(same)["doi"], ["Sea Ice", "krill"]
    world.edit(paper, resource_doi="10.1234/PAPER", resource_title="A paper")
    world.edit(tagged, tags=tags)
    refreshed(figshare, loaded)
    before = shown(loaded)
    noted = rows(loaded, SEEN)
    # The same DOIs and tags in other forms; files that an embargo hides, which still have a size.
    world.edit(same, doi=f"https://doi.org/{doi.upper()}")
    world.edit(paper, resource_doi=" https://dx.doi.org/10.1234/paper")
    world.edit(tagged, tags=["KRILL", "sea  ice", " "])
    world.edit(hidden, files=[], size=world.detail(hidden)["size"])
    world.edit(other, doi="10.1234/another")
    refreshed(figshare, loaded)
    after = shown(loaded)
    changed = {key for key, value in after.items() if before[key] != value}
    assert changed == {(same, "doi"), (paper, "resource_doi"), (other, "doi"), (hidden, "file_count")}
    assert after[hidden, "file_count"] is None
    assert after[same, "doi"] == doi.upper()
    found = [row for row in rows(loaded, SEEN) if row not in noted]
    assert found == [("doi", before[other, "doi"], "10.1234/another")]
