"""Lists beyond what offsets reach: articles by the date of their last change, reviews by status and group."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from figshare_sandbox import Sandbox
from figshare_warehouse.configuration import make_client, resolve_settings
from figshare_warehouse.sources.figshare.client import FigshareClient
from figshare_warehouse.sources.figshare.internal.articles import institution_article_pages
from figshare_warehouse.sources.figshare.internal.reviews import review_pages
from figshare_warehouse.sources.figshare.paging import LongListError
from tests.support import TODAY

pytestmark = pytest.mark.slow
Ids = list[int]


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(items=5, seed=1, today=TODAY) as made:
        yield made


@pytest.fixture
def client(sandbox: Sandbox) -> Iterator[FigshareClient]:
    given = {"institution": sandbox.institution_id, "api_url": sandbox.api_url, "token": sandbox.token}
    with make_client(resolve_settings({**given, "requests_per_second": 0.0}), "tests") as made:
        yield made


def add_drafts(sandbox: Sandbox, count: int, seconds: Callable[[int], int]) -> Ids:
    """So many drafts more; returns the ids of all articles."""
    world = sandbox.world
    first = world.items[world.administration.create_draft()]
    last = max(world.items)
    for n in range(1, count):
        moment = datetime(2020, 1, 1) + timedelta(seconds=seconds(n))
        detail = first.detail | {"id": last + n, "modified_date": f"{moment.isoformat()}Z"}
        world.items[last + n] = replace(first, id=last + n, detail=detail, touched=None)
    world.revision += 1
    return world.administration.article_ids()


def add_reviews(sandbox: Sandbox, count: int, status: Callable[[int], str]) -> Ids:
    """So many reviews more; returns the ids of all reviews."""
    reviews = sandbox.world.reviews
    groups = [group["id"] for group in sandbox.world.groups]
    first = reviews[0]
    reviews += [
        first | {"id": 900_000 + n, "status": status(n), "group_id": groups[n % len(groups)]} for n in range(count)
    ]
    return sorted(review["id"] for review in reviews)


@pytest.mark.parametrize("per_second", [1, 700])
def test_articles_are_read_in_windows(sandbox: Sandbox, client: FigshareClient, per_second: int) -> None:
    ids = add_drafts(sandbox, 9_500, lambda n: n // per_second)
    found = [record["id"] for page in institution_article_pages(client) for record in page]
    assert sorted(set(found)) == ids
    pages = [one for one in sandbox.requests if one.path.endswith("/institution/articles")]
    assert len(pages) == (10 if per_second == 1 else len(pages))
    assert len(pages) <= 25
    assert {one.status for one in pages} == {200}


def test_articles_without_dates_are_read_by_offsets_as_far_as_these_reach(
    sandbox: Sandbox, client: FigshareClient
) -> None:
    sandbox.world.listing_has_dates = False
    ids = add_drafts(sandbox, 8_400, lambda n: n)
    found = [record["id"] for page in institution_article_pages(client) for record in page]
    assert sorted(found) == ids
    add_drafts(sandbox, 1_000, lambda n: n)
    with pytest.raises(LongListError, match="it cannot be read whole"):
        list(institution_article_pages(client))


def test_reviews_are_read_by_status_and_by_group(sandbox: Sandbox, client: FigshareClient) -> None:
    groups = [group["id"] for group in sandbox.world.groups]
    ids = add_reviews(sandbox, 12_000, lambda n: "approved" if n % 12 else "rejected")
    found = {record["id"] for page in review_pages(client, groups) for record in page}
    assert sorted(found) == ids
    # Known to be long, it is not tried as one list again.
    sandbox.clear_requests()
    found = {record["id"] for page in review_pages(client, groups, len(ids)) for record in page}
    assert sorted(found) == ids
    assert all("status" in one.query for one in sandbox.requests)


def test_reviews_that_cannot_be_read_whole_are_said(sandbox: Sandbox, client: FigshareClient) -> None:
    ids = add_reviews(sandbox, 9_500, lambda _: "approved")
    found: set[int] = set()

    def read() -> None:
        for page in review_pages(client):
            found.update(record["id"] for record in page)

    with pytest.raises(LongListError, match="cannot be read whole"):
        read()
    assert len(found) >= 9_000
    assert found <= set(ids)


def test_offsets_that_end_at_5000_are_met(sandbox: Sandbox, client: FigshareClient) -> None:
    sandbox.world.documented_maximums = True
    groups = [group["id"] for group in sandbox.world.groups]
    reviews = add_reviews(sandbox, 7_000, lambda n: "approved" if n % 3 else "rejected")
    assert sorted({record["id"] for page in review_pages(client, groups) for record in page}) == reviews
    articles = add_drafts(sandbox, 7_000, lambda n: n)
    found = {record["id"] for page in institution_article_pages(client) for record in page}
    assert sorted(found) == articles
