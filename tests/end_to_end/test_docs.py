"""README and docs: every command, query, setting, option and link in them is one that there is."""

from __future__ import annotations

import ast
import importlib
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import duckdb
import pytest

from figshare_sandbox import Sandbox
from figshare_warehouse.cli import cli, main
from tests.support import ROOT

README = ROOT / "README.md"
PAGES = [README, *sorted((ROOT / "docs").glob("*.md"))]
TEXTS = {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in PAGES}

WAREHOUSE = "figshare_warehouse.duckdb"
REPORTS = "figshare_reports.duckdb"
PROGRAM = "figshare-warehouse"
ELSEWHERE = {
    "python3 -m venv": ".ci/run installs and runs the demo and the tests",
    "python -m tests.benchmarks": "tests/benchmarks/test_benchmarks.py",
    "python -m tests.histories": "tests/histories/test_histories.py",
    'python -c "import figshare_warehouse.': "as the Python examples: what it imports is there",
}
SERVES = "figshare-warehouse sandbox"
"""Until Ctrl-C: run in tests/sandbox/test_sandbox_server.py."""

FORGETS = "figshare-warehouse forget "

OWN_ARTICLE = "https://doi.org/10.17028/rd.lboro.1234567"
"""What stands for an article of the reader's institution."""

READERS = {"describe", "export", "plan", "report", "schedule", "site", "sql", "status", "views list", "views show"}
"""What only reads the warehouse or what is published of it, and takes no time: run without a Figshare."""

ARTICLE = "5616445"
"""The article of the pages."""
ORCID = re.compile(r"\b\d{4}-\d{4}-\d{4}-\d{3}[\dX]\b")
OF_OTHERS = {
    "docs/performance.md": {"--runs", "--small", "--large", "--fetched", "--refreshed", "--views", "--quick"},
    "docs/other-tools.md": {"--init-sql", "--profiles-dir"},
}
"""Options of other programs."""


def _blocks(language: str) -> Iterator[tuple[str, str]]:
    for page, text in TEXTS.items():
        for block in re.findall(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL):
            yield page, block


def _lines() -> Iterator[tuple[str, str]]:
    for page, block in _blocks("sh"):
        for line in block.replace("\\\n", " ").splitlines():
            yield page, line


COMMANDS = [(page, line) for page, line in _lines() if line.startswith(f"{PROGRAM} ")]
STATEMENTS = [(page, part) for page, block in _blocks("sql") for part in block.split(";") if part.strip()]


def _commands(command: click.Command = cli, path: tuple[str, ...] = ()) -> Iterator[tuple[str, click.Command]]:
    yield " ".join(path), command
    for name, child in getattr(command, "commands", {}).items():
        yield from _commands(child, (*path, name))


def _name(arguments: list[str]) -> str:
    known = {name for name, _ in _commands()}
    return next(" ".join(arguments[:n]) for n in (2, 1, 0) if " ".join(arguments[:n]) in known)


def _beside(folder: Path) -> None:
    """What the pages say a reader has: a report as a file, a list of schools, a place to publish to."""
    (folder / "my_reports").mkdir()
    [report] = [text for _, text in _blocks("sql") if text.startswith("-- One row per")]
    (folder / "my_reports" / "open_articles.sql").write_text(report, encoding="utf-8")
    # School of Physics, a group with articles in this world.
    (folder / "schools.csv").write_text("group_id,school,faculty\n31007,Physics,Science\n", encoding="utf-8")
    (folder / "group_names.csv").write_text("group_id,name,parent_id\n31007,Physics,\n", encoding="utf-8")
    (folder / "srv").mkdir()


def _arguments(line: str, folder: Path, theirs: tuple[str, str], ids: dict[str, str] | None = None) -> list[str]:
    """What is typed, for this institution, author and article, and with places that are there."""
    orcid, article = theirs
    typed = shlex.split(line.partition(" > ")[0])[1:]
    named = [(ids or {}).get(one, one).replace(ARTICLE, article) for one in typed]
    return [ORCID.sub(orcid, one).replace("/srv/", f"{folder.as_posix()}/srv/") for one in named]


def _status(arguments: list[str]) -> object:
    try:
        main(arguments)
    except SystemExit as ended:
        return ended.code
    return 0


def _author_and_article(published: Path) -> tuple[str, str]:
    """The ORCID iD of an author, and the id of an article."""
    query = "select (select min(orcid) from reports.authors), (select min(article_id) from reports.articles)"
    with duckdb.connect(str(published), read_only=True) as connection:
        orcid, article_id = connection.execute(query).fetchone() or ("", "")
    return str(orcid), str(article_id)


