"""Asking the addresses that articles name whether they still answer: linked files, references, related materials.

Only where the user wants it, since these are other people's servers.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import duckdb

from figshare_warehouse.ages import age_of
from figshare_warehouse.refresh.plan_lines import Planned
from figshare_warehouse.refresh.run import Run
from figshare_warehouse.settings import FigshareSettings
from figshare_warehouse.sources.figshare.credentials import LOOPBACK_HOSTS
from figshare_warehouse.sources.figshare.records.arrow import computed_rows
from figshare_warehouse.sources.http.errors import StoppedError
from figshare_warehouse.sources.http.links import LinkCheck, LinkChecker
from figshare_warehouse.tables import LINK_CHECKS
from figshare_warehouse.warehouse import store

MOST_LINKS = 500
"""Addresses that are asked for in one refresh: about ten minutes, since most are on different hosts."""

TOGETHER = 50
"""Addresses whose states are loaded together."""


def due_links(connection: duckdb.DuckDBPyConnection, settings: FigshareSettings, now: datetime) -> list[str]:
    """Returns the addresses that are asked for in this refresh, those that were never asked for first."""
    days = age_of(settings.link_max_age, "link_max_age") / timedelta(days=1)
    rows = store.ask(connection, "links_due", now=now, max_age_days=days)
    return [row["link"] for row in rows[:MOST_LINKS]]


def planned_links(
    connection: duckdb.DuckDBPyConnection, settings: FigshareSettings, now: datetime
) -> Iterator[Planned]:
    """Yields the requests to addresses that articles name, at least one for each.

    Args:
        connection: the warehouse; without its views nothing is planned.
        settings: what is read.
        now: the time of the plan (UTC).
    """
    if not settings.links:
        return
    try:
        due = due_links(connection, settings, now)
    except (duckdb.CatalogException, duckdb.BinderException):
        due = []
    if due:
        yield Planned("links", len(due), "estimated", "addresses that articles name, more where they redirect")
    else:
        yield Planned("links", None, "known when read", "addresses that new articles name")


def read_links(run: Run) -> None:
    """Asks the addresses that are due, and loads what became of them.

    Raises:
        FigshareWarehouseError: the warehouse cannot be written; what was loaded before stays.
    """
    if not run.settings.links or run.is_stopped:
        return
    run.load_kept()
    due = due_links(run.connection, run.settings, run.now())
    if not due:
        return
    run.step(f"Asking {len(due):,} addresses that articles name")
    is_local = urlsplit(run.settings.api_url).hostname in LOOPBACK_HOSTS
    client = run.client
    checker = LinkChecker(client.user_agent, client.budget, is_local, client.on_request)
    client.companions.append(checker)
    for start in range(0, len(due), TOGETHER):
        part = due[start : start + TOGETHER]
        known = {row["link"]: row["failing_since"] for row in run.ask("links_known", links=part)}
        rows: list[dict[str, Any]] = []
        try:
            for link in part:
                rows.append(_row(run, link, checker.check(link), known.get(link)))
        except StoppedError as limit:
            client.stop(limit)
        if rows:
            run.load({LINK_CHECKS: [computed_rows(LINK_CHECKS, rows)]})
        if run.is_stopped:
            return


def _row(run: Run, link: str, found: LinkCheck, failing_since: datetime | None) -> dict[str, Any]:
    now = run.now()
    return {
        "link": link,
        "state": found.state,
        "status": found.status,
        "final_link": found.final_url,
        "message": found.message,
        "failing_since": None if found.state in ("ok", "moved") else failing_since or now,
        "checked_at": now,
        "refresh_id": run.refresh_id,
    }
