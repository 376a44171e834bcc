"""Reading public collections and projects: listings, what was modified, and records with their articles and versions.

As with articles, the queries over the tables say what is due, and only a listing that is read to its end and not in
doubt counts. One that Figshare does not find any more is withdrawn; its last record stays.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from typing import Any

import pyarrow as pa

from figshare_warehouse.errors import FigshareWarehouseError, RefusedError
from figshare_warehouse.refresh.collections.due import ListingKnown, due_entities, entity_types, known_listings
from figshare_warehouse.refresh.doubts import PROBED, Kind, Probe, believed, probed
from figshare_warehouse.refresh.run import Run
from figshare_warehouse.sources.figshare.collections import (
    Entity,
    EntityListing,
    EntityType,
    ListingReading,
    WantedEntity,
    detail_of,
    entity_listings,
    entity_tables,
    read_entity,
)
from figshare_warehouse.sources.figshare.read_ahead import read_ahead
from figshare_warehouse.sources.figshare.records.arrow import arrow_schema, computed_rows, records_table
from figshare_warehouse.sources.http.errors import NotFoundError, RequestError, StoppedError
from figshare_warehouse.tables import ENTITY_CHECKS, ENTITY_LISTINGS, LISTED_ENTITIES, Table
from figshare_warehouse.warehouse import store

CLOCK_MARGIN = timedelta(minutes=1)
"""Figshare's clocks may differ by so much: what was modified shortly before a listing is asked for once more."""

MOST_TOGETHER = 500
"""Most records in one load."""


def read_collections(run: Run) -> None:
    """Reads and loads the collections and projects that are due of the institutions and groups that are followed.

    Raises:
        FigshareWarehouseError: the warehouse cannot be written; what was loaded before stays.
    """
    for entity_type in entity_types(run.settings):
        listings = entity_listings(run.listings, [entity_type])
        if not listings or run.is_stopped:
            continue
        run.step(f"Listing the {entity_type}s")
        run.load_kept()
        _read_listings(run, listings)
        run.load_kept()
        if not run.is_stopped:
            _read_details(run, entity_type, listings)


def _read_listings(run: Run, listings: list[EntityListing]) -> None:
    """Reads each listing, and which of its entries were modified since its last reading."""
    known = known_listings(run.connection)
    readings: dict[str, tuple[ListingReading, set[int]]] = {}
    complete: list[dict[str, Any]] = []

    def pages() -> Iterator[pa.Table]:
        for listing in listings:
            before = known.get(listing.name, ListingKnown())
            reading = ListingReading(listing, is_expected=before.entity_count > 0)
            seen: set[int] = set()
            readings[listing.name] = reading, seen
            try:
                for page in reading.pages(run.client, run.versions):
                    table = _listed(run, listing, page)
                    seen.update(table.column("entity_id").to_pylist())
                    yield table
            except RequestError as error:
                run.note_failure(error)
                continue
            except FigshareWarehouseError:
                return
            complete.append(
                {
                    "listing": listing.name,
                    "entity_type": listing.entity_type,
                    "institution_id": listing.institution_id,
                    "group_id": listing.group_id,
                    "entity_count": len(seen),
                    "changes_known_to": before.changes_known_to,
                    "completed_at": run.now(),
                    "refresh_id": run.refresh_id,
                }
            )

    run.load({LISTED_ENTITIES: pages()}, with_record=False)
    entity_type = listings[0].entity_type
    kind = Kind(f"{entity_type}s", ENTITY_LISTINGS, "entity_listings_shrunk", partial(_probe, entity_type))
    good = believed(run, complete, kind)
    for row in good:
        reading, seen = readings[row["listing"]]
        if _note_modified(run, reading.listing, known.get(row["listing"], ListingKnown()), seen):
            answered_at = reading.answered_at
            row["changes_known_to"] = answered_at - CLOCK_MARGIN if answered_at is not None else None
    # With the notes of what was modified, and after what was listed: a listing counts as complete only then.
    run.load({ENTITY_LISTINGS: [computed_rows(ENTITY_LISTINGS, good)]})


def _listed(run: Run, listing: EntityListing, page: list[dict[str, Any]]) -> pa.Table:
    constants = {
        "listing": listing.name,
        "entity_type": listing.entity_type,
        "seen_at": run.now(),
        "refresh_id": run.refresh_id,
    }
    return records_table(LISTED_ENTITIES, page, run.drift, constants)


