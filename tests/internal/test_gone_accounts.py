"""Accounts that are gone lose names and ids of people; what is too old, or not wanted any more, is removed wholly."""

from __future__ import annotations

import shutil
import stat
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from figshare_sandbox import Fault, Sandbox
from figshare_warehouse.cli import cli
from figshare_warehouse.errors import FigshareWarehouseError, LockedError, UsageError
from figshare_warehouse.refresh import Outcome
from figshare_warehouse.tables import TABLES
from figshare_warehouse.warehouse import store
from figshare_warehouse.warehouse.forgetting_internal import forget_internal
from figshare_warehouse.warehouse.publish.published import Published
from tests.internal.conftest import ACCOUNTS, DRAFT_SECRETS, INTERNAL, SECRETS, loaded_at, make_recognizable
from tests.internal.test_apart import files_with, texts_with
from tests.support import change, contents, count, rows

NOON = datetime(2026, 6, 30, 12)
DAY = timedelta(days=1)


PEOPLE = "author_id, first_name, last_name, email, institution_user_id, orcid_id, symplectic_user_id, listed_mark"


def test_an_account_that_is_gone_loses_its_person_and_keeps_its_id(people: Sandbox, warehouse: Path) -> None:
    account_id = make_recognizable(people)
    loaded_at(NOON, people, warehouse, **ACCOUNTS)
    people.world.administration.leave(account_id)
    where = f"account_id = {account_id}"
    # Not found is also what a token gets that may not see it any more: it is believed a week later.
    asked = []
    for days in (1, 2, 7, 8):
        assert count(warehouse, f"figshare_internal.accounts where {where} and email is not null") == 1
        outcome = loaded_at(NOON + days * DAY, people, warehouse, **ACCOUNTS)
        assert outcome.outcome == "done"
        asked.append("internal_account" in outcome.requests_by_kind)
    assert asked == [True, False, False, True]
    assert rows(warehouse, f"select {PEOPLE} from figshare_internal.accounts where {where}") == [(None,) * 8]
    assert rows(warehouse, f"select left_at, returned_at from figshare_internal.account_leavings where {where}") == [
        (NOON + 8 * DAY, None)
    ]
    assert texts_with(SECRETS, warehouse) == set()
    assert count(warehouse, f"figshare_internal.account_roles where {where}") == 0


@pytest.mark.slow
def test_the_next_refresh_finds_it_though_its_detail_was_read_after_the_list(
    people: Sandbox, refreshed: Callable[..., Outcome], warehouse: Path
) -> None:
    # By a clock that moves while it reads.
    refreshed(people, warehouse, **ACCOUNTS)
    people.world.administration.leave(int(people.world.accounts[1]["id"]))
    refreshed(people, warehouse, **ACCOUNTS)
    assert rows(warehouse, "select part, status from figshare_internal.refusals") == [("missing accounts", 404)]
    refreshed(people, warehouse, confirm_withdrawals=True, **ACCOUNTS)
    assert count(warehouse, "figshare_internal.account_leavings") == 1


@pytest.mark.slow
def test_one_that_is_seen_in_between_is_not_gone(people: Sandbox, warehouse: Path) -> None:
    # A token that saw fewer for a day.
    loaded_at(NOON, people, warehouse, **ACCOUNTS)
    record = people.world.accounts[1]
    for days, is_there in ((1, False), (2, True), (9, False), (16, True)):
        if is_there:
            people.world.accounts.insert(1, record)
        else:
            people.world.accounts.remove(record)
        loaded_at(NOON + days * DAY, people, warehouse, **ACCOUNTS)
    people.world.accounts.remove(record)
    # One that its list leaves out, and that is found, was not gone either.
    loaded_at(NOON + 24 * DAY, people, warehouse, **ACCOUNTS)
    assert rows(warehouse, "select count(*), count(email) from figshare_internal.accounts") == [(40, 40)]
    assert count(warehouse, "figshare_internal.account_leavings") == 0


