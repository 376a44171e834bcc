"""One refresh: list, ask the warehouse what is due, read it in chunks, load each, build the views.

The warehouse is the state: after a crash the next refresh asks the same questions and gets the rest as its answer.
dlt's working folder lies beside the warehouse and is emptied at each start, so nothing depends on it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pyarrow as pa

from pipelines.departments import Mapped, read_departments
from pipelines.errors import FigshareWarehouseError, UsageError
from pipelines.figshare import batch_tables, utc_now
from pipelines.figshare.access import LOOPBACK_HOSTS
from pipelines.figshare.articles import BATCH_SIZE, Batch, Wanted, article_batches
from pipelines.figshare.failures import RequestError, StoppedError
from pipelines.figshare.listings import Listing, listings_of
from pipelines.figshare.lists import group_counts, institution_lists, listed_table, public_lists
from pipelines.figshare.parse import arrow_schema, own_rows
from pipelines.interrupts import InterruptedRefreshError, Interrupts
from pipelines.plan import due_details, due_group_counts, due_lists, planned_requests
from pipelines.planned import total_requests
from pipelines.run import Outcome, Progress, Run
from pipelines.settings import FigshareSettings, make_client, prepare_dlt
from pipelines.tables import (
    ARTICLE_CHANGES,
    ARTICLE_CHECKS,
    DEPARTMENTS,
    FIRST_LISTED,
    GROUP_COUNTS,
    LIST_READINGS,
    LISTED_ARTICLES,
    LISTINGS,
    WITHDRAWALS,
    Table,
)
from pipelines.usage import read_usage
from pipelines.usage_due import check_reports
from pipelines.version import package_version
from pipelines.warehouse import store, views
from pipelines.warehouse.publish import publish
from pipelines.warehouse.published import Published

__all__ = ["InterruptedRefreshError", "Outcome", "refresh"]

GROUPS_IN_A_COUNT = 500
"""Groups that one request asks the numbers of; no maximum is documented."""


WANTED = tuple(one.name for one in fields(Wanted))


def refresh(settings: FigshareSettings, warehouse: Path, progress: Progress) -> Outcome:
    """Brings the warehouse up to date with Figshare.

    Args:
        settings: what to load, from where, how fast.
        warehouse: the DuckDB file; made when it does not exist.
        progress: told what happens.

    Returns:
        What was done. A refresh that Figshare or the user ended early also returns, with `error` saying why; what had
        been loaded by then is kept.

    Raises:
        UsageError: when it is not said what to load, or Figshare would refuse a search, or the file's name cannot be
            used, or it holds another Figshare's data, or a report of the user's own is wrong.
        LockedError: when another refresh runs, or another program has the file open.
        FigshareWarehouseError: when the warehouse cannot be written, or a newer figshare-warehouse made it.
    """
    listings = followed(settings)
    warehouse = warehouse.absolute()
    store.check_name(warehouse, "--warehouse")
    published = Published.of(warehouse, Path(settings.published).absolute() if settings.published else None)
    store.check_name(published.path, "--published")
    if own := _own_reports(settings):
        # Before anything is asked of Figshare: a wrong report is found at the end of hours otherwise.
        views.refuse_problems(own)
    check_reports(settings)
    departments = read_departments(Path(settings.departments)) if settings.departments else None
    prepare_dlt()
    with (
        store.locked(warehouse),
        store.connected(warehouse) as connection,
        make_client(settings, f"figshare-warehouse/{package_version()}", progress.requests) as client,
        Interrupts(client) as interrupts,
    ):
        last = store.last_refresh(connection)
        if last is not None:
            _refuse_another_figshare(last.api_url, client.api_url, warehouse)
        store.refuse_newer(connection, warehouse)
        run = Run(settings, listings, client, connection, published, progress, last.refresh_id if last else None)
        with run.loader:
            _steps(run, interrupts, departments)
        return run.outcome


def _own_reports(settings: FigshareSettings) -> Path | None:
    return Path(settings.sql_dir) if settings.sql_dir else None


def followed(settings: FigshareSettings) -> list[Listing]:
    """Returns the listings that the settings say to follow.

    Raises:
        UsageError: when there are none, or Figshare would refuse a search.
    """
    listings = listings_of(settings.institution, settings.groups or (), settings.searches)
    if settings.groups and settings.institution is None:
        raise UsageError("Say which institution the groups belong to: --institution ID.")
    if not listings:
        raise UsageError(
            "Say what to load: --institution ID (the number in the institution's Figshare URLs and API) or "
            "--search NAME=QUERY."
        )
    return listings


def _refuse_another_figshare(before: str, now: str, warehouse: Path) -> None:
    """Ids of different Figshares (production, stage, sandbox) collide, so they must not meet in one warehouse."""
    hosts = [urlsplit(url).hostname for url in (before, now)]
    # A sandbox gets another port, and perhaps another name of the same machine, at each start.
    hosts = ["localhost" if host in LOOPBACK_HOSTS else host for host in hosts]
    if hosts[0] != hosts[1]:
        raise UsageError(
            f"{warehouse} was loaded from {before}, and ids of different Figshares collide: give another "
            f"--warehouse for {now}."
        )


def _steps(run: Run, interrupts: Interrupts, departments: Sequence[Mapping[str, Any]] | None) -> None:
    """Runs all steps and records how it ended."""
    reason: FigshareWarehouseError | None = None
    try:
        _departments(run, departments)
        _all_steps(run, interrupts)
        reason = run.client.stop_reason
        if reason is None or isinstance(reason, StoppedError):
            # First the end, so that what is published tells how the refresh ended.
            _end(run, reason)
            with interrupts.breaking():
                _publish(run)
            return
    except InterruptedRefreshError as error:
        reason = error
    except Exception as error:
        failure = store.failure(error, run.published.warehouse)
        # Where there is no room for the record of a failure, the failure itself is still to be told.
        with suppress(FigshareWarehouseError):
            run.end("failed", failure)
        if failure is error:
            raise
        raise failure from error
    _end(run, reason)


def _end(run: Run, reason: FigshareWarehouseError | None) -> None:
    if reason is not None:
        run.end("stopped" if isinstance(reason, StoppedError | InterruptedRefreshError) else "failed", reason)
    else:
        run.end("incomplete" if run.outcome.failures else "done", None)


def _publish(run: Run) -> None:
    """Writes the file that readers open, and asks the laws of what is in it."""
    run.step("Publishing the reports")
    done = publish(run.connection, run.published, utc_now(), package_version(), _own_reports(run.settings))
    run.outcome.published = done.path
    run.outcome.broken_laws = [law.name for law in done.laws if not law.holds]


def _departments(run: Run, rows: Sequence[Mapping[str, Any]] | None) -> None:
    """Loads the user's list of schools, when there is one: in place of the last, so that an empty one clears it."""
    run.loader.make_tables()
    if rows is not None:
        run.load({DEPARTMENTS: [own_rows(DEPARTMENTS, rows)]})
        run.outcome.mapped = Mapped(len(rows))


