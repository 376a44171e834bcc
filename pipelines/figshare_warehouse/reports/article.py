"""The report on one article: all that the published file has of it. Reads the published file only."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import duckdb

from figshare_warehouse.article_references import article_reference
from figshare_warehouse.errors import UsageError
from figshare_warehouse.models import queries
from figshare_warehouse.periods import Period
from figshare_warehouse.reports.report import Report, Section, Value
from figshare_warehouse.reports.text import quoted

UNKNOWN = "not known"
_UNREAD_COUNTRIES = f"{UNKNOWN}; a refresh reads them when asked: --usage countries, or --usage-report NAME"

_CANDIDATES = 10
_MONTHS_SHOWN = 12

_LABELS = {
    "article_id": "Figshare id",
    "found_by": "Found by",
    "state": "State",
    "withdrawn_at": "Found withdrawn (UTC)",
    "left_at": "Left (UTC)",
    "is_embargoed": "Under embargo",
    "embargo_type": "Embargo of",
    "embargo_ends_on": "Embargo ends",
    "followed_by": "Followed by",
    "item_type": "Item type",
    "doi": "DOI",
    "handle": "Handle",
    "url": "Page",
    "institution_name": "Institution",
    "group_name": "Group",
    "school": "School",
    "license": "Licence",
    "published_on": "First public",
    "first_online_at": "First online, as given",
    "submitted_at": "Submitted",
    "posted_at": "This version posted",
    "published_at": "This version published",
    "created_at": "This version created",
    "revised_at": "Revised",
    "modified_at": "Last modified",
    "version": "Latest version",
    "file_count": "Files",
    "size_bytes": "Size",
    "is_metadata_record": "Metadata only",
    "is_download_disabled": "Downloads disabled",
    "funders": "Funders",
    "funding": "Funding",
    "categories": "Categories",
    "tags": "Keywords",
    "resource_doi": "Publication",
    "resource_title": "Its title",
    "views": "Views",
    "downloads": "Downloads",
    "shares": "Shares",
    "usage_as_of": "Usage as of (UTC)",
    "usage_complete_to": "Months known to",
    "citations": "Citations (DataCite)",
    "citations_as_of": "Citations as of (UTC)",
    "fetched_at": "Record read (UTC)",
}
# What most articles have none of says nothing where it is not there.
_IF_THERE = {
    *("withdrawn_at", "left_at", "embargo_type", "embargo_ends_on", "followed_by", "handle", "institution_name"),
    *("school", "first_online_at", "submitted_at", "revised_at", "is_download_disabled", "is_metadata_record"),
    *("resource_doi", "resource_title", "citations", "citations_as_of"),
}
_NONE = dict.fromkeys(("doi", "funders", "funding", "categories", "tags", "group_name"), "none")
_PERIOD = {
    "published_on": "First public",
    "views": "Views in it",
    "downloads": "Downloads in it",
    "shares": "Shares in it",
    "months_known_ratio": "Months known",
    "usage_complete_to": "Usage known to",
}


def article(connection: duckdb.DuckDBPyConnection, wanted: str) -> Report:
    """Returns all that is known of one article; its rows are its usage by month, the latest first.

    Args:
        connection: the published file.
        wanted: Figshare's id, a DOI in any form, or the address of the article's page. The DOI of a publication finds
            the article that belongs to it, where no article has the DOI itself.

    Raises:
        UsageError: it is no reference to an article, there is no such article, or there are several.
    """
    row = _row(connection, wanted)
    id_ = row["article_id"]
    known = dict.fromkeys(_LABELS) | row
    loaded = bool(row["is_loaded"])
    shown = {name: label for name, label in _LABELS.items() if known[name] is not None or name not in _IF_THERE}
    if row["found_by"] in ("id", "DOI"):
        del shown["found_by"]
    absent = dict.fromkeys(shown, UNKNOWN) | (_NONE if loaded else {})
    if row["group_id"] is not None:
        absent["group_name"] = str(row["group_id"])
    others = (
        _attention(connection, id_),
        _authors(connection, row),
        _files(connection, row),
        *_history(connection, row, None),
    )
    title = str(row["title"] or f"Article {id_}")
    return Report("article", title, row, shown, _months(connection, id_, None), others, absent)


def in_period(connection: duckdb.DuckDBPyConnection, report: Report, title: str, period: Period) -> Report:
    """Returns how an article was used and what became of it in a period.

    Args:
        connection: the published file.
        report: the report of all time.
        title: its title.
        period: the period.
    """
    row = report.headline
    id_ = row["article_id"]
    found = queries.rows(connection, "select/article_period", article_id=id_, **period.parameters)
    figures: dict[str, Value] = found[0] if found else dict.fromkeys(_PERIOD)
    kept: dict[str, Value] = {name: row[name] for name in ("article_id", "title", "doi", "published_on")}
    headline = kept | {"period_from": period.first, "period_to": period.last} | figures
    absent = dict.fromkeys(_PERIOD, UNKNOWN)
    rows = replace(_months(connection, id_, period), most=None)
    return Report("article", title, headline, _PERIOD, rows, _history(connection, row, period), absent)


def _row(connection: duckdb.DuckDBPyConnection, wanted: str) -> dict[str, Any]:
    """What is known of the article itself, and by what it was found."""
    meant = article_reference(wanted, "`report article`")
    found = queries.rows(connection, "select/articles_meant", article_id=meant.article_id, doi=meant.doi)
    if not found:
        name = f"article with the DOI {meant.doi}" if meant.doi else f"article {meant.article_id}"
        raise UsageError(
            f"There is no {name} in the published file: `figshare-warehouse refresh --article "
            f"{meant.doi or meant.article_id}` reads it."
        )
    if len(found) > 1:
        names = [f"{line['article_id']} {quoted(str(line['title'] or '(no title)'))}" for line in found]
        more = f"; and {len(names) - _CANDIDATES:,} more" if len(names) > _CANDIDATES else ""
        raise UsageError(
            f"{quoted(wanted)} can be {len(names):,} articles ({found[0]['found_by']}): say which with an id: "
            f"{'; '.join(names[:_CANDIDATES])}{more}."
        )
    [row] = queries.rows(connection, "select/article", article_id=found[0]["article_id"])
    return {**row, "found_by": found[0]["found_by"]}


def _section(
    connection: duckdb.DuckDBPyConnection,
    name: str,
    title: str,
    shown: dict[str, str],
    query: str,
    **parameters: object,
) -> Section:
    columns, rows = queries.table(connection, f"select/{query}", **parameters)
    return Section(name, title, columns, rows, shown)


def _months(connection: duckdb.DuckDBPyConnection, id_: Value, period: Period | None) -> Section:
    shown = {"month": "Month", "views": "Views", "downloads": "Downloads", "shares": "Shares"}
    section = _section(connection, "rows", "Usage by month", shown, "article_months", article_id=id_, **_days(period))
    return replace(section, empty=UNKNOWN, most=_MONTHS_SHOWN)


def _attention(connection: duckdb.DuckDBPyConnection, id_: Value) -> Section:
    shown = {"finding": "What", "report": "Report"}
    section = _section(connection, "attention", "Needs attention", shown, "article_attention", article_id=id_)
    return replace(section, whole=("finding",))


def _authors(connection: duckdb.DuckDBPyConnection, row: dict[str, Any]) -> Section:
    shown = {"full_name": "Author", "orcid": "ORCID iD", "affiliations": "Affiliations"}
    section = _section(connection, "authors", "Authors", shown, "article_authors", article_id=row["article_id"])
    if all(value is None for value in _values(section, "affiliations")):
        del shown["affiliations"]
    return replace(section, empty="none" if row["author_count"] == 0 else UNKNOWN)


def _files(connection: duckdb.DuckDBPyConnection, row: dict[str, Any]) -> Section:
    shown = {"file_name": "File", "size_bytes": "Size", "md5": "MD5", "is_link_only": "Only linked"}
    section = _section(connection, "files", "Files", shown, "article_files", article_id=row["article_id"])
    return replace(section, absent={"md5": "none"}, empty="none" if row["file_count"] == 0 else UNKNOWN)


def _history(
    connection: duckdb.DuckDBPyConnection, row: dict[str, Any], period: Period | None
) -> tuple[Section, Section, Section]:
    """Versions, changes and countries, of a period or of all time."""
    asked: dict[str, object] = {"article_id": row["article_id"], **_days(period)}
    shown = {"changed_at": "Found (UTC)", "kind": "What", "field": "Field", "old_value": "Before", "new_value": "Now"}
    changes = _section(connection, "changes", "History", shown, "article_changes", **asked)
    shown = {"country": "Country", "views": "Views", "downloads": "Downloads"}
    countries = _section(connection, "countries", "Usage by country", shown, "article_countries", **asked)
    return (
        _versions(connection, row, period),
        replace(changes, absent=dict.fromkeys(("field", "old_value", "new_value"), "")),
        replace(countries, empty=_UNREAD_COUNTRIES),
    )


def _versions(connection: duckdb.DuckDBPyConnection, row: dict[str, Any], period: Period | None) -> Section:
    shown = {"version": "Version", "published_on": "Published", "url": "Record"}
    asked: dict[str, object] = {"article_id": row["article_id"], **_days(period)}
    section = _section(connection, "versions", "Versions", shown, "article_versions", **asked)
    days: list[Value] = []
    if period and not section.rows:
        days = _values(_versions(connection, row, None), "published_on")
    # A version without a day may be one of the period.
    return replace(section, empty="none in the period" if days and None not in days else UNKNOWN)


def _days(period: Period | None) -> dict[str, object]:
    return {**period.parameters} if period else {"from_day": None, "to_day": None}


def _values(section: Section, name: str) -> list[Value]:
    place = section.columns.index(name)
    return [row[place] for row in section.rows]
