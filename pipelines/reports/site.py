"""A site of pages in a folder: the institution's as its index, one per group, and one per author with enough items."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb

from pipelines.errors import FigshareWarehouseError, UsageError
from pipelines.reports import pagedata
from pipelines.reports.files import write
from pipelines.reports.page import GENERATOR, SHARED, Page, render, shared_files
from pipelines.reports.pagetables import Links
from pipelines.reports.report import Report
from pipelines.reports.select import rows_of

_MARK = f'<meta name="generator" content="{GENERATOR}">'
_OURS = re.compile(r"(?:group|author)-\d+\.html")
_INDEX = "index.html"


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
) -> Site:
    """Writes the site, each file whole or not at all, the index last; the same data make the same bytes.

    Pages that an earlier run wrote of groups and authors that are no more are removed; other files are left alone.

    Args:
        connection: the published file.
        institution: the report of the institution.
        folder: where to; made when it is not there.
        min_items: how many items an author has at least who gets a page.
        step: told after each page of how many pages it is one.

    Raises:
        UsageError: the folder holds an index that is not ours.
        FigshareWarehouseError: the folder or a file cannot be written.
    """
    _check(folder)
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
    try:
        (folder / "assets").mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FigshareWarehouseError(f"The folder {folder} cannot be made: {error.strerror or error}.") from error
    size = 0

    def put(name: str, text: str) -> None:
        nonlocal size
        write(folder / name, text)
        size += len(text.encode("utf-8"))

    def put_page(name: str, page: Page) -> None:
        put(name, render(page, SHARED))

    for name, text in shared_files().items():
        put(name, text)
    total = len(groups) + len(authors) + 1
    for row in groups:
        put_page(group_pages[row["group_id"]], pagedata.group(connection, row, links))
        step(total)
    for row in authors:
        put_page(author_pages[row["author_id"]], pagedata.author(connection, row, links))
        step(total)
    put_page(_INDEX, pagedata.institution(connection, institution.headline, links))
    step(total)
    removed = _remove_others(folder, {*group_pages.values(), *author_pages.values()})
    return Site(folder / _INDEX, len(groups), len(authors), removed, size)


def _check(folder: Path) -> None:
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder} is a file: --output takes a folder.")
    index = folder / _INDEX
    if index.exists() and not _is_ours(index):
        raise UsageError(f"{index} was not made by figshare-warehouse, and is left alone: choose another --output.")


def _is_ours(path: Path) -> bool:
    with path.open(encoding="utf-8", errors="replace") as file:
        return _MARK in file.read(4096)


def _remove_others(folder: Path, kept: set[str]) -> int:
    named = [path for path in folder.iterdir() if _OURS.fullmatch(path.name) and path.name not in kept]
    gone = [path for path in named if _is_ours(path)]
    for path in gone:
        path.unlink()
    return len(gone)
