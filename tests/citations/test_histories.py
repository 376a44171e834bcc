"""Whatever happened in between, refreshes cut off and answers spoilt among it, what is held equals a fresh reading."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from figshare_sandbox import Fault, Sandbox
from figshare_warehouse.refresh.citations import due
from tests.citations.refreshing import PREFIX, asked, dois_of, held_citations, load, next_day, true_citations
from tests.direct_loader import Cut, DirectLoader
from tests.support import TODAY, rows

FAULTS = (
    Fault("status", status=503, path="/datacite/"),
    Fault("half_body", path="/datacite/dois"),
    Fault("html", status=200, path="/datacite/events"),
    Fault("status", status=403, path="/datacite/events"),
    Fault("bad_json", path="/datacite/dois", times=1),
    Fault("reset", path="/datacite/", times=2),
)


def happen(sandbox: Sandbox, chance: random.Random) -> None:
    world, registry = sandbox.world, sandbox.world.registry
    public = world.public_ids()
    article = chance.choice(public)
    dois = dois_of(sandbox, article) or [f"{PREFIX}/none"]
    doi = chance.choice(dois)
    match chance.randrange(10):
        case 0 | 1 | 2:
            relation = chance.choice(["cites", "references", "is-cited-by", "is-supplement-to"])
            registry.cite(doi, f"10.5555/{chance.randrange(6)}", relation)
        case 3 | 4:
            for work in sorted(registry.citing(doi))[:1]:
                registry.uncite(doi, work)
        case 5:
            world.new_version(article)
        case 6:
            world.withdraw(article)
            if chance.random() < 0.5:
                world.republish(article)
        case 7:
            registry.change(doi, url=f"https://elsewhere.example/{chance.randrange(9)}")
        case 8:
            registry.change(doi, state=chance.choice(["registered", "findable"]))
        case 9:
            registry.register(f"{PREFIX}/foreign.{chance.randrange(9)}", "https://journal.example/1")
            world.publish()


def now_held(warehouse: Path) -> dict[str, list[Any]]:
    """What is held of now, without when it was read."""
    asked_for = {
        "dois": "select doi, prefix, client_id, state, url, created_at, registered_at, updated_at, citation_count "
        "from datacite.dois where missing_since is null",
        "citations": "select cited_doi, prefix, citing_doi, relation, source, occurred_at from datacite.citations "
        "semi join (select * from datacite.dois where missing_since is null) as dois on cited_doi = dois.doi "
        "where withdrawn_at is null",
        "readings": "select prefix, way, changes_known_to is null from datacite.doi_readings",
        "reports": "select article_id, citations from reports.articles",
    }
    return {name: sorted(rows(warehouse, query), key=repr) for name, query in asked_for.items()}


@pytest.mark.parametrize(
    ("seed", "page_size"),
    [pytest.param(seed, size, marks=pytest.mark.slow) for seed in range(1, 4) for size in (20, 1000)],
)
def test_after_a_history_it_equals_a_fresh_one(
    begun: Callable[[Path], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int, page_size: int
) -> None:
    # With pages as small as these, what changed is followed in so small a world, too.
    monkeypatch.setattr(due, "PAGE_SIZE", page_size)
    chance = random.Random(seed)
    warehouse, fresh = begun(tmp_path / "warehouse.duckdb"), begun(tmp_path / "fresh.duckdb")
    with Sandbox(items=10, seed=seed, today=TODAY) as sandbox:
        load(sandbox, warehouse)
        for _ in range(5):
            next_day(sandbox, chance.randrange(2))
            for _ in range(chance.randrange(5)):
                happen(sandbox, chance)
            if chance.random() < 0.4:
                sandbox.faults.add(chance.choice(FAULTS))
            DirectLoader.loads_left = chance.randrange(1, 9) if chance.random() < 0.4 else None
            with suppress(Cut):
                load(sandbox, warehouse, max_tries=2)
            DirectLoader.loads_left = None
            sandbox.faults.clear()
        next_day(sandbox, 2)
        outcome = load(sandbox, warehouse)
        assert outcome.outcome == "done"
        load(sandbox, fresh)
        assert now_held(warehouse) == now_held(fresh)
        assert held_citations(warehouse) == true_citations(sandbox)
        # Nothing happened since.
        assert sum(asked(load(sandbox, warehouse)).values()) <= 2


def test_what_a_page_that_breaks_off_leaves(begun: Callable[[Path], Path], tmp_path: Path) -> None:
    warehouse = begun(tmp_path / "warehouse.duckdb")
    with Sandbox(items=10, seed=3, today=TODAY) as sandbox:
        registry = sandbox.world.registry
        load(sandbox, warehouse)
        before = now_held(warehouse)
        [doi] = dois_of(sandbox, sandbox.world.public_ids()[0])[:1]
        registry.cite(doi, "10.5555/new")
        sandbox.faults.add(Fault("half_body", path="/datacite/dois"))
        outcome = load(sandbox, warehouse, max_tries=2)
        # Figshare's part is done.
        assert (outcome.outcome, outcome.error) == ("incomplete", None)
        said = ["DataCite did not give all of the DOIs: the reports show what was read before."]
        assert outcome.findings == said
        [failure] = outcome.failures
        assert (failure["path"], failure["tries"]) == ("/dois", 2)
        assert failure["message"].endswith("/datacite/dois sent only part of its response (2 tries).")
        assert now_held(warehouse) == before
        sandbox.faults.clear()
        # The citations fail, and the DOIs are known: the count is not, of the one that changed it is the old one.
        sandbox.faults.add(Fault("status", status=429, path="/datacite/events"))
        outcome = load(sandbox, warehouse, max_tries=2)
        assert outcome.findings == [
            "DataCite did not give all of the citations: the reports show what was read before."
        ]
        sandbox.faults.clear()
        assert asked(load(sandbox, warehouse)) == {"dois": 1, "citations": 1}
        assert held_citations(warehouse) == true_citations(sandbox)


@pytest.mark.slow
def test_a_kill_costs_only_what_was_not_loaded(begun: Callable[[Path], Path], tmp_path: Path) -> None:
    begin = begun(tmp_path / "begun.duckdb")
    with Sandbox(items=10, seed=3, today=TODAY) as sandbox:
        for loads in range(2, 12):
            warehouse = Path(shutil.copy(begin, tmp_path / f"{loads}.duckdb"))
            DirectLoader.loads_left = loads
            with suppress(Cut):
                load(sandbox, warehouse)
                DirectLoader.loads_left = None
                break
            DirectLoader.loads_left = None
            before = len(sandbox.requests)
            held = rows(warehouse, "select count(*) from datacite.doi_readings")[0][0]
            load(sandbox, warehouse)
            assert sum("/datacite/" in one.path for one in sandbox.requests[before:]) <= 2
            assert held_citations(warehouse) == true_citations(sandbox)
            if held:
                # What comes after the DOIs needs them no more than once a day.
                break
