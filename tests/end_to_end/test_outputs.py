"""What may be written over: nothing of anybody else's, no device, and nothing beyond a link that leads away."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest

from figshare_sandbox import Sandbox
from figshare_warehouse.cli import main
from figshare_warehouse.outputs import part_of
from figshare_warehouse.warehouse.publish.published import Published, is_published
from tests.support import change, rows

Said = Callable[..., str]

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="pipes, and links without a right of their own")

# A command that writes, and the option that names the file.
WRITERS = {
    "status": ("status", "--output"),
    "status json": ("status --json", "--output"),
    "report csv": ("report institution --format csv", "--output"),
    "report json": ("report institution --format json", "--output"),
    "report html": ("report institution --format html", "--output"),
    "check": ("check --format json", "--output"),
    "plan": ("plan --institution 990 --format csv", "--output"),
    "export csv": ("export licenses --format csv", "--output"),
    "export json": ("export licenses --format json", "--output"),
    "export parquet": ("export licenses --format parquet", "--output"),
    "export xlsx": ("export licenses --format xlsx", "--output"),
    "publish": ("publish", "--published"),
}
# One of each way of writing; the others are alike, and so are tried by the longer tests.
FEW = ("report html", "export csv", "publish")
EACH = [pytest.param(name, marks=() if name in FEW else pytest.mark.slow) for name in WRITERS]
ENDINGS = {"csv": "csv", "json": "json", "parquet": "parquet", "xlsx": "xlsx", "html": "html"}
FOREIGN = "name,number\nsomebody,1\n"


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str]) -> Said:
    """Types a command; returns what it printed."""

    def typed(*arguments: object, status: int = 0) -> str:
        capsys.readouterr()
        ended = 0
        try:
            main([str(argument) for argument in arguments])
        except SystemExit as end:
            ended = int(end.code or 0)
        text = "".join(capsys.readouterr())
        assert ended == status, text
        assert "unexpected" not in text
        return text

    return typed


@pytest.fixture
def asked(figshare: Sandbox, loaded: Path) -> list[object]:
    """A refresh of what is loaded, without usage."""
    paced = ["--requests-per-second", 0, "--usage", "none"]
    return ["refresh", "--institution", 990, "--api-url", figshare.api_url, *paced, "--warehouse", loaded]


def _file(folder: Path, name: str) -> Path:
    return folder / f"out.{ENDINGS.get(name.split()[-1], 'duckdb' if name == 'publish' else 'txt')}"


@pytest.mark.parametrize("name", EACH)
def test_what_is_not_ours_stays_and_what_is_is_replaced(loaded: Path, tmp_path: Path, said: Said, name: str) -> None:
    command, option = WRITERS[name]
    file = _file(tmp_path, name)
    typed = [*command.split(), "--warehouse", loaded, option, file]
    file.write_text(FOREIGN, encoding="utf-8")
    files = set(tmp_path.iterdir())
    text = said(*typed, status=2)
    assert f"{file} exists and is not a" in text
    assert "add --overwrite to replace it" in text
    assert text.count("\n") == 1
    assert file.read_text(encoding="utf-8") == FOREIGN
    assert set(tmp_path.iterdir()) == files
    said(*typed, "--overwrite")
    assert file.read_bytes() != FOREIGN.encode()
    # Each night again.
    said(*typed)
    assert set(tmp_path.iterdir()) == files


@pytest.mark.parametrize(
    ("file", "begins"),
    [
        ("out.html", "<!doctype html>"),
        ("out.HTML", "<!doctype html>"),
        ("out.csv", "institution_id,"),
        ("out.json", "{"),
        ("out.txt", "University of"),
        ("out", "University of"),
    ],
)
def test_without_a_format_the_ending_decides(loaded: Path, tmp_path: Path, said: Said, file: str, begins: str) -> None:
    report = ["report", "institution", "--warehouse", loaded, "--output", tmp_path / file]
    said(*report)
    assert (tmp_path / file).read_text(encoding="utf-8").lower().startswith(begins.lower())
    said(*report, "--overwrite", "--format", "json")
    assert (tmp_path / file).read_text(encoding="utf-8").startswith("{")


def test_an_ending_that_a_command_does_not_write_is_refused(loaded: Path, tmp_path: Path, said: Said) -> None:
    files = set(tmp_path.iterdir())
    for command in ("report institution", "status", "check", "plan --institution 990"):
        for ending, elsewhere in (("xlsx", "export"), ("parquet", "export"), ("html", "report")):
            if (command, ending) == ("report institution", "html"):
                continue
            text = said(*command.split(), "--warehouse", loaded, "--output", tmp_path / f"out.{ending}", status=2)
            takes = "*.csv, *.json or *.html" if command.startswith("report") else "*.csv or *.json"
            assert text.startswith(f"Error: --output takes a file {takes} here, not *.{ending}: `figshare-warehouse ")
            assert f"{elsewhere}` writes" in text
            assert text.count("\n") == 1
    assert set(tmp_path.iterdir()) == files
    said("status", "--json", "--warehouse", loaded, "--output", tmp_path / "out.xlsx")
    assert (tmp_path / "out.xlsx").read_text(encoding="utf-8").startswith("{")


@pytest.mark.parametrize("name", EACH)
def test_no_device_and_no_link_that_leads_away_is_written(loaded: Path, tmp_path: Path, said: Said, name: str) -> None:
    command, option = WRITERS[name]
    file = _file(tmp_path, name)
    typed = [*command.split(), "--warehouse", loaded, option, file]
    (tmp_path / "other").mkdir()
    secret = tmp_path / "other" / "secret.txt"
    secret.write_text("secret", encoding="utf-8")
    (tmp_path / "mine").mkdir()
    os.mkfifo(file)
    for more in ([], ["--overwrite"]):
        assert "a device, a pipe or a socket" in said(*typed, *more, status=2)
    file.unlink()
    file = typed[-1] = tmp_path / "mine" / file.name
    file.symlink_to(secret)
    for more in ([], ["--overwrite"]):
        assert "is a link that leads out of its folder" in said(*typed, *more, status=2)
    assert file.is_symlink()
    assert secret.read_text(encoding="utf-8") == "secret"
    file.unlink()
    # Within its folder a link stays one.
    file.symlink_to(tmp_path / "mine" / f"true{file.suffix}")
    said(*typed)
    assert sorted(tmp_path.joinpath("mine").iterdir()) == sorted([file, file.resolve()])
    file.resolve().unlink()
    file.unlink()
    file.symlink_to(file.name)
    assert "choose another" in said(*typed, status=2)
    assert sorted(tmp_path.joinpath("mine").iterdir()) == [file]


def test_no_device_is_written_by_its_name(loaded: Path, said: Said) -> None:
    typed = ["status", "--warehouse", loaded, "--output", os.devnull, "--overwrite"]
    assert "leave out --output to print the report" in said(*typed, status=2)


@pytest.mark.slow
def test_a_refresh_refuses_to_publish_over_what_is_not_ours_before_it_asks(
    figshare: Sandbox, loaded: Path, tmp_path: Path, asked: list[object], said: Said
) -> None:
    published = Published.of(loaded).path
    other = tmp_path / "other.duckdb"
    with duckdb.connect(str(other)) as connection:
        connection.execute("create schema reports")
        connection.execute("create table reports.about as select 1 as data_tests_failed")
    mixed = tmp_path / "mixed.duckdb"
    mixed.write_bytes(published.read_bytes())
    change(mixed, "create table main.mine as select 1 as one")
    passwords = tmp_path / "passwords"
    passwords.write_text("root:x:0:0\n", encoding="utf-8")
    for file in (other, mixed, passwords):
        before, files = file.read_bytes(), set(tmp_path.iterdir())
        assert f"{file} exists and is not a file of reports" in said(*asked, "--published", file, status=2)
        assert file.read_bytes() == before
        assert set(tmp_path.iterdir()) == files
    assert not figshare.requests
    # By default, too.
    published.write_text("mine", encoding="utf-8")
    said(*asked, status=2)
    assert not figshare.requests
    said(*asked, "--overwrite")
    said(*asked)
    assert is_published(published)


def test_what_version_0_1_published_is_known_though_it_is_damaged(loaded: Path) -> None:
    path = Published.of(loaded).path
    published = path.read_bytes()
    for name, is_ours in ((b"laws_broken", True), (b"something", False)):
        content = bytearray(published.replace(b"data_tests_failed", name))
        for header in (4096, 8192):
            content[header + 100] ^= 0xFF
        path.write_bytes(content)
        with pytest.raises(duckdb.Error), duckdb.connect(str(path), read_only=True):
            pass
        assert is_published(path) is is_ours


def test_what_was_published_is_known_though_it_is_held_or_damaged(loaded: Path) -> None:
    path = Published.of(loaded).path
    assert is_published(path)
    assert not is_published(loaded)
    script = "import sys, duckdb; c = duckdb.connect(sys.argv[1]); print(flush=True); sys.stdin.read()"
    for file, is_ours in ((path, True), (loaded, False)):
        command = [sys.executable, "-c", script, str(file)]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as writer:
            assert writer.stdout is not None
            writer.stdout.readline()
            assert is_published(file) is is_ours
            writer.communicate()
        content = bytearray(file.read_bytes())
        # Of the last header, which is in use or the one before.
        content[4096 + 100] ^= 0xFF
        content[8192 + 100] ^= 0xFF
        file.write_bytes(content)
        with pytest.raises(duckdb.Error), duckdb.connect(str(file), read_only=True):
            pass
        assert is_published(file) is is_ours


def test_a_view_in_a_file_is_not_asked_whether_the_file_is_ours(tmp_path: Path) -> None:
    path = tmp_path / "trap.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema reports")
        connection.execute("create view reports.about as select error('asked') as data_tests_failed")
        connection.execute("create view reports.published_reports as select error('asked') as row_count")
    assert not is_published(path)


@pytest.mark.slow
@pytest.mark.parametrize("first", ["", '{"at": "2026", "level": "info", "logger": "x", "message": "y"}\n'])
def test_a_log_is_added_to(asked: list[object], tmp_path: Path, said: Said, first: str) -> None:
    log = tmp_path / "refresh.log"
    log.write_text(first, encoding="utf-8")
    said(*asked, "--log-file", log)
    assert log.read_text(encoding="utf-8").startswith(first + '{"at":')


def test_nothing_is_added_to_what_is_no_log_of_ours(
    figshare: Sandbox, asked: list[object], tmp_path: Path, said: Said
) -> None:
    (tmp_path / "logs").mkdir()
    notes, pipe, link = (tmp_path / "logs" / name for name in ("notes.txt", "pipe", "link.log"))
    (tmp_path / "elsewhere.log").touch()
    os.mkfifo(pipe)
    link.symlink_to(tmp_path / "elsewhere.log")
    for content in (FOREIGN, "{}\n", "\n", "[1]\n"):
        notes.write_text(content, encoding="utf-8")
        assert "is not a log of figshare-warehouse" in said(*asked, "--log-file", notes, status=2)
        assert notes.read_text(encoding="utf-8") == content
    assert "a device, a pipe or a socket" in said(*asked, "--log-file", pipe, status=2)
    assert "leads out of its folder" in said(*asked, "--log-file", link, status=2)
    assert "is a folder" in said(*asked, "--log-file", tmp_path, status=2)
    assert not (tmp_path / "elsewhere.log").stat().st_size
    assert not figshare.requests


def test_a_refused_command_leaves_nothing_behind(tmp_path: Path, said: Said) -> None:
    folder = tmp_path / "empty"
    folder.mkdir()
    warehouse = ["--warehouse", folder / "w.duckdb"]
    for command in (
        ["status"],
        ["report", "institution", "--output", folder / "out.txt"],
        ["site", "--output", folder / "site"],
        ["export", "--format", "csv", "--output", folder / "tables"],
        ["publish"],
        ["views", "build"],
        ["check"],
        ["refresh", "--institution", 1, "--log-file", folder / "log", "--api-url", "ftp://nowhere"],
        ["refresh", "--institution", 1, "--log-file", folder / "log", "--published", folder / "no" / "p.duckdb"],
    ):
        said(*command, *warehouse, status=2)
        assert list(folder.iterdir()) == [], command


@pytest.mark.slow
def test_a_site_replaces_only_files_of_a_site(loaded: Path, tmp_path: Path, said: Said) -> None:
    site = tmp_path / "site"
    typed = ["site", "--min-items", 5, "--warehouse", loaded, "--output", site]
    (site / "assets").mkdir(parents=True)
    own = site / "assets" / "page.css"
    own.write_text("mine", encoding="utf-8")
    assert f"{own} exists and is not a file of a site" in said(*typed, status=2)
    assert own.read_text(encoding="utf-8") == "mine"
    assert sorted(path.name for path in site.rglob("*")) == ["assets", "page.css"]
    own.unlink()
    said(*typed)
    # A newer version may have other assets.
    own.write_text("of an older version", encoding="utf-8")
    said(*typed)
    assert own.read_text(encoding="utf-8") != "of an older version"
    page = next(site.glob("group-*.html"))
    page.write_text("mine", encoding="utf-8")
    before = {path: path.read_bytes() for path in site.rglob("*.*")}
    assert f"{page} exists and is not a page" in said(*typed, status=2)
    assert {path: path.read_bytes() for path in site.rglob("*.*")} == before
    said(*typed, "--overwrite")
    assert page.read_bytes() != b"mine"


def test_a_site_is_not_written_through_links(loaded: Path, tmp_path: Path, said: Said) -> None:
    away = tmp_path / "away"
    away.mkdir()
    (tmp_path / "web").mkdir()
    (tmp_path / "web" / "site").symlink_to(away)
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "assets").symlink_to(away)
    for output in (tmp_path / "web" / "site", tmp_path / "other"):
        text = said("site", "--warehouse", loaded, "--output", output, "--overwrite", status=2)
        assert "is a link that leads out of its folder" in text
    said("export", "--warehouse", loaded, "--format", "csv", "--output", tmp_path / "web" / "site", status=2)
    assert list(away.iterdir()) == []


def test_a_table_of_an_older_version_is_replaced_and_one_with_a_column_of_somebodys_is_not(
    loaded: Path, tmp_path: Path, said: Said
) -> None:
    file = tmp_path / "licenses.csv"
    typed = ["export", "licenses", "--format", "csv", "--warehouse", loaded, "--output", file]
    said(*typed)
    header, *lines = file.read_text(encoding="utf-8").splitlines()
    file.write_text("\n".join([header.rpartition(",")[0], *lines]), encoding="utf-8")
    said(*typed)
    file.write_text("\n".join([f"{header},our_notes", *lines]), encoding="utf-8")
    assert "exists and is not a CSV of this report" in said(*typed, status=2)


def _dead_process() -> int:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


@pytest.fixture
def other_process() -> Iterator[int]:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        yield process.pid
        process.communicate(b"\n")


def test_what_a_killed_process_left_is_removed_and_what_another_writes_is_not(
    loaded: Path, tmp_path: Path, said: Said, other_process: int
) -> None:
    file = tmp_path / "out.csv"
    left = tmp_path / f".out.csv.{_dead_process()}.part"
    left.touch()
    kept = [tmp_path / f".out.csv.{other_process}.part", tmp_path / ".other.csv.1.part", tmp_path / ".out.csv.x.part"]
    for path in kept:
        path.touch()
    said("export", "licenses", "--format", "csv", "--warehouse", loaded, "--output", file)
    assert file.exists()
    assert not left.exists()
    assert all(path.exists() for path in kept)
    assert len(part_of(tmp_path / f"{'x' * 250}.csv").name.encode()) <= 255


@pytest.mark.slow
def test_no_lock_stays(loaded: Path, tmp_path: Path, asked: list[object], said: Said) -> None:
    files = {path.name for path in tmp_path.iterdir()}
    for command in (["publish"], ["views", "build"]):
        said(*command, "--warehouse", loaded)
        assert {path.name for path in tmp_path.iterdir()} == files
    change(loaded, "update figshare.refreshes set api_url = 'https://elsewhere.example/v2'")
    assert "ids of different Figshares collide" in said(*asked, status=2)
    assert "But a refresh refuses" in said("plan", *asked[1:])
    assert {path.name for path in tmp_path.iterdir()} == files
    assert rows(loaded, "select count(*) from reports.articles") == [(160,)]
