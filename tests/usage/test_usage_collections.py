"""Usage of collections and projects: followed as that of articles and groups, by total and month."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from figshare_sandbox import Sandbox
from figshare_warehouse.refresh import followed
from figshare_warehouse.refresh.plan import plan
from tests.collections_refresh import KINDS, hour_later, load, next_day, settings_for
from tests.support import TODAY, requests_of, rows
from tests.usage.usage_truth import assert_months_true, assert_totals_true


def credentials(sandbox: Sandbox, has_any: bool) -> dict[str, Any]:
    names = ("portal", "stats_username", "stats_password")
    return {name: getattr(sandbox, name) for name in names} if has_any else {}


def estimated(sandbox: Sandbox, warehouse: Path, **options: Any) -> int:
    settings = settings_for(sandbox, **options)
    found = plan(settings, followed(settings), warehouse, sandbox.world.now + timedelta(minutes=10)).rows.rows
    return sum(row[1] for row in found if isinstance(row[1], int))


def kinds_asked(sandbox: Sandbox) -> set[str]:
    """Types of items that the Stats API was asked about."""
    paths = [exchange.path.split("/") for exchange in sandbox.requests if exchange.path.startswith("/stats/")]
    return {path[-2] for path in paths if path[-1].isdecimal()}


@pytest.mark.slow
def test_what_is_left_out_is_asked_for_only_by_name(begun: Callable[[Path], Path], tmp_path: Path) -> None:
    warehouse = begun(tmp_path / "warehouse.duckdb")
    with Sandbox(items=3, seed=4, today=TODAY) as sandbox:
        shelves = sandbox.world.shelves
        load(sandbox, warehouse, usage=["totals"], without=["projects"])
        assert kinds_asked(sandbox) == {"article", "collection", "group"}
        known = "select entity_id, views from intermediate.int_entity_usage where entity_type = 'collection'"
        ids = shelves.public_ids("collection")
        assert dict(rows(warehouse, known)) == {n: sandbox.world.usage_total("views", "collection", n) for n in ids}
        next_day(sandbox)
        sandbox.clear_requests()
        load(sandbox, warehouse, usage=["totals"])
        assert kinds_asked(sandbox) == {"project"}
        next_day(sandbox, 8)
        sandbox.clear_requests()
        number = shelves.public_ids("project")[0]
        without: dict[str, Any] = {"without": ["collections", "projects"], "usage_items": [f"project:{number}"]}
        load(sandbox, warehouse, usage=["totals"], **without)
        asked = {exchange.path.rpartition("/")[2] for exchange in sandbox.requests if "/project/" in exchange.path}
        assert "collection" not in kinds_asked(sandbox)
        assert asked <= {str(number)}


@pytest.mark.slow
@pytest.mark.parametrize("has_credentials", [False, True])
def test_totals_and_months_are_true_and_estimated_within_five_percent(
    begun: Callable[[Path], Path], tmp_path: Path, has_credentials: bool
) -> None:
    warehouse = begun(tmp_path / "warehouse.duckdb")
    with Sandbox(items=25, seed=7, today=TODAY) as sandbox:
        shelves = sandbox.world.shelves
        for kind in KINDS:
            for number in shelves.public_ids(kind):
                # In a portal's scope the sandbox counts the institution's articles only.
                ours = [n for n in shelves.public_members(kind, number) if n in sandbox.world.public_ids()]
                shelves.set_articles(kind, number, ours)
        given: dict[str, Any] = {"usage": ["months"], **credentials(sandbox, has_credentials)}
        hour_later(sandbox)
        load(sandbox, warehouse)
        estimate = estimated(sandbox, warehouse, **given)
        outcome = load(sandbox, warehouse, publish=True, **given)
        assert (outcome.outcome, outcome.failed_data_tests) == ("done", [])
        assert abs(sum(requests_of(outcome).values()) - estimate) <= 0.05 * estimate
        for kind in KINDS:
            assert_totals_true(sandbox, warehouse, kind, shelves.public_ids(kind))
            assert_months_true(sandbox, warehouse, kind, shelves.public_ids(kind))
        # Countries only where they are asked for.
        countries = "select distinct entity_type from figshare.usage_coverage where kind = 'countries'"
        assert rows(warehouse, countries) == [("group",)]
        next_day(sandbox)
        made = requests_of(load(sandbox, warehouse, **given))
        assert {kind: made[kind] for kind in made if kind.startswith(KINDS)} == {"collections": 3, "projects": 2}
        # One that is withdrawn is not followed any more.
        number = shelves.public_ids("collection")[0]
        shelves.withdraw("collection", number)
        next_day(sandbox, 8)
        load(sandbox, warehouse, **given)
        followed_ids = "select entity_id from intermediate.int_usage_items where entity_type = 'collection' order by 1"
        assert rows(warehouse, followed_ids) == [(n,) for n in shelves.public_ids("collection")]
        load(sandbox, warehouse, usage=["countries"], **credentials(sandbox, has_credentials))
        assert rows(warehouse, f"{countries} order by 1") == [("article",), ("collection",), ("group",), ("project",)]
