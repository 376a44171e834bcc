"""Reading the public record: lookups, listings, details and counts, each loaded as it is read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields
from itertools import chain
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from figshare_warehouse.errors import FigshareWarehouseError
from figshare_warehouse.models.macros import create_rules
from figshare_warehouse.refresh.disk_space import refuse_little_space
from figshare_warehouse.refresh.doubts import believed, compare_counts, counted_higher
from figshare_warehouse.refresh.followed import refuse_wrong_institution, remember
from figshare_warehouse.refresh.internal.rights import note_institution_denied
from figshare_warehouse.refresh.plan import due_details, due_group_counts, due_lists
from figshare_warehouse.refresh.run import Run
from figshare_warehouse.sources.figshare import batch_tables
from figshare_warehouse.sources.figshare.api_version import ARTICLES_PATH, SERVICES, ApiVersion
from figshare_warehouse.sources.figshare.articles import BATCH_SIZE, Batch, Wanted, article_batches
from figshare_warehouse.sources.figshare.lookups import group_counts, institution_lists, listed_table, public_lists
from figshare_warehouse.sources.figshare.records.arrow import DELETED, arrow_schema, computed_rows
from figshare_warehouse.sources.http.errors import DeniedError, RequestError
from figshare_warehouse.tables import (
    ARTICLE_CHANGES,
    ARTICLE_CHECKS,
    ARTICLE_CHILDREN,
    ARTICLES,
    AUTHOR_LISTS,
    FIRST_LISTED,
    GROUP_COUNTS,
    LIST_READINGS,
    LISTED_ARTICLES,
    LISTINGS,
    WITHDRAWALS,
    Table,
)
from figshare_warehouse.warehouse import store

GROUPS_IN_A_COUNT = 500
"""Groups per request for counts; no maximum is documented."""

WANTED = [one.name for one in fields(Wanted)]


def read_lists(run: Run) -> None:
    """Reads the lookups that are due and keeps them for the next load; a failed one leaves its table unchanged."""
    if run.is_stopped:
        return
    due = due_lists(run.connection, run.settings, run.outcome.started_at, run.versions.is_any_on_v3)
    if not due:
        return
    run.step("Reading " + ", ".join(name.replace("_", " ") for name in due))
    readers = public_lists(run.client, run.drift, run.versions)
    readers |= institution_lists(run.client, run.drift, run.versions)
    readings = []
    for table, read in readers.items():
        if table.name not in due or table in run.failed_lists:
            continue
        try:
            run.keep(table, list(read()))
        except DeniedError as error:
            # With the internal records it is found out what the token may see; without them a refusal ends it all.
            run.failed_lists.update(institution_lists(run.client, run.drift, run.versions))
            note_institution_denied(run, error)
        except RequestError as error:
            run.failed_lists.add(table)
            run.note_failure(error)
        except FigshareWarehouseError:
            break
        else:
            readings.append({"list_name": table.name, "completed_at": run.now(), "refresh_id": run.refresh_id})
    if readings:
        run.keep(LIST_READINGS, [computed_rows(LIST_READINGS, readings)])


def read_listings(run: Run) -> None:
    """Reads and loads each listing; only one that is read to its end and not in doubt counts as complete.

    Raises:
        UsageError: the institution's id is wrong.
        FigshareWarehouseError: the warehouse cannot be written; what was loaded before stays.
    """
    if run.is_stopped:
        return
    complete: list[dict[str, Any]] = []

    def pages() -> Iterator[pa.Table]:
        for listing in run.listings:
            run.step(f"Listing the articles of {listing.name}")
            seen: set[int] = set()
            try:
                for page in listing.pages(run.client, run.versions):
                    table = listed_table(listing.name, page, run.drift, run.refresh_id, run.now())
                    seen.update(table.column("article_id").to_pylist())
                    yield table
            except RequestError as error:
                run.note_failure(error)
                continue
            except FigshareWarehouseError:
                return
            complete.append(
                {
                    "listing": listing.name,
                    "institution_id": listing.institution_id,
                    "group_id": listing.group_id,
                    "search": listing.search,
                    "search_for": listing.search_for,
                    "article_count": len(seen),
                    "completed_at": run.now(),
                    "refresh_id": run.refresh_id,
                }
            )

    run.load({LISTED_ARTICLES: pages()}, with_record=False)
    good = believed(run, complete)
    run.outcome.empty_listings += [reading["listing"] for reading in good if not reading["article_count"]]
    refuse_wrong_institution(run, good)
    remember(run)
    # While `listings` still says whether one was read to its end before.
    _note_first_sightings(run)
    # In a later load: a listing must not count as complete before its articles are loaded.
    run.load({LISTINGS: [computed_rows(LISTINGS, good)]})


def read_details(run: Run) -> None:
    """Reads the details that are due, and loads each chunk as soon as it is read.

    An article, or a list of its files or versions, that cannot be read is due again next time. An article that Figshare
    does not find is a withdrawal.

    Raises:
        FigshareWarehouseError: the warehouse cannot be written, or the disk has too little space; what was loaded
            before stays.
    """
    if run.is_stopped:
        return
    due = due_details(run.connection, run.settings, run.listings, run.started_at, run.now(), run.article_ids)
    run.outcome.articles_due = due.num_rows
    if not due.num_rows:
        return
    refuse_little_space(run.published, due.num_rows, with_usage="none" not in (run.settings.usage or ()))
    run.step(f"Reading {due.num_rows:,} article details")
    for row in run.ask("article_known"):
        # A first refresh has none until its first success.
        version: ApiVersion = "v3" if row["api_version"] == "v3" else "v2"
        run.client.expect_answer("article", f"{ARTICLES_PATH[version]}/{row['article_id']}", service=SERVICES[version])
    wanted = (Wanted(**row) for row in store.each_row(due.select(WANTED)))
    # A load takes its time however little it holds, and records take ten times the memory of the tables made of them:
    # so they are made batch by batch, and loaded together.
    chunk: dict[Table, list[pa.Table]] = {}
    size = 0
    batch_size = min(BATCH_SIZE, run.settings.chunk_articles)
    for batch in article_batches(run.client, wanted, run.versions, batch_size, run.settings.chunk_seconds):
        withdrawals = _withdrawals(run, batch, due)
        failures = [failure for failure in batch.failures if not failure.is_gone]
        for failure in chain(failures, *(detail.failures for detail in batch.details)):
            run.note_failure(failure.error, failure.article_id, failure.failed_at)
        run.outcome.articles_loaded += len(batch.details)
        run.outcome.articles_unchanged += len(batch.unchanged)
        run.outcome.articles_withdrawn += len(withdrawals)
        tables = {**batch_tables(batch, run.drift), WITHDRAWALS: computed_rows(WITHDRAWALS, withdrawals)}
        for table, rows in tables.items():
            chunk.setdefault(table, []).append(rows)
        size += len(batch)
        if size >= run.settings.chunk_articles or batch.is_late:
            _load_details(run, chunk)
            chunk, size = {}, 0
    if size:
        _load_details(run, chunk)


def _load_details(run: Run, chunk: Mapping[Table, list[pa.Table]]) -> None:
    """Loads what the details change, then the details, which replace the old values."""
    are_held = run.loader.holds_any(pa.concat_tables(chunk[ARTICLE_CHECKS]).select(["article_id"]))
    if are_held:
        _note_changes(run, chunk)
        run.load_kept()
    run.load(chunk, are_new=not are_held)


def _note_changes(run: Run, chunk: Mapping[Table, list[pa.Table]]) -> None:
    """Keeps the values that reports will no longer show once a chunk is loaded, batch by batch to save memory."""
    # The views, and the rules they use, are built later; the existing ones may be those of another version.
    create_rules(run.connection)
    tables = (ARTICLES, *ARTICLE_CHILDREN)
    for batch in zip(*(chunk[table] for table in tables), strict=True):
        read = dict(zip(tables, batch, strict=True))
        ids = read[ARTICLES].select(["article_id"])
        new = {table.name: _stored(rows) for table, rows in read.items()}
        old = {table.name: store.held(run.connection, table.name, ids) for table in tables}
        compared = {"articles": read[ARTICLES], "old": _values(run, old), "new": _values(run, new)}
        changes = _keep_found(run, ARTICLE_CHANGES, "article_changes", compared, refresh_id=run.refresh_id)
        authors = {"changes": changes, "old_authors": old["article_authors"], "new_authors": new["article_authors"]}
        _keep_found(run, AUTHOR_LISTS, "author_lists_changed", authors)


def _stored(rows: pa.Table) -> pa.Table:
    """Rows without those that say that an article has none."""
    return rows.filter(pc.is_null(rows.column(DELETED))) if DELETED in rows.column_names else rows


def _values(run: Run, tables: Mapping[str, pa.Table]) -> pa.Table:
    """What reports show of articles, as text by field."""
    values = store.ask_arrow(run.connection, "article_values", tables)
    elements = store.ask_arrow(run.connection, "article_elements", tables)
    lists = store.ask_arrow(run.connection, "article_lists", {**tables, "elements": elements})
    return pa.concat_tables([values, lists])


def _withdrawals(run: Run, batch: Batch, due: pa.Table) -> list[dict[str, Any]]:
    """The articles that Figshare does not find, as rows of `withdrawals`; ids that it never had are noted."""
    gone = {failure.article_id: failure for failure in batch.failures if failure.is_gone}
    if not gone:
        return []
    rows = list(store.each_row(due.filter(pc.is_in(due.column("article_id"), pa.array(list(gone), pa.int64())))))
    for row in rows:
        if not row["is_held"]:
            run.note_finding(f"Figshare has no public article {row['article_id']}: is the id right?")
    return [
        {
            "article_id": row["article_id"],
            # One that is still withdrawn keeps its withdrawal.
            "withdrawn_at": row["withdrawn_at"] or gone[row["article_id"]].failed_at,
            "reason": "not found" if row["is_shown"] else "gone from the listing",
            "listed_date": row["listed_date"],
            "checked_at": gone[row["article_id"]].failed_at,
            "refresh_id": run.refresh_id,
        }
        for row in rows
        if row["is_held"]
    ]


def note_single_articles(run: Run) -> None:
    """Notes which articles that are followed by themselves are public, as their details say: that is their listing.

    Raises:
        FigshareWarehouseError: the warehouse cannot be written; what was loaded before stays.
    """
    if not run.article_ids:
        return
    run.load_kept()
    asked = {"article_ids": run.article_ids, "refresh_id": run.refresh_id}
    seen = run.ask_arrow("followed_articles_seen", **asked).cast(arrow_schema(LISTED_ARTICLES))
    if not seen.num_rows:
        return
    run.load({LISTED_ARTICLES: [seen]})
    # As for other listings: before they count as read, and after their articles are loaded.
    _note_first_sightings(run)
    readings = [
        {"listing": row["listing"], "article_count": 1, "completed_at": row["seen_at"], "refresh_id": run.refresh_id}
        for row in store.each_row(seen)
    ]
    run.load({LISTINGS: [computed_rows(LISTINGS, readings)]})


def settle(run: Run) -> None:
    """Notes which articles left a listing, returned, or were seen for the first time.

    Raises:
        FigshareWarehouseError: the warehouse cannot be written; what was loaded before stays.
    """
    _keep_found(run, LISTED_ARTICLES, "listed_articles_unlisted", now=run.now())
    # The reason of a withdrawal changes once the listing no longer shows the article.
    run.load_kept()
    _keep_found(run, WITHDRAWALS, "withdrawals_changed")
    # What is still to be noted.
    _note_first_sightings(run)
    run.load_kept()


def _note_first_sightings(run: Run) -> None:
    followed = [{"listing": one.name, "search_for": one.search_for} for one in run.listings]
    _keep_found(run, FIRST_LISTED, "first_listed", {"followed": computed_rows(LISTINGS, followed)})


def _keep_found(
    run: Run, table: Table, question: str, fetched: Mapping[str, pa.Table] | None = None, **parameters: Any
) -> pa.Table:
    """Keeps the rows of a query for the next load, and returns them."""
    found = store.ask_arrow(run.connection, question, fetched, **parameters)
    if found.num_rows:
        run.keep(table, [found.cast(arrow_schema(table))])
    return found


def read_group_counts(run: Run) -> None:
    """Reads Figshare's number of public articles in each group where it may have changed.

    A number that is higher than the listing is reported.

    Raises:
        FigshareWarehouseError: the warehouse cannot be written; what was loaded before stays.
    """
    run.load_kept()
    if run.is_stopped or not run.client.has_stats:
        return
    due = due_group_counts(run.connection, run.listings, run.started_at)
    # A number that seems higher may be old: it is read again first.
    due = due or [row["group_id"] for row in counted_higher(run)]
    counts = []
    if due:
        run.step("Comparing with Figshare's own counts")
    try:
        for start in range(0, len(due), GROUPS_IN_A_COUNT):
            counts.append(group_counts(run.client, due[start : start + GROUPS_IN_A_COUNT], run.now()))
    except RequestError as error:
        run.note_failure(error)
    except FigshareWarehouseError:
        pass
    if counts:
        run.keep(GROUP_COUNTS, counts)
        run.load_kept()
        compare_counts(run)
