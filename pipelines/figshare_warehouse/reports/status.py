"""The state of the published file: how fresh it is, and what the last refreshes did. Read from that file only."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import duckdb

from figshare_warehouse.errors import FigshareWarehouseError
from figshare_warehouse.exit_statuses import ExitStatus
from figshare_warehouse.models import queries
from figshare_warehouse.reports.report import Report, Section, Value

REFRESHES_SHOWN = 10


class StaleError(FigshareWarehouseError):
    """The published file is older than allowed."""

    exit_code = ExitStatus.STALE


def refuse_older(report: Report, max_age: timedelta, now: datetime) -> None:
    """Refuses a published file whose last good refresh is too old.

    Args:
        report: the status.
        max_age: the longest age allowed.
        now: the current time (UTC).

    Raises:
        StaleError: the last good refresh is older, or there was none.
    """
    at = report.headline["refreshed_at"]
    if not isinstance(at, datetime) or now - at > max_age:
        last = f"was at {at:%Y-%m-%d %H:%M} UTC" if isinstance(at, datetime) else "has not been yet"
        raise StaleError(
            f"{report.headline['published']} is stale: the last good refresh {last}. Run "
            "`figshare-warehouse refresh`: it says what is wrong."
        )


def status(connection: duckdb.DuckDBPyConnection, published: Path) -> Report:
    """Returns the state of the published file as a report; all times UTC.

    Args:
        connection: the published file.
        published: its path.
    """
    headline: dict[str, Value] = {"published": str(published), "size_bytes": published.stat().st_size}
    oldest = newest = None
    for row in _rows(connection, "loaded_records"):
        headline[str(row["kind"])] = row["record_count"]
        if row["kind"] == "articles":
            oldest, newest = row["oldest_read_at"], row["newest_read_at"]
    headline |= {"details_oldest_at": oldest, "details_newest_at": newest}
    [about] = _rows(connection, "about")
    headline |= about
    refreshes = _section(
        connection,
        "refreshes",
        "Last refreshes",
        {
            "started_at": "Started (UTC)",
            "outcome": "Outcome",
            "articles_loaded": "Articles",
            "failed_requests": "Failed",
            "requests": "Requests",
            "listings": "Listings",
        },
        most=REFRESHES_SHOWN,
    )
    listings = _section(
        connection,
        "listings",
        "Listings",
        {"listing": "Listing", "article_count": "Articles", "completed_at": "Read to its end (UTC)"},
    )
    api_versions = _section(
        connection,
        "api_versions",
        "Version of Figshare's API",
        {"institution_id": "Institution", "api_version": "Version", "since": "Since (UTC)"},
    )
    usage = _section(
        connection,
        "usage_scopes",
        "Usage that Figshare withholds or reports unreliably",
        {"scope": "Part", "kind": "Kind", "entity_type": "Item", "state": "State", "message": "What was found"},
        whole=("message",),
    )
    requests = _section(
        connection,
        "requests",
        "Requests of the last refresh",
        {"kind": "Kind", "requests": "Requests", "retries": "Retries"},
    )
    failed = _section(
        connection,
        "failed_requests",
        "Failed requests of the last refresh",
        {"path": "Path", "status": "Status", "tries": "Tries", "message": "What happened"},
        whole=("message",),
    )
    drift = _section(
        connection,
        "schema_drift",
        "Schema drift: responses that differ from what was expected (loaded as far as they fit)",
        {"table_name": "Table", "field": "Field", "problem": "Problem", "found_type": "Found"},
    )
    message = _section(
        connection,
        "last_message",
        "What the last refresh said",
        {"message": "Problem"},
        whole=("message",),
    )
    shown = {
        "published": "Published file",
        "size_bytes": "Size",
        "published_at": "Published (UTC)",
        "refreshed_at": "Last good refresh (UTC)",
        "listed_to": "Articles complete to (UTC)",
        "usage_complete_to": "Usage known to (UTC)",
        "usage_known_ratio": "Articles with known usage",
        "data_tests_failed": "Data tests that failed",
        "articles": "Articles loaded",
        "authorships": "Authorships loaded",
        "files": "Files loaded",
        "groups": "Groups loaded",
        "details_oldest_at": "Oldest detail read (UTC)",
        "details_newest_at": "Newest detail read (UTC)",
    }
    others = tuple(
        section for section in (message, listings, api_versions, usage, requests, failed, drift) if section.rows
    )
    return Report("status", "What is published", headline, shown, refreshes, others)


def _section(
    connection: duckdb.DuckDBPyConnection,
    name: str,
    title: str,
    shown: dict[str, str],
    whole: tuple[str, ...] = (),
    **parameters: object,
) -> Section:
    columns, found = queries.table(connection, f"status/{name}", **parameters)
    rows = [tuple(_seconds(value) for value in row) for row in found]
    return Section(name, title, columns, rows, shown, whole=whole)


def _rows(connection: duckdb.DuckDBPyConnection, name: str) -> list[dict[str, Value]]:
    return [
        {column: _seconds(value) for column, value in row.items()} for row in queries.rows(connection, f"status/{name}")
    ]


def _seconds(value: Value) -> Value:
    return value.replace(microsecond=0) if isinstance(value, datetime) else value
