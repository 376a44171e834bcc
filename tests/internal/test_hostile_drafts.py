"""Drafts, reviews and comments that hold anything: each is kept as far as it can be, and stops no other."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from figshare_sandbox import Fault, Sandbox
from figshare_warehouse.refresh import Outcome
from tests.support import TODAY, rows

Refreshed = Callable[..., Outcome]

ODD: list[dict[str, Any]] = [
    {"authors": "nobody", "tags": {"a": 1}, "categories": 7, "custom_fields": {"Site": 1}},
    {"authors": [None, 1, "x", {"full_name": None}, {"full_name": ["A"]}], "tags": [None, 1, {"a": []}, "t", "t"]},
    {"categories": [None, {"title": {"x": 1}}], "related_materials": ["x", {"relation": 1, "identifier": {}}]},
    {"custom_fields": [None, {"is_mandatory": "yes"}, {"is_mandatory": True, "value": {"a": 1}}], "funding_list": [1]},
    {"title": "<script>alert(1)</script> \u202e\u0007; drop table x --", "description": "<" * 500},
    {"license": "CC0", "size": "big", "version": None, "group_id": -1, "embargo_date": "0", "is_embargoed": "maybe"},
    {"created_date": "yesterday", "modified_date": None, "published_date": "2026-13-01", "defined_type": "set"},
]


@pytest.mark.slow
def test_odd_drafts_and_reviews_are_kept_as_far_as_they_can_be(refreshed: Refreshed, tmp_path: Path) -> None:
    with Sandbox(items=2, seed=3, today=TODAY) as sandbox:
        administration = sandbox.world.administration
        drafts = [administration.create_draft(**fields) for fields in ODD]
        sandbox.faults.add(Fault("changed_type", path=f"/account/articles/{drafts[0]}$", field="files", value="none"))
        for number in drafts:
            administration.curation.open(number)
        review = sandbox.world.reviews[-1]
        review |= {"assigned_to": "Ada", "created_date": "soon", "request_number": "two", "comments_count": "many"}
        sandbox.world.reviews.append(review | {"id": "x", "article_id": 1})
        comments = administration.curation.comments
        comments[review["id"]] = [{"id": None}, {"id": 5, "text": {"a": 1}, "type": 3, "created_date": 9}]
        options = {"internal": True, "without": ["accounts", "roles", "collections", "projects"], "usage": ["none"]}
        outcome = refreshed(sandbox, tmp_path / "w.duckdb", publish=True, **options)
        assert outcome.outcome == "done", (outcome.failures, outcome.findings, outcome.error)
        assert {"figshare_internal.articles", "figshare_internal.reviews"} <= {
            row["table_name"] for row in outcome.drift
        }
        with duckdb.connect(str(tmp_path / "w_reports_internal.duckdb")) as connection:
            shown = connection.execute(
                "select article_id, title, author_count, file_count from internal.items_in_review "
                f"where article_id in ({', '.join(map(str, drafts))}) order by article_id"
            ).fetchall()
            assert [row[0] for row in shown] == drafts
            # Not known is not none.
            assert shown[0][2:] == (None, None)
            assert "drop table" in shown[4][1]
            queue = connection.execute("select count(*) from internal.review_queue where waiting_days is null")
            assert queue.fetchone() == (1,)
        # Nothing of it is read again and again.
        again = refreshed(sandbox, tmp_path / "w.duckdb", **options)
        assert "internal_review_comments" not in again.requests_by_kind
        texts = rows(tmp_path / "w.duckdb", "select comment_id, comment_text from figshare_internal.review_comments")
        assert (5, '{"a":1}') in texts
