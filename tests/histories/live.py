"""One history: lived through, brought up to date, and compared with a fresh warehouse of the same moment."""

from __future__ import annotations

import logging
import shutil
import tempfile
import traceback
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from functools import cache
from pathlib import Path
from random import Random
from time import process_time
from typing import Any

import duckdb

from figshare_sandbox import Sandbox
from figshare_warehouse.configuration import prepare_dlt
from figshare_warehouse.models import views
from figshare_warehouse.refresh.loader import Loader
from figshare_warehouse.warehouse import store
from tests.support import WITHOUT

from .directly import in_one_thread, killed, loaded
from .happenings import Moved, drawn, happen, held, make_world, moved
from .reports import differences

Happening = tuple[str, int, int]

# Each holds what those before hold.
USAGES = (["none"], ["months"], ["countries"], ["days", "countries"])
FEEDS = ((), ("data",), ("data", "university"))
NONE, RIGHT, WRONG = range(3)
DAYS = (0, 0, 0, 1, 1, 5, 5, 12, 12, 40, 40, 100, 400)


@dataclass(frozen=True)
class Round:
    """What happens between two refreshes, and how the second goes.

    Attributes:
        days: so far the clock moves.
        happenings: what happens then.
        has_token: whether the refresh has the token for groups by name.
        stats: its credentials for statistics: NONE, RIGHT or WRONG.
        feeds: which searches it follows, as in FEEDS.
        usage: which usage it reads, as in USAGES.
        cut: after so many loads it is cut off; 0 for not.
        kill: after so many requests its process is killed; 0 for not.
    """

    days: int
    happenings: tuple[Happening, ...]
    has_token: bool
    stats: int
    feeds: int
    usage: int
    cut: int = 0
    kill: int = 0


@dataclass(frozen=True)
class History:
    """A world and what it lives through; where `of_groups`, two groups are followed and not all of the institution."""

    world: int
    of_groups: bool
    rounds: tuple[Round, ...]


def random_history(seed: int) -> History:
    """Returns a history; the same for the same seed."""
    rng = Random(f"history/{seed}")
    feeds, stats, has_token = rng.randrange(len(FEEDS)), rng.choice((NONE, RIGHT, RIGHT)), True
    # A third is of records alone, which is quick.
    is_used = rng.random() < 0.67
    # Days take the most requests by far.
    usages = (1, 1, 1, 2, 2, 3) if is_used else (0,)
    usage = rng.choice(usages)
    rounds = []
    for number in range(rng.choice((2, 2, 3, 4))):
        stats = rng.choice((NONE, RIGHT, RIGHT, WRONG)) if rng.random() < 0.25 else stats
        has_token = rng.random() < 0.5 if rng.random() < 0.25 else has_token
        feeds = rng.randrange(len(FEEDS)) if rng.random() < 0.2 else feeds
        usage = rng.choice((0, *usages)) if rng.random() < 0.2 else usage
        cut = rng.randint(1, 12) if rng.random() < 0.25 else 0
        kill = rng.choice((1, 2, 3, 5, 8, 40)) if not cut and rng.random() < 0.04 else 0
        happenings = tuple(drawn(rng, 5)) if number or rng.random() < 0.3 else ()
        rounds.append(Round(rng.choice(DAYS), happenings, has_token, stats, feeds, usage, cut, kill))
    return History(rng.randrange(1, 200), rng.random() < 0.2, tuple(rounds))


@cache
def _begun() -> Path:
    """A warehouse with tables and views that nothing was loaded into; both take long to make."""
    prepare_dlt()
    begun = Path(tempfile.mkdtemp()) / "begun.duckdb"
    with store.connected(begun) as connection:
        loader = Loader(connection, begun)
        with loader:
            loader.make_tables()
        views.build(connection)
    return begun


def live(history: History) -> list[str]:
    """Lives through a history.

    Returns:
        How the reports differ from those of a fresh warehouse, in words; empty where they are equal.
    """
    folder = Path(tempfile.mkdtemp())
    try:
        with in_one_thread():
            return _live(history, folder)
    finally:
        shutil.rmtree(folder)


