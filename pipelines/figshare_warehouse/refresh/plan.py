"""The plan of a refresh: how many requests are due, from the same queries that a refresh acts on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from figshare_warehouse.article_references import ArticleReference
from figshare_warehouse.configuration import make_client
from figshare_warehouse.models.dry_run import empty_warehouse
from figshare_warehouse.refresh import disk_space
from figshare_warehouse.refresh.citations.estimate import planned_citations
from figshare_warehouse.refresh.collections.estimate import planned_collections
from figshare_warehouse.refresh.followed import followed, institution_asked, planned_institution
from figshare_warehouse.refresh.internal.estimate import is_institution_denied, planned_internal
from figshare_warehouse.refresh.links import planned_links
from figshare_warehouse.refresh.plan_lines import Planned, least_requests, total_requests
from figshare_warehouse.refresh.rule_of_thumb import first_load
from figshare_warehouse.refresh.single_articles import known_articles
from figshare_warehouse.refresh.usage.due import check_reports
from figshare_warehouse.refresh.usage.estimate import planned_usage
from figshare_warehouse.refresh.usage.scopes import Scopes
from figshare_warehouse.reports.report import Report, Section, Value
from figshare_warehouse.settings import FigshareSettings
from figshare_warehouse.sources.figshare.api_version import ApiVersion
from figshare_warehouse.sources.figshare.credentials import LOOPBACK_HOSTS, v3_url
from figshare_warehouse.sources.figshare.facts import FILES_SHOWN, PAGE_SIZE
from figshare_warehouse.sources.figshare.feeds import Listing
from figshare_warehouse.warehouse import store
from figshare_warehouse.warehouse.publish.published import Published

LIST_MAX_AGE_DAYS = 7
"""Categories, licences and item types change a few times a year."""


def due_lists(
    connection: duckdb.DuckDBPyConnection, settings: FigshareSettings, started_at: datetime, is_on_v3: bool
) -> list[str]:
    """Returns the names of the lookups that are due, and that the token may see as far as is known."""
    # The token's account needs no institution, of which an ordinary token is refused these.
    is_account_only = settings.account and not settings.internal and settings.institution is None
    has_token = bool(settings.token) and not is_account_only
    has_token = has_token and not is_institution_denied(connection, settings, started_at)
    rows = store.ask(
        connection,
        "lists_due",
        started_at=started_at,
        max_age_days=LIST_MAX_AGE_DAYS,
        has_token=has_token,
        is_on_v3=is_on_v3,
    )
    return [row["list_name"] for row in rows]


def due_details(
    connection: duckdb.DuckDBPyConnection,
    settings: FigshareSettings,
    listings: Sequence[Listing],
    started_at: datetime,
    now: datetime,
    article_ids: Sequence[int] = (),
) -> pa.Table:
    """Returns the rows of the query `article_details_due`: one per article, most important first."""
    return store.ask_arrow(
        connection,
        "article_details_due",
        started_at=started_at,
        now=now,
        listings=[listing.name for listing in listings],
        article_ids=list(article_ids),
        max_age_days=settings.days("article_max_age"),
        undated_max_age_days=settings.days("undated_article_max_age"),
    )


def due_group_counts(
    connection: duckdb.DuckDBPyConnection, listings: Sequence[Listing], started_at: datetime
) -> list[int]:
    """Returns the groups whose number of articles is due."""
    names = [listing.name for listing in listings]
    rows = store.ask(connection, "group_counts_due", started_at=started_at, listings=names)
    return [row["group_id"] for row in rows]


def planned_requests(
    connection: duckdb.DuckDBPyConnection,
    settings: FigshareSettings,
    listings: Sequence[Listing],
    now: datetime,
    is_listed: bool = False,
    article_ids: Sequence[int] | None = None,
) -> list[Planned]:
    """Returns the requests that a refresh will make, retries not counted.

    Args:
        connection: the warehouse.
        settings: what is loaded, and how.
        listings: the listings that are followed.
        now: the time of the plan (UTC).
        is_listed: whether the listings have just been read, so that all due articles are known.
        article_ids: articles that are followed by themselves; None for those of the settings.
    """
    planned = []
    unknown: list[ArticleReference] = []
    if article_ids is None:
        article_ids, unknown = known_articles(connection, settings)
    if not is_listed:
        known = known_versions(connection)
        is_on_v3 = settings.api_version == "v3" or (settings.api_version == "auto" and "v3" in known.values())
        planned += [Planned(name, 1, "due", "short list") for name in due_lists(connection, settings, now, is_on_v3)]
        planned += _planned_listings(connection, settings, listings, known)
    if unknown:
        why = "articles of which only the DOI is known"
        planned += [Planned(kind, len(unknown), "estimated", why) for kind in ("article_doi", "article")]
    due = due_details(connection, settings, listings, now, now, article_ids)
    reasons = {one["values"]: one["counts"] for one in pc.value_counts(due.column("reason")).to_pylist()}
    if due.num_rows:
        why = ", ".join(f"{number:,} {reason}" for reason, number in reasons.items())
        planned.append(Planned("article", due.num_rows, "due", why))
        planned += _planned_parts(connection, due)
    has_more = not is_listed and bool(listings)
    if has_more:
        planned.append(Planned("article", None, "known when listed", "one per new or changed article"))
    # The counts are requested when anything was read.
    if any(one.institution_id is not None for one in listings) and (
        due.num_rows or due_group_counts(connection, listings, now) or not is_listed
    ):
        planned.append(Planned("group_counts", 1, "estimated", "numbers to compare with"))
    planned += planned_collections(connection, settings, listings, now)
    planned += planned_internal(connection, settings, now)
    planned += planned_citations(connection, settings, now)
    planned += planned_links(connection, settings, now)
    if not is_listed:
        planned += _planned_usage(connection, settings, now, reasons.get("new", 0) + len(unknown), has_more)
    return planned


def plan(settings: FigshareSettings, listings: Sequence[Listing], warehouse: Path, now: datetime) -> Report:
    """Returns the plan of a refresh as a report; makes no request.

    Args:
        settings: the settings of the refresh.
        listings: the listings that the settings name.
        warehouse: the DuckDB file; if it does not exist, everything is due.
        now: the time of the plan (UTC).

    Raises:
        UsageError: the warehouse is of an older figshare-warehouse, or the settings name an unknown report.
        LockedError: another process has it open.
    """
    check_reports(settings)
    with _opened(warehouse) as connection:
        settings, is_asked = institution_asked(settings, connection)
        if settings.institution_id is not None:
            listings = followed(settings)
        problem = another_figshare(connection, settings.api_url, warehouse)
        problem = problem or another_institution(connection, settings.institution_id, warehouse)
        planned = [planned_institution(settings)] if is_asked else []
        planned += planned_requests(connection, settings, listings, now)
        sizes = listing_sizes(connection)
    known, is_sure = total_requests(planned)
    least = least_requests(planned)
    pace = settings.requests_per_second
    seconds = round(known / pace) if pace else None
    rows = Section(
        "requests",
        "Requests",
        ("kind", "requests", "certainty", "why"),
        [(one.kind, one.requests, one.certainty, one.why) for one in planned],
        {"kind": "Kind", "requests": "Requests", "certainty": "Certainty", "why": "What for"},
        whole=("why",),
    )
    target = Published.of(warehouse, Path(settings.published) if settings.published else None)
    not_known = "which articles are new or changed, and the usage of what is not read yet"
    articles = settings.articles or ()
    is_first = bool(listings) and not any(listing.name in sizes for listing in listings)
    with make_client(settings, "figshare-warehouse") as client:
        usage = settings.usage or ("months",) if client.has_stats else ("none",)
        first = first_load(usage, client.has_stats_credentials, pace)
    headline: dict[str, Value] = {
        "listings": ", ".join([listing.name for listing in listings] + [f"article {one}" for one in articles]),
        "requests": known,
        "requests_at_least": least if least < known else None,
        "is_complete": is_sure,
        "requests_per_second": pace,
        "seconds": seconds,
        "time": f"{timedelta(seconds=seconds)}" if seconds is not None else "as fast as it goes",
        "not_known": None if is_sure else "how many articles there are" if is_first else not_known,
        "first_load": first if is_first else None,
        "disk_space": disk_space.first_load(target, "none" not in (settings.usage or ())) if is_first else None,
        "problem": problem,
    }
    shown = {
        "listings": "Listings",
        "requests": "Requests that are known",
        "requests_at_least": "They can turn out to be",
        "requests_per_second": "Requests per second",
        "time": "Time they take (h:mm:ss)",
        "not_known": "Not known yet",
        "first_load": "A first load takes",
        "disk_space": "Disk space",
        "problem": "But a refresh refuses",
    }
    # The time of a few lists is not how long it takes.
    left_out = {"time"} if is_first else set()
    shown = {name: label for name, label in shown.items() if headline[name] is not None and name not in left_out}
    return Report("plan", "Requests of the next refresh", headline, shown, rows)


def another_figshare(connection: duckdb.DuckDBPyConnection, api_url: str, warehouse: Path) -> str | None:
    """Returns why a warehouse cannot be refreshed from an address, in a sentence; None where it can.

    Ids of different Figshares (production, stage, sandbox) collide, so they must not meet in one warehouse.
    """
    last = store.last_refresh(connection)
    if last is None or not store.holds_records(connection):
        return None
    hosts = [urlsplit(url).hostname for url in (last.api_url, api_url)]
    # A sandbox gets another port, and perhaps another name of the same machine, at each start.
    hosts = ["localhost" if host in LOOPBACK_HOSTS else host for host in hosts]
    if hosts[0] == hosts[1]:
        return None
    return (
        f"{warehouse} was loaded from {last.api_url}, and ids of different Figshares collide: give another "
        f"--warehouse for {api_url}."
    )


def another_institution(connection: duckdb.DuckDBPyConnection, institution: int | None, warehouse: Path) -> str | None:
    """Returns why a warehouse should not take an institution, in a sentence; None where it holds it, or no other.

    It is in all reports from then on, so it gets there only on purpose.
    """
    held = store.institutions_listed(connection)
    if institution is None or not held or institution in held:
        return None
    return (
        f"{warehouse} holds institution {', '.join(map(str, held))}: give another --warehouse for institution "
        f"{institution}, or add it to this one once with `refresh --add-institution`."
    )


@contextmanager
def _opened(warehouse: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    if warehouse.exists():
        with store.connected(warehouse, read_only=True) as connection:
            yield connection
    else:
        with empty_warehouse() as connection:
            yield connection


def known_versions(connection: duckdb.DuckDBPyConnection) -> dict[int, ApiVersion]:
    """Returns the version of Figshare's API that each institution was last found on."""
    return {row["institution_id"]: row["api_version"] for row in store.ask(connection, "api_versions_known")}


