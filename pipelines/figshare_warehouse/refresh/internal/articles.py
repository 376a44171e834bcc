"""Reading articles in every state: the lists at each refresh, details of new and changed ones, and which are gone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import pyarrow as pa

from figshare_warehouse.refresh.internal.chunks import read_in_chunks
from figshare_warehouse.refresh.internal.gone import Missing, days_of_missing, find_gone
from figshare_warehouse.refresh.internal.marks import by_id, marked
from figshare_warehouse.refresh.internal.refusals import REFUSED_DAYS
from figshare_warehouse.refresh.internal.rights import Rights
from figshare_warehouse.refresh.run import Run
from figshare_warehouse.sources.figshare.api_version import ApiVersion
from figshare_warehouse.sources.figshare.client import FigshareClient
from figshare_warehouse.sources.figshare.internal.articles import (
    institution_article_pages,
    own_article_pages,
    private_article,
)
from figshare_warehouse.sources.figshare.records.arrow import DELETED, arrow_schema, computed_rows, records_table
from figshare_warehouse.sources.figshare.records.values import plain_text
from figshare_warehouse.tables.internal import ARTICLES, LISTED_ARTICLES

Record = dict[str, Any]

LISTED = tuple(column.name for column in LISTED_ARTICLES.columns if column.source)
"""What a list shows of an article, and is kept."""


def read_articles(run: Run, rights: Rights) -> None:
    """Reads the list of the institution's articles in every state, and finds out which are gone."""
    run.step("Listing the articles in every state")

    def pages(client: FigshareClient) -> Iterator[list[Record]]:
        return institution_article_pages(client, _version(run))

    _read_list(run, rights, "articles", pages)


def read_own_articles(run: Run, rights: Rights) -> None:
    """Reads the list of the articles of the token's account, and finds out which are gone."""
    run.step("Listing the articles of the token's account")

    def pages(client: FigshareClient) -> Iterator[list[Record]]:
        return own_article_pages(client, _version(run))

    _read_list(run, rights, "own articles", pages)


def read_article_details(run: Run, rights: Rights) -> None:
    """Reads the details that are due, and loads them in chunks."""
    due = run.ask(
        "internal/article_details_due",
        token_mark=rights.token_mark,
        started_at=run.started_at,
        max_age_days=run.settings.days("article_max_age"),
        undated_max_age_days=run.settings.days("undated_article_max_age"),
        refused_days=REFUSED_DAYS,
    )
    if not due:
        return
    run.step(f"Reading {len(due):,} articles as their owners see them")
    marks = {row["article_id"]: row for row in due}

    def load(found: Mapping[int, Record]) -> None:
        run.load({ARTICLES: [_details(run, list(found.values()), marks)]})

    read_in_chunks(run, rights, "article details", marks, _reader(run), load)


def _read_list(run: Run, rights: Rights, part: str, pages: Callable[[FigshareClient], Iterator[list[Record]]]) -> None:
    constants = {"part": part, "token_mark": rights.token_mark, "refresh_id": run.refresh_id}
    ids: set[int] = set()
    for page in pages(run.client):
        # Each page by itself: an article that comes again was changed in between, and the later one holds.
        records, read = by_id(page)
        ids |= read
        if records:
            rows = records_table(LISTED_ARTICLES, records, run.drift, {**constants, "seen_at": run.now()})
            run.load({LISTED_ARTICLES: [marked(rows, LISTED)]})
    rights.note_read(part, len(ids))
    run.load_kept()
    missing = run.ask(
        "internal/articles_missing",
        part=part,
        token_mark=rights.token_mark,
        refresh_id=run.refresh_id,
        started_at=run.started_at,
        **days_of_missing(run),
    )
    what = Missing("articles", part, len(ids), {row["article_id"]: row for row in missing})
    gone, found = find_gone(run, rights, what, _reader(run))
    if found:
        run.keep(ARTICLES, [_details(run, list(found.values()), what.rows)])
        ids_found = pa.table({"article_id": list(found)})
        missed = run.ask_arrow("internal/articles_missed", ids_found, part=part, now=run.now())
        run.keep(LISTED_ARTICLES, [missed.cast(arrow_schema(LISTED_ARTICLES))])
    if gone:
        _remove(run, part, gone)
    run.load_kept()


def _remove(run: Run, part: str, gone: Sequence[int]) -> None:
    """Notes that articles are gone, and removes their content.

    What an administrator does not find is gone for everybody. That another account does not have an article any more
    says nothing of one that the institution's list has.
    """
    rows = run.ask("internal/articles_in_lists", pa.table({"article_id": list(gone)}))
    is_administrator = part == "articles"
    held = set() if is_administrator else {row["article_id"] for row in rows if row["part"] == "articles"}
    left = [
        {**row, "refresh_id": run.refresh_id, "left_at": run.now()}
        for row in rows
        if is_administrator or row["part"] == part
    ]
    removed = [{"article_id": one, DELETED: True} for one in gone if one not in held]
    run.keep(LISTED_ARTICLES, [computed_rows(LISTED_ARTICLES, left)])
    run.keep(ARTICLES, [computed_rows(ARTICLES, removed)])


def _version(run: Run) -> ApiVersion:
    """The version of the API that the institution is on."""
    institution = run.settings.institution_id
    return "v2" if institution is None else run.versions.of(institution)


def _reader(run: Run) -> Callable[[FigshareClient, int], Record]:
    version = _version(run)

    def read(client: FigshareClient, article_id: int) -> Record:
        return private_article(client, article_id, run.versions, version)

    return read


def _details(run: Run, records: Sequence[Record], marks: Mapping[int, Mapping[str, Any]]) -> pa.Table:
    """Details as rows of `articles`; `marks` is what the list and the reviews showed of each, by its id."""
    now = run.now()
    rows = pa.concat_tables(
        records_table(
            ARTICLES,
            [one],
            run.drift,
            {name: marks[one["id"]][name] for name in ("listed_mark", "review_mark")} | {"fetched_at": now},
        )
        for one in records
    )
    place = rows.column_names.index("title_text")
    titles = pa.array([plain_text(title) for title in rows["title"].to_pylist()], pa.string())
    return rows.set_column(place, rows.field(place), titles)
