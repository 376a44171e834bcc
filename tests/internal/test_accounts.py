"""Accounts, their details, storage and roles: as Figshare has them, for few requests."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from random import Random
from typing import Any

import pytest

from figshare_sandbox import Sandbox
from figshare_sandbox.world import catalogue
from figshare_warehouse.refresh import Outcome
from tests.support import TODAY, WITHOUT, requests_of, rows

Refreshed = Callable[..., Outcome]


def internal_requests(outcome: Outcome) -> dict[str, int]:
    return {kind: count for kind, count in requests_of(outcome).items() if kind.startswith("internal")}


def accounts_of(sandbox: Sandbox) -> list[tuple[Any, ...]]:
    """The accounts as the sandbox has them."""
    names = ("id", "user_id", "first_name", "last_name", "email", "active", "quota", "used_quota", "orcid_id")
    return sorted(tuple(account[name] for name in names) for account in sandbox.world.accounts)


def accounts_in(warehouse: Path) -> list[tuple[Any, ...]]:
    columns = "account_id, author_id, first_name, last_name, email, is_active::int, quota, used_quota, orcid_id"
    return rows(warehouse, f"select {columns} from figshare_internal.accounts order by account_id")


def test_accounts_are_as_figshare_has_them(people: Sandbox, refreshed: Refreshed, tmp_path: Path) -> None:
    warehouse = tmp_path / "w.duckdb"
    first = refreshed(people, warehouse, internal=True, without=["articles", "reviews"])
    count = len(people.world.accounts)
    active = sum(account["active"] for account in people.world.accounts)
    assert (first.outcome, first.drift) == ("done", [])
    assert internal_requests(first) == {
        "internal_accounts": 2 if count % 10 == 0 else 1,
        "internal_account": count,
        "internal_roles": 1,
        "internal_account_roles": active,
        "internal_embargo_options": 1,
    }
    assert accounts_in(warehouse) == accounts_of(people)
    details = "select account_id, group_id, created_date, used_quota_public, used_quota_private, maximum_file_size"
    assert rows(warehouse, f"{details} from figshare_internal.account_details order by account_id") == [
        (
            one["id"],
            one["group_id"],
            _moment(one["created_date"]),
            one["used_quota_public"],
            one["used_quota_private"],
            one["maximum_file_size"],
        )
        for one in (people.world.administration.account(account["id"]) for account in people.world.accounts)
        if one is not None
    ]
    # A day on which nothing happened.
    second = refreshed(people, warehouse, internal=True, without=["articles", "reviews"])
    assert second.outcome == "done"
    assert internal_requests(second) == {"internal_accounts": 2 if count % 10 == 0 else 1}


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.slow
def test_a_large_institution_is_listed_by_id(refreshed: Refreshed, tmp_path: Path) -> None:
    with Sandbox(items=5, today=TODAY) as sandbox:
        sandbox.world.accounts[:] = catalogue.accounts(Random(1), 9_500)
        warehouse = tmp_path / "w.duckdb"
        outcome = refreshed(
            sandbox, warehouse, internal=True, without=[*WITHOUT, "roles", "articles", "reviews"], max_requests=40
        )
        assert outcome.outcome == "stopped"
        assert internal_requests(outcome)["internal_accounts"] == 10
        assert accounts_in(warehouse) == accounts_of(sandbox)
