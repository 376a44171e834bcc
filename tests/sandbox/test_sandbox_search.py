from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from figshare_sandbox import World
from figshare_sandbox.api.messages import ApiError
from figshare_sandbox.api.query import parse
from tests.sandbox.sandbox_client import TODAY, Client

Json = dict[str, Any]


def public(client: Client) -> dict[int, Json]:
    world = client.sandbox.world
    return {n: world.detail(n) for n in world.public_ids(everywhere=True)}


def test_filters_of_the_listing(shared: Client) -> None:
    world, details = shared.sandbox.world, public(shared)

    def listed(**query: Any) -> set[int]:
        return {r["id"] for r in shared.get("/articles", page_size=1000, **query).json()}

    assert listed() == set(details)
    assert listed(institution=990) == set(world.public_ids())
    others = {n for n in details if world.items[n].institution == 991}
    assert others
    assert listed(institution=991) == others
    group = next(d["group_id"] for d in details.values() if d["group_id"])
    assert listed(group=group) == {n for n, d in details.items() if d["group_id"] == group}
    assert listed(item_type=9) == {n for n, d in details.items() if d["defined_type"] == 9}
    day = "2024-05-01"
    assert listed(published_since=day) == {n for n, d in details.items() if d["published_date"] >= day}
    moment = details[max(details)]["modified_date"]
    assert listed(modified_since=moment) == {n for n, d in details.items() if d["modified_date"] >= moment}
    one = next(d for d in details.values() if d["doi"])
    assert listed(doi=one["doi"]) == {one["id"]}
    handled = next(d for d in details.values() if d["handle"])
    assert listed(handle=handled["handle"]) == {handled["id"]}
    resource = next(d["resource_doi"] for d in details.values() if d["resource_doi"])
    assert listed(resource_doi=resource) == {n for n, d in details.items() if d["resource_doi"] == resource}
    assert listed(institution=5) == set()


def test_a_group_does_not_include_its_subgroups(shared: Client) -> None:
    world = shared.sandbox.world
    found = {r["id"] for r in shared.get("/articles", group=world.top_group_id, page_size=1000).json()}
    assert 0 < len(found) < len(world.public_ids()) / 2


@pytest.mark.parametrize("order", ["published_date", "created_date", "modified_date"])
@pytest.mark.parametrize("direction", ["asc", "desc"])
def test_orders(shared: Client, order: str, direction: str) -> None:
    records = shared.get("/articles", order=order, order_direction=direction, page_size=1000).json()
    keys = [(r[order], r["id"]) for r in records]
    assert keys == sorted(keys, reverse=direction == "desc")
    assert len(keys) == len(set(keys))


def test_newest_published_come_first_unless_asked_otherwise(shared: Client) -> None:
    dates = [r["published_date"] for r in shared.get("/articles", page_size=100).json()]
    assert dates == sorted(dates, reverse=True)
    created = [r["created_date"] for r in shared.search(page_size=100).json()]
    assert created == sorted(created, reverse=True)


@pytest.mark.parametrize(
    "text",
    ["ab", "", "  x ", '"open', "(data", "data)", "data AND", "AND data", "NOT", ":title:", ":colour: red",
     ":title: AND data", ":published_before: soon", "() OR data"],
)  # fmt: skip
def test_bad_searches_are_422(shared: Client, text: str) -> None:
    answer = shared.search(text)
    assert answer.status_code == 422
    assert answer.json()["code"]


def test_bad_bodies(shared: Client) -> None:
    url = shared.sandbox.api_url + "/articles/search"
    assert shared.session.post(url, data="{").status_code == 400
    assert shared.session.post(url, data="[]").status_code == 400
    assert shared.session.post(url).status_code == 200
    bodies: list[Json] = [
        {"limit": "10"}, {"institution": "990"}, {"search_for": 5}, {"published_since": 2020}, {"colour": "blue"},
        {"page": 1, "limit": 1}, {"order": "views"}, {"item_type": 10}, {"page": True}, {"limit": 1.5},
    ]  # fmt: skip
    for body in bodies:
        assert shared.search(**body).status_code == 422, body


def test_words_and_operators(shared: Client) -> None:
    found = shared.found
    climate, survey = found("climate"), found("survey")
    assert climate
    assert survey
    assert found("climate survey") == found("climate OR survey") == climate | survey
    assert found("climate AND survey") == climate & survey
    assert found("climate AND NOT survey") == found("climate NOT survey") == climate - survey
    assert found("(climate OR survey) AND data") == (climate | survey) & found("data")
    assert found("climate OR survey AND data") == climate | (survey & found("data"))
    assert found("CLIMATE") == found("Climate") == climate
    assert found('"open data"') < found("open data")
    assert found("xyzzy") == set()


def test_text_fields(shared: Client) -> None:
    details, found = public(shared), shared.found
    assert found(":title: moisture") == {n for n, d in details.items() if "moisture" in d["title"].lower()}
    both = found(":title: moisture AND :title: soil")
    assert found(':title: "soil moisture"') == both
    assert both < found(":title: soil moisture nitrate")
    assert found(":title: (moisture AND NOT nitrate)") == found(":title: moisture NOT :title: nitrate")
    assert found(":description: codebook OR :description: readme") == {
        n for n, d in details.items() if "README" in d["description"] or "codebook" in d["description"].lower()
    }
    assert found(':author: "Maria Lindqvist"') == {
        n for n, d in details.items() if any(a["full_name"] == "Maria Lindqvist" for a in d["authors"])
    }
    assert found(":author: lindqvist") > found(':author: "Maria Lindqvist"')
    assert len(found(":title: 数据集")) == 1
    assert len(found(':title: "נתוני מזג אוויר"')) == 1


