"""The page of one article, from its report."""

from __future__ import annotations

from datetime import date
from typing import Any

from figshare_warehouse.reports.html import cells
from figshare_warehouse.reports.html.page import Cell, Column, Page, Table, Tile, Usage
from figshare_warehouse.reports.html.page_tables import NOT_COUNTER, UNKNOWN_IS_NOT_ZERO, cited, facts
from figshare_warehouse.reports.html.page_usage import usage_of
from figshare_warehouse.reports.report import Report, Value

NOTES = (
    NOT_COUNTER,
    UNKNOWN_IS_NOT_ZERO,
    "Days and months are UTC, sizes in steps of 1,000. What changed is what the refreshes found, at the time they did.",
)

_NOT_KNOWN = "Not known."
_DAYS = {
    "published_on": "First public",
    "first_online_at": "First online, as given",
    "submitted_at": "Submitted",
    "posted_at": "This version posted",
    "published_at": "This version published",
    "created_at": "This version created",
    "revised_at": "Revised",
    "modified_at": "Last modified",
    "embargo_ends_on": "Embargo ends",
    "withdrawn_at": "Found withdrawn",
    "left_at": "Left",
}
_TEXTS = {
    "followed_by": "Followed by",
    "item_type": "Type",
    "school": "School",
    "license": "Licence",
    "funders": "Funders",
    "funding": "Funding",
    "categories": "Categories",
    "tags": "Keywords",
}


def article(report: Report) -> Page:
    """Returns the page of an article.

    Args:
        report: its report, of all time or in a period.
    """
    row = report.headline
    parts = {section.name: _rows(section.columns, section.rows) for section in (report.rows, *report.others)}
    if "period_from" in row:
        return _in_period(report, parts)
    institution = row["institution_name"]
    return Page(
        kind="article",
        title=report.title,
        period="",
        way=(Cell(str(institution)),) if institution else (),
        facts=_facts(row),
        as_of=_as_of(row),
        tiles=(
            Tile("Downloads", cells.number(row["downloads"]).text),
            Tile("Views", cells.number(row["views"]).text),
            Tile("Shares", cells.number(row["shares"]).text),
            Tile("Files", cells.number(row["file_count"]).text, cells.size(row["size_bytes"]).text),
            Tile("Latest version", cells.number(row["version"]).text),
            *cited(row["citations"]),
        ),
        overview=(_attention(parts["attention"]),),
        usage=_usage(row, parts),
        sections=(
            (_authors(parts["authors"], row["author_count"]), _versions(parts["versions"])),
            (_files(parts["files"], row["file_count"]),),
            (_changes(parts["changes"]),),
        ),
        notes=NOTES,
    )


def _in_period(report: Report, parts: dict[str, list[dict[str, Any]]]) -> Page:
    """What only a period shows of it: its usage, and what became of it."""
    row = report.headline
    first, last, known = row["period_from"], row["period_to"], row["usage_complete_to"]
    assert isinstance(first, date)
    assert isinstance(last, date)
    doi, ratio = row["doi"], cells.share(row["months_known_ratio"]).text
    return Page(
        kind="article",
        title=str(row["title"] or f"Article {row['article_id']}"),
        period=f"{cells.long_day(first)} to {cells.long_day(last)}",
        way=(),
        facts=facts(
            ("DOI", cells.words(doi, cells.doi_address(doi), "none")),
            ("Figshare id", cells.words(row["article_id"])),
            ("First public", cells.day(row["published_on"])),
        ),
        as_of=f"Usage known to {cells.long_day(known)}." if isinstance(known, date) else "Usage is not known in full.",
        tiles=(
            Tile("Downloads", cells.number(row["downloads"]).text, "in the period"),
            Tile("Views", cells.number(row["views"]).text, "in the period"),
            Tile("Shares", cells.number(row["shares"]).text, "in the period"),
            Tile("Months known", ratio),
        ),
        overview=(),
        usage=_usage(row, parts),
        sections=(
            (_versions(parts["versions"], "None is known to be published in the period."), _changes(parts["changes"])),
        ),
        notes=("Usage is known by month: of a month that the period touches, all of it counts.", *NOTES),
    )


def _usage(row: dict[str, Value], parts: dict[str, list[dict[str, Any]]]) -> Usage:
    months = [line | {"complete_to": row["usage_complete_to"], "known_ratio": None} for line in parts["rows"]]
    return usage_of(months, parts["countries"], "article")


