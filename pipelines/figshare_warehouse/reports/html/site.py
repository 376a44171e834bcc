"""A site of pages in a folder: the institution's as its index, one per group, and one per author with enough items."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb

from figshare_warehouse.outputs import Kind, folder_place
from figshare_warehouse.reports.files import OPTION, Output, checked, folder_made, write
from figshare_warehouse.reports.html import page_data
from figshare_warehouse.reports.html.page import SHARED, Page, render, shared_files
from figshare_warehouse.reports.html.page_tables import Links
from figshare_warehouse.reports.kinds import PAGE
from figshare_warehouse.reports.report import Report
from figshare_warehouse.reports.select import rows_of

_OURS = re.compile(r"(?:group|author)-\d+\.html")
_INDEX = "index.html"
_ASSETS = "assets"


@dataclass(frozen=True, slots=True)
class Site:
    """What was written.

    Attributes:
        index: the page to open.
        group_count: pages of groups.
        author_count: pages of authors.
        removed_count: pages of groups and authors that are no more, taken away.
        size_bytes: size of all the files.
    """

    index: Path
    group_count: int
    author_count: int
    removed_count: int
    size_bytes: int


def write_site(
    connection: duckdb.DuckDBPyConnection,
    institution: Report,
    folder: Path,
    min_items: int,
    step: Callable[[int], None] = lambda total: None,
    may_overwrite: bool = False,
) -> Site:
    """Writes the site, each file whole or not at all, the index last; the same data make the same bytes.

    Pages that an earlier run wrote of groups and authors that are no more are removed; other files are left alone.

    Args:
        connection: the published file.
        institution: the report of the institution.
        folder: where to; made when it is not there.
        min_items: how many items an author has at least who gets a page.
        step: told after each page of how many pages it is one.
        may_overwrite: whether files are replaced that are not of an earlier site.

    Raises:
        UsageError: a file would be replaced that is not of an earlier site, or the folder can be none.
        FigshareWarehouseError: the folder or a file cannot be written.
    """
    folder_place(folder, OPTION)
    folder_place(folder / _ASSETS, OPTION)
    id_ = institution.headline["institution_id"]
    its = "institution_id = ? and group_id is not null"
    groups = rows_of(connection, f"select * from reports.groups where {its} order by group_id", id_)
    theirs = "select author_id from reports.author_articles where institution_id = ?"
    authors = rows_of(
        connection,
        f"select * from reports.authors where author_id in ({theirs}) and article_count >= ? order by author_id",
        id_,
        min_items,
    )
    # Names of files are made of ids only: names of people and groups are anybody's text.
    group_pages = {row["group_id"]: f"group-{row['group_id']}.html" for row in groups}
    author_pages = {row["author_id"]: f"author-{row['author_id']}.html" for row in authors}
    links = Links(group_pages.get, author_pages.get, _INDEX, min_items)
    shared = shared_files()
    asset = _asset_kind(folder, shared)
    for name in (*shared, *group_pages.values(), *author_pages.values(), _INDEX):
        path = folder / name
        if path.parent.is_dir():
            checked(Output(path, asset if name in shared else PAGE), may_overwrite)
    size = 0

    def put(name: str, text: str, kind: Kind = PAGE) -> None:
        nonlocal size
        write(folder / name, text, kind, may_overwrite)
        size += len(text.encode("utf-8"))

    def put_page(name: str, page: Page) -> None:
        put(name, render(page, SHARED))

    with folder_made(folder, with_parents=True), folder_made(folder / _ASSETS):
        for name, text in shared.items():
            put(name, text, asset)
        total = len(groups) + len(authors) + 1
        for row in groups:
            put_page(group_pages[row["group_id"]], page_data.group(connection, row, links))
            step(total)
        for row in authors:
            put_page(author_pages[row["author_id"]], page_data.author(connection, row, links))
            step(total)
        put_page(_INDEX, page_data.institution(connection, institution.headline, links))
        step(total)
        removed = _remove_others(folder, {*group_pages.values(), *author_pages.values()})
    return Site(folder / _INDEX, len(groups), len(authors), removed, size)


def _asset_kind(folder: Path, shared: Mapping[str, str]) -> Kind:
    """The files that pages share bear no mark: they are ours beside pages of ours, or where they are just the same."""
    pages = [folder / _INDEX, *(path for path in (folder.iterdir() if folder.is_dir() else ()) if _is_named(path))]
    is_site = any(path.is_file() and PAGE.is_ours(path) for path in pages)

    def is_ours(path: Path) -> bool:
        texts = (text for name, text in shared.items() if path.name == Path(name).name)
        return is_site or any(path.read_bytes() == text.encode() for text in texts)

    return Kind("a file of a site", is_ours)


def _is_named(path: Path) -> bool:
    return bool(_OURS.fullmatch(path.name))


def _remove_others(folder: Path, kept: set[str]) -> int:
    named = [path for path in folder.iterdir() if _is_named(path) and path.name not in kept]
    gone = [path for path in named if path.is_file() and PAGE.is_ours(path)]
    for path in gone:
        path.unlink()
    return len(gone)
