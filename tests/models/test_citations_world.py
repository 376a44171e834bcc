"""Citations, counted by hand in the small world (see small_world.py), as DataCite has them on 30 June 2026:

    101   10.1/light      A (2021) and B (2023); W was taken back
          10.1/light.v2   A again (2024), and 10.1/light, which is a DOI of the same one            2 works
    102   10.1/optics     nothing
          10.1/optics.v3  A (2023); and 10.1/optics.v2, which Z cites, is withdrawn                   1 work
    103   10.9/other      of another agency                                                          not known

Below the same prefix there is 10.1/journal, of somebody else, which three works cite.
"""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import duckdb
import pytest

from figshare_warehouse.models import views
from figshare_warehouse.models.computed import compute, snapshot
from figshare_warehouse.models.data_tests import run_each
from figshare_warehouse.models.sqlfiles import SCHEMAS, TESTS
from tests.models.small_world import small_world
from tests.support import insert

READ = datetime(2026, 6, 30, 12)
LATER = datetime(2026, 6, 30, 18)


def doi(connection: duckdb.DuckDBPyConnection, name: str, count: int | None, **values: Any) -> None:
    """A DOI as DataCite shows it; who cites it is read."""
    row = {"doi": name, "prefix": name.partition("/")[0], "citation_count": count, "updated_at": READ}
    insert(connection, "dois", **row | {"state": "findable", "seen_at": READ} | values)
    if count:
        known = {"doi": name, "prefix": row["prefix"], "citation_count": count, "updated_at": READ, "read_at": READ}
        insert(connection, "citation_readings", **known)


def cites(connection: duckdb.DuckDBPyConnection, work: str, cited: str, at: date | None, **values: Any) -> None:
    row = {"cited_doi": cited, "prefix": cited.partition("/")[0], "citing_doi": work, "relation": "cites"}
    moment = datetime(at.year, at.month, at.day) if at else None
    seen = {"source": "crossref", "occurred_at": moment, "first_seen_at": READ, "last_seen_at": READ}
    insert(connection, "citations", **row | seen | values)


def cited_world() -> duckdb.DuckDBPyConnection:
    """The warehouse described above."""
    connection = small_world()
    connection.execute(
        "update figshare.articles set doi = 'https://doi.org/10.1/Optics.v3', version = 3 where article_id = 102"
    )
    connection.execute("update figshare.articles set doi = '10.9/other' where article_id = 103")
    insert(connection, "doi_readings", prefix="10.1", way="list", checked_at=LATER, completed_at=READ)
    insert(connection, "doi_readings", prefix="10.9", way="list", checked_at=LATER, completed_at=READ)
    doi(connection, "10.1/light", 2, url="https://figshare.com/articles/dataset/Light/101")
    doi(connection, "10.1/light.v2", 2, url="https://figshare.com/articles/dataset/Light/101/2")
    doi(connection, "10.1/optics", 0)
    doi(connection, "10.1/optics.v3", 1)
    doi(connection, "10.1/optics.v2", 5, missing_since=READ)
    doi(connection, "10.1/journal", 3, url="https://journal.example/1234")
    cites(connection, "a", "10.1/light", date(2021, 5, 1), relation="references")
    cites(connection, "a", "10.1/light", date(2021, 5, 2), relation="is-cited-by", source="datacite-related")
    cites(connection, "b", "10.1/light", date(2023, 1, 1))
    cites(connection, "w", "10.1/light", date(2023, 1, 1), withdrawn_at=READ)
    cites(connection, "a", "10.1/light.v2", date(2024, 1, 1))
    cites(connection, "10.1/light", "10.1/light.v2", date(2024, 1, 1))
    cites(connection, "a", "10.1/optics.v3", date(2023, 2, 1))
    cites(connection, "z", "10.1/optics.v2", date(2023, 2, 1))
    cites(connection, "x", "10.1/journal", date(2023, 2, 1))
    return connection


@pytest.fixture(scope="module")
def world() -> Iterator[duckdb.DuckDBPyConnection]:
    with cited_world() as connection:
        yield connection


def asked(world: duckdb.DuckDBPyConnection, query: str) -> list[tuple[Any, ...]]:
    return world.execute(query).fetchall()


def test_articles(world: duckdb.DuckDBPyConnection) -> None:
    columns = "article_id, citations, citations_as_of"
    known = [(101, 2, LATER), (102, 1, LATER), (103, None, None)]
    assert asked(world, f"select {columns} from reports.articles order by 1") == known
    assert asked(world, f"select {columns} from reports.article_main order by 1") == known
    query = f"select {columns}, doi_count, first_cited_at, last_cited_at from reports.article_citations order by 1"
    assert asked(world, query) == [
        (*known[0], 2, datetime(2021, 5, 1), datetime(2023, 1, 1)),
        (*known[1], 2, datetime(2023, 2, 1), datetime(2023, 2, 1)),
        (*known[2], 0, None, None),
    ]


