"""A warehouse with a few people, groups and articles, one of them with hostile texts."""

from collections.abc import Iterator
from datetime import datetime

import duckdb
import pytest

from figshare_warehouse.models import views
from tests.models.period_world import period_world
from tests.support import empty_warehouse, insert

HOSTILE_TITLE = '=1+1\x1b[31m[bold]"a",\r\n\u202eevil\u0007'
HEBREW = "שלום עולם, קובץ נתונים ארוך מאוד עם הרבה מילים בכותרת אחת"


@pytest.fixture(scope="session")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with empty_warehouse() as connection:
        _fill(connection)
        as_tables(connection)
        yield connection


@pytest.fixture(scope="session")
def empty() -> Iterator[duckdb.DuckDBPyConnection]:
    with empty_warehouse() as connection:
        as_tables(connection)
        yield connection


@pytest.fixture(scope="session")
def periods() -> Iterator[duckdb.DuckDBPyConnection]:
    """The reports over tests/models/period_world.py."""
    with period_reports() as connection:
        yield connection


def period_reports() -> duckdb.DuckDBPyConnection:
    """The reports over tests/models/period_world.py, as tables that can be changed."""
    connection = period_world()
    as_tables(connection)
    connection.execute("create table reports.about as select now()::timestamp as published_at, 'x' as counting_rules")
    return connection


def as_tables(connection: duckdb.DuckDBPyConnection) -> None:
    """Replaces the reports of a warehouse by tables of their rows."""
    # Over a few rows DuckDB takes far longer to plan the views than to run them, and the tests ask many times.
    for view in views.list_views():
        if view.is_report:
            connection.execute(f"create table kept as select * from {view.relation}")
            connection.execute(f"drop view {view.relation}")
            connection.execute(f"create table {view.relation} as select * from kept")
            connection.execute("drop table kept")


def _fill(connection: duckdb.DuckDBPyConnection) -> None:
    for id_, name, institution in ((1, "University of Northfield", 1), (2, "Southmoor College", 2)):
        insert(connection, "institutions", id=id_, name=name)
        insert(connection, "listings", listing=f"institution {id_}", institution_id=institution, refresh_id="r")
    connection.execute("update figshare.listings set completed_at = timestamp '2026-11-01 12:30'")
    for id_, name, parent in (
        (10, "Science", 0),
        (11, "Physics", 10),
        (20, "Arts", 0),
        (21, "Library", 20),
        (22, "Library", 10),
    ):
        insert(connection, "groups", id=id_, name=name, parent_id=parent, institution_id=1)
    people = {
        1: ("Jané Müller", "0000-0002-1825-0097"),
        2: ("John Smith", None),
        3: ("John Smith", None),
        4: ("John Smithson", None),
        5: ("Müller, Jane", "https://orcid.org/0000-0002-1825-0097"),
        6: ("\x1b]0;owned\x07Eve", None),
    }
    records = (
        (101, "Light " * 40, 10, 1_500_000, "10.6084/m9.figshare.101", [1, 2], 1),
        (102, HEBREW, 11, 0, "", [5, 3], 1),
        (103, HOSTILE_TITLE, 0, None, "10.1/x", [4, 6], 1),
        (104, "Elsewhere", 0, 5, "10.1/y", [2], 2),
    )
    for id_, title, group, size, doi, authors, institution in records:
        insert(
            connection,
            "articles",
            article_id=id_,
            title_text=title,
            group_id=group,
            size=size,
            file_count=None if size is None else 1,
            doi=doi,
            author_count=len(authors),
            defined_type_name="journal contribution",
            published_date=datetime(2020, 1, id_ - 100),
        )
        insert(connection, "listed_articles", listing=f"institution {institution}", article_id=id_, refresh_id="r")
        for position, author in enumerate(authors, start=1):
            name, orcid = people[author]
            row = {"author_id": author, "full_name": name, "orcid_id": orcid}
            insert(connection, "article_authors", article_id=id_, position=position, **row)