def listing_sizes(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Returns how many articles each listing had when it was last read to its end."""
    return {row["listing"]: row["article_count"] for row in store.ask(connection, "listing_sizes")}


def _planned_listings(
    connection: duckdb.DuckDBPyConnection,
    settings: FigshareSettings,
    listings: Sequence[Listing],
    known: Mapping[int, ApiVersion],
) -> list[Planned]:
    asks_both = settings.api_version == "auto" and bool(v3_url(settings.api_url))
    sizes = listing_sizes(connection)
    institutions = {one.institution_id for one in listings if one.institution_id is not None}
    asked = sum(known.get(id_) != "v3" for id_ in institutions) if asks_both else 0
    planned = [Planned("api_version", asked, "due", "whether the institution is on API v3")] if asked else []
    for listing in listings:
        kind = "search" if listing.search else "listing"
        if listing.name in sizes:
            # One more after the last page, which is empty.
            pages = sizes[listing.name] // PAGE_SIZE + 2
            planned.append(Planned(kind, pages, "estimated", f"{listing.name}: {sizes[listing.name]:,} last time"))
        else:
            planned.append(Planned(kind, 2, "estimated", f"{listing.name}: one per {PAGE_SIZE:,}, and a last one"))
        if listing.search and asks_both:
            planned.append(Planned(kind, 1, "estimated", f"{listing.name}: what only API v3 has"))
    return planned


def _planned_parts(connection: duckdb.DuckDBPyConnection, due: pa.Table) -> list[Planned]:
    """Files and versions of the due articles: as when last read, otherwise as in the average article."""
    [ratios] = store.ask(connection, "detail_ratios", files_shown=FILES_SHOWN, page_size=PAGE_SIZE)
    files = versions = 0.0
    for row in store.each_row(due.select(["file_count", "known_version", "reason"])):
        if row["file_count"] is None:
            files += ratios["files_requests"] or 0.0
        elif row["file_count"] >= FILES_SHOWN:
            files += row["file_count"] // PAGE_SIZE + 1
        if row["known_version"] is None:
            versions += ratios["versions_requests"] or 0.0
        elif row["reason"] == "new version":
            versions += 1
    why = "of ten or more files", "of several versions"
    kinds = zip(("files", "versions"), (files, versions), why, strict=True)
    return [Planned(kind, round(number), "estimated", reason) for kind, number, reason in kinds if round(number)]


def _planned_usage(
    connection: duckdb.DuckDBPyConnection, settings: FigshareSettings, now: datetime, unread: int, has_more: bool
) -> list[Planned]:
    with make_client(settings, "figshare-warehouse") as client:
        if not client.has_stats or "none" in (settings.usage or ()):
            return []
        scopes = Scopes(client, settings.institution_id, store.ask(connection, "usage_scopes"), now)
    planned = planned_usage(connection, settings, scopes, now)
    if unread:
        why = f"several for each of the {unread:,} articles that are not read yet"
        planned.append(Planned("usage", None, "known when read", why))
    later = [Planned("usage", None, "known when listed", "several for each new article")] if has_more else []
    return [*planned, *later]