@pytest.mark.slow
def test_one_that_the_list_leaves_out_is_asked_for_once_a_week(people: Sandbox, warehouse: Path) -> None:
    loaded_at(NOON, people, warehouse, **ACCOUNTS)
    last = people.world.accounts[-1]["id"]
    people.faults.add(Fault("changed_type", path="/institution/accounts$", field="id", value=last))
    change(warehouse, f"delete from figshare_internal.accounts where account_id not in ({last}, {last - 1})")
    asked = []
    for days in range(1, 10):
        outcome = loaded_at(NOON + days * DAY, people, warehouse, **ACCOUNTS)
        assert outcome.outcome == "done"
        asked.append("internal_account" in outcome.requests_by_kind)
    assert asked == [True, *[False] * 7, True]
    people.faults.clear()
    loaded_at(NOON + 10 * DAY, people, warehouse, **ACCOUNTS)
    assert count(warehouse, "figshare_internal.accounts where missed_at is not null") == 0


@pytest.mark.slow
def test_an_account_that_comes_back_is_read_again(people: Sandbox, warehouse: Path) -> None:
    account_id = make_recognizable(people)
    administration = people.world.administration
    loaded_at(NOON, people, warehouse, **ACCOUNTS)
    record = next(one for one in people.world.accounts if one["id"] == account_id)
    administration.leave(account_id)
    loaded_at(NOON + DAY, people, warehouse, confirm=True, **ACCOUNTS)
    # It is not asked for again.
    quiet = loaded_at(NOON + 2 * DAY, people, warehouse, **ACCOUNTS)
    assert "internal_account" not in quiet.requests_by_kind
    people.world.accounts.insert(1, record)
    administration.give_role(account_id, people.world.top_group_id, 1)
    back = loaded_at(NOON + 3 * DAY, people, warehouse, **ACCOUNTS)
    assert back.outcome == "done"
    where = f"account_id = {account_id}"
    assert rows(warehouse, f"select left_at, returned_at from figshare_internal.account_leavings where {where}") == [
        (NOON + DAY, NOON + 3 * DAY)
    ]
    assert rows(warehouse, f"select first_name from figshare_internal.accounts where {where}") == [(SECRETS[0],)]
    assert count(warehouse, f"figshare_internal.account_roles where {where}") == 1


@pytest.mark.slow
@pytest.mark.parametrize("status", [403, 500])
def test_one_that_cannot_be_asked_for_is_not_gone(people: Sandbox, warehouse: Path, status: int) -> None:
    loaded_at(NOON, people, warehouse, **ACCOUNTS)
    people.world.administration.leave(int(people.world.accounts[1]["id"]))
    people.faults.add(Fault("status", status=status, path=r"/institution/accounts/\d+$"))
    outcome = loaded_at(NOON + DAY, people, warehouse, max_tries=1, **ACCOUNTS)
    assert outcome.outcome == "incomplete"
    assert rows(warehouse, "select count(*), count(email) from figshare_internal.accounts") == [(40, 40)]
    assert count(warehouse, "figshare_internal.account_leavings") == 0


@pytest.mark.slow
def test_what_is_older_than_it_is_kept_is_removed(people: Sandbox, warehouse: Path) -> None:
    account_id = int(people.world.accounts[1]["id"])
    loaded_at(NOON, people, warehouse, **INTERNAL)
    decided = "select count(*) from figshare_internal.reviews where review_date is not null"
    [(before,)] = rows(warehouse, decided)
    assert before
    people.world.administration.leave(account_id)
    loaded_at(NOON + DAY, people, warehouse, **INTERNAL)
    later = NOON + 100 * DAY
    outcome = loaded_at(later, people, warehouse, internal_max_age="90d", **INTERNAL)
    assert outcome.outcome == "done"
    for table in ("accounts", "account_details", "account_storage", "account_leavings", "account_roles"):
        assert count(warehouse, f"figshare_internal.{table} where account_id = {account_id}") == 0, table
    assert rows(warehouse, "select distinct on_date from figshare_internal.account_storage") == [(later.date(),)]
    assert count(warehouse, "figshare_internal.accounts") == 39
    old = f"review_date < timestamp '{later - 90 * DAY}'"
    assert count(warehouse, f"figshare_internal.reviews where {old}") == 0
    assert rows(warehouse, "select count(*) from figshare_internal.review_comments anti join figshare_internal.reviews "
                "using (review_id)") == [(0,)]  # fmt: skip
    # Lists still show old reviews: their comments are not read again for it.
    quiet = loaded_at(later, people, warehouse, internal_max_age="90d", **INTERNAL)
    assert set(quiet.requests_by_kind) & {"internal_review_comments", "internal_account"} == set()


