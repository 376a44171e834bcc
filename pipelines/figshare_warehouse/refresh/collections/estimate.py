"""How many requests for collections and projects a refresh will make."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

import duckdb
import pyarrow as pa

from figshare_warehouse.refresh.collections.due import ListingKnown, due_entities, entity_types, known_listings
from figshare_warehouse.refresh.plan_lines import Planned
from figshare_warehouse.settings import FigshareSettings
from figshare_warehouse.sources.figshare.collections import EntityListing, EntityType, entity_listings
from figshare_warehouse.sources.figshare.facts import PAGE_SIZE
from figshare_warehouse.sources.figshare.feeds import Listing
from figshare_warehouse.warehouse import store


def planned_collections(
    connection: duckdb.DuckDBPyConnection,
    settings: FigshareSettings,
    listings: Sequence[Listing],
    now: datetime,
) -> Iterator[Planned]:
    """Yields the requests for collections and projects that a refresh will make, retries not counted.

    Args:
        connection: the warehouse.
        settings: what is loaded, and how.
        listings: the listings of articles that are followed.
        now: the time of the plan (UTC).
    """
    known = known_listings(connection)
    for entity_type in entity_types(settings):
        followed = entity_listings(listings, [entity_type])
        for listing in followed:
            yield from _planned_listing(listing, known.get(listing.name))
        due = due_entities(connection, settings, entity_type, followed, now, now)
        if due.num_rows:
            yield from _planned_details(entity_type, due)
        if followed:
            several = "one for its record, one for its articles"
            yield Planned(entity_type, None, "known when listed", f"each new or changed {entity_type}: {several}")


def _planned_listing(listing: EntityListing, known: ListingKnown | None) -> Iterator[Planned]:
    kind = f"{listing.entity_type}s"
    if known is None:
        yield Planned(kind, 2, "estimated", f"{listing.name}: one per {PAGE_SIZE:,}, and a last one")
        return
    # One more after the last page, which is empty.
    pages = known.entity_count // PAGE_SIZE + 2 if known.entity_count else 1
    yield Planned(kind, pages, "estimated", f"{listing.name}: {known.entity_count:,} last time")
    if known.asks_for_changes(listing.entity_type):
        yield Planned(kind, 1, "estimated", f"{listing.name}: which were modified since")


def _planned_details(entity_type: EntityType, due: pa.Table) -> Iterator[Planned]:
    articles = versions = 0
    for row in store.each_row(due.select(["article_count", "reason", "known_version"])):
        count = row["article_count"]
        articles += 1 if count is None else count // PAGE_SIZE + 1 if count else 0
        versions += entity_type == "collection" and row["known_version"] is None
    yield Planned(entity_type, due.num_rows, "due", f"{entity_type}s that are not read, changed, or were read long ago")
    if articles:
        yield Planned(f"{entity_type}_articles", articles, "estimated", f"the articles of {entity_type}s")
    if versions:
        yield Planned("collection_versions", versions, "estimated", "of several versions, if they are")
