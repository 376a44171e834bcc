"""The entries for schedulers: those that can be are run or read by what will run or read them."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from figshare_warehouse.cli import cli
from figshare_warehouse.errors import UsageError
from figshare_warehouse.schedule import KINDS, Entry, schedule

ODD = 'a 100% $HOME "odd" it\'s & <folder> ${{ x }}'


def _printed(kind: str, *options: str) -> str:
    done = CliRunner().invoke(cli, ["schedule", kind, "--institution", "12", *options], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


@pytest.fixture
def odd(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / ODD
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setenv("SOURCES__FIGSHARE__TOKEN", "the-secret-token")
    return folder


@pytest.mark.parametrize("kind", KINDS)
def test_no_entry_holds_a_secret_and_each_says_how_to_install_it(odd: Path, kind: str) -> None:
    text = _printed(kind, "--notify-command", "mail -s 'It failed' me@example.org")
    assert "the-secret-token" not in text
    assert "THIS_FILE" in text or ".github/workflows" in text
    assert text == _printed(kind, "--notify-command", "mail -s 'It failed' me@example.org")


def test_on_github_what_is_configured_here_is_in_the_entry(odd: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    searches = {"soil": ':title: "it\'s" ${{ x }}'}
    configured = {
        "INSTITUTION": "34",
        "PORTAL": "one",
        "SCHOOLS": str(odd / "lists" / "schools.csv"),
        "USAGE": '["none"]',
        "SEARCHES": json.dumps(searches),
        "NOTIFY_COMMAND": "curl https://example.org/a-secret",
    }
    for name, value in configured.items():
        monkeypatch.setenv(f"SOURCES__FIGSHARE__{name}", value)
    [step] = [step for step in yaml.safe_load(_printed("github-actions"))["jobs"]["refresh"]["steps"] if "env" in step]
    env = {name.removeprefix("SOURCES__FIGSHARE__"): value for name, value in step["env"].items()}
    # What is typed wins, and is typed there.
    assert "--institution 12" in step["run"]
    assert env.pop("TOKEN") == "${{ secrets.FIGSHARE_TOKEN }}"
    assert json.loads(env.pop("SEARCHES").replace("${{ '${{' }}", "${{")) == searches
    assert env == {"PORTAL": "one", "SCHOOLS": "schools.csv", "USAGE": '["none"]'}


@pytest.mark.parametrize("name", ["internal", "account"])
def test_personal_data_is_not_for_github(odd: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    said = f"(?s)--{name} reads personal data.*everybody who can read the repository.*cron, systemd or windows"
    with pytest.raises(UsageError, match=said):
        _printed("github-actions", f"--{name}")
    # Elsewhere it stays on the user's machine.
    assert f"--{name}" in _printed("cron", f"--{name}")
    monkeypatch.setenv(f"SOURCES__FIGSHARE__{name.upper()}", "true")
    with pytest.raises(UsageError, match=said):
        _printed("github-actions")


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="cron is for POSIX")
def test_crons_line_runs_as_cron_runs_it(odd: Path) -> None:
    search = "x=:title: 100% 'soil' \"$HOME\" `id`"
    line = _printed("cron", "--search", search, "--api-url", "http://127.0.0.1:9/v2").splitlines()[-1]
    minute, hour, day, month, weekday, command = line.split(" ", 5)
    assert (day, month, weekday) == ("*", "*", "*")
    assert 0 < int(minute) < 60
    assert 1 <= int(hour) < 6
    assert not re.search(r"(?<!\\)%", command)
    shown = command.replace("\\%", "%").replace(" > /dev/null", "").split("&& ", 1)
    words = shlex.split(command.replace("\\%", "%"))
    assert words[words.index("--search") + 1] == search
    assert words[words.index("--warehouse") + 1] == str(odd / "figshare_warehouse.duckdb")
    assert words[words.index("--log-file") + 1] == str(odd / "figshare_warehouse.log")
    assert len(shown) == 2
    done = subprocess.run(
        ["/bin/sh", "-c", command.replace("\\%", "%") + "; exit $?"],
        env={**os.environ, "SOURCES__FIGSHARE__MAX_TRIES": "1"},
        cwd="/",
        capture_output=True,
        text=True,
        check=False,
    )
    # Nothing answers there, and `%` in a path is more than dlt takes: that the command ran is what is asked here.
    assert done.returncode not in (0, 2, 126, 127), done.stderr
    assert done.stdout == ""
    assert (odd / "figshare_warehouse.log").exists()


def _units(odd: Path) -> dict[str, str]:
    text = _printed("systemd", "--search", 'x=:title: 100% $soil \\ "q"')
    home = odd.parent / "units"
    script = text.rpartition("systemctl --user daemon-reload")[0]
    subprocess.run(["/bin/sh", "-c", script], env={**os.environ, "HOME": str(home)}, check=True)
    return {file.suffix: str(file) for file in (home / ".config/systemd/user").iterdir()}


@pytest.mark.skipif(os.name == "nt", reason="systemd is for Linux")
def test_systemds_units_are_quoted(odd: Path) -> None:
    units = _units(odd)
    service = Path(units[".service"]).read_text(encoding="utf-8")
    (command,) = re.findall(r"^ExecStart=(.*)$", service, re.M)
    words = [
        re.sub(r"\\(.)", r"\1", word).replace("%%", "%").replace("$$", "$")
        for word in re.findall(r'"((?:[^"\\]|\\.)*)"', command)
    ]
    assert words[words.index("--search") + 1] == 'x=:title: 100% $soil \\ "q"'
    assert words[words.index("--warehouse") + 1] == str(odd / "figshare_warehouse.duckdb")
    assert re.search(r"^OnCalendar=\*-\*-\* 0[1-5]:\d\d:00$", Path(units[".timer"]).read_text(encoding="utf-8"), re.M)


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="needs systemd-analyze")
def test_systemd_takes_the_units(odd: Path) -> None:
    units = _units(odd)
    done = subprocess.run(
        ["systemd-analyze", "--user", "verify", *units.values()], capture_output=True, text=True, check=False
    )
    assert not [line for line in done.stderr.splitlines() if "figshare-refresh" in line], done.stderr


def test_githubs_workflow_is_yaml_and_keeps_the_warehouse(odd: Path) -> None:
    workflow = yaml.safe_load(_printed("github-actions", "--search", "x=${{ secrets.OTHER }}"))
    steps = workflow["jobs"]["refresh"]["steps"]
    (step,) = (step for step in steps if str(step.get("name", "")).startswith("Refresh"))
    assert step["env"] == {"SOURCES__FIGSHARE__TOKEN": "${{ secrets.FIGSHARE_TOKEN }}"}
    assert "x=${{ '${{' }} secrets.OTHER }}" in step["run"]
    assert "--max-minutes 330" in step["run"]
    assert str(odd) not in step["run"]
    assert {step.get("uses", "").partition("@")[0] for step in steps} >= {
        *("actions/cache/restore", "actions/cache/save", "actions/upload-artifact"),
    }


def test_githubs_workflow_names_no_path_of_this_machine(odd: Path) -> None:
    (odd / "mine").mkdir()
    paths = {name: str(odd / name) for name in ("w.duckdb", "p.duckdb", "mine", "a.log")}
    options = [f"--warehouse={paths['w.duckdb']}", f"--published={paths['p.duckdb']}", "--sql-dir", paths["mine"]]
    workflow = yaml.safe_load(_printed("github-actions", *options, f"--log-file={paths['a.log']}"))
    command = next(step["run"] for step in workflow["jobs"]["refresh"]["steps"] if "Refresh" in step.get("name", ""))
    assert str(odd) not in command
    for words in ("--warehouse w.duckdb", "--published p.duckdb", "--sql-dir mine", "--log-file refresh.log"):
        assert words in command


def test_arguments_of_one_word_are_recognised() -> None:
    arguments = [
        "refresh",
        "--warehouse=/d/-w.duckdb",
        "--log-file=/d/w.log",
        "--search=--log-file=/d",
        "--max-minutes=9",
    ]
    text = schedule("github-actions", Entry(arguments, Path("/d/-w.duckdb"), Path("/d")))
    said = "refresh --warehouse=-w.duckdb --log-file refresh.log --search=--log-file=/d --max-minutes=9 ||"
    assert said in text


def test_windows_task_is_xml(odd: Path) -> None:
    task = ET.fromstring(_printed("windows", "--search", 'x="soil" & <rock>'))
    space = "{http://schemas.microsoft.com/windows/2004/02/mit/task}"
    found = {node.tag.removeprefix(space): node.text or "" for node in task.iter()}
    assert found["WorkingDirectory"] == str(odd)
    assert subprocess.list2cmdline(["--search", 'x="soil" & <rock>']) in found["Arguments"]
    assert re.fullmatch(r"2026-01-01T0[1-5]:\d\d:00", found["StartBoundary"])


def test_warehouses_are_refreshed_at_different_times() -> None:
    times = {Entry([], Path(f"/data/{name}.duckdb"), Path("/data")).time for name in range(100)}
    assert len(times) > 60


def test_what_cannot_be_scheduled_is_refused() -> None:
    with pytest.raises(UsageError, match="line break"):
        schedule("cron", Entry(["refresh", "--search", "a=b\nc"], Path("/w.duckdb"), Path("/")))
    with pytest.raises(UsageError, match="Say what to load"):
        CliRunner().invoke(cli, ["schedule", "cron"], catch_exceptions=False)
