"""The health of DOIs: what is wrong is found, and nothing else; the handle service is asked about few."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from figshare_sandbox import Fault, Sandbox
from tests.citations.refreshing import PREFIX, asked, dois_of, load, next_day
from tests.support import TODAY, rows


def findings(warehouse: Path) -> list[tuple[Any, ...]]:
    return rows(warehouse, "select article_id, doi, finding from reports.doi_health order by finding, doi")


def test_what_is_wrong_is_found(begun: Callable[[Path], Path], tmp_path: Path) -> None:
    warehouse = begun(tmp_path / "warehouse.duckdb")
    with Sandbox(items=12, seed=5, today=TODAY) as sandbox:
        world, registry = sandbox.world, sandbox.world.registry
        load(sandbox, warehouse)
        # Everything is in order, and DOIs of another institution below the same prefix are no findings.
        assert findings(warehouse) == []
        assert rows(warehouse, "select count(*) from datacite.dois where client_id = 'sb.southmoor'") != [(0,)]
        public = [id_ for id_ in world.public_ids() if dois_of(sandbox, id_)]
        never, hidden, elsewhere, moved, kept, journal, twice = public[:7]
        [of_never, of_hidden, of_elsewhere, of_moved, of_kept] = (
            dois_of(sandbox, id_)[0] for id_ in (never, hidden, elsewhere, moved, kept)
        )
        registry.never_registered(of_never)
        registry.change(of_hidden, state="registered")
        registry.change(of_elsewhere, url=f"https://northfield.figshare.example/articles/dataset/x/{kept}")
        page = registry.records()[of_moved].url
        registry.change(of_moved, url=page.replace("northfield.figshare", "old.portal"))
        world.withdraw(kept)
        registry.change(of_kept, state="findable", url=f"https://northfield.figshare.example/articles/x/y/{kept}")
        registry.register(f"{PREFIX}/lost.1", "https://northfield.figshare.example/articles/dataset/x/77777777/1")
        registry.never_registered("10.5555/paper.1")
        world.edit(journal, doi="10.5555/paper.1")
        world.edit(twice, doi=world.detail(public[7])["doi"])
        next_day(sandbox)
        outcome = load(sandbox, warehouse)
        assert outcome.outcome == "done"
        assert {"dois": 1, "handles": 2}.items() <= asked(outcome).items()
        found = {(article, doi, finding) for article, doi, finding in findings(warehouse)}
        shared = world.detail(public[7])["doi"]
        expected = {
            (never, of_never, "never_registered"),
            (hidden, of_hidden, "hidden"),
            (elsewhere, of_elsewhere, "leads_elsewhere"),
            (moved, of_moved, "other_host"),
            (kept, of_kept, "findable_after_withdrawal"),
            (None, f"{PREFIX}/lost.1", "unknown_to_repository"),
            (journal, "10.5555/paper.1", "of_another_agency"),
            (twice, shared, "shared"),
            (public[7], shared, "shared"),
        }
        assert expected <= found
        # The DOIs that the two records have no more belong to no record, and lead to their articles all the same.
        assert {finding for _, _, finding in found - expected} <= {"leads_elsewhere"}
        # The handle service is asked again after a week only.
        next_day(sandbox)
        assert asked(load(sandbox, warehouse)) == {"dois": 1}
        next_day(sandbox, 8)
        sandbox.faults.add(Fault("status", status=500, path="/handles/"))
        outcome = load(sandbox, warehouse, max_tries=1)
        assert outcome.findings == [
            "The handle service did not give all of the handles: the reports show what was read before."
        ]
        assert {finding for _, _, finding in findings(warehouse)} >= {"never_registered", "hidden"}
