"""Accounts after whatever happened in between: what is held is what Figshare has, also where refreshes were killed."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

from figshare_sandbox import Sandbox
from tests.direct_loader import Cut, DirectLoader
from tests.internal.conftest import ACCOUNTS, loaded_at
from tests.support import TODAY, rows

NOON = datetime(2026, 6, 30, 12)
FIELDS = ("id", "user_id", "first_name", "last_name", "email", "active", "quota", "used_quota", "orcid_id")


def happen(rng: Random, sandbox: Sandbox, left: list[dict[str, Any]]) -> None:
    """One thing that happens to accounts."""
    administration, accounts = sandbox.world.administration, sandbox.world.accounts
    account = rng.choice(accounts[1:])
    groups = [group["id"] for group in sandbox.world.groups]
    match rng.randrange(7):
        case 0:
            administration.create_account(first_name=f"New{rng.randrange(1000)}", quota=rng.randrange(10**9))
        case 1:
            left.append(account)
            administration.leave(account["id"])
        case 2:
            administration.edit_account(account["id"], used_quota=rng.randrange(10**9))
        case 3:
            administration.edit_account(account["id"], active=1 - account["active"], email=f"{rng.random()}@x.example")
        case 4:
            administration.give_role(account["id"], rng.choice(groups), rng.choice(administration.roles)["id"])
        case 5:
            held = administration.roles_of.get(account["id"], {})
            if any(held.values()):
                group = rng.choice([one for one, roles in held.items() if roles])
                administration.take_role(account["id"], group, rng.choice(sorted(held[group])))
        case 6 if left:
            accounts.append(left.pop())
            accounts.sort(key=lambda one: int(one["id"]))


def live(seed: int, steps: int, warehouse: Path) -> None:
    """Refreshes day by day, some killed, and compares at the end, when all roles were read once more."""
    rng = Random(seed)
    with Sandbox(items=3, seed=seed, today=TODAY) as sandbox:
        # Many may be missing at once in a small world.
        del sandbox.world.accounts[15:]
        left: list[dict[str, Any]] = []
        now = NOON
        for _ in range(steps):
            for _ in range(rng.randrange(4)):
                happen(rng, sandbox, left)
            now += timedelta(days=1, minutes=rng.randrange(60))
            DirectLoader.loads_left = rng.choice([None, rng.randrange(1, 12)])
            try:
                loaded_at(now, sandbox, warehouse, confirm=True, ticks=True, **ACCOUNTS)
            except Cut:
                pass
            finally:
                DirectLoader.loads_left = None
        now += timedelta(days=31)
        assert loaded_at(now, sandbox, warehouse, confirm=True, ticks=True, **ACCOUNTS).outcome == "done"
        compare(sandbox, warehouse, now)


def compare(sandbox: Sandbox, warehouse: Path, now: datetime) -> None:
    gone = "select account_id from figshare_internal.account_leavings where returned_at is null"
    present = f"where account_id not in ({gone})"
    columns = "account_id, author_id, first_name, last_name, email, is_active::int, quota, used_quota, orcid_id"
    accounts = [tuple(one[name] for name in FIELDS) for one in sandbox.world.accounts]
    assert rows(warehouse, f"select {columns} from figshare_internal.accounts {present} order by 1") == accounts
    details = "account_id, group_id, used_quota_public, used_quota_private, created_date, pending_quota_request"
    expected = []
    for account_id, *_ in accounts:
        one = sandbox.world.administration.account(account_id)
        assert one is not None
        quotas = (one["used_quota_public"], one["used_quota_private"])
        made = datetime.fromisoformat(one["created_date"])
        expected.append((account_id, one["group_id"], *quotas, made, one["pending_quota_request"]))
    assert rows(warehouse, f"select {details} from figshare_internal.account_details {present} order by 1") == expected
    active = {account_id for account_id, *_ in accounts if _[4]}
    roles = sorted(
        (account_id, group, role)
        for account_id, held in sandbox.world.administration.roles_of.items()
        for group, ids in held.items()
        for role in ids
        if account_id in active
    )
    # Those of accounts that cannot be used are as they were when they could.
    held = "account_id in (select account_id from figshare_internal.accounts where is_active)"
    columns = "account_id, group_id, role_id"
    query = f"select {columns} from figshare_internal.account_roles {present} and {held} order by all"
    assert rows(warehouse, query) == roles
    names = f"select count(*) from figshare_internal.accounts where email is not null and account_id in ({gone})"
    assert rows(warehouse, names) == [(0,)]
    on_day = f"select account_id, used_quota from figshare_internal.account_storage where on_date = '{now.date()}'"
    assert rows(warehouse, f"{on_day} order by 1") == [(one["id"], one["used_quota"]) for one in sandbox.world.accounts]


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(1, 4))
def test_accounts_are_as_figshare_has_them_after_anything(warehouse: Path, seed: int) -> None:
    live(seed, 8, warehouse)
