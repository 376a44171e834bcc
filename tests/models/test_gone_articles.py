"""An article that is public no more changes nothing: the reports are as if it had never been.

A warehouse that is kept up remembers it, a fresh one never knew it, and both must say the same. The world is the wide
one with odd spellings, and what goes (104 of small_world.py, filled up) would outvote each of them were it asked:

    tags        101 writes x, 102 X: as often, so X. Five more articles would write x.
    licence 5   103 calls it Own; the list does not hold it. They would call it Another.
    grant 21    102, the highest id that names it, calls it Grant A. They would call it Grant Z, of another funder.
    people      104 writes Jane (1) otherwise, with another ORCID iD, and would be her latest article.
    fields      104 alone has the custom field Gone, the category Gone, the item type gone, a file and a reference.
"""

from datetime import datetime
from typing import Any

import duckdb
import pytest

from figshare_warehouse.models import views
from figshare_warehouse.models.computed import compute, snapshot
from tests.models.small_world import WITHDRAWN, article, listed
from tests.models.wide_world import wide_world
from tests.support import insert

# What tells of the past, and of what is loaded.
HISTORIES = {"withdrawn_articles", "changes", "loaded_records"}
GONE = (104, 601, 602, 603, 604)


def _fill(connection: duckdb.DuckDBPyConnection, id_: int) -> None:
    article(
        connection,
        id_,
        [(1, "Jane Gone", "0000-0002-1694-233X"), (5, "Gone", None)],
        group_id=11,
        defined_type_name="gone",
        license_value=5,
        license_name="Another",
        published_date=datetime(2026, 1, 1),
        figshare_url="https://gone.edu/1",
        file_count=1,
        size=9,
        resource_doi="10.1/gone",
    )
    insert(connection, "article_tags", article_id=id_, position=1, tag="x")
    insert(connection, "article_categories", article_id=id_, position=1, category_id=99, title="Gone")
    grant = {"funding_id": 21, "title": "Grant Z", "grant_code": "Z", "funder_name": "Gone", "is_user_defined": False}
    insert(connection, "article_funding", article_id=id_, position=1, **grant)
    insert(connection, "article_files", article_id=id_, position=1, file_id=1001, name="gone.txt", size=10**6)
    insert(connection, "article_references", article_id=id_, position=1, reference="https://doi.org/10.5/gone")
    insert(connection, "article_custom_fields", article_id=id_, position=1, name="Gone", value='"x"')


def _forget(connection: duckdb.DuckDBPyConnection, *ids: int) -> None:
    for table in ("articles", "article_authors", "listed_articles", "withdrawals"):
        connection.execute(f"delete from figshare.{table} where article_id in {ids}")


def _reports(connection: duckdb.DuckDBPyConnection) -> Any:
    # Those of other articles are about what is in no other report.
    left_out = HISTORIES | {view.name for view in views.list_views() if view.subject == "other_articles"}
    files = [item for item in views.parsed_files() if item.sql.name not in left_out]
    with snapshot(connection):
        assert compute(connection, files).failed == {}
        return {
            item.sql.name: sorted(connection.execute(f"select * from {item.sql.relation}").fetchall(), key=repr)
            for item in files
            if item.sql.is_report
        }


@pytest.fixture(scope="module")
def never() -> Any:
    with wide_world() as connection:
        _forget(connection, *GONE)
        return _reports(connection)


@pytest.mark.parametrize("how", ["withdrawn", "left"])
def test_what_is_gone_is_as_if_it_had_never_been(never: Any, how: str) -> None:
    with wide_world() as connection:
        _forget(connection, *GONE)
        for id_ in GONE:
            _fill(connection, id_)
            listed(connection, "institution 1", id_, refresh_id="r1")
            if how == "left":
                connection.execute(f"update figshare.listed_articles set left_at = now() where article_id = {id_}")
            else:
                row = {"withdrawn_at": WITHDRAWN, "checked_at": WITHDRAWN, "reason": "gone from the listing"}
                insert(connection, "withdrawals", article_id=id_, **row)
        found = _reports(connection)
    assert found.keys() == never.keys()
    assert {name: rows for name, rows in found.items() if rows != never[name]} == {}


def test_what_is_gone_would_have_had_a_say(never: Any) -> None:
    # So that the test above tests something.
    with wide_world() as connection:
        _forget(connection, *GONE)
        for id_ in GONE:
            _fill(connection, id_)
            listed(connection, "institution 1", id_)
        assert connection.execute("select distinct tag from reports.top_tags where tag ilike 'x'").fetchall() == [
            ("x",)
        ]
        query = "select license from reports.articles where article_id = 103"
        assert connection.execute(query).fetchall() == [("Another",)]
        query = "select distinct grant_title, funder from reports.grants where funding_id = 21"
        assert connection.execute(query).fetchall() == [("Grant Z", "Gone")]
        query = "select full_name from reports.authors where author_id = 1"
        assert connection.execute(query).fetchall() == [("Jane Gone",)]
