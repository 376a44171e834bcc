"""Articles in every state and reviews, as the sandbox has them and as a warehouse does."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import orjson

from figshare_sandbox import Sandbox
from figshare_sandbox.api import formats
from figshare_warehouse.refresh import Outcome
from tests.support import requests_of, rows

Rows = list[tuple[Any, ...]]

_LISTS = ("authors", "categories", "tags", "funding_list", "references", "related_materials", "custom_fields", "files")
_PLAIN = ("title", "description", "status", "curation_status", "version", "size", "embargo_type", "is_public")
_DATES = ("created_date", "modified_date", "published_date")


def internal_requests(outcome: Outcome) -> dict[str, int]:
    """How many requests of each kind for internal records a refresh made."""
    return {kind: count for kind, count in requests_of(outcome).items() if kind.startswith("internal")}


def articles_of(sandbox: Sandbox, account_id: int | None = None) -> Rows:
    """The articles that an administrator sees, or those of one account."""
    found = []
    for number in sandbox.world.administration.article_ids(account_id):
        record = formats.private(sandbox.world, sandbox.world.items[number])
        lists = [None if record.get(name) is None else orjson.dumps(record[name]).decode() for name in _LISTS]
        values = [record["account_id"], record["group_id"] or None, *(record.get(name) for name in _PLAIN)]
        found.append((number, *values, *(_moment(record[name]) for name in _DATES), *lists))
    return found


def articles_in(warehouse: Path) -> Rows:
    """The articles of a warehouse, likewise."""
    names = ["article_id", "account_id", "group_id", *_PLAIN, *_DATES]
    names += ["reference_list" if name == "references" else name for name in _LISTS]
    return rows(warehouse, f"select {', '.join(names)} from figshare_internal.articles order by article_id")


def reviews_of(sandbox: Sandbox) -> Rows:
    """The reviews as the sandbox has them."""
    names = ("id", "article_id", "account_id", "assigned_to", "group_id", "version", "request_number", "status",
             "comments_count", "resolution_comment")  # fmt: skip
    dates = ("created_date", "modified_date", "review_date")
    return sorted(
        (*(review[name] for name in names), *(_moment(review[name]) for name in dates))
        for review in sandbox.world.reviews
    )


def reviews_in(warehouse: Path) -> Rows:
    """The reviews of a warehouse that are not gone, likewise."""
    return rows(
        warehouse,
        "select review_id, article_id, account_id, assigned_to, group_id, version, request_number, status, "
        "comments_count, resolution_comment, created_date, modified_date, review_date from figshare_internal.reviews "
        "where left_at is null order by review_id",
    )


def comments_of(sandbox: Sandbox) -> Rows:
    """The comments as the sandbox has them."""
    return sorted(
        (number, one["id"], one["account_id"], one["type"], one["text"], _moment(one["created_date"]))
        for number, comments in sandbox.world.administration.curation.comments.items()
        for one in comments
    )


def comments_in(warehouse: Path) -> Rows:
    """The comments of a warehouse, likewise."""
    return rows(
        warehouse,
        "select review_id, comment_id, account_id, comment_type, comment_text, created_date "
        "from figshare_internal.review_comments order by review_id, comment_id",
    )


def is_true(sandbox: Sandbox, warehouse: Path) -> bool:
    """Whether a warehouse has the articles, reviews and comments that an administrator sees, and no others."""
    assert articles_in(warehouse) == articles_of(sandbox)
    assert reviews_in(warehouse) == reviews_of(sandbox)
    assert comments_in(warehouse) == comments_of(sandbox)
    return True


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text.removesuffix("Z")) if text else None
