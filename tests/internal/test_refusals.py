"""A record that is refused stops no other: it is remembered, and asked for again after a while and last."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from figshare_sandbox import Fault, Sandbox
from figshare_warehouse.refresh import Outcome
from tests.internal.conftest import ACCOUNTS, loaded_at
from tests.internal.truth import internal_requests
from tests.support import change, count, rows

pytestmark = pytest.mark.slow

NOON = datetime(2026, 6, 30, 12)
DAY = timedelta(days=1)
ARTICLES: dict[str, Any] = {"internal": True, "without": ["accounts", "roles", "reviews"]}
REVIEWS: dict[str, Any] = {"internal": True, "without": ["accounts", "roles", "articles"]}


def refuse(sandbox: Sandbox, path: str) -> None:
    sandbox.faults.add(Fault("status", status=403, path=path))


def asked(outcome: Outcome, kind: str) -> int:
    return internal_requests(outcome).get(f"internal_{kind}", 0)


def held(warehouse: Path, article_id: int) -> bool:
    return count(warehouse, f"figshare_internal.articles where article_id = {article_id}") == 1


def test_a_refused_change_stops_no_other(people: Sandbox, warehouse: Path) -> None:
    administration = people.world.administration
    draft = administration.create_draft()
    loaded_at(NOON, people, warehouse, **ARTICLES)
    administration.edit_draft(draft, title="Changed")
    refuse(people, rf"/account/articles/{draft}$")
    first = loaded_at(NOON + DAY, people, warehouse, **ARTICLES)
    [finding] = first.findings
    assert finding.startswith("This token may not see 1 of the 1 article details that were to be read: they are asked")
    new = administration.create_draft()
    second = loaded_at(NOON + 2 * DAY, people, warehouse, **ARTICLES)
    assert (second.outcome, second.denied, asked(second, "article")) == ("done", [], 1)
    assert held(warehouse, new)


def test_many_refused_ones_stop_none_that_is_new(people: Sandbox, warehouse: Path) -> None:
    administration = people.world.administration
    drafts = [administration.create_draft() for _ in range(12)]
    refuse(people, rf"/account/articles/({'|'.join(map(str, drafts))})$")
    loaded_at(NOON, people, warehouse, **ARTICLES)
    for days in (31, 62):
        # All are due again, by themselves or with a new one.
        loaded_at(NOON + days * DAY, people, warehouse, **ARTICLES)
        new = administration.create_draft()
        outcome = loaded_at(NOON + (days + 1) * DAY, people, warehouse, **ARTICLES)
        assert (outcome.outcome, outcome.denied, asked(outcome, "article")) == ("done", [], 1)
        assert held(warehouse, new)
    # Once they may be seen they are.
    people.faults.clear()
    loaded_at(NOON + 100 * DAY, people, warehouse, **ARTICLES)
    assert all(held(warehouse, draft) for draft in drafts)


def test_a_refused_account_stops_no_other(people: Sandbox, warehouse: Path) -> None:
    # Details and roles of few accounts.
    del people.world.accounts[3:]
    administration = people.world.administration
    loaded_at(NOON, people, warehouse, **ACCOUNTS)
    refused = administration.create_account()
    refuse(people, rf"/institution/(accounts|roles)/{refused}$")
    first = loaded_at(NOON + DAY, people, warehouse, **ACCOUNTS)
    assert [finding.split(" that ")[0] for finding in first.findings] == [
        "This token may not see 1 of the 1 account details",
        "This token may not see 1 of the 1 account roles",
    ]
    new = administration.create_account()
    second = loaded_at(NOON + 2 * DAY, people, warehouse, **ACCOUNTS)
    assert (second.outcome, second.denied) == ("done", [])
    assert (asked(second, "account"), asked(second, "account_roles")) == (1, 1)
    assert count(warehouse, f"figshare_internal.account_details where account_id = {new}") == 1
    assert count(warehouse, f"figshare_internal.account_role_readings where account_id = {new}") == 1


def test_refused_comments_stop_no_others(people: Sandbox, warehouse: Path) -> None:
    curation = people.world.administration.curation
    refused, other = (review["id"] for review in people.world.reviews[:2])
    loaded_at(NOON, people, warehouse, **REVIEWS)
    refuse(people, rf"/review/{refused}/comments$")
    curation.comment(refused, "One")
    assert loaded_at(NOON + DAY, people, warehouse, **REVIEWS).outcome == "incomplete"
    curation.comment(other, "Two")
    second = loaded_at(NOON + 2 * DAY, people, warehouse, **REVIEWS)
    assert (second.outcome, second.denied, asked(second, "review_comments")) == ("done", [], 1)
    assert "Two" in {text for (text,) in rows(warehouse, "select comment_text from figshare_internal.review_comments")}
    people.faults.clear()
    curation.comment(refused, "Three")
    loaded_at(NOON + 3 * DAY, people, warehouse, **REVIEWS)
    texts = {text for (text,) in rows(warehouse, "select comment_text from figshare_internal.review_comments")}
    assert {"One", "Two", "Three"} <= texts


def test_a_missing_one_that_is_refused_stops_no_other(people: Sandbox, warehouse: Path) -> None:
    administration = people.world.administration
    drafts = [administration.create_draft() for _ in range(2)]
    loaded_at(NOON, people, warehouse, **ARTICLES)
    for draft in drafts:
        administration.discard(draft)
    refuse(people, rf"/account/articles/{drafts[0]}$")
    counts = []
    for days in range(1, 10):
        new = administration.create_draft()
        outcome = loaded_at(NOON + days * DAY, people, warehouse, **ARTICLES)
        assert outcome.denied == []
        assert held(warehouse, new)
        counts.append((outcome.outcome, asked(outcome, "article")))
    # Besides the new one: both on the first day, and the one that was not found once more a week later.
    assert counts == [("incomplete", 3), *[("done", 1)] * 6, ("done", 2), ("done", 1)]
    assert [held(warehouse, draft) for draft in drafts] == [True, False]


def test_a_token_that_lost_its_rights_is_found_out_by_a_few(people: Sandbox, warehouse: Path) -> None:
    loaded_at(NOON, people, warehouse, **ACCOUNTS)
    refuse(people, r"/institution/accounts/\d+$")
    outcome = loaded_at(NOON + 100 * DAY, people, warehouse, **ACCOUNTS)
    assert 10 <= asked(outcome, "account") < 30
    assert count(warehouse, "figshare_internal.rights where part = 'account details'") == 1
    assert count(warehouse, "figshare_internal.refusals") == 0


def test_a_refusal_before_a_reading_does_not_hold(people: Sandbox, warehouse: Path) -> None:
    administration = people.world.administration
    account = int(people.world.accounts[1]["id"])
    quota = people.world.accounts[1]["used_quota"]
    loaded_at(NOON, people, warehouse, **ACCOUNTS)
    refuse(people, rf"/institution/accounts/{account}$")
    asks = []
    for days, used in ((1, 5), (2, 6), (3, 5), (4, quota)):
        administration.edit_account(account, used_quota=used)
        asks.append(asked(loaded_at(NOON + days * DAY, people, warehouse, **ACCOUNTS), "account"))
        people.faults.clear()
    assert asks == [1, 1, 1, 1]


def test_a_review_that_the_list_leaves_out_is_asked_for_once_a_week(people: Sandbox, warehouse: Path) -> None:
    loaded_at(NOON, people, warehouse, **REVIEWS)
    review = people.world.reviews[-1]["id"]
    other = people.world.reviews[0]["id"]
    # The list shows the first one in the place of all.
    people.faults.add(Fault("changed_type", path=r"/institution/reviews$", field="id", value=other))
    change(warehouse, f"delete from figshare_internal.reviews where review_id not in ({review}, {other})")
    asks = []
    for days in range(1, 10):
        outcome = loaded_at(NOON + days * DAY, people, warehouse, **REVIEWS)
        assert outcome.outcome == "done"
        asks.append(asked(outcome, "review"))
    assert asks == [1, *[0] * 7, 1]
    people.faults.clear()
    loaded_at(NOON + 10 * DAY, people, warehouse, **REVIEWS)
    assert count(warehouse, "figshare_internal.reviews where missed_at is not null or left_at is not null") == 0
