"""The machinery of the views: what is wrong is told with file and line, what is right is built and described."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from figshare_warehouse import tables
from figshare_warehouse.errors import FigshareWarehouseError, UsageError
from figshare_warehouse.models import views
from figshare_warehouse.models.dry_run import create_tables
from figshare_warehouse.models.sqlfiles import GENERATED, SCHEMAS

GOOD = """\
-- One row per article. It is loaded.
-- For tests.
--
-- A second paragraph, with an 'apostrophe'.
--
-- columns:
--   article_id: The article's id,
--     in two lines.
--   title: Its title.

select
    article_id,
    title

from figshare.articles
"""


def on(source: str) -> str:
    return GOOD.replace("figshare.articles", source)


@pytest.fixture
def folder(tmp_path: Path) -> Any:
    def make(**files: str | bytes) -> Path:
        for name, text in files.items():
            schema, _, view = name.partition("__")
            path = tmp_path / "sql" / schema / f"{view}.sql"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return tmp_path / "sql"

    return make


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(":memory:") as connection:
        create_tables(connection, tables.duckdb_columns())
        yield connection


def told(folder: Path) -> list[str]:
    return [str(problem) for problem in views.check(folder)]


def test_our_own_files_are_right() -> None:
    assert views.check() == []


def test_our_folder_is_the_checkouts() -> None:
    assert views.sql_folder() == Path(__file__).resolve().parents[2] / "sql"


def test_a_good_file_has_no_problem(folder: Callable[..., Path]) -> None:
    assert told(folder(staging__a=GOOD, reports__b=on("staging.a"))) == []


def test_no_folder_has_no_views(tmp_path: Path) -> None:
    assert views.list_views(tmp_path / "nowhere") == []


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (GOOD.replace("figshare.articles", "figshare.article"), "15: unknown table `figshare.article`; did you mean"),
        (
            GOOD.replace("figshare.articles", "articles"),
            "15: unknown table `articles`; did you mean `figshare.articles`?",
        ),
        (GOOD.replace("    title\n", "    titel as title\n"), "13: unknown or ambiguous column `titel`"),
        (
            GOOD.replace("    title\n", "    articles.titel as title\n"),
            "13: unknown column `titel` of `articles`; did you",
        ),
        (GOOD.replace("--   title: Its title.\n", ""), "7: output column `title` has no description"),
        (GOOD.replace("--   title:", "--   tile:"), "9: column `tile` is described but is not in the output; did you"),
        (GOOD.replace("title: Its title.", "title:"), "9: column `title` has no description"),
        (
            GOOD.replace("--   title:", "--   article_id: Again.\n--   title:"),
            "9: column `article_id` is described twice",
        ),
        (GOOD.replace("--   title:", "-- no column\n--   title:"), "9: this line is neither"),
        (GOOD[GOOD.index("-- columns:") :], "1: the opening comment does not say what one row is"),
        (GOOD.replace("select\n", "selec\n"), "12: not SQL"),
        (GOOD + "where (", "16: not SQL"),
        (GOOD + ";\nselect 1", "1: the file is not one `select`"),
        (
            "-- One row.\n--\n-- columns:\n--   a: A.\n\ndelete from figshare.articles",
            "1: the file is not one `select`",
        ),
        (GOOD.encode().replace(b"Its title", b"Its \xff"), "9: the file cannot be read: it is not UTF-8"),
        (GOOD.replace("    title\n", "    now() as title\n"), "9: column `title` is TIMESTAMP WITH TIME ZONE, which"),
        (GOOD.replace("    title\n", "    no_such(title) as title\n"), "13: DuckDB: Catalog Error"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(folder: Callable[..., Path], text: str, problem: Any) -> None:
    (said,) = told(folder(reports__a=text))[:1]
    assert said.startswith(f"sql/reports/a.sql:{problem}")


def test_all_problems_are_told(folder: Callable[..., Path]) -> None:
    wrong = GOOD.replace("    title\n", "    titel as title\n").replace("    article_id,\n", "    idd as article_id,\n")
    found = views.check(folder(staging__a=wrong, reports__b=GOOD.replace("figshare.articles", "figshare.nothing")))
    assert [(problem.file, problem.line) for problem in found] == [
        ("sql/reports/b.sql", 15),
        ("sql/staging/a.sql", 12),
        ("sql/staging/a.sql", 13),
    ]


def test_columns_are_checked_inside_common_tables_and_subqueries(folder: Callable[..., Path]) -> None:
    text = GOOD[: GOOD.index("select")] + (
        "with recursive\n\na as (\n\n    select\n        article_id,\n        titel\n\n"
        "    from figshare.articles\n\n),\n\nb as (\n\n"
        "    select\n        article_id,\n        nam as title\n\n    from a\n"
        "    where exists (select 1 from figshare.groups where groups.idd = a.article_id)\n\n)\n\nselect * from b\n"
    )
    assert [(problem.line, problem.message.split("`")[1]) for problem in views.check(folder(reports__a=text))] == [
        (17, "titel"),
        (27, "nam"),
        (30, "idd"),
    ]


def test_a_cycle_is_told_once_per_file_on_it(folder: Callable[..., Path]) -> None:
    sql = folder(staging__a=on("staging.b"), staging__b=on("staging.a"), staging__c=on("staging.a"))
    assert told(sql) == [
        "sql/staging/a.sql:15: `staging.a` reads itself: staging.a → staging.b → staging.a",
        "sql/staging/b.sql:15: `staging.b` reads itself: staging.b → staging.a → staging.b",
    ]


def test_a_view_that_reads_itself_is_a_cycle(folder: Callable[..., Path]) -> None:
    assert told(folder(staging__a=on("staging.a"))) == [
        "sql/staging/a.sql:15: `staging.a` reads itself: staging.a → staging.a"
    ]


def test_a_file_with_an_odd_name_is_told(folder: Callable[..., Path]) -> None:
    assert told(folder(**{"reports__My view": GOOD})) == [
        "sql/reports/My view.sql:1: the file's name is not lower-case letters, digits and `_`"
    ]


def test_a_file_that_cannot_be_read_is_told(folder: Callable[..., Path]) -> None:
    sql = folder(reports__a=GOOD)
    (sql / "reports" / "b.sql").mkdir()
    assert told(sql)[0].startswith("sql/reports/b.sql:1: the file cannot be read: ")


def test_the_first_folder_is_the_schema_and_the_last_the_subject(
    folder: Callable[..., Path], connection: duckdb.DuckDBPyConnection
) -> None:
    sql = folder(staging__a=GOOD, operations__b=on("staging.a"), reports__c=on("operations.b"))
    (sql / "reports" / "people").mkdir()
    (sql / "reports" / "people" / "d.sql").write_text(on("reports.c"), encoding="utf-8")
    assert told(sql) == []
    views.build(connection, sql)
    there = "select schema_name || '.' || view_name from duckdb_views() where schema_name in ('staging', 'reports')"
    assert {name for (name,) in connection.execute(there).fetchall()} == {"staging.a", "reports.c", "reports.d"}
    listed = {view.relation: (view.file, view.subject, view.is_report) for view in views.list_views(sql)}
    assert listed == {
        "staging.a": ("sql/staging/a.sql", "staging", False),
        "operations.b": ("sql/operations/b.sql", "operations", True),
        "reports.c": ("sql/reports/c.sql", "reports", True),
        "reports.d": ("sql/reports/people/d.sql", "people", True),
    }
    assert [view.relation for view in views.list_views(sql)] == [
        *("reports.c", "reports.d"),
        "operations.b",
        "staging.a",
    ]


def test_two_reports_of_one_name_are_told_whatever_their_folders(folder: Callable[..., Path]) -> None:
    sql = folder(operations__a=GOOD, reports__a=GOOD, staging__a=GOOD)
    (sql / "staging" / "more").mkdir()
    (sql / "staging" / "more" / "a.sql").write_text(GOOD, encoding="utf-8")
    assert told(sql) == [
        "sql/reports/a.sql:1: there is a report `a` already: choose another name",
        "sql/staging/more/a.sql:1: there is a view `staging.a` already: choose another name",
    ]


def test_views_are_built_after_what_they_read(
    folder: Callable[..., Path], connection: duckdb.DuckDBPyConnection
) -> None:
    sql = folder(reports__a=on("reports.b"), reports__b=on("staging.z"), staging__z=GOOD)
    assert [file.sql.relation for file in views.parsed_files(sql)] == ["staging.z", "reports.b", "reports.a"]
    views.build(connection, sql)
    connection.execute("insert into figshare.articles by name select 7 as article_id, 'T' as title")
    assert connection.execute("select * from reports.a").fetchall() == [(7, "T")]


def test_our_own_views_are_built_twice(connection: duckdb.DuckDBPyConnection) -> None:
    for _ in range(2):
        views.build(connection)
        there = "select count(*) from duckdb_views() where schema_name in ?"
        [(count,)] = connection.execute(there, [SCHEMAS]).fetchall()
        assert count == len(views.list_views()) + len(GENERATED)
    # What stood in for views while they were made is gone.
    query = "select table_name from duckdb_tables() where schema_name not in ? and table_name <> 'memo'"
    assert connection.execute(query, [tables.PUBLIC_SCHEMAS]).fetchall() == []


@pytest.mark.slow
def test_no_file_is_parsed_where_the_views_are_those_of_the_files(
    tmp_path: Path, folder: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = folder(mine__a=on("reports.articles")) / "mine"
    file = tmp_path / "warehouse.duckdb"
    with duckdb.connect(str(file)) as connection:
        create_tables(connection, tables.duckdb_columns())
        views.build(connection, user_folder=mine)
    read: list[Any] = []
    of_files = views._read

    def noted(*given: Any) -> Any:
        read.append(given)
        return of_files(*given)

    monkeypatch.setattr(views, "_read", noted)
    # DuckDB writes some statements otherwise when it has read the file again.
    with duckdb.connect(str(file)) as connection:
        views.build(connection, user_folder=mine)
        assert read == []
        (mine / "a.sql").write_text(on("reports.articles").replace("Its title", "The title"), encoding="utf-8")
        views.build(connection, user_folder=mine)
        assert len(read) == 1
        connection.execute("drop view reports.a")
        views.build(connection, user_folder=mine)
        assert len(read) == 2


def test_the_text_is_executed_as_it_is(folder: Callable[..., Path], connection: duckdb.DuckDBPyConnection) -> None:
    # sqlglot would write `//` otherwise; the view must hold what the file says, up to its last comment.
    text = GOOD.replace("    title\n", "    (7 // 2)::varchar as title -- why\n").rstrip("\n") + "; -- end"
    views.build(connection, folder(reports__a=text))
    connection.execute("insert into figshare.articles by name select 1 as article_id")
    assert connection.execute("select title from reports.a").fetchall() == [("3",)]


def test_a_changed_staging_view_is_rebuilt(folder: Callable[..., Path], connection: duckdb.DuckDBPyConnection) -> None:
    sql = folder(staging__a=GOOD, reports__b=on("staging.a"))
    views.build(connection, sql)
    folder(
        staging__a=GOOD.replace("    title\n", "    doi\n").replace("--   title: Its title", "--   doi: Its DOI"),
        reports__b=on("staging.a").replace("    title\n", "    doi as title\n"),
    )
    views.build(connection, sql)
    assert connection.execute("select column_name from (describe staging.a)").fetchall() == [("article_id",), ("doi",)]
    assert connection.execute("select * from reports.b").fetchall() == []


def test_views_without_a_file_are_dropped_and_others_left(
    folder: Callable[..., Path], connection: duckdb.DuckDBPyConnection
) -> None:
    connection.execute("create schema mine")
    connection.execute("create view mine.a as select 1 as one")
    sql = folder(staging__a=GOOD, reports__b=on("staging.a"))
    views.build(connection, sql)
    connection.execute("create table reports.kept (a int)")
    (sql / "reports" / "b.sql").unlink()
    views.build(connection, sql)
    query = "select schema_name || '.' || view_name from duckdb_views() where not internal order by all"
    assert connection.execute(query).fetchall() == [("mine.a",), ("staging.a",)]
    assert connection.execute("select * from reports.kept").fetchall() == []


def test_comments_are_written_and_kept_up_to_date(
    folder: Callable[..., Path], connection: duckdb.DuckDBPyConnection
) -> None:
    sql = folder(reports__a=GOOD)
    views.build(connection, sql)
    query = "select comment from duckdb_views() where schema_name = 'reports'"
    described = "One row per article. It is loaded. For tests.\n\nA second paragraph, with an 'apostrophe'."
    assert connection.execute(query).fetchall() == [(described,)]
    query = "select column_name, comment from duckdb_columns() where schema_name = 'reports' order by column_index"
    assert connection.execute(query).fetchall() == [
        ("article_id", "The article's id, in two lines."),
        ("title", "Its title."),
    ]
    folder(reports__a=GOOD.replace("Its title.", "Another."))
    views.build(connection, sql)
    assert connection.execute(query).fetchall()[1] == ("title", "Another.")


def test_every_table_view_and_column_of_ours_is_described(connection: duckdb.DuckDBPyConnection) -> None:
    views.build(connection)
    connection.execute("alter table figshare.articles add column _dlt_id varchar")
    for kind in ("table", "view"):
        query = f"select {kind}_name from duckdb_{kind}s() where not internal and coalesce(comment, '') = ''"
        assert connection.execute(query).fetchall() == []
    query = "select table_name, column_name from duckdb_columns() where not internal and coalesce(comment, '') = ''"
    assert connection.execute(query).fetchall() == [("articles", "_dlt_id")]


def test_a_refused_build_leaves_everything_as_it_was(
    folder: Callable[..., Path], connection: duckdb.DuckDBPyConnection
) -> None:
    sql = folder(staging__a=GOOD, reports__b=on("staging.a"))
    views.build(connection, sql)
    folder(
        staging__a=GOOD.replace("    title\n", "    'new' as title\n"), reports__b=on("staging.a") + "where no_such()"
    )
    with pytest.raises(FigshareWarehouseError, match=r"^The views were not built: sql/reports/b.sql:16: Catalog Error"):
        views.build(connection, sql)
    connection.execute("insert into figshare.articles by name select 7 as article_id, 'old' as title")
    assert connection.execute("select title from reports.b").fetchall() == [("old",)]


def test_a_wrong_file_is_refused_before_anything_is_built(
    folder: Callable[..., Path], connection: duckdb.DuckDBPyConnection
) -> None:
    sql = folder(staging__a=on("staging.a"), staging__b="no")
    with pytest.raises(FigshareWarehouseError, match=r"sql/staging/a.sql:15: .*\(and \d more\)\.$"):
        views.build(connection, sql)


@pytest.mark.slow
def test_views_need_none_of_dlts_columns_and_bear_them(connection: duckdb.DuckDBPyConnection) -> None:
    for table in tables.TABLES.values():
        for name in ("_dlt_load_id", "_dlt_id"):
            connection.execute(f'alter table {table.schema}."{table.name}" add column {name} varchar')
    views.build(connection)
    for view in views.list_views():
        found = connection.execute(f"select * from {view.relation}")
        assert [column[0] for column in found.description] == list(view.columns)


def test_a_view_tells_about_itself(folder: Callable[..., Path]) -> None:
    view = views.find_view("A", folder(reports__a=GOOD))
    assert (view.relation, view.file, view.grain) == ("reports.a", "sql/reports/a.sql", "One row per article.")
    assert view.columns == {"article_id": "The article's id, in two lines.", "title": "Its title."}
    assert view.depends_on == ("figshare.articles",)


def test_names_resolve_with_and_without_schema(folder: Callable[..., Path]) -> None:
    sql = folder(staging__a=GOOD, reports__a=on("staging.a"))
    assert views.find_view("a", sql).relation == "reports.a"
    assert views.find_view("staging.a", sql).relation == "staging.a"
    assert views.find_view("staging.a", sql).text == GOOD
    assert [view.relation for view in views.list_views(sql)] == ["reports.a", "staging.a"]


def test_an_unknown_name_tells_what_is_near() -> None:
    with pytest.raises(UsageError, match=r"^There is no view 'artickles'; there is articles"):
        views.find_view("artickles")
    with pytest.raises(UsageError, match=r"There is no view 'licences'; there is licenses"):
        views.find_view("licences")
    with pytest.raises(UsageError, match="`figshare-warehouse describe` lists them all"):
        views.find_view("zzz")
