"""Articles in every state, as an administrator or their owner sees them: the list, and the detail of a working copy."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from figshare_warehouse.sources.figshare.api_version import SERVICES, ApiVersion, Versions
from figshare_warehouse.sources.figshare.client import FigshareClient
from figshare_warehouse.sources.figshare.facts import OFFSET_LIMIT, PAGE_SIZE
from figshare_warehouse.sources.figshare.internal.accounts import is_followed
from figshare_warehouse.sources.figshare.paging import LongListError, offset_pages
from figshare_warehouse.sources.figshare.records.itemtype import flat, has_fields, light
from figshare_warehouse.sources.figshare.records.values import to_timestamp
from figshare_warehouse.sources.http.errors import unusable

Record = dict[str, Any]

NAMES: dict[ApiVersion, str] = {"v2": "articles", "v3": "items"}
"""What each version of the API calls articles, in its paths."""


def institution_article_pages(client: FigshareClient, version: ApiVersion = "v2") -> Iterator[list[Record]]:
    """Yields the pages of the institution's articles in every state, the least recently modified first.

    Each page begins where the one before ended, by the date of the last change: what is changed while it is read comes
    again at the end, nothing is skipped, and no offset comes near its limit. An article can come twice.

    Args:
        client: asks Figshare, with an administrator's token.
        version: the version of the API that the institution is on. Records are in v2's shape.

    Raises:
        DeniedError: the token may not see them.
        LongListError: more were changed in one second, or have no date, than can be requested.
        RequestError: a page cannot be read; the list is incomplete then.
    """
    path, service = f"/account/institution/{NAMES[version]}", SERVICES[version]
    order: dict[str, str | int] = {"order": "modified_date", "order_direction": "asc", "limit": PAGE_SIZE}
    since, offset, longest = "", 0, 0
    while True:
        params = {**order, "offset": offset} | ({"modified_since": since} if since else {})
        data = client.get("internal_articles", path, params, service=service).data
        records = _records(client, data, path)
        yield records
        longest = max(longest, len(records))
        if not is_followed(len(records), longest):
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
                f"{client.base_url(service)}{path} lists {OFFSET_LIMIT:,} articles at most that were changed in the "
                "same second or have no date, and there seem to be more: it cannot be read whole."
            )
            raise LongListError(message, path, None, 1)


def own_article_pages(client: FigshareClient, version: ApiVersion = "v2") -> Iterator[list[Record]]:
    """Yields the pages of the articles of the token's account; 9,000 at most, since it has no order and no filter.

    Raises:
        LongListError: after the last possible page, when it is full: there may be more.
        RequestError: a page cannot be read.
    """
    for page in offset_pages(client, "internal_own_articles", f"/account/{NAMES[version]}", SERVICES[version]):
        yield [light(record) for record in page]


def private_article(client: FigshareClient, article_id: int, versions: Versions, version: ApiVersion) -> Record:
    """Returns the detail of an article's working copy, in v2's shape.

    Args:
        client: asks Figshare.
        article_id: the article.
        versions: knows the institution's fields.
        version: the version of the API to ask.

    Raises:
        NotFoundError: there is no such article, or not for this token.
        DeniedError: the token may not see it.
        RequestError: it cannot be read.
    """
    path, service = f"/account/{NAMES[version]}", SERVICES[version]
    record = client.get("internal_article", f"{path}/{article_id}", service=service).data
    if not isinstance(record, dict) or record.get("id") != article_id:
        raise unusable(client.base_url(service), f"{path}/ID", "answered with something that is not this article")
    made = flat(record, versions.catalogue) if has_fields(record) else record
    return made if isinstance(made, dict) else record


def _is_rising(records: list[Record]) -> bool:
    """Whether the dates of a page are in order, and none lacks: only then nothing earlier can follow."""
    dates = [to_timestamp(record.get("modified_date")) for record in records]
    known = [date for date in dates if date is not None]
    return len(known) == len(dates) and known == sorted(known)


def _records(client: FigshareClient, data: Any, path: str) -> list[Record]:
    if not isinstance(data, list) or not all(isinstance(record, dict) for record in data):
        raise unusable(client.api_url, path, "answered with something that is not a list of records")
    return [light(record) for record in data]