def _all_steps(run: Run, interrupts: Interrupts) -> None:
    _expect(run, is_listed=False)
    _lists(run)
    _listings(run)
    _expect(run, is_listed=True)
    _details(run)
    # What follows from what was read the next refresh finds as well: who interrupts does not want to wait.
    interrupts.check()
    _settle(run)
    # Again, for what the new details name and the lists did not hold.
    _lists(run)
    _group_counts(run)
    with interrupts.breaking():
        run.step("Building the views")
        views.build(run.connection, own=_own_reports(run.settings))
    if run.outcome.mapped is not None:
        run.outcome.mapped.found = {row["kind"]: row["found_count"] for row in run.ask("departments_unmapped")}
    # Its questions read the views.
    read_usage(run)


def _expect(run: Run, is_listed: bool) -> None:
    """Tells the progress how many requests the whole refresh will take, as the plan says."""
    rest, is_sure = total_requests(
        planned_requests(run.connection, run.settings, run.listings, run.started_at, is_listed)
    )
    run.progress.expect(run.client.request_count + rest, is_sure)


def _lists(run: Run) -> None:
    """Reads the short lists that are due and keeps them; one that fails leaves its table as it was."""
    if run.is_stopped:
        return
    due = due_lists(run.connection, run.settings, run.outcome.started_at)
    if not due:
        return
    run.step("Reading " + ", ".join(name.replace("_", " ") for name in due))
    readers = public_lists(run.client, run.drift) | institution_lists(run.client, run.drift)
    readings = []
    for table, read in readers.items():
        if table.name not in due or table in run.failed_lists:
            continue
        try:
            run.keep(table, list(read()))
        except RequestError as error:
            run.failed_lists.add(table)
            run.set_aside(error)
        except FigshareWarehouseError:
            break
        else:
            readings.append({"list_name": table.name, "completed_at": utc_now(), "refresh_id": run.refresh_id})
    if readings:
        run.keep(LIST_READINGS, [own_rows(LIST_READINGS, readings)])


def _listings(run: Run) -> None:
    """Reads each listing and loads it as it comes; only one read to its end counts as complete."""
    if run.is_stopped:
        return
    complete: list[dict[str, Any]] = []

    def pages() -> Iterator[pa.Table]:
        for listing in run.listings:
            run.step(f"Listing the articles of {listing.name}")
            seen: set[int] = set()
            try:
                for records in listing.pages(run.client):
                    table = listed_table(listing.name, records, run.drift, run.refresh_id, utc_now())
                    seen.update(table.column("article_id").to_pylist())
                    yield table
            except RequestError as error:
                run.set_aside(error)
                continue
            except FigshareWarehouseError:
                return
            if not seen:
                run.outcome.empty_listings.append(listing.name)
            complete.append(
                {
                    "listing": listing.name,
                    "institution_id": listing.institution_id,
                    "group_id": listing.group_id,
                    "search": listing.search,
                    "search_for": listing.search_for,
                    "article_count": len(seen),
                    "completed_at": utc_now(),
                    "refresh_id": run.refresh_id,
                }
            )

    run.load({LISTED_ARTICLES: pages()}, with_record=False)
    # After the articles and apart from them: a listing must not count as complete before its articles are loaded.
    run.load({LISTINGS: [own_rows(LISTINGS, complete)]})


