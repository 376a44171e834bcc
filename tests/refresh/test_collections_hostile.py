"""Records of collections and projects that are not as documented: the rest is loaded, and what differs is said."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from figshare_sandbox import Fault, Sandbox
from tests.collections_refresh import load
from tests.support import TODAY, count, rows

HOSTILE = (
    "'; drop table figshare.collections; --",
    "<script>alert(1)</script>",
    "nul\0 and \u202e turned",
    "x" * 20_000,
    "=cmd()",
)
DETAIL = r"/v2/collections/6000000$"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("fault", "loaded", "drift"),
    [
        ({"kind": "unknown_field", "name": "impact", "value": 3}, 3, [("collections", "impact", "unknown field")]),
        (
            {"kind": "changed_type", "field": "authors", "value": 7},
            3,
            [("collection_authors", "authors", "not a list")],
        ),
        (
            {"kind": "changed_type", "field": "authors", "value": [7, {"id": 5, "full_name": []}]},
            3,
            [
                ("collection_authors", "authors", "not an object"),
                ("collection_authors", "full_name", "not a text"),
            ],
        ),
        ({"kind": "changed_type", "field": "version", "value": "two"}, 3, [("collections", "version", "not a bigint")]),
        (
            {"kind": "changed_type", "field": "modified_date", "value": "soon"},
            3,
            [("collections", "modified_date", "not a timestamp")],
        ),
        # A row without them would take the place of what is known.
        ({"kind": "changed_type", "field": "title", "value": None}, 2, []),
        ({"kind": "changed_type", "field": "id", "value": "6000000"}, 2, []),
    ],
)
def test_one_odd_record_stops_nothing(
    begun: Callable[[Path], Path], tmp_path: Path, fault: dict[str, Any], loaded: int, drift: list[tuple[str, ...]]
) -> None:
    warehouse = begun(tmp_path / "warehouse.duckdb")
    with Sandbox(items=4, seed=2, today=TODAY) as figshare:
        figshare.faults.add(Fault(**fault, path=DETAIL))
        outcome = load(figshare, warehouse, max_tries=1)
        assert len(outcome.failures) == 3 - loaded
        assert outcome.outcome == ("done" if loaded == 3 else "incomplete")
        found = [(one["table_name"], one["field"], one["problem"]) for one in outcome.drift]
        assert sorted(found) == sorted(drift)
        assert {one["article_id"] for one in outcome.drift} <= {None}
        assert count(warehouse, "figshare.collections") == loaded
        assert count(warehouse, "figshare.projects") == 2


@pytest.mark.slow
def test_hostile_texts_are_kept_as_they_are(begun: Callable[[Path], Path], tmp_path: Path) -> None:
    warehouse = begun(tmp_path / "warehouse.duckdb")
    with Sandbox(items=4, seed=2, today=TODAY) as figshare:
        shelves = figshare.world.shelves
        for text in HOSTILE:
            number = shelves.publish("collection")
            shelves.edit("collection", number, title=text, description=text, tags=[text])
            shelves.edit("project", shelves.publish("project"), title=text, funding=text)
        outcome = load(figshare, warehouse, publish=True)
        assert (outcome.outcome, outcome.failed_data_tests) == ("done", [])
    for table in ("collections", "projects"):
        found = {row[0] for row in rows(warehouse, f"select title from figshare.{table}")}
        assert {text.replace("\0", "") for text in HOSTILE} <= found


@pytest.mark.slow
def test_a_list_of_articles_that_is_none_is_a_failure(begun: Callable[[Path], Path], tmp_path: Path) -> None:
    warehouse = begun(tmp_path / "warehouse.duckdb")
    with Sandbox(items=4, seed=2, today=TODAY) as figshare:
        figshare.faults.add(Fault("html", status=200, path=r"/v2/projects/160000/articles"))
        outcome = load(figshare, warehouse, max_tries=1)
        [failure] = outcome.failures
        assert failure["path"] == "/projects/160000/articles"
        known = dict(rows(warehouse, "select project_id, article_count from figshare.projects"))
        assert known[160000] is None
        assert known[160011] is not None
        query = "select article_count, own_article_count from reports.projects where project_id = 160000"
        assert rows(warehouse, query) == [(None, None)]
