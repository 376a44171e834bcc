"""The state of the published file: how fresh it is, and what the last refreshes did. Read from that file only."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import duckdb

from figshare_warehouse.errors import FigshareWarehouseError
from figshare_warehouse.reports.report import Report, Section, Value

REFRESHES_SHOWN = 10


class StaleError(FigshareWarehouseError):
    """The published file is older than allowed."""

    exit_code = 7


def refuse_older(report: Report, max_age: timedelta, now: datetime) -> None:
    """Refuses a published file whose last complete refresh is too old.

    Args:
        report: the status.
        max_age: the longest age allowed.
        now: the current time (UTC).

    Raises:
        StaleError: the last complete refresh is older, or there was none.
    """
    at = report.headline["refreshed_at"]
    if not isinstance(at, datetime) or now - at > max_age:
        last = f"was at {at:%Y-%m-%d %H:%M} UTC" if isinstance(at, datetime) else "has not been yet"
        raise StaleError(
            f"{report.headline['published']} is stale: the last complete refresh {last}. Run "
            "`figshare-warehouse refresh`: it says what is wrong."
        )


def status(connection: duckdb.DuckDBPyConnection, published: Path) -> Report:
    """Returns the state of the published file as a report; all times UTC.

    Args:
        connection: the published file.
        published: its path.
    """
    headline: dict[str, Value] = {"published": str(published), "size_bytes": published.stat().st_size}
    for kind, count in connection.execute("select kind, record_count from reports.loaded_records").fetchall():
        headline[kind] = count
    headline["details_oldest_at"], headline["details_newest_at"] = _row(
        connection, "select oldest_read_at, newest_read_at from reports.loaded_records where kind = 'articles'"
    )
    columns = "published_at, refreshed_at, listed_to, usage_complete_to, usage_known_ratio, data_tests_failed"
    about = _row(connection, f"select {columns} from reports.about")
    headline |= dict(zip(columns.split(", "), about, strict=True))
    refreshes = _section(
        connection,
        "refreshes",
        "Last refreshes",
        "select started_at, outcome, articles_loaded, articles_failed, requests, retries, listings, message, "
        f"refresh_id from reports.refreshes order by refresh_id desc limit {REFRESHES_SHOWN}",
        {
            "started_at": "Started (UTC)",
            "outcome": "Outcome",
            "articles_loaded": "Articles",
            "failed_requests": "Failed",
            "requests": "Requests",
            "listings": "Listings",
        },
    )
    # Not only requests for articles can fail.
    counts = connection.execute("select refresh_id, count(*) from reports.failed_requests group by refresh_id")
    failed_requests = dict(counts.fetchall())
    place = refreshes.columns.index("refresh_id")
    rows = [(*row, failed_requests.get(row[place], 0)) for row in refreshes.rows]
    refreshes = replace(refreshes, columns=(*refreshes.columns, "failed_requests"), rows=rows)
    listings = _section(
        connection,
        "listings",
        "Listings",
        "select listing, article_count, completed_at from reports.listings order by listing",
        {"listing": "Listing", "article_count": "Articles", "completed_at": "Read to its end (UTC)"},
    )
    requests = _section(
        connection,
        "requests",
        "Requests of the last refresh",
        "select kind, requests, retries from reports.refresh_requests "
        "where refresh_id = (select max(refresh_id) from reports.refreshes) order by requests desc, kind",
        {"kind": "Kind", "requests": "Requests", "retries": "Retries"},
    )
    failed = _section(
        connection,
        "failed_requests",
        "Failed requests of the last refresh",
        "select article_id, path, status, tries, message from reports.failed_requests "
        "where refresh_id = (select max(refresh_id) from reports.refreshes) order by path",
        {"path": "Path", "status": "Status", "tries": "Tries", "message": "What happened"},
        whole=("message",),
    )
    drift = _section(
        connection,
        "schema_drift",
        "Schema drift: responses that differ from what was expected (loaded as far as they fit)",
        "select table_name, field, problem, found_type, max(article_id) as article_id, "
        "max(refresh_id) as last_refresh_id from reports.schema_drift group by all order by table_name, field",
        {"table_name": "Table", "field": "Field", "problem": "Problem", "found_type": "Found"},
    )
    message = _section(
        connection,
        "last_message",
        "What the last refresh said",
        "select message from reports.refreshes "
        "where refresh_id = (select max(refresh_id) from reports.refreshes) and message is not null",
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
        "articles": "Articles loaded",
        "authorships": "Authorships loaded",
        "files": "Files loaded",
        "groups": "Groups loaded",
        "details_oldest_at": "Oldest detail read (UTC)",
        "details_newest_at": "Newest detail read (UTC)",
    }
    others = tuple(section for section in (message, listings, requests, failed, drift) if section.rows)
    return Report("status", "What is published", headline, shown, refreshes, others)


def _row(connection: duckdb.DuckDBPyConnection, query: str) -> tuple[Value, ...]:
    return tuple(_seconds(value) for value in connection.execute(query).fetchone() or ())


def _section(
    connection: duckdb.DuckDBPyConnection,
    name: str,
    title: str,
    query: str,
    shown: dict[str, str],
    whole: tuple[str, ...] = (),
) -> Section:
    cursor = connection.execute(query)
    columns = tuple(column[0] for column in cursor.description or ())
    rows = [tuple(_seconds(value) for value in row) for row in cursor.fetchall()]
    return Section(name, title, columns, rows, shown, whole=whole)


def _seconds(value: Value) -> Value:
    return value.replace(microsecond=0) if isinstance(value, datetime) else value
