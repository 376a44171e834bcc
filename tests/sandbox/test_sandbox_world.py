from __future__ import annotations

import threading
from collections import Counter
from datetime import date, timedelta
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from figshare_sandbox import World
from tests.sandbox.sandbox_client import TODAY, Client

Json = dict[str, Any]


def contents(world: World) -> bytes:
    return orjson.dumps([
        [i.detail for i in world.items.values()], [i.versions for i in world.items.values()], world.groups,
        world.categories, [s.detail for s in world.collections.values()], world.accounts, world.reviews,
    ])  # fmt: skip


@pytest.mark.slow
@settings(max_examples=15, deadline=None)
@given(st.integers(0, 40), st.integers(0, 2**31), st.dates(date(2016, 1, 1), date(2030, 1, 1)))
def test_worlds_are_determined(items: int, seed: int, today: date) -> None:
    one, other = World(items, seed, today), World(items, seed, today)
    assert contents(one) == contents(other)
    assert len(one.public_ids()) == items
    for number in one.public_ids()[:5]:
        assert one.usage_by_day("views", "article", number) == other.usage_by_day("views", "article", number)
    for item in one.items.values():
        published = item.detail["published_date"]
        assert published is None or published[:10] <= today.isoformat()
        assert published is None or published <= item.detail["modified_date"]


def test_seeds_make_different_worlds() -> None:
    assert contents(World(20, 1, TODAY)) != contents(World(20, 2, TODAY))


def test_a_world_of_150_has_every_oddity() -> None:
    world = World(150, seed=9, today=TODAY)
    details = [world.detail(n) for n in world.public_ids()]
    files = [f for d in details for f in d.get("files", [])]
    authors = [a for d in details for a in d["authors"]]
    counts = Counter(len(d["files"]) for d in details if "files" in d)
    assert {0, 1, 9, 10, 11, 45, 1143} <= counts.keys()
    assert counts[1143] == 1
    assert any(f["is_link_only"] and f["size"] == 0 and f["computed_md5"] == "" for f in files)
    assert any(f["size"] > 2**31 for f in files)
    assert any(len({f["name"] for f in d.get("files", [])}) < len(d.get("files", [])) for d in details)
    assert len(details) > sum("files" in d for d in details)
    soon = (TODAY + timedelta(days=30)).isoformat()
    assert any(d["is_embargoed"] and d["embargo_date"][:10] <= soon for d in details)
    assert any(not d["is_embargoed"] and (d["embargo_date"] or "9") < TODAY.isoformat() for d in details)
    assert any(not d["is_embargoed"] and d["embargo_type"] for d in details)
    assert any(d["is_metadata_record"] for d in details)
    assert max(d["version"] for d in details) == 6
    assert any(d["doi"] == "" and d["handle"] for d in details)
    assert any(d["doi"] == "" and not d["handle"] for d in details)
    assert all(d["doi"] is not None for d in details)
    assert any(d["group_id"] is None for d in details)
    assert {None, ""} <= {a["orcid_id"] for a in authors}
    orcids: dict[str, set[int]] = {}
    names: dict[str, set[int]] = {}
    for a in authors:
        names.setdefault(a["full_name"], set()).add(a["id"])
        if a["orcid_id"]:
            orcids.setdefault(a["orcid_id"], set()).add(a["id"])
    assert any(len(ids) > 1 for ids in orcids.values())
    assert any(len(ids) > 1 for ids in names.values())
    assert any("first_name" not in a for a in authors)
    for name in ("authors", "tags", "categories", "funding_list", "references", "custom_fields"):
        assert any(d[name] == [] for d in details), name
        assert any(d[name] for d in details), name
    assert any(len(set(d["tags"])) < len(d["tags"]) for d in details)
    tags = {tag for d in details for tag in d["tags"]}
    assert any("," in tag for tag in tags)
    assert any("<" in tag for tag in tags)
    titles = [d["title"] for d in details]
    for odd in ("<em>", "<script>", "=HYPERLINK", "\u00a0", "🧬", "בצפון", "\n", "@", "+1", "&amp;"):
        assert any(odd in title for title in titles), odd
    assert max(len(title) for title in titles) > 250
    fields = [f for d in details for f in d["custom_fields"] if f["name"] == "Methods"]
    assert {str, list} == {type(f["value"]) for f in fields}
    licenses: dict[int, set[str]] = {}
    for d in details:
        licenses.setdefault(d["license"]["value"], set()).add(d["license"]["name"])
    assert licenses[1] == {"CC BY", "CC BY 4.0"}
    funding = [f for d in details for f in d["funding_list"]]
    assert {f["is_user_defined"] for f in funding} == {0, 1}
    assert all(("url" in f) == (f["is_user_defined"] == 0) == (f["funder_name"] is not None) for f in funding)
    assert max(Counter(f["id"] for f in funding).values()) > 1
    assert {d["funding"] for d in details} >= {None, ""}
    assert {} in [d["timeline"] for d in details]
    dates = [value for d in details for value in d["timeline"].values()]
    assert {len(value) for value in dates} == {10, 19, 20}
    paths = {c["path"].count("/") for d in details for c in d["categories"]}
    assert paths == {0, 3} or {0, 3} < paths
    assert any(len({c["title"] for c in d["categories"]}) < len({c["id"] for c in d["categories"]}) for d in details)
    used = {d["group_id"] for d in details}
    assert {g["id"] for g in world.groups} - used
    levels = {g["id"]: g["parent_id"] for g in world.groups}
    assert any(levels.get(group) == world.top_group_id for group in used)
    assert {i.state for i in world.items.values()} == {"public", "withdrawn", "draft"}
    assert {r["status"] for r in world.reviews} == {"pending", "approved", "rejected", "closed"}
    assert 0.1 < (len(world.public_ids(everywhere=True)) - 150) / 150 < 0.2


