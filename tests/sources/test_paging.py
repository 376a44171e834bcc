"""Listings are read to their end, whatever their pages look like."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from figshare_sandbox import Fault, Sandbox
from figshare_warehouse.sources.figshare.client import FigshareClient
from figshare_warehouse.sources.figshare.paging import article_pages, search_pages
from tests.support import TODAY


@pytest.fixture(scope="module")
def _large() -> Iterator[Sandbox]:
    with Sandbox(items=1300, seed=3, today=TODAY) as sandbox:
        yield sandbox


@pytest.fixture
def large(_large: Sandbox) -> Iterator[Sandbox]:
    """1,300 articles, in listings of every kind: what a test changes is changed back."""
    yield _large
    world = _large.world
    world.cursor_supported, world.max_page_size, world.hidden_from_listings = True, None, set()
    _large.faults.clear()


def listed(sandbox: Sandbox) -> tuple[list[Any], int]:
    """The ids that the institution's listing shows, each once, and how many requests that took."""
    with FigshareClient(sandbox.api_url, requests_per_second=0, max_tries=1) as client:
        pages = list(article_pages(client, {"institution": sandbox.institution_id}))
        return sorted({record["id"] for page in pages for record in page}), client.request_count


@pytest.mark.parametrize(("has_cursor", "requests"), [(True, 3), (False, 3)])
def test_items_that_are_hidden_after_paging_end_nothing(large: Sandbox, has_cursor: bool, requests: int) -> None:
    large.world.cursor_supported = has_cursor
    order = sorted(large.world.public_ids(), key=lambda n: (large.world.detail(n)["published_date"], n))
    # Three of the first thousand: 997 come, and the last 300 follow.
    large.world.hidden_from_listings = {order[4], order[499], order[899]}
    assert listed(large) == (sorted({*order} - large.world.hidden_from_listings), requests)


@pytest.mark.parametrize("has_cursor", [True, False])
@pytest.mark.parametrize("size", [250, 260, 400])
def test_pages_that_the_server_cuts_end_nothing(large: Sandbox, has_cursor: bool, size: int) -> None:
    large.world.cursor_supported, large.world.max_page_size = has_cursor, size
    ids, requests = listed(large)
    assert ids == large.world.public_ids()
    # Six pages of 250, five of 260 and four of 400; what tells that no more follow comes on top.
    assert requests <= -(-1300 // size) + 2


def test_a_search_goes_on_after_a_short_page(large: Sandbox) -> None:
    large.world.max_page_size = 500
    body: dict[str, str | int] = {
        "search_for": f":institution: {large.world.institution_name}",
        "institution": large.institution_id,
    }
    with FigshareClient(large.api_url, requests_per_second=0) as client:
        found = {record["id"] for page in search_pages(client, body) for record in page}
    assert sorted(found) == large.world.public_ids()


@pytest.mark.parametrize("has_cursor", [True, False])
def test_an_empty_page_in_the_middle_is_asked_for_again(large: Sandbox, has_cursor: bool) -> None:
    large.world.cursor_supported, large.world.max_page_size = has_cursor, 250
    large.faults.add(Fault("empty_page", path="/articles$", after=2, times=1))
    assert listed(large)[0] == large.world.public_ids()


@pytest.mark.parametrize("has_cursor", [True, False])
def test_a_short_listing_costs_one_request_more(figshare: Sandbox, has_cursor: bool) -> None:
    figshare.world.cursor_supported = has_cursor
    assert listed(figshare) == (figshare.world.public_ids(), 2)


@pytest.mark.parametrize("has_cursor", [True, False])
def test_a_listing_without_dates_is_read_by_its_offsets(large: Sandbox, has_cursor: bool) -> None:
    large.world.cursor_supported, large.world.max_page_size = has_cursor, 250
    large.faults.add(Fault("changed_type", path="/articles$", field="published_date", value=None))
    assert listed(large)[0] == large.world.public_ids()
