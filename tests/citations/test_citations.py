"""DOIs and citations: what is loaded is true, few requests bring it up to date, and what is gone is withdrawn."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from figshare_sandbox import Sandbox
from figshare_warehouse.refresh import Outcome
from tests.citations.refreshing import asked, dois_of, held_citations, load, next_day, true_citations
from tests.support import TODAY, rows


@pytest.fixture
def small() -> Iterator[Sandbox]:
    with Sandbox(items=12, seed=5, today=TODAY) as sandbox:
        yield sandbox


@pytest.fixture
def warehouse(tmp_path: Path) -> Path:
    return tmp_path / "warehouse.duckdb"


@pytest.fixture
def refreshed(small: Sandbox, begun: Callable[[Path], Path], warehouse: Path) -> Callable[..., Outcome]:
    begun(warehouse)
    return lambda **options: load(small, warehouse, **options)


def test_what_is_loaded_is_what_datacite_has(
    small: Sandbox, refreshed: Callable[..., Outcome], warehouse: Path
) -> None:
    registry = small.world.registry
    article, without = small.world.public_ids()[:2]
    versions = [doi for doi in dois_of(small, article) if ".v" in doi]
    bare = versions[0].rpartition(".v")[0]
    # One work cites two of its DOIs, and one of them in two ways; another is itself a DOI of the article.
    registry.cite(bare, "10.5555/Twice")
    registry.cite(versions[0], "10.5555/twice", relation="cites", source="datacite-related")
    registry.cite(versions[0], "10.5555/other", relation="is-supplement-to")
    registry.cite(bare, versions[0])
    small.world.edit(without, doi="")
    outcome = refreshed()
    assert (outcome.outcome, outcome.drift, outcome.failures) == ("done", [], [])
    assert asked(outcome) == {"dois": 1, "citations": 1}
    truth = true_citations(small)
    assert held_citations(warehouse) == truth
    assert truth[without] is None
    assert (truth[article] or 0) >= 2
    found = dict(rows(warehouse, "select doi, url from datacite.dois"))
    assert found == {one.doi: one.url for one in registry.findable()}
    ways = "select relation, source from datacite.citations where citing_doi = '10.5555/twice' order by 1"
    assert rows(warehouse, ways) == [("cites", "datacite-related"), ("is-referenced-by", "crossref")]


@pytest.mark.slow
def test_a_day_on_which_nothing_happened_costs_one_request(small: Sandbox, refreshed: Callable[..., Outcome]) -> None:
    refreshed()
    next_day(small)
    assert asked(refreshed()) == {"dois": 1}
    assert asked(refreshed(citations=False)) == {}


def test_what_comes_and_goes_is_found(small: Sandbox, refreshed: Callable[..., Outcome], warehouse: Path) -> None:
    registry = small.world.registry
    refreshed()
    first, second, third, fourth = small.world.public_ids()[:4]
    one, two = (dois_of(small, id_)[0] for id_ in (first, second))
    for work in ("10.5555/a", "10.5555/b"):
        registry.cite(one, work)
        registry.cite(two, work)
    next_day(small)
    refreshed()
    assert held_citations(warehouse) == true_citations(small)
    next_day(small)
    # As many as before, but others; none any more; one that is withdrawn; and a new version that is cited at once.
    registry.uncite(one, "10.5555/a")
    registry.cite(one, "10.5555/c")
    for work in registry.citing(two):
        registry.uncite(two, work)
    small.world.withdraw(fourth)
    small.world.new_version(third)
    registry.cite(dois_of(small, third)[-1], "10.5555/new")
    outcome = refreshed()
    assert asked(outcome) == {"dois": 1, "citations": 1}
    assert held_citations(warehouse) == true_citations(small)
    gone = rows(
        warehouse, f"select citing_doi from datacite.citations where cited_doi = '{one}' and withdrawn_at is not null"
    )
    assert gone == [("10.5555/a",)]
    missing = rows(warehouse, "select doi from datacite.dois where missing_since is not null order by 1")
    assert [doi for (doi,) in missing] == dois_of(small, fourth)
    history = rows(
        warehouse, f"select citation_count from datacite.doi_counts where doi = '{two}' order by observed_on"
    )
    assert [number for (number,) in history][-2:] == [2 + len(registry.citing(two)), 0]
