"""What is in the warehouse, how fresh it is, and what the last refreshes did and cost."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import duckdb

from pipelines.reports.report import Report, Section, Value

REFRESHES_SHOWN = 10


def status(connection: duckdb.DuckDBPyConnection, warehouse: Path) -> Report:
    """Returns the state of a warehouse as a report; all times UTC.

    Args:
        connection: the warehouse.
        warehouse: its file.
    """
    headline: dict[str, Value] = {"warehouse": str(warehouse), "size_bytes": warehouse.stat().st_size}
    headline["articles"] = _count(connection, "articles")
    headline["authorships"] = _count(connection, "article_authors")
    headline["files"] = _count(connection, "article_files")
    headline["groups"] = _count(connection, "groups")
    headline["details_oldest_at"], headline["details_newest_at"] = _row(
        connection, "select min(fetched_at), max(fetched_at) from figshare.articles"
    )
    refreshes = _section(
        connection,
        "refreshes",
        "Last refreshes",
        "select started_at, outcome, articles_loaded, articles_failed, requests, retries, listings, message, "
        f"refresh_id from figshare.refreshes order by refresh_id desc limit {REFRESHES_SHOWN}",
        {
            "started_at": "Started (UTC)",
            "outcome": "Outcome",
            "articles_loaded": "Articles",
            "articles_failed": "Set aside",
            "requests": "Requests",
            "listings": "Listings",
        },
    )
    listings = _section(
        connection,
        "listings",
        "Listings",
        "select listing, article_count, completed_at from figshare.listings order by listing",
        {"listing": "Listing", "article_count": "Articles", "completed_at": "Read to its end (UTC)"},
    )
    requests = _section(
        connection,
        "requests",
        "Requests of the last refresh",
        "select kind, requests, retries from figshare.refresh_requests "
        "where refresh_id = (select max(refresh_id) from figshare.refreshes) order by requests desc, kind",
        {"kind": "Kind", "requests": "Requests", "retries": "Retries"},
    )
    failed = _section(
        connection,
        "failed_requests",
        "Set aside in the last refresh",
        "select article_id, path, status, tries, message from figshare.failed_requests "
        "where refresh_id = (select max(refresh_id) from figshare.refreshes) order by path",
        {"path": "Path", "status": "Status", "tries": "Tries", "message": "What happened"},
    )
    drift = _section(
        connection,
        "schema_drift",
        "Answers that differ from what is declared (loaded as far as they fit)",
        "select table_name, field, problem, example, max(article_id) as article_id, max(refresh_id) as last_refresh_id "
        "from figshare.schema_drift group by all order by table_name, field",
        {"table_name": "Table", "field": "Field", "problem": "Problem", "example": "Found"},
    )
    shown = {
        "warehouse": "Warehouse",
        "size_bytes": "Size",
        "articles": "Articles",
        "authorships": "Authorships",
        "files": "Files",
        "groups": "Groups",
        "details_oldest_at": "Oldest detail read (UTC)",
        "details_newest_at": "Newest detail read (UTC)",
    }
    others = tuple(section for section in (listings, requests, failed, drift) if section.rows)
    return Report("status", "Warehouse", headline, shown, refreshes, others)


def _count(connection: duckdb.DuckDBPyConnection, table: str) -> int:
    count: int = _row(connection, f"select count(*) from figshare.{table}")[0]  # type: ignore[assignment]
    return count


def _row(connection: duckdb.DuckDBPyConnection, query: str) -> tuple[Value, ...]:
    return tuple(_seconds(value) for value in connection.execute(query).fetchone() or ())


def _section(
    connection: duckdb.DuckDBPyConnection, name: str, title: str, query: str, shown: dict[str, str]
) -> Section:
    cursor = connection.execute(query)
    columns = tuple(column[0] for column in cursor.description or ())
    rows = [tuple(_seconds(value) for value in row) for row in cursor.fetchall()]
    return Section(name, title, columns, rows, shown)


def _seconds(value: Value) -> Value:
    return value.replace(microsecond=0) if isinstance(value, datetime) else value
