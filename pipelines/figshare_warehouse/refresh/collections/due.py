"""Which collections and projects are due: the queries that a plan counts and a refresh acts on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import duckdb
import pyarrow as pa

from figshare_warehouse.settings import FigshareSettings
from figshare_warehouse.sources.figshare.collections import EntityListing, EntityType
from figshare_warehouse.warehouse import store

ENTITY_TYPES: tuple[EntityType, ...] = ("collection", "project")


@dataclass(frozen=True, slots=True)
class ListingKnown:
    """What the last complete reading of a listing said.

    Attributes:
        entity_count: how many it showed.
        changes_known_to: up to when it is known which were modified (UTC, by Figshare's clock); None where it is not.
        is_dated: whether it says of each when it was modified.
    """

    entity_count: int = 0
    changes_known_to: datetime | None = None
    is_dated: bool = False

    def asks_for_changes(self, entity_type: EntityType) -> bool:
        """Whether Figshare is asked what was modified since; projects say it in their listing, and have no filter."""
        return (
            entity_type == "collection"
            and self.entity_count > 0
            and not self.is_dated
            and self.changes_known_to is not None
        )


def entity_types(settings: FigshareSettings) -> list[EntityType]:
    """Returns the types that are not left out."""
    return [one for one in ENTITY_TYPES if f"{one}s" not in (settings.without or ())]


def known_listings(connection: duckdb.DuckDBPyConnection) -> dict[str, ListingKnown]:
    """Returns what is known of each listing that was read to its end, by its name."""
    return {
        row["listing"]: ListingKnown(row["entity_count"], row["changes_known_to"], row["is_dated"])
        for row in store.ask(connection, "entity_listings_known")
    }


def due_entities(
    connection: duckdb.DuckDBPyConnection,
    settings: FigshareSettings,
    entity_type: EntityType,
    listings: Sequence[EntityListing],
    started_at: datetime,
    now: datetime,
) -> pa.Table:
    """Returns the rows of the query `entity_details_due`, most important first."""
    return store.ask_arrow(
        connection,
        "entity_details_due",
        entity_type=entity_type,
        listings=[listing.name for listing in listings],
        started_at=started_at,
        now=now,
        max_age_days=settings.days("article_max_age"),
        undated_max_age_days=settings.days("undated_article_max_age"),
    )
