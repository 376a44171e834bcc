"""The commands as a user types them."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import click
import duckdb
import pytest

from figshare_sandbox import Fault, Sandbox
from figshare_warehouse.cli import cli, main

ROOT = Path(__file__).resolve().parents[2]


Begun = Callable[[Path], Path]

WAREHOUSE = "figshare_warehouse.duckdb"


def run(*arguments: str, cwd: Path, status: int = 0, **environment: str) -> str:
    """Runs the command in a process of its own, narrow and without a terminal; returns what it printed."""
    done = subprocess.run(
        [sys.executable, "-m", "figshare_warehouse", *arguments],
        cwd=cwd,
        env={
            **os.environ,
            "PYTHONPATH": str(ROOT / "pipelines"),
            "COLUMNS": "80",
            "PYTHONIOENCODING": "utf-8",
            **environment,
        },
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    assert done.returncode == status, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return done.stdout + done.stderr


def typed(*arguments: str, cwd: Path, status: int = 0, **environment: str) -> str:
    """The same in this process: what a process must import takes most of its time."""
    said, errors = io.TextIOWrapper(io.BytesIO(), encoding="utf-8"), io.StringIO()
    ended = 0
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(said), redirect_stderr(errors):
        patch.chdir(cwd)
        for name, value in {"COLUMNS": "80", **environment}.items():
            patch.setenv(name, value)
        try:
            main(list(arguments))
        except SystemExit as end:
            ended = int(end.code or 0)
    said.seek(0)
    text = said.read() + errors.getvalue()
    assert ended == status, text
    return text


def _commands(command: click.Command, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    yield path, command
    if isinstance(command, click.Group):
        for name, sub in command.commands.items():
            yield from _commands(sub, (*path, name))


@pytest.mark.parametrize(("path", "command"), list(_commands(cli)), ids=lambda value: str(value))
def test_every_help_has_an_example(path: tuple[str, ...], command: click.Command) -> None:
    text = command.get_help(click.Context(command, info_name=" ".join(("figshare-warehouse", *path))))
    assert "Examples:\n    figshare-warehouse" in text
    assert max(map(len, text.splitlines())) <= 80
    assert not re.search(r"[a-z]\.\.\.$", text, re.MULTILINE)


def test_the_demo_and_what_can_be_done_with_its_warehouse(tmp_path: Path) -> None:
    text = run("demo", "--items", "30", cwd=tmp_path)
    assert "30 of 30 articles due were loaded" in text
    assert "Try next:" in text
    tables, _, following = text.partition("\nTry next:")
    assert "\nThe reports are in figshare_reports.duckdb.\n" in tables
    assert "any DuckDB client or BI tool" in following
    assert max(map(len, tables.splitlines())) <= 80
    state = json.loads(typed("status", "--format", "json", cwd=tmp_path))
    assert state["headline"]["articles"] == 30
    institution = json.loads(typed("report", "institution", "--format", "json", cwd=tmp_path))
    assert institution["headline"]["article_count"] == 30
    typed("report", "institution", "--format", "csv", "--output", "groups.csv", cwd=tmp_path)
    assert (tmp_path / "groups.csv").read_text(encoding="utf-8")
    assert "--output" in typed("report", "institution", "--format", "html", cwd=tmp_path, status=2)
    assert "page.html: " in typed("report", "institution", "--format", "html", "--output", "page.html", cwd=tmp_path)
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert f"<dt>Downloads</dt><dd>{institution['headline']['downloads']:,}</dd>" in page
    assert "authors with at least 6 items" in typed("site", "--output", "site", "--min-items", "6", cwd=tmp_path)
    assert {path.name for path in (tmp_path / "site").iterdir()} >= {"assets", "index.html", "group-31000.html"}
    assert "no search 'soil'" in typed("report", "search", "soil", cwd=tmp_path, status=2)
    assert "no problem" in typed("views", "check", cwd=tmp_path)
    assert re.search(r"Failed +0\b", typed("check", cwd=tmp_path))
    assert json.loads(typed("check", "--format", "json", cwd=tmp_path))["headline"]["failed"] == 0
    assert "reports.articles" in typed("views", "list", cwd=tmp_path)
    assert "intermediate.int_articles" in typed("views", "show", "articles", cwd=tmp_path)
    assert "views in" in typed("views", "build", cwd=tmp_path)
    assert "Error:" in typed("report", "author", "Nobody at All", cwd=tmp_path, status=2)
    assert "Error:" in typed("views", "show", "artikles", cwd=tmp_path, status=2)


@pytest.mark.slow
def test_what_the_demo_proposes_can_be_typed_as_it_stands(tmp_path: Path) -> None:
    text = typed("demo", "--items", "1", "--warehouse", "my data.duckdb", cwd=tmp_path)
    assert "figshare-warehouse status --warehouse 'my data.duckdb'" in text


def test_refresh_says_what_is_missing(tmp_path: Path) -> None:
    assert "--institution" in typed("refresh", cwd=tmp_path, status=2)
    assert "no warehouse" in typed("status", cwd=tmp_path, status=2)
    assert "does not exist" in typed(
        "refresh", "--institution", "1", "--warehouse", "no/such/folder.duckdb", cwd=tmp_path, status=2
    )


def test_a_warehouse_without_anything_to_read(tmp_path: Path) -> None:
    with duckdb.connect(str(tmp_path / "empty.duckdb")):
        pass
    assert "nothing from Figshare yet" in typed("check", "--warehouse", "empty.duckdb", cwd=tmp_path, status=2)
    assert "Nothing is published" in typed("status", "--warehouse", "empty.duckdb", cwd=tmp_path, status=2)
    with duckdb.connect(str(tmp_path / "begun.duckdb")) as connection:
        connection.execute("create schema figshare")
        connection.execute("create table figshare.refreshes (refresh_id varchar)")
    assert "run the same `figshare-warehouse refresh` again" in typed(
        "publish", "--warehouse", "begun.duckdb", cwd=tmp_path, status=2
    )
    assert "is a folder" in typed("publish", "--published", ".", "--warehouse", "begun.duckdb", cwd=tmp_path, status=2)


@pytest.mark.slow
def test_what_a_first_refresh_had_loaded_when_it_was_broken_off_can_be_planned_checked_and_published(
    tmp_path: Path, loaded: Path
) -> None:
    warehouse = ("--warehouse", str(loaded))
    with duckdb.connect(str(loaded)) as connection:
        # The views are built when all is read.
        connection.execute("drop schema reports cascade")
        connection.execute("drop schema staging cascade")
    loaded.with_name("warehouse_reports.duckdb").unlink()
    assert "Requests that are known" in typed("plan", "--institution", "990", *warehouse, cwd=tmp_path)
    assert re.search(r"Failed +0\b", typed("check", *warehouse, cwd=tmp_path))
    assert "Connect a BI tool" in typed("publish", *warehouse, cwd=tmp_path)
    assert json.loads(typed("status", *warehouse, "--json", cwd=tmp_path))["headline"]["articles"] == 160


@pytest.mark.slow
def test_configuration_stands_in_for_options_and_options_win(tmp_path: Path, begun: Begun) -> None:
    begun(tmp_path / WAREHOUSE)
    with Sandbox(items=20, seed=5) as figshare:
        (tmp_path / ".dlt").mkdir()
        (tmp_path / ".dlt" / "config.toml").write_text(
            f'[sources.figshare]\ninstitution = {figshare.institution_id}\napi_url = "http://127.0.0.1:9/v2"\n'
            "requests_per_second = 0\n"
        )
        (tmp_path / ".dlt" / "secrets.toml").write_text(f'[sources.figshare]\ntoken = "{figshare.token}"\n')
        text = run("refresh", "--api-url", figshare.api_url, cwd=tmp_path)
        assert "20 of 20 articles" in text
        assert any("/account/institution/groups" in exchange.path for exchange in figshare.requests)


@pytest.mark.slow
def test_what_is_configured_once_holds_for_every_command_that_has_the_option(
    tmp_path: Path, loaded: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own, published = tmp_path / "mine", tmp_path / "bi" / "shown.duckdb"
    own.mkdir()
    published.parent.mkdir()
    (own / "mine.sql").write_text("-- One row.\n--\n-- columns:\n--   one: 1.\n\nselect 1 as one\n", encoding="utf-8")
    warehouse = ("--warehouse", str(loaded))
    monkeypatch.setenv("SOURCES__FIGSHARE__SQL_DIR", str(own))
    monkeypatch.setenv("SOURCES__FIGSHARE__PUBLISHED", str(published))
    assert f"{published}: " in typed("publish", *warehouse, cwd=tmp_path)
    with duckdb.connect(str(published), read_only=True) as connection:
        assert connection.execute("select one from reports.mine").fetchall() == [(1,)]
    loaded.with_name("warehouse_reports.duckdb").unlink()
    state = json.loads(typed("status", *warehouse, "--json", cwd=tmp_path))
    assert state["headline"]["published"] == str(published)
    typed("report", "institution", *warehouse, cwd=tmp_path)
    typed("export", *warehouse, "--format", "csv", "--output", "mine.csv", "mine", cwd=tmp_path)
    for command in (["describe", "mine"], ["describe"], ["views", "list"]):
        assert "mine" in typed(*command, cwd=tmp_path), command
    assert "select 1 as one" in typed("views", "show", "mine", cwd=tmp_path)
    count = int(typed("views", "check", cwd=tmp_path).partition(" ")[0])
    assert f"{count} views in" in typed("views", "build", *warehouse, cwd=tmp_path)
    # What is given wins.
    (tmp_path / "none").mkdir()
    assert f"{count - 1} views, no problem" in typed("views", "check", "--sql-dir", "none", cwd=tmp_path)
    assert "Nothing is published at other.duckdb" in typed(
        "status", *warehouse, "--published", "other.duckdb", cwd=tmp_path, status=2
    )
    monkeypatch.setenv("SOURCES__FIGSHARE__SQL_DIR", str(tmp_path / "gone"))
    assert f"There is no folder {tmp_path / 'gone'}" in typed("views", "list", cwd=tmp_path, status=2)


@pytest.mark.slow
def test_a_file_configures_what_commands_read_that_need_no_dlt(
    tmp_path: Path, loaded: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DLT_DATA_DIR")
    (tmp_path / ".dlt").mkdir()
    (tmp_path / ".dlt" / "config.toml").write_text('[sources.figshare]\npublished = "other.duckdb"\n', encoding="utf-8")
    said = run("status", "--warehouse", str(loaded), cwd=tmp_path, status=2)
    assert "Nothing is published at other.duckdb" in said


def test_without_configuration_reading_imports_no_dlt(tmp_path: Path, loaded: Path) -> None:
    script = "import sys; from figshare_warehouse.cli import cli; cli(sys.argv[1:], standalone_mode=False);"
    script += "print('dlt' in sys.modules)"
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("DLT_", "XDG_"))}
    done = subprocess.run(
        [sys.executable, "-c", script, "status", "--warehouse", str(loaded)],
        cwd=tmp_path,
        env={**environment, "PYTHONPATH": str(ROOT / "pipelines")},
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    assert done.stdout.endswith("\nFalse\n")


def test_a_page_of_all_reports_is_not_one_of_a_single_report(tmp_path: Path) -> None:
    assert "leave out REPORT" in typed("describe", "licenses", "--markdown", "pages", cwd=tmp_path, status=2)


@pytest.mark.slow
def test_exit_status_when_things_were_set_aside_or_refused(tmp_path: Path, begun: Begun) -> None:
    begun(tmp_path / WAREHOUSE)
    with Sandbox(items=20, seed=5) as figshare:
        options = ["--institution", str(figshare.institution_id), "--api-url", figshare.api_url]
        options += ["--requests-per-second", "0"]
        figshare.faults.add(Fault("status", status=410, path=rf"/articles/{figshare.world.public_ids()[0]}$"))
        assert "1 request failed; the next refresh" in typed("refresh", *options, cwd=tmp_path, status=3)
        text = typed("refresh", *options, cwd=tmp_path, status=6, SOURCES__FIGSHARE__TOKEN="not-the-token")
        assert "refused the token" in text
        assert "not-the-token" not in text
        state = json.loads(typed("status", "--json", cwd=tmp_path))
        assert [row["outcome"] for row in state["refreshes"]] == ["failed", "incomplete"]


@pytest.mark.slow
def test_reports_that_do_not_agree_are_told_and_the_data_left(tmp_path: Path, begun: Begun) -> None:
    begun(tmp_path / WAREHOUSE)
    with Sandbox(items=20, seed=5) as figshare:
        options = ["--institution", str(figshare.institution_id), "--api-url", figshare.api_url]
        options += ["--requests-per-second", "0"]
        typed("refresh", *options, cwd=tmp_path)
        with duckdb.connect(str(tmp_path / WAREHOUSE)) as connection:
            connection.execute("delete from figshare.article_authors where position = 1")
        text = typed("refresh", *options, cwd=tmp_path)
        assert "Data tests that failed: children_are_as_many_as_said; see `figshare-warehouse check`." in text
        assert "article_authors" in typed("check", cwd=tmp_path, status=1)


@pytest.mark.slow
def test_a_report_of_ones_own_is_built_at_each_refresh_and_a_wrong_one_refused_at_once(
    tmp_path: Path, begun: Begun
) -> None:
    begun(tmp_path / WAREHOUSE)
    own = tmp_path / "mine"
    own.mkdir()
    text = "-- One row.\n--\n-- columns:\n--   one: 1.\n\nselect 1 as one\n"
    (own / "mine.sql").write_text(text, encoding="utf-8")
    with Sandbox(items=5, seed=5) as figshare:
        options = ["--institution", str(figshare.institution_id), "--api-url", figshare.api_url]
        options += ["--requests-per-second", "0", "--sql-dir", "mine"]
        typed("refresh", *options, cwd=tmp_path)
        with duckdb.connect(str(tmp_path / WAREHOUSE), read_only=True) as connection:
            assert connection.execute("select one from reports.mine").fetchall() == [(1,)]
        (own / "mine.sql").write_text(text.replace("as one", "as two"), encoding="utf-8")
        figshare.clear_requests()
        said = typed("refresh", *options, cwd=tmp_path, status=2)
        assert "One of your reports is wrong: mine/mine.sql:4: column `one` is described but is not in" in said
        assert figshare.requests == []


@pytest.fixture
def few() -> Iterator[Sandbox]:
    with Sandbox(items=30, seed=7) as sandbox:
        yield sandbox


@pytest.mark.slow
def test_searches_from_the_command_line_and_from_the_configuration(few: Sandbox, tmp_path: Path, begun: Begun) -> None:
    begun(tmp_path / WAREHOUSE)
    served = ["--api-url", few.api_url, "--stats-url", few.stats_url]
    paced = ["--requests-per-second", "0", "--usage", "none"]
    text = typed("refresh", *served, "--search", "nameless", cwd=tmp_path, status=2)
    assert "NAME=QUERY" in text
    text = typed("refresh", *served, "--search", 'mine="open', cwd=tmp_path, status=2)
    assert "'mine'" in text
    (tmp_path / ".dlt").mkdir()
    (tmp_path / ".dlt" / "config.toml").write_text('[sources.figshare.searches]\nsoil = ":title: soil"\n')
    run("refresh", *served, *paced, "--search", "mine=:title: data", cwd=tmp_path)
    run("refresh", *served, *paced, cwd=tmp_path)
    with duckdb.connect(str(tmp_path / WAREHOUSE), read_only=True) as connection:
        found = connection.execute("select search, search_for from figshare.listings order by 1").fetchall()
    assert found == [("mine", ":title: data"), ("soil", ":title: soil")]
    report = json.loads(typed("report", "search", "mine", "--format", "json", cwd=tmp_path))
    assert report["headline"]["found_article_count"] == len(report["rows"]) > 0
    typed("report", "search", "mine", "--format", "html", "--output", "mine.html", cwd=tmp_path)
    assert f"<dt>Items found</dt><dd>{len(report['rows'])}</dd>" in (tmp_path / "mine.html").read_text("utf-8")


def test_debug_shows_where_an_error_comes_from_and_ends_with_its_status(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--debug", "status", "--warehouse", str(tmp_path / "none.duckdb")])
    assert ended.value.code == 2
    assert "Traceback" in capsys.readouterr().err


def test_a_port_that_is_taken_is_one_sentence(tmp_path: Path) -> None:
    with Sandbox(items=5) as taken:
        assert f"cannot listen on port {taken.port}" in typed(
            "sandbox", "--items", "5", "--port", str(taken.port), cwd=tmp_path, status=1
        )
