"""Which DOIs are due, and how they are read: what a plan counts and a refresh acts on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import duckdb

from figshare_warehouse.ages import age_of
from figshare_warehouse.settings import FigshareSettings
from figshare_warehouse.sources.datacite.dois import PAGE_SIZE
from figshare_warehouse.warehouse import store

OF_ALL_PORTALS = "10.6084"
"""Figshare's own prefix, with millions of DOIs of everybody (2026): never read whole."""

MOST_HANDLES = 100
"""DOIs that the handle service is asked about in one refresh, one in a request: many wrong ones must not take hours."""

CHANGES_MARGIN = timedelta(days=1)
"""What changed shortly before the last reading is asked for again: DataCite's index may be late."""


@dataclass(slots=True)
class DoisDue:
    """How the DOIs of each prefix are read.

    Attributes:
        listed: prefixes whose DOIs are all read.
        followed: prefixes of which it is read what changed since they were read.
        named: prefixes whose DOIs are asked for by name.
        changed_since: since when, for those that are followed (UTC, by DataCite's clock).
        held_count: how many DOIs of those that are followed are held as shown.
        known_count: how many DOIs those that are listed have, as far as is known or expected.
        own_counts: how many DOIs of the repository have each prefix.
    """

    listed: list[str] = field(default_factory=list)
    followed: list[str] = field(default_factory=list)
    named: list[str] = field(default_factory=list)
    changed_since: datetime | None = None
    held_count: int = 0
    known_count: int = 0
    own_counts: dict[str, int] = field(default_factory=dict)

    @property
    def prefixes(self) -> list[str]:
        """All of them."""
        return [*self.listed, *self.followed, *self.named]


def due_prefixes(connection: duckdb.DuckDBPyConnection, settings: FigshareSettings, now: datetime) -> DoisDue:
    """Returns how the DOIs of each prefix of the repository's are read."""
    due = DoisDue()
    oldest = now - age_of(settings.datacite.list_max_age, "list_max_age")
    followed: list[dict[str, Any]] = []
    for row in store.ask(connection, "datacite/prefixes"):
        prefix = row["doi_prefix"]
        due.own_counts[prefix] = row["own_count"]
        if prefix == OF_ALL_PORTALS or row["way"] == "dois":
            due.named.append(prefix)
        elif row["changes_known_to"] is None or not oldest < row["completed_at"] <= now:
            due.listed.append(prefix)
            due.known_count += row["doi_count"] or row["own_count"]
        else:
            followed.append(row)
    held = sum(row["held_count"] for row in followed)
    # What changed and how many there are takes two requests, all of few no more.
    if followed and held < 2 * PAGE_SIZE:
        due.listed += [row["doi_prefix"] for row in followed]
        due.known_count += held
    elif followed:
        due.followed, due.held_count = [row["doi_prefix"] for row in followed], held
        due.changed_since = min(row["changes_known_to"] for row in followed)
    return due


def due_named(
    connection: duckdb.DuckDBPyConnection, settings: FigshareSettings, prefixes: Sequence[str], now: datetime
) -> list[str]:
    """Returns the DOIs of these prefixes that are asked for by name."""
    if not prefixes:
        return []
    days = age_of(settings.datacite.doi_max_age, "doi_max_age") / timedelta(days=1)
    rows = store.ask(connection, "datacite/dois_named", prefixes=list(prefixes), now=now, max_age_days=days)
    return [row["doi"] for row in rows]


def due_handles(connection: duckdb.DuckDBPyConnection, settings: FigshareSettings, now: datetime) -> list[str]:
    """Returns the DOIs that the handle service is asked about, those that were never asked for first."""
    days = age_of(settings.datacite.doi_max_age, "doi_max_age") / timedelta(days=1)
    rows = store.ask(connection, "datacite/handles_due", now=now, max_age_days=days)
    return [row["doi"] for row in rows[:MOST_HANDLES]]


def due_citations(connection: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """Returns the rows of the query `citations_due`, those that were never read first."""
    return store.ask(connection, "datacite/citations_due")
