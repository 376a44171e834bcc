"""The user's own command after a refresh that did not do all: real processes, a real Figshare on the loopback."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from figshare_sandbox import Fault, Sandbox
from figshare_warehouse.warehouse import store
from tests.support import start_refresh

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the commands here are for a POSIX shell")


@pytest.fixture(autouse=True)
def _begun(begun: Any, tmp_path: Path) -> None:
    begun(tmp_path / "w.duckdb")


@pytest.fixture
def tiny() -> Any:
    with Sandbox(items=8, seed=5) as sandbox:
        yield sandbox


def _refreshed(sandbox: Sandbox, folder: Path, command: str, **environment: str) -> tuple[int, str, str]:
    process = start_refresh(sandbox, folder / "w.duckdb", ["--notify-command", command], environment)
    said, errors = process.communicate(timeout=120)
    assert "Traceback" not in errors
    return process.returncode, said, errors


def _refreshed_with_report(sandbox: Sandbox, folder: Path, selected: str) -> tuple[int, str, str]:
    """Refreshes with a report `mine` of one's own; the summary is kept."""
    own = folder / "own"
    own.mkdir()
    text = f"-- One.\n--\n-- key: one\n-- columns:\n--   one: 1.\n\nselect {selected}\n"
    (own / "mine.sql").write_text(text, encoding="utf-8")
    command = f"cat > '{folder}/summary.json'"
    return _refreshed(sandbox, folder, command, SOURCES__FIGSHARE__SQL_DIR=str(own))


def _summary(folder: Path) -> Any:
    return json.loads((folder / "summary.json").read_text(encoding="utf-8"))


@pytest.mark.slow
def test_a_refresh_without_a_terminal_says_one_line_and_does_not_notify_when_all_is_done(
    tiny: Any, tmp_path: Path
) -> None:
    code, said, errors = _refreshed(tiny, tmp_path, f"cat > '{tmp_path}/summary.json'")
    assert (code, errors) == (0, "")
    assert said.count("\n") == 1
    assert "8 of 8 articles due were loaded" in said
    assert not (tmp_path / "summary.json").exists()


@pytest.mark.slow
def test_a_partial_refresh_is_sent_with_its_counts_and_without_secrets(tiny: Any, tmp_path: Path) -> None:
    tiny.faults.add(Fault("status", status=410, path=rf"/articles/{tiny.world.public_ids()[0]}$"))
    folder = tmp_path / "a folder"
    folder.mkdir()
    (tmp_path / "w.duckdb").rename(folder / "w.duckdb")
    command = f'cat > "{folder}/summary.json"; env > "{folder}/env"; exit 9'
    code, said, errors = _refreshed(tiny, folder, command)
    assert code == 3
    assert said.count("\n") == 1
    assert "The notify command ended with status 9." in errors
    sent = _summary(folder)
    assert (sent["outcome"], sent["exit_code"]) == ("incomplete", 3)
    assert sent["warehouse"] == str(folder / "w.duckdb")
    assert sent["counts"]["articles_loaded"] == 7
    assert sent["counts"]["failed_requests"] == len(sent["failed_requests"]) == 1
    assert tiny.token not in json.dumps(sent)
    assert tiny.token not in (folder / "env").read_text()


@pytest.mark.slow
def test_data_tests_that_fail_are_sent(tiny: Any, tmp_path: Path) -> None:
    code, _, errors = _refreshed_with_report(tiny, tmp_path, "unnest([1, 1]) as one")
    assert (code, errors) == (0, "")
    sent = _summary(tmp_path)
    assert (sent["exit_code"], sent["outcome"]) == (0, "done")
    assert len(sent["failed_data_tests"]) == 1
    assert sent["message"] == f"Data tests that failed: {sent['failed_data_tests'][0]}."


@pytest.mark.slow
def test_what_could_not_be_published_is_sent_with_what_was_loaded(tiny: Any, tmp_path: Path) -> None:
    code, said, errors = _refreshed_with_report(tiny, tmp_path, "max(title)::integer as one from reports.articles")
    sent = _summary(tmp_path)
    assert (code, sent["exit_code"], sent["outcome"]) == (1, 1, "failed")
    assert "8 of 8 articles due were loaded" in said
    assert "reports.mine cannot be computed" in sent["message"]
    assert f"Error: {sent['message']}\n" in errors
    assert sent["counts"]["articles_loaded"] == 8
    assert sent["refresh_id"]


def test_a_refresh_that_cannot_begin_is_summary(tiny: Any, tmp_path: Path) -> None:
    with store.locked(tmp_path / "w.duckdb"):
        code, _, errors = _refreshed(tiny, tmp_path, f"cat > '{tmp_path}/summary.json'")
    sent = _summary(tmp_path)
    assert (code, sent["exit_code"], sent["outcome"]) == (5, 5, "failed")
    assert f"Error: {sent['message']}\n" in errors
    assert "holds" in sent["message"]


@pytest.mark.slow
def test_a_refused_token_and_a_limit_are_summary(tiny: Any, tmp_path: Path) -> None:
    command = f"cat > '{tmp_path}/summary.json'"
    code, _, _ = _refreshed(tiny, tmp_path, command, SOURCES__FIGSHARE__TOKEN="not-the-token")
    sent = _summary(tmp_path)
    assert (code, sent["exit_code"], sent["outcome"]) == (6, 6, "failed")
    assert "not-the-token" not in json.dumps(sent)
    code, _, _ = _refreshed(tiny, tmp_path, command, SOURCES__FIGSHARE__MAX_REQUESTS="3")
    sent = _summary(tmp_path)
    assert (code, sent["exit_code"], sent["outcome"]) == (4, 4, "stopped")


@pytest.mark.slow
def test_a_command_that_hangs_is_ended_and_changes_nothing(tiny: Any, tmp_path: Path) -> None:
    tiny.faults.add(Fault("status", status=410, path=rf"/articles/{tiny.world.public_ids()[0]}$"))
    command = f"echo $$ > '{tmp_path}/pid'; sleep 600; true"
    code, _, errors = _refreshed(tiny, tmp_path, command, SOURCES__FIGSHARE__NOTIFY_SECONDS="0.5")
    assert code == 3
    assert "took longer than 0.5 s and was ended" in errors
    assert _ends(int((tmp_path / "pid").read_text()))


def _ends(group: Any) -> Any:
    """Whether the process group ends; what was killed is there until the system has taken note of it."""
    for _ in range(500):
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.02)
    return False


@pytest.mark.slow
def test_an_interrupted_refresh_is_summary(tiny: Any, tmp_path: Path) -> None:
    # A request is known to the sandbox once it is answered: the next ones are then under way.
    tiny.faults.add(Fault("slow", seconds=3, path=r"/articles/\d+$"))
    process = start_refresh(tiny, tmp_path / "w.duckdb", ["--notify-command", f"cat > '{tmp_path}/summary.json'"])
    while not any("/articles/" in exchange.path for exchange in tiny.requests):
        assert process.poll() is None
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=120)
    assert (process.returncode, _summary(tmp_path)["exit_code"]) == (130, 130)


def test_wrong_usage_is_sent_too(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "figshare_warehouse", "refresh", "--notify-command", f"cat > '{tmp_path}/summary.json'"],
        cwd=Path(__file__).resolve().parents[2],
        capture_output=True,
        check=False,
    )
    assert (done.returncode, _summary(tmp_path)["exit_code"]) == (2, 2)
