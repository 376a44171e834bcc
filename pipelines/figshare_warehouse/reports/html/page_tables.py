"""The parts of pages: tables, tiles and facts, from the schema `reports`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import duckdb

from figshare_warehouse.models import queries
from figshare_warehouse.reports.html import cells
from figshare_warehouse.reports.html.page import Cell, Column, Table, Tile
from figshare_warehouse.reports.report import Value

ITEMS_SHOWN = 2_000
"""Most items on a page; with 100,000 it would have 70 MB."""

TOP = 10
OTHERS_SHOWN = 100

NOT_COUNTER = (
    "Usage figures are Figshare’s own counts, not COUNTER’s: do not compare them with figures that follow COUNTER."
)
UNKNOWN_IS_NOT_ZERO = "– means not known; 0 means none."


def _nowhere(_: Any) -> str | None:
    return None


@dataclass(frozen=True, slots=True)
class Links:
    """Links to other pages.

    Attributes:
        group: the page of a group by its id; None when it has none.
        author: the page of an author (`reports.authors.author_id`); None when they have none.
        home: the page of the institution; None when there is none.
        least: articles of an author who has a page; None when authors have none.
    """

    group: Callable[[Any], str | None] = _nowhere
    author: Callable[[Any], str | None] = _nowhere
    home: str | None = None
    least: int | None = None


NOTES = (
    NOT_COUNTER,
    "Full counting: an item of several authors counts whole for each of them, and an item of a group for the groups "
    "above it, too. So figures of authors or groups must not be added up.",
    UNKNOWN_IS_NOT_ZERO,
    "Counted are the items that are public and listed now. Days and months are UTC, sizes in steps of 1,000.",
)
"""Notes on how figures are counted."""

NO_LINKS = Links()
"""A page by itself."""


def items(
    connection: duckdb.DuckDBPyConnection,
    institution_id: Value = None,
    group_ids: Sequence[Value] | None = None,
    author_id: Value = None,
    search: Value = None,
) -> list[dict[str, Any]]:
    """Returns the items that a page shows: the latest, in this order, and the most downloaded.

    Args:
        connection: where the reports are.
        institution_id: those that this institution lists.
        group_ids: those in these groups.
        author_id: those of this person.
        search: what this search finds, whoever lists it.
    """
    which = {"institution_id": institution_id, "group_ids": group_ids, "author_id": author_id, "search": search}
    return queries.rows(connection, "pages/items", **which, latest=ITEMS_SHOWN, top=TOP)


def name_of(kind: str, row: Mapping[str, Any]) -> str:
    """Returns the name of what a page is about.

    Args:
        kind: institution, group, author or search.
        row: the headline of its report.
    """
    if kind == "search":
        return str(row["search"])
    return str(row["full_name" if kind == "author" else f"{kind}_name"] or f"{kind.capitalize()} {row[f'{kind}_id']}")


def item_list(found: Sequence[dict[str, Any]], links: Links) -> Table:
    """Returns the items, the latest first."""
    rows = [row for row in found if row["latest_place"] <= ITEMS_SHOWN]
    columns = (
        Column("Title"),
        Column("Type", is_lesser=True),
        Column("Group", is_lesser=True),
        Column("Licence", is_lesser=True),
        Column("Published", "date", is_lesser=True, sorted="descending"),
        Column("Downloads", "number"),
        Column("Views", "number"),
        *_citation_columns(rows),
    )
    shown = [
        (
            item(row, "published_on", "item_type", "license"),
            cells.words(row["item_type"]),
            cells.words(row["group_name"] or row["group_id"], links.group(row["group_id"])),
            cells.words(row["license"]),
            cells.day(row["published_on"]),
            cells.number(row["downloads"]),
            cells.number(row["views"]),
            *_citation_cells(row, rows),
        )
        for row in rows
    ]
    count = rows[0]["entity_count"] if rows else 0
    left_out = count - len(rows)
    note = "The latest first; `figshare-warehouse export articles` has all." if left_out else ""
    title = f"Items ({count:,})"
    return Table("items", title, columns, shown, "There are no items.", note, len(rows) > TOP, left_out)


def _citation_columns(rows: Sequence[dict[str, Any]]) -> list[Column]:
    """The column of citations, where any are known."""
    return [Column("Citations (DataCite)", "number")] if any(row["citations"] is not None for row in rows) else []


def _citation_cells(row: dict[str, Any], rows: Sequence[dict[str, Any]]) -> list[Cell]:
    return [cells.number(row["citations"])] if _citation_columns(rows) else []


def top(found: Sequence[dict[str, Any]]) -> Table:
    """Returns the most downloaded of the items."""
    rows = sorted((row for row in found if (row["top_place"] or TOP + 1) <= TOP), key=lambda row: row["top_place"])
    columns = (
        Column("Title"),
        Column("Published", "date", is_lesser=True),
        Column("Downloads", "number", sorted="descending"),
        Column("Views", "number"),
        *_citation_columns(rows),
    )
    shown = [
        (
            item(row),
            cells.day(row["published_on"]),
            cells.number(row["downloads"], rows[0]["downloads"]),
            cells.number(row["views"]),
            *_citation_cells(row, rows),
        )
        for row in rows
    ]
    return Table("top", "Most downloaded", columns, shown, "No downloads of these items are known.")


def groups(rows: Sequence[dict[str, Any]], links: Links, title: str, level: int = 0) -> Table:
    """Returns groups and their subgroups, as a tree in the order of their paths.

    Args:
        rows: rows of `reports.groups`.
        links: links to their pages.
        title: the table's heading.
        level: how many levels are above the first.
    """
    columns = (
        Column("Group", sorted="ascending"),
        Column("Items", "number"),
        Column("Downloads", "number"),
        Column("Views", "number", is_lesser=True),
    )
    shown = []
    for row in rows:
        depth = max((row["level"] or 1) - 1 - level, 0)
        name = "In no group" if row["group_id"] is None else str(row["group_name"] or f"Group {row['group_id']}")
        first = Cell(name, str(row["path"] or name).lower(), links.group(row["group_id"]), depth=depth)
        counts = (row["article_count_with_subgroups"], row["downloads_full"], row["views_full"])
        shown.append((first, *(cells.number(count) for count in counts)))
    is_placed = all(row["level"] is not None for row in rows if row["group_id"] is not None)
    by_itself = "Each by itself: subgroups are known only with a token or from --group-names."
    note = "Each with the groups below it." if is_placed else by_itself
    return Table("groups", title, columns, shown, "No groups are known.", note)


def groups_of(connection: duckdb.DuckDBPyConnection, author_id: Value, links: Links) -> Table:
    """Returns the groups that the articles of an author lie in."""
    rows = queries.rows(connection, "pages/author_groups", author_id=author_id)
    most = rows[0]["article_count"] if rows else None
    columns = (Column("Group"), Column("Items", "number", sorted="descending"))
    shown = []
    for row in rows:
        name = "In no group" if row["group_id"] is None else str(row["group_name"] or f"Group {row['group_id']}")
        shown.append((cells.words(name, links.group(row["group_id"])), cells.number(row["article_count"], most)))
    return Table("groups", "Groups", columns, shown, "There are no items.")


def people(rows: Sequence[dict[str, Any]], links: Links, title: str, name: str, note: str = "") -> Table:
    """Returns people with their counts of articles.

    Args:
        rows: `author_id`, `full_name`, `orcid`, `article_count`, the most articles first.
        links: links to their pages.
        title: the table's heading.
        name: its id.
        note: a remark on it.
    """
    columns: tuple[Column, ...] = (Column("Author"), Column("Items", "number", sorted="descending"))
    has_usage = bool(rows) and "downloads_full" in rows[0]
    columns += (Column("Downloads", "number"), Column("Views", "number", is_lesser=True)) if has_usage else ()
    shown = []
    kept = rows if links.least is not None and has_usage else rows[:OTHERS_SHOWN]
    for row in kept:
        orcid = cells.words(row["orcid"], cells.orcid_address(row["orcid"]))
        person = str(row["full_name"] or f"Author {row['author_id']}")
        first = Cell(person, person.lower(), links.author(row["author_id"]), below=(orcid,) if row["orcid"] else ())
        line = (first, cells.number(row["article_count"]))
        usage = (cells.number(row["downloads_full"]), cells.number(row["views_full"])) if has_usage else ()
        shown.append((*line, *usage))
    left_out = len(rows) - len(kept)
    return Table(name, f"{title} ({len(rows):,})", columns, shown, "None.", note, len(kept) > 2 * TOP, left_out)


def institution_people(connection: duckdb.DuckDBPyConnection, institution_id: Value, links: Links) -> Table:
    """Returns the people of an institution with their usage; on a site, those who have a page."""
    rows = queries.rows(connection, "pages/institution_authors", institution_id=institution_id, least=links.least or 0)
    note = "" if links.least is None else f"Those with {at_least(links.least)}."
    return people(rows, links, "Authors", "authors", note)


def home(connection: duckdb.DuckDBPyConnection, institution_id: Value, links: Links) -> tuple[Cell, ...]:
    """Returns the institution as the first page above a page."""
    found = queries.rows(connection, "pages/institution_names", institution_ids=[institution_id])
    name = found[0]["institution_name"] if found else None
    return (Cell(str(name or f"Institution {institution_id}"), href=links.home),)


def way_to_group(
    connection: duckdb.DuckDBPyConnection, row: Mapping[str, Any], known: Sequence[dict[str, Any]], links: Links
) -> tuple[Cell, ...]:
    """Returns what is above a group, from the institution down.

    Args:
        connection: where the reports are.
        row: the group's row of `reports.groups`.
        known: those of all groups of the institution.
        links: links to their pages.
    """
    top = home(connection, row["institution_id"], links)
    by_id = {line["group_id"]: line for line in known if line["group_id"] is not None}
    way: list[Cell] = []
    seen, parent = {row["group_id"]}, row["parent_group_id"]
    while parent in by_id and parent not in seen:
        seen.add(parent)
        name = str(by_id[parent]["group_name"] or f"Group {parent}")
        # The top group often has the institution's name, and would add nothing.
        if name != top[0].text:
            way.insert(0, Cell(name, href=links.group(parent)))
        parent = by_id[parent]["parent_group_id"]
    return (*top, *way)


def institutions_of(connection: duckdb.DuckDBPyConnection, author_id: Value) -> list[Value]:
    """Returns the ids of the institutions that list articles of an author."""
    return [row["institution_id"] for row in queries.rows(connection, "pages/author_institutions", author_id=author_id)]


def way_to_author(connection: duckdb.DuckDBPyConnection, institutions: list[Value], links: Links) -> tuple[Cell, ...]:
    """Returns what is above an author: the institution, where there is one."""
    return home(connection, institutions[0], links) if len(institutions) == 1 else ()


def tiles(
    downloads: Value, views: Value, items: Value, size: Value = None, files: Value = None, citations: Value = None
) -> list[Tile]:
    """Returns the headline figures that most pages have; size, files and citations only where they are known."""
    made = [
        Tile("Items", cells.number(items).text),
        Tile("Downloads", cells.number(downloads).text),
        Tile("Views", cells.number(views).text),
    ]
    if files is not None or size is not None:
        made.append(Tile("Files", cells.number(files).text, cells.size(size).text))
    return [*made, *cited(citations)]


def cited(citations: Value) -> list[Tile]:
    """Returns the headline figure of citations, with its source; none where they are not known."""
    return [] if citations is None else [Tile("Citations", cells.number(citations).text, "as DataCite knows")]


def facts(*wanted: tuple[str, Cell | None]) -> tuple[tuple[str, Cell], ...]:
    """Returns the facts that are known."""
    return tuple((label, cell) for label, cell in wanted if cell is not None)


def completed_at(connection: duckdb.DuckDBPyConnection, *institution_ids: Value) -> Value:
    """Returns when the listings of institutions were last read to their ends, the earliest of them."""
    found = queries.rows(connection, "pages/institution_names", institution_ids=list(institution_ids))
    return min((row["completed_at"] for row in found if row["completed_at"] is not None), default=None)


def as_of(listed: Value, used: Value, covered: Value) -> str:
    """Returns a sentence on how current the figures are.

    Args:
        listed: when the list of items was read to its end; None when never.
        used: when usage was last known, the earliest of the items; None when it is not known.
        covered: share of the items whose usage is known; None when not known.
    """
    text = listed_words(listed)
    if not isinstance(used, date):
        return f"{text} Usage is not known."
    text = f"{text} Views and downloads since the beginning, as of {cells.long_day(used)} or later"
    if isinstance(covered, float) and covered < 1:
        text += f", known of {cells.percent(covered)} of the items"
    return f"{text}. Figshare’s own counts, not COUNTER’s."


def listed_words(listed: Value) -> str:
    """Returns a sentence on when the list of items was read to its end; None when never."""
    return (
        f"Items as of {cells.long_day(listed)}." if isinstance(listed, date) else "The list of items is not complete."
    )


def item(row: Mapping[str, Any], *lesser: str) -> Cell:
    """Returns an item's title with its DOI, and what narrow screens show below it instead of in columns."""
    doi, title = row["doi"], str(row["title"] or f"Item {row['article_id']}")
    below = [Cell(str(doi), href=cells.doi_address(doi))] if doi else []
    below += [Cell(str(row[name]), is_lesser=True) for name in lesser if row[name]]
    return Cell(title, title.lower(), cells.web_address(row["url"]) or cells.doi_address(doi), below=tuple(below))


def at_least(count: int) -> str:
    """Returns a least number of items in words."""
    return "1 item or more" if count == 1 else f"{count:,} items or more"
