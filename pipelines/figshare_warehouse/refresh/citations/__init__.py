"""Reading the repository's DOIs and who cites them, from DataCite.

What is held of the DOIs is changed only by a reading that came to its end, in one load with the note of it: a page that
breaks off leaves what was there. A failure here fails nothing of Figshare.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import pyarrow as pa

from figshare_warehouse.configuration import make_datacite_client
from figshare_warehouse.refresh.citations.due import (
    CHANGES_MARGIN,
    DoisDue,
    due_citations,
    due_handles,
    due_named,
    due_prefixes,
)
from figshare_warehouse.refresh.run import Run
from figshare_warehouse.sources.datacite import citation_rows
from figshare_warehouse.sources.datacite.client import DataciteClient
from figshare_warehouse.sources.datacite.dois import (
    PAGE_SIZE,
    doi_count,
    doi_pages,
    dois_table,
    in_requests,
    named_dois,
    prefix_of,
)
from figshare_warehouse.sources.datacite.events import read_citations as read_events
from figshare_warehouse.sources.datacite.handles import read_handle
from figshare_warehouse.sources.figshare.records.arrow import arrow_schema, computed_rows
from figshare_warehouse.sources.http.errors import OutageError, RequestError, StoppedError
from figshare_warehouse.tables import (
    CITATION_READINGS,
    CITATIONS,
    DOI_CHECKS,
    DOI_COUNTS,
    DOI_READINGS,
    DOIS,
    HANDLES,
    Table,
)

FEW_NAMED = 100
"""DOIs in a request by name: about so many fit, and a list must be that much longer to be read by name instead."""


class _TooMany(Exception):
    """A list has far more DOIs than the repository."""


def read_citations(run: Run) -> None:
    """Reads and loads the DOIs and citations that are due.

    Raises:
        FigshareWarehouseError: the warehouse cannot be written; what was loaded before stays.
    """
    if not run.settings.asks_datacite or run.is_stopped:
        return
    run.load_kept()
    due = due_prefixes(run.connection, run.settings, run.now())
    if not due.prefixes:
        return
    run.step("Reading DOIs from DataCite")
    client = make_datacite_client(run.settings, run.client)
    try:
        _Reading(run, client).read(due)
    except StoppedError as limit:
        # The whole refresh is at the limit.
        run.client.stop(limit)
    finally:
        client.close()


class _Reading:
    """One reading of DataCite.

    Args:
        run: the refresh.
        client: asks DataCite.
    """

    def __init__(self, run: Run, client: DataciteClient) -> None:
        self._run = run
        self._client = client
        self._said: set[str] = set()

    def read(self, due: DoisDue) -> None:
        with self._failures_noted("the DOIs"):
            self._follow(due)
        with self._failures_noted("the DOIs"):
            self._list(due)
        self._ask_by_name(due.named)
        self._read_citations()
        self._read_handles()

    @contextmanager
    def _failures_noted(self, what: str) -> Iterator[None]:
        try:
            yield
        except RequestError as error:
            self._run.note_failure(error)
            if what not in self._said:
                self._said.add(what)
                who = "The handle service" if what == "the handles" else "DataCite"
                self._run.note_finding(f"{who} did not give all of {what}: the reports show what was read before.")
        except OutageError:
            # What it is about was noted with the requests that failed.
            pass

    # DOIs

    def _follow(self, due: DoisDue) -> None:
        """Reads what changed, and whether DOIs are gone; then they are listed."""
        if not due.followed:
            return
        since = (due.changed_since or self._run.started_at) - CHANGES_MARGIN
        tables, answered_at = self._pages(due.followed, since)
        changed = pa.concat_tables(tables)
        [new] = self._run.ask("datacite/dois_new", changed)
        total = doi_count(self._client, due.followed)
        if total != due.held_count + new["new_count"]:
            due.listed += due.followed
            return
        self._load(due.followed, changed, answered_at, total, is_whole=False)

    def _list(self, due: DoisDue) -> None:
        """Reads all DOIs of prefixes; those of one that has far more of others are then asked for by name."""
        if not due.listed:
            return
        own = {prefix: due.own_counts[prefix] for prefix in due.listed}
        try:
            tables, answered_at = self._pages(due.listed, most=_most(sum(own.values())))
        except _TooMany:
            few = [prefix for prefix in due.listed if doi_count(self._client, [prefix]) <= _most(own[prefix])]
            due.named += [prefix for prefix in due.listed if prefix not in few]
            if not few:
                return
            due.listed = few
            tables, answered_at = self._pages(few)
        shown = pa.concat_tables(tables)
        self._load(due.listed, shown, answered_at, shown.num_rows, is_whole=True)

    def _pages(
        self, prefixes: list[str], since: datetime | None = None, most: int | None = None
    ) -> tuple[list[pa.Table], datetime]:
        """The DOIs of all pages, and when the first was given."""
        tables, answered_at = [arrow_schema(DOIS).empty_table()], None
        for page in doi_pages(self._client, prefixes, since):
            if most is not None and page.total > most:
                raise _TooMany
            # DataCite's own clock decides what changed since.
            answered_at = answered_at or page.answered_at or self._run.now()
            tables.append(dois_table(page.records, self._run.drift, self._run.refresh_id, self._run.now()))
        return tables, answered_at or self._run.now()

    def _load(self, prefixes: list[str], shown: pa.Table, answered_at: datetime, total: int, is_whole: bool) -> None:
        run, now = self._run, self._run.now()
        readings = []
        held = {row["doi_prefix"]: row for row in run.ask("datacite/prefixes")}
        counts = _counts(shown)
        for prefix in prefixes:
            known = held.get(prefix, {})
            readings.append(
                {
                    "prefix": prefix,
                    "way": "list",
                    "doi_count": counts.get(prefix, 0) if is_whole else known.get("doi_count"),
                    "changes_known_to": answered_at,
                    "completed_at": now if is_whole else known.get("completed_at"),
                    "checked_at": now,
                    "refresh_id": run.refresh_id,
                }
            )
        tables: dict[Table, list[pa.Table]] = {
            DOIS: [shown],
            DOI_COUNTS: [self._changed_counts(shown)],
            DOI_READINGS: [computed_rows(DOI_READINGS, readings)],
        }
        if is_whole:
            tables[DOIS].append(self._missing(shown, prefixes, None))
        run.load(tables)

    def _changed_counts(self, shown: pa.Table) -> pa.Table:
        changed = self._run.ask_arrow("datacite/counts_changed", shown, observed_on=self._run.now().date())
        return changed.cast(arrow_schema(DOI_COUNTS))

    def _missing(self, shown: pa.Table, prefixes: list[str] | None, asked: list[str] | None) -> pa.Table:
        given = {"prefixes": prefixes, "asked": asked, "now": self._run.now()}
        return self._run.ask_arrow("datacite/dois_missing", shown.select(["doi"]), **given).cast(arrow_schema(DOIS))

    def _ask_by_name(self, prefixes: list[str]) -> None:
        run = self._run
        for part in in_requests(due_named(run.connection, run.settings, prefixes, run.now())):
            with self._failures_noted("the DOIs"):
                records = named_dois(self._client, part)
                shown = dois_table(records, run.drift, run.refresh_id, run.now())
                found = set(shown.column("doi").to_pylist())
                checks = [
                    {
                        "doi": doi,
                        "prefix": prefix_of(doi),
                        "is_found": doi in found,
                        "asked_at": run.now(),
                        "refresh_id": run.refresh_id,
                    }
                    for doi in part
                ]
                readings = [
                    {"prefix": prefix, "way": "dois", "checked_at": run.now(), "refresh_id": run.refresh_id}
                    for prefix in {prefix_of(doi) for doi in part}
                ]
                run.load(
                    {
                        DOIS: [shown, self._missing(shown, None, part)],
                        DOI_COUNTS: [self._changed_counts(shown)],
                        DOI_CHECKS: [computed_rows(DOI_CHECKS, checks)],
                        DOI_READINGS: [computed_rows(DOI_READINGS, readings)],
                    }
                )

    # Citations

    def _read_citations(self) -> None:
        run = self._run
        over = run.ask_arrow("datacite/citations_over", now=run.now(), refresh_id=run.refresh_id)
        if over.num_rows:
            run.load({CITATIONS: [over.cast(arrow_schema(CITATIONS))]})
        due = {row["doi"]: row for row in due_citations(run.connection)}
        if due:
            run.step(f"Reading who cites {len(due):,} DOIs")
        for part in in_requests(list(due)):
            with self._failures_noted("the citations"):
                self._read_part({doi: due[doi] for doi in part})

    def _read_handles(self) -> None:
        """Asks the handle service about DOIs that DataCite does not show: never registered, or hidden."""
        run, rows = self._run, []
        due = due_handles(run.connection, run.settings, run.now())
        if due:
            run.step(f"Looking for {len(due):,} DOIs that DataCite does not show")
        try:
            for doi in due:
                with self._failures_noted("the handles"):
                    found = read_handle(self._client, doi)
                    known = {"is_registered": found.is_registered, "url": found.url, "checked_at": run.now()}
                    rows.append({"doi": doi, "prefix": prefix_of(doi), "refresh_id": run.refresh_id, **known})
        finally:
            if rows:
                run.load({HANDLES: [computed_rows(HANDLES, rows)]})

    def _read_part(self, part: dict[str, dict[str, Any]]) -> None:
        run = self._run
        events = read_events(self._client, list(part))
        now = run.now()
        citing: dict[str, set[str]] = {}
        for event in events:
            citing.setdefault(event.cited_doi, set()).add(event.citing_doi)
        fetched = {
            "found": citation_rows(events, now, run.refresh_id),
            "dois": pa.table({"doi": pa.array(list(part), pa.string())}),
        }
        merged = run.ask_arrow("datacite/citations_merged", fetched, now=now, refresh_id=run.refresh_id)
        readings = [
            {
                "doi": doi,
                "prefix": prefix_of(doi),
                "citation_count": row["citation_count"],
                "updated_at": row["updated_at"],
                "found_count": len(citing.get(doi, ())),
                "read_at": now,
                "refresh_id": run.refresh_id,
            }
            for doi, row in part.items()
        ]
        run.load(
            {
                CITATIONS: [merged.cast(arrow_schema(CITATIONS))],
                CITATION_READINGS: [computed_rows(CITATION_READINGS, readings)],
            }
        )


def _most(own: int) -> int:
    """How many DOIs a list may have, to be cheaper than to ask for the repository's own by name."""
    return max(2 * PAGE_SIZE, own * PAGE_SIZE // FEW_NAMED)


def _counts(shown: pa.Table) -> dict[str, int]:
    counted = shown.group_by("prefix").aggregate([("doi", "count")]).to_pylist()
    return {row["prefix"]: row["doi_count"] for row in counted}