def _facts(row: dict[str, Value]) -> tuple[tuple[str, Cell], ...]:
    doi, publication = row["doi"], row["resource_doi"]
    days = [(label, cells.day(row[name]) if row[name] is not None else None) for name, label in _DAYS.items()]
    texts = [(label, cells.words(row[name]) if row[name] else None) for name, label in _TEXTS.items()]
    group = row["group_name"] or row["group_id"]
    page = cells.web_address(row["url"])
    return facts(
        ("State", cells.words(row["state"])),
        ("DOI", cells.words(doi, cells.doi_address(doi), "none")),
        ("Handle", cells.words(row["handle"]) if row["handle"] else None),
        ("Page", cells.words(page, page) if page else None),
        ("Figshare id", cells.words(row["article_id"])),
        ("Group", cells.words(group) if group is not None else None),
        *texts,
        ("Publication", cells.words(publication, cells.doi_address(publication)) if publication else None),
        ("Its title", cells.words(row["resource_title"]) if row["resource_title"] else None),
        *days,
    )


def _as_of(row: dict[str, Value]) -> str:
    read, used = row["fetched_at"], row["usage_as_of"]
    text = f"Record read on {cells.long_day(read)}." if isinstance(read, date) else "Its record is not read."
    if not isinstance(used, date):
        return f"{text} Usage is not known, or only in part."
    return f"{text} Views and downloads since the beginning, as of {cells.long_day(used)}."


def _rows(columns: tuple[str, ...], rows: list[tuple[Value, ...]]) -> list[dict[str, Any]]:
    return [dict(zip(columns, row, strict=True)) for row in rows]


def _attention(rows: list[dict[str, Any]]) -> Table:
    shown = [(cells.words(row["finding"]), cells.words(row["report"])) for row in rows]
    columns = (Column("What"), Column("Report", is_lesser=True))
    return Table("attention", "Needs attention", columns, shown, "Nothing that the reports know of.")


def _authors(rows: list[dict[str, Any]], count: Value) -> Table:
    shown = []
    for row in rows:
        orcid = row["orcid"]
        below = [cells.words(orcid, cells.orcid_address(orcid))] if orcid else []
        below += [cells.words(row["affiliations"])] if row["affiliations"] else []
        name = str(row["full_name"] or f"Author {row['author_id']}")
        shown.append((Cell(name, name.lower(), below=tuple(below)),))
    return Table("authors", "Authors", (Column("Author"),), shown, "None." if count == 0 else _NOT_KNOWN)


def _versions(rows: list[dict[str, Any]], empty: str = _NOT_KNOWN) -> Table:
    columns = (Column("Version", "number", sorted="descending"), Column("Published", "date"))
    shown = [(cells.number(row["version"]), cells.day(row["published_on"])) for row in rows]
    return Table("versions", "Versions", columns, shown, empty)


def _files(rows: list[dict[str, Any]], count: Value) -> Table:
    columns = (Column("File"), Column("Size", "number"), Column("MD5", is_lesser=True))
    shown = []
    for row in rows:
        name = str(row["file_name"] or "(no name)")
        lesser = (Cell(row["md5"], is_lesser=True),) if row["md5"] else ()
        linked = (Cell("only linked"),) if row["is_link_only"] else ()
        first = Cell(name, name.lower(), cells.web_address(row["download_url"]), below=(*linked, *lesser))
        shown.append((first, cells.size(row["size_bytes"]), cells.words(row["md5"], absent="none")))
    empty = "None." if count == 0 else _NOT_KNOWN
    return Table("files", f"Files ({len(rows):,})" if rows else "Files", columns, shown, empty)


def _changes(rows: list[dict[str, Any]]) -> Table:
    columns = (
        Column("Found", "date", sorted="descending"),
        Column("What"),
        Column("Before", is_lesser=True),
        Column("Now", is_lesser=True),
    )
    shown = []
    for row in rows:
        what = row["kind"] if row["field"] is None else f"{row['kind']}: {row['field']}"
        before, now = (cells.words(row[name], absent="") for name in ("old_value", "new_value"))
        shown.append((cells.day(row["changed_at"]), cells.words(what), before, now))
    return Table("changes", "History", columns, shown, "Nothing was found to change.")
