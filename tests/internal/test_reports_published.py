"""Reports of reviews and drafts, as they are published from a whole world: what the sandbox knows to be true."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from figshare_sandbox import Sandbox
from figshare_warehouse.refresh import Outcome
from tests.support import TODAY, rows

Refreshed = Callable[..., Outcome]


@pytest.mark.slow
def test_reports_agree_with_the_world(refreshed: Refreshed, tmp_path: Path) -> None:
    with Sandbox(items=60, seed=4, today=TODAY) as sandbox:
        world = sandbox.world
        administration = world.administration
        titled, tagged, licensed = world.public_ids()[3:6]
        administration.edit_draft(titled, title="Said otherwise")
        administration.edit_draft(tagged, tags=["one tag"])
        licence = next(one for one in world.licenses if one["value"] != world.detail(licensed)["license"]["value"])
        administration.edit_draft(licensed, license=licence)
        administration.embargo(administration.create_draft(), "2030-01-01T00:00:00")
        administration.unpublish(world.public_ids()[7])
        administration.curation.open(titled, assigned_to=world.accounts[2]["id"])
        waiting = {n: i for n, i in world.items.items() if i.draft is not None and i.state == "public"}
        outcome = refreshed(
            sandbox, tmp_path / "w.duckdb", publish=True, internal=True, without=["roles", "collections", "projects"]
        )
        assert outcome.outcome == "done"
        internal = tmp_path / "w_reports_internal.duckdb"
        changed = rows(internal, "select article_id, field from internal.public_private_differences order by all")
        made = {(number, "title") for number in waiting} - {(tagged, "title"), (licensed, "title")}
        assert set(changed) == made | {(tagged, "tags"), (licensed, "license")}
        states = {i.id: i.state for i in world.items.values() if i.institution == sandbox.institution_id}
        shown = {"draft": "draft", "withdrawn": "unpublished", "embargoed": "embargoed"}
        expected = sorted((number, shown[state]) for number, state in states.items() if state != "public")
        assert rows(internal, "select article_id, state from internal.drafts order by all") == expected
        pending = sorted(review["id"] for review in world.reviews if review["status"] == "pending")
        assert [row[0] for row in rows(internal, "select review_id from internal.review_queue order by all")] == pending
        in_review = "select count(*), count(distinct article_id), count(title) from internal.items_in_review"
        articles = len({review["article_id"] for review in world.reviews if review["status"] == "pending"})
        assert rows(internal, in_review) == [(articles, articles, articles)]
        decided = [review for review in world.reviews if review["status"] != "pending"]
        assert _turnaround(internal, "all") == len(decided)
        for part in ("group", "reviewer"):
            assert _turnaround(internal, part) == len(decided)


def _turnaround(internal: Path, part: str) -> Any:
    query = f"select sum(review_count) from internal.review_turnaround where part = '{part}'"
    return rows(internal, query)[0][0]
