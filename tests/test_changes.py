"""The history of changes: what was found, once, whatever breaks off in between."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support import change, count, rows

from pipelines.errors import FigshareWarehouseError
from pipelines.loading import Loader
from pipelines.refresh import Outcome
from pipelines.sandbox import Sandbox
from pipelines.tables import ARTICLE_CHANGES, ARTICLES, Table

Refreshed = Callable[..., Outcome]
NOTED = "select field, old_value, new_value from figshare.article_changes"
# Every edit moves this date.
SEEN = f"{NOTED} where field <> 'modified_at' order by article_id, changed_at, field"


def plain(figshare: Sandbox) -> int:
    """An article with authors, a group and few files."""
    world = figshare.world
    return next(
        i
        for i in world.public_ids()
        if world.detail(i)["authors"] and world.detail(i)["group_id"] and len(world.detail(i)["files"] or ()) < 9
    )


def authors_text(figshare: Sandbox, article_id: int) -> str:
    found = figshare.world.detail(article_id)["authors"]
    return "; ".join(
        f"{a['full_name']} ({', '.join(str(v) for v in (a['id'], a['orcid_id'].strip()) if v)})" for a in found
    )


def test_a_first_load_adds_and_changes_nothing(figshare: Sandbox, refreshed: Refreshed, loaded: Path) -> None:
    kinds = "select kind, count(*) from reports.changes group by kind"
    assert rows(loaded, kinds) == [("added", 160)]
    refreshed(figshare, loaded)
    change(loaded, "update figshare.articles set fetched_at = fetched_at - interval 100 day")
    change(loaded, "update figshare.article_checks set checked_at = checked_at - interval 100 day")
    assert refreshed(figshare, loaded).articles_loaded == 160
    assert rows(loaded, kinds) == [("added", 160)]


def test_a_life_of_changes(figshare: Sandbox, refreshed: Refreshed, loaded: Path) -> None:
    world, one = figshare.world, plain(figshare)
    before = world.detail(one)
    authors = authors_text(figshare, one)
    other = next(g["id"] for g in world.groups if g["id"] != before["group_id"])
    world.edit(one, title="New <b>title</b>")
    refreshed(figshare, loaded, chunk_articles=1)
    world.move_group(one, other)
    world.set_authors(one, [])
    refreshed(figshare, loaded)
    world.set_authors(one, before["authors"])
    refreshed(figshare, loaded)
    old_title = rows(loaded, f"{NOTED} where field = 'title'")[0][1]
    assert rows(loaded, SEEN) == [
        ("title", old_title, "New title"),
        ("authors", authors, None),
        ("group", str(before["group_id"]), str(other)),
        ("authors", None, authors),
    ]
    names = {g["id"]: f"{g['name']} ({g['id']})" for g in world.groups}
    moved = "select old_value, new_value from reports.changes where kind = 'regrouped'"
    assert rows(loaded, moved) == [(names[before["group_id"]], names[other])]
    world.withdraw(one)
    refreshed(figshare, loaded)
    world.republish(one)
    refreshed(figshare, loaded)
    world.new_version(one)
    refreshed(figshare, loaded)
    version = before["version"]
    assert rows(loaded, f"{NOTED} where field = 'version'") == [("version", str(version), str(version + 1))]
    kinds = "select kind from reports.changes where field is null and article_id = "
    assert rows(loaded, f"{kinds} {one} order by changed_at") == [("added",), ("withdrawn",), ("returned",)]
    # What was known before one moment can be told later, and what came after it.
    (moment,) = rows(loaded, "select min(changed_at) from reports.changes where kind = 'regrouped'")[0]
    then = f"reports.articles_as_of(timestamp '{moment}' - interval 1 microsecond) where article_id = {one}"
    assert rows(loaded, f"select group_then from {then}") == [(names[before["group_id"]],)]
    now = f"select group_then from reports.articles_as_of(timestamp '2999-01-01') where article_id = {one}"
    assert rows(loaded, now) == [(names[other],)]
    gone = "(select withdrawn_at from figshare.withdrawals)"
    (left,) = rows(loaded, gone)[0]
    assert count(loaded, f"reports.articles_as_of(timestamp '{left}')") == 159
    assert count(loaded, "reports.articles_as_of(date '2000-01-01')") == 0
    since = f"reports.changes_since(timestamp '{moment}')"
    assert count(loaded, since) == count(loaded, f"reports.changes where changed_at >= timestamp '{moment}'") > 0


@pytest.mark.parametrize("broken", [ARTICLE_CHANGES, ARTICLES], ids=lambda table: table.name)
@pytest.mark.parametrize("goes_on", ["the same", "other", "as before"])
def test_a_load_that_breaks_off_loses_and_doubles_nothing(
    figshare: Sandbox,
    refreshed: Refreshed,
    loaded: Path,
    monkeypatch: pytest.MonkeyPatch,
    broken: Table,
    goes_on: str,
) -> None:
    world, one = figshare.world, plain(figshare)
    before, authors = world.detail(one), authors_text(figshare, one)
    world.set_authors(one, [])
    load = Loader.load

    def broken_load(self: Loader, tables: Any) -> None:
        if broken in tables:
            raise FigshareWarehouseError("It broke off.")
        load(self, tables)

    with monkeypatch.context() as patched:
        patched.setattr(Loader, "load", broken_load)
        with pytest.raises(FigshareWarehouseError, match="It broke off"):
            refreshed(figshare, loaded)
    if goes_on == "as before":
        world.set_authors(one, before["authors"])
    elif goes_on == "other":
        world.set_authors(one, before["authors"][:1])
    for _ in range(2):
        refreshed(figshare, loaded)
    first = before["authors"][0]
    other = f"{first['full_name']} ({', '.join(str(v) for v in (first['id'], first['orcid_id'].strip()) if v)})"
    lost = [("authors", authors, None)]
    noted = lost if broken is ARTICLES else []
    expected = {
        "the same": lost,
        "other": [*noted, ("authors", None if noted else authors, other)] if noted or other != authors else [],
        "as before": [*noted, ("authors", None, authors)] if noted else [],
    }
    assert rows(loaded, SEEN) == expected[goes_on]


def test_what_a_broken_load_left_half_done_is_compared_with_what_was_noted(
    figshare: Sandbox, refreshed: Refreshed, loaded: Path
) -> None:
    world, one = figshare.world, plain(figshare)
    authors = authors_text(figshare, one)
    world.set_authors(one, [])
    refreshed(figshare, loaded)
    # As if the article's row had been replaced, and its authors not.
    change(loaded, f"insert into figshare.article_authors by name select {one} as article_id, 1 as position, 'x' as "
           "_dlt_load_id")  # fmt: skip
    change(loaded, f"update figshare.articles set _dlt_load_id = 'broken' where id = {one}")
    refreshed(figshare, loaded)
    assert rows(loaded, SEEN) == [("authors", authors, None)]
    # As if the first load of another had not come to its tags.
    other = next(i for i in world.public_ids() if i != one and len(world.detail(i).get("tags") or ()) > 1)
    change(loaded, f"delete from figshare.article_tags where article_id = {other}")
    change(loaded, f"update figshare.articles set _dlt_load_id = 'broken' where id = {other}")
    refreshed(figshare, loaded)
    assert count(loaded, f"figshare.article_tags where article_id = {other}") > 1
    assert rows(loaded, SEEN) == [("authors", authors, None)]
