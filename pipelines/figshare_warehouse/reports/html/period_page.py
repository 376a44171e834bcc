"""Pages of a period: what was published and used in it, from the same report as the terminal and the workbook have."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import duckdb

from figshare_warehouse.models import queries
from figshare_warehouse.periods import Period
from figshare_warehouse.reports.html import cells, page_tables, page_usage
from figshare_warehouse.reports.html.page import Cell, Column, Page, Table, Tile
from figshare_warehouse.reports.html.page_tables import NOTES, Links, name_of
from figshare_warehouse.reports.in_period import NOWHERE, parts
from figshare_warehouse.reports.report import Report, Section, Value

_Row = dict[str, Any]

_PERIOD_NOTES = (
    "Published in the period is what was first public in it. Usage is known by month: of a month that the period "
    "touches, all of it counts.",
    "Items count for the groups, schools and authors that they have now. Items that were withdrawn are in no figure.",
)


def is_of_period(report: Report) -> bool:
    """Whether a report is one of a period."""
    return "period_from" in report.headline


def page(connection: duckdb.DuckDBPyConnection, report: Report, links: Links) -> Page:
    """Returns the page of a report of a period.

    Args:
        connection: where the reports are.
        report: of an institution, a group, an author or a search, as `reports.in_period` has it.
        links: where the other pages lie, of the same period.
    """
    row: _Row = report.headline
    period = Period(row["period_from"], row["period_to"])
    sections = {section.name: _rows(section) for section in (report.rows, *report.others)}
    made = {"institution": _institution, "group": _group, "author": _author, "search": _search}[report.name]
    way, facts, listed_at, overview, tables = made(connection, row, period, sections, links)
    months = next((section for section in report.others if section.name == "months"), None)
    id_ = row.get(f"{report.name}_id")
    return Page(
        kind=report.name,
        title=name_of(report.name, row),
        period=f"{cells.long_day(period.first)} to {cells.long_day(period.last)}",
        way=way,
        facts=facts,
        as_of=_as_of(row, listed_at),
        tiles=_tiles(row, listed_at),
        overview=overview,
        usage=page_usage.in_period(connection, report.name, id_, row.get("institution_id"), period, months)
        if months
        else None,
        sections=tables,
        notes=(*_PERIOD_NOTES, *NOTES),
    )


_Facts = tuple[tuple[str, Cell], ...]
_Parts = tuple[tuple[Cell, ...], _Facts, Value, tuple[Table, ...], tuple[tuple[Table, ...], ...]]
"""The pages above, facts, when the items were listed, the tables that come first, and the rows of further ones."""


def _institution(
    connection: duckdb.DuckDBPyConnection, row: _Row, period: Period, sections: dict[str, list[_Row]], links: Links
) -> _Parts:
    id_ = row["institution_id"]
    types = _parts("item_types", "Item types", "Item type", sections["item_types"])
    note = "Each with the groups below it."
    groups = _parts("groups", "Groups", "Group", sections["rows"], links.group, note)
    authors = _authors(_rows(parts(connection, period, id_, "author")), links)
    items = _items(sections["articles"], links)
    overview: tuple[Table, ...] = (types, groups)
    tables: tuple[Table, ...] = (authors,)
    if "schools" in sections:
        schools = _parts("schools", "Schools", "School", sections["schools"])
        overview, tables = (types, schools), (groups, authors)
    facts = page_tables.facts(("Figshare id", cells.words(id_)))
    return (), facts, page_tables.completed_at(connection, id_), overview, (*items, tables)


def _group(
    connection: duckdb.DuckDBPyConnection, row: _Row, period: Period, sections: dict[str, list[_Row]], links: Links
) -> _Parts:
    of_institution = row["institution_id"]
    known = queries.rows(connection, "pages/institution_groups", institution_id=of_institution)
    [line] = [line for line in known if line["group_id"] == row["group_id"]]
    way = page_tables.way_to_group(connection, line, known, links)
    facts = page_tables.facts(("Figshare id", cells.words(row["group_id"])))
    below = sections.get("subgroups")
    note = "Each with the groups below it."
    groups = ((_parts("groups", "Subgroups", "Group", below, links.group, note),),) if below else ()
    tables = (*_items(sections["rows"], links), *groups)
    return way, facts, page_tables.completed_at(connection, of_institution), (), tables


def _author(
    connection: duckdb.DuckDBPyConnection, row: _Row, period: Period, sections: dict[str, list[_Row]], links: Links
) -> _Parts:
    institutions = page_tables.institutions_of(connection, row["author_id"])
    way = page_tables.way_to_author(connection, institutions, links)
    orcid = row["orcid"]
    facts = page_tables.facts(
        ("ORCID iD", cells.words(orcid, cells.orcid_address(orcid)) if orcid else None),
        ("Figshare id", cells.words(row["author_ids"])),
    )
    listed_at = page_tables.completed_at(connection, *institutions)
    return way, facts, listed_at, (), _items(sections["rows"], links)


def _search(
    connection: duckdb.DuckDBPyConnection, row: _Row, period: Period, sections: dict[str, list[_Row]], links: Links
) -> _Parts:
    """Only what was published: the usage by month of items of others is not read, and that of all time is not shown."""
    found = sections["rows"]
    columns = (Column("Title"), Column("Type", is_lesser=True), Column("Published", "date", sorted="descending"))
    shown = [
        (page_tables.item(line, "item_type"), cells.words(line["item_type"]), cells.day(line["published_on"]))
        for line in found[: page_tables.ITEMS_SHOWN]
    ]
    table = _item_table("published", "Published in the period", columns, shown, len(found), _NONE_PUBLISHED)
    facts = page_tables.facts(("Looks for", cells.words(row["search_for"])))
    return (), facts, row["completed_at"], (), ((table,),)


_NONE_PUBLISHED = "Nothing was published in the period."


def _items(found: Sequence[_Row], links: Links) -> tuple[tuple[Table, ...], ...]:
    """What was published, the latest first, and what was used most, of all years."""

    def table(id_: str, title: str, rows: Sequence[_Row], empty: str, note: str = "") -> Table:
        is_published = id_ == "published"
        columns, usage_of = _usage(rows, is_sorted=not is_published)
        columns = (
            Column("Title"),
            Column("Type", is_lesser=True),
            Column("Group", is_lesser=True),
            Column("Published", "date", is_lesser=True, sorted="descending" if is_published else None),
            *columns,
        )
        shown = [
            (
                page_tables.item(line, "published_on", "item_type"),
                cells.words(line["item_type"]),
                cells.words(line["group_name"] or line["group_id"], links.group(line["group_id"])),
                cells.day(line["published_on"]),
                *usage_of(line),
            )
            for line in rows[: page_tables.ITEMS_SHOWN]
        ]
        return _item_table(id_, title, columns, shown, len(rows), empty, note)

    published = [line for line in found if line["is_published_in_period"]]
    published.sort(key=lambda line: line["article_id"])
    published.sort(key=lambda line: line["published_on"], reverse=True)
    return (
        (table("published", "Published in the period", published, _NONE_PUBLISHED),),
        (table("items", "Most used in the period", found, "There are no items.", "Items of all years, by views."),),
    )


def _item_table(
    id_: str,
    title: str,
    columns: tuple[Column, ...],
    shown: Sequence[tuple[Cell, ...]],
    count: int,
    empty: str,
    note: str = "",
) -> Table:
    is_filtered, left_out = len(shown) > page_tables.TOP, count - len(shown)
    return Table(id_, f"{title} ({count:,})", columns, shown, empty, note if count else "", is_filtered, left_out)


def _usage(
    rows: Sequence[_Row], is_sorted: bool = True
) -> tuple[tuple[Column, ...], Callable[[_Row], tuple[Cell, ...]]]:
    """Columns of usage and their cells of a row; with how much is known, where that is not all."""
    has_unknown = any(row["months_known_ratio"] != 1 for row in rows)
    most = max((row["views"] or 0 for row in rows), default=0) if is_sorted else None
    columns = (
        Column("Views", "number", sorted="descending" if is_sorted else None),
        Column("Downloads", "number"),
        Column("Months known", "number", is_lesser=True),
    )

    def usage_of(row: _Row) -> tuple[Cell, ...]:
        figures = (cells.number(row["views"], most), cells.number(row["downloads"]))
        return (*figures, cells.share(row["months_known_ratio"])) if has_unknown else figures

    return columns if has_unknown else columns[:2], usage_of


def _authors(rows: Sequence[_Row], links: Links) -> Table:
    """The people of an institution; on a site, those who have a page."""
    if links.least is None:
        return _parts("authors", f"Authors ({len(rows):,})", "Author", rows, most=page_tables.OTHERS_SHOWN)
    kept = [line for line in rows if links.author(line["part_id"])]
    note = f"Those with {page_tables.at_least(links.least)} of all years."
    return _parts("authors", f"Authors ({len(kept):,})", "Author", kept, links.author, note)


def _parts(
    id_: str,
    title: str,
    one: str,
    rows: Sequence[_Row],
    link: Callable[[Any], str | None] = lambda id_: None,
    note: str = "",
    most: int | None = None,
) -> Table:
    """The parts of an institution, the most used first; at most so many."""
    columns, usage_of = _usage(rows)
    absent = NOWHERE.get(one.lower(), "Not known")
    shown = []
    for line in rows[:most]:
        name = line["part_name"] or (absent if line["part_id"] is None else f"{one} {line['part_id']}")
        first = cells.words(name, link(line["part_id"]))
        shown.append((first, cells.number(line["published_article_count"]), *usage_of(line)))
    columns = (Column(one), Column("Published", "number"), *columns)
    # There are at most about thirty item types.
    is_filtered = id_ != "item_types" and len(shown) > 2 * page_tables.TOP
    return Table(id_, title, columns, shown, "None.", note, is_filtered, len(rows) - len(shown))


def _tiles(row: _Row, listed_at: Value) -> tuple[Tile, ...]:
    made = [Tile("Published", _figure(row["published_article_count"]))]
    if "views" not in row:
        return tuple(made)
    ratio, known_to = row["months_known_ratio"], row["usage_complete_to"]
    made += [
        Tile("Views", _figure(row["views"])),
        Tile("Downloads", _figure(row["downloads"])),
    ]
    if row["shares"] is not None:
        made.append(Tile("Shares", _figure(row["shares"])))
    to = f"to {cells.long_day(known_to)}" if isinstance(known_to, date) else ""
    made.append(Tile("Months known", cells.percent(ratio) if ratio is not None else _NOT_KNOWN, to))
    as_of = f", as of {cells.long_day(listed_at)}" if isinstance(listed_at, date) else ""
    made.append(Tile("Items in all", _figure(row["article_count"]), f"of all years{as_of}"))
    return tuple(made)


_NOT_KNOWN = "not known"


def _figure(value: Value) -> str:
    return _NOT_KNOWN if value is None else cells.number(value).text


def _as_of(row: _Row, listed_at: Value) -> str:
    text = page_tables.listed_words(listed_at)
    if "views" not in row:
        return f"{text} Usage by month of what a search finds is not read."
    ratio = row["months_known_ratio"]
    if not ratio:
        return f"{text} Usage in the period is not known."
    if ratio < 1:
        text += f" Known are {cells.percent(ratio)} of the months of the items: the others are in no figure."
    return f"{text} Figshare’s own counts, not COUNTER’s."


def _rows(section: Section) -> list[_Row]:
    return [dict(zip(section.columns, row, strict=True)) for row in section.rows]
