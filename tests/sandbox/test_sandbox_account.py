from __future__ import annotations

import pytest

from tests.sandbox.sandbox_client import Client

PATHS = ["", "/institution", "/institution/groups", "/institution/articles", "/institution/accounts",
         "/institution/reviews", "/institution/custom_fields"]  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
def test_tokens_are_needed(shared: Client, path: str) -> None:
    missing = shared.get("/account" + path)
    assert (missing.status_code, set(missing.json())) == (401, {"message", "code"})
    for given in ("token wrong", "Basic xyz", shared.sandbox.token):
        answer = shared.session.get(shared.sandbox.api_url + "/account" + path, headers={"Authorization": given})
        assert answer.status_code == 403
        assert answer.json()["code"]
    assert shared.get("/account" + path, token=True).status_code == 200


def test_groups_are_a_tree_of_three_levels(shared: Client) -> None:
    groups = {g["id"]: g for g in shared.get("/account/institution/groups", token=True).json()}
    tops = [g for g in groups.values() if g["parent_id"] == 0]
    assert [g["id"] for g in tops] == [shared.sandbox.world.top_group_id]

    def depth(number: int) -> int:
        return 0 if number == 0 else 1 + depth(groups[number]["parent_id"])

    assert {depth(number) for number in groups} == {1, 2, 3}


def test_institution_articles_have_drafts_and_withdrawn_ones(shared: Client) -> None:
    world = shared.sandbox.world
    listed = {r["id"]: r for r in shared.get("/account/institution/articles", token=True, page_size=1000).json()}
    own = {i.id: i.state for i in world.items.values() if i.institution == 990}
    assert set(listed) == set(own)
    assert {n for n, r in listed.items() if r["published_date"] is None} == {n for n, s in own.items() if s == "draft"}
    assert "withdrawn" in own.values()
    assert shared.get("/account/institution/articles", token=True, order="created_date").status_code == 422
    last = list(listed.values())[-1]
    assert last["published_date"] is None  # what has no date comes last
    rising = shared.get("/account/institution/articles", token=True, page_size=1000, order_direction="asc").json()
    assert rising[-1]["published_date"] is None


def test_accounts(shared: Client) -> None:
    path = "/account/institution/accounts"
    everyone = shared.get(path, token=True, page_size=1000).json()
    assert len(everyone) == 40
    active = shared.get(path, token=True, page_size=1000, is_active=1).json()
    assert 0 < len(active) < 40
    middle = everyone[20]
    assert shared.get(path, token=True, email=middle["email"]).json() == [middle]
    assert shared.get(path, token=True, institution_user_id=middle["institution_user_id"]).json() == [middle]
    assert len(shared.get(path, token=True, page_size=1000, id_lte=middle["id"]).json()) == 21
    assert len(shared.get(path, token=True, page_size=1000, id_gte=middle["id"]).json()) == 20
    assert shared.get(path, token=True, is_active=2).status_code == 422


def test_reviews(shared: Client) -> None:
    path = "/account/institution/reviews"
    everything = shared.get(path, token=True, limit=1000).json()
    states = {state: shared.get(path, token=True, limit=1000, status=state).json() for state in
              ("pending", "approved", "rejected", "closed")}  # fmt: skip
    assert all(states.values())
    assert sum(map(len, states.values())) == len(everything)
    assert shared.get(path, token=True, status="lost").status_code == 422
    assert len(shared.get(path, token=True, limit=3, offset=2).json()) == 3
    one = states["pending"][0]
    assert shared.get(path, token=True, article_id=one["article_id"]).json() == [one]
    detail = shared.get(f"/account/institution/review/{one['id']}", token=True).json()
    assert detail["item"]["id"] == one["article_id"]
    assert detail["item"]["published_date"] is None
    assert shared.get("/account/institution/review/1", token=True).status_code == 404
