"""One refresh: load what is due, build the views, publish the reports. Each of the three can be called alone.

Loading lists, queries what is due, and reads that in chunks, each loaded as it is read: the record first, then usage.
The warehouse is the state: after a crash the next refresh runs the same queries and gets the rest. dlt's working folder
is beside the warehouse and is emptied at each start, so nothing depends on it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from figshare_warehouse.clock import utc_now
from figshare_warehouse.configuration import make_client, prepare_dlt
from figshare_warehouse.database.confined import confine
from figshare_warehouse.database.memory import bounded
from figshare_warehouse.errors import FigshareWarehouseError, UsageError
from figshare_warehouse.given_names import Named, institution_named, read_group_names
from figshare_warehouse.models import views
from figshare_warehouse.refresh.api_versions import find_versions, note_versions, read_catalogue
from figshare_warehouse.refresh.citations import read_citations
from figshare_warehouse.refresh.collections import read_collections
from figshare_warehouse.refresh.disk_space import refuse_little_space
from figshare_warehouse.refresh.followed import followed, found_institution, institution_asked
from figshare_warehouse.refresh.internal import read_internal
from figshare_warehouse.refresh.internal.wanted import wanted_parts
from figshare_warehouse.refresh.interrupts import InterruptedRefreshError, Interrupts
from figshare_warehouse.refresh.links import read_links
from figshare_warehouse.refresh.plan import another_figshare, another_institution, planned_requests
from figshare_warehouse.refresh.plan_lines import total_requests
from figshare_warehouse.refresh.public_record import (
    note_single_articles,
    read_details,
    read_group_counts,
    read_listings,
    read_lists,
    settle,
)
from figshare_warehouse.refresh.run import Outcome, Progress, Run
from figshare_warehouse.refresh.single_articles import find_articles
from figshare_warehouse.refresh.usage import read_usage
from figshare_warehouse.refresh.usage.due import check_reports
from figshare_warehouse.schools import Mapped, read_schools
from figshare_warehouse.settings import FigshareSettings
from figshare_warehouse.sources.figshare.records.arrow import arrow_schema, computed_rows
from figshare_warehouse.sources.http.errors import StoppedError
from figshare_warehouse.tables import GROUP_NAMES, INSTITUTION_NAMES, SCHOOLS, Table
from figshare_warehouse.version import package_version
from figshare_warehouse.warehouse import store
from figshare_warehouse.warehouse.migration import migrate
from figshare_warehouse.warehouse.publish import publish, working_files
from figshare_warehouse.warehouse.publish.published import Published

logger = logging.getLogger("figshare_warehouse")


def refresh(
    settings: FigshareSettings,
    warehouse: Path,
    progress: Progress,
    may_overwrite: bool = False,
    confirm_withdrawals: bool = False,
    add_institution: bool = False,
    clock: Callable[[], datetime] = utc_now,
) -> Outcome:
    """Brings the warehouse up to date with Figshare: loads what is due, builds the views, publishes the reports.

    Args:
        settings: what to load, from where, how fast.
        warehouse: the DuckDB file; created if needed.
        progress: shows the progress.
        may_overwrite: whether the published file may replace a file that is not ours.
        confirm_withdrawals: whether listings are believed however much they lost.
        add_institution: whether a warehouse that holds another institution's articles takes this one's, too.
        clock: the time (UTC).

    Returns:
        The outcome. A refresh that Figshare or the user ended early, or that could not publish, also returns, with
        `error` saying why; what was loaded by then is kept.

    Raises:
        UsageError: nothing to load is given, Figshare would refuse a search, the file's name cannot be used, the
            warehouse holds data of another Figshare or institution, or a report of the user's is wrong.
        LockedError: another refresh runs, or another program has the file open.
        FigshareWarehouseError: the warehouse cannot be written, or is of a newer figshare-warehouse.
    """
    given = settings, warehouse, progress, may_overwrite, confirm_withdrawals, add_institution, clock
    with _begun(*given) as (run, interrupts):
        _load(run, interrupts)
        error = run.outcome.error
        # What is published already says of each refresh how it ended.
        is_published = run.published.current().exists()
        if error is None or isinstance(error, StoppedError) or _has_news(run.outcome) or is_published:
            with interrupts.breaking():
                _publish(run)
    return run.outcome


def load(
    settings: FigshareSettings,
    warehouse: Path,
    progress: Progress,
    confirm_withdrawals: bool = False,
    add_institution: bool = False,
    clock: Callable[[], datetime] = utc_now,
) -> Outcome:
    """Loads what is due and builds the views, as `refresh` does, whose arguments, errors and outcome it has.

    Nothing is published. `figshare_warehouse.warehouse.publish.publish` does that; it needs no views.
    """
    # No file is replaced here.
    with _begun(settings, warehouse, progress, True, confirm_withdrawals, add_institution, clock) as (run, interrupts):
        _load(run, interrupts)
    return run.outcome


@contextmanager
def _begun(
    settings: FigshareSettings,
    warehouse: Path,
    progress: Progress,
    may_overwrite: bool,
    confirm_withdrawals: bool,
    add_institution: bool,
    clock: Callable[[], datetime],
) -> Iterator[tuple[Run, Interrupts]]:
    """Opens and locks the warehouse for one refresh, and records an error that ends it."""
    followed(settings)
    warehouse = warehouse.absolute()
    store.check_name(warehouse, "--warehouse")
    target = Path(settings.published).absolute() if settings.published else None
    published = Published.of(warehouse, target, may_overwrite)
    store.check_name(published.path, "--published")
    published = published.refuse_foreign()
    if wanted_parts(settings):
        published.refuse_foreign_internal()
    refuse_little_space(published)
    if user_folder := _own_reports(settings):
        # Before any request: otherwise a wrong report is found only after hours.
        views.refuse_problems(user_folder)
    check_reports(settings)
    given = _given(settings)
    prepare_dlt()
    with (
        make_client(settings, f"figshare-warehouse/{package_version()}", progress.requests, clock) as client,
        store.locked(warehouse),
    ):
        # Without a warehouse nothing is left behind when the institution is not found.
        is_asked = not warehouse.exists() and institution_asked(settings, None)[1]
        found = found_institution(settings, client) if is_asked else None
        with (
            store.kept_with_articles(warehouse),
            store.connected(warehouse, is_confined=False) as connection,
            bounded(connection),
            Interrupts(client, connection) as interrupts,
        ):
            if problem := another_figshare(connection, client.api_url, warehouse):
                raise UsageError(problem)
            if found is None:
                settings, is_asked = institution_asked(settings, connection)
                found = found_institution(settings, client) if is_asked else None
            if found is not None:
                settings = replace(settings, institution=str(found.institution_id))
            if not add_institution and (problem := another_institution(connection, settings.institution_id, warehouse)):
                raise UsageError(problem)
            store.refuse_newer(connection, warehouse)
            if renamed := migrate(connection, warehouse):
                logger.info("The warehouse of an older version was migrated", extra={"renamed": renamed})
            last = store.last_refresh(connection)
            last_id = last.refresh_id if last else None
            listings = followed(settings)
            client.finds_rights = bool(wanted_parts(settings))
            run = Run(settings, listings, client, connection, published, progress, last_id, confirm_withdrawals)
            run.found, run.given = found, given
            run.outcome.found_institution = str(found) if found else None
            confine(connection, working_files(published), [run.loader.folder])
            with run.loader, _recorded(run, interrupts):
                run.loader.make_tables()
                if wanted_parts(settings) or store.has_internal(connection):
                    run.loader.make_internal_tables()
                yield run, interrupts


def _own_reports(settings: FigshareSettings) -> Path | None:
    return Path(settings.sql_dir) if settings.sql_dir else None


@contextmanager
def _recorded(run: Run, interrupts: Interrupts) -> Iterator[None]:
    """Records how the refresh ended when an error or the user ends it."""
    try:
        yield
    except InterruptedRefreshError as error:
        _end(run, error)
    except Exception as error:
        interrupts.end_if_repeated()
        failure = store.failure(error, run.published.warehouse)
        # If there is no space for the record of a failure, the failure itself is still reported.
        with suppress(FigshareWarehouseError):
            run.end("failed", failure)
        if failure is error:
            raise
        raise failure from error


def _load(run: Run, interrupts: Interrupts) -> None:
    """Reads and loads what is due, and records how that ended, for the published file."""
    _expect(run, is_listed=False)
    find_versions(run)
    read_lists(run)
    read_listings(run)
    # Not of an institution that is not there.
    _load_given(run)
    find_articles(run)
    note_versions(run)
    read_catalogue(run)
    _expect(run, is_listed=True)
    read_details(run)
    # The next refresh finds the consequences as well; a user who interrupts does not want to wait.
    interrupts.check()
    note_single_articles(run)
    settle(run)
    # Again, for ids in the new details that the lookups did not have.
    read_lists(run)
    read_group_counts(run)
    read_collections(run)
    read_internal(run)
    interrupts.check()
    run.step("Building the views")
    with interrupts.breaking():
        # The next queries read them.
        views.build(run.connection, user_folder=_own_reports(run.settings))
    if run.outcome.mapped is not None:
        run.outcome.mapped.found = {row["kind"]: row["found_count"] for row in run.ask("schools_unmapped")}
    if run.outcome.named is not None:
        run.outcome.named.found = {row["kind"]: row["found_count"] for row in run.ask("group_names_checked")}
    # Before usage, which can take all the requests that are allowed; DataCite takes few.
    read_citations(run)
    read_usage(run)
    read_links(run)
    _end(run, run.client.stop_reason or _unanswered(run))


def _has_news(outcome: Outcome) -> bool:
    """Whether there are new details, though the refresh failed: readers need not wait until Figshare is back."""
    return outcome.articles_loaded + outcome.articles_withdrawn + sum(outcome.entities_loaded.values()) > 0


def _unanswered(run: Run) -> FigshareWarehouseError | None:
    """Why the refresh failed, when all its requests did."""
    # Lookups that were not due are known from an earlier refresh.
    failures = [failure for failure in run.outcome.failures if failure["tries"]]
    # A request for the version of the API that fails is no failed request.
    asked = [count for kind, count in run.client.counts().items() if kind != "api_version"]
    if failures and len(failures) >= sum(count.requests - count.retries for count in asked):
        hint = run.client.address_hint
        return FigshareWarehouseError(f"Nothing could be read. {failures[-1]['message']}{hint}")
    return None


def _end(run: Run, reason: FigshareWarehouseError | None) -> None:
    if reason is not None:
        run.end("stopped" if isinstance(reason, StoppedError | InterruptedRefreshError) else "failed", reason)
    else:
        run.end("incomplete" if run.outcome.failures or run.outcome.findings else "done", None)


def _publish(run: Run) -> None:
    """Writes the file that readers open, and runs the data tests over what is in it. That it failed is recorded."""
    run.step("Publishing the reports")
    try:
        done = publish(run.connection, run.published, run.now(), package_version(), _own_reports(run.settings))
    except FigshareWarehouseError as failure:
        logger.warning("The reports were not published", extra={"error": str(failure)})
        # What ended it before comes first.
        if run.outcome.error is None:
            run.end("failed", failure)
        return
    logger.info("The reports were published", extra={"path": str(done.path), "reports": done.report_count})
    run.outcome.published, run.outcome.internal = done.path, done.internal
    run.outcome.dropped_reports = done.dropped
    run.outcome.failed_data_tests = [test.name for test in done.data_tests if not test.passed]
    if done.internal_problem is not None and run.outcome.error is None:
        logger.warning("The internal reports were not published", extra={"error": str(done.internal_problem)})
        run.end("failed", done.internal_problem)


def _given(settings: FigshareSettings) -> dict[Table, list[dict[str, Any]]]:
    """Returns what the user gave, as rows of the tables that hold it."""
    given: dict[Table, list[dict[str, Any]]] = {}
    has_institution = settings.institution is not None
    if settings.schools:
        given[SCHOOLS] = read_schools(Path(settings.schools))
    if settings.institution_name is not None:
        given[INSTITUTION_NAMES] = [institution_named(settings.institution_name, has_institution)]
    if settings.group_names:
        given[GROUP_NAMES] = read_group_names(Path(settings.group_names), has_institution)
    return given


def _load_given(run: Run) -> None:
    """Loads what the user gave: a list replaces the last one, and an empty one clears it."""
    institution = run.settings.institution_id
    tables = {
        table: [computed_rows(table, [{"institution_id": institution, **row} for row in rows])]
        for table, rows in run.given.items()
    }
    if GROUP_NAMES in tables:
        # The table is replaced whole.
        others = run.ask_arrow("group_names_of_others", institution_id=institution)
        tables[GROUP_NAMES].append(others.cast(arrow_schema(GROUP_NAMES)))
        run.outcome.named = Named(len(run.given[GROUP_NAMES]))
    if SCHOOLS in tables:
        run.outcome.mapped = Mapped(len(run.given[SCHOOLS]))
    if tables:
        run.load(tables)


def _expect(run: Run, is_listed: bool) -> None:
    """Gives the progress the expected number of requests, from the plan."""
    if not run.progress.is_shown:
        return
    rest, is_sure = total_requests(
        planned_requests(
            run.connection,
            run.settings,
            run.listings,
            run.started_at,
            is_listed,
            run.article_ids if is_listed else None,
        )
    )
    run.progress.expect(run.client.request_count + rest, is_sure)
