"""A site of pages in a folder: the institution's as the index, one per group, and one per author with enough items."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from figshare_warehouse.models import queries
from figshare_warehouse.outputs import Kind, folder_place
from figshare_warehouse.periods import Period
from figshare_warehouse.reports.html import page_data
from figshare_warehouse.reports.html.page import SHARED, render, shared_files
from figshare_warehouse.reports.html.page_tables import Links
from figshare_warehouse.reports.kinds import PAGE
from figshare_warehouse.reports.report import Report
from figshare_warehouse.reports.report_files import OPTION, Output, checked, folder_made, write

_OURS = re.compile(r"(?:group|author)-\d+\.html")
_INDEX = "index.html"
_ASSETS = "assets"


@dataclass(frozen=True, slots=True)
class Site:
    """The result of writing a site.

    Attributes:
        index: the page to open.
        group_count: number of group pages.
        author_count: number of author pages.
        removed_count: number of removed pages, of groups and authors that no longer exist.
        size_bytes: size of all files.
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
    period: Period | None = None,
) -> Site:
    """Writes the site, each file whole or not at all, the index last. The same data give the same bytes.

    Earlier pages of groups and authors that no longer exist are removed; other files are left alone.

    Args:
        connection: the published file.
        institution: the report of the institution, of all time.
        folder: the folder; created if needed.
        min_items: fewest items of an author with a page.
        step: called after each page with the total number of pages.
        may_overwrite: whether files that are not of an earlier site may be replaced.
        period: what the pages are about; None for all time.

    Raises:
        UsageError: a file that is not of an earlier site would be replaced, or the path cannot be a folder.
        FigshareWarehouseError: the folder or a file cannot be written.
    """
    folder_place(folder, OPTION)
    folder_place(folder / _ASSETS, OPTION)
    id_ = institution.headline["institution_id"]
    known = queries.rows(connection, "pages/institution_groups", institution_id=id_)
    groups = [row for row in known if row["group_id"] is not None]
    authors = queries.rows(connection, "pages/institution_authors", institution_id=id_, least=min_items)
    # File names are made from ids only, since names of people and groups are foreign text.
    group_pages = {row["group_id"]: f"group-{row['group_id']}.html" for row in groups}
    author_pages = {row["author_id"]: f"author-{row['author_id']}.html" for row in authors}
    links = Links(group_pages.get, author_pages.get, _INDEX, min_items)
    shared = shared_files()
    asset = _asset_kind(folder, shared)
    for name in (*shared, *group_pages.values(), *author_pages.values(), _INDEX):
        path = folder / name
        if path.parent.is_dir():
            checked(Output(path, asset if name in shared else PAGE), may_overwrite)
    size, total = 0, len(groups) + len(authors) + 1

    def put(name: str, text: str, kind: Kind = PAGE) -> None:
        nonlocal size
        write(folder / name, text, kind, may_overwrite)
        size += len(text.encode("utf-8"))

    def put_page(name: str, kind: str, row: dict[str, Any]) -> None:
        put(name, render(page_data.made(connection, kind, row, links, period), SHARED))
        step(total)

    with folder_made(folder, with_parents=True), folder_made(folder / _ASSETS):
        for name, text in shared.items():
            put(name, text, asset)
        for row in groups:
            put_page(group_pages[row["group_id"]], "group", row)
        for row in authors:
            put_page(author_pages[row["author_id"]], "author", row)
        put_page(_INDEX, "institution", institution.headline)
        removed = _remove_others(folder, {*group_pages.values(), *author_pages.values()})
    return Site(folder / _INDEX, len(groups), len(authors), removed, size)


def _asset_kind(folder: Path, shared: Mapping[str, str]) -> Kind:
    """Shared files have no mark: they are ours beside pages of ours, or where the content is the same."""
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
