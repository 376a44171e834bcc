"""How many requests for internal records are due, from the same queries that a refresh acts on."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import duckdb

from figshare_warehouse.configuration import make_client
from figshare_warehouse.refresh.internal.accounts import DETAIL_MAX_AGE_DAYS
from figshare_warehouse.refresh.internal.estimate_articles import planned_articles
from figshare_warehouse.refresh.internal.refusals import REFUSED_DAYS
from figshare_warehouse.refresh.internal.rights import denied_parts, token_mark
from figshare_warehouse.refresh.internal.roles import LIST_MAX_AGE_DAYS, ROLES_MAX_AGE_DAYS
from figshare_warehouse.refresh.internal.wanted import wanted_parts
from figshare_warehouse.refresh.plan_lines import Planned
from figshare_warehouse.settings import FigshareSettings
from figshare_warehouse.sources.figshare.facts import PAGE_SIZE
from figshare_warehouse.sources.figshare.internal.accounts import page_count
from figshare_warehouse.warehouse import store

_LATER = Planned("internal_accounts", None, "known when read", "accounts, articles, reviews, and what belongs to them")


def is_institution_denied(connection: duckdb.DuckDBPyConnection, settings: FigshareSettings, now: datetime) -> bool:
    """Returns whether the token was refused its institution and groups, so that they are not asked for."""
    if not wanted_parts(settings) or not store.has_internal(connection):
        return False
    with make_client(settings, "figshare-warehouse") as client:
        return "institution" in denied_parts(connection, client, now)


def planned_internal(connection: duckdb.DuckDBPyConnection, settings: FigshareSettings, now: datetime) -> list[Planned]:
    """Returns the requests for internal records that a refresh will make.

    Args:
        connection: the warehouse.
        settings: what is loaded.
        now: the time of the plan (UTC).
    """
    parts = wanted_parts(settings)
    if not parts:
        return []
    if not store.has_internal(connection):
        own = [Planned("internal_own_account", 1, "due", "the token's account")] if "own account" in parts else []
        return [*own, _LATER] if parts - {"own account"} else own
    with make_client(settings, "figshare-warehouse") as client:
        parts -= denied_parts(connection, client, now).keys()
        mark = token_mark(connection, client)
    planned = []
    if "own account" in parts:
        planned.append(Planned("internal_own_account", 1, "due", "the token's account"))
    planned += _planned_accounts(connection, parts, mark, now)
    planned += planned_articles(connection, settings, parts, mark, now)
    for part, kind in (("roles", "internal_roles"), ("embargo options", "internal_embargo_options")):
        asked: dict[str, Any] = {"part": part, "started_at": now, "max_age_days": LIST_MAX_AGE_DAYS}
        if part in parts and store.ask(connection, "internal/lists_due", **asked):
            planned.append(Planned(kind, 1, "due", "short list"))
    return planned


def _planned_accounts(
    connection: duckdb.DuckDBPyConnection, parts: set[str], mark: str, now: datetime
) -> list[Planned]:
    planned = []
    if "accounts" in parts:
        read = {row["part"]: row["record_count"] for row in store.ask(connection, "internal/readings")}
        if "accounts" not in read:
            planned.append(_LATER)
        else:
            pages = page_count(read["accounts"])
            planned.append(Planned("internal_accounts", pages, "estimated", f"lists in pages of {PAGE_SIZE:,}"))
    for part, kind, question, age, what in (
        ("account details", "internal_account", "account_details_due", DETAIL_MAX_AGE_DAYS, "new, changed or old"),
        ("account roles", "internal_account_roles", "account_roles_due", ROLES_MAX_AGE_DAYS, "new or old"),
    ):
        if part in parts:
            asked: dict[str, Any] = {"token_mark": mark, "started_at": now, "max_age_days": age}
            asked |= {"refused_days": REFUSED_DAYS}
            due = len(store.ask(connection, f"internal/{question}", **asked))
            planned += [Planned(kind, due, "due", f"of accounts that are {what}")] if due else []
            if "accounts" in parts:
                planned.append(Planned(kind, None, "known when listed", "one per new or changed account"))
    return planned
