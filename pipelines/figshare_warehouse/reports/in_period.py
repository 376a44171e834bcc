"""A report on an article, an author, a group, an institution or a search, of a period only.

Reads the published file only. The terminal, the annual workbook and the pages show this one, so that their figures are
equal.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import duckdb

from figshare_warehouse.models import queries
from figshare_warehouse.periods import Period
from figshare_warehouse.reports import article
from figshare_warehouse.reports.report import Report, Section, Value
from figshare_warehouse.reports.subjects import below

_KEPT = {
    "author": ("author_id", "full_name", "orcid", "author_ids"),
    "group": ("institution_id", "group_id", "group_name", "path"),
    "institution": ("institution_id", "institution_name"),
    "search": ("search", "search_for", "completed_at"),
}
_IDS = {"author": "author_id", "group": "group_id", "institution": "institution_id"}
NOWHERE = {"group": "In no group", "school": "In no school"}
"""What the part without id and name is."""

_FIGURES = {
    "published_article_count": "Published in it",
    "article_count": "Articles in all",
    "views": "Views in it",
    "downloads": "Downloads in it",
    "shares": "Shares in it",
    "usage_counted": "Usage counted",
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
_MONTHS = {"month": "Month", "views": "Views", "downloads": "Downloads", "is_complete": "Complete"}
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
    if report.name == "article":
        return article.in_period(connection, report, f"{report.title}, {period}", period)
    headline: dict[str, Value] = {name: report.headline.get(name) for name in _KEPT[report.name]}
    headline |= {"period_from": period.first, "period_to": period.last}
    if period.whole_months:
        headline["usage_counted"] = period.whole_months
    title = f"{report.title}, {period}"
    if report.name == "search":
        return _search(report, title, headline, period)
    institution_id = report.headline.get("institution_id")
    part: dict[str, object] = {"part_type": report.name, "part_id": report.headline[_IDS[report.name]]}
    asked = {**period.parameters, "institution_id": institution_id}
    [figures] = queries.rows(connection, "select/period_sums", **asked, **part)
    columns, rows = queries.table(connection, "select/period_articles", **asked, **part)
    articles = Section("articles", "Most used articles", columns, rows, _ARTICLES)
    columns, rows = queries.table(connection, "select/period_months", **asked, **part)
    months = Section("months", "Months", columns, _whole(columns, rows, articles, period), _MONTHS)
    if report.name != "institution":
        others = [months]
        if report.name == "group":
            known = queries.rows(connection, "pages/institution_groups", institution_id=institution_id)
            places = {id_ for _, id_ in below(report.headline, known)}
            groups = parts(connection, period, institution_id, "group")
            place = groups.columns.index("part_id")
            inside = [row for row in groups.rows if row[place] in places]
            others += [replace(groups, name="subgroups", title="Subgroups", rows=inside)] if inside else []
        articles = replace(articles, name="rows", title="Articles")
        return Report(report.name, title, headline | figures, _FIGURES, articles, tuple(others))
    types, schools, groups = (parts(connection, period, institution_id, of) for of in ("item_type", "school", "group"))
    has_schools = any(row[schools.columns.index("part_name")] is not None for row in schools.rows)
    shown = (months, types, *([schools] if has_schools else []), articles)
    return Report(report.name, title, headline | figures, _FIGURES, replace(groups, name="rows"), shown)


def parts(connection: duckdb.DuckDBPyConnection, period: Period, institution_id: Value, of: str) -> Section:
    """Returns the parts of an institution, the most used first.

    Args:
        connection: the published file.
        period: the period.
        institution_id: the institution.
        of: author, group, school or item_type.
    """
    asked = {**period.parameters, "institution_id": institution_id}
    columns, rows = queries.table(connection, "select/period_parts", **asked, part_type=of)
    id_ = {"part_id": "Id"} if of == "group" else {}
    one = of.replace("_", " ").capitalize()
    shown = {**id_, "part_name": one, **_COLUMNS}
    return Section(f"{of}s", f"{one}s", columns, rows, shown, {"part_id": "none", "part_name": "none"})


def _whole(
    columns: Sequence[str], rows: Sequence[tuple[Value, ...]], articles: Section, period: Period
) -> list[tuple[Value, ...]]:
    """All months of a period: those before the first article began are 0, of others without a row nothing is known."""
    known = {row[columns.index("month")]: row for row in rows}
    counts = [row[articles.columns.index("month_count")] for row in articles.rows]
    months = period.months
    begun = max((count for count in counts if isinstance(count, int)), default=0)
    none: dict[str, Value] = {"views": 0, "downloads": 0, "shares": 0, "usage_known_ratio": 1.0, "is_complete": True}
    made = []
    for place, month in enumerate(months):
        figures = none if place < len(months) - begun else {"is_complete": False}
        made.append(known.get(month) or tuple({"month": month, **figures}.get(column) for column in columns))
    return made


def _search(report: Report, title: str, headline: dict[str, Value], period: Period) -> Report:
    """What a search finds that was first public in the period; usage by month is known of the repository's only."""
    place = report.rows.columns.index("published_on")
    days = [(row[place], row) for row in report.rows.rows]
    rows = [row for day, row in days if isinstance(day, date) and period.first <= day <= period.last]
    headline |= {"published_article_count": len(rows)}
    return Report(report.name, title, headline, _FIGURES, replace(report.rows, rows=rows))