def test_citing_works(world: duckdb.DuckDBPyConnection) -> None:
    columns = "article_id, citing_doi, cited_doi, relations, sources, cited_at"
    assert asked(world, f"select {columns} from reports.citing_works order by 1, 2") == [
        (101, "a", "10.1/light", "cites; is-cited-by; references", "crossref; datacite-related", datetime(2021, 5, 1)),
        (101, "b", "10.1/light", "cites", "crossref", datetime(2023, 1, 1)),
        (102, "a", "10.1/optics.v3", "cites", "crossref", datetime(2023, 2, 1)),
    ]


def test_by_year(world: duckdb.DuckDBPyConnection) -> None:
    columns = "cited_year, citations, cited_article_count, citing_work_count"
    where = "where scope_id = 'institution 1' order by 1"
    # A cites 101 in 2021, and 102 in 2023, as B does 101.
    years = [(2021, 1, 1, 1), (2022, 0, 0, 0), (2023, 2, 2, 2)]
    assert asked(world, f"select {columns} from reports.citations_by_year {where}") == years
    where = "where scope_id = 'institution 1 group 12' order by 1"
    assert asked(world, f"select {columns} from reports.citations_by_year {where}") == [(2023, 1, 1, 1)]


def test_sums(world: duckdb.DuckDBPyConnection) -> None:
    columns = "citations, citations_known_ratio, citations_as_of"
    query = f"select {columns} from reports.institution_summary where institution_id = 1"
    assert asked(world, query) == [(3, pytest.approx(2 / 3), LATER)]
    columns = "citations, citations_fractional, citations_known_ratio"
    query = f"select group_id, {columns} from reports.groups order by 1 nulls last"
    assert asked(world, query) == [
        (10, 3, 0, 1),
        (11, 3, 2, 1),
        (12, 1, 1, 1),
        (13, 0, 0, None),
        (None, None, None, 0),
    ]
    query = "select author_id, citations, citations_fractional from reports.authors order by 1"
    assert asked(world, query) == [(1, 3, 1.5), (2, 2, 1.0), (4, 1, 0.5)]
    query = "select article_id, citations, citations_rank from reports.top_articles where scope_id = 'institution 1'"
    assert sorted(asked(world, query)) == [(101, 2, 1), (102, 1, 2), (103, None, None)]


def test_of_a_doi_whose_citations_are_not_read_nothing_is_known(warehouse: duckdb.DuckDBPyConnection) -> None:
    insert(warehouse, "listings", listing="institution 1", institution_id=1, refresh_id="r", completed_at=READ)
    for id_ in (1, 2, 3):
        insert(warehouse, "listed_articles", listing="institution 1", article_id=id_, refresh_id="r")
        insert(warehouse, "articles", article_id=id_, doi=f"10.1/{id_}.v1", version=1)
    insert(warehouse, "doi_readings", prefix="10.1", way="dois")
    # The first is not read, of the second DataCite does not say a number, the third is withdrawn there.
    insert(warehouse, "dois", doi="10.1/1.v1", prefix="10.1", citation_count=2, state="findable", seen_at=READ)
    insert(warehouse, "dois", doi="10.1/2.v1", prefix="10.1", state="findable", seen_at=READ)
    insert(warehouse, "dois", doi="10.1/3.v1", prefix="10.1", citation_count=0, state="findable", missing_since=READ)
    query = "select article_id, citations from reports.articles order by 1"
    assert asked(warehouse, query) == [(1, None), (2, None), (3, None)]


def test_the_data_tests_hold_and_find_what_is_wrong(world: duckdb.DuckDBPyConnection) -> None:
    with snapshot(world):
        files = views.parsed_files(schemas=(*SCHEMAS, TESTS))
        computed = compute(world, files)
        wanted = [file for file in files if file.sql.schema != TESTS or file.sql.name == "citations_add_up"]
        assert [test.name for test in run_each(world, wanted, computed) if not test.passed] == []
        world.execute("update reports.authors set citations_fractional = 2 where author_id = 1")
        world.execute("update reports.articles set citations = 1 where article_id = 101")
        world.execute("delete from reports.citing_works where citing_doi = 'b'")
        # What was computed is asked for again.
        query = next(file.sql.text for file in files if file.sql.name == "citations_add_up")
        assert {row[0] for row in world.execute(query).fetchall()} == {"articles", "authors", "works"}
