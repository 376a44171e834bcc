"""Reading reviews: the list at each refresh, comments of those that changed, and which are gone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from figshare_warehouse.refresh.internal.chunks import read_in_chunks
from figshare_warehouse.refresh.internal.gone import Missing, days_of_missing, find_gone
from figshare_warehouse.refresh.internal.marks import by_id, marked
from figshare_warehouse.refresh.internal.refusals import REFUSED_DAYS
from figshare_warehouse.refresh.internal.rights import Rights
from figshare_warehouse.refresh.run import Run
from figshare_warehouse.sources.figshare.internal.reviews import review, review_comments, review_pages
from figshare_warehouse.sources.figshare.records.arrow import DELETED, computed_rows, records_table
from figshare_warehouse.tables.internal import REVIEW_COMMENT_READINGS, REVIEW_COMMENTS, REVIEWS

Record = dict[str, Any]

CHANGED = ("status", "comments_count", "modified_date")
"""What the list shows of a review when its comments changed."""


def read_reviews(run: Run, rights: Rights) -> None:
    """Reads the list of reviews, and finds out which are gone."""
    run.step("Listing the reviews")
    [known] = run.ask("internal/reviews_listed", token_mark=rights.token_mark)
    groups = [row["group_id"] for row in run.ask("internal/groups_of_reviews")]
    ids: set[int] = set()
    for page in review_pages(run.client, groups, known["review_count"]):
        # Each page by itself: a review that comes again was changed in between, and the later one holds.
        records, read = by_id(page)
        ids |= read
        if records:
            _load(run, rights, records)
    rights.note_read("reviews", len(ids))
    run.load_kept()
    missing = run.ask(
        "internal/reviews_missing",
        token_mark=rights.token_mark,
        refresh_id=run.refresh_id,
        started_at=run.started_at,
        **days_of_missing(run),
    )
    what = Missing("reviews", "reviews", len(ids), {row["review_id"]: row for row in missing})
    gone, found = find_gone(run, rights, what, review)
    if found:
        _load(run, rights, [_as_listed(record) for record in found.values()], missed_at=run.now())
    if gone:
        rows = [{"review_id": one, "token_mark": rights.token_mark, "left_at": run.now(),
                 "refresh_id": run.refresh_id} for one in gone]  # fmt: skip
        removed = [{"review_id": one, DELETED: True} for one in gone]
        run.keep(REVIEWS, [computed_rows(REVIEWS, rows)])
        run.keep(REVIEW_COMMENTS, [computed_rows(REVIEW_COMMENTS, [{**one, "comment_id": 0} for one in removed])])
        run.keep(REVIEW_COMMENT_READINGS, [computed_rows(REVIEW_COMMENT_READINGS, removed)])
        run.load_kept()


def read_review_comments(run: Run, rights: Rights) -> None:
    """Reads the comments of the reviews whose comments changed, and loads them in chunks."""
    due = run.ask(
        "internal/review_comments_due",
        token_mark=rights.token_mark,
        started_at=run.started_at,
        refused_days=REFUSED_DAYS,
    )
    marks = {row["review_id"]: row["listed_mark"] for row in due}
    without = {row["review_id"] for row in due if row["comments_count"] == 0}
    asked = {row["review_id"]: row for row in due if row["review_id"] not in without}

    def load(found: Mapping[int, list[Record]]) -> None:
        now = run.now()
        rows = [
            records_table(REVIEW_COMMENTS, comments, run.drift, {"review_id": id_})
            for id_, comments in found.items()
            if comments
        ]
        none = [{"review_id": id_, "comment_id": 0, DELETED: True} for id_, comments in found.items() if not comments]
        readings = [
            {"review_id": id_, "comment_count": len(comments), "listed_mark": marks[id_], "read_at": now}
            for id_, comments in found.items()
        ]
        run.load(
            {
                REVIEW_COMMENTS: [*rows, computed_rows(REVIEW_COMMENTS, none)],
                REVIEW_COMMENT_READINGS: [computed_rows(REVIEW_COMMENT_READINGS, readings)],
            }
        )

    if without:
        # The list says that there are none: that is not asked again.
        load({id_: [] for id_ in without})
    if asked:
        run.step(f"Reading the comments of {len(asked):,} reviews")
        read_in_chunks(run, rights, "review comments", asked, review_comments, load)


def _load(run: Run, rights: Rights, records: Sequence[Record], missed_at: datetime | None = None) -> None:
    constants = {"token_mark": rights.token_mark, "seen_at": run.now(), "refresh_id": run.refresh_id}
    constants |= {"missed_at": missed_at}
    rows = records_table(REVIEWS, records, run.drift, constants)
    run.load({REVIEWS: [marked(rows, CHANGED)]})


def _as_listed(record: Record) -> Record:
    """A review's detail without the article, as the list has it."""
    return {name: value for name, value in record.items() if name != "item"}