@pytest.fixture
def user(loaded: Path, tmp_path: Path) -> Path:
    """The folder of a reader who has refreshed once."""
    loaded.rename(tmp_path / WAREHOUSE)
    next(path for path in tmp_path.glob("*_reports.duckdb")).rename(tmp_path / REPORTS)
    _beside(tmp_path)
    return tmp_path


def test_each_line_is_a_command_that_is_tested() -> None:
    other = [(page, line) for page, line in _lines() if (page, line) not in COMMANDS]
    assert [one for one in other if not one[1].startswith(tuple(ELSEWHERE))] == []
    assert len(COMMANDS) > 30


def test_each_command_is_taken_by_the_command_line(user: Path) -> None:
    commands = dict(_commands())
    for page, line in COMMANDS:
        arguments = _arguments(line, user, ("0000-0002-1825-0097", ARTICLE))
        name = _name(arguments)
        try:
            assert name, "no such command"
            commands[name].make_context(name, arguments[len(name.split()) :])
        except (Exception, click.exceptions.Exit) as error:
            pytest.fail(f"{page}: `{line}`: {error}")


@pytest.mark.slow
def test_commands_that_read_say_something(user: Path, capsys: pytest.CaptureFixture[str]) -> None:
    theirs = _author_and_article(user / REPORTS)
    ran = set()
    for line, page in {line: page for page, line in COMMANDS}.items():
        arguments = _arguments(line, user, theirs)
        name = _name(arguments)
        # Of searches this warehouse has none.
        if (name.split()[0] not in READERS and name not in READERS) or name == "report search":
            continue
        status = _status(arguments)
        said = capsys.readouterr()
        assert not status, f"{page}: {line}\n{said.err}"
        assert said.out.strip(), f"{page}: `{line}` says nothing"
        ran.add(name)
        if "--output" in arguments:
            assert (user / arguments[arguments.index("--output") + 1]).exists(), line
    assert {name.split()[0] for name in ran} == {name.split()[0] for name in READERS}


def test_each_query_runs_on_the_published_file(user: Path) -> None:
    with duckdb.connect(str(user / REPORTS), read_only=True) as connection:
        for page, statement in STATEMENTS:
            try:
                connection.execute(statement).fetchall()
            except duckdb.Error as error:
                pytest.fail(f"{page}: {statement.strip()}\n{error}")
    assert len(STATEMENTS) > 25


