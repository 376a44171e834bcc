"""The annual report of an institution or a group: a workbook of what was published and used.

Reads the published file only.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from figshare_warehouse.models import queries
from figshare_warehouse.periods import Period
from figshare_warehouse.reports import kinds, subjects
from figshare_warehouse.reports.export import Exported
from figshare_warehouse.reports.in_period import NOWHERE, in_period
from figshare_warehouse.reports.report import Report, Value
from figshare_warehouse.reports.report_files import Output, replaced
from figshare_warehouse.reports.terminal import percent
from figshare_warehouse.reports.workbook import check_size, write_workbook

TOP = 100
"""Articles on the sheet of those used most."""

HEADINGS = {
    "article_count": "Articles in all",
    "article_id": "Figshare id",
    "authors": "Authors",
    "categories": "Subjects",
    "country": "Country",
    "country_code": "Country code",
    "doi": "DOI or address",
    "downloads": "Downloads",
    "faculty": "Faculty",
    "figure": "Figure",
    "funders": "Funders",
    "group_name": "Group",
    "group_id": "Group id",
    "is_complete": "Complete",
    "is_published_in_period": "Published in the period",
    "item_type": "Item type",
    "known_month_count": "Months known",
    "license": "Licence",
    "month": "Month",
    "month_count": "Months",
    "months_known_ratio": "Usage known",
    "level": "Level",
    "parent_group_name": "In group",
    "observed_at": "As of (UTC)",
    "published_article_count": "Published in the period",
    "published_on": "Published",
    "reason": "Reason",
    "resource_doi": "DOI of the publication",
    "row": "One row per",
    "school": "School",
    "shares": "Shares",
    "sheet": "Sheet",
    "source": "Source",
    "title": "Title",
    "url": "Address",
    "usage_complete_to": "Usage known to",
    "usage_known_ratio": "Share of articles whose months are all known",
    "value_count": "Value",
    "views": "Views",
    "withdrawn_at": "Found withdrawn (UTC)",
}
"""Column → its heading."""

_SUMMARY = {
    "published_article_count": "Articles published in the period",
    "article_count": "Articles now, of all years",
    "views": "Views in the period",
    "downloads": "Downloads in the period",
    "shares": "Shares in the period",
    "months_known_ratio": "How much of the usage is known",
    "usage_complete_to": "Usage is known to, at least",
}


@dataclass(frozen=True, slots=True)
class _Sheet:
    name: str
    columns: tuple[str, ...]
    rows: Sequence[tuple[Value, ...]]
    source: str
    text: str


def write_annual(
    connection: duckdb.DuckDBPyConnection,
    wanted: str | None,
    period: Period,
    path: Path,
    may_overwrite: bool = False,
    group: str | None = None,
) -> Exported:
    """Writes the workbook.

    Args:
        connection: the published file.
        wanted: the institution, by its id or name; optional when there is only one.
        period: the year, or another period.
        path: the workbook.
        may_overwrite: whether any file may be replaced, not only an earlier workbook.
        group: a group, by its id or name, for a report of it and the groups below it; None for the whole institution.

    Raises:
        UsageError: there is no such institution or group or there are several, or a file that is not ours would be
            replaced.
    """
    chosen = subjects.institution(connection, wanted) if group is None else subjects.group(connection, group)
    report = in_period(connection, chosen, period)
    sheets = [*_sheets(connection, report, period)]
    summary = _summary(connection, report, period, sheets)
    listed = tuple((sheet.name, sheet.text, sheet.source) for sheet in (summary, *sheets))
    sources = _Sheet("Sources", ("sheet", "row", "source"), listed, "", "")
    written = (summary, *sheets, sources)
    check_size({sheet.name: (len(sheet.rows), len(sheet.columns)) for sheet in written})
    with replaced([Output(path, kinds.WORKBOOK)], may_overwrite) as [part]:
        counts, notes = write_workbook(part, [(one.name, one.columns, one.rows) for one in written], HEADINGS)
    return Exported((path,), counts, tuple(notes))


def _sheets(connection: duckdb.DuckDBPyConnection, report: Report, period: Period) -> Iterator[_Sheet]:
    sections = {section.name: section for section in (report.rows, *report.others)}
    whose, group = report.headline["institution_id"], report.headline.get("group_id")
    ids: list[Value] | None = None
    if group is None:
        sections["groups"] = report.rows
    else:
        below = sections.pop("subgroups", None)
        inside = [row[below.columns.index("part_id")] for row in below.rows] if below is not None else []
        sections |= {"articles": report.rows} | ({"groups": below} if below is not None else {})
        ids = [group, *inside]
    asked = {**period.parameters, "institution_id": whose}
    days = f"('{period.first}', '{period.last}')"

    def sheet(name: str, query: str, source: str, text: str, **chosen: object) -> _Sheet:
        columns, rows = queries.table(connection, f"select/{query}", **asked, **chosen)
        return _Sheet(name, columns, rows, source, text)

    outputs = sheet(
        "Outputs",
        "annual_outputs",
        f"reports.outputs_between{days}",
        "Article that was first public in the period, with its usage in it.",
        group_ids=ids,
    )
    yield outputs if any(section.name == "schools" for section in report.others) else _without(outputs, "school")
    months = sections["months"]
    text = "Month, summed over the articles that are public now and whose months are known."
    yield _Sheet("Use by month", months.columns, months.rows, "reports.usage_by_month", text)
    for name, part, renamed in (
        ("By group", "group", {"part_id": "group_id", "part_name": "group_name"}),
        ("By school", "school", {"part_name": "school", "part_detail": "faculty"}),
        ("By item type", "item_type", {"part_name": "item_type"}),
    ):
        if f"{part}s" not in sections:
            continue
        columns, rows = sections[f"{part}s"].columns, sections[f"{part}s"].rows
        kept = [
            place
            for place, column in enumerate(columns)
            if column in renamed or not column.startswith(("part", "inst"))
        ]
        text = f"{part.replace('_', ' ').capitalize()}. Articles of all years, each counted whole; usage in the period."
        if part == "group":
            text += " A group has the articles of the groups below it, too: do not add up groups of several levels."
        else:
            kept = [place for place in kept if columns[place] not in ("level", "parent_group_name")]
        named = tuple(renamed.get(columns[place], columns[place]) for place in kept)
        name_place, id_place = columns.index("part_name"), columns.index("part_id")
        nowhere = NOWHERE.get(part)
        chosen = [
            tuple(
                nowhere if place == name_place and row[place] is row[id_place] is None else row[place] for place in kept
            )
            for row in rows
        ]
        yield _Sheet(name, named, chosen, f"reports.usage_by_{part}_between{days}", text)
    articles = sections["articles"]
    doi, url = articles.columns.index("doi"), articles.columns.index("url")
    rows = [(*row[:doi], row[doi] or row[url], *row[doi + 1 :]) for row in articles.rows[:TOP]]
    text = f"Article of any year, the {TOP} most viewed in the period."
    top = _Sheet("Top items", articles.columns, rows, f"reports.usage_between{days}", text)
    yield _without(top, "institution_id", "group_id", "month_count", "url")
    text = "figures, which need not add up to the articles'; `Months` says of how many."
    if group is None:
        text = f"Country, summed over the top groups by Figshare's {text}"
        yield sheet("Countries", "annual_countries", "reports.usage_by_country", text)
    else:
        source = "reports.group_usage_by_country"
        yield sheet("Countries", "annual_group_countries", source, f"Country, by Figshare's {text}", group_id=group)
    yield sheet(
        "Withdrawn",
        "annual_left",
        "reports.withdrawn_articles",
        "Article that was found withdrawn in the period.",
        group_ids=ids,
    )
    yield sheet(
        "Not known",
        "annual_unknown",
        f"reports.usage_between{days}",
        "Article of which not all months of the period are known; what is known is in the figures.",
        group_ids=ids,
    )


def _without(sheet: _Sheet, *left_out: str) -> _Sheet:
    places = [place for place, column in enumerate(sheet.columns) if column not in left_out]
    columns = tuple(sheet.columns[place] for place in places)
    return replace(sheet, columns=columns, rows=[tuple(row[place] for place in places) for row in sheet.rows])


def _summary(connection: duckdb.DuckDBPyConnection, report: Report, period: Period, sheets: Sequence[_Sheet]) -> _Sheet:
    [about] = queries.rows(connection, "select/annual_about")
    source = f"reports.usage_by_{report.name}_between('{period.first}', '{period.last}')"
    counts = {sheet.name: len(sheet.rows) for sheet in sheets}
    of = "Institution", report.headline.get("institution_name"), "reports.institution_summary"
    if report.name == "group":
        of = (
            "Group, with the groups below it",
            report.headline["path"] or report.headline["group_name"],
            "reports.groups",
        )
    rows: list[tuple[Value, ...]] = [
        of,
        ("First day", period.first, ""),
        ("Last day", period.last, ""),
        *([("Usage counted", whole, "")] if (whole := period.whole_months) else []),
        *((text, _value(name, report.headline[name]), f"{source}: {name}") for name, text in _SUMMARY.items()),
        ("Articles found withdrawn in the period", counts["Withdrawn"], "sheet Withdrawn"),
        ("Articles of which not all months are known", counts["Not known"], "sheet Not known"),
        ("Reports as of (UTC)", about["published_at"], "reports.about"),
        ("How to read it", "An empty cell is not known, 0 is none.", ""),
        ("How it is counted", about["counting_rules"], "reports.about"),
    ]
    return _Sheet(
        "Summary", ("figure", "value_count", "source"), rows, "as each row says", f"Figure of the whole {report.name}."
    )


def _value(name: str, value: Any) -> Value:
    """A figure as a cell of a column that has several kinds of them."""
    if isinstance(value, float) and name.endswith("_ratio"):
        return percent(value)
    kept: str | int | float | date | None = value
    return "not known" if kept is None else kept
