"""The pages: an institution, a group, an author, a search or an article, from the schema `reports`."""

from __future__ import annotations

from typing import Any

import duckdb

from figshare_warehouse.models import queries
from figshare_warehouse.periods import Period
from figshare_warehouse.reports.administration import NAMES
from figshare_warehouse.reports.html import (
    administration_page,
    article_page,
    cells,
    page_tables,
    page_usage,
    period_page,
    scope_tables,
)
from figshare_warehouse.reports.html.page import Page, Table, Tile
from figshare_warehouse.reports.html.page_tables import NO_LINKS, NOTES, Links, name_of
from figshare_warehouse.reports.in_period import in_period
from figshare_warehouse.reports.report import Report, Section
from figshare_warehouse.reports.subjects import below


def page_of(connection: duckdb.DuckDBPyConnection, report: Report) -> Page:
    """Returns the page for a report.

    Args:
        connection: where the reports are.
        report: of an institution, a group, an author, a search or an article, of all time or in a period; or one for
            administrators.
    """
    if report.name in NAMES:
        return administration_page.page_of(report)
    if report.name == "article":
        return article_page.article(report)
    if period_page.is_of_period(report):
        return period_page.page(connection, report, NO_LINKS)
    return made(connection, report.name, report.headline, NO_LINKS)


def made(
    connection: duckdb.DuckDBPyConnection, kind: str, row: dict[str, Any], links: Links, period: Period | None = None
) -> Page:
    """Returns a page.

    Args:
        connection: where the reports are.
        kind: institution, group, author or search.
        row: the headline of its report of all time.
        links: where other pages lie.
        period: what it is about; None for all time.
    """
    if period is not None:
        report = Report(kind, name_of(kind, row), row, {}, Section("rows", "", (), [], {}))
        return period_page.page(connection, in_period(connection, report, period), links)
    of_kind = {"institution": institution, "group": group, "author": author, "search": search}[kind]
    return of_kind(connection, row, links)


def institution(connection: duckdb.DuckDBPyConnection, row: dict[str, Any], links: Links) -> Page:
    """Returns the page of an institution.

    Args:
        connection: where the reports are.
        row: its row of `reports.institution_summary`.
        links: where the pages of its groups and authors lie.
    """
    id_ = row["institution_id"]
    scope_id = f"institution {id_}"
    items = page_tables.items(connection, id_)
    known = queries.rows(connection, "pages/institution_groups", institution_id=id_)
    tiles = page_tables.tiles(
        row["downloads"], row["views"], row["article_count"], row["size_bytes"], row["file_count"], row["citations"]
    )
    with_orcid = cells.number(row["orcid_author_count"]).text
    tiles.append(Tile("Authors", cells.number(row["author_count"]).text, f"{with_orcid} with ORCID iD"))
    pending = row["unloaded_article_count"]
    facts = page_tables.facts(
        ("Figshare id", cells.words(id_)),
        ("Groups with items", cells.number(row["group_count"])),
        ("Under embargo", cells.number(row["embargoed_article_count"])),
        ("Still to be read", cells.number(pending) if pending else None),
        ("First published", cells.day(row["first_published_on"])),
        ("Latest", cells.day(row["last_published_on"])),
    )
    return Page(
        kind="institution",
        title=name_of("institution", row),
        period="",
        way=(),
        facts=facts,
        as_of=page_tables.as_of(row["completed_at"], row["usage_as_of"], row["usage_known_ratio"]),
        tiles=tuple(tiles),
        overview=scope_tables.overview(connection, scope_id),
        usage=page_usage.usage(connection, "institution", id_, id_),
        sections=(
            (page_tables.top(items),),
            _licenses_and_funders(connection, scope_id),
            scope_tables.metadata(connection, id_),
            (
                page_tables.groups(known, links, "Groups"),
                page_tables.institution_people(connection, id_, links),
            ),
            (page_tables.item_list(items, links),),
        ),
        notes=NOTES,
    )


def group(connection: duckdb.DuckDBPyConnection, row: dict[str, Any], links: Links) -> Page:
    """Returns the page of a group, with its subgroups.

    Args:
        connection: where the reports are.
        row: its row of `reports.groups`.
        links: where other pages lie.
    """
    id_, of_institution = row["group_id"], row["institution_id"]
    scope_id = f"institution {of_institution} group {id_} with subgroups"
    known = queries.rows(connection, "pages/institution_groups", institution_id=of_institution)
    places = below(row, known)
    subgroups = [line for line in known if (line["institution_id"], line["group_id"]) in places]
    ids = [id_, *(line["group_id"] for line in subgroups)]
    items = page_tables.items(connection, of_institution, ids)
    tiles = page_tables.tiles(
        row["downloads_full"],
        row["views_full"],
        row["article_count_with_subgroups"],
        row["size_bytes_with_subgroups"],
        row["file_count_with_subgroups"],
        row["citations"],
    )
    tiles.append(Tile("Authors", cells.number(row["author_count_with_subgroups"]).text))
    people = queries.rows(connection, "pages/group_authors", institution_id=of_institution, group_ids=ids)
    facts = page_tables.facts(
        ("Figshare id", cells.words(id_)),
        ("Items in the group itself", cells.number(row["article_count"]) if subgroups else None),
        ("Latest in the group itself" if subgroups else "Latest", cells.day(row["last_published_on"])),
    )
    tables = [page_tables.people(people, links, "Authors", "authors")]
    if subgroups:
        tables.insert(0, page_tables.groups(subgroups, links, "Subgroups", row["level"] or 1))
    listed_at = page_tables.completed_at(connection, of_institution)
    return Page(
        kind="group",
        title=name_of("group", row),
        period="",
        way=page_tables.way_to_group(connection, row, known, links),
        facts=facts,
        as_of=page_tables.as_of(listed_at, row["usage_as_of"], row["usage_known_ratio"]),
        tiles=tuple(tiles),
        overview=scope_tables.overview(connection, scope_id),
        usage=page_usage.usage(connection, "group", id_, of_institution),
        sections=(
            (page_tables.top(items),),
            _licenses_and_funders(connection, scope_id),
            scope_tables.metadata(connection, of_institution, ids),
            tuple(tables),
            (page_tables.item_list(items, links),),
        ),
        notes=NOTES,
    )


