"""Answers about accounts that are not as documented: one bad record stops nothing, half a list removes nothing."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from figshare_sandbox import Fault, Sandbox
from figshare_warehouse.configuration import resolve_settings
from figshare_warehouse.refresh.internal.estimate import planned_internal
from figshare_warehouse.refresh.plan_lines import Planned
from figshare_warehouse.sources.figshare.client import FigshareClient
from figshare_warehouse.sources.figshare.internal.accounts import account_pages, page_count
from tests.direct_loader import Cut, DirectLoader
from tests.internal.conftest import ACCOUNTS, loaded_at
from tests.support import TODAY, count, requests_of, rows

NOON = datetime(2026, 6, 30, 12)
DAY = timedelta(days=1)
LIST = r"/institution/accounts$"


@pytest.mark.parametrize(
    ("record_count", "pages"), [(0, 1), (7, 1), (40, 2), (999, 1), (1000, 2), (1001, 2), (9_500, 10), (10_000, 11)]
)
def test_pages_of_a_list(record_count: int, pages: int) -> None:
    assert page_count(record_count) == pages


def pages_of(sandbox: Sandbox) -> list[list[int]]:
    with FigshareClient(api_url=sandbox.api_url, token=sandbox.token, requests_per_second=0) as client:
        return [[record["id"] for record in page] for page in account_pages(client)]


def test_a_list_that_is_not_ordered_by_id_is_read_by_pages(people: Sandbox) -> None:
    ids = [account["id"] for account in people.world.accounts]
    people.world.accounts.reverse()
    assert sorted(one for page in pages_of(people) for one in page) == ids


def test_an_id_that_is_too_large_ends_no_list(people: Sandbox) -> None:
    ids = [account["id"] for account in people.world.accounts]
    for large in (2**63 - 1, 2**63, 2**64 - 1):
        people.world.accounts[-1]["id"] = large
        assert {one for page in pages_of(people) for one in page} == {*ids[:-1], large}
    people.world.accounts[:] = people.world.accounts[-1:] * 10
    assert len(pages_of(people)) == 1


def test_a_page_of_a_round_number_may_have_been_cut(people: Sandbox) -> None:
    # Forty accounts: one more page is asked for, which is empty.
    assert [len(page) for page in pages_of(people)] == [40, 0]
    people.world.accounts.pop()
    assert [len(page) for page in pages_of(people)] == [39]


@pytest.mark.slow
@pytest.mark.parametrize(
    "fault",
    [
        Fault("html", path=LIST),
        Fault("half_body", path=LIST),
        Fault("bad_json", path=LIST),
        Fault("status", status=422, path=LIST),
        Fault("status", status=429, path=LIST),
        Fault("reset", path=LIST),
        Fault("html", status=403, path=LIST),
        Fault("status", status=404, path=LIST),
    ],
    ids=lambda fault: f"{fault.kind} {fault.status or ''}".strip(),
)
def test_a_list_that_cannot_be_read_removes_nothing(people: Sandbox, warehouse: Path, fault: Fault) -> None:
    loaded_at(NOON, people, warehouse, **ACCOUNTS)
    people.world.administration.leave(int(people.world.accounts[1]["id"]))
    people.faults.add(fault)
    outcome = loaded_at(NOON + 40 * DAY, people, warehouse, max_tries=1, **ACCOUNTS)
    assert outcome.outcome == "incomplete"
    assert [failure["path"] for failure in outcome.failures] == ["/account/institution/accounts"]
    assert rows(warehouse, "select count(*), count(email) from figshare_internal.accounts") == [(40, 40)]
    # The rest was read: roles are due after a month.
    assert requests_of(outcome)["internal_account_roles"] > 30
    assert count(warehouse, "figshare_internal.rights") == 0


@pytest.mark.slow
def test_one_bad_record_stops_nothing(people: Sandbox, warehouse: Path) -> None:
    accounts = people.world.accounts
    accounts[5] |= {"first_name": 7, "quota": "lots", "new_field": {"a": 1}}
    accounts[6] |= {"first_name": "<script>\x00\x1b[31m", "email": "a\nb@x.example"}
    accounts.insert(3, {**accounts[3], "id": None})
    outcome = loaded_at(NOON, people, warehouse, **ACCOUNTS)
    assert outcome.outcome == "done"
    assert count(warehouse, "figshare_internal.accounts") == 40
    found = {(row["table_name"], row["field"], row["problem"]) for row in outcome.drift}
    assert {
        ("figshare_internal.accounts", "id", "no key"),
        ("figshare_internal.accounts", "new_field", "unknown field"),
        ("figshare_internal.accounts", "quota", "not a bigint"),
    } <= found
    assert {row["article_id"] for row in outcome.drift} == {None}


@pytest.mark.slow
def test_killed_at_any_load_the_next_refresh_reads_the_rest(people: Sandbox, warehouse: Path) -> None:
    fresh = warehouse.with_name("fresh.duckdb")
    loaded_at(NOON, people, fresh, **ACCOUNTS)
    loads = 0
    while True:
        loads += 1
        DirectLoader.loads_left = loads
        try:
            loaded_at(NOON, people, warehouse, **ACCOUNTS)
            break
        except Cut:
            continue
        finally:
            DirectLoader.loads_left = None
    assert loads > 3
    for table, columns in (
        ("accounts", "* exclude (refresh_id, token_mark)"),
        ("account_details", "*"),
        ("account_roles", "*"),
        ("account_role_readings", "*"),
        ("account_storage", "*"),
        ("roles", "*"),
        ("embargo_options", "*"),
    ):
        query = f"select {columns} from figshare_internal.{table} order by all"
        assert rows(warehouse, query) == rows(fresh, query), table


def planned(sandbox: Sandbox, warehouse: Path, now: datetime) -> list[Planned]:
    given = {"institution": sandbox.institution_id, "api_url": sandbox.api_url, "token": sandbox.token, **ACCOUNTS}
    with duckdb.connect(str(warehouse)) as connection:
        return planned_internal(connection, resolve_settings(given), now)


@pytest.mark.slow
def test_the_plan_is_what_a_refresh_asks(people: Sandbox, warehouse: Path) -> None:
    # Stopped among the details: what is due is known then.
    first = loaded_at(NOON, people, warehouse, max_requests=40, **ACCOUNTS)
    assert first.outcome == "stopped"
    for days in (1, 2, 8, 45, 120):
        now = NOON + days * DAY
        estimate = sum(one.requests or 0 for one in planned(people, warehouse, now))
        made = requests_of(loaded_at(now, people, warehouse, **ACCOUNTS))
        asked = sum(number for kind, number in made.items() if kind.startswith("internal"))
        assert abs(asked - estimate) <= 0.05 * asked, days
    assert NOON.date() == TODAY
