"""The data tests: they pass over what is right, and show the rows where something is wrong."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from figshare_warehouse.errors import FigshareWarehouseError
from figshare_warehouse.models import views
from figshare_warehouse.models.data_tests import KEYS, ROWS_KEPT, run_data_tests
from figshare_warehouse.reports.test_results import data_tests_report
from tests.models.small_world import article, listed, listing
from tests.models.wide_world import wide_world
from tests.support import empty_warehouse, insert

REPORTS = {view.name: view for view in views.list_views() if view.is_report}


def failed(connection: duckdb.DuckDBPyConnection, folder: Path | None = None) -> Any:
    return {test.name: test for test in run_data_tests(connection, folder) if not test.passed}


def test_every_data_test_passes_over_an_empty_warehouse() -> None:
    with empty_warehouse() as connection:
        assert failed(connection) == {}


def test_a_failed_data_test_shows_its_rows() -> None:
    # The small world's article 201 says that it has one file, and withdrawn 104 nine; none are loaded.
    with wide_world() as connection:
        found = failed(connection)
        assert list(found) == ["children_are_as_many_as_said"]
        (test,) = found.values()
        assert test.columns == ("child_table", "article_id", "row_count", "said_count")
        assert sorted(test.rows) == [("article_files", 201, 0, 1)]
        assert test.text.startswith("What a loaded article holds (authors, files, tags …) are as many rows as")


@pytest.mark.parametrize(("returned", "fetched"), [(datetime(2026, 5, 2), None), (None, datetime(2026, 5, 2))])
def test_what_came_back_is_looked_at(returned: Any, fetched: Any) -> None:
    with empty_warehouse() as connection:
        article(connection, 1, [(1, "A", None), (2, "B", None)], fetched_at=fetched)
        connection.execute("delete from figshare.article_authors where position = 2")
        left = {"withdrawn_at": datetime(2026, 5, 1), "checked_at": datetime(2026, 5, 1), "returned_at": returned}
        insert(connection, "withdrawals", article_id=1, **left)
        assert failed(connection)["children_are_as_many_as_said"].rows == (("article_authors", 1, 1, 2),)


def test_rows_of_a_list_that_was_not_read_whole_are_not_counted() -> None:
    with empty_warehouse() as connection:
        listing(connection, "institution 1", institution_id=1)
        listed(connection, "institution 1", 1)
        article(connection, 1, [(5, "Ada", None)])
        connection.execute("update figshare.articles set author_count = null")
        assert failed(connection) == {}
        query = "select authors, author_count from reports.articles"
        assert connection.execute(query).fetchall() == [("Ada", None)]


def test_an_orphan_is_found() -> None:
    with empty_warehouse() as connection:
        insert(connection, "article_tags", article_id=5, position=1, tag="x")
        assert failed(connection)["children_are_as_many_as_said"].rows == (("article_tags", 5, 1, None),)


def test_a_row_that_is_there_twice_is_found() -> None:
    with empty_warehouse() as connection:
        listing(connection, "institution 1", institution_id=1)
        listed(connection, "institution 1", 1)
        for _ in range(2):
            article(connection, 1, [])
        keys = {report: (key, key_count) for report, key, _, key_count in failed(connection)[KEYS].rows}
        assert keys["articles"] == ("institution_id, article_id", 1)


def test_the_warehouse_is_left_as_it_was() -> None:
    with wide_world() as connection:
        before = connection.execute("select count(*) from duckdb_tables()").fetchall()
        run_data_tests(connection)
        assert connection.execute("select current_database()").fetchall() == [("memory",)]
        assert connection.execute("select count(*) from duckdb_tables()").fetchall() == before


def test_a_read_only_warehouse_can_be_asked(tmp_path: Path) -> None:
    with empty_warehouse() as connection:
        connection.execute(f"attach '{tmp_path / 'a.duckdb'}' as copied")
        connection.execute("copy from database memory to copied")
    with duckdb.connect(str(tmp_path / "a.duckdb"), read_only=True) as connection:
        assert failed(connection) == {}


@pytest.fixture
def folder(tmp_path: Path) -> Any:
    def make(**files: Any) -> Any:
        for name, text in files.items():
            schema, _, view = name.rpartition("__")
            path = tmp_path / "sql" / (schema or "tests") / f"{view}.sql"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return tmp_path / "sql"

    return make


NO_ARTICLE = "-- No article.\n--\n-- columns:\n--   article_id: Its id.\n\nselect article_id from {}\n"


def test_a_data_test_that_cannot_be_run_fails(folder: Callable[..., Path]) -> None:
    with duckdb.connect() as connection:
        (test,) = run_data_tests(connection, folder(a=NO_ARTICLE.format("figshare.articles")))
        assert not test.passed
        assert str(test.error).startswith("Catalog Error")
        row = data_tests_report([test]).rows.rows[0]
        assert row[:3] == ("a", False, None)


def test_many_rows_are_counted_and_a_few_kept(folder: Callable[..., Path]) -> None:
    with empty_warehouse() as connection:
        connection.execute("insert into figshare.articles by name select range as article_id from range(30000)")
        (test,) = run_data_tests(connection, folder(a=NO_ARTICLE.format("figshare.articles")))
        assert (test.row_count, len(test.rows)) == (30_000, ROWS_KEPT)


def test_a_data_tests_names_are_checked_as_those_of_views(folder: Callable[..., Path]) -> None:
    (problem,) = views.check(folder(a=NO_ARTICLE.format("figshare.artickles")))
    assert str(problem).startswith("sql/tests/a.sql:6: unknown table `figshare.artickles`; did you mean")


def test_data_tests_are_no_views(folder: Callable[..., Path]) -> None:
    sql = folder(a=NO_ARTICLE.format("figshare.articles"))
    assert views.list_views(sql) == []


def test_every_report_has_a_key() -> None:
    assert [name for name, view in REPORTS.items() if not view.key] == []


KEYED = (
    "-- One row.\n--\n-- key: {}\n-- columns:\n--   a: A.\n--   b: B.\n\n"
    "select author_count as a, file_count as b from figshare.articles\n"
)


@pytest.mark.parametrize(("key", "key_count"), [("a", 2), ("a, b", 3), ("b", 2)])
def test_null_counts_as_a_value_of_a_key(folder: Callable[..., Path], key: str, key_count: Any) -> None:
    sql = folder(reports__keyed=KEYED.format(key))
    with empty_warehouse() as connection:
        rows = [(1, None, None), (2, None, 1), (3, 1, 1), (4, 1, 1)]
        statement = "insert into figshare.articles (article_id, author_count, file_count) values (?, ?, ?)"
        connection.executemany(statement, rows)
        assert failed(connection, sql)[KEYS].rows == (("keyed", key, 4, key_count),)
        connection.execute("delete from figshare.articles where article_id not in (1, 3)")
        assert failed(connection, sql) == {}


def test_a_key_names_columns_of_the_view(folder: Callable[..., Path]) -> None:
    (problem,) = views.check(folder(reports__keyed=KEYED.format("a, c")))
    assert str(problem) == "sql/reports/keyed.sql:3: column `c` of the key is not in the output"
    (problem,) = views.check(folder(reports__keyed=KEYED.format("a b")))
    assert str(problem) == "sql/reports/keyed.sql:3: a key is written as `key: column, column`"


OWN = "-- One row.\n--\n-- columns:\n--   articles: How many.\n\nselect count(*) as articles from reports.articles\n"


@pytest.mark.slow
def test_a_report_of_ones_own_is_checked_and_built_like_ours(tmp_path: Path) -> None:
    own = tmp_path / "mine"
    own.mkdir()
    (own / "how_many.sql").write_text(OWN, encoding="utf-8")
    assert views.check(user_folder=own) == []
    with wide_world() as connection:
        views.build(connection, user_folder=own)
        assert connection.execute("select articles from reports.how_many").fetchall()[0][0] >= 3
        query = "select comment from duckdb_columns() where table_name = 'how_many'"
        assert connection.execute(query).fetchall() == [("How many.",)]
        views.build(connection)
        query = "select count(*) from duckdb_views() where view_name = 'how_many'"
        assert connection.execute(query).fetchall() == [(0,)]


@pytest.mark.slow
def test_the_key_of_a_report_of_ones_own_is_tested(tmp_path: Path) -> None:
    own = tmp_path / "mine"
    own.mkdir()
    text = (
        OWN.replace("-- columns", "-- key: articles\n-- columns") + "union all select count(*) from reports.articles\n"
    )
    (own / "how_many.sql").write_text(text, encoding="utf-8")
    with wide_world() as connection:
        views.build(connection, user_folder=own)
        assert KEYS not in {test.name for test in run_data_tests(connection) if not test.passed}
        [found] = [test for test in run_data_tests(connection, user_folder=own) if test.name == KEYS]
    assert found.rows == (("how_many", "articles", 2, 1),)


@pytest.mark.parametrize("name", ["articles", "article_main_wide", "about", "refreshes"])
def test_a_report_of_ones_own_takes_no_name_of_ours(tmp_path: Path, name: str) -> None:
    (tmp_path / f"{name}.sql").write_text(OWN, encoding="utf-8")
    (problem,) = views.check(user_folder=tmp_path)
    assert str(problem).endswith(f"/{name}.sql:1: there is a report `{name}` already: choose another name")
    with wide_world() as connection, pytest.raises(FigshareWarehouseError, match="already"):
        views.build(connection, user_folder=tmp_path)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("sum(article_id)", "HUGEINT, which not every reader supports: `sum` of whole numbers makes it: "),
        ("list(title)", "VARCHAR[], which not every reader supports: write `array_to_string(…, '; ')`"),
        ("sum(1.5)", "DECIMAL(38,1), which not every reader supports: write `(…)::double`"),
        ("max(title)::blob", "BLOB, which not every reader supports: cast it to one of BIGINT, BOOLEAN, DATE, DOUBLE"),
    ],
)
def test_a_type_that_cannot_be_published_is_said_with_what_to_write(tmp_path: Path, value: str, said: str) -> None:
    text = f"-- One row.\n--\n-- columns:\n--   one: 1.\n\nselect {value} as one\nfrom reports.articles\n"
    (tmp_path / "mine.sql").write_text(text, encoding="utf-8")
    (problem,) = views.check(user_folder=tmp_path)
    assert f"mine.sql:4: column `one` is {said}" in str(problem)


def test_types_and_descriptions_are_said_in_one_go(tmp_path: Path) -> None:
    text = "-- One row.\n--\n-- columns:\n--   on: 1.\n\nselect sum(article_id) as one\nfrom reports.articles\n"
    (tmp_path / "mine.sql").write_text(text, encoding="utf-8")
    said = [str(problem).partition("/mine.sql:")[2] for problem in views.check(user_folder=tmp_path)]
    assert [one.partition(":")[0] for one in said] == ["1", "4", "4"]
    assert "column `one` is HUGEINT" in said[0]
    assert "column `on` is described" in said[1]
    assert "output column `one` has no description" in said[2]


def test_a_macro_in_a_report_of_ones_own_is_refused_as_what_it_is(tmp_path: Path) -> None:
    for macro in ("usage_by_item_type_between", "reports.usage_by_item_type_between"):
        query = f"select count(*) as one\nfrom {macro}('2025-01-01', '2025-12-31')\n"
        text = f"-- One row.\n--\n-- columns:\n--   one: 1.\n\n{query}"
        (tmp_path / "mine.sql").write_text(text, encoding="utf-8")
        (problem,) = views.check(user_folder=tmp_path)
        said = ":7: `usage_by_item_type_between` is a macro, which reports cannot use: read the reports in its query"
        assert str(problem).endswith(said)


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    (problem,) = views.check(user_folder=tmp_path / "none")
    assert "there is no such folder" in str(problem)
