"""Collections and projects that are kept current equal those of a warehouse that is loaded once, whatever happened."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

from figshare_sandbox import Fault, Sandbox
from figshare_warehouse.tables import COLLECTIONS, PROJECTS
from tests.collections_refresh import KINDS, hour_later, load, next_day, settings_for
from tests.direct_loader import DirectLoader
from tests.histories.directly import clock_at, in_one_thread, loaded
from tests.support import TODAY, contents, rows, start_refresh

HAPPENINGS = ("publish", "edit", "members", "silent", "version", "withdraw", "republish", "article", "withdraw article")
FAULTS: tuple[dict[str, Any], ...] = (
    {"kind": "status", "status": 500, "path": r"/v2/collections$"},
    {"kind": "status", "status": 404, "path": r"/v2/collections/\d*[24680]/articles$"},
    {"kind": "status", "status": 500, "path": r"/v2/projects/\d+$"},
    {"kind": "half_body", "path": r"/v2/collections/\d+/versions$"},
    {"kind": "status", "status": 503, "times": 2},
    {"kind": "bad_json", "path": r"/v2/(collections|projects)/", "probability": 0.5},
)
REPORTS = {
    "collections": "exclude (usage_as_of, fetched_at)",
    "collection_articles": "",
    "collection_usage_by_month": "exclude (observed_at)",
    "projects": "exclude (usage_as_of, fetched_at)",
    "project_articles": "",
    "project_usage_by_month": "exclude (observed_at)",
}
"""Report → what is left out of it, since it says when a refresh ran."""


def happen(figshare: Sandbox, what: str, rng: Random) -> None:
    """Lets something happen to a collection, a project or an article."""
    world, kind = figshare.world, rng.choice(KINDS)
    shelves, articles = world.shelves, world.public_ids()
    chosen = rng.sample(articles, min(len(articles), rng.randrange(5)))
    public = shelves.public_ids(kind)
    gone = [n for n, shelf in shelves.of(kind).items() if shelf.state == "withdrawn"]
    if what == "publish":
        shelves.publish(kind, chosen)
    elif what == "article":
        world.publish()
    elif what == "withdraw article" and articles:
        world.withdraw(rng.choice(articles))
    elif what == "republish" and gone:
        shelves.republish(kind, rng.choice(gone))
    elif what == "version" and (collections := shelves.public_ids("collection")):
        shelves.new_version(rng.choice(collections), title=f"Version {rng.randrange(9)}")
    elif public and what in ("members", "silent"):
        shelves.set_articles(kind, rng.choice(public), chosen, is_silent=what == "silent")
    elif public and what == "edit":
        shelves.edit(
            kind, rng.choice(public), title=f"Title {rng.randrange(99)} <b>&amp;</b>", tags=["x"] * rng.randrange(3)
        )
    elif public and what == "withdraw":
        shelves.withdraw(kind, rng.choice(public))


def live(begun: Callable[[Path], Path], folder: Path, seed: int, rounds: int, usage: str = "none") -> tuple[Path, Path]:
    """Lives through so many rounds, some of them cut off, and compares with a fresh warehouse."""
    rng = Random(f"collections/{seed}")
    old, fresh = begun(folder / "old.duckdb"), begun(folder / "fresh.duckdb")
    with in_one_thread(), Sandbox(items=8, seed=seed, today=TODAY) as figshare:
        given = asdict(settings_for(figshare, usage=[usage], max_tries=2, chunk_articles=2))

        def moment() -> datetime:
            return clock_at(figshare.world.now)()

        for _ in range(rounds):
            for what in rng.choices(HAPPENINGS, k=3):
                happen(figshare, what, rng)
            figshare.faults.clear()
            if rng.random() < 0.4:
                figshare.faults.add(Fault(**rng.choice(FAULTS)))
            next_day(figshare, rng.choice((0, 1, 1, 5)))
            hour_later(figshare)
            outcome = loaded(given, old, moment(), rng.choice((None, None, 2, 4, 6)))
            assert outcome is None or outcome.outcome in ("done", "incomplete")
        figshare.faults.clear()
        DirectLoader.loads_left = None
        next_day(figshare, 3)
        aged: dict[str, Any] = {
            "article_max_age": "1d",
            "undated_article_max_age": "1d",
            "usage_max_age": "0d",
            "usage": [usage],
        }
        # What failed before is asked for once more where it was believed only once.
        for warehouse in (old, old, fresh):
            hour_later(figshare)
            assert load(figshare, warehouse, confirm_withdrawals=True, **aged).outcome == "done"
    assert held(old) == held(fresh)
    assert rows(fresh, "select count(*) > 0 from reports.collections") == [(True,)]
    return old, fresh


def held(warehouse: Path) -> dict[str, list[tuple[object, ...]]]:
    """What is held of those that are listed, and what the reports show of them."""
    found = {}
    for record in (COLLECTIONS, PROJECTS):
        [key] = record.key
        listed = f"select entity_id from intermediate.int_listed_entities where entity_type || '_id' = '{key}'"
        for table in (record, *record.children):
            columns = ", ".join(f'"{column.name}"' for column in table.columns if column.name != "fetched_at")
            query = f"select {columns} from figshare.{table.name} where {key} in ({listed}) order by all"
            found[table.name] = rows(warehouse, query)
    for report, without in REPORTS.items():
        found[report] = rows(warehouse, f"select * {without} from reports.{report} order by all")
    return found


def test_a_history_equals_a_fresh_load(begun: Callable[[Path], Path], tmp_path: Path) -> None:
    live(begun, tmp_path, seed=1, rounds=2)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2, 8))
def test_many_histories_equal_a_fresh_load(begun: Callable[[Path], Path], tmp_path: Path, seed: int) -> None:
    old, fresh = live(begun, tmp_path, seed, rounds=5)
    # Groups of what was withdrawn are counted on; without a token a fresh warehouse does not know them.
    assert contents(old, {"group_counts"}) == contents(fresh, {"group_counts"})


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2))
def test_with_usage_they_equal_a_fresh_load_too(begun: Callable[[Path], Path], tmp_path: Path, seed: int) -> None:
    live(begun, tmp_path, 100 + seed, rounds=3, usage="months")


@pytest.mark.slow
@pytest.mark.dlt
def test_a_killed_refresh_is_finished_by_the_next(begun: Callable[[Path], Path], tmp_path: Path) -> None:
    rng = Random("kills")
    old, fresh = begun(tmp_path / "old.duckdb"), begun(tmp_path / "fresh.duckdb")
    with Sandbox(items=12, seed=3, today=TODAY) as figshare:
        killed = 0
        for _ in range(5):
            for what in rng.choices(HAPPENINGS, k=3):
                happen(figshare, what, rng)
            next_day(figshare)
            figshare.clear_requests()
            process = start_refresh(
                figshare,
                old,
                ["--requests-per-second", "40"],
                {"SOURCES__FIGSHARE__CHUNK_ARTICLES": "2"},
                without=(),
            )
            # From the first request about them on.
            while process.poll() is None and not any("/collections" in one.path for one in figshare.requests):
                time.sleep(0.01)
            time.sleep(rng.uniform(0, 1))
            killed += process.poll() is None
            process.kill()
            process.communicate()
        for warehouse in (old, fresh):
            hour_later(figshare)
            # What was asked for by the clock of this machine is long ago then.
            figshare.world.set_today(max(figshare.world.today, date.today()) + timedelta(days=200))
            assert load(figshare, warehouse, confirm_withdrawals=True, token=figshare.token).outcome == "done"
    assert killed
    assert held(old) == held(fresh)