def test_orcids_have_right_check_digits() -> None:
    for item in World(80, seed=1, today=TODAY).items.values():
        for author in item.detail["authors"]:
            if author["orcid_id"]:
                digits = author["orcid_id"].replace("-", "")
                total = 0
                for digit in digits[:-1]:
                    total = (total + int(digit)) * 2
                assert (total + (10 if digits[-1] == "X" else int(digits[-1]))) % 11 == 1


def test_light_records_and_details(client: Client) -> None:
    world = client.sandbox.world
    record = client.get("/articles", institution=990).json()[0]
    assert {"created_date", "modified_date"} <= record.keys()
    assert "authors" not in record
    world.listing_has_dates = False
    since = record["modified_date"]
    record = client.get("/articles", institution=990).json()[0]
    assert not {"created_date", "modified_date"} & record.keys()
    later = {r["id"] for r in client.get("/articles", institution=990, modified_since=since, page_size=1000).json()}
    assert later == {n for n in world.public_ids() if world.detail(n)["modified_date"] >= since}
    homeless = next(n for n in world.public_ids(everywhere=True) if world.detail(n)["group_id"] is None)
    listed = {r["id"]: r for r in client.get("/articles", page_size=1000).json()}[homeless]
    searched = {r["id"]: r for r in client.search(limit=1000).json()}[homeless]
    assert (listed["group_id"], searched["group_id"]) == (0, None)
    assert "project_id" in searched
    assert "project_id" not in listed
    for key in set(listed) - {"group_id", "resource_doi", "resource_title"}:
        assert listed[key] == world.detail(homeless)[key]


def test_details_show_ten_files(shared: Client) -> None:
    world = shared.sandbox.world
    number = next(n for n in world.public_ids() if len(world.detail(n).get("files", [])) == 1143)
    assert len(shared.get(f"/articles/{number}").json()["files"]) == 10
    found: list[Json] = []
    for page in (1, 2):
        found += shared.get(f"/articles/{number}/files", page=page, page_size=1000).json()
    assert found == world.detail(number)["files"]
    assert len(shared.get(f"/articles/{number}/files").json()) == 10
    one = shared.get(f"/articles/{number}/files/{found[77]['id']}")
    assert one.json() == found[77]
    assert shared.get(f"/articles/{number}/files/1").status_code == 404
    without = next(n for n in world.public_ids() if "files" not in world.detail(n))
    assert shared.get(f"/articles/{without}/files").json() == []


def test_details_show_all_files_as_in_2023(client: Client) -> None:
    world = client.sandbox.world
    world.detail_file_limit = None
    for number in world.public_ids():
        assert client.get(f"/articles/{number}").json() == world.detail(number)


