"""The file of internal reports: only its owner reads it, it is whole or not there, and commands open it."""

from __future__ import annotations

import shutil
import stat
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner

from figshare_sandbox import Sandbox
from figshare_warehouse.cli import cli
from figshare_warehouse.errors import UsageError
from figshare_warehouse.refresh import Outcome
from figshare_warehouse.warehouse.publish.published import Published, verify
from figshare_warehouse.warehouse.publish.writing import remove_unfinished

SLOW = pytest.mark.slow
Refreshed = Callable[..., Outcome]


def run(*arguments: object) -> str:
    done = CliRunner().invoke(cli, [str(one) for one in arguments], catch_exceptions=False)
    assert done.exit_code == 0
    return done.output


def test_only_its_owner_reads_it(published: Path) -> None:
    for name, mode in (("w_reports_internal.duckdb", 0o600), ("w.duckdb", 0o600)):
        assert stat.S_IMODE((published / name).stat().st_mode) == mode, name
    assert (published / "w_reports.duckdb").stat().st_mode & 0o044
    assert sorted(path.name for path in published.iterdir()) == [
        "w.duckdb",
        "w_reports.duckdb",
        "w_reports_internal.duckdb",
    ]


def test_it_holds_the_internal_reports_with_comments(published: Path) -> None:
    path = published / "w_reports_internal.duckdb"
    assert verify(path).report_count >= 1
    with duckdb.connect(str(path), read_only=True) as connection:
        tables = connection.execute("select schema_name, table_name, comment from duckdb_tables()").fetchall()
        assert {schema for schema, *_ in tables} == {"internal"}
        assert {"about", "published_reports", "depositors"} <= {name for _, name, _ in tables}
        assert all(comment.startswith("One row") for *_, comment in tables)
        columns = connection.execute("select column_name, comment, data_type from duckdb_columns() where not internal")
        assert all(comment for _, comment, _ in columns.fetchall())
        keys = "select count(*), count(distinct account_id) from internal.depositors"
        assert connection.execute(keys).fetchall() == [(40, 40)]
        listed = dict(connection.execute("select report, row_count from internal.published_reports").fetchall())
        assert listed["depositors"] == 40


def test_commands_open_it_or_say_what_to_do(published: Path, tmp_path: Path) -> None:
    path = published / "w_reports_internal.duckdb"
    assert "40" in run("sql", "select count(*) as n from depositors", "--published", path)
    assert "40" in run("sql", "select count(*) as n from internal.depositors", "--published", path)
    assert "reports" in run("publish", "--check", path)
    for arguments in (
        ["report", "institution"],
        ["site", "--output", tmp_path / "site"],
        ["export", "--output", tmp_path / "x", "--format", "csv"],
    ):
        done = CliRunner().invoke(cli, [*map(str, arguments), "--published", str(path)])
        assert isinstance(done.exception, UsageError), arguments
        assert "is the file of internal reports" in str(done.exception)


@pytest.mark.slow
def test_an_internal_report_is_described() -> None:
    assert "email (VARCHAR)" in run("describe", "internal.depositors")


def test_a_file_that_is_not_ours_is_not_replaced(people: Sandbox, refreshed: Refreshed, tmp_path: Path) -> None:
    target = Published.of(tmp_path / "w.duckdb").internal
    target.write_text("Mine.", encoding="utf-8")
    people.clear_requests()
    with pytest.raises(UsageError, match="is not a file of internal reports that figshare-warehouse wrote"):
        refreshed(people, tmp_path / "w.duckdb", publish=True, internal=True)
    assert people.requests == []
    assert target.read_text(encoding="utf-8") == "Mine."


def test_each_file_refuses_to_replace_the_other(published: Path, tmp_path: Path) -> None:
    internal, public = published / "w_reports_internal.duckdb", published / "w_reports.duckdb"
    with pytest.raises(UsageError, match="is not a file of reports that"):
        Published.of(tmp_path / "w.duckdb", internal).refuse_foreign()
    (tmp_path / "w_reports_internal.duckdb").write_bytes(public.read_bytes())
    with pytest.raises(UsageError, match="is not a file of internal reports"):
        Published.of(tmp_path / "w.duckdb").refuse_foreign_internal()


@pytest.mark.slow
def test_it_is_published_again_without_asking_figshare(published: Path, tmp_path: Path) -> None:
    warehouse = Path(shutil.copy(published / "w.duckdb", tmp_path))
    said = run("publish", "--warehouse", warehouse, "--published", tmp_path / "again.duckdb")
    again = tmp_path / "again_internal.duckdb"
    assert f"{again}: the internal reports, which only you can read." in said
    assert stat.S_IMODE(again.stat().st_mode) == 0o600
    assert verify(again) == verify(published / "w_reports_internal.duckdb")


@pytest.mark.parametrize("format_", ["csv", *(pytest.param(one, marks=SLOW) for one in ("json", "parquet", "xlsx"))])
def test_what_is_asked_of_it_is_only_its_owners(published: Path, tmp_path: Path, format_: str) -> None:
    for name, mode in (("w_reports_internal.duckdb", 0o600), ("w_reports.duckdb", 0o644)):
        report = "depositors" if mode == 0o600 else "articles"
        output = tmp_path / f"{report}.{format_}"
        run("sql", f"from {report}", "--published", published / name, "--output", output)
        assert stat.S_IMODE(output.stat().st_mode) & 0o055 == mode & 0o055, name


def test_what_was_left_behind_is_removed_whatever_its_name(tmp_path: Path) -> None:
    for name in (".a[1]*.duckdb.7.new", ".a[1]*.duckdb.7.new.wal", ".a[1]*.duckdb.7.scratch", ".a1b.duckdb.7.new"):
        (tmp_path / name).touch()
    remove_unfinished(tmp_path / "a[1]*.duckdb", "new", "scratch")
    assert [path.name for path in tmp_path.iterdir()] == [".a1b.duckdb.7.new"]