def _live(history: History, folder: Path) -> list[str]:
    old, fresh = (Path(shutil.copy(_begun(), folder / f"{name}.duckdb")) for name in ("old", "fresh"))
    with Sandbox(world=make_world(history.world)) as figshare:
        regrouped = Moved()
        for number, one in enumerate(history.rounds):
            before = held(figshare.world)
            _go_on(figshare, one.days)
            for kind, which, how in one.happenings:
                happen(figshare, kind, which, how)
            # What was not read yet cannot have been told otherwise.
            regrouped |= moved(before, held(figshare.world)) if number else Moved()
            moment, given = _moment(figshare), _given(figshare, one, history.of_groups)
            if one.kill:
                figshare.clear_requests()
                killed(given, old, moment, lambda: len(figshare.requests) >= one.kill, number * 0.1)  # noqa: B023
            else:
                outcome = loaded(given, old, moment, one.cut or None)
                if outcome is not None and outcome.outcome not in ("done", "incomplete", "stopped", "failed"):
                    return [f"round {number} ended {outcome.outcome}"]
        figshare.faults.clear()
        # So that all is due, each article by an age of its own.
        _go_on(figshare, 2)
        last = _all_of(history.rounds)
        given = _given(figshare, last, history.of_groups) | {
            "article_max_age": "1d",
            "undated_article_max_age": "1d",
        }
        given |= {"usage_max_age": "0d"}
        happened = {kind for one in history.rounds for kind, _, _ in one.happenings}
        # What failed waits until the rest is read, and what follows from it is read by the refresh after that.
        # So are past months where a total shows that they were mended; use before an item's first date a fresh one
        # finds only then, too.
        warehouses = [old, old, fresh] if happened & {"lasting", "old_usage"} else [old, fresh]
        if last.usage and happened & {"usage", "old_usage"}:
            warehouses = [old, old, fresh, fresh]
        for warehouse in warehouses:
            # In how many pieces it is loaded changes nothing.
            pieces = {"chunk_articles": 100} if warehouse == fresh else {}
            outcome = loaded(given | pieces, warehouse, _moment(figshare))
            if outcome is None or outcome.outcome != "done":
                said = outcome and (outcome.outcome, outcome.error, [f["message"] for f in outcome.failures[:3]])
                return [f"the last refresh of the {warehouse.stem} warehouse ended {said}"]
    unseen = {"groups": regrouped.groups, "categories": regrouped.unseen(figshare.world.public_ids())}
    return differences(old, fresh, unseen)


def _all_of(rounds: Sequence[Round]) -> Round:
    """A refresh that follows and reads all that those before did: what was followed once stays in the warehouse."""
    return Round(
        days=0,
        happenings=(),
        has_token=any(one.has_token for one in rounds),
        stats=RIGHT if any(one.stats == RIGHT for one in rounds) else NONE,
        feeds=max(one.feeds for one in rounds),
        usage=max(one.usage for one in rounds),
    )


def _go_on(figshare: Sandbox, days: int) -> None:
    world = figshare.world
    # A day is over before the next refresh; two refreshes of one day lie hours apart.
    world.set_today(world.today + timedelta(days=days))
    with world.lock:
        world._now += timedelta(hours=1)


def _moment(figshare: Sandbox) -> datetime:
    world = figshare.world
    return max(world._now + timedelta(minutes=10), datetime.combine(world.today, time(13)))


def _given(figshare: Sandbox, one: Round, of_groups: bool) -> dict[str, Any]:
    groups = [group["id"] for group in figshare.world.groups]
    given: dict[str, Any] = {
        "institution": figshare.institution_id,
        "api_url": figshare.api_url,
        "stats_url": figshare.stats_url,
        "requests_per_second": 0.0,
        "retry_wait_seconds": 0.01,
        "max_tries": 3,
        "chunk_articles": 7,
        "usage": USAGES[one.usage],
        "without": WITHOUT,
    }
    if one.has_token:
        given["token"] = figshare.token
    if one.stats != NONE:
        given |= {
            "portal": figshare.portal,
            "stats_username": figshare.stats_username,
            "stats_password": figshare.stats_password if one.stats == RIGHT else "another",
        }
    if FEEDS[one.feeds]:
        given["searches"] = {feed: feed for feed in FEEDS[one.feeds]}
    if of_groups:
        given["groups"] = groups[1:3]
    return given


def run(seed: int) -> tuple[int, list[str], float]:
    """Lives through one history; returns its seed, what is wrong with it, and the CPU seconds it took."""
    # What fails on purpose is not shown.
    logging.disable(logging.CRITICAL)
    begun = process_time()
    try:
        wrong = live(random_history(seed))
    except Exception:
        wrong = [traceback.format_exc(limit=-4)]
    return seed, wrong, process_time() - begun


def shrunk(history: History, most: int = 40) -> History:
    """Returns a history as short as can be found in so many tries that still goes wrong."""
    tries = 0
    found = True
    while found:
        found = False
        for shorter in _shorter(history):
            tries += 1
            if tries > most:
                return history
            if _goes_wrong(shorter):
                history, found = shorter, True
                break
    return history


def _goes_wrong(history: History) -> bool:
    try:
        return bool(live(history))
    except (Exception, duckdb.Error):
        return True


def _shorter(history: History) -> list[History]:
    made = []
    rounds = history.rounds
    for i in range(len(rounds)):
        if len(rounds) > 1:
            made.append(replace(history, rounds=rounds[:i] + rounds[i + 1 :]))
    for i, one in enumerate(rounds):

        def put(other: Round) -> History:
            return replace(history, rounds=(*rounds[:i], other, *rounds[i + 1 :]))  # noqa: B023

        made += [
            put(replace(one, happenings=one.happenings[:k] + one.happenings[k + 1 :]))
            for k in range(len(one.happenings))
        ]
        nones: list[dict[str, Any]] = [{name: 0} for name in ("cut", "kill", "days") if getattr(one, name)]
        made += [put(replace(one, **none)) for none in nones]
    return made