def test_the_readmes_queries_can_be_pasted_after_sql(user: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = [shlex.split(line)[2:] for page, line in COMMANDS if page == "README.md" and f"{PROGRAM} sql" in line]
    arguments += [[part] for page, part in _blocks("sql") if page == "README.md"]
    assert len(arguments) == 3
    for each in arguments:
        assert _status(["sql", *each, "--format", "csv"]) == 0
        assert "," in capsys.readouterr().out, each


def test_what_python_examples_import_is_there() -> None:
    scripts = [(page, ast.parse(block)) for page, block in _blocks("python")]
    scripts += [(page, ast.parse(shlex.split(line)[2])) for page, line in _lines() if line.startswith("python -c")]
    assert len(scripts) == 4
    for page, script in scripts:
        for node in ast.walk(script):
            names = [a.name for a in node.names] if isinstance(node, ast.Import | ast.ImportFrom) else []
            for name in names:
                if isinstance(node, ast.ImportFrom):
                    assert hasattr(importlib.import_module(str(node.module)), name), page
                else:
                    importlib.import_module(name)


def test_each_option_is_one() -> None:
    params = [one for _, command in _commands() for one in command.params]
    known = {option for one in params for option in (*one.opts, *one.secondary_opts)} | {"--help"}
    for page, text in TEXTS.items():
        # What is typed, but for the shell's own commands.
        typed = " ".join(re.findall(r"`([^`\n]+)`", text))
        named = set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", typed))
        assert named <= known | OF_OTHERS.get(page, set()), page


def test_the_architecture_names_each_module() -> None:
    package = ROOT / "pipelines" / "figshare_warehouse"
    named = set(re.findall(r"`([\w/]+?)/?`", TEXTS["docs/architecture.md"]))
    there = {path.name.removesuffix(".py") for path in package.iterdir() if not path.name.startswith("__")}
    assert there - {"sources", "py.typed"} <= named
    folders = {name for name in named if (package / name).is_dir()}
    assert folders >= {"sources/http", "sources/figshare", "refresh/usage", "reports/html", "warehouse/publish"}


def test_each_report_and_table_that_is_named_is_one(user: Path) -> None:
    with duckdb.connect(str(user / WAREHOUSE), read_only=True) as connection:
        connection.execute(f"attach '{user / REPORTS}' as published (read_only)")
        known = {
            f"{schema}.{name}"
            for schema, name in connection.execute(
                "select schema_name, table_name from duckdb_tables() union "
                "select schema_name, view_name from duckdb_views() union "
                "select schema_name, function_name from duckdb_functions()"
            ).fetchall()
        }
    for page, text in TEXTS.items():
        # In text as in queries; a column may follow, and files are no tables.
        named = set(re.findall(r"(?<![\w/.])((?:reports|operations|figshare)\.[a-z_]+)(?!\w)", text))
        assert named - known - _NO_TABLES <= set(), page


_NO_TABLES = {
    *("figshare.com", "figshare.figshare_source", "reports.md", "operations.md", "reports.sql", "reports.xlsx"),
    "figshare.cron",
}


def test_links_lead_somewhere() -> None:
    broken = []
    reference = sorted((ROOT / "docs" / "reports").glob("*.md"))
    for path in (*PAGES, *reference, ROOT / "CHANGELOG.md"):
        text = re.sub(r"^```.*?^```", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
        for target in re.findall(r"\]\(([^)\s]+)\)", text):
            if target.startswith(("https://", "http://")):
                continue
            file, _, anchor = target.partition("#")
            to = path.parent / file if file else path
            if not to.exists() or (anchor and anchor not in _anchors(to)):
                broken.append(f"{path.name}: {target}")
    assert broken == []


def _anchors(page: Path) -> set[str]:
    """The anchors that GitHub makes of headings."""
    text = re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_the_readme_is_short_and_leads_to_each_page() -> None:
    assert len(TEXTS["README.md"].splitlines()) <= 140
    linked = set(re.findall(r"\]\((docs/[\w-]+\.md)", TEXTS["README.md"]))
    assert linked == {*TEXTS} - {"README.md"}


def test_ci_runs_the_readmes_test_command() -> None:
    assert ".venv/bin/python -m pytest" in TEXTS["README.md"]
    assert "-m pytest" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


@pytest.mark.slow
def test_what_the_pages_say_can_be_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _beside(tmp_path)
    with Sandbox(items=40, seed=1) as figshare:
        for name, value in (("API_URL", figshare.api_url), ("STATS_URL", figshare.stats_url)):
            monkeypatch.setenv(f"SOURCES__FIGSHARE__{name}", value)
        monkeypatch.setenv("SOURCES__FIGSHARE__REQUESTS_PER_SECOND", "0")
        monkeypatch.setenv("SOURCES__FIGSHARE__TOKEN", figshare.token)
        # What stands for the reader's institution and group.
        ids = {"1234": str(figshare.institution_id), "5678": "31007", "lboro": figshare.portal}
        ids[OWN_ARTICLE] = f"https://figshare.example/articles/dataset/Title/{figshare.world.public_ids()[0]}"
        # As the demo of the first page leaves it.
        assert not _status(["refresh", "--institution", ids["1234"]])
        theirs = _author_and_article(tmp_path / REPORTS)
        # What forgets all comes last.
        lines = sorted({line: page for page, line in COMMANDS}.items(), key=lambda one: one[0].startswith(FORGETS))
        for line, page in lines:
            if line.startswith(SERVES):
                continue
            if line.startswith(FORGETS):
                _run_examples(tmp_path, figshare)
            status = _status(_arguments(line, tmp_path, theirs, ids))
            said = capsys.readouterr()
            assert not status, f"{page}: {line}\n{said.err}"
            assert said.out.strip(), f"{page}: `{line}` says nothing"


def _run_examples(folder: Path, figshare: Sandbox) -> None:
    with duckdb.connect(str(folder / REPORTS), read_only=True) as connection:
        for _, statement in STATEMENTS:
            connection.execute(statement).fetchall()
    for _, script in _blocks("python"):
        script = script.replace("1234", str(figshare.institution_id))
        # Of the commands only a refresh would ask it, which takes as long again.
        there = os.environ | {
            "SOURCES__DATACITE__API_URL": figshare.datacite_url,
            "SOURCES__DATACITE__REQUESTS_PER_SECOND": "0",
        }
        subprocess.run([sys.executable, "-c", script], cwd=folder, env=there, check=True, capture_output=True)
