"""What happens to collections and projects shows in listings, records, members, versions and usage."""

from __future__ import annotations

from email.utils import parsedate_to_datetime
from typing import Any

import pytest

from figshare_sandbox.world.shelves import Kind
from tests.sandbox.sandbox_client import Client

KINDS: tuple[Kind, ...] = ("collection", "project")


def listed(client: Client, kind: Kind, **query: Any) -> list[int]:
    answer = client.get(f"/{kind}s", institution=client.sandbox.institution_id, page_size=1000, **query)
    return [record["id"] for record in answer.json()]


def members(client: Client, kind: Kind, number: int) -> list[int]:
    return [record["id"] for record in client.get(f"/{kind}s/{number}/articles", page_size=1000).json()]


@pytest.mark.parametrize("kind", KINDS)
def test_it_is_published_filled_edited_and_withdrawn(client: Client, kind: Kind) -> None:
    world = client.sandbox.world
    shelves, articles = world.shelves, world.public_ids()[:4]
    number = shelves.publish(kind, articles[:3])
    assert number in listed(client, kind)
    assert members(client, kind, number) == articles[:3] == shelves.public_members(kind, number)
    before = client.get(f"/{kind}s/{number}").json()
    shelves.edit(kind, number, title="Another")
    shelves.set_articles(kind, number, articles[2:])
    after = client.get(f"/{kind}s/{number}").json()
    assert (after["title"], members(client, kind, number)) == ("Another", articles[2:])
    assert after["modified_date"] > before["modified_date"]
    shelves.set_articles(kind, number, articles[:1], is_silent=True)
    assert client.get(f"/{kind}s/{number}").json()["modified_date"] == after["modified_date"]
    world.withdraw(articles[0])
    assert members(client, kind, number) == []
    shelves.withdraw(kind, number)
    assert number not in listed(client, kind)
    assert number not in shelves.public_ids(kind)
    assert client.get(f"/{kind}s/{number}").status_code == 404
    assert client.get(f"/{kind}s/{number}/articles").status_code == 404
    shelves.republish(kind, number)
    assert number in listed(client, kind)
    # Its usage is that of the articles that it has now.
    assert world.usage_total("views", kind, number) == world.usage_total("views", "article", articles[0])


def test_a_new_version_changes_the_doi_and_the_list_of_versions(client: Client) -> None:
    shelves = client.sandbox.world.shelves
    number = shelves.publish("collection", client.sandbox.world.public_ids()[:1])
    published = client.get(f"/collections/{number}").json()["published_date"]
    shelves.new_version(number, title="Second")
    detail = client.get(f"/collections/{number}").json()
    assert (detail["version"], detail["title"], detail["published_date"]) == (2, "Second", published)
    assert detail["doi"].endswith(".v2")
    assert [one["version"] for one in client.get(f"/collections/{number}/versions").json()] == [1, 2]


def test_only_collections_are_filtered_by_when_they_were_modified(client: Client) -> None:
    world = client.sandbox.world
    old = world.shelves.public_ids("collection")
    number = world.shelves.publish("collection")
    since = client.get(f"/collections/{number}").json()["modified_date"]
    assert listed(client, "collection", modified_since=since) == [number]
    world.shelves.edit("collection", old[0], title="Other")
    assert set(listed(client, "collection", modified_since=since, order="modified_date")) == {number, old[0]}
    assert len(listed(client, "project", modified_since=since)) == len(world.shelves.public_ids("project"))


def test_an_article_lies_in_one_project_at_most(client: Client) -> None:
    world = client.sandbox.world
    one, other = world.shelves.public_ids("project")[:2]
    article = world.shelves.public_members("project", one)[0]
    world.shelves.set_articles("project", other, [article])
    assert article not in members(client, "project", one)
    assert members(client, "project", other) == [article]
    assert client.found(project_id=other) == {article}


def test_answers_say_the_time_of_the_world(client: Client) -> None:
    answer = client.get("/collections")
    said = parsedate_to_datetime(answer.headers["Date"]).replace(tzinfo=None)
    assert said == client.sandbox.world.now.replace(microsecond=0)