def test_versions(shared: Client) -> None:
    world = shared.sandbox.world
    number = next(n for n in world.public_ids() if world.detail(n)["version"] == 6)
    listed = shared.get(f"/articles/{number}/versions").json()
    assert [v["version"] for v in listed] == [1, 2, 3, 4, 5, 6]
    details = [shared.get(f"/articles/{number}/versions/{v}").json() for v in range(1, 7)]
    assert details[-1] == shared.get(f"/articles/{number}").json()
    published = [d["published_date"] for d in details]
    assert published == sorted(published)
    assert [d["doi"].rpartition(".v")[2] for d in details] == list("123456")
    assert shared.get(f"/articles/{number}/versions/1/files").status_code == 200
    assert shared.get(f"/articles/{number}/versions/7").json()["message"] == "Entity not found: ArticleVersion"
    assert shared.get(f"/articles/{number}/versions/0").status_code == 404


def test_what_is_not_there(shared: Client) -> None:
    world = shared.sandbox.world
    hidden = [i.id for i in world.items.values() if i.state != "public"]
    for number in [1, *hidden]:
        for path in ("", "/files", "/versions", "/versions/1", "/versions/1/files"):
            answer = shared.get(f"/articles/{number}{path}")
            assert answer.status_code == 404
            assert answer.json()["code"] == "EntityNotFound"
    for path in ("/nowhere", "/articles/x", "/articles/1/2", "/account/nothing"):
        answer = shared.get(path)
        assert answer.status_code == 404
        assert answer.text.startswith("<html>")
    assert shared.get("/collections/1").json()["code"] == "EntityNotFound"
    assert shared.get("/projects/1").json()["code"] == "EntityNotFound"


def test_collections_and_projects(shared: Client) -> None:
    world = shared.sandbox.world
    for kind in ("collections", "projects"):
        shelves = getattr(world, kind)
        listed = shared.get(f"/{kind}", page_size=1000).json()
        assert {r["id"] for r in listed} == set(shelves)
        for number, shelf in shelves.items():
            detail = shared.get(f"/{kind}/{number}").json()
            articles = {r["id"] for r in shared.get(f"/{kind}/{number}/articles", page_size=1000).json()}
            assert articles == {n for n in shelf.articles if world.items[n].state == "public"}
            assert detail.get("articles_count", len(articles)) == len(articles)
    assert len(shared.get(f"/collections/{min(world.collections) + 7}/versions").json()) == 3


def test_conditional_requests(client: Client) -> None:
    world = client.sandbox.world
    number = world.public_ids()[0]
    assert "ETag" not in client.get(f"/articles/{number}").headers
    world.conditional_requests = True
    url = f"{client.sandbox.api_url}/articles/{number}"
    first = client.session.get(url)
    etag, modified = first.headers["ETag"], first.headers["Last-Modified"]
    same = client.session.get(url, headers={"If-None-Match": etag})
    assert (same.status_code, same.content) == (304, b"")
    assert client.session.get(url, headers={"If-Modified-Since": modified}).status_code == 304
    world.edit_silently(number, title="Silently")
    assert client.session.get(url, headers={"If-None-Match": etag}).status_code == 200
    assert client.session.get(url, headers={"If-Modified-Since": modified}).status_code == 304
    world.edit(number, title="Loudly")
    assert client.session.get(url, headers={"If-Modified-Since": modified}).status_code == 200


def test_mutators(client: Client) -> None:
    world = client.sandbox.world
    one, two, *_ = world.public_ids()
    before = world.detail(one)
    new = world.publish(2)
    assert len(world.public_ids()) == 62
    assert all(client.get(f"/articles/{n}").json()["version"] == 1 for n in new)
    assert [r["id"] for r in client.get("/articles").json()[:2]] == new[::-1]
    world.edit(one, title="Changed", tags=["a", "a"])
    after = client.get(f"/articles/{one}").json()
    assert (after["title"], after["tags"], after["keywords"]) == ("Changed", ["a", "a"], ["a", "a"])
    assert after["modified_date"] > before["modified_date"]
    assert after["published_date"] == before["published_date"]
    world.edit_silently(one, title="Quiet")
    assert client.get(f"/articles/{one}").json()["modified_date"] == after["modified_date"]
    world.new_version(two, add_files=2)
    detail = world.detail(two)
    assert detail["published_date"] == detail["modified_date"] > after["modified_date"]
    assert detail["timeline"]["posted"] == detail["published_date"][:-1]
    assert detail["version"] == len(client.get(f"/articles/{two}/versions").json())
    old = client.get(f"/articles/{two}/versions/{detail['version'] - 1}").json()
    assert len(detail["files"]) == len(old.get("files", [])) + 2
    assert detail["size"] == sum(f["size"] for f in detail["files"])
    assert detail["timeline"].get("firstOnline") == old["timeline"].get("firstOnline")
    for name in ("authors", "tags", "categories", "files", "funding_list", "references", "custom_fields"):
        world.edit(one, **{name: []})
    counts = world.expected_counts()
    assert counts["articles"] == 62
    world.set_authors(one, [])
    world.move_group(one, world.top_group_id)
    assert one in {r["id"] for r in client.get("/articles", group=world.top_group_id, page_size=1000).json()}
    world.drop_fields(one, "license")
    assert "license" not in client.get(f"/articles/{one}").json()


