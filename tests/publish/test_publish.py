"""The published file: what is in it, that it is old or new and never half, and that a spoiled one is known."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from figshare_warehouse import cli
from figshare_warehouse.errors import FigshareWarehouseError, UsageError
from figshare_warehouse.models.dry_run import PUBLISHED_TYPES
from figshare_warehouse.warehouse import store
from figshare_warehouse.warehouse.publish.published import Published, verify
from tests.support import change, rows

LATER = datetime(2026, 7, 1, 12)
OWN = {"about", "published_reports"}
OF_REPORTS = "where schema_name in ('reports', 'operations')"
EXACTLY_ITSELF = "-- One row.\n--\n-- columns:\n--   text: A text.\n\nselect {} as text from {}\n"


def _run(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> tuple[int, str]:
    """The command in this process: its exit status and what it said."""
    status = 0
    try:
        cli.main([str(argument) for argument in arguments])
    except SystemExit as end:
        status = int(end.code or 0)
    said = capsys.readouterr()
    return status, said.out + said.err


def _files(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def _own_report(folder: Path, query: str, source: str) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "mine.sql").write_text(EXACTLY_ITSELF.format(query, source), encoding="utf-8")
    return folder


# What is in it


def test_every_report_is_a_table_with_the_same_columns_and_comments(loaded: Path, published: Path) -> None:
    described = f"select table_name, column_name, comment from duckdb_columns() {OF_REPORTS}"
    in_warehouse = set(rows(loaded, described))
    in_file = {row for row in rows(published, described) if row[0] not in OWN}
    assert in_file == in_warehouse
    views = dict(rows(loaded, f"select view_name, comment from duckdb_views() {OF_REPORTS}"))
    found = dict(rows(published, f"select table_name, comment from duckdb_tables() {OF_REPORTS}"))
    assert found.keys() == views.keys() | OWN
    assert all(found.values())
    assert {name: comment for name, comment in found.items() if name not in OWN} == views
    assert rows(published, f"select count(*) from duckdb_columns() {OF_REPORTS} and comment is null") == [(0,)]


@pytest.mark.slow
def test_its_rows_are_the_reports_own(loaded: Path, published: Path) -> None:
    with duckdb.connect(":memory:") as connection:
        connection.execute("set timezone = 'UTC'")
        connection.execute(f"attach '{loaded}' as warehouse (read_only)")
        connection.execute(f"attach '{published}' as published (read_only)")
        connection.execute("use warehouse")
        names = rows(published, "select schema_name || '.' || report from reports.published_reports")
        assert len(names) > 40
        differing = []
        for (name,) in names:
            connection.execute(f"create or replace temp table own as select * from {name}")
            one, other = "select * from temp.own", f"select * from published.{name}"
            if "days_left" in {row[0] for row in connection.execute(f"describe {other}").fetchall()}:
                # A figure as of the moment: the day may have changed since.
                one, other = (query.replace("*", "* exclude (days_left)") for query in (one, other))
            query = f"(({one} except all {other}) union all ({other} except all {one}))"
            if connection.execute(f"select count(*) from {query}").fetchone() != (0,):
                differing.append(name)
    assert differing == []


def test_it_needs_nothing_but_itself_and_an_old_driver(published: Path) -> None:
    types = rows(published, f"select distinct data_type from duckdb_columns() {OF_REPORTS}")
    assert {type_ for (type_,) in types} <= PUBLISHED_TYPES
    assert rows(published, "select count(*) from duckdb_views() where not internal") == [(0,)]
    schemas = rows(published, "select distinct schema_name from duckdb_tables() order by 1")
    assert schemas == [("operations",), ("reports",)]
    [(tags,)] = rows(published, f"select tags from duckdb_databases() where database_name = '{published.stem}'")
    assert tags["storage_version"].startswith("v1.0.0"), tags


@pytest.mark.slow
def test_it_says_of_itself_what_it_is(loaded: Path, published: Path) -> None:
    with duckdb.connect(str(published), read_only=True) as connection:
        cursor = connection.execute("select * from reports.about")
        [values] = cursor.fetchall()
        about = dict(zip((column[0] for column in cursor.description or ()), values, strict=True))
    [refresh] = rows(
        loaded, "select refresh_id, outcome, api_url, package_version, finished_at from figshare.refreshes"
    )
    names = ("refresh_id", "refresh_outcome", "api_url", "package_version", "refreshed_at")
    assert tuple(about[name] for name in names) == refresh
    assert about["published_at"] >= about["refreshed_at"] >= about["listed_to"]
    assert about["unloaded_article_count"] == 0
    assert about["usage_complete_to"] is None, "no usage was read"
    assert (about["data_tests_failed"], about["failed_data_tests"]) == (0, None)
    assert about["data_tests_run"] > 10
    assert about["metadata_license"] == "CC0 1.0"
    assert "NULL is not known" in about["counting_rules"]
    assert about["warehouse_name"] == "warehouse.duckdb"
    columns = f"select schema_name, table_name, count(*) from duckdb_columns() {OF_REPORTS} group by all"
    wide = {(schema, name): count for schema, name, count in rows(published, columns) if name not in OWN}
    listed = rows(published, "select schema_name, report, column_count, row_count from reports.published_reports")
    assert {(schema, name): count for schema, name, count, _ in listed} == wide
    for schema, name, _, count in listed:
        assert rows(published, f"select count(*) from {schema}.{name}") == [(count,)], name


# What is not in it


@pytest.mark.slow
def test_nothing_that_is_not_public_reaches_it(
    loaded: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    publish_again: Callable[..., Any],
    capsys: pytest.CaptureFixture[str],
) -> None:
    marks = [f"marked-{number}-secret" for number in range(20)]
    fresh = iter(marks)
    for schema in ("figshare", "main"):
        for name in ("accounts", "drafts", "reviews"):
            change(loaded, f"create table {schema}.{name} as select 1 as id, '{next(fresh)}' as email")
    # Not declared, in a table that is published.
    change(loaded, "alter table figshare.articles add column curator_email varchar")
    change(loaded, f"update figshare.articles set curator_email = '{next(fresh)}'")
    for name in ("TOKEN", "STATS_USERNAME", "STATS_PASSWORD"):
        monkeypatch.setenv(f"SOURCES__FIGSHARE__{name}", next(fresh))
    path = publish_again(loaded).path
    verify(path)
    for source in ("figshare.accounts", "main.accounts", "warehouse.figshare.accounts", "warehouse.main.drafts"):
        own = _own_report(tmp_path / "mine", "email", source)
        status, said = _run(capsys, "publish", "--warehouse", loaded, "--sql-dir", own)
        unknown = "names a database" if source.startswith("warehouse.") else f"unknown table `{source}`"
        assert said.startswith("Error: One of your reports is wrong: mine/mine.sql:6: "), source
        assert (status, unknown in said) == (2, True)
        # What was written into the folder after it was looked at does not get there either.
        with suppress(FigshareWarehouseError):
            publish_again(loaded, path, own)
    assert "warehouse.duckdb" in _files(tmp_path)
    raw = path.read_bytes()
    assert [mark for mark in marks if mark.encode() in raw] == []
    # The marks would be found: the same bytes are searched for what is public.
    [(title,)] = rows(path, "select max(title) from reports.articles where length(title) between 12 and 60")
    assert title.encode() in raw


# Old or new


def test_a_report_that_fails_leaves_the_last_good_file(
    loaded: Path, tmp_path: Path, publish_again: Callable[..., Any]
) -> None:
    path = Published.of(loaded).path
    before, files = path.read_bytes(), _files(tmp_path)
    # It can be planned, and fails on its rows.
    own = _own_report(tmp_path / "mine", "cast(cast(title as bigint) as varchar)", "reports.articles")
    with pytest.raises(FigshareWarehouseError, match=r"not published: reports\.mine cannot be computed"):
        publish_again(loaded, user_folder=own)
    assert path.read_bytes() == before
    assert _files(tmp_path) == files | {"mine"}


@pytest.mark.skipif(sys.platform == "win32" or getattr(os, "geteuid", int)() == 0, reason="root may write anywhere")
def test_a_folder_that_cannot_be_written(loaded: Path, tmp_path: Path, publish_again: Callable[..., Any]) -> None:
    (tmp_path / "bi").mkdir(mode=0o500)
    with pytest.raises(FigshareWarehouseError, match="cannot be written"):
        publish_again(loaded, tmp_path / "bi" / "shown.duckdb")


def test_a_folder_that_is_not_there(loaded: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, said = _run(capsys, "publish", "--warehouse", loaded, "--published", tmp_path / "none" / "shown.duckdb")
    assert status == 2
    assert "does not exist: make it first, or choose another --published" in said


def test_a_name_that_duckdb_would_confuse(loaded: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("reports", "operations", "Figshare", "staging"):
        status, said = _run(capsys, "publish", "--warehouse", loaded, "--published", tmp_path / f"{name}.duckdb")
        assert status == 2
        assert f"cannot be named '{name}.duckdb'" in said
        assert "figshare_reports.duckdb" in said


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device that is always full")
@pytest.mark.parametrize(
    ("statement", "lacking"),
    [
        ("drop table figshare.schools", "no table schools"),
        ("alter table figshare.articles drop column funding", "no column articles.funding"),
    ],
)
@pytest.mark.parametrize("command", [["publish"], ["views", "build"], ["check"], ["plan", "--institution", "1"]])
def test_a_warehouse_of_an_older_version_is_to_be_refreshed(
    loaded: Path, capsys: pytest.CaptureFixture[str], statement: str, lacking: str, command: list[str]
) -> None:
    change(loaded, statement)
    status, said = _run(capsys, *command, "--warehouse", loaded)
    assert status == 2
    assert f"{loaded} was made by an older figshare-warehouse, which had {lacking}: run" in said


def test_a_full_disk_leaves_the_last_good_file(loaded: Path, tmp_path: Path, publish_again: Callable[..., Any]) -> None:
    path = Published.of(loaded).path
    before, files = path.read_bytes(), _files(tmp_path)
    new = tmp_path / f".{path.name}.{os.getpid()}.new"
    with pytest.MonkeyPatch.context() as patched:
        # Made after leftovers are removed, as if the disk had filled meanwhile.
        patched.setattr("figshare_warehouse.warehouse.publish._clean", lambda _: new.symlink_to("/dev/full"))
        with pytest.raises(FigshareWarehouseError, match=r"cannot be written .*No space left.* as it was; run `"):
            publish_again(loaded, device=Path("/dev/full"))
    assert path.read_bytes() == before
    assert _files(tmp_path) == files


@pytest.mark.slow
def test_what_a_killed_publish_left_is_removed(loaded: Path, tmp_path: Path, publish_again: Callable[..., Any]) -> None:
    name = Published.of(loaded).path.name
    files = _files(tmp_path)
    for end in ("new", "new.wal", "scratch", "scratch.wal"):
        (tmp_path / f".{name}.99999.{end}").write_bytes(b"left")
    (tmp_path / f".other_{name}.99999.new").write_bytes(b"another warehouse's")
    publish_again(loaded)
    assert _files(tmp_path) == files | {f".other_{name}.99999.new"}


@pytest.mark.slow
def test_who_has_the_old_file_open_keeps_it(loaded: Path, publish_again: Callable[..., Any]) -> None:
    path = publish_again(loaded).path
    with duckdb.connect(str(path), read_only=True) as reader:
        publish_again(loaded, now=LATER)
        [(old,)] = reader.execute("select published_at from reports.about").fetchall()
    assert LATER - old == timedelta(days=1)
    assert rows(path, "select published_at from reports.about") == [(LATER,)]


@pytest.mark.slow
def test_where_an_open_file_cannot_be_replaced_a_pointer_names_the_new_one(
    loaded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, publish_again: Callable[..., Any]
) -> None:
    target = Published.of(loaded)
    before, files, replace = target.path.read_bytes(), _files(tmp_path), os.replace
    with monkeypatch.context() as held:

        def as_on_windows(source: Path, to: Path) -> None:
            if Path(to) == target.path:
                raise PermissionError(13, "The process cannot access the file", str(to))
            replace(source, to)

        held.setattr(os, "replace", as_on_windows)
        first = publish_again(loaded).path
        assert first.name == "warehouse_reports.20260630T120000Z.duckdb"
        assert target.current() == first
        second = publish_again(loaded, now=LATER).path
    assert target.path.read_bytes() == before
    assert target.current() == second
    assert not first.exists()
    verify(second)
    with target.opened() as connection:
        assert connection.execute("select published_at from reports.about").fetchall() == [(LATER,)]
    # Nobody holds it any more.
    assert publish_again(loaded).path == target.path == target.current()
    assert _files(tmp_path) == files


@pytest.mark.parametrize("text", ["", "gone.duckdb", "../elsewhere.duckdb", "/etc/passwd", "a\nb"])
def test_a_pointer_that_names_no_file_beside_it_is_not_followed(published: Path, text: str) -> None:
    target = Published(published, published.with_name("warehouse.duckdb"))
    target.pointer.write_text(text, encoding="utf-8")
    (published.parent.parent / "elsewhere.duckdb").write_bytes(published.read_bytes())
    assert target.current() == published


# A spoiled one


def _truncated(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def _flipped(path: Path) -> None:
    raw = bytearray(path.read_bytes())
    title = rows(path, "select max(title) from reports.articles where length(title) between 12 and 60")[0][0].encode()
    raw[raw.index(title)] ^= 1
    path.write_bytes(raw)


def _a_row_less(path: Path) -> None:
    change(path, "delete from reports.articles where article_id = (select min(article_id) from reports.articles)")


def _a_column_less(path: Path) -> None:
    change(path, "alter table reports.articles drop column title")


def _a_report_less(path: Path) -> None:
    change(path, "drop table reports.articles")


def _foreign(path: Path) -> None:
    path.unlink()
    change(path, "create table found as select 1 as number")


def _no_database(path: Path) -> None:
    path.write_text("Dear reader,", encoding="utf-8")


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (_truncated, "damaged|cannot be opened|not published by"),
        (_flipped, "damaged"),
        (_a_row_less, "is not whole: articles has [0-9]+ columns and [0-9]+ rows, not"),
        (_a_column_less, "is not whole: articles"),
        (_a_report_less, "damaged"),
        (_foreign, "was not published by figshare-warehouse"),
        (_no_database, "is not a DuckDB file"),
    ],
)
def test_a_spoiled_file_is_known(
    published: Path, spoil: Callable[[Path], None], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    spoil(published)
    with pytest.raises(FigshareWarehouseError, match=said):
        verify(published)
    status, text = _run(capsys, "publish", "--check", published)
    assert (status, text.count("\n")) == (1, 1), text
    assert text.startswith("Error: ")


def test_a_whole_file_is_said_to_be_whole(published: Path, capsys: pytest.CaptureFixture[str]) -> None:
    [(reports, total)] = rows(published, "select count(*), sum(row_count) from reports.published_reports")
    status, text = _run(capsys, "publish", "--check", published)
    assert (status, text) == (0, f"{published}: {reports} reports, {total:,} rows, whole.\n")
    with pytest.raises(UsageError, match="There is no file"):
        verify(published.with_name("none.duckdb"))


# While a refresh runs, and for monitoring


def test_readers_need_only_the_published_file(loaded: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with store.locked(loaded), duckdb.connect(str(loaded)) as writing:
        writing.execute("begin; delete from figshare.articles")
        status, text = _run(capsys, "status", "--warehouse", loaded, "--json")
        assert status == 0
        state = json.loads(text)
        assert state["headline"]["articles"] == 160
        assert state["headline"]["data_tests_failed"] == 0
        for command in (
            ("report", "institution", "--warehouse", loaded),
            ("export", "--warehouse", loaded, "--format", "csv", "--output", tmp_path / "out", "articles"),
            ("publish", "--check", Published.of(loaded).path),
        ):
            status, text = _run(capsys, *command)
            assert status == 0, text
        status, text = _run(capsys, "publish", "--warehouse", loaded)
        assert status == 5, text


def test_monitoring_learns_of_stale_reports(published: Path, capsys: pytest.CaptureFixture[str]) -> None:
    change(
        published,
        "update reports.about set refreshed_at = cast(now() at time zone 'UTC' as timestamp) - interval 30 hour",
    )
    asked = ("status", "--published", published, "--max-age")
    for age in ("31h", "2d", "1.5 d", "1W", "1900m"):
        assert _run(capsys, *asked, age)[0] == 0, age
    for age in ("29h", "1d", "60m", "0.1w"):
        status, text = _run(capsys, *asked, age)
        assert status == 7, age
        assert "is stale: the last good refresh was at" in text
    for age in ("2", "d", "-1d", "two days", "1y"):
        status, text = _run(capsys, *asked, age)
        assert status == 2, age
        assert "--max-age takes a number with m, h, d or w" in text
    change(published, "update reports.about set refreshed_at = null")
    status, text = _run(capsys, *asked, "9w")
    assert status == 7
    assert "has not been yet" in text
