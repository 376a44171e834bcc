from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from figshare_sandbox import Sandbox, World
from figshare_sandbox.api.messages import ApiError
from figshare_sandbox.api.paging import decode_cursor, encode_cursor, read_page
from tests.sandbox.sandbox_client import TODAY, Client

PUBLIC_LISTINGS = ["/articles", "/collections", "/projects"]


@pytest.mark.parametrize(
    "query",
    [
        {"page": 1, "limit": 3}, {"page_size": 3, "offset": 0}, {"page": 0}, {"page": -1}, {"page_size": 0},
        {"page_size": 1001}, {"limit": 0}, {"limit": 1001}, {"offset": -1}, {"page": "one"}, {"limit": ""},
        {"limit": "10.0"}, {"offset": "1e3"}, {"limit": "٣"},
        {"page": 10, "page_size": 1000}, {"limit": 10, "offset": 8991},
        {"order": "views"}, {"order": "downloads"}, {"order": "cites"}, {"order": "title"}, {"order_direction": "up"},
        {"order": ""},
        {"group": "x"}, {"institution": "northfield"}, {"published_since": "yesterday"},
        {"published_since": "2026-13-01"},
        {"published_since": "20260101"},
    ],
)  # fmt: skip
@pytest.mark.parametrize("path", PUBLIC_LISTINGS)
def test_what_cannot_be_processed_is_422(shared: Client, path: str, query: dict[str, Any]) -> None:
    answer = shared.get(path, **query)
    assert answer.status_code == 422
    assert {"message", "code"} <= answer.json().keys()


def test_unknown_item_type_is_422(shared: Client) -> None:
    assert shared.get("/articles", item_type=4).status_code == 422
    assert shared.get("/articles", item_type="dataset").status_code == 422
    assert shared.get("/articles", item_type=3).status_code == 200


def test_paged_files_have_the_same_rules(shared: Client) -> None:
    number = shared.sandbox.world.public_ids()[0]
    assert shared.get(f"/articles/{number}/files", page=1, offset=0).status_code == 422
    assert shared.get(f"/articles/{number}/files", page_size=1001).status_code == 422


def test_default_size_is_ten_and_unknown_parameters_are_ignored(shared: Client) -> None:
    answer = shared.get("/articles", colour="blue")
    assert answer.status_code == 200
    assert len(answer.json()) == 10


@pytest.mark.parametrize("style", ["page", "offset", "cursor"])
def test_each_style_gives_everything_once(shared: Client, style: str) -> None:
    own = shared.sandbox.institution_id
    found: list[int] = []
    cursor, n = None, 0
    while True:
        query: dict[str, Any] = {"institution": own}
        query |= {"page": {"page": n + 1, "page_size": 37}, "offset": {"limit": 37, "offset": n * 37}}.get(
            style, {"limit": 37}
        )
        answer = shared.get("/articles", cursor=cursor, **query)
        assert answer.status_code == 200
        found += [record["id"] for record in answer.json()]
        cursor = answer.headers["X-Cursor"] if style == "cursor" else None
        n += 1
        if len(answer.json()) < 37:
            break
    assert sorted(found) == shared.sandbox.world.public_ids()


def test_a_cursor_goes_on_until_an_empty_page(shared: Client) -> None:
    answer = shared.get("/articles", institution=shared.sandbox.institution_id, limit=100)
    sizes = []
    for _ in range(4):
        sizes.append(len(answer.json()))
        cursor = answer.headers["X-Cursor"]
        answer = shared.get("/articles", cursor=cursor, institution=shared.sandbox.institution_id, limit=100)
    assert sizes == [100, 100, 0, 0]


@pytest.mark.parametrize("path", PUBLIC_LISTINGS)
def test_every_listing_has_a_cursor(shared: Client, path: str) -> None:
    assert shared.get(path).headers["X-Cursor"]
    assert shared.get(path, published_since="2099-01-01").headers["X-Cursor"]


def test_a_cursor_is_bound_to_its_listing(shared: Client) -> None:
    cursor = shared.get("/articles", institution=990).headers["X-Cursor"]
    assert shared.get("/articles", cursor=cursor, institution=990, page_size=50).status_code == 200
    for query in (
        {},
        {"institution": 991},
        {"institution": 990, "order": "created_date"},
        {"institution": 990, "offset": 0},
    ):
        assert shared.get("/articles", cursor=cursor, **query).status_code == 422
    assert shared.get("/articles", cursor=cursor, institution=990, page=2).status_code == 422
    assert shared.get("/collections", cursor=cursor, institution=990).status_code == 422
    assert shared.get("/articles", cursor="nonsense", institution=990).status_code == 422
    assert shared.get("/articles", cursor=cursor[:-2], institution=990).status_code == 422


