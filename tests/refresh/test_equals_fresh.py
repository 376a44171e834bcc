"""Whatever happened in between, the warehouse equals one that is loaded afresh."""

from __future__ import annotations

import random
import shutil
import signal
import tempfile
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from figshare_sandbox import Fault, Sandbox
from figshare_sandbox.world.world import World
from tests.support import TODAY, Refreshed, contents, count, rows, start_refresh

Happening = tuple[str, int, int]

PASSING = (
    Fault("status", status=429, retry_after=0, times=3),
    Fault("status", status=503, times=3),
    Fault("html", status=502, times=3),
    Fault("html", status=200, times=2),
    Fault("reset", times=3),
    Fault("half_body", times=3),
    Fault("bad_json", times=2),
    Fault("empty_page", path="/articles$", times=1),
    Fault("unknown_field", name="impact", value=3, times=2),
)
LASTING = (
    Fault("status", status=500, path=r"/articles/\d*[37]$"),
    Fault("status", status=500, path=r"/v2/articles$"),
    Fault("half_body", path=r"/articles/\d+/(files|versions)$"),
)


def change(world: World, kind: str, which: int, how: int) -> None:
    public = world.public_ids()
    withdrawn = sorted(
        i.id for i in world.items.values() if i.state == "withdrawn" and i.institution == world.institution_id
    )
    chosen = public[which % len(public)] if public else None
    if kind == "publish":
        world.publish(1 + how % 2)
    elif kind == "republish" and withdrawn:
        world.republish(withdrawn[which % len(withdrawn)])
    elif chosen is None:
        return
    elif kind == "withdraw":
        world.withdraw(chosen)
    elif kind == "version":
        world.new_version(chosen, add_files=(0, 1, 12)[how % 3])
    elif kind == "authors":
        world.set_authors(chosen, (world.detail(chosen)["authors"] or [])[: how % 3])
    elif kind == "move":
        groups = [None, *(group["id"] for group in world.groups)]
        world.move_group(chosen, groups[how % len(groups)])
    elif kind == "edit":
        empty = ("tags", "files", "categories", "funding_list", "references", "custom_fields")[how % 6]
        world.edit(chosen, title=f"Title {how} <b>&amp;</b>", **{empty: []})


HAPPENINGS = st.lists(
    st.tuples(
        st.sampled_from(
            ["publish", "withdraw", "republish", "version", "authors", "move", "edit", "edit", "passing", "lasting"]
        ),
        st.integers(0, 40),
        st.integers(0, 11),
    ),
    min_size=1,
    max_size=6,
)


def live_through(refreshed: Refreshed, history: list[list[Happening]], has_dates: bool, has_cursor: bool) -> None:
    folder = Path(tempfile.mkdtemp())
    warehouse, fresh = folder / "warehouse.duckdb", folder / "fresh.duckdb"
    options: dict[str, Any] = {"searches": {"data": "data"}, "chunk_articles": 7}
    try:
        with Sandbox(items=20, seed=5, today=TODAY) as figshare:
            world = figshare.world
            world.listing_has_dates, world.cursor_supported = has_dates, has_cursor
            known: set[tuple[Any, ...]] = set()
            for happenings in history:
                for kind, which, how in happenings:
                    if kind == "passing":
                        figshare.faults.add(_anew(PASSING[which % len(PASSING)]))
                    elif kind == "lasting":
                        figshare.faults.add(_anew(LASTING[which % len(LASTING)]))
                    else:
                        change(world, kind, which, how)
                outcome = refreshed(figshare, warehouse, **options, max_tries=4)
                assert outcome.outcome in ("done", "incomplete")
                # Nothing once known is forgotten.
                now_known = set(rows(warehouse, "select article_id from figshare.articles"))
                assert known <= now_known
                known = now_known
                figshare.faults.clear()
                assert refreshed(figshare, warehouse, **options).outcome == "done"
                if has_dates:
                    fresh.unlink(missing_ok=True)
                    refreshed(figshare, fresh, **options)
                    assert contents(warehouse) == contents(fresh)
            withdrawn = {row[0] for row in rows(warehouse, "select article_id from reports.withdrawn_articles")}
            assert not withdrawn & set(world.public_ids(everywhere=True))
            assert count(warehouse, "reports.articles") == len(world.public_ids())
            of_now = "select article_id from reports.articles_as_of(date '2999-01-01') where institution_id is not null"
            assert set(rows(warehouse, of_now)) == set(rows(warehouse, "select article_id from reports.articles"))
    finally:
        shutil.rmtree(folder)


