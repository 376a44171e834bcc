"""Items by name, and items of others: what is read of them is true, and they are asked for in public."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from figshare_sandbox import Fault, Sandbox
from figshare_warehouse.refresh import Outcome
from tests.support import TODAY
from tests.usage.usage_refresh import ITEMS, SEED, Clock, certain, load, planned
from tests.usage.usage_truth import asked, assert_countries_true, assert_months_true, assert_totals_true, requests

Loaded = Callable[[bool], tuple[Path, Outcome]]


@pytest.mark.slow
def test_items_by_name_are_true_and_asked_for_without_credentials(loaded: Loaded, clock: Clock) -> None:
    warehouse, _ = loaded(True)
    with Sandbox(items=ITEMS, seed=SEED, today=TODAY, record_bodies=True) as sandbox:
        world = sandbox.world
        ours, groups = world.public_ids(), [group["id"] for group in world.groups]
        foreign = [number for number in world.public_ids(everywhere=True) if number not in ours]
        named = {
            "author": world.detail(ours[0])["authors"][0]["id"],
            "collection": next(iter(world.collections)),
            "project": next(iter(world.projects)),
            # A group and an article of other institutions.
            "group": next(n for a in foreign if (n := world.detail(a).get("group_id")) and n not in groups),
            "article": foreign[0],
        }
        # What is followed anyway stays what it is.
        twice = [f"article:{ours[0]}", f"group:{groups[0]}"]
        given = [*(f"{entity_type}:{number}" for entity_type, number in named.items()), *twice]
        outcome = load(sandbox, warehouse, usage_items=given)
        assert outcome.outcome == "done"
        for entity_type, number in named.items():
            numbers = {"group": [*groups, number], "article": [*ours, number]}.get(entity_type, [number])
            assert_totals_true(sandbox, warehouse, entity_type, numbers)
            assert_months_true(sandbox, warehouse, entity_type, numbers)
            if entity_type != "article":
                assert_countries_true(sandbox, warehouse, entity_type, numbers)
        stats = [exchange for exchange in sandbox.requests if exchange.path.startswith("/stats/")]
        # Of our own items nothing was due.
        own = [exchange for exchange in stats if exchange.path.startswith(f"/stats/{sandbox.portal}/")]
        assert {exchange.path.split("/")[3] for exchange in own} == {"top"}
        assert len(own) == requests(outcome)["bulk_totals"]
        assert ["Authorization" in exchange.headers for exchange in stats] == [exchange in own for exchange in stats]
    query = "select entity_type, count(*), min(state), max(state) from figshare.usage_scopes "
    query += "where scope = 'elsewhere' group by all order by all"
    tops = {"article": 2, "group": 5}
    assert asked(warehouse, query) == [(kind, tops.get(kind, 3), "open", "open") for kind in sorted(named)]


@pytest.mark.slow
def test_what_is_denied_of_others_is_not_denied_of_our_own(small: Sandbox, loaded: Loaded, clock: Clock) -> None:
    warehouse, _ = loaded(False)
    world = small.world
    ours = world.public_ids()
    found = [number for number in world.public_ids(everywhere=True) if "Hokkaido" in world.detail(number)["title"]]
    foreign = [number for number in found if number not in ours]
    # Ours, too, are found by the search; that does not make them others'.
    assert len(foreign) > 1
    [new] = world.publish()
    clock.now += timedelta(hours=1)
    any_of = "|".join(str(number) for number in foreign)
    small.faults.add(Fault("status", status=403, path=rf"^/stats/.*/article/({any_of})$"))
    searches: dict[str, Any] = {"searches": {"hokkaido": ":title: Hokkaido"}}
    outcome = load(small, warehouse, False, **searches)
    assert outcome.outcome == "incomplete"
    # Totals come first: where they are refused, months are not asked for.
    assert len(foreign) == 2
    [totals] = (failure["message"] for failure in outcome.failures)
    assert "usage without credentials: totals of 2 articles of others." in totals

    paths = [exchange.path.split("/") for exchange in small.requests if exchange.path.startswith("/stats/")]
    # Both, not for each counter; and one of them once more.
    made = [path[2] for path in paths if path[-1] in any_of.split("|")]
    assert made == ["total"] * 3
    query = "select scope, kind, state from figshare.usage_scopes "
    query += "where entity_type = 'article' and kind in ('months', 'total') order by all"
    states = [("elsewhere", "total", "denied"), ("public", "months", "open"), ("public", "total", "open")]
    assert asked(warehouse, query) == states
    assert_totals_true(small, warehouse, "article", [*ours, new])
    # What is not known is not 0.
    query = "select distinct total from intermediate.int_usage_counters where list_contains(?, entity_id)"
    assert asked(warehouse, query, foreign) == [(None,)]
    query = "select count(*) from figshare.usage_coverage where state = 'denied' and fetched_at is null"
    assert asked(warehouse, query) == [(2,)]
    # They are asked for again the next day.
    assert certain(planned(small, warehouse, clock.now, False, **searches)) == {}