def _details(run: Run) -> None:
    """Reads the details that are due, and loads each chunk as soon as it is read."""
    if run.is_stopped:
        return
    due = {row["article_id"]: row for row in due_details(run.connection, run.settings, run.listings, run.started_at)}
    run.outcome.articles_due = len(due)
    if not due:
        return
    run.step(f"Reading {len(due):,} article details")
    wanted = [Wanted(**{name: row[name] for name in WANTED}) for row in due.values()]
    # A load takes its time however little it holds, and records take ten times the memory of the tables made of them:
    # so they are made batch by batch, and loaded together.
    chunk: dict[Table, list[pa.Table]] = {}
    size = 0
    batch_size = min(BATCH_SIZE, run.settings.chunk_articles)
    for batch in article_batches(run.client, wanted, batch_size, run.settings.chunk_seconds):
        withdrawals = _withdrawals(run, batch, due)
        for failure in batch.failures:
            if not failure.is_gone:
                run.set_aside(failure.error, failure.article_id, failure.failed_at)
        run.outcome.articles_loaded += len(batch.details)
        run.outcome.articles_unchanged += len(batch.unchanged)
        run.outcome.articles_withdrawn += len(withdrawals)
        tables = {**batch_tables(batch, run.drift), WITHDRAWALS: own_rows(WITHDRAWALS, withdrawals)}
        for table, rows in tables.items():
            chunk.setdefault(table, []).append(rows)
        size += len(batch)
        if size >= run.settings.chunk_articles or batch.is_late:
            _load_details(run, chunk)
            chunk, size = {}, 0
    if size:
        _load_details(run, chunk)


def _load_details(run: Run, chunk: Mapping[Table, list[pa.Table]]) -> None:
    """Loads details, and before that, by itself, what they change: once they are loaded the old values are gone."""
    read = {table.name: pa.concat_tables(rows) for table, rows in chunk.items()}
    are_held = run.loader.holds_any(read[ARTICLE_CHECKS.name].select(["article_id"]))
    if are_held:
        _keep_found(run, ARTICLE_CHANGES, "article_changes", read, refresh_id=run.refresh_id)
        run.load_kept()
    run.load(chunk, are_new=not are_held)


def _withdrawals(run: Run, batch: Batch, due: Mapping[int, Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The articles of a batch that Figshare does not find, as rows of `withdrawals`."""
    gone = [failure for failure in batch.failures if failure.is_gone]
    return [
        {
            "article_id": failure.article_id,
            # One that was withdrawn before and still is goes on with the same withdrawal.
            "withdrawn_at": due[failure.article_id]["withdrawn_at"] or failure.failed_at,
            "reason": "not found" if due[failure.article_id]["is_shown"] else "gone from the listing",
            "listed_date": due[failure.article_id]["listed_date"],
            "checked_at": failure.failed_at,
            "refresh_id": run.refresh_id,
        }
        for failure in gone
    ]


def _settle(run: Run) -> None:
    """Notes what follows from what was read: who left a listing, who came back, who was first seen."""
    _keep_found(run, LISTED_ARTICLES, "listed_articles_unlisted", now=utc_now())
    # A withdrawal is of another kind once the listing does not show the article any more.
    run.load_kept()
    _keep_found(run, WITHDRAWALS, "withdrawals_changed")
    _keep_found(run, FIRST_LISTED, "first_listed")
    run.load_kept()


def _keep_found(
    run: Run, table: Table, question: str, fetched: Mapping[str, pa.Table] | None = None, **parameters: Any
) -> None:
    found = store.ask_arrow(run.connection, question, fetched, **parameters)
    if found.num_rows:
        run.keep(table, [found.cast(arrow_schema(table))])


def _group_counts(run: Run) -> None:
    """Asks for Figshare's own number of public articles in each group, where it may have changed."""
    run.load_kept()
    if run.is_stopped:
        return
    due = due_group_counts(run.connection, run.listings, run.started_at) if run.client.has_stats else []
    counts = []
    if due:
        run.step("Comparing with Figshare's own counts")
    try:
        for start in range(0, len(due), GROUPS_IN_A_COUNT):
            counts.append(group_counts(run.client, due[start : start + GROUPS_IN_A_COUNT], utc_now()))
    except RequestError as error:
        run.set_aside(error)
    except FigshareWarehouseError:
        pass
    if counts:
        run.keep(GROUP_COUNTS, counts)
