"""A report on an author, a group, an institution or a search, of a period only. Reads the published file only."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import duckdb

from figshare_warehouse.models import queries
from figshare_warehouse.periods import Period
from figshare_warehouse.reports.report import Report, Section, Value

_KEPT = {
    "author": ("author_id", "full_name", "orcid", "author_ids"),
    "group": ("institution_id", "group_id", "group_name", "path"),
    "institution": ("institution_id", "institution_name"),
    "search": ("search", "search_for"),
}
_IDS = {"author": "author_id", "group": "group_id", "institution": "institution_id"}
_FIGURES = {
    "published_article_count": "Published in it",
    "article_count": "Articles in all",
    "views": "Views in it",
    "downloads": "Downloads in it",
    "shares": "Shares in it",
    "months_known_ratio": "Months known",
    "usage_complete_to": "Usage known to",
}
_COLUMNS = {
    "published_article_count": "Published",
    "views": "Views",
    "downloads": "Downloads",
    "months_known_ratio": "Known",
    "article_count": "Articles",
}
_ARTICLES = {
    "title": "Title",
    "views": "Views",
    "downloads": "Downloads",
    "months_known_ratio": "Known",
    "published_on": "Published",
}


def in_period(connection: duckdb.DuckDBPyConnection, report: Report, period: Period) -> Report:
    """Returns what was published and used in a period.

    Args:
        connection: the published file.
        report: the report of all time.
        period: the period. Usage is known by month: of a month that the period touches, all of it counts.
    """
    headline: dict[str, Value] = {name: report.headline.get(name) for name in _KEPT[report.name]}
    headline |= {"period_from": period.first, "period_to": period.last}
    title = f"{report.title}, {period}"
    if report.name == "search":
        return _search(report, title, headline, period)
    part: dict[str, object] = {"part_type": report.name, "part_id": report.headline[_IDS[report.name]]}
    asked = {**period.parameters, "institution_id": report.headline.get("institution_id")}
    [figures] = queries.rows(connection, "select/period_sums", **asked, **part)
    columns, rows = queries.table(connection, "select/period_articles", **asked, **part)
    articles = Section("articles", "Most used articles", columns, rows, _ARTICLES)
    if report.name != "institution":
        articles = replace(articles, name="rows", title="Articles")
        return Report(report.name, title, headline | figures, _FIGURES, articles)

    def parts(of: str, name: str, title: str) -> Section:
        columns, rows = queries.table(connection, "select/period_parts", **asked, part_type=of)
        id_ = {"part_id": "Id"} if of == "group" else {}
        shown = {**id_, "part_name": title.removesuffix("s"), **_COLUMNS}
        return Section(name, title, columns, rows, shown, {"part_id": "none", "part_name": "none"})

    groups = parts("group", "rows", "Groups")
    others = [parts("item_type", "item_types", "Item types"), parts("school", "schools", "Schools")]
    has_schools = any(row[others[1].columns.index("part_name")] is not None for row in others[1].rows)
    shown = (*(others if has_schools else others[:1]), articles)
    return Report(report.name, title, headline | figures, _FIGURES, groups, shown)


def _search(report: Report, title: str, headline: dict[str, Value], period: Period) -> Report:
    """What a search finds that was first public in the period; usage by month is known of the repository's only."""
    place = report.rows.columns.index("published_on")
    days = [(row[place], row) for row in report.rows.rows]
    rows = [row for day, row in days if isinstance(day, date) and period.first <= day <= period.last]
    headline |= {"published_article_count": len(rows)}
    return Report(report.name, title, headline, _FIGURES, replace(report.rows, rows=rows))