@pytest.mark.slow
def test_a_day_of_storage_is_its_last_figure(people: Sandbox, warehouse: Path) -> None:
    account_id = int(people.world.accounts[1]["id"])
    series = []
    for moment, used in ((NOON, 5), (NOON + timedelta(hours=3), 6), (NOON + 2 * DAY, 9)):
        people.world.administration.edit_account(account_id, used_quota=used)
        loaded_at(moment, people, warehouse, **ACCOUNTS)
        series.append((moment.date(), used))
    query = f"select on_date, used_quota from figshare_internal.account_storage where account_id = {account_id}"
    assert rows(warehouse, f"{query} order by on_date") == [(date(2026, 6, 30), 6), (date(2026, 7, 2), 9)]


def copied(folder: Path, to: Path) -> Path:
    """A published warehouse again, in a folder that may be changed."""
    for path in folder.iterdir():
        shutil.copy(path, to)
    return to / "w.duckdb"


def test_all_that_is_internal_is_forgotten(published: Path, tmp_path: Path) -> None:
    warehouse = copied(published, tmp_path)
    counts = " union all ".join(
        f"select '{name}', count(*) from {table.schema}.{name}" for name, table in TABLES.items()
    )
    public = rows(warehouse, counts)
    (tmp_path / ".w_reports_internal.duckdb.1.new").write_text(SECRETS[0], encoding="utf-8")
    assert files_with((*SECRETS, *DRAFT_SECRETS), tmp_path)
    arguments = ["refresh", "--forget-internal", "--warehouse", str(warehouse)]
    with pytest.raises(UsageError, match="leave them out"):
        CliRunner().invoke(cli, [*arguments, "--internal"], catch_exceptions=False)
    assert files_with((*SECRETS, *DRAFT_SECRETS), tmp_path)
    done = CliRunner().invoke(cli, arguments, catch_exceptions=False)
    assert done.exit_code == 0
    assert "has no internal records any more, and" in done.output
    assert sorted(path.name for path in tmp_path.iterdir()) == ["w.duckdb", "w_reports.duckdb"]
    assert files_with((*SECRETS, *DRAFT_SECRETS), tmp_path) == set()
    assert rows(warehouse, "select 1 from duckdb_schemas() where schema_name like '%internal%'") == []
    assert rows(warehouse, counts) == public
    assert stat.S_IMODE(warehouse.stat().st_mode) == 0o600
    again = CliRunner().invoke(cli, arguments, catch_exceptions=False)
    assert "has no internal records; its file was written again" in again.output


@pytest.mark.slow
def test_files_published_elsewhere_are_forgotten_too(published: Path, tmp_path: Path) -> None:
    warehouse = Path(shutil.copy(published / "w.duckdb", tmp_path))
    places = [tmp_path / name for name in ("a", "b[1]", "c", "d", "e")]
    for folder in places:
        folder.mkdir()
        publish = ["publish", "--warehouse", str(warehouse), "--published", str(folder / "x.duckdb")]
        assert CliRunner().invoke(cli, publish, catch_exceptions=False).exit_code == 0
    a, b, c, d, e = (folder / "x_internal.duckdb" for folder in places)
    left = [b.with_name(f".{b.name}.7.new"), b.with_name(f"{b.name}.tmp") / "duckdb_temp_storage_S32K-0.tmp"]
    for path in left:
        path.parent.mkdir(exist_ok=True)
        path.write_text(SECRETS[0], encoding="utf-8")
    a.unlink()
    c.write_text("Mine.", encoding="utf-8")
    # Of a copy of the warehouse they are not.
    other = tmp_path / "other"
    other.mkdir()
    copy = shutil.copy(warehouse, other / "w.duckdb")
    of_copy = CliRunner().invoke(
        cli, ["refresh", "--forget-internal", "--warehouse", str(copy)], catch_exceptions=False
    )
    assert (d.exists(), e.exists()) == (True, True)
    assert str(d) in of_copy.output
    shutil.rmtree(other)
    # It may be moved.
    moved = tmp_path / "m.duckdb"
    warehouse.rename(moved)
    said = CliRunner().invoke(cli, ["refresh", "--forget-internal", "--warehouse", str(moved)], catch_exceptions=False)
    assert said.exit_code == 0
    assert f"{b}, {d} and {e} are removed" in said.output
    # Nor is what the warehouse published where this one was copied.
    stay = sorted(str(path) for path in (c, published / "w_reports_internal.duckdb"))
    assert f"remove them yourself where nobody needs them: {', '.join(stay)}." in said.output
    assert (published / "w_reports_internal.duckdb").exists()
    assert c.read_text(encoding="utf-8") == "Mine."
    assert files_with((*SECRETS, *DRAFT_SECRETS), tmp_path) == set()


