"""How many requests to DataCite a refresh will make."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import duckdb

from figshare_warehouse.refresh.citations.due import due_citations, due_handles, due_named, due_prefixes
from figshare_warehouse.refresh.plan_lines import Planned
from figshare_warehouse.settings import FigshareSettings
from figshare_warehouse.sources.datacite.dois import PAGE_SIZE, in_requests


def planned_citations(
    connection: duckdb.DuckDBPyConnection, settings: FigshareSettings, now: datetime
) -> Iterator[Planned]:
    """Yields the requests to DataCite that a refresh will make, retries not counted.

    Args:
        connection: the warehouse; without its views citations are not planned.
        settings: what is read.
        now: the time of the plan (UTC).
    """
    if not settings.asks_datacite:
        return
    due = due_prefixes(connection, settings, now)
    if due.followed:
        names = ", ".join(due.followed)
        yield Planned("dois", 2, "estimated", f"{names}: what changed, and how many there are", least=2)
    if due.listed:
        # One of a whole page is followed by an empty one.
        pages = due.known_count // PAGE_SIZE + 1
        yield Planned("dois", pages, "estimated", f"{', '.join(due.listed)}: about {due.known_count:,} DOIs")
    named = due_named(connection, settings, due.named, now)
    if named:
        yield Planned("dois", len(list(in_requests(named))), "due", f"{len(named):,} DOIs by name")
    try:
        cited, handles = [row["doi"] for row in due_citations(connection)], due_handles(connection, settings, now)
    except (duckdb.CatalogException, duckdb.BinderException):
        cited, handles = [], []
    if cited:
        yield Planned("citations", len(list(in_requests(cited))), "due", f"who cites {len(cited):,} DOIs")
    if handles:
        yield Planned("handles", len(handles), "due", "DOIs that DataCite does not show")
    if not due.prefixes:
        yield Planned("dois", None, "known when read", "the DOIs of the articles, a thousand in a request")
    yield Planned("citations", None, "known when read", "who cites DOIs of which DataCite counts something else")
