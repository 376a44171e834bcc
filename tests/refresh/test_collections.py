"""Collections and projects: what is loaded is true, few requests bring it up to date, and what is gone is withdrawn."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from figshare_sandbox import Fault, Sandbox
from figshare_sandbox.world.shelves import Kind
from figshare_warehouse.refresh import Outcome, followed
from figshare_warehouse.refresh.collections import CLOCK_MARGIN
from figshare_warehouse.refresh.plan import plan
from tests.collections_refresh import KINDS, hour_later, load, next_day, settings_for
from tests.support import TODAY, count, requests_of, rows

QUIET = {"collections": 3, "projects": 2}
"""What a day costs on which nothing happened: each list, what follows it, and which collections were modified."""


@pytest.fixture
def small() -> Iterator[Sandbox]:
    with Sandbox(items=12, seed=5, today=TODAY) as sandbox:
        yield sandbox


@pytest.fixture
def refreshed(small: Sandbox, begun: Callable[[Path], Path], tmp_path: Path) -> Callable[..., Outcome]:
    warehouse = begun(tmp_path / "warehouse.duckdb")
    return lambda **options: load(small, warehouse, **options)


@pytest.fixture
def warehouse(tmp_path: Path) -> Path:
    return tmp_path / "warehouse.duckdb"


def asked(outcome: Outcome) -> dict[str, int]:
    """Requests about collections and projects."""
    return {kind: number for kind, number in requests_of(outcome).items() if kind.startswith(KINDS)}


def planned(small: Sandbox, warehouse: Path, **options: Any) -> dict[str, int]:
    """Requests about them that a plan estimates."""
    settings = settings_for(small, **options)
    found: dict[str, int] = {}
    for kind, number, *_ in plan(settings, followed(settings), warehouse, small.world.now).rows.rows:
        if str(kind).startswith(KINDS) and isinstance(number, int):
            found[str(kind)] = found.get(str(kind), 0) + number
    return found


def members(warehouse: Path, kind: Kind, number: int) -> list[int]:
    query = f"select article_id from figshare.{kind}_articles where {kind}_id = {number} order by position"
    return [row[0] for row in rows(warehouse, query)]


def withdrawn(warehouse: Path) -> list[Any]:
    query = "select entity_type, entity_id from figshare.entity_checks where missing_since is not null order by all"
    return rows(warehouse, query)


def test_what_is_loaded_is_what_figshare_has(
    small: Sandbox, refreshed: Callable[..., Outcome], warehouse: Path
) -> None:
    shelves = small.world.shelves
    empty = shelves.publish("collection")
    outcome = refreshed()
    assert (outcome.outcome, outcome.drift, outcome.failures) == ("done", [], [])
    for kind in KINDS:
        ids = shelves.public_ids(kind)
        assert outcome.entities_loaded[kind] == len(ids)
        found = rows(warehouse, f"select {kind}_id, title, description, modified_date from figshare.{kind}s order by 1")
        truth = [(n, shelves.of(kind)[n].detail) for n in ids]
        assert found == [
            (n, d["title"], d["description"], datetime.fromisoformat(d["modified_date"]).replace(tzinfo=None))
            for n, d in truth
        ]
        for number, detail in truth:
            assert members(warehouse, kind, number) == shelves.public_members(kind, number)
            if kind == "collection":
                of_it = f"where collection_id = {number} order by position"
                authors = rows(warehouse, f"select author_id from figshare.collection_authors {of_it}")
                assert [row[0] for row in authors] == [author["id"] for author in detail["authors"]]
                tags = rows(warehouse, f"select tag from figshare.collection_tags {of_it}")
                assert [row[0] for row in tags] == detail["tags"]
    versions = "select version from figshare.collection_versions group by all having count(*) > 0 order by 1"
    assert rows(warehouse, versions) == [(1,), (2,), (3,)]
    counts = f"select article_count, figshare_article_count from figshare.collections where collection_id = {empty}"
    assert rows(warehouse, counts) == [(0, 0)]
    people = rows(warehouse, "select name, role_name from figshare.project_members group by all")
    assert people == [("Maria Lindqvist", "Owner")]
    # One that is of no institution is not followed.
    assert count(warehouse, "figshare.collections") == len(shelves.public_ids("collection"))


def test_a_day_on_which_nothing_happened_costs_five_requests(
    small: Sandbox, refreshed: Callable[..., Outcome], warehouse: Path
) -> None:
    refreshed()
    next_day(small)
    assert planned(small, warehouse) == QUIET
    assert asked(refreshed()) == QUIET
    next_day(small)
    assert planned(small, warehouse, without=["projects"]) == {"collections": 3}
    assert asked(refreshed(without=["projects"])) == {"collections": 3}
    assert planned(small, warehouse, without=["projects", "collections"]) == {}


@pytest.mark.slow
def test_where_there_are_none_it_costs_one_for_each_list(
    small: Sandbox, refreshed: Callable[..., Outcome], warehouse: Path
) -> None:
    for kind in KINDS:
        for number in small.world.shelves.public_ids(kind):
            small.world.shelves.withdraw(kind, number)
    for _ in range(2):
        assert asked(refreshed()) == {"collections": 1, "projects": 1}
    assert planned(small, warehouse) == {"collections": 1, "projects": 1}


def test_only_what_changed_is_read_again(small: Sandbox, refreshed: Callable[..., Outcome], warehouse: Path) -> None:
    shelves = small.world.shelves
    refreshed()
    next_day(small)
    collection, other = shelves.public_ids("collection")[:2]
    project = shelves.public_ids("project")[0]
    articles = small.world.public_ids()
    # Its light record stays the same.
    shelves.edit("collection", collection, description="Another", tags=[], keywords=[])
    shelves.new_version(other)
    shelves.set_articles("project", project, articles[:2])
    new = shelves.publish("collection", articles[:3])
    hour_later(small)
    outcome = refreshed()
    # Two pages of what was modified, since there is some.
    assert asked(outcome) == {
        "collections": 4,
        "collection": 3,
        "collection_articles": 3,
        "collection_versions": 1,
        "projects": 2,
        "project": 1,
        "project_articles": 1,
    }
    assert rows(
        warehouse, f"select description, tag_count from figshare.collections where collection_id = {collection}"
    ) == [("Another", 0)]
    assert count(warehouse, f"figshare.collection_tags where collection_id = {collection}") == 0
    assert members(warehouse, "project", project) == articles[:2]
    assert members(warehouse, "collection", new) == articles[:3]
    next_day(small)
    assert asked(refreshed()) == QUIET


@pytest.mark.slow
def test_what_was_modified_while_a_refresh_ran_is_read_by_the_next(
    small: Sandbox, refreshed: Callable[..., Outcome], warehouse: Path
) -> None:
    refreshed()
    collection = small.world.shelves.public_ids("collection")[0]
    # Within the margin that clocks may differ by.
    small.world.shelves.edit("collection", collection, description="Another")
    assert timedelta(seconds=1) < CLOCK_MARGIN
    assert asked(refreshed())["collection"] == 1
    query = f"select description from figshare.collections where collection_id = {collection}"
    assert rows(warehouse, query) == [("Another",)]


@pytest.mark.slow
@pytest.mark.parametrize("after", ["flat", "fields", "empty", "not_found", "forbidden"])
def test_of_an_institution_on_v3_they_are_the_same(
    small: Sandbox, refreshed: Callable[..., Outcome], warehouse: Path, after: str
) -> None:
    shelves = small.world.shelves
    refreshed()
    columns = "collection_id, title, version, group_id, article_count, author_count, category_count, tag_count, url"
    query = f"select {columns} from figshare.collections order by 1"
    lists = "select collection_id, position, full_name from figshare.collection_authors order by all"
    before = rows(warehouse, query), rows(warehouse, lists)
    small.world.switch(after=after)
    edited = shelves.public_ids("collection")[0]
    shelves.edit("collection", edited, title="After the switch")
    next_day(small, 91)
    outcome = refreshed()
    assert (outcome.outcome, [one for one in outcome.drift if "collection" in one["table_name"]]) == ("done", [])
    assert outcome.entities_loaded == {kind: len(shelves.public_ids(kind)) for kind in KINDS}
    after_it = [(row[0], "After the switch" if row[0] == edited else row[1], *row[2:]) for row in before[0]]
    assert (rows(warehouse, query), rows(warehouse, lists)) == (after_it, before[1])
    assert withdrawn(warehouse) == []


@pytest.mark.slow
def test_when_v2_has_none_of_them_v3_is_asked(
    small: Sandbox, refreshed: Callable[..., Outcome], warehouse: Path
) -> None:
    small.world.switch(after="fields")
    small.faults.add(Fault("status", status=404, path=r"/v2/(collections|projects)"))
    outcome = refreshed()
    assert outcome.entities_loaded == {kind: len(small.world.shelves.public_ids(kind)) for kind in KINDS}
    assert outcome.outcome == "done"
    number = small.world.shelves.public_ids("collection")[0]
    assert members(warehouse, "collection", number) == small.world.shelves.public_members("collection", number)
    url = rows(warehouse, f"select url from figshare.collections where collection_id = {number}")
    assert url == [(small.world.collections[number].detail["url"],)]


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_what_is_gone_is_withdrawn_and_comes_back(
    small: Sandbox, refreshed: Callable[..., Outcome], warehouse: Path, kind: Kind
) -> None:
    refreshed()
    number = small.world.shelves.public_ids(kind)[0]
    small.world.shelves.withdraw(kind, number)
    for day in range(3):
        next_day(small)
        # Asked for once.
        assert asked(refreshed()).get(kind, 0) == (day == 0)
        assert withdrawn(warehouse) == [(kind, number)]
    # Its last record stays.
    assert count(warehouse, f"figshare.{kind}s where {kind}_id = {number}") == 1
    small.world.shelves.republish(kind, number)
    next_day(small)
    assert asked(refreshed())[kind] == 1
    assert withdrawn(warehouse) == []


@pytest.mark.slow
def test_a_record_that_is_not_found_though_it_is_listed_is_asked_for_twice_and_then_weekly(
    small: Sandbox, refreshed: Callable[..., Outcome], warehouse: Path
) -> None:
    refreshed()
    number = small.world.shelves.public_ids("collection")[0]
    small.faults.add(Fault("status", status=404, path=rf"/collections/{number}$"))
    small.world.shelves.edit("collection", number, title="Other")
    made = []
    for days in (1, 1, 1, 7):
        next_day(small, days)
        made.append(asked(refreshed()).get("collection", 0))
    assert made == [1, 1, 0, 1]
    assert withdrawn(warehouse) == [("collection", number)]
    small.faults.clear()
    next_day(small, 8)
    refreshed()
    assert withdrawn(warehouse) == []


@pytest.mark.slow
def test_age_has_each_read_again(small: Sandbox, refreshed: Callable[..., Outcome], warehouse: Path) -> None:
    shelves = small.world.shelves
    refreshed()
    collection = shelves.public_ids("collection")[0]
    shelves.set_articles("collection", collection, small.world.public_ids()[:1], is_silent=True)
    next_day(small, 40)
    assert "collection" not in asked(refreshed())
    next_day(small, 51)
    estimate = planned(small, warehouse)
    made = asked(refreshed())
    assert made == estimate
    assert (made["collection"], made["project"]) == tuple(len(shelves.public_ids(kind)) for kind in KINDS)
    assert members(warehouse, "collection", collection) == small.world.public_ids()[:1]


@pytest.mark.slow
def test_a_failed_list_leaves_what_is_held_and_the_rest_is_read(
    small: Sandbox, refreshed: Callable[..., Outcome], warehouse: Path
) -> None:
    shelves = small.world.shelves
    held = shelves.public_ids("collection")[0]
    refreshed()
    before = members(warehouse, "collection", held)
    new, other = shelves.publish("collection", small.world.public_ids()[:2]), shelves.publish("collection")
    shelves.edit("collection", held, description="Another")
    next_day(small)
    small.faults.add(Fault("status", status=404, path=rf"/collections/({held}|{new})/articles$"))
    outcome = refreshed()
    assert (outcome.outcome, len(outcome.failures)) == ("incomplete", 2)
    assert withdrawn(warehouse) == []
    assert members(warehouse, "collection", held) == before
    query = "select collection_id, article_count from figshare.collections where description <> 'Another'"
    found: dict[int, int | None] = dict(rows(warehouse, query))
    # Not known is not 0.
    assert (found[new], found[other], found[held]) == (None, 0, len(before))
    small.faults.clear()
    outcome = refreshed()
    assert (outcome.outcome, asked(outcome)["collection"]) == ("done", 2)
    assert members(warehouse, "collection", new) == small.world.public_ids()[:2]


@pytest.mark.slow
@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "status", "status": 403},
        {"kind": "status", "status": 500},
        {"kind": "html", "status": 200},
        {"kind": "half_body"},
    ],
)
def test_a_listing_that_fails_stops_nothing_else(
    small: Sandbox, refreshed: Callable[..., Outcome], warehouse: Path, fault: dict[str, Any]
) -> None:
    small.faults.add(Fault(**fault, path=r"/collections$"))
    outcome = refreshed(max_tries=2)
    assert outcome.outcome == "incomplete"
    [failure] = outcome.failures
    assert failure["path"] == "/collections"
    assert count(warehouse, "figshare.collections") == 0
    assert count(warehouse, "figshare.projects") == len(small.world.shelves.public_ids("project"))
    small.faults.clear()
    assert refreshed().outcome == "done"
    assert count(warehouse, "figshare.collections") == len(small.world.shelves.public_ids("collection"))


@pytest.mark.slow
def test_when_what_was_modified_cannot_be_asked_it_is_asked_from_then_on_the_next_time(
    small: Sandbox, refreshed: Callable[..., Outcome], warehouse: Path
) -> None:
    refreshed()
    number = small.world.shelves.public_ids("collection")[0]
    next_day(small)
    small.world.shelves.edit("collection", number, description="Another")
    small.faults.add(Fault("status", status=500, path=r"/collections$", times=2))
    outcome = refreshed(max_tries=1)
    assert outcome.outcome == "incomplete"
    next_day(small)
    assert refreshed().outcome == "done"
    query = f"select description from figshare.collections where collection_id = {number}"
    assert rows(warehouse, query) == [("Another",)]


@pytest.mark.slow
def test_a_listing_that_lost_most_is_not_believed(
    small: Sandbox, refreshed: Callable[..., Outcome], warehouse: Path
) -> None:
    shelves = small.world.shelves
    more = [shelves.publish("collection") for _ in range(8)]
    refreshed()
    for number in more:
        shelves.of("collection")[number].institution = 0
    small.world.revision += 1
    next_day(small)
    outcome = refreshed()
    assert outcome.outcome == "incomplete"
    assert "does not show 8 of the 11 collections that it had" in outcome.findings[0]
    assert "Figshare still has 5 of the 5 that were checked" in outcome.findings[0]
    assert withdrawn(warehouse) == []
    for number in more:
        shelves.withdraw("collection", number)
    next_day(small)
    assert refreshed().outcome == "incomplete"
    assert withdrawn(warehouse) == []
    # Found again days later it is believed, or when the user says so.
    next_day(small, 4)
    assert refreshed().outcome == "done"
    assert withdrawn(warehouse) == [("collection", number) for number in sorted(more)]


@pytest.mark.slow
def test_by_group_only_those_of_the_group_are_followed(
    small: Sandbox, refreshed: Callable[..., Outcome], warehouse: Path
) -> None:
    world = small.world
    group = world.groups[1]["id"]
    mine = world.shelves.publish("collection", world.public_ids()[:1], group_id=group)
    outcome = refreshed(groups=[group])
    assert outcome.entities_loaded == {"collection": 1}
    assert rows(warehouse, "select collection_id, group_id from figshare.collections") == [(mine, group)]
    assert rows(warehouse, "select listing from figshare.entity_listings order by all") == [
        (f"institution 990 group {group} {kind}s",) for kind in KINDS
    ]
    # Of what the listing of the whole institution shows nothing is held but that one: it is read again once.
    refreshed()
    assert count(warehouse, "figshare.collections") == len(world.shelves.public_ids("collection"))
