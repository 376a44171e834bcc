"""Articles in every state, reviews and comments: as Figshare has them, for few requests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from figshare_sandbox import Fault, Sandbox
from figshare_warehouse.refresh import Outcome
from tests.internal.truth import articles_in, articles_of, internal_requests, is_true, reviews_in
from tests.support import TODAY, change, rows

Refreshed = Callable[..., Outcome]
REVIEWS = {"internal": True, "without": ["accounts", "roles", "collections", "projects"]}


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(items=12, seed=3, today=TODAY) as made:
        yield made


@pytest.fixture
def warehouse(tmp_path: Path) -> Path:
    return tmp_path / "w.duckdb"


def test_articles_and_reviews_are_as_figshare_has_them(sandbox: Sandbox, refreshed: Refreshed, warehouse: Path) -> None:
    curation = sandbox.world.administration.curation
    first = refreshed(sandbox, warehouse, **REVIEWS)
    assert (first.outcome, first.drift) == ("done", [])
    assert is_true(sandbox, warehouse)
    commented = sum(review["comments_count"] > 0 for review in sandbox.world.reviews)
    articles = len(sandbox.world.administration.article_ids())
    assert internal_requests(first) == {
        "internal_articles": 1, "internal_reviews": 1, "internal_article": articles,
        "internal_review_comments": commented,
    }  # fmt: skip
    # A day on which nothing happened.
    second = refreshed(sandbox, warehouse, **REVIEWS)
    assert second.outcome == "done"
    assert internal_requests(second) == {"internal_articles": 1, "internal_reviews": 1}
    # A comment is one request for comments; the article's curation status is not changed by it.
    pending = next(review for review in sandbox.world.reviews if review["status"] == "pending")
    curation.comment(pending["id"], "Where is the licence?")
    third = refreshed(sandbox, warehouse, **REVIEWS)
    assert internal_requests(third) == {
        "internal_articles": 1, "internal_reviews": 1, "internal_review_comments": 1,
    }  # fmt: skip
    curation.decide(pending["id"], "rejected", "No licence")
    fourth = refreshed(sandbox, warehouse, **REVIEWS)
    assert internal_requests(fourth)["internal_article"] == 1
    assert is_true(sandbox, warehouse)


@pytest.mark.slow
def test_what_happens_to_drafts_is_read(sandbox: Sandbox, refreshed: Refreshed, warehouse: Path) -> None:
    administration = sandbox.world.administration
    refreshed(sandbox, warehouse, **REVIEWS)
    made = administration.create_draft(sandbox.world.accounts[4]["id"], title="A draft of mine")
    waiting, other, gone = sandbox.world.public_ids()[:3]
    administration.edit_draft(waiting, title="Next time")
    administration.reassign(other, sandbox.world.accounts[7]["id"])
    administration.unpublish(gone)
    outcome = refreshed(sandbox, warehouse, **REVIEWS)
    assert internal_requests(outcome)["internal_article"] == 4
    assert is_true(sandbox, warehouse)
    administration.embargo(made, "2027-01-01T00:00:00")
    administration.publish(waiting)
    refreshed(sandbox, warehouse, **REVIEWS)
    assert is_true(sandbox, warehouse)


@pytest.mark.slow
def test_a_draft_that_is_deleted_is_removed(sandbox: Sandbox, refreshed: Refreshed, warehouse: Path) -> None:
    administration = sandbox.world.administration
    draft = administration.create_draft(title="Not for long")
    review = administration.curation.open(draft)
    administration.curation.comment(review, "Well")
    refreshed(sandbox, warehouse, **REVIEWS)
    administration.discard(draft)
    administration.curation.remove(review)
    before = articles_in(warehouse)
    assert refreshed(sandbox, warehouse, **REVIEWS).outcome == "done"
    # It is believed a week later, or when it is confirmed.
    assert articles_in(warehouse) == before
    outcome = refreshed(sandbox, warehouse, confirm_withdrawals=True, **REVIEWS)
    assert outcome.outcome == "done"
    assert is_true(sandbox, warehouse)
    left = "select left_at is not null, group_id, listed_mark from figshare_internal.listed_articles"
    assert rows(warehouse, f"{left} where article_id = {draft}") == [(True, None, None)]
    # It is not asked for again.
    again = refreshed(sandbox, warehouse, **REVIEWS)
    assert internal_requests(again) == {"internal_articles": 1, "internal_reviews": 1}


@pytest.mark.slow
def test_an_article_that_is_still_public_is_not_gone(sandbox: Sandbox, refreshed: Refreshed, warehouse: Path) -> None:
    public = sandbox.world.public_ids()[0]
    refreshed(sandbox, warehouse, **REVIEWS)
    before = articles_in(warehouse)
    sandbox.faults.add(Fault("changed_type", path="/account/institution/articles$", field="id", value=public + 1))
    sandbox.faults.add(Fault("status", status=404, path=f"/account/articles/{public}$"))
    change(warehouse, f"delete from figshare_internal.listed_articles where article_id <> {public}")
    for _ in range(2):
        refreshed(sandbox, warehouse, confirm_withdrawals=True, **REVIEWS)
        assert {row[0] for row in before} == {row[0] for row in articles_in(warehouse)}
    assert rows(warehouse, "select status from figshare_internal.refusals where part = 'missing articles'") == [(404,)]


@pytest.mark.slow
def test_many_that_are_missing_at_once_are_not_believed_to_be_gone(
    sandbox: Sandbox, refreshed: Refreshed, warehouse: Path
) -> None:
    administration = sandbox.world.administration
    drafts = [administration.create_draft() for _ in range(8)]
    refreshed(sandbox, warehouse, **REVIEWS)
    before = articles_in(warehouse)
    for draft in drafts:
        administration.discard(draft)
    outcome = refreshed(sandbox, warehouse, **REVIEWS)
    assert outcome.outcome == "incomplete"
    assert any("lacks 8 of" in finding for finding in outcome.findings)
    assert articles_in(warehouse) == before
    refreshed(sandbox, warehouse, confirm_withdrawals=True, **REVIEWS)
    assert is_true(sandbox, warehouse)


@pytest.mark.slow
def test_what_a_list_leaves_out_stays_where_it_is_there(
    sandbox: Sandbox, refreshed: Refreshed, warehouse: Path
) -> None:
    refreshed(sandbox, warehouse, **REVIEWS)
    number = sandbox.world.administration.article_ids()[0]
    change(warehouse, "update figshare_internal.listed_articles set refresh_id = '0'")
    sandbox.faults.add(Fault("empty_page", path="/account/institution/articles$"))
    change(warehouse, f"delete from figshare_internal.listed_articles where article_id <> {number}")
    outcome = refreshed(sandbox, warehouse, **REVIEWS)
    assert internal_requests(outcome)["internal_article"] == 1
    assert "internal_article" not in internal_requests(refreshed(sandbox, warehouse, **REVIEWS))
    sandbox.faults.clear()
    refreshed(sandbox, warehouse, **REVIEWS)
    assert is_true(sandbox, warehouse)


def test_a_token_with_fewer_rights_removes_nothing(sandbox: Sandbox, refreshed: Refreshed, warehouse: Path) -> None:
    administration = sandbox.world.administration
    refreshed(sandbox, warehouse, **REVIEWS)
    before = articles_in(warehouse), reviews_in(warehouse)
    administration.denied = {"reviews", "comments"}
    outcome = refreshed(sandbox, warehouse, **REVIEWS)
    assert outcome.outcome == "incomplete"
    assert [finding.count("may not see the reviews") for finding in outcome.findings] == [1]
    assert internal_requests(outcome)["internal_articles"] == 1
    # An ordinary token sees nothing of it: nothing is removed, and its articles are read.
    account = sandbox.tokens[sandbox.account_token]
    mine = administration.create_draft(account, title="My own")
    own = {"account": True, "token": sandbox.account_token, "without": ["accounts", "roles", "collections", "projects"]}
    refreshed(sandbox, warehouse, **own)
    assert set(before[0]) <= set(articles_in(warehouse))
    assert reviews_in(warehouse) == before[1]
    assert {row[0] for row in articles_in(warehouse)} - {row[0] for row in before[0]} == {mine}
    administration.denied = set()
    refreshed(sandbox, warehouse, **REVIEWS)
    assert is_true(sandbox, warehouse)


@pytest.mark.slow
def test_an_ordinary_token_reads_its_own_articles(sandbox: Sandbox, refreshed: Refreshed, warehouse: Path) -> None:
    account = sandbox.tokens[sandbox.account_token]
    for title in ("One", "Two"):
        sandbox.world.administration.create_draft(account, title=title)
    own = {"account": True, "token": sandbox.account_token, "without": ["accounts", "roles", "collections", "projects"]}
    outcome = refreshed(sandbox, warehouse, **own)
    listed = articles_of(sandbox, account)
    assert articles_in(warehouse) == listed
    assert internal_requests(outcome)["internal_article"] == len(listed)
    assert "internal_article" not in internal_requests(refreshed(sandbox, warehouse, **own))


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["status", "html", "half_body", "bad_json"])
def test_one_failed_request_stops_nothing_else(
    sandbox: Sandbox, refreshed: Refreshed, warehouse: Path, kind: str
) -> None:
    number = sandbox.world.administration.article_ids()[2]
    sandbox.faults.add(Fault(kind, status=500 if kind == "status" else None, path=f"/account/articles/{number}$"))
    outcome = refreshed(sandbox, warehouse, max_tries=1, **REVIEWS)
    assert outcome.outcome == "incomplete"
    assert [(failure["path"], failure["article_id"]) for failure in outcome.failures] == [
        ("/account/articles/ID", None)
    ]
    assert {row[0] for row in articles_of(sandbox)} - {row[0] for row in articles_in(warehouse)} == {number}
    sandbox.faults.clear()
    assert internal_requests(refreshed(sandbox, warehouse, **REVIEWS))["internal_article"] == 1
    assert is_true(sandbox, warehouse)


@pytest.mark.slow
def test_an_institution_on_version_3_is_read_as_well(sandbox: Sandbox, refreshed: Refreshed, warehouse: Path) -> None:
    columns = "article_id, account_id, title, tags, modified_date, curation_status, license_value"
    query = f"select {columns} from figshare_internal.articles order by article_id"
    refreshed(sandbox, warehouse, **REVIEWS)
    before = rows(warehouse, query)
    sandbox.world.switch(after="empty")
    switched = refreshed(sandbox, warehouse, **REVIEWS)
    assert switched.outcome == "done"
    assert rows(warehouse, query) == before
    number = sandbox.world.administration.create_draft(title="On version 3")
    other = warehouse.with_name("other.duckdb")
    for path in (warehouse, other):
        refreshed(sandbox, path, **REVIEWS)
    assert {row[0] for row in rows(warehouse, query)} - {row[0] for row in before} == {number}
    assert rows(other, query) == rows(warehouse, query)
    assert reviews_in(other) == reviews_in(warehouse)


@pytest.mark.slow
def test_details_that_are_refused_are_not_asked_for_each_time(
    sandbox: Sandbox, refreshed: Refreshed, warehouse: Path
) -> None:
    administration = sandbox.world.administration
    ids = administration.article_ids()
    for status, number in ((403, ids[0]), (403, ids[4]), (404, ids[7])):
        sandbox.faults.add(Fault("status", status=status, path=f"/account/articles/{number}$"))
    first = refreshed(sandbox, warehouse, **REVIEWS)
    assert (first.outcome, first.failures) == ("incomplete", [])
    assert [finding.startswith("This token may not see 2 of the ") for finding in first.findings] == [True]
    assert {row[0] for row in articles_in(warehouse)} == set(ids) - {ids[0], ids[4], ids[7]}
    second = refreshed(sandbox, warehouse, **REVIEWS)
    assert second.outcome == "done"
    assert "internal_article" not in internal_requests(second)
    # One that changed is asked for again, and all are once the refusal is old.
    administration.edit_draft(ids[4], title="Changed")
    sandbox.faults.clear()
    assert internal_requests(refreshed(sandbox, warehouse, **REVIEWS))["internal_article"] == 1
    change(warehouse, "update figshare_internal.refusals set refused_at = refused_at - interval 31 day")
    assert internal_requests(refreshed(sandbox, warehouse, **REVIEWS))["internal_article"] == 2
    assert is_true(sandbox, warehouse)


@pytest.mark.slow
def test_a_token_that_may_see_no_detail_is_found_out_by_a_few(
    sandbox: Sandbox, refreshed: Refreshed, warehouse: Path
) -> None:
    administration = sandbox.world.administration
    for number in administration.article_ids(sandbox.tokens[sandbox.token]):
        administration.reassign(number, sandbox.world.accounts[5]["id"])
    administration.denied = {"article"}
    first = refreshed(sandbox, warehouse, **REVIEWS)
    assert [finding.count("may not see the article details") for finding in first.findings] == [1]
    assert internal_requests(first)["internal_article"] <= 20
    assert "internal_article" not in internal_requests(refreshed(sandbox, warehouse, **REVIEWS))
    assert rows(warehouse, "select count(*) from figshare_internal.refusals") == [(0,)]