def test_search_has_its_own_cursor(shared: Client) -> None:
    first = shared.search("data", limit=20)
    second = shared.search("data", limit=20, cursor=first.headers["X-Cursor"])
    assert not {r["id"] for r in first.json()} & {r["id"] for r in second.json()}
    assert shared.search("survey", limit=20, cursor=first.headers["X-Cursor"]).status_code == 422


def test_no_cursor_where_none_is_documented_or_supported(client: Client) -> None:
    assert "X-Cursor" not in client.get("/account/institution/articles", token=True).headers
    client.sandbox.world.cursor_supported = False
    assert "X-Cursor" not in client.get("/articles").headers


def test_a_cursor_goes_on_after_its_item_though_the_listing_changed(client: Client) -> None:
    world = client.sandbox.world
    first = client.get("/articles", institution=990, limit=10)
    seen = [r["id"] for r in first.json()]
    world.publish(3)
    world.withdraw(seen[-1])
    second = client.get("/articles", cursor=first.headers["X-Cursor"], institution=990, limit=1000)
    assert len(second.json()) == 50
    assert not set(seen) & {r["id"] for r in second.json()}


@pytest.mark.slow
def test_deep_listings_need_a_cursor() -> None:
    world = World(9_050, seed=1, today=date(2026, 6, 30))
    with Sandbox(world=world) as sandbox:
        client = Client(sandbox)
        own: dict[str, Any] = {"institution": sandbox.institution_id, "page_size": 1000}
        assert len(client.get("/articles", page=9, **own).json()) == 1000
        assert client.get("/articles", page=10, **own).status_code == 422
        assert client.get("/account/institution/articles", page=10, page_size=1000, token=True).status_code == 422
        found: set[int] = set()
        answer = client.get("/articles", **own)
        while answer.json():
            found |= {record["id"] for record in answer.json()}
            answer = client.get("/articles", cursor=answer.headers["X-Cursor"], **own)
        assert sorted(found) == world.public_ids()
        # Without a cursor: windows by published date.
        world.cursor_supported = False
        windows: set[int] = set()
        since = "2000-01-01"
        while True:
            page = client.get(
                "/articles", order="published_date", order_direction="asc", published_since=since, **own
            ).json()
            windows |= {record["id"] for record in page}
            if len(page) < 1000:
                break
            since = page[-1]["published_date"]
        assert sorted(windows) == world.public_ids()
        client.session.close()


def test_documented_maximums_can_be_had(client: Client) -> None:
    assert client.get("/articles", limit=1, offset=5001).status_code == 200
    client.sandbox.world.documented_maximums = True
    assert client.get("/articles", limit=1, offset=5001).status_code == 422
    assert client.get("/articles", page=5001, page_size=1).status_code == 422
    assert client.get("/articles", limit=1, offset=5000).status_code == 200


@given(size=st.integers(-5, 1100), start=st.integers(-5, 9100), style=st.sampled_from(["page", "offset"]))
def test_a_page_is_within_the_limits_or_refused(size: int, start: int, style: str) -> None:
    params = {"page": start, "page_size": size} if style == "page" else {"offset": start, "limit": size}
    first = (start - 1) * size if style == "page" else start
    allowed = 1 <= size <= 1000 and start >= (style == "page") and first + size <= 9000
    try:
        page = read_page({key: str(value) for key, value in params.items()})
    except ApiError as error:
        status = error.status
    else:
        status = 200
        assert (page.offset, page.limit) == (first, size)
    assert status == (200 if allowed else 422)


@given(st.lists(st.one_of(st.integers(-(2**53), 2**53), st.text(), st.booleans()), max_size=4))
def test_a_cursor_holds_its_place(place: list[Any]) -> None:
    cursor = encode_cursor("mark", place)
    assert decode_cursor(cursor, "mark") == place
    with pytest.raises(ApiError):
        decode_cursor(cursor, "other")


@given(st.text(max_size=60))
def test_no_other_text_is_a_cursor(text: str) -> None:
    with pytest.raises(ApiError):
        decode_cursor(text, "mark")


def test_empty_worlds_have_empty_listings() -> None:
    for items in (0, 1, 5):
        with Sandbox(items=items, seed=4, today=TODAY) as sandbox:
            client = Client(sandbox)
            assert len(client.get("/articles", institution=990).json()) == items
            assert len(sandbox.world.public_ids()) == items
            for path in ("/collections", "/projects", "/categories", "/account/institution/groups"):
                assert client.get(path, token=True).status_code == 200
            client.session.close()
