"""The options of a user: an ordinary token alone, the schedule, and what is refused."""

from __future__ import annotations

import os
import stat
from datetime import datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from figshare_sandbox import Sandbox
from figshare_warehouse.cli import cli
from figshare_warehouse.cli.summary import who_reads
from figshare_warehouse.errors import UsageError
from figshare_warehouse.refresh.loader import Loader
from figshare_warehouse.sources.figshare.records.arrow import computed_rows
from figshare_warehouse.tables.internal import ACCOUNTS as ACCOUNTS_TABLE
from figshare_warehouse.warehouse import store
from tests.support import rows


def run(*arguments: object) -> str:
    done = CliRunner().invoke(cli, [str(one) for one in arguments], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


@pytest.mark.slow
def test_an_ordinary_token_alone(people: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCES__FIGSHARE__TOKEN", people.account_token)
    address = ["--api-url", people.api_url, "--requests-per-second", "0", "--usage", "none"]
    warehouse = ["--warehouse", tmp_path / "w.duckdb"]
    planned = run("plan", "--account", *address, *warehouse, "--format", "csv")
    assert "internal_own_account,1,due" in planned
    said = run("refresh", "--account", *address, *warehouse)
    assert "w_reports_internal.duckdb, which only you can read." in said
    own = people.tokens[people.account_token]
    assert rows(tmp_path / "w.duckdb", "select account_id from figshare_internal.accounts") == [(own,)]
    assert rows(tmp_path / "w_reports_internal.duckdb", "select account_id from internal.depositors") == [(own,)]
    # Ids of different Figshares collide, also of accounts.
    refused = run("plan", "--account", "--api-url", "https://api.figsh.com/v2", *warehouse, "--format", "json")
    assert "was loaded from http://127.0.0.1" in refused
    # Nothing of an institution is asked for with it.
    assert not [one.path for one in people.requests if "/institution" in one.path and one.status == 403]


def test_on_windows_the_summary_does_not_promise_what_it_cannot_keep(monkeypatch: pytest.MonkeyPatch) -> None:
    assert who_reads() == "which only you can read"
    with monkeypatch.context() as patched:
        patched.setattr(os, "name", "nt")
        said = who_reads()
    assert said == "which others can read where the folder's rights let them"


def test_a_schedule_has_the_options_that_are_flags(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCES__FIGSHARE__TOKEN", "secret-token")
    entry = run("schedule", "cron", "--institution", 1234, "--internal", "--without", "roles")
    assert " --internal" in entry
    assert "--account" not in entry
    assert "--without roles" in entry


@pytest.mark.parametrize(("option", "what"), [("--internal", "an administrator's"), ("--account", "a")])
def test_a_token_is_needed(option: str, what: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=f"^{option} needs {what} token: set it as"):
        run("refresh", option, "--institution", 1234, "--warehouse", tmp_path / "w.duckdb")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_the_log_of_the_database_is_its_owners_too(tmp_path: Path) -> None:
    warehouse = tmp_path / "w.duckdb"
    with store.connected(warehouse, is_confined=False) as connection:
        loader = Loader(connection, warehouse)
        with loader:
            loader.make_tables()
            loader.make_internal_tables()
            row = {"account_id": 1, "email": "a@example.org", "seen_at": datetime(2026, 6, 30)}
            loader.load({ACCOUNTS_TABLE: [computed_rows(ACCOUNTS_TABLE, [row])]})
            modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir() if path.is_file()}
    assert modes == {"w.duckdb": 0o600, "w.duckdb.wal": 0o600}
