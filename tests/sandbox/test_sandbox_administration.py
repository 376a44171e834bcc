"""What an administrator sees, what another account sees, and what happens to drafts, reviews and accounts."""

from __future__ import annotations

from typing import Any

import requests

from tests.sandbox.sandbox_client import Client

Json = dict[str, Any]
INSTITUTION = "/account/institution"


def get(client: Client, path: str, token: str | None = None, **query: Any) -> requests.Response:
    headers = {"Authorization": f"token {token or client.sandbox.token}"}
    return client.session.get(client.sandbox.api_url + path, params=query, headers=headers, timeout=30)


def found(client: Client, path: str, token: str | None = None, **query: Any) -> Any:
    answer = get(client, path, token, **query)
    assert answer.status_code == 200, (path, answer.text)
    return answer.json()


def test_an_account_and_its_user(shared: Client) -> None:
    light = found(shared, f"{INSTITUTION}/accounts", page_size=1000)[7]
    detail = found(shared, f"{INSTITUTION}/accounts/{light['id']}")
    assert detail.items() >= light.items()
    assert detail["used_quota_private"] + detail["used_quota_public"] == light["used_quota"]
    assert not detail["created_date"].endswith("Z")
    user = found(shared, f"{INSTITUTION}/users/{light['id']}")
    assert (user["id"], user["last_name"]) == (light["user_id"], light["last_name"])
    assert get(shared, f"{INSTITUTION}/accounts/1").status_code == 404
    assert get(shared, f"{INSTITUTION}/users/{light['user_id']}").status_code == 404


def test_roles_and_embargo_options(client: Client) -> None:
    administration = client.sandbox.world.administration
    roles = {role["id"] for role in found(client, f"{INSTITUTION}/roles")}
    account, group = client.sandbox.world.accounts[1]["id"], client.sandbox.world.top_group_id
    administration.give_role(account, group, 2)
    held = found(client, f"{INSTITUTION}/roles/{account}")
    assert {role["id"] for of_group in held.values() for role in of_group} <= roles
    assert 2 in {role["id"] for role in held[str(group)]}
    administration.take_role(account, group, 2)
    assert 2 not in {role["id"] for role in found(client, f"{INSTITUTION}/roles/{account}").get(str(group), [])}
    options = found(client, f"{INSTITUTION}/embargo_options")
    assert found(client, f"{INSTITUTION}/groups/{group}/embargo_options") == options
    assert get(client, f"{INSTITUTION}/groups/1/embargo_options").status_code == 404


def test_an_ordinary_token_sees_its_own_articles_only(client: Client) -> None:
    sandbox = client.sandbox
    world, token = sandbox.world, sandbox.account_token
    account = found(client, "/account", token)["id"]
    mine = world.administration.create_draft(account, title="My draft")
    for part in ("accounts", "articles", "reviews", "roles", "groups", "embargo_options", "custom_fields"):
        answer = get(client, f"{INSTITUTION}/{part}", token)
        assert (answer.status_code, set(answer.json())) == (403, {"message", "code"})
    listed = found(client, "/account/articles", token, page_size=1000)
    assert [record["id"] for record in listed] == sorted(world.administration.article_ids(account), reverse=True)
    assert found(client, f"/account/articles/{mine}", token)["account_id"] == account
    other = next(n for n in world.administration.article_ids() if n not in world.administration.article_ids(account))
    assert get(client, f"/account/articles/{other}", token).status_code == 404
    headers = {"Authorization": f"token {token}"}
    url = f"{sandbox.api_url}/account/articles/search"
    answer = client.session.post(url, json={"search_for": ":title: draft"}, headers=headers, timeout=30)
    assert [record["id"] for record in answer.json()] == [mine]
    assert "project_id" in answer.json()[0]
    admin = {"Authorization": f"token {sandbox.token}"}
    assert client.session.post(url, json={"search_for": ":title: draft"}, headers=admin, timeout=30).json() == []


def test_rights_shrink_and_tokens_expire(client: Client) -> None:
    sandbox = client.sandbox
    administration = sandbox.world.administration
    number = next(iter(administration.article_ids()))
    administration.denied = {"reviews", "article"}
    assert get(client, f"{INSTITUTION}/reviews").status_code == 403
    assert get(client, f"{INSTITUTION}/accounts").status_code == 200
    assert get(client, f"/account/articles/{number}").status_code == 403
    administration.denied = set()
    assert get(client, f"/account/articles/{number}").status_code == 200
    sandbox.tokens["another-token"] = sandbox.tokens.pop(sandbox.token)
    expired = get(client, INSTITUTION)
    assert (expired.status_code, expired.json()["code"]) == (403, "OAuthInvalidToken")
    assert get(client, f"{INSTITUTION}/reviews", "another-token").status_code == 200


