"""In how few requests DOIs are read: whole lists, what changed, and by name; and what a plan says of it beforehand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from figshare_sandbox import Sandbox
from figshare_warehouse.errors import UsageError
from figshare_warehouse.refresh import followed
from figshare_warehouse.refresh.citations import due
from figshare_warehouse.refresh.plan import plan
from figshare_warehouse.tables.datacite import DATACITE_TABLES
from figshare_warehouse.warehouse import store
from figshare_warehouse.warehouse.forgetting import forget
from tests.citations.refreshing import (
    PREFIX,
    asked,
    dois_of,
    held_citations,
    load,
    next_day,
    settings_for,
    true_citations,
)
from tests.support import TODAY, change, rows


@pytest.fixture
def small() -> Iterator[Sandbox]:
    with Sandbox(items=12, seed=5, today=TODAY) as sandbox:
        yield sandbox


@pytest.fixture
def warehouse(begun: Callable[[Path], Path], tmp_path: Path) -> Path:
    return begun(tmp_path / "warehouse.duckdb")


def planned(sandbox: Sandbox, warehouse: Path) -> dict[str, int]:
    """The requests to DataCite that are known beforehand."""
    settings = settings_for(sandbox)
    report = plan(settings, followed(settings), warehouse, sandbox.world.now + timedelta(minutes=10))
    found: dict[str, int] = {}
    for kind, number, *_ in report.rows.rows:
        if kind in ("dois", "citations") and isinstance(number, int):
            found[str(kind)] = found.get(str(kind), 0) + number
    return found


@pytest.mark.slow
def test_what_changed_is_followed_in_two_requests(
    small: Sandbox, warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(due, "PAGE_SIZE", 10)
    load(small, warehouse)
    next_day(small, 5)
    assert planned(small, warehouse) == {"dois": 2}
    assert asked(load(small, warehouse)) == {"dois": 2}
    # Something came and something went: the number tells, and the list is read.
    small.world.publish()
    small.world.withdraw(small.world.public_ids()[0])
    next_day(small)
    assert asked(load(small, warehouse))["dois"] == 3
    assert held_citations(warehouse) == true_citations(small)
    next_day(small, 31)
    # The whole list once a month.
    query = "select completed_at from datacite.doi_readings"
    [(before,)] = rows(warehouse, query)
    load(small, warehouse)
    [(after,)] = rows(warehouse, query)
    assert after - before > timedelta(days=30)


@pytest.mark.slow
def test_of_a_prefix_of_many_others_only_the_repositorys_dois_are_asked_for(small: Sandbox, warehouse: Path) -> None:
    registry = small.world.registry
    for number in range(2_100):
        registry.register(f"{PREFIX}/others.{number}", f"https://others.example/articles/{number}")
    [doi] = dois_of(small, small.world.public_ids()[0])[:1]
    registry.cite(doi, "10.5555/a")
    # The first page of the list says how many there are, and so does the number of each prefix.
    assert asked(load(small, warehouse)) == {"dois": 3, "citations": 1}
    assert held_citations(warehouse) == true_citations(small)
    assert rows(warehouse, "select way from datacite.doi_readings") == [("dois",)]
    next_day(small)
    assert planned(small, warehouse) == {}
    assert asked(load(small, warehouse)) == {}
    small.world.new_version(small.world.public_ids()[0])
    assert asked(load(small, warehouse))["dois"] == 1
    assert held_citations(warehouse) == true_citations(small)
    next_day(small, 8)
    small.world.withdraw(small.world.public_ids()[1])
    registry.uncite(doi, "10.5555/a")
    assert planned(small, warehouse) == {"dois": 1}
    load(small, warehouse)
    assert held_citations(warehouse) == true_citations(small)


@pytest.mark.slow
def test_who_cites_others_below_the_prefix_is_not_asked_for(small: Sandbox, warehouse: Path) -> None:
    registry = small.world.registry
    registry.register(f"{PREFIX}/journal.1", "https://journal.example/articles/1")
    registry.cite(f"{PREFIX}/journal.1", "10.5555/a")
    others = [item for item in small.world.items.values() if item.institution == 991 and item.state == "public"]
    registry.cite(others[0].detail["doi"], "10.5555/b")
    load(small, warehouse)
    read = {doi for (doi,) in rows(warehouse, "select doi from datacite.citation_readings")}
    assert read <= {doi for id_ in small.world.public_ids() for doi in dois_of(small, id_)} | {
        one.doi for one in registry.findable() if "/c." in one.doi
    }
    # Their DOIs are held: the repository's own prefix is read whole.
    assert rows(warehouse, f"select count(*) from datacite.dois where doi = '{PREFIX}/journal.1'") == [(1,)]


@pytest.mark.slow
def test_with_a_sandbox_of_which_no_datacite_is_given_none_is_asked(small: Sandbox, warehouse: Path) -> None:
    assert asked(load(small, warehouse, datacite={"api_url": None})) == {}
    assert planned(small, warehouse)["dois"] == 1


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("mailto", "nobody"),
        ("mailto", "a@b.example\r\nX: y"),
        ("api_url", "ftp://api.datacite.org"),
        ("api_url", "https://me:secret@api.datacite.org"),
        ("requests_per_second", -1),
        ("list_max_age", "0d"),
    ],
)
def test_what_cannot_be_used_is_refused(small: Sandbox, name: str, value: object) -> None:
    with pytest.raises(UsageError, match=f"sources.datacite.{name}|section sources.datacite"):
        settings_for(small, datacite={name: value})


@pytest.mark.slow
def test_an_address_is_given_to_datacite_in_the_user_agent(warehouse: Path) -> None:
    with Sandbox(items=3, seed=5, today=TODAY, record_bodies=True) as sandbox:
        load(sandbox, warehouse, datacite={"mailto": "library@uni.example"})
        agents = {one.headers["User-Agent"] for one in sandbox.requests if "/datacite/" in one.path}
        [agent] = agents
        assert agent.endswith("(mailto:library@uni.example)")
        assert not any("library@" in str(one.query) for one in sandbox.requests)


@pytest.mark.slow
def test_what_is_forgotten_with_an_institution(small: Sandbox, warehouse: Path) -> None:
    load(small, warehouse)
    of_others = (
        "insert into figshare.articles (article_id, doi, _dlt_load_id) values (1, 'https://doi.org/10.9/other.v1', '')"
    )
    change(warehouse, of_others)
    change(warehouse, "insert into datacite.dois (doi, prefix) values ('10.9/other', '10.9')")
    change(warehouse, "insert into datacite.doi_readings (prefix, way) values ('10.9', 'list')")
    with store.connected(warehouse, must_be_loaded=True) as connection:
        forget(connection, small.institution_id)
    for table in DATACITE_TABLES:
        left = rows(warehouse, f"select distinct prefix from datacite.{table.name}")
        # What another article has by its prefix stays.
        assert left == ([("10.9",)] if table.name in ("dois", "doi_readings") else [])