def _note_modified(run: Run, listing: EntityListing, before: ListingKnown, seen: set[int]) -> bool:
    """Notes what may have been modified since it was last read; whether that is known."""
    if listing.entity_type == "project" or before.is_dated:
        # The listing itself says it.
        return True
    ids = seen
    if before.asks_for_changes(listing.entity_type):
        ids = set()
        reading = ListingReading(listing, is_expected=False, modified_since=before.changes_known_to)
        try:
            for page in reading.pages(run.client, run.versions):
                ids.update(_listed(run, listing, page).column("entity_id").to_pylist())
        except RequestError as error:
            run.note_failure(error)
            return False
        except FigshareWarehouseError:
            return False
    # Otherwise nothing is known of what another listing showed before.
    if ids:
        fetched = pa.table({"entity_id": pa.array(sorted(ids), pa.int64())})
        found = run.ask_arrow("entities_modified", fetched, entity_type=listing.entity_type)
        run.keep(ENTITY_CHECKS, [found.cast(arrow_schema(ENTITY_CHECKS))])
    return True


def _probe(entity_type: EntityType, run: Run, reading: dict[str, Any]) -> Probe:
    sample = run.ask(
        "missing_entities_sample", listing=reading["listing"], refresh_id=run.refresh_id, sample_size=PROBED
    )
    ids = [row["entity_id"] for row in sample]
    return probed(run, reading, ids, lambda id_: detail_of(run.client, entity_type, id_, run.versions))


def _read_details(run: Run, entity_type: EntityType, listings: list[EntityListing]) -> None:
    """Reads the records that are due, and loads them in chunks."""
    due = due_entities(run.connection, run.settings, entity_type, listings, run.started_at, run.now())
    if not due.num_rows:
        return
    run.step(f"Reading {due.num_rows:,} {entity_type}s")
    chunk = _Chunk(run, entity_type)
    rows = {row["entity_id"]: row for row in store.each_row(due)}
    wanted = (
        WantedEntity(row["entity_id"], row["listed_mark"], row["is_held"], row["known_version"], row["version_count"])
        for row in rows.values()
    )
    for one, reading in read_ahead(
        run.client, lambda client, one: read_entity(client, entity_type, one, run.versions), wanted
    ):
        try:
            chunk.add(reading.result())
        except NotFoundError:
            chunk.add_missing(one, rows[one.entity_id])
        except RequestError as error:
            run.note_failure(error)
        except (StoppedError, RefusedError):
            pass
        chunk.load_if_full()
    chunk.load()


class _Chunk:
    """Records that are loaded together, each with the note that it was read."""

    def __init__(self, run: Run, entity_type: EntityType) -> None:
        self._run = run
        self._entity_type = entity_type
        self._clear()

    def _clear(self) -> None:
        self._read: list[Entity] = []
        self._checks: list[dict[str, Any]] = []
        self._size = 0
        self._deadline = time.monotonic() + self._run.settings.chunk_seconds

    def add(self, entity: Entity) -> None:
        """Adds a record; without a note where some of it failed, so that it is due again."""
        self._read.append(entity)
        self._size += 1
        for failure in entity.failures:
            self._run.note_failure(failure)
        if not entity.failures:
            self._check(entity.wanted, entity.fetched_at, None)

    def add_missing(self, wanted: WantedEntity, due: dict[str, Any]) -> None:
        """Adds that Figshare does not find one; one that is still withdrawn stays so since then."""
        now = self._run.now()
        self._check(wanted, now, due["missing_since"] or now)
        self._size += 1

    def _check(self, wanted: WantedEntity, checked_at: Any, missing_since: Any) -> None:
        self._checks.append(
            {
                "entity_type": self._entity_type,
                "entity_id": wanted.entity_id,
                "listed_mark": wanted.listed_mark,
                "checked_at": checked_at,
                "missing_since": missing_since,
            }
        )

    def load_if_full(self) -> None:
        """Loads the chunk where it is large or late."""
        most = min(MOST_TOGETHER, self._run.settings.chunk_articles)
        if self._size >= most or (self._size and time.monotonic() >= self._deadline):
            self.load()

    def load(self) -> None:
        """Loads what was added, if anything."""
        if not self._size:
            return
        tables: dict[Table, list[pa.Table]] = {ENTITY_CHECKS: [computed_rows(ENTITY_CHECKS, self._checks)]}
        if self._read:
            made = entity_tables(self._entity_type, self._read, self._run.drift)
            tables |= {table: [rows] for table, rows in made.items()}
            loaded = self._run.outcome.entities_loaded
            loaded[self._entity_type] = loaded.get(self._entity_type, 0) + len(self._read)
        self._run.load(tables)
        self._clear()