def test_the_next_version_waits_in_the_working_copy(client: Client) -> None:
    world = client.sandbox.world
    number = next(i.id for i in world.items.values() if i.state == "public" and i.institution == 990 and not i.draft)
    public = client.get(f"/articles/{number}").json()
    assert found(client, f"/account/articles/{number}")["title"] == public["title"]
    world.administration.edit_draft(number, title="A better title")
    assert client.get(f"/articles/{number}").json() == public
    private = found(client, f"/account/articles/{number}")
    assert (private["title"], private["version"], private["status"]) == (
        "A better title",
        public["version"] + 1,
        "draft",
    )
    newest = found(client, f"{INSTITUTION}/articles", order="modified_date", page_size=1)[0]
    assert (newest["id"], newest["title"]) == (number, "A better title")
    since = found(client, f"{INSTITUTION}/articles", modified_since=private["modified_date"], page_size=1000)
    assert [record["id"] for record in since] == [number]
    world.administration.publish(number)
    published = client.get(f"/articles/{number}").json()
    assert (published["title"], published["version"]) == ("A better title", public["version"] + 1)
    assert found(client, f"/account/articles/{number}")["status"] == "public"


def test_made_worlds_have_next_versions_that_wait(shared: Client) -> None:
    waiting = {n: i for n, i in shared.sandbox.world.items.items() if i.draft}
    assert waiting
    for number in waiting:
        private, public = found(shared, f"/account/articles/{number}"), shared.get(f"/articles/{number}").json()
        assert private["title"] == f"{public['title']} (revised)"
        assert private["modified_date"] >= public["modified_date"]


def test_drafts_and_embargoes(client: Client) -> None:
    administration = client.sandbox.world.administration
    account = client.sandbox.world.accounts[5]["id"]
    number = administration.create_draft(account, client.sandbox.world.top_group_id, title="Not yet")
    record = next(r for r in found(client, f"{INSTITUTION}/articles", page_size=1000, status=1) if r["id"] == number)
    assert record["published_date"] is None
    assert number not in {r["id"] for r in found(client, f"{INSTITUTION}/articles", page_size=1000, status=2)}
    assert get(client, f"{INSTITUTION}/articles", status=9).status_code == 422
    assert get(client, f"{INSTITUTION}/articles", status="draft").status_code == 422
    assert client.get(f"/articles/{number}").status_code == 404
    administration.embargo(number, "2027-01-01T00:00:00")
    private = found(client, f"/account/articles/{number}")
    assert (private["status"], private["published_date"], private["embargo_type"]) == ("public", None, "article")
    assert client.get(f"/articles/{number}").status_code == 404
    administration.publish(number)
    assert client.get(f"/articles/{number}").json()["is_embargoed"] is False
    administration.reassign(number, client.sandbox.world.accounts[6]["id"])
    assert found(client, f"/account/articles/{number}")["account_id"] == client.sandbox.world.accounts[6]["id"]
    administration.unpublish(number)
    assert found(client, f"/account/articles/{number}")["status"] == "draft"
    thrown_away = administration.create_draft(account)
    administration.discard(thrown_away)
    assert get(client, f"/account/articles/{thrown_away}").status_code == 404


def test_private_files(client: Client) -> None:
    world = client.sandbox.world
    number = next(n for n in world.public_ids() if len(world.detail(n).get("files") or ()) > 10)
    files = found(client, f"/account/articles/{number}")["files"]
    assert len(files) == 10
    assert {(f["status"], f["is_attached_to_public_version"]) for f in files} == {("available", True)}
    every_file = found(client, f"/account/articles/{number}/files", page_size=1000)
    assert len(every_file) == min(1000, len(world.detail(number)["files"]))
    world.administration.edit_draft(number, files=[*world.detail(number)["files"][1:3], every_file[0] | {"id": 1}])
    attached = [f["is_attached_to_public_version"] for f in found(client, f"/account/articles/{number}/files")]
    assert attached == [True, True, False]