def _anew(fault: Fault) -> Fault:
    names = ("kind", "status", "retry_after", "path", "times", "name", "value")
    return Fault(**{name: getattr(fault, name) for name in names})


@pytest.mark.dlt
@settings(
    max_examples=1,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(history=st.lists(HAPPENINGS, min_size=2, max_size=2))
def test_any_history_equals_a_fresh_load(refreshed: Refreshed, history: list[list[Happening]]) -> None:
    live_through(refreshed, history, has_dates=True, has_cursor=True)


@pytest.mark.slow
@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
@given(history=st.lists(HAPPENINGS, min_size=2, max_size=4), has_dates=st.booleans(), has_cursor=st.booleans())
def test_many_histories_equal_a_fresh_load(
    refreshed: Refreshed, history: list[list[Happening]], has_dates: bool, has_cursor: bool
) -> None:
    live_through(refreshed, history, has_dates, has_cursor)


def _killed(refreshed: Refreshed, folder: Path, kills: int, seed: int) -> None:
    """Changes the world, starts a real refresh and kills it at a random moment, again and again."""
    rng = random.Random(seed)
    warehouse, fresh = folder / "warehouse.duckdb", folder / "fresh.duckdb"
    with Sandbox(items=60, seed=seed, today=TODAY) as figshare:
        killed = 0
        for _ in range(kills):
            for kind in rng.choices(["publish", "withdraw", "republish", "version", "authors", "move", "edit"], k=3):
                change(figshare.world, kind, rng.randrange(100), rng.randrange(12))
            asked = len(figshare.requests)
            process = start_refresh(
                figshare, warehouse, ["--requests-per-second", "60"], {"SOURCES__FIGSHARE__CHUNK_ARTICLES": "9"}
            )
            # From the first request on, so that the moments lie in reading and loading and not in starting.
            while process.poll() is None and len(figshare.requests) == asked:
                time.sleep(0.01)
            time.sleep(rng.uniform(0, 3.5))
            killed += process.poll() is None
            process.kill()
            process.communicate()
        outcome = refreshed(figshare, warehouse)
        assert outcome.outcome == "done"
        refreshed(figshare, fresh)
    assert killed
    assert contents(warehouse) == contents(fresh)


@pytest.mark.dlt
def test_a_killed_refresh_is_finished_by_the_next(refreshed: Refreshed, tmp_path: Path) -> None:
    _killed(refreshed, tmp_path, kills=3, seed=1)


@pytest.mark.slow
@pytest.mark.dlt
@pytest.mark.parametrize("seed", [2, 3])
def test_many_killed_refreshes_are_finished_by_the_next(refreshed: Refreshed, tmp_path: Path, seed: int) -> None:
    _killed(refreshed, tmp_path, kills=12, seed=seed)


@pytest.mark.slow
@pytest.mark.dlt
def test_a_killed_refresh_repeats_a_chunk_at_most(refreshed: Refreshed, tmp_path: Path) -> None:
    warehouse = tmp_path / "warehouse.duckdb"
    with Sandbox(items=60, seed=4, today=TODAY) as figshare:
        process = start_refresh(figshare, warehouse, (), {"SOURCES__FIGSHARE__CHUNK_ARTICLES": "10"})
        while process.poll() is None and len(figshare.requests) < 50:
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)
        process.communicate()
        read = sum(exchange.path.startswith("/v2/articles/") for exchange in figshare.requests)
        refreshed(figshare, warehouse)
        again = sum(exchange.path.startswith("/v2/articles/") for exchange in figshare.requests) - read
        details = [figshare.world.detail(article_id) for article_id in figshare.world.public_ids()]
    once = 60 + sum(len(d.get("files") or ()) >= 10 for d in details) + sum(d.get("version") != 1 for d in details)
    # A chunk of ten being loaded, ten read meanwhile, and what was under way.
    assert read + again <= once + 10 + 10 + 8 + 6