def test_withdrawn_and_back(client: Client) -> None:
    world = client.sandbox.world
    number = world.public_ids()[3]
    first = world.detail(number)
    world.withdraw(number)
    assert client.get(f"/articles/{number}").status_code == 404
    assert number not in {r["id"] for r in client.get("/articles", page_size=1000).json()}
    account = {r["id"]: r for r in client.get("/account/institution/articles", token=True, page_size=1000).json()}
    assert account[number]["published_date"] == first["published_date"]
    world.republish(number)
    again = client.get(f"/articles/{number}").json()
    assert again["published_date"] > first["published_date"]
    assert again["timeline"]["firstOnline"] == first["timeline"]["firstOnline"]
    draft = next(i.id for i in world.items.values() if i.state == "draft")
    world.republish(draft)
    assert client.get(f"/articles/{draft}").json()["version"] == 1


def test_expected_counts_are_what_a_client_finds(client: Client) -> None:
    world = client.sandbox.world
    counts: Counter[str] = Counter()
    fields = {
        "authors": "authors", "categories": "article_categories", "tags": "tags", "funding_list": "funding",
        "references": "references", "related_materials": "related_materials", "custom_fields": "custom_fields",
    }  # fmt: skip
    for record in client.get("/articles", institution=990, page_size=1000).json():
        counts["articles"] += 1
        detail = client.get(f"/articles/{record['id']}").json()
        for field, name in fields.items():
            counts[name] += len(detail[field])
        page = 1
        while files := client.get(f"/articles/{record['id']}/files", page=page, page_size=1000).json():
            counts["files"] += len(files)
            page += 1
    for name, path in {"groups": "/account/institution/groups", "categories": "/categories"}.items():
        counts[name] = len(client.get(path, token=True).json())
    counts["licenses"], counts["item_types"] = (
        len(client.get("/licenses").json()),
        len(client.get("/item_types").json()),
    )
    assert counts == Counter(world.expected_counts())


@settings(max_examples=20, deadline=None)
@given(st.lists(st.sampled_from(["edit", "version", "withdraw", "republish", "publish", "today"]), max_size=12))
def test_the_clock_never_goes_back(steps: list[str]) -> None:
    world = World(5, seed=3, today=TODAY)
    number = world.public_ids()[0]
    last, day = world.modified(world.items[number]) or "", TODAY
    for step in steps:
        if step == "today":
            day += timedelta(days=1)
            world.set_today(day)
            continue
        if step == "publish":
            number = world.publish()[0]
        else:
            {
                "edit": world.edit,
                "version": world.new_version,
                "withdraw": world.withdraw,
                "republish": world.republish,
            }[step](number)
        now = world.modified(world.items[number]) or ""
        assert now > last
        last = now


def test_changes_while_it_serves(client: Client) -> None:
    world = client.sandbox.world
    numbers = world.public_ids()
    failed: list[BaseException] = []

    def change() -> None:
        try:
            for n in range(150):
                world.edit(numbers[n % len(numbers)], title=f"Title {n}")
                world.publish()
        except BaseException as error:
            failed.append(error)

    thread = threading.Thread(target=change)
    thread.start()
    for _ in range(60):
        assert client.get("/articles", page_size=1000).status_code == 200
    thread.join()
    assert not failed
    assert len(client.get("/articles", institution=990, page_size=1000).json()) == len(numbers) + 150


@pytest.mark.parametrize("counter", ["view", ""])
def test_unknown_counters_are_refused(client: Client, counter: str) -> None:
    with pytest.raises(ValueError, match="no counter"):
        client.sandbox.world.add_usage(1, counter, TODAY, "France", "Paris", 1)
