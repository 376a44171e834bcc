"""Version 3 of the API, per institution, and what becomes of version 2."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from figshare_sandbox import Sandbox, switch_running
from tests.sandbox.sandbox_client import TODAY, Client

OWN, OTHER = 990, 991


def get(client: Client, path: str, token: bool = False, **query: Any) -> requests.Response:
    headers = {"Authorization": f"token {client.sandbox.token}"} if token else {}
    url = client.sandbox.api_url.replace("/v2", "/v3") + path
    return client.session.get(url, params=query, headers=headers, timeout=30)


def search(client: Client, **body: Any) -> requests.Response:
    return client.session.post(client.sandbox.api_url.replace("/v2", "/v3") + "/items/search", json=body, timeout=30)


@pytest.mark.parametrize("path", ["/items?institution=990", "/item_types", "/account/items/fields"])
def test_what_is_not_switched_is_refused_in_the_documented_words(shared: Client, path: str) -> None:
    answer = get(shared, path, token=True)
    assert answer.status_code == 403
    assert answer.json()["message"].startswith("Item-type based metadata is not enabled")


def test_only_the_switched_institution_s_items_are_there(client: Client) -> None:
    world = client.sandbox.world
    world.switch()
    listed = get(client, "/items", institution=OWN, page_size=1000).json()
    assert {record["id"] for record in listed} == set(world.public_ids())
    assert {record["id"] for record in get(client, "/items", page_size=1000).json()} == set(world.public_ids())
    assert {record["id"] for record in search(client, limit=1000).json()} == set(world.public_ids())
    assert get(client, "/items", institution=OTHER).status_code == 403
    [other] = [i for i in world.items.values() if i.institution == OTHER and i.state == "public"][:1]
    assert get(client, f"/items/{other.id}").status_code == 403
    assert get(client, "/items/5").status_code == 404


def test_metadata_is_in_fields_only(client: Client) -> None:
    client.sandbox.world.switch(after="flat")
    number = next(n for n in client.sandbox.world.public_ids() if client.sandbox.world.detail(n)["custom_fields"])
    old, new = client.get(f"/articles/{number}").json(), get(client, f"/items/{number}").json()
    assert not {"title", "authors", "license", "tags", "custom_fields", "timeline"} & set(new)
    fields = new["fields"]
    assert fields["title"] == old["title"]
    assert fields["keywords"] == old["tags"]
    assert [author["name"] for author in fields["authors"]] == [author["full_name"] for author in old["authors"]]
    assert (fields["licence"]["value"], fields["licence"]["id"]) == (old["license"]["value"],) * 2
    assert [(name, fields[name]) for name in fields if name in {f["name"] for f in old["custom_fields"]}] == [
        (field["name"], field["value"]) for field in old["custom_fields"]
    ]
    assert (new["item_type_id"], new["url"]) == (old["defined_type"], f"https://api.figshare.example/v3/items/{number}")


def test_listings_have_a_cursor_or_none_and_orders_of_their_own(client: Client) -> None:
    world = client.sandbox.world
    world.switch()
    assert "X-Cursor" in get(client, "/items", institution=OWN, limit=5).headers
    world.items_cursor_supported = False
    assert "X-Cursor" not in get(client, "/items", institution=OWN, limit=5).headers
    assert get(client, "/items", order="published_date").status_code == 422
    for order in ("created_date", "modified_date", "posted_date", "first_online", "publisher_accepted"):
        answer = get(client, "/items", institution=OWN, order=order, order_direction="asc", page_size=1000)
        assert {record["id"] for record in answer.json()} == set(world.public_ids())
    posted = get(client, "/items", institution=OWN, order="posted_date", order_direction="asc", page_size=1000).json()
    assert [r["published_date"] for r in posted] == sorted(r["published_date"] for r in posted)


@pytest.mark.parametrize(
    ("after", "listed", "found"),
    [("flat", 200, 200), ("fields", 200, 200), ("empty", 200, 404), ("not_found", 404, 404), ("forbidden", 403, 403)],
)
def test_what_version_2_does_after_a_switch(client: Client, after: str, listed: int, found: int) -> None:
    world = client.sandbox.world
    world.switch(after=after)
    number = world.public_ids()[0]
    listing, detail = client.get("/articles", institution=OWN, page_size=1000), client.get(f"/articles/{number}")
    assert (listing.status_code, detail.status_code) == (listed, found)
    if listed == 200:
        assert len(listing.json()) == (60 if found == 200 else 0)
    if found == 200:
        assert ("title" in detail.json(), "fields" in detail.json()) == (after == "flat", after == "fields")
    assert bool(client.found("data") & set(world.public_ids())) == (found == 200)
    # Nothing happens to others.
    assert len(client.get("/articles", institution=OTHER, page_size=1000).json()) > 0


def test_collections_and_projects_have_fields_on_both_versions(client: Client) -> None:
    client.sandbox.world.switch(after="fields")
    for kind, name in (("collections", "title"), ("projects", "title")):
        [number] = [s.id for s in getattr(client.sandbox.world, kind).values() if s.institution == OWN][:1]
        for answer in (client.get(f"/{kind}/{number}"), get(client, f"/{kind}/{number}")):
            assert name not in answer.json()
            assert answer.json()["fields"][name]
        assert get(client, f"/{kind}/{number}/items").status_code == 200


def test_the_catalogue_of_fields_tells_what_is_custom(client: Client) -> None:
    client.sandbox.world.switch()
    catalogue = get(client, "/account/items/fields", token=True).json()
    assert {"core", "stock", "custom"} == {field["internal_type"] for field in catalogue}
    of_type = get(client, "/account/items/fields/configuration/3", token=True).json()
    assert [field["name"] for field in of_type] == [field["name"] for field in catalogue]
    assert {len(one["fields"]) for one in get(client, "/item_types", token=True).json()} == {len(catalogue)}
    assert get(client, "/account/items/fields").status_code == 401


def test_the_list_of_custom_fields_can_be_gone(client: Client) -> None:
    client.sandbox.world.custom_fields_removed = True
    assert client.get("/account/institution/custom_fields", token=True).status_code == 404


def test_a_running_sandbox_is_switched() -> None:
    with Sandbox(items=3, today=TODAY) as sandbox:
        switch_running(sandbox.port, "flat")
        assert sandbox.world.switched == {OWN: "flat"}
        with pytest.raises(ValueError, match="version 2 can be flat"):
            switch_running(sandbox.port, "other")
        switch_running(sandbox.port, institution=OTHER)
    assert sandbox.world.switched == {OWN: "flat", OTHER: "empty"}
    with pytest.raises(OSError, match="refused"):
        switch_running(sandbox.port)