def author(connection: duckdb.DuckDBPyConnection, row: dict[str, Any], links: Links) -> Page:
    """Returns the page of an author.

    Args:
        connection: where the reports are.
        row: their row of `reports.authors`.
        links: where other pages lie.
    """
    id_, orcid, variants = row["author_id"], row["orcid"], row["name_variants"]
    items = page_tables.items(connection, author_id=id_)
    figures = row["downloads_full"], row["views_full"], row["article_count"]
    tiles = page_tables.tiles(*figures, citations=row["citations"])
    tiles.append(Tile("Coauthors", cells.number(row["coauthor_count"]).text))
    coauthors = queries.rows(connection, "pages/author_coauthors", author_id=id_)
    main = cells.words(row["main_group_name"] or row["main_group_id"], links.group(row["main_group_id"]))
    facts = page_tables.facts(
        ("ORCID iD", cells.words(orcid, cells.orcid_address(orcid)) if orcid else None),
        ("Figshare id", cells.words(row["author_ids"])),
        ("Written as", cells.words(variants) if variants != row["full_name"] else None),
        ("Main group", main if row["main_group_id"] is not None else None),
        ("First published", cells.day(row["first_published_on"])),
        ("Latest", cells.day(row["last_published_on"])),
    )
    institutions = page_tables.institutions_of(connection, id_)
    listed_at = page_tables.completed_at(connection, *institutions)
    is_one = row["article_count"] == 1
    return Page(
        kind="author",
        title=name_of("author", row),
        period="",
        way=page_tables.way_to_author(connection, institutions, links),
        facts=facts,
        as_of=page_tables.as_of(listed_at, row["usage_as_of"], row["usage_known_ratio"]),
        tiles=tuple(tiles),
        overview=(),
        usage=page_usage.usage(connection, "author", id_, None),
        sections=(
            *(() if is_one else ((page_tables.top(items),),)),
            (page_tables.item_list(items, links),),
            (
                scope_tables.licenses(queries.rows(connection, "pages/author_licenses", author_id=id_)),
                scope_tables.funders(queries.rows(connection, "pages/author_funders", author_id=id_)),
            ),
            (
                page_tables.groups_of(connection, id_, links),
                page_tables.people(coauthors, links, "Coauthors", "coauthors"),
            ),
        ),
        notes=(
            *NOTES,
            "An author is one or several Figshare author ids with the same ORCID iD; none are joined by name.",
        ),
    )


def search(connection: duckdb.DuckDBPyConnection, row: dict[str, Any], links: Links) -> Page:
    """Returns the page of a search.

    Args:
        connection: where the reports are.
        row: its row of `reports.search_summary`.
        links: where other pages lie.
    """
    name = row["search"]
    items = page_tables.items(connection, search=name)
    ids = [line["article_id"] for line in queries.rows(connection, "pages/search_articles", search=name)]
    tiles = (
        Tile("Items found", cells.number(row["found_article_count"]).text),
        Tile("In a repository", cells.number(row["group_article_count"]).text, "of any institution"),
        Tile("Listed here", cells.number(row["listed_article_count"]).text, "by this repository"),
        Tile("Web sites", cells.number(row["host_count"]).text, "that show them"),
        Tile("Downloads", cells.number(row["downloads"]).text),
        Tile("Views", cells.number(row["views"]).text),
    )
    pending = row["unloaded_article_count"]
    facts = page_tables.facts(
        ("Looks for", cells.words(row["search_for"])),
        ("Still to be read", cells.number(pending) if pending else None),
    )
    return Page(
        kind="search",
        title=name_of("search", row),
        period="",
        way=(),
        facts=facts,
        as_of=page_tables.as_of(row["completed_at"], row["usage_as_of"], row["usage_known_ratio"]),
        tiles=tiles,
        overview=(),
        usage=page_usage.usage(connection, "article", ids, None),
        sections=(
            (page_tables.top(items),),
            _licenses_and_funders(connection, f"search {name}"),
            (page_tables.item_list(items, links),),
        ),
        notes=(
            *NOTES,
            "A search goes over all of Figshare; its usage by month and country is that of the items listed here.",
        ),
    )


def _licenses_and_funders(connection: duckdb.DuckDBPyConnection, scope_id: str) -> tuple[Table, Table]:
    return (
        scope_tables.licenses(queries.rows(connection, "pages/licenses", scope_id=scope_id)),
        scope_tables.funders(queries.rows(connection, "pages/funders", scope_id=scope_id)),
    )
