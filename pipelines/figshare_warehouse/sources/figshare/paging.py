"""Pages, cursors and windows: every article, collection or project of a listing, however long it is.

A listing has no total, and a page shorter than requested need not be the last one: items can be hidden after paging,
and a server can cut its pages. So a listing is read until its cursor is gone, or until nothing new follows; an empty
page after a full one is requested again before it is believed. Offsets end at 9,000 entities; `X-Cursor` is followed
where there is one, otherwise windows of dates. Source: Figshare's OpenAPI description v2.0 (July 2026) and observed
answers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from figshare_warehouse.sources.figshare.client import FigshareClient
from figshare_warehouse.sources.figshare.facts import OFFSET_LIMIT, PAGE_SIZE
from figshare_warehouse.sources.figshare.records.values import to_timestamp
from figshare_warehouse.sources.http.errors import RequestError, unusable
from figshare_warehouse.sources.http.responses import Answer
from figshare_warehouse.sources.http.retries import Service

MOST_REPEATED_PAGES = 3
"""So many repeated pages in a row mean that the cursor leads in a circle."""

Record = dict[str, Any]
_Ask = Callable[[Mapping[str, str | int], str | None], Answer]
_Rest = Callable[[Mapping[str, str | int], list[Record]], Iterator[list[Record]]]


class LongListError(RequestError):
    """A list has at least as many entries as can be requested."""


def article_pages(client: FigshareClient, filters: Mapping[str, str | int]) -> Iterator[list[Record]]:
    """Yields the pages of `GET /articles`, oldest publication first.

    An article can come twice when pages move while they are read. None that stays public all the time is left out.

    Args:
        client: asks Figshare.
        filters: query parameters such as `institution` and `group`.

    Raises:
        RequestError: a page cannot be read; the listing is incomplete then.
    """

    def ask(params: Mapping[str, str | int], cursor: str | None) -> Answer:
        return client.get("listing", "/articles", {**filters, **params}, cursor)

    return _listing(ask, client.api_url, "/articles")


def search_pages(client: FigshareClient, filters: Mapping[str, str | int]) -> Iterator[list[Record]]:
    """Yields the pages of `POST /articles/search`, oldest publication first.

    An article can come twice; real searches repeat some on several pages, too.

    Args:
        client: asks Figshare.
        filters: the search's body: `search_for` and other filters.

    Raises:
        RequestError: a page cannot be read; the listing is incomplete then.
    """

    def ask(params: Mapping[str, str | int], cursor: str | None) -> Answer:
        return client.post("search", "/articles/search", {**filters, **params}, cursor)

    return _listing(ask, client.api_url, "/articles/search")


def item_pages(client: FigshareClient, filters: Mapping[str, str | int]) -> Iterator[list[Record]]:
    """Yields the pages of API v3's `GET /items`, oldest publication first; errors as `article_pages`.

    It had no cursor in July 2026, and it has no filter by date. So what follows a page without a cursor, and what was
    published or modified since a date, is read through `POST /items/search`, which takes dates.
    """
    base_url = client.base_url("v3")

    def ask(params: Mapping[str, str | int], cursor: str | None) -> Answer:
        # What v3 calls `posted_date` here is `published_date` in its records, and in its search.
        query = {**filters, **params, "order": "posted_date"}
        return client.get("listing", "/items", query, cursor, service="v3")

    def search(params: Mapping[str, str | int], cursor: str | None) -> Answer:
        return client.post("listing", "/items/search", {**filters, **params}, cursor, service="v3")

    def rest(order: Mapping[str, str | int], records: list[Record]) -> Iterator[list[Record]]:
        if len(records) < PAGE_SIZE and not _records(ask({**order, "offset": len(records)}, None), base_url, "/items"):
            return
        yield from _listing(search, base_url, "/items/search")

    if {"published_since", "modified_since"}.isdisjoint(filters):
        yield from _listing(ask, base_url, "/items", rest=rest)
    else:
        yield from _listing(search, base_url, "/items/search")


def item_search_pages(
    client: FigshareClient, filters: Mapping[str, str | int], is_expected: bool
) -> Iterator[list[Record]]:
    """Yields the pages of API v3's `POST /items/search`, as `search_pages`.

    Args:
        client: asks Figshare.
        filters: the search's body.
        is_expected: whether it is known to find something: an empty first page is asked for again then.
    """

    def ask(params: Mapping[str, str | int], cursor: str | None) -> Answer:
        return client.post("search", "/items/search", {**filters, **params}, cursor, service="v3")

    return _listing(ask, client.base_url("v3"), "/items/search", is_expected=is_expected)


def entity_pages(
    client: FigshareClient,
    kind: str,
    path: str,
    filters: Mapping[str, str | int],
    is_expected: bool,
    service: Service,
    answered: Callable[[Answer], None],
) -> Iterator[list[Record]]:
    """Yields the pages of a listing of collections or projects, oldest publication first; errors as `article_pages`.

    Args:
        client: asks Figshare.
        kind: the kind of request.
        path: `/collections` or `/projects`.
        filters: query parameters such as `institution` and `group`.
        is_expected: whether it is known to show something: an empty first page is asked for again then.
        service: the version of the API that is asked.
        answered: called with each answer.
    """

    def ask(params: Mapping[str, str | int], cursor: str | None) -> Answer:
        answer = client.get(kind, path, {**filters, **params}, cursor, service=service)
        answered(answer)
        return answer

    return _listing(ask, client.base_url(service), path, is_expected=is_expected)


def offset_pages(client: FigshareClient, kind: str, path: str, service: Service = "api") -> Iterator[list[Record]]:
    """Yields the pages of a list without a cursor, such as the files of an article; 9,000 entries at most.

    Raises:
        LongListError: after the last possible page, when it is full: there may be more.
        RequestError: a page cannot be read.
    """
    page = 1
    while True:
        answer = client.get(kind, path, {"page": page, "page_size": PAGE_SIZE}, service=service)
        records = _records(answer, client.base_url(service), path)
        yield records
        if len(records) < PAGE_SIZE:
            return
        page += 1
        if page * PAGE_SIZE > OFFSET_LIMIT:
            message = (
                f"{client.base_url(service)}{path} lists {OFFSET_LIMIT:,} entries at most, and there seem to be more."
            )
            raise LongListError(message, path, None, 1)


def _listing(
    ask: _Ask, base_url: str, path: str, rest: _Rest | None = None, is_expected: bool = True
) -> Iterator[list[Record]]:
    """All pages of a listing; `rest` reads on from a page that came without a cursor, by default in windows."""
    go_on = rest or partial(_window_pages, ask, base_url, path)
    order: dict[str, str | int] = {"order": "published_date", "order_direction": "asc", "limit": PAGE_SIZE}
    answer = ask(order, None)
    records = _records(answer, base_url, path)
    if not records and is_expected:
        answer = ask(order, None)
        records = _records(answer, base_url, path)
    yield records
    if not records:
        return
    if answer.cursor:
        yield from _cursor_pages(ask, base_url, path, order, records, answer.cursor, go_on)
    else:
        yield from go_on(order, records)


def _cursor_pages(
    ask: _Ask,
    base_url: str,
    path: str,
    order: Mapping[str, str | int],
    records: list[Record],
    cursor: str,
    go_on: _Rest,
) -> Iterator[list[Record]]:
    seen = {_page_mark(records)}
    sizes = [len(records)]
    empty_pages, repeated_pages = 0, 0
    while True:
        answer = ask(order, cursor)
        records = _records(answer, base_url, path)
        if records:
            page = _page_mark(records)
            repeated_pages = repeated_pages + 1 if page in seen else 0
            seen.add(page)
            if repeated_pages == MOST_REPEATED_PAGES:
                raise unusable(base_url, path, "gives the same entries again and again: it has no end")
            yield records
            sizes.append(len(records))
            if not answer.cursor:
                # Some servers omit the cursor at the end, but after a full page that is uncertain.
                if len(records) == PAGE_SIZE:
                    yield from go_on(order, records)
                return
            empty_pages, cursor = 0, answer.cursor
            continue
        if _ends_short(sizes):
            return
        # The same cursor again: a page that is empty by mistake must not skip articles.
        empty_pages += 1
        if empty_pages == 2 and answer.cursor and answer.cursor != cursor:
            cursor = answer.cursor
        elif empty_pages >= 2:
            return


_EARLIEST = datetime(1900, 1, 1)
"""No publication is older; earlier dates may be out of range or lack four digits."""


def _window_pages(
    ask: _Ask, base_url: str, path: str, order: Mapping[str, str | int], records: list[Record]
) -> Iterator[list[Record]]:
    """Continues from each page's last publication date, so that changes before it shift nothing."""
    since: datetime | None = None
    offset, empty_pages, repeated_pages = 0, 0, 0
    sizes, before = [len(records)], _ids(records)
    while True:
        # One second of overlap: whether published_since includes its own second is not documented.
        last = to_timestamp(records[-1].get("published_date")) if records else None
        begin = max(last, _EARLIEST) - timedelta(seconds=1) if last is not None else None
        if begin is not None and (since is None or begin > since):
            since, offset = begin, 0
        elif records:
            # By what was received: a server that cuts its pages would leave gaps otherwise.
            offset += len(records)
            if offset + PAGE_SIZE > OFFSET_LIMIT:
                raise RequestError(
                    f"{base_url}{path} has more than {OFFSET_LIMIT} entries published within a second of {since}Z and "
                    "gives no cursor: this listing cannot be read whole.",
                    path,
                    None,
                    1,
                )
        window: dict[str, str | int] = {**order, "offset": offset}
        if since is not None:
            window["published_since"] = since.strftime("%Y-%m-%dT%H:%M:%SZ")
        records = _records(ask(window, None), base_url, path)
        if records:
            ids = _ids(records)
            sizes.append(len(records))
            empty_pages = 0
            if ids <= before and _ends_short(sizes):
                # Only the overlap: nothing was published later.
                return
            repeated_pages = repeated_pages + 1 if ids <= before else 0
            if repeated_pages == MOST_REPEATED_PAGES:
                raise unusable(base_url, path, "gives the same entries again and again: it has no end")
            yield records
            before = ids
        else:
            empty_pages += 1
            if empty_pages == 2 or _ends_short(sizes):
                return


def _ends_short(sizes: list[int]) -> bool:
    """Whether the last page was shorter than requested, or than the longest of several."""
    return sizes[-1] < (max(sizes) if len(sizes) > 1 else PAGE_SIZE)


def _ids(records: list[Record]) -> set[str]:
    return {str(record.get("id")) for record in records}


def _page_mark(records: list[Record]) -> int:
    """A fingerprint of a page; the pages themselves would fill the memory."""
    return hash(frozenset(_ids(records)))


def _records(answer: Answer, base_url: str, path: str) -> list[Record]:
    """The records of a list response; anything else in the list makes the response a bad one."""
    if not isinstance(answer.data, list) or not all(isinstance(record, dict) for record in answer.data):
        raise unusable(base_url, path, "answered with something that is not a list of records")
    return answer.data
