"""A server that gives fewer records on a page than were asked for: none is lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qs, urlsplit

import orjson
import pytest

from figshare_warehouse.sources.figshare.client import FigshareClient
from figshare_warehouse.sources.figshare.internal.articles import institution_article_pages
from figshare_warehouse.sources.figshare.internal.reviews import review_comments, review_pages
from tests.hostile import send, served

Pages = Callable[[FigshareClient, int], Iterator[list[dict[str, Any]]]]
RECORDS = [{"id": n, "modified_date": f"2026-01-01T{n // 60:02}:{n % 60:02}:00Z"} for n in range(350)]
CAP = 100


def answer(handler: BaseHTTPRequestHandler) -> None:
    query = {name: values[0] for name, values in parse_qs(urlsplit(handler.path).query).items()}
    records = [one for one in RECORDS if str(one["modified_date"]) >= query.get("modified_since", "")]
    send(handler, orjson.dumps(records[int(query["offset"]) :][:CAP]))


READERS: dict[str, Pages] = {
    "articles": lambda client, _: institution_article_pages(client),
    "reviews": lambda client, expected: review_pages(client, (), expected),
    "comments": lambda client, _: iter([review_comments(client, 1)]),
}


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize("expected", [0, 100, 300])
def test_pages_that_are_cut_lose_nothing(name: str, expected: int) -> None:
    with served(answer) as client:
        found = {record["id"] for page in READERS[name](client, expected) for record in page}
    assert len(found) == len(RECORDS)
