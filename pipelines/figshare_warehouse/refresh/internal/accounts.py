"""Reading accounts: the list at each refresh, details of those that are new or changed, and who is gone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any

import orjson
import pyarrow as pa

from figshare_warehouse.refresh.internal.chunks import read_in_chunks
from figshare_warehouse.refresh.internal.gone import Missing, days_of_missing, find_gone
from figshare_warehouse.refresh.internal.refusals import REFUSED_DAYS
from figshare_warehouse.refresh.internal.rights import Rights
from figshare_warehouse.refresh.internal.roles import no_roles
from figshare_warehouse.refresh.run import Run
from figshare_warehouse.sources.figshare.internal.accounts import account_detail, account_pages, own_account
from figshare_warehouse.sources.figshare.records.arrow import arrow_schema, computed_rows, records_table
from figshare_warehouse.tables import Table
from figshare_warehouse.tables.internal import (
    ACCOUNT_DETAILS,
    ACCOUNT_LEAVINGS,
    ACCOUNT_ROLE_READINGS,
    ACCOUNT_ROLES,
    ACCOUNT_STORAGE,
    ACCOUNTS,
    OWN_ACCOUNTS,
    REFUSALS,
)

LISTED = tuple(column.name for column in ACCOUNTS.columns if column.source)
"""What the list shows of an account."""

DETAIL_MAX_AGE_DAYS = 90
"""Details are read again after so many days: the list does not show a change of the group."""


def read_own_account(run: Run, rights: Rights) -> None:
    """Reads the account whose token it is, with its detail and storage."""
    run.step("Reading the account of the token")
    record = own_account(run.client)
    rights.note_valid()
    row = {"account_id": record["id"], "read_at": run.now(), "refresh_id": run.refresh_id}
    fields = {column.source for column in ACCOUNTS.columns}
    listed = _listed(run, rights, [{name: value for name, value in record.items() if name in fields}])
    [mark] = listed[ACCOUNTS][0]["listed_mark"].to_pylist()
    run.load(
        {
            **listed,
            ACCOUNT_DETAILS: [_details(run, [record], {record["id"]: mark})],
            OWN_ACCOUNTS: [computed_rows(OWN_ACCOUNTS, [row])],
        }
    )


def read_accounts(run: Run, rights: Rights) -> None:
    """Reads the list of accounts, and finds out which are gone."""
    run.step("Listing the accounts")
    ids: set[int] = set()
    tables: dict[Table, list[pa.Table]] = {}
    try:
        for page in account_pages(run.client):
            for table, rows in _listed(run, rights, page).items():
                tables.setdefault(table, []).extend(rows)
            ids.update(record["id"] for record in page if type(record.get("id")) is int)
    finally:
        # Of a list that was cut off, too.
        if tables:
            run.load(tables)
    rights.note_read("accounts", len(ids))
    returned = run.ask_arrow("internal/account_returns", refresh_id=run.refresh_id, now=run.now())
    run.keep(ACCOUNT_LEAVINGS, [returned.cast(arrow_schema(ACCOUNT_LEAVINGS))])
    run.load_kept()
    _find_gone(run, rights, len(ids))


def read_account_details(run: Run, rights: Rights) -> None:
    """Reads the details that are due, and loads them in chunks."""
    due = run.ask(
        "internal/account_details_due",
        token_mark=rights.token_mark,
        started_at=run.started_at,
        max_age_days=DETAIL_MAX_AGE_DAYS,
        refused_days=REFUSED_DAYS,
    )
    if not due:
        return
    run.step(f"Reading {len(due):,} details of accounts")
    marks = {row["account_id"]: row["listed_mark"] for row in due}

    def load(found: Mapping[int, dict[str, Any]]) -> None:
        run.load({ACCOUNT_DETAILS: [_details(run, list(found.values()), marks)]})

    read_in_chunks(run, rights, "account details", {row["account_id"]: row for row in due}, account_detail, load)


def _find_gone(run: Run, rights: Rights, listed_count: int) -> None:
    """Asks for the accounts that the list does not show any more: one that is not found twice is gone.

    An account that only another token saw may still be there.
    """
    missing = run.ask(
        "internal/accounts_missing",
        token_mark=rights.token_mark,
        refresh_id=run.refresh_id,
        started_at=run.started_at,
        **days_of_missing(run),
    )
    if not missing:
        return
    rows = {row["account_id"]: row for row in missing}
    gone, found = find_gone(run, rights, Missing("accounts", "accounts", listed_count, rows), account_detail)
    if found:
        marks = {account_id: rows[account_id]["listed_mark"] for account_id in found}
        run.keep(ACCOUNT_DETAILS, [_details(run, list(found.values()), marks)])
        missed = run.ask_arrow("internal/accounts_missed", pa.table({"account_id": list(found)}), now=run.now())
        run.keep(ACCOUNTS, [missed.cast(arrow_schema(ACCOUNTS))])
        run.load_kept()
    if gone:
        _forget_people(run, gone)


def _forget_people(run: Run, gone: Sequence[int]) -> None:
    """Notes that accounts are gone, and removes the names and ids of the people from them, in one load."""
    now = run.now()
    rows = [{"account_id": one, "left_at": now, "refresh_id": run.refresh_id} for one in gone]
    left = computed_rows(ACCOUNT_LEAVINGS, rows)
    run.keep(ACCOUNT_LEAVINGS, [left])
    for table, question in (
        (ACCOUNTS, "internal/accounts_without_people"),
        (ACCOUNT_DETAILS, "internal/account_details_without_people"),
        (REFUSALS, "internal/refusals_without_marks"),
    ):
        run.keep(table, [run.ask_arrow(question, left).cast(arrow_schema(table))])
    run.keep(ACCOUNT_ROLES, [no_roles(gone)])
    run.keep(ACCOUNT_ROLE_READINGS, [computed_rows(ACCOUNT_ROLE_READINGS, [{"account_id": one} for one in gone])])
    run.load_kept()


def _listed(run: Run, rights: Rights, records: Sequence[dict[str, Any]]) -> dict[Table, list[pa.Table]]:
    """Light records as rows of `accounts` and of `account_storage`."""
    now = run.now()
    constants = {"token_mark": rights.token_mark, "seen_at": now, "refresh_id": run.refresh_id}
    accounts = records_table(ACCOUNTS, records, run.drift, constants)
    place = accounts.column_names.index("listed_mark")
    accounts = accounts.set_column(place, accounts.field(place), [_marks(accounts)])
    storage = {
        "account_id": accounts["account_id"],
        "on_date": [now.date()] * len(accounts),
        "used_quota": accounts["used_quota"],
        "quota": accounts["quota"],
    }
    return {ACCOUNTS: [accounts], ACCOUNT_STORAGE: [pa.table(storage, schema=arrow_schema(ACCOUNT_STORAGE))]}


def _marks(accounts: pa.Table) -> pa.Array:
    """A digest of what the list shows of each account."""
    rows = accounts.select(list(LISTED)).to_pylist()
    digests = [sha256(orjson.dumps(list(row.values()))).hexdigest()[:16] for row in rows]
    return pa.array(digests, pa.string())


def _details(run: Run, records: Sequence[dict[str, Any]], marks: Mapping[int, str | None]) -> pa.Table:
    """Details as rows of `account_details`; `marks` is what the list showed of each account, by its id."""
    return pa.concat_tables(
        records_table(ACCOUNT_DETAILS, [one], run.drift, {"listed_mark": marks.get(one["id"]), "fetched_at": run.now()})
        for one in records
    )
