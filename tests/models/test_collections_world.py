"""Reports of collections and projects over a world counted by hand.

Institution 1's listings were read to their ends in refresh `r2`; that of group 11 of it before, in `r1`.

    collection 1    101 (the institution's, loaded), 102 (withdrawn since), 900 (of others): two are left
    collection 2    its list of articles could not be read
    collection 3    not listed any more, and its record is not found: withdrawn
    collection 4    not listed any more, but its record is still found; empty
    collection 5    listed, and not loaded yet
    collection 6    only the older listing of the group shows it
    project 7       102 and 101, in this order; three members

Institution 2 is followed by its group 5 only: collection 8 is listed there; 9 was, and its record says group 6 now.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import duckdb
import pytest

from figshare_warehouse.models.queries import text_of
from figshare_warehouse.warehouse import store
from tests.models.small_world import article, listed, listing
from tests.support import empty_warehouse, insert

READ = datetime(2026, 11, 1, 12)
TESTED = ("collections_agree_with_their_articles", "collection_lists_are_as_many_as_said")


def _listing(connection: duckdb.DuckDBPyConnection, name: str, refresh_id: str, *ids: int, **values: Any) -> None:
    entity_type = name.rsplit(" ", 1)[1].removesuffix("s")
    row = {"listing": name, "entity_type": entity_type, "completed_at": READ, "refresh_id": refresh_id}
    insert(connection, "entity_listings", **row, **values)
    _shown(connection, name, refresh_id, *ids)


def _shown(connection: duckdb.DuckDBPyConnection, name: str, refresh_id: str, *ids: int) -> None:
    entity_type = name.rsplit(" ", 1)[1].removesuffix("s")
    for id_ in ids:
        insert(
            connection, "listed_entities", listing=name, entity_id=id_, entity_type=entity_type, refresh_id=refresh_id
        )


def _held(
    connection: duckdb.DuckDBPyConnection, kind: str, id_: int, articles: tuple[int, ...] | None, **values: Any
) -> None:
    record = {f"{kind}_id": id_, "title_text": f"Title {id_}", "fetched_at": READ}
    insert(connection, f"{kind}s", **record, article_count=None if articles is None else len(articles), **values)
    insert(connection, "entity_checks", entity_type=kind, entity_id=id_, listed_mark="x", checked_at=READ)
    for position, article_id in enumerate(articles or (), start=1):
        row = {f"{kind}_id": id_, "position": position, "article_id": article_id, "title": f"As listed\n {article_id}"}
        insert(connection, f"{kind}_articles", **row, doi=f"https://doi.org/10.1/{article_id}", defined_type=3)


def rows(connection: duckdb.DuckDBPyConnection, query: str) -> list[tuple[Any, ...]]:
    return connection.execute(query).fetchall()


@pytest.fixture(scope="module")
def world() -> Iterator[duckdb.DuckDBPyConnection]:
    with empty_warehouse() as connection:
        article(connection, 101, [], title_text="Held", group_id=11, timeline_first_online=datetime(2019, 5, 6))
        article(connection, 102, [])
        listing(connection, "institution 1", institution_id=1)
        listed(connection, "institution 1", 101, 102)
        insert(
            connection,
            "withdrawals",
            article_id=102,
            withdrawn_at=datetime(2026, 11, 2),
            checked_at=datetime(2027, 1, 1),
        )
        insert(connection, "item_types", id=3, name="Dataset")
        _listing(connection, "institution 1 collections", "r2", 1, 2, 5, institution_id=1)
        _shown(connection, "institution 1 collections", "r1", 3, 4)
        _listing(connection, "institution 1 group 11 collections", "r1", 6, institution_id=1, group_id=11)
        _listing(connection, "institution 1 projects", "r2", 7, institution_id=1)
        _listing(connection, "institution 2 group 5 collections", "r2", 8, institution_id=2, group_id=5)
        _shown(connection, "institution 2 group 5 collections", "r1", 9)
        _held(connection, "collection", 1, (101, 102, 900), group_id=11, doi="https://doi.org/10.1/C.1", author_count=2)
        for position, name in enumerate(("Jane  Doe", "J. Smith"), start=1):
            insert(connection, "collection_authors", collection_id=1, position=position, full_name=name)
        _held(connection, "collection", 2, None, published_date=datetime(2018, 3, 9))
        _held(connection, "collection", 3, (101,))
        connection.execute("update figshare.entity_checks set missing_since = checked_at where entity_id = 3")
        _held(connection, "collection", 4, ())
        _held(connection, "collection", 6, (), group_id=11)
        _held(connection, "collection", 8, (), group_id=5)
        _held(connection, "collection", 9, (), group_id=6)
        _held(connection, "project", 7, (102, 101), member_count=3)
        members: tuple[tuple[str | None, str | None], ...] = (("Ann", "Owner"), ("Bob", None), (None, "Viewer"))
        for position, (member, role) in enumerate(members, start=1):
            insert(connection, "project_members", project_id=7, position=position, name=member, role_name=role)
        total = {"entity_type": "collection", "entity_id": 1, "observed_on": date(2026, 11, 1), "observed_at": READ}
        insert(connection, "usage_totals", **total, counter="views", total=10, source="total")
        insert(connection, "usage_totals", **total, counter="downloads", total=0, source="total")
        for month, count in ((date(2026, 9, 1), 4), (date(2026, 10, 1), 6)):
            row = {"entity_type": "collection", "entity_id": 1, "counter": "views", "month": month}
            insert(connection, "usage_by_month", **row, event_count=count, observed_at=READ)
        insert(connection, "usage_items", entity_type="project", entity_id=7)
        yield connection


def test_collections(world: duckdb.DuckDBPyConnection) -> None:
    query = """
        select institution_id, collection_id, authors, doi, article_count, own_article_count, views, downloads, shares
        from reports.collections order by all
    """
    assert rows(world, query) == [
        (1, 1, "Jane Doe; J. Smith", "10.1/C.1", 2, 1, 10, 0, None),
        (1, 2, None, None, None, None, None, None, None),
        (1, 4, None, None, 0, 0, None, None, None),
        (2, 8, None, None, 0, 0, None, None, None),
    ]


def test_what_is_in_them(world: duckdb.DuckDBPyConnection) -> None:
    query = """
        select collection_id, collection_title, position, article_id, title, doi, item_type, is_own
        from reports.collection_articles order by collection_id, position
    """
    assert rows(world, query) == [
        # Its record wins over the list, which is older.
        (1, "Title 1", 1, 101, "Held", "10.1/101", "dataset", True),
        (1, "Title 1", 2, 900, "As listed 900", "10.1/900", "dataset", False),
    ]
    query = "select project_id, position, article_id, is_own from reports.project_articles"
    assert rows(world, query) == [(7, 1, 101, True)]


def test_projects(world: duckdb.DuckDBPyConnection) -> None:
    query = "select institution_id, project_id, members, member_count, article_count, views from reports.projects"
    assert rows(world, query) == [(1, 7, "Ann (Owner); Bob", 3, 1, None)]


def test_months(world: duckdb.DuckDBPyConnection) -> None:
    query = "select collection_id, month, views, downloads from reports.collection_usage_by_month order by all"
    # Of the last month the views are not known, but that there was no download.
    assert rows(world, query) == [
        (1, date(2026, 9, 1), 4, 0),
        (1, date(2026, 10, 1), 6, 0),
        (1, date(2026, 11, 1), None, 0),
    ]
    assert rows(world, "from reports.project_usage_by_month") == []


def test_their_usage_is_followed_from_the_earliest_date_on(world: duckdb.DuckDBPyConnection) -> None:
    query = "from intermediate.int_usage_items select entity_type, entity_id, institution_id, started_on"
    assert rows(world, f"{query} where entity_type in ('collection', 'project') order by all") == [
        # That of article 101; of its own there is none.
        ("collection", 1, 1, date(2019, 5, 1)),
        ("collection", 2, 1, date(2018, 3, 1)),
        ("collection", 4, 1, date(2010, 1, 1)),
        ("collection", 8, 2, date(2010, 1, 1)),
        ("project", 7, 1, date(2019, 5, 1)),
    ]


@pytest.mark.parametrize(
    ("only_named", "due"),
    [
        ([], [("collection", 2), ("collection", 4), ("collection", 8), ("project", 7)]),
        (["collection"], [("project", 7)]),
        (["project", "collection"], [("project", 7)]),
    ],
)
def test_what_is_left_out_is_due_only_where_it_was_asked_for_by_name(
    world: duckdb.DuckDBPyConnection, only_named: list[str], due: list[tuple[str, int]]
) -> None:
    given: dict[str, Any] = {"entity_types": ["collection", "project"], "only_named": only_named}
    given |= {"now": READ, "today": READ.date(), "max_age_days": 7}
    found = store.ask(world, "usage_totals_due", **given)
    assert sorted({(r["entity_type"], r["entity_id"]) for r in found if r["counter"] == "views"}) == due


def test_the_data_tests_see_what_does_not_agree(world: duckdb.DuckDBPyConnection) -> None:
    def failed() -> list[str]:
        return [name for name in TESTED if rows(world, text_of(f"tests/{name}"))]

    assert failed() == []
    world.begin()
    world.execute("delete from figshare.collection_articles where collection_id = 1 and article_id = 900")
    assert failed() == ["collection_lists_are_as_many_as_said"]
    # What Figshare says itself is not in the list that was read.
    world.rollback()
    months = text_of("tests/collection_months_add_up_to_totals")
    world.begin()
    what = {"entity_type": "collection", "entity_id": 1, "counter": "views", "kind": "months", "state": "fetched"}
    window = {"window_start": date(2010, 1, 1), "window_end": READ.date(), "fetched_at": READ, "asked_at": READ}
    insert(world, "usage_coverage", **what, **window)
    assert rows(world, months) == []
    world.execute("update figshare.usage_by_month set event_count = 7 where event_count = 6")
    assert rows(world, months) == [("collection", 1, "views", 11, 10)]
    world.rollback()
