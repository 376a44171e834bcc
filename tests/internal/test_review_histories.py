"""Random histories of drafts and reviews: after each refresh, cut off or not, the warehouse has what Figshare has."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

from figshare_sandbox import Sandbox, World
from tests.histories.directly import loaded
from tests.internal.truth import is_true
from tests.support import TODAY

Happening = Callable[[World, Random], object]


def _account(world: World, rng: Random) -> int:
    return int(rng.choice(world.accounts)["id"])


def _article(world: World, rng: Random) -> int:
    return rng.choice(world.administration.article_ids())


def _pending(world: World) -> list[int]:
    return [review["id"] for review in world.reviews if review["status"] == "pending"]


def _of_draft(world: World, rng: Random) -> int:
    found = [n for n in world.administration.article_ids() if world.items[n].state == "draft"]
    return rng.choice(found) if found else world.administration.create_draft()


def _discard(world: World, rng: Random) -> None:
    number = _of_draft(world, rng)
    for review in [review["id"] for review in world.reviews if review["article_id"] == number]:
        world.administration.curation.remove(review)
    world.administration.discard(number)


def _with_pending(what: Callable[[World, Random, int], object]) -> Happening:
    def happen(world: World, rng: Random) -> None:
        if pending := _pending(world):
            what(world, rng, rng.choice(pending))

    return happen


def _comment_changed(world: World, rng: Random, review: int) -> None:
    curation = world.administration.curation
    if comments := curation.comments[review]:
        curation.edit_comment(review, rng.choice(comments)["id"], f"In other words {rng.random()}")


HAPPENINGS: list[Happening] = [
    lambda world, rng: world.administration.create_draft(_account(world, rng), title=f"Draft {rng.random()}"),
    lambda world, rng: world.administration.edit_draft(_article(world, rng), title=f"Edited {rng.random()}"),
    lambda world, rng: world.administration.edit_draft(_article(world, rng), tags=[], authors=[]),
    lambda world, rng: world.administration.publish(_article(world, rng)),
    lambda world, rng: world.administration.unpublish(rng.choice(world.public_ids())) if world.public_ids() else None,
    lambda world, rng: world.administration.embargo(_of_draft(world, rng), "2030-01-01T00:00:00"),
    lambda world, rng: world.administration.reassign(_article(world, rng), _account(world, rng)),
    _discard,
    lambda world, rng: world.administration.curation.open(_article(world, rng)),
    lambda world, rng: world.administration.curation.reopen(rng.choice(world.reviews)["id"]),
    _with_pending(lambda world, rng, n: world.administration.curation.comment(n, f"Comment {rng.random()}")),
    _with_pending(lambda world, rng, n: world.administration.curation.assign(n, _account(world, rng))),
    _with_pending(lambda world, rng, n: world.administration.curation.decide(n, "approved", "Fine")),
    _with_pending(lambda world, rng, n: world.administration.curation.decide(n, "rejected", "Not yet")),
    _with_pending(lambda world, rng, n: world.administration.curation.close(n)),
    _with_pending(_comment_changed),
]  # fmt: skip


def check_history(warehouse: Path, seed: int, refreshes: int) -> None:
    """Happenings, then a refresh, so many times; some are cut off, before some another token is used."""
    rng = Random(seed)
    with Sandbox(items=8, seed=seed, today=TODAY) as sandbox:
        given: dict[str, Any] = {
            "institution": sandbox.institution_id, "api_url": sandbox.api_url, "stats_url": sandbox.stats_url,
            "token": sandbox.token, "requests_per_second": 0.0, "retry_wait_seconds": 0.01, "usage": ["none"],
            "internal": True, "without": ["accounts", "roles", "collections", "projects"],
        }  # fmt: skip
        # The token of an account that sees its own articles only.
        ordinary = {"internal": False, "account": True, "token": sandbox.account_token}
        moment = datetime.combine(TODAY, time(12))
        for _ in range(refreshes):
            for _ in range(rng.randrange(5)):
                rng.choice(HAPPENINGS)(sandbox.world, rng)
            if rng.random() < 0.4:
                moment += timedelta(hours=1)
                loaded(given, warehouse, moment, loads=rng.randint(4, 12), confirm=True)
            if rng.random() < 0.3:
                moment += timedelta(hours=1)
                assert loaded(given | ordinary, warehouse, moment) is not None
            if rng.random() < 0.3:
                rng.choice(HAPPENINGS)(sandbox.world, rng)
            moment += timedelta(days=1)
            # What is gone is gone at once where the user confirms it.
            outcome = loaded(given, warehouse, moment, confirm=True)
            assert outcome is not None
            assert outcome.outcome == "done", (outcome.findings, outcome.failures)
            assert is_true(sandbox, warehouse)


def test_a_short_history(begun: Callable[[Path], Path], tmp_path: Path) -> None:
    check_history(begun(tmp_path / "w.duckdb"), seed=11, refreshes=3)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_long_histories(begun: Callable[[Path], Path], tmp_path: Path, seed: int) -> None:
    check_history(begun(tmp_path / "w.duckdb"), seed, refreshes=25)