def test_exact_fields(shared: Client) -> None:
    details, found, world = public(shared), shared.found, shared.sandbox.world
    assert (
        found(":tag: open data")
        == found(':tag: "Open Data"')
        == {n for n, d in details.items() if "open data" in d["tags"]}
    )
    assert found(":tag: open") == set()
    assert len(found(':tag: "salinity, sea surface"')) >= 1
    title = next(d["categories"][0]["title"] for d in details.values() if d["categories"])
    assert found(f':category: "{title}"') == {
        n for n, d in details.items() if any(c["title"] == title for c in d["categories"])
    }
    orcid = next(a["orcid_id"] for d in details.values() for a in d["authors"] if a["orcid_id"])
    assert found(f":orcid: {orcid}") == {
        n for n, d in details.items() if any(a["orcid_id"] == orcid for a in d["authors"])
    }
    one = next(d for d in details.values() if d["doi"])
    assert found(f":doi: {one['doi']}") == {one["id"]}
    resource = next(d["resource_doi"] for d in details.values() if d["resource_doi"])
    assert one is not None
    assert found(f":resource_doi: {resource}") == {n for n, d in details.items() if d["resource_doi"] == resource}
    assert found(":item_type: dataset") == {n for n, d in details.items() if d["defined_type_name"] == "dataset"}
    assert found(":item_type: journal contribution") == found(":item_type: journal_contribution")
    assert found(":institution: northfield") == set(world.public_ids())
    assert found(":licence: CC BY") == {n for n, d in details.items() if d["license"]["value"] == 1}
    assert found(":licence: CC BY 4.0") < found(":licence: ccby")
    assert found(":extension: csv") == {
        n for n, d in details.items() if any(f["name"].endswith(".csv") for f in d.get("files", []))
    }


def test_dates_before_are_exclusive_and_after_inclusive(client: Client) -> None:
    world = client.sandbox.world
    number = world.public_ids()[0]
    world.edit(number, published_date="2024-05-01T00:00:00Z")
    assert number not in client.found(":published_before: 2024-05-01")
    assert number in client.found(":published_before: 2024-05-02")
    assert number in client.found(":published_after: 2024-05-01")
    assert number not in client.found(":published_after: 2024-05-02")
    before, after = client.found(":published_before: 2024-05-01"), client.found(":published_after: 2024-05-01")
    assert before | after == set(world.public_ids(everywhere=True))
    assert not before & after


def test_search_takes_the_filters_too(shared: Client) -> None:
    world = shared.sandbox.world
    assert shared.found(institution=990) == set(world.public_ids())
    assert shared.found("climate", institution=990) == shared.found("climate AND :institution: northfield")
    project = next(shelf for shelf in world.projects.values() if shelf.articles)
    expected = {n for n in project.articles if world.items[n].state == "public"}
    assert shared.found(project_id=project.id) == expected


def test_collections_and_projects_can_be_searched(shared: Client) -> None:
    url = shared.sandbox.api_url
    one = next(iter(shared.sandbox.world.collections.values()))
    answer = shared.session.post(f"{url}/collections/search", json={"search_for": f':title: "{one.detail["title"]}"'})
    assert one.id in {r["id"] for r in answer.json()}
    assert shared.session.post(f"{url}/projects/search", json={"search_for": ":title: project"}).json()
    assert shared.session.post(f"{url}/projects/search", json={"order": "created_date"}).status_code == 422


def test_real_searches_repeat_items(client: Client) -> None:
    client.sandbox.world.search_repeats = True
    everything = client.sandbox.world.public_ids(everywhere=True)
    pages: list[list[int]] = []
    cursor = None
    while not pages or pages[-1]:
        answer = client.search(limit=10, cursor=cursor)
        pages.append([r["id"] for r in answer.json()])
        cursor = answer.headers["X-Cursor"]
    found = [n for page in pages for n in page]
    assert sorted(set(found)) == everything
    assert len(found) > len(everything)
    by_offset = [r["id"] for r in client.search(limit=1000).json()]
    assert by_offset == found


WORLD = World(60, seed=5, today=TODAY)
WORDS = st.sampled_from(["climate", "survey", "data", "soil", '"open data"', ":tag: health", ":title: on", "zzz"])
QUERIES = st.recursive(
    WORDS,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from([" AND ", " OR ", " "]), inner).map(lambda t: f"({t[0]}){t[1]}({t[2]})"),
        inner.map(lambda q: f"NOT ({q})"),
    ),
    max_leaves=6,
)


def matching(text: str) -> set[int]:
    from figshare_sandbox.api.searchable import Searchable

    test = parse(text)
    return {n for n in WORLD.public_ids() if test(Searchable(WORLD.items[n]))}


@given(QUERIES, QUERIES)
def test_the_operators_are_those_of_sets(one: str, other: str) -> None:
    everything = set(WORLD.public_ids())
    a, b = matching(one), matching(other)
    assert matching(f"({one}) AND ({other})") == a & b
    assert matching(f"({one}) OR ({other})") == matching(f"({one}) ({other})") == a | b
    assert matching(f"NOT ({one})") == everything - a
    assert matching(f"NOT NOT ({one})") == a


@given(st.text(max_size=40))
def test_any_text_is_a_search_or_422(text: str) -> None:
    status = 200
    try:
        parse(text)
    except ApiError as error:
        status = error.status
    assert status in {200, 422}
