"""Everything in the README that can be typed in is typed in, in its order, against a local Figshare."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from figshare_sandbox import Sandbox
from figshare_warehouse.cli import main
from support import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
ELSEWHERE = {
    "python3 -m venv": ".ci/run installs and runs the main job and the tests",
    "python -m tests.benchmarks": "tests/test_benchmarks.py",
    "figshare-warehouse sandbox": "tests/sandbox/test_sandbox_server.py: it serves until Ctrl-C",
}


def _blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", README, re.MULTILINE | re.DOTALL)


def _commands() -> Iterator[str]:
    for block in _blocks("sh"):
        for line in block.replace("\\\n", " ").splitlines():
            if not any(line.startswith(start) for start in ELSEWHERE):
                yield line


@pytest.mark.slow
def test_what_the_readme_says_can_be_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "my_reports").mkdir()
    [own] = [text for text in _blocks("sql") if text.startswith("-- One row per")]
    (tmp_path / "my_reports" / "open_articles.sql").write_text(own, encoding="utf-8")
    (tmp_path / "srv").mkdir()
    (tmp_path / "schools.csv").write_text("group_id,school,faculty\n31007,Physics,Science\n", encoding="utf-8")
    # School of Physics is a group with articles in this world.
    with Sandbox(items=40, seed=1) as figshare:
        for name, value in (("API_URL", figshare.api_url), ("STATS_URL", figshare.stats_url)):
            monkeypatch.setenv(f"SOURCES__FIGSHARE__{name}", value)
        monkeypatch.setenv("SOURCES__FIGSHARE__REQUESTS_PER_SECOND", "0")
        monkeypatch.setenv("SOURCES__FIGSHARE__TOKEN", figshare.token)
        orcid = None
        done = []
        for command in _commands():
            program, *arguments = shlex.split(command)
            assert program == "figshare-warehouse", f"the README's `{command}` is run by no test"
            # What stands for the reader's own institution and author.
            ours = {"1234": str(figshare.institution_id), "0000-0002-1825-0097": orcid or ""}
            status = _status([ours.get(a, a).replace("/srv/", f"{tmp_path}/srv/") for a in arguments])
            told = capsys.readouterr()
            assert not status, f"{command}\n{told.err}"
            assert told.out.strip(), f"`{command}` says nothing"
            if orcid is None and (tmp_path / "figshare_reports.duckdb").exists():
                orcid = _first(tmp_path, "select min(orcid) from reports.authors")
            done.append(command)
        assert len(done) > 20
        for statement in ";".join(_blocks("sql")).split(";"):
            if statement.strip():
                with duckdb.connect(str(tmp_path / "figshare_reports.duckdb"), read_only=True) as connection:
                    connection.execute(statement).fetchall()
        for script in _blocks("python"):
            script = script.replace("1234", str(figshare.institution_id))
            subprocess.run([sys.executable, "-c", script], cwd=tmp_path, check=True, capture_output=True)
    for written in re.findall(r"--output (\S+)", "\n".join(done)):
        assert (tmp_path / written).exists(), written


def _status(arguments: list[str]) -> object:
    try:
        main(arguments)
    except SystemExit as ended:
        return ended.code
    return 0


def _first(folder: Path, query: str) -> str:
    with duckdb.connect(str(folder / "figshare_reports.duckdb"), read_only=True) as connection:
        (value,) = connection.execute(query).fetchone() or ("",)
        return str(value)