@pytest.mark.slow
def test_what_a_killed_process_left_is_forgotten(people: Sandbox, warehouse: Path) -> None:
    loaded_at(NOON, people, warehouse, **ACCOUNTS)
    spill = warehouse.with_name(f"{warehouse.name}.tmp")
    spill.mkdir()
    (spill / "duckdb_temp_storage_S32K-0.tmp").write_text(SECRETS[0], encoding="utf-8")
    (spill / "mine.txt").write_text("Mine.", encoding="utf-8")
    forget_internal(Published.of(warehouse))
    assert [path.name for path in spill.iterdir()] == ["mine.txt"]
    (spill / "mine.txt").unlink()
    forget_internal(Published.of(warehouse))
    assert not spill.exists()


def test_nothing_is_forgotten_while_another_refresh_runs(published: Path, tmp_path: Path) -> None:
    target = Published.of(copied(published, tmp_path))
    with store.locked(target.warehouse), pytest.raises(LockedError):
        forget_internal(target)
    assert target.internal.exists()


@pytest.mark.slow
def test_a_file_that_cannot_be_replaced_is_said(
    people: Sandbox, warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded_at(NOON, people, warehouse, **ACCOUNTS)

    def refused(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as patched:
        patched.setattr("os.replace", refused)
        with pytest.raises(FigshareWarehouseError, match=r"could not be written again .* run this again"):
            forget_internal(Published.of(warehouse))
    assert not [path.name for path in warehouse.parent.iterdir() if path.name.endswith(".compact")]
    assert forget_internal(Published.of(warehouse)).had_tables is False


@pytest.mark.slow
def test_a_warehouse_that_forgot_is_as_if_there_had_been_nothing(
    people: Sandbox, refreshed: Callable[..., Outcome], tmp_path: Path
) -> None:
    warehouse = tmp_path / "w.duckdb"
    refreshed(people, warehouse, publish=True, **INTERNAL)
    public = contents(warehouse)
    forget_internal(Published.of(warehouse))
    assert contents(warehouse) == public
    assert refreshed(people, warehouse, publish=True).outcome == "done"
    assert contents(warehouse) == public
    assert not Published.of(warehouse).internal.exists()


@pytest.mark.slow
def test_a_file_that_cannot_be_written_again_is_said(
    people: Sandbox, warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded_at(NOON, people, warehouse, **ACCOUNTS)
    target = Published.of(warehouse)
    new = warehouse.with_name(f".{warehouse.name}.77.compact")
    new.mkdir()
    monkeypatch.setattr("os.getpid", lambda: 77)
    with pytest.raises(FigshareWarehouseError, match=r"could not be written again .* run this again"):
        forget_internal(target)
    # The rows are gone all the same.
    assert rows(warehouse, "select 1 from duckdb_schemas() where schema_name like '%internal%'") == []
    new.rmdir()
    assert forget_internal(target).had_tables is False


@pytest.mark.slow
def test_an_institution_is_forgotten_with_its_internal_records(
    people: Sandbox, refreshed: Callable[..., Outcome], tmp_path: Path
) -> None:
    make_recognizable(people)
    warehouse = tmp_path / "w.duckdb"
    refreshed(people, warehouse, publish=True, **ACCOUNTS)
    arguments = ["forget", "--institution", str(people.institution_id), "--yes", "--warehouse", str(warehouse)]
    done = CliRunner().invoke(cli, arguments, catch_exceptions=False)
    assert "Its internal records are removed, too" in done.output
    assert files_with(SECRETS, tmp_path) == set()
