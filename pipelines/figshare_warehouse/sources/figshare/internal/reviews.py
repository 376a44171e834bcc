"""Reviews and their comments. Both are lists, though Figshare's description has one object (July 2026)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from figshare_warehouse.sources.figshare.client import FigshareClient
from figshare_warehouse.sources.figshare.facts import OFFSET_LIMIT, PAGE_SIZE
from figshare_warehouse.sources.figshare.internal.accounts import is_followed
from figshare_warehouse.sources.figshare.paging import LongListError
from figshare_warehouse.sources.http.errors import RequestError, unusable

Record = dict[str, Any]

REVIEWS_PATH = "/account/institution/reviews"
REVIEW_PATH = "/account/institution/review"
STATUSES = ("pending", "approved", "rejected", "closed")


def review_pages(client: FigshareClient, groups: Sequence[int] = (), expected: int = 0) -> Iterator[list[Record]]:
    """Yields the pages of the institution's reviews. A review can come twice.

    The list takes offsets only, and these end at 9,000. A longer list is read once for each status, and a status that
    is still too long once for each group.

    Args:
        client: asks Figshare, with an administrator's token.
        groups: the institution's groups.
        expected: how many there were the last time; too many for one list are read by status at once.

    Raises:
        DeniedError: the token may not see them.
        LongListError: one status of one group has more than can be requested; all others were yielded.
        RequestError: a page cannot be read; the list is incomplete then.
    """
    if expected < OFFSET_LIMIT:
        try:
            yield from _pages(client, {})
            return
        except LongListError:
            pass
    too_long: LongListError | None = None
    for status in STATUSES:
        try:
            yield from _pages(client, {"status": status})
            continue
        except LongListError as error:
            too_long = too_long if groups else error
        for group in groups:
            try:
                yield from _pages(client, {"status": status, "group_id": group})
            except LongListError as error:
                too_long = error
    if too_long is not None:
        raise too_long


def review(client: FigshareClient, review_id: int) -> Record:
    """Returns one review, with the article as it was submitted.

    Raises:
        NotFoundError: there is no such review, or not for this token.
        DeniedError: the token may not see it.
        RequestError: it cannot be read.
    """
    record = client.get("internal_review", f"{REVIEW_PATH}/{review_id}").data
    if not isinstance(record, dict) or record.get("id") != review_id:
        raise unusable(client.api_url, f"{REVIEW_PATH}/ID", "answered with something that is not this review")
    return _as_v2(record)


def review_comments(client: FigshareClient, review_id: int) -> list[Record]:
    """Returns all comments of a review, each once; errors as `review`."""
    path = f"{REVIEW_PATH}/{review_id}/comments"
    found: dict[Any, Record] = {}
    for page in _pages(client, {}, "internal_review_comments", path):
        found |= {str(record.get("id")): record for record in page}
    return list(found.values())


def _pages(
    client: FigshareClient,
    filters: Mapping[str, str | int],
    kind: str = "internal_reviews",
    path: str = REVIEWS_PATH,
) -> Iterator[list[Record]]:
    offset = longest = 0
    while True:
        try:
            data = client.get(kind, path, {**filters, "limit": PAGE_SIZE, "offset": offset}).data
        except RequestError as error:
            # Where offsets end is documented in several ways: 1,000, 5,000 and 9,000.
            if error.status != 422 or not offset:
                raise
            raise _too_long(client, offset) from error
        if not isinstance(data, list) or not all(isinstance(record, dict) for record in data):
            shown = REVIEWS_PATH if path == REVIEWS_PATH else f"{REVIEW_PATH}/ID/comments"
            raise unusable(client.api_url, shown, "answered with something that is not a list of records")
        yield [_as_v2(record) for record in data]
        offset, longest = offset + len(data), max(longest, len(data))
        if not is_followed(len(data), longest):
            return
        if offset + PAGE_SIZE > OFFSET_LIMIT:
            raise _too_long(client, offset)


def _as_v2(record: Record) -> Record:
    """The record with its article under v2's name, which v3 calls an item."""
    if "item_id" not in record:
        return record
    return {"article_id" if name == "item_id" else name: value for name, value in record.items()}


def _too_long(client: FigshareClient, offset: int) -> LongListError:
    message = (
        f"{client.api_url}{REVIEWS_PATH} gives {offset:,} reviews at most at a time, and a status of a group has more: "
        "the reviews cannot be read whole."
    )
    return LongListError(message, REVIEWS_PATH, None, 1)