def test_a_review_from_submission_to_approval(client: Client) -> None:
    world = client.sandbox.world
    administration, curation = world.administration, world.administration.curation
    number = administration.create_draft(title="Submitted")
    review = curation.open(number)
    assert found(client, f"/account/articles/{number}")["curation_status"] == "pending"
    administration.edit_draft(number, title="Changed after that")
    detail = found(client, f"{INSTITUTION}/review/{review}")
    assert (detail["item"]["title"], detail["status"], detail["request_number"]) == ("Submitted", "pending", 1)
    reviewer = world.accounts[2]["id"]
    curation.assign(review, reviewer)
    first = curation.comment(review, "Please add a README")
    curation.edit_comment(review, first, "Please add a README.")
    curation.decide(review, "rejected", "Not yet")
    again = curation.open(number, reviewer)
    curation.decide(again, "approved")
    listed = {r["id"]: r for r in found(client, f"{INSTITUTION}/reviews", limit=1000, article_id=number)}
    assert {n: (r["status"], r["request_number"], r["comments_count"]) for n, r in listed.items()} == {
        review: ("rejected", 1, 2), again: ("approved", 2, 1),
    }  # fmt: skip
    comments = found(client, f"{INSTITUTION}/review/{review}/comments", limit=1000)
    assert [(c["type"], c["text"], c["account_id"]) for c in comments] == [
        ("comment", "Please add a README.", reviewer), ("rejected", "Not yet", reviewer),
    ]  # fmt: skip
    assert len(found(client, f"{INSTITUTION}/review/{review}/comments", limit=1, offset=1)) == 1
    assert get(client, f"{INSTITUTION}/review/1/comments").status_code == 404
    assert client.get(f"/articles/{number}").json()["title"] == "Changed after that"
    assert found(client, f"/account/articles/{number}")["curation_status"] == "approved"
    curation.reopen(again)
    reopened = found(client, f"{INSTITUTION}/review/{again}")
    assert (reopened["status"], reopened["request_number"], reopened["review_date"]) == ("pending", 3, None)
    curation.close(again)
    assert curation.review(again)["status"] == "closed"
    curation.remove(again)
    assert get(client, f"{INSTITUTION}/review/{again}").status_code == 404


def test_made_reviews_have_as_many_comments_as_they_say(shared: Client) -> None:
    for review in found(shared, f"{INSTITUTION}/reviews", limit=1000):
        comments = found(shared, f"{INSTITUTION}/review/{review['id']}/comments", limit=1000)
        assert len(comments) == review["comments_count"]
        if comments and review["status"] != "pending":
            assert comments[-1]["type"] == review["status"]


def test_accounts_come_change_and_leave(client: Client) -> None:
    world = client.sandbox.world
    administration = world.administration
    number = administration.create_account(first_name="Ada", group_id=world.groups[2]["id"])
    detail = found(client, f"{INSTITUTION}/accounts/{number}")
    assert (detail["first_name"], detail["group_id"]) == ("Ada", world.groups[2]["id"])
    administration.edit_account(number, used_quota=5, active=0)
    changed = found(client, f"{INSTITUTION}/accounts/{number}")
    assert (changed["used_quota"], changed["active"]) == (5, 0)
    assert changed["modified_date"] > detail["modified_date"]
    administration.leave(number)
    assert get(client, f"{INSTITUTION}/accounts/{number}").status_code == 404
    assert get(client, f"{INSTITUTION}/roles/{number}").status_code == 404


def test_expected_counts_are_what_an_administrator_finds(shared: Client) -> None:
    expected = shared.sandbox.world.administration.expected_counts()
    accounts = found(shared, f"{INSTITUTION}/accounts", page_size=1000)
    articles = found(shared, f"{INSTITUTION}/articles", page_size=1000)
    reviews = found(shared, f"{INSTITUTION}/reviews", limit=1000)
    held = [found(shared, f"{INSTITUTION}/roles/{account['id']}") for account in accounts]
    details = [found(shared, f"/account/articles/{record['id']}") for record in articles]
    assert expected == {
        "accounts": len(accounts), "articles": len(articles), "reviews": len(reviews),
        "article_authors": sum(len(detail["authors"]) for detail in details),
        "review_comments": sum(review["comments_count"] for review in reviews),
        "roles": len(found(shared, f"{INSTITUTION}/roles")),
        "account_roles": sum(len(roles) for one in held for roles in one.values()),
        "embargo_options": len(found(shared, f"{INSTITUTION}/embargo_options")),
    }  # fmt: skip
