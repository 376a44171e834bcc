"""What SQL reaches: the warehouse's tables, and no file, network, setting or variable of the machine it runs on."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from figshare_warehouse.database.confined import confine, connect
from figshare_warehouse.errors import FigshareWarehouseError, UsageError
from figshare_warehouse.models import views
from figshare_warehouse.models.data_tests import run_data_tests
from figshare_warehouse.models.dry_run import create_tables, empty_warehouse
from figshare_warehouse.warehouse.publish import publish, working_files
from figshare_warehouse.warehouse.publish.published import Published
from figshare_warehouse.warehouse.store import connected
from tests.models.small_world import article, listed, listing
from tests.support import empty_warehouse as made

NOW = datetime(2026, 6, 30, 12)
SECRET = "marked-4711"
REPORT = "-- One row.\n--\n-- columns:\n--   content: A text.\n\n"

_OURS = "select title as content\nfrom figshare.articles\n"

# Each reads `FILE`, or something else that is not the warehouse's, in the second line of its SQL.
DOORS = {
    "read_text": "select content\nfrom read_text('FILE')",
    "read_blob": "select hex(content) as content\nfrom read_blob('FILE')",
    "read_csv": "select column0 as content\nfrom read_csv('FILE', header = false)",
    "read_csv_auto": "select column0 as content\nfrom read_csv_auto('FILE', header = false)",
    "read_json": "select json as content\nfrom read_json('FILE')",
    "read_parquet": "select content\nfrom read_parquet(['FILE'])",
    "parquet_metadata": "select file_name as content\nfrom parquet_metadata('FILE')",
    "read_duckdb": "select content\nfrom read_duckdb('FILE')",
    "glob": "select file as content\nfrom glob('FOLDER/*')",
    "sniff_csv": "select columns as content\nfrom sniff_csv('FILE')",
    "query": "select content\nfrom query('from read_text(''FILE'')')",
    "query_table": "select content\nfrom query_table('FILE')",
    "json_execute_serialized_sql": "select content\nfrom json_execute_serialized_sql('{}')",
    "duckdb_secrets": "select name as content\nfrom duckdb_secrets()",
    "which_secret": "select name as content\nfrom which_secret('s3://x', 's3')",
    "duckdb_settings": "select name as content\nfrom duckdb_settings()",
    "pandas_scan": "select content\nfrom pandas_scan(0)",
    "sqlite_scan": "select content\nfrom sqlite_scan('FILE', 't')",
    "main.read_text": "select content\nfrom main.read_text('FILE')",
    "lateral": "select t.content from figshare.articles,\nlateral read_text(articles.title) as t",
    "correlated": "select t.content from figshare.articles,\nread_text(articles.title) as t",
    "subquery": "select (select max(content)\nfrom read_text('FILE')) as content",
    "in a condition": "select title as content from figshare.articles\nwhere title in (from read_text('FILE'))",
    "common table": "with a as materialized (\nfrom read_text('FILE')) select content from a",
    "a file's name": "select column0 as content\nfrom 'FILE'",
    "a quoted name": 'select column0 as content\nfrom "FILE"',
    "an address": "select column0 as content\nfrom 'https://example.org/a.csv'",
    "summarize": "select column_name as content from\n(summarize figshare.articles)",
    "getenv": "select\ngetenv('HOME') as content",
    "another database": "select content\nfrom other.main.t",
}


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    (folder / "secrets.toml").write_text(f'token = "{SECRET}"\n', encoding="utf-8")
    return folder / "secrets.toml"


def _query(door: str, secret: Path) -> str:
    return DOORS[door].replace("FILE", str(secret)).replace("FOLDER", str(secret.parent))


def test_each_report_that_reads_elsewhere_is_refused_with_its_line(secret: Path, tmp_path: Path) -> None:
    own = tmp_path / "mine"
    own.mkdir()
    files = {door: "by_" + re.sub(r"\W", "_", door) + ".sql" for door in DOORS}
    for door, file in files.items():
        (own / file).write_text(REPORT + _query(door, secret), encoding="utf-8")
    problems = [str(problem) for problem in views.check(user_folder=own)]
    assert sorted(problem.split(" ")[0] for problem in problems) == sorted(f"mine/{f}:7:" for f in files.values())
    for problem in problems:
        assert "the warehouse's tables only" in problem or "names a database" in problem
    with pytest.raises(UsageError, match=r"mine/by_\w+\.sql:7: "):
        views.refuse_problems(own)


@pytest.mark.parametrize("door", DOORS)
def test_what_is_executed_all_the_same_reaches_nothing(door: str, secret: Path) -> None:
    with connect() as connection:
        create_tables(connection, {"articles": {"title": "varchar"}})
        connection.execute("insert into figshare.articles values (?)", [str(secret)])
        confine(connection)
        try:
            found = str(connection.execute(_query(door, secret)).fetchall())
        except duckdb.Error:
            found = ""
        assert SECRET not in found
        assert SECRET.encode().hex().upper() not in found
        assert secret.name not in found or door in ("correlated", "lateral")


def test_a_variable_of_our_own_is_not_a_table() -> None:
    held = pa.table({"content": [SECRET]})
    with duckdb.connect() as connection:
        assert connection.execute("from held").fetchall() == [(held["content"][0].as_py(),)]
    with connect() as connection, pytest.raises(duckdb.CatalogException, match="held"):
        connection.execute("from held")


@pytest.mark.parametrize(
    "statement",
    [
        "attach 'FILE' as other",
        "copy (select 1 as a) to 'FOLDER/out.csv'",
        "copy figshare.articles from 'FILE'",
        "export database 'FOLDER/exported'",
        "install httpfs",
        "load 'FILE'",
        "create secret s (type s3)",
        "set enable_external_access = true",
        "set allowed_paths = ['FILE']",
        "set allowed_directories = ['FOLDER']",
        "set temp_directory = 'FOLDER'",
    ],
)
def test_what_was_shut_cannot_be_opened(statement: str, secret: Path) -> None:
    with connect() as connection:
        create_tables(connection, {"articles": {"title": "varchar"}})
        confine(connection)
        confine(connection, [secret], [secret.parent])
        with pytest.raises(duckdb.Error):
            connection.execute(statement.replace("FILE", str(secret)).replace("FOLDER", str(secret.parent)))
    assert [path.name for path in secret.parent.iterdir()] == [secret.name]


def test_files_and_folders_that_are_named_are_reached(tmp_path: Path, secret: Path) -> None:
    named, folder = tmp_path / "named's.duckdb", tmp_path / "work"
    folder.mkdir()
    with connect(tmp_path / "a.duckdb") as connection:
        confine(connection, [named], [folder])
        written = str(named).replace("'", "''")
        connection.execute(f"attach '{written}' as named (recovery_mode no_wal_writes)")
        connection.execute("create table named.t as select range as a from range(1000)")
        connection.execute("checkpoint named")
        connection.execute("detach named")
        connection.execute(f"attach '{written}' as named")
        connection.execute("insert into named.t values (1000)")
        connection.execute("checkpoint named")
        connection.execute(f"copy named.t to '{folder / 'a.parquet'}'")
        assert connection.execute(f"select count(*) from '{folder / 'a.parquet'}'").fetchall() == [(1001,)]
        with pytest.raises(duckdb.PermissionException):
            connection.execute(f"from read_text('{folder}/../elsewhere/{secret.name}')")


@pytest.fixture
def warehouse(tmp_path: Path) -> Path:
    path = tmp_path / "warehouse.duckdb"
    with made() as connection:
        listing(connection, "institution 1", institution_id=1)
        listed(connection, "institution 1", 1)
        article(connection, 1, [])
        connection.execute(f"attach '{path}' as copied")
        connection.execute("copy from database memory to copied")
    return path


@pytest.mark.parametrize("read_only", [False, True])
def test_a_warehouse_that_is_opened_is_shut_off(warehouse: Path, secret: Path, read_only: bool) -> None:
    with connected(warehouse, read_only) as connection, pytest.raises(duckdb.PermissionException):
        connection.execute(f"from read_text('{secret}')")


def test_a_report_that_was_written_after_it_was_looked_at_is_not_published(
    warehouse: Path, secret: Path, tmp_path: Path
) -> None:
    own = tmp_path / "mine"
    own.mkdir()
    (own / "a.sql").write_text(REPORT + _query("read_text", secret), encoding="utf-8")
    target = Published.of(warehouse)
    with connected(warehouse, read_only=True, files=working_files(target)) as connection:
        path = publish(connection, target, NOW, "9.9", own).path
    assert SECRET.encode() not in path.read_bytes()


def test_a_macro_that_reads_elsewhere_is_not_stored(secret: Path, tmp_path: Path) -> None:
    folder = tmp_path / "sql"
    (folder / "macros").mkdir(parents=True)
    (folder / "reports").mkdir()
    (folder / "reports" / "a.sql").write_text(
        REPORT + "select title as content\nfrom figshare.articles\n", encoding="utf-8"
    )
    text = f"-- One row per file.\n--\n--   which: The file.\n\nselect content\nfrom read_text('{secret}')\n"
    (folder / "macros" / "files_of.sql").write_text(text, encoding="utf-8")
    said = "sql/macros/files_of.sql:6: `read_text` reads from outside the warehouse's tables"
    assert [str(problem).partition(":")[0] for problem in views.check(folder)] == ["sql/macros/files_of.sql"]
    assert str(views.check(folder)[0]).startswith(said)
    with empty_warehouse() as connection:
        with pytest.raises(FigshareWarehouseError, match=r"files_of\.sql:6"):
            views.build(connection, folder)
        query = "select count(*) from duckdb_functions() where function_name = 'files_of'"
        assert connection.execute(query).fetchall() == [(0,)]


def test_a_law_that_reads_elsewhere_is_told_and_not_asked(warehouse: Path, secret: Path, tmp_path: Path) -> None:
    folder = tmp_path / "sql"
    (folder / "tests").mkdir(parents=True)
    (folder / "tests" / "a.sql").write_text(REPORT + _query("read_text", secret), encoding="utf-8")
    (problem,) = views.check(folder)
    assert str(problem).startswith("sql/tests/a.sql:7: `read_text` reads from outside")
    with connected(warehouse, read_only=True) as connection:
        assert SECRET not in str(run_data_tests(connection, folder))


def test_what_gives_rows_by_itself_may_be_called(tmp_path: Path) -> None:
    query = "select cast(i as varchar) as content from range(3) as t(i), unnest([1, 2]), generate_series(1, 2)"
    (tmp_path / "a.sql").write_text(REPORT + query, encoding="utf-8")
    assert views.check(user_folder=tmp_path) == []
