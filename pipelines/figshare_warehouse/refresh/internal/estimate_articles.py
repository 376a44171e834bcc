"""How many requests for articles in every state, and for reviews, are due."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

import duckdb

from figshare_warehouse.refresh.internal.refusals import REFUSED_DAYS
from figshare_warehouse.refresh.plan_lines import Planned
from figshare_warehouse.settings import FigshareSettings
from figshare_warehouse.sources.figshare.facts import OFFSET_LIMIT, PAGE_SIZE
from figshare_warehouse.sources.figshare.internal.accounts import page_count
from figshare_warehouse.sources.figshare.internal.reviews import STATUSES
from figshare_warehouse.warehouse import store


def planned_articles(
    connection: duckdb.DuckDBPyConnection, settings: FigshareSettings, parts: Collection[str], mark: str, now: datetime
) -> list[Planned]:
    """Returns the requests for articles and reviews that a refresh will make.

    Args:
        connection: the warehouse.
        settings: what is loaded.
        parts: the parts that are read.
        mark: the mark of the token.
        now: the time of the plan (UTC).
    """
    planned = []
    for part, kind in (("own articles", "internal_own_articles"), ("articles", "internal_articles")):
        if part in parts:
            [listed] = store.ask(connection, "internal/articles_listed", part=part, token_mark=mark)
            planned.append(_list(kind, listed["article_count"], f"{part} in every state"))
    if "reviews" in parts:
        [listed] = store.ask(connection, "internal/reviews_listed", token_mark=mark)
        planned.append(_list("internal_reviews", listed["review_count"], "reviews"))
    if "review comments" in parts:
        asked: dict[str, Any] = {"token_mark": mark, "started_at": now, "refused_days": REFUSED_DAYS}
        rows = store.ask(connection, "internal/review_comments_due", **asked)
        due = sum(row["comments_count"] != 0 for row in rows)
        planned += _each("internal_review_comments", due, "reviews", "reviews" in parts)
    if "article details" in parts:
        rows = store.ask(
            connection,
            "internal/article_details_due",
            token_mark=mark,
            started_at=now,
            max_age_days=settings.days("article_max_age"),
            undated_max_age_days=settings.days("undated_article_max_age"),
            refused_days=REFUSED_DAYS,
        )
        planned += _each("internal_article", len(rows), "articles", not {"articles", "own articles"}.isdisjoint(parts))
    return planned


def _list(kind: str, count: int, what: str) -> Planned:
    if not count:
        return Planned(kind, 1, "estimated", f"{what}: one per {PAGE_SIZE:,}")
    pages = page_count(count)
    if kind == "internal_reviews" and count >= OFFSET_LIMIT:
        # One list for each status.
        pages += len(STATUSES)
    return Planned(kind, pages, "estimated", f"{what}: {count:,} last time")


def _each(kind: str, due: int, what: str, is_listed_first: bool) -> list[Planned]:
    planned = [Planned(kind, due, "due", f"of {what} that are new or changed")] if due else []
    later = [Planned(kind, None, "known when listed", f"one per new or changed {what[:-1]}")] if is_listed_first else []
    return [*planned, *later]
