"""Articles in every state, as an administrator or their owner sees them: the list, and the detail of a working copy."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from figshare_warehouse.sources.figshare.client import FigshareClient
from figshare_warehouse.sources.figshare.facts import OFFSET_LIMIT, PAGE_SIZE
from figshare_warehouse.sources.figshare.internal.accounts import is_followed
from figshare_warehouse.sources.figshare.paging import LongListError, offset_pages
from figshare_warehouse.sources.figshare.records.values import to_timestamp
from figshare_warehouse.sources.http.errors import unusable

Record = dict[str, Any]

ARTICLES_PATH = "/account/institution/articles"
OWN_ARTICLES_PATH = "/account/articles"


def institution_article_pages(client: FigshareClient, expected: int = 0) -> Iterator[list[Record]]:
    """Yields the pages of the institution's articles in every state, the least recently modified first.

    Each page begins where the one before ended, by the date of the last change: what is changed while it is read comes
    again at the end, nothing is skipped, and no offset comes near its limit. An article can come twice.

    Args:
        client: asks Figshare, with an administrator's token.
        expected: how many there were the last time; with as many on a short page it is the last one.

    Raises:
        DeniedError: the token may not see them.
        LongListError: more were changed in one second, or have no date, than can be requested.
        RequestError: a page cannot be read; the list is incomplete then.
    """
    order: dict[str, str | int] = {"order": "modified_date", "order_direction": "asc", "limit": PAGE_SIZE}
    since, offset, count, longest = "", 0, 0, 0
    while True:
        params = {**order, "offset": offset} | ({"modified_since": since} if since else {})
        data = client.get("internal_articles", ARTICLES_PATH, params).data
        records = _records(client, data, ARTICLES_PATH)
        yield records
        count, longest = count + len(records), max(longest, len(records))
        if not is_followed(len(records), longest) or (len(records) < PAGE_SIZE and 0 < expected <= count):
            return
        # One second of overlap: whether modified_since includes its own second is not documented.
        last = to_timestamp(records[-1].get("modified_date"))
        begin = f"{last - timedelta(seconds=1):%Y-%m-%dT%H:%M:%SZ}" if last is not None and last.year > 1900 else ""
        if begin > since and _is_rising(records):
            since, offset = begin, 0
        else:
            # By what was received: a server that cuts its pages would leave gaps otherwise.
            offset += len(records)
        if offset + PAGE_SIZE > OFFSET_LIMIT:
            message = (
                f"{client.api_url}{ARTICLES_PATH} lists {OFFSET_LIMIT:,} articles at most that were changed in the "
                "same second or have no date, and there seem to be more: it cannot be read whole."
            )
            raise LongListError(message, ARTICLES_PATH, None, 1)


def own_article_pages(client: FigshareClient) -> Iterator[list[Record]]:
    """Yields the pages of the articles of the token's account; 9,000 at most, since it has no order and no filter.

    Raises:
        LongListError: after the last possible page, when it is full: there may be more.
        RequestError: a page cannot be read.
    """
    yield from offset_pages(client, "internal_own_articles", OWN_ARTICLES_PATH)


def private_article(client: FigshareClient, article_id: int) -> Record:
    """Returns the detail of an article's working copy.

    Raises:
        NotFoundError: there is no such article, or not for this token.
        DeniedError: the token may not see it.
        RequestError: it cannot be read.
    """
    record = client.get("internal_article", f"{OWN_ARTICLES_PATH}/{article_id}").data
    if not isinstance(record, dict) or record.get("id") != article_id:
        raise unusable(client.api_url, f"{OWN_ARTICLES_PATH}/ID", "answered with something that is not this article")
    return record


def _is_rising(records: list[Record]) -> bool:
    """Whether the dates of a page are in order, and none lacks: only then nothing earlier can follow."""
    dates = [to_timestamp(record.get("modified_date")) for record in records]
    known = [date for date in dates if date is not None]
    return len(known) == len(dates) and known == sorted(known)


def _records(client: FigshareClient, data: Any, path: str) -> list[Record]:
    if not isinstance(data, list) or not all(isinstance(record, dict) for record in data):
        raise unusable(client.api_url, path, "answered with something that is not a list of records")
    return data
