"""The laws: they hold over what is right, and show the rows where something is wrong."""

from datetime import datetime

import duckdb
import pytest
from small_world import article, empty_warehouse, insert, listed, listing
from wide_world import wide_world

from figshare_warehouse.errors import FigshareWarehouseError
from figshare_warehouse.models import views
from figshare_warehouse.models.data_tests import ROWS_KEPT, check_laws
from figshare_warehouse.reports.data_tests import laws_report

REPORTS = {view.name: view for view in views.list_views() if view.schema == "reports"}


def broken(connection, folder=None):
    return {law.name: law for law in check_laws(connection, folder) if not law.holds}


def test_every_law_holds_over_an_empty_warehouse():
    with empty_warehouse() as connection:
        assert broken(connection) == {}


def test_a_broken_law_shows_its_rows():
    # The small world's article 201 says that it has one file, and withdrawn 104 nine; none are loaded.
    with wide_world() as connection:
        found = broken(connection)
        assert list(found) == ["children_are_as_many_as_said"]
        (law,) = found.values()
        assert law.columns == ("child_table", "article_id", "row_count", "said_count")
        assert sorted(law.rows) == [("article_files", 201, 0, 1)]
        assert law.text.startswith("What a loaded article holds (authors, files, tags …) are as many rows as")


@pytest.mark.parametrize(("returned", "fetched"), [(datetime(2026, 5, 2), None), (None, datetime(2026, 5, 2))])
def test_what_came_back_is_looked_at(returned, fetched):
    with empty_warehouse() as connection:
        article(connection, 1, [(1, "A", None), (2, "B", None)], fetched_at=fetched)
        connection.execute("delete from figshare.article_authors where position = 2")
        left = {"withdrawn_at": datetime(2026, 5, 1), "checked_at": datetime(2026, 5, 1), "returned_at": returned}
        insert(connection, "withdrawals", article_id=1, **left)
        assert broken(connection)["children_are_as_many_as_said"].rows == (("article_authors", 1, 1, 2),)


def test_rows_of_a_list_that_was_not_read_whole_are_not_counted():
    with empty_warehouse() as connection:
        listing(connection, "institution 1", institution_id=1)
        listed(connection, "institution 1", 1)
        article(connection, 1, [(5, "Ada", None)])
        connection.execute("update figshare.articles set author_count = null")
        assert broken(connection) == {}
        query = "select authors, author_count from reports.articles"
        assert connection.execute(query).fetchall() == [("Ada", None)]


def test_an_orphan_is_found():
    with empty_warehouse() as connection:
        insert(connection, "article_tags", article_id=5, position=1, tag="x")
        assert broken(connection)["children_are_as_many_as_said"].rows == (("article_tags", 5, 1, None),)


def test_a_row_that_is_there_twice_is_found():
    with empty_warehouse() as connection:
        listing(connection, "institution 1", institution_id=1)
        listed(connection, "institution 1", 1)
        for _ in range(2):
            article(connection, 1, [])
        told = {report: keys for report, _, keys in broken(connection)["one_row_per_grain"].rows}
        assert told["articles"] == 1


def test_the_warehouse_is_left_as_it_was():
    with wide_world() as connection:
        before = connection.execute("select count(*) from duckdb_tables()").fetchall()
        check_laws(connection)
        assert connection.execute("select current_database()").fetchall() == [("memory",)]
        assert connection.execute("select count(*) from duckdb_tables()").fetchall() == before


def test_a_read_only_warehouse_can_be_asked(tmp_path):
    with empty_warehouse() as connection:
        connection.execute(f"attach '{tmp_path / 'a.duckdb'}' as copied")
        connection.execute("copy from database memory to copied")
    with duckdb.connect(str(tmp_path / "a.duckdb"), read_only=True) as connection:
        assert broken(connection) == {}


@pytest.fixture
def folder(tmp_path):
    def make(**files):
        for name, text in files.items():
            path = tmp_path / "sql" / "checks" / f"{name}.sql"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return tmp_path / "sql"

    return make


LAW = "-- No article.\n--\n-- columns:\n--   article_id: Its id.\n\nselect article_id from {}\n"


def test_a_law_that_cannot_be_asked_does_not_hold(folder):
    with duckdb.connect() as connection:
        (law,) = check_laws(connection, folder(a=LAW.format("figshare.articles")))
        assert not law.holds
        assert law.error.startswith("Catalog Error")
        row = laws_report([law]).rows.rows[0]
        assert row[:3] == ("a", False, None)


def test_many_rows_are_counted_and_a_few_kept(folder):
    with empty_warehouse() as connection:
        connection.execute("insert into figshare.articles by name select range as article_id from range(30000)")
        (law,) = check_laws(connection, folder(a=LAW.format("figshare.articles")))
        assert (law.row_count, len(law.rows)) == (30_000, ROWS_KEPT)


def test_a_laws_names_are_checked_as_those_of_views(folder):
    (problem,) = views.check(folder(a=LAW.format("figshare.artickles")))
    assert str(problem).startswith("sql/checks/a.sql:6: unknown table `figshare.artickles`; did you mean")


def test_laws_are_no_views(folder):
    sql = folder(a=LAW.format("figshare.articles"))
    assert views.list_views(sql) == []


def test_every_report_has_its_grain_checked():
    text = (views.sql_folder() / "checks" / "one_row_per_grain.sql").read_text(encoding="utf-8")
    assert [name for name in REPORTS if f"'{name}' as report" not in text] == []


OWN = "-- One row.\n--\n-- columns:\n--   articles: How many.\n\nselect count(*) as articles from reports.articles\n"


def test_a_report_of_ones_own_is_checked_and_built_like_ours(tmp_path):
    own = tmp_path / "mine"
    own.mkdir()
    (own / "how_many.sql").write_text(OWN, encoding="utf-8")
    assert views.check(own=own) == []
    with wide_world() as connection:
        views.build(connection, own=own)
        assert connection.execute("select articles from reports.how_many").fetchall()[0][0] >= 3
        query = "select comment from duckdb_columns() where table_name = 'how_many'"
        assert connection.execute(query).fetchall() == [("How many.",)]
        views.build(connection)
        query = "select count(*) from duckdb_views() where view_name = 'how_many'"
        assert connection.execute(query).fetchall() == [(0,)]


@pytest.mark.parametrize("name", ["articles", "article_main_wide", "about"])
def test_a_report_of_ones_own_takes_no_name_of_ours(tmp_path, name):
    (tmp_path / f"{name}.sql").write_text(OWN, encoding="utf-8")
    (problem,) = views.check(own=tmp_path)
    assert str(problem).endswith(f"/{name}.sql:1: there is a report `{name}` already: choose another name")
    with wide_world() as connection, pytest.raises(FigshareWarehouseError, match="already"):
        views.build(connection, own=tmp_path)


def test_a_folder_that_is_not_there_is_told(tmp_path):
    (problem,) = views.check(own=tmp_path / "none")
    assert "there is no such folder" in str(problem)
