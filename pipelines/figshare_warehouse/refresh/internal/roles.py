"""Reading roles: the list, which account has which in which group, and the institution's embargo options."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

import pyarrow as pa

from figshare_warehouse.refresh.internal.chunks import read_in_chunks
from figshare_warehouse.refresh.internal.refusals import REFUSED_DAYS
from figshare_warehouse.refresh.internal.rights import Rights
from figshare_warehouse.refresh.run import Run
from figshare_warehouse.sources.figshare.internal.accounts import account_roles, embargo_options, role_list
from figshare_warehouse.sources.figshare.records.arrow import DELETED, computed_rows, records_table
from figshare_warehouse.tables.internal import ACCOUNT_ROLE_READINGS, ACCOUNT_ROLES, EMBARGO_OPTIONS, ROLES

LIST_MAX_AGE_DAYS = 7
"""Roles and embargo options change a few times a year."""

ROLES_MAX_AGE_DAYS = 30
"""The roles of an account are read again after so many days: nothing shows that they changed, each is a request."""


def read_roles(run: Run, rights: Rights) -> None:
    """Reads the institution's roles, where they are due."""
    if is_due(run, "roles"):
        run.step("Reading roles")
        records = role_list(run.client)
        run.load({ROLES: [records_table(ROLES, records, run.drift)]})
        rights.note_read("roles", len(records))


def read_embargo_options(run: Run, rights: Rights) -> None:
    """Reads the institution's embargo options, where they are due."""
    if is_due(run, "embargo options"):
        run.step("Reading embargo options")
        records = embargo_options(run.client)
        run.load({EMBARGO_OPTIONS: [records_table(EMBARGO_OPTIONS, records, run.drift)]})
        rights.note_read("embargo options", len(records))


def read_account_roles(run: Run, rights: Rights) -> None:
    """Reads the roles of the accounts that are due, and loads them in chunks."""
    due = run.ask(
        "internal/account_roles_due",
        token_mark=rights.token_mark,
        started_at=run.started_at,
        max_age_days=ROLES_MAX_AGE_DAYS,
        refused_days=REFUSED_DAYS,
    )
    if not due:
        return
    run.step(f"Reading the roles of {len(due):,} accounts")

    def load(found: Mapping[int, dict[int, list[dict[str, Any]]]]) -> None:
        now = run.now()
        roles = [
            records_table(ACCOUNT_ROLES, roles, run.drift, {"account_id": account_id, "group_id": group_id})
            for account_id, groups in found.items()
            for group_id, roles in groups.items()
        ]
        counts = Counter(account_id for table in roles for account_id in table["account_id"].to_pylist())
        read = [{"account_id": one, "role_count": counts[one], "read_at": now} for one in found]
        none = no_roles(one for one in found if not counts[one])
        run.load({ACCOUNT_ROLES: [*roles, none], ACCOUNT_ROLE_READINGS: [computed_rows(ACCOUNT_ROLE_READINGS, read)]})

    read_in_chunks(run, rights, "account roles", {row["account_id"]: row for row in due}, account_roles, load)


def is_due(run: Run, part: str) -> bool:
    """Whether a list was never read, or is older than some days."""
    return bool(run.ask("internal/lists_due", part=part, started_at=run.started_at, max_age_days=LIST_MAX_AGE_DAYS))


def no_roles(account_ids: Iterable[int]) -> pa.Table:
    """Returns the rows of `account_roles` by which accounts keep no role."""
    rows = [{"account_id": one, "group_id": 0, "role_id": 0, DELETED: True} for one in account_ids]
    return computed_rows(ACCOUNT_ROLES, rows)
