"""What Figshare refuses: one item or a whole part, for a moment or for good; it is said, and asked again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest

from figshare_sandbox import Fault, Sandbox
from figshare_warehouse.refresh import Outcome
from figshare_warehouse.sources.figshare.client import FigshareClient
from figshare_warehouse.sources.figshare.facts import FIRST_DAY
from figshare_warehouse.sources.figshare.usage import stats
from figshare_warehouse.sources.figshare.usage.stats import Question
from figshare_warehouse.sources.http.errors import DeniedError, RequestError
from tests.support import TODAY
from tests.usage.usage_refresh import Clock, load, planned
from tests.usage.usage_truth import asked, assert_months_true, assert_totals_true, requests

Loaded = Callable[[bool], tuple[Path, Outcome]]
DENIED = "select kind, entity_type from figshare.usage_scopes where scope = 'public' and state = 'denied' order by all"


def _questions(numbers: range, windows: int = 1) -> list[Question]:
    """Months of articles of the sandbox, so many years of each."""
    return [
        Question("months", "article", number, "views", date(2026 - n, 1, 1), date(2026 - n, 12, 31))
        for number in numbers
        for n in range(windows)
    ]


def _client(sandbox: Sandbox) -> FigshareClient:
    return FigshareClient(sandbox.api_url, stats_url=sandbox.stats_url, requests_per_second=0, concurrency=1)


def test_one_that_is_refused_does_not_end_the_reading_of_the_rest() -> None:
    with Sandbox(items=1) as sandbox, _client(sandbox) as client:
        sandbox.faults.add(Fault("status", status=403, path="/article/(1|2|9)$"))
        questions = _questions(range(1, 31))
        (batch,) = stats.readings(client, questions, 100, 60)
        assert [unread.question.entity_id for unread in batch.bad] == [1, 2, 9]
        assert all(isinstance(unread.error, DeniedError) for unread in batch.bad)
        assert [reading.question.entity_id for reading in batch.good] == [3, 4, 5, 6, 7, 8, *range(10, 31)]


def test_three_that_are_refused_at_the_beginning_end_it() -> None:
    with Sandbox(items=1) as sandbox, _client(sandbox) as client:
        sandbox.faults.add(Fault("status", status=403, path="^/stats/"))
        # Of one item alone nothing is to be learned about others.
        (batch,) = stats.readings(client, _questions(range(1, 2), 5), 100, 60)
        assert [unread.question.entity_id for unread in batch.bad] == [1] * 5
        (batch,) = stats.readings(client, _questions(range(1, 31)), 100, 60)
        assert [unread.question.entity_id for unread in batch.bad] == [1, 2, 3]
        assert len(sandbox.requests) == 8


def test_many_that_are_refused_in_a_row_end_it() -> None:
    with Sandbox(items=1) as sandbox, _client(sandbox) as client:
        # The first answers, and then it is blocked.
        sandbox.faults.add(Fault("status", status=403, path="^/stats/", after=1))
        (batch,) = stats.readings(client, _questions(range(1, 31)), 100, 60)
        assert [reading.question.entity_id for reading in batch.good] == [1]
        # Ten in a row, and the one that was under way by then.
        assert [unread.question.entity_id for unread in batch.bad] == list(range(2, 13))
        # Ten windows of two items are a matter of these two.
        sandbox.faults.clear()
        sandbox.faults.add(Fault("status", status=403, path="/article/(2|3)$"))
        (batch,) = stats.readings(client, _questions(range(1, 6), 6), 100, 60)
        assert len(batch.bad) == 12
        assert len(batch.good) == 18


def test_a_failure_says_which_item_and_window() -> None:
    with Sandbox(items=1) as sandbox, _client(sandbox) as client:
        sandbox.faults.add(Fault("changed_type", field="top", value="none", path="^/stats/top/"))
        sandbox.faults.add(Fault("changed_type", field="totals", value="none", path="^/stats/total/"))
        with pytest.raises(RequestError) as raised:
            stats.read(client, Question("referrals", "group", 11, "views", date(2025, 1, 1), date(2025, 12, 31)))
        assert str(raised.value).endswith("/top/views/group answered with something unexpected (group 11, 2025).")
        # The warehouse keeps one row for each path.
        assert raised.value.path.startswith("/top/views/group?item_id=11&sub_item=referral&")
        assert raised.value.path.endswith("&start_date=2025-01-01&end_date=2025-12-31")
        with pytest.raises(RequestError, match=r"\(article 5\)\.$"):
            stats.read(client, Question("total", "article", 5, "views", FIRST_DAY, date(2026, 6, 30)))
        sandbox.faults.add(Fault("status", status=403, path="^/stats/timeline/"))
        with pytest.raises(DeniedError, match=r"403: 'Fault 403' \(article 5, 2026-05-01 to 2026-06-30\)\.$"):
            stats.read(client, Question("months", "article", 5, "views", date(2026, 5, 1), date(2026, 6, 30)))


@pytest.mark.parametrize("kind", ["referrals", "categories"])
def test_a_top_without_anything_around_it_is_read_the_same(small: Sandbox, kind: stats.Kind) -> None:
    question = Question(kind, "group", small.world.top_group_id, "views", date(TODAY.year, 1, 1), TODAY)
    with _client(small) as client:
        wrapped = stats.read(client, question).data
        small.world.top_lists_are_bare = True
        assert wrapped
        assert stats.read(client, question).data == wrapped


@pytest.mark.parametrize(
    ("kind", "answer", "expected"),
    [
        ("referrals", {"www.google.com": 212, "direct": 175}, {"www.google.com": 212, "direct": 175}),
        ("referrals", {"top": {"www.google.com": 212}}, {"www.google.com": 212}),
        ("referrals", {}, {}),
        ("referrals", {"top": None}, {}),
        ("categories", {"39": 387}, {39: 387}),
        ("referrals", {"message": "Not found", "code": "NotFound"}, None),
        ("referrals", {"code": 404}, None),
        ("referrals", {"totals": 5}, None),
        ("referrals", {"top": 5}, None),
        ("referrals", [], None),
        ("referrals", ["www.google.com"], None),
        ("referrals", None, None),
        ("referrals", {"www.google.com": None}, None),
        ("categories", {"message": "Not found", "code": "NotFound"}, None),
        ("categories", {"www.google.com": 212}, None),
    ],
)
def test_what_is_a_top(kind: stats.Kind, answer: object, expected: object) -> None:
    if expected is None:
        with pytest.raises((ValueError, KeyError, TypeError, AttributeError)):
            stats._checked(kind, answer)
    else:
        assert stats._checked(kind, answer) == expected


@pytest.mark.slow
def test_one_refused_item_concerns_that_item_alone(small: Sandbox, loaded: Loaded, clock: Clock) -> None:
    warehouse, _ = loaded(False)
    new = small.world.publish(4)
    refused = new[-1]
    small.faults.add(Fault("status", status=403, path=rf"/timeline/month/(views|downloads)/article/{refused}$"))
    clock.now += timedelta(hours=1)
    outcome = load(small, warehouse, False)
    assert outcome.outcome == "incomplete"
    # Months of each of four articles that has such use, and of the one once more.
    kinds = ("views", "downloads")
    used = [(number, kind) for number in new for kind in kinds if small.world.usage_total(kind, "article", number)]
    again = [kind for number, kind in used if number == refused]
    assert again
    assert requests(outcome)["months"] == len(used) + len(again)
    assert [failure["message"].partition("/stats")[2].partition(" (")[0] for failure in outcome.failures] == [
        f"/timeline/month/{kind}/article/{refused} answered 403: 'Fault 403'" for kind in again
    ]
    assert all(f"(article {refused}, 20" in failure["message"] for failure in outcome.failures)
    assert asked(warehouse, DENIED) == []
    query = "select article_id, views from reports.articles where list_contains(?, article_id)"
    truth = {number: small.world.usage_total("views", "article", number) for number in new}
    # Its totals are not refused.
    assert dict(asked(warehouse, query, new)) == truth
    months = "select count(*) from figshare.usage_by_month where entity_type = 'article' and entity_id = ?"
    assert asked(warehouse, months, refused) == [(0,)]
    # It is asked again, once each, and nothing else is.
    clock.now += timedelta(hours=1)
    outcome = load(small, warehouse, False)
    assert (outcome.outcome, requests(outcome)) == ("incomplete", {"months": len(again)})
    small.faults.clear()
    clock.now += timedelta(hours=1)
    outcome = load(small, warehouse, False)
    assert (outcome.outcome, requests(outcome)) == ("done", {"months": len(again)})
    assert asked(warehouse, months, refused) != [(0,)]


@pytest.mark.slow
def test_a_refusal_that_passes_leaves_nothing_out(small: Sandbox, loaded: Loaded, clock: Clock) -> None:
    warehouse, _ = loaded(True)
    new = small.world.publish(4)
    for number in new:
        small.world.add_usage(number, "views", TODAY, "Germany", "Berlin", 2)
    # As a gateway under load does: the first list of totals, and the first three articles, one after the other.
    small.faults.add(Fault("status", status=403, path=rf"^/stats/{small.portal}/top/", times=1))
    small.faults.add(Fault("status", status=403, path=r"/timeline/month/.*/article/", times=3))
    clock.now += timedelta(hours=1)
    outcome = load(small, warehouse)
    assert outcome.outcome == "done"
    assert requests(outcome)["bulk_totals"] == 7
    assert_totals_true(small, warehouse)
    assert_months_true(small, warehouse)
    assert asked(warehouse, "select count(*) from figshare.usage_scopes where state = 'denied'") == [(0,)]
    assert asked(warehouse, "select count(*) from figshare.usage_coverage where state = 'denied'") == [(0,)]


@pytest.mark.slow
def test_a_part_that_is_denied_is_said_and_asked_again_by_age(small: Sandbox, clock: Clock, unused: Path) -> None:
    warehouse = unused
    small.faults.add(Fault("status", status=403, path=r"^/stats/(timeline|breakdown|top)/"))
    outcome = load(small, warehouse, False)
    assert outcome.outcome == "incomplete"
    made = requests(outcome)
    totals = made.pop("total")
    assert totals > 30
    # Three items each of articles and of groups, and one of them once more; by country and site only groups are asked.
    assert made == {"months": 8, "countries": 4, "referrals": 4, "categories": 4}
    kinds = [(kind, "group") for kind in ("categories", "countries", "months", "referrals")]
    assert asked(warehouse, DENIED) == sorted([*kinds, ("months", "article")])
    # One sentence for all of it, with what to do.
    ((failure),) = outcome.failures
    used = [small.world.usage_total("views", "group", group["id"]) > 0 for group in small.world.groups]
    groups = sum(used)
    assert failure["message"].startswith(f"Figshare refuses usage without credentials: months of {groups} groups, ")
    assert "months of" in failure["message"].partition("groups")[2]
    assert "portal, stats_username and stats_password" in failure["message"]
    assert "--usage none" in failure["message"]
    query = "select sum(due_entity_count), max(denied_scope_count) from reports.usage_coverage where kind = 'months'"
    ((due, scopes),) = asked(warehouse, query)
    assert due > 0
    assert scopes == 1
    # Totals are not refused; of months what is unknown is not 0.
    assert asked(warehouse, "select count(*) from reports.articles where views is null") == [(0,)]
    used_months = "select count(*) from figshare.usage_by_month"
    assert asked(warehouse, used_months) == [(0,)]

    # Nothing of it is asked by the next, which says it, too; a refresh that asks Figshare for next to nothing as well.
    clock.now += timedelta(hours=1)
    assert planned(small, warehouse, clock.now, False) == []
    outcome = load(small, warehouse, False, token=None)
    assert (outcome.outcome, requests(outcome)) == ("incomplete", {})
    assert outcome.failures[0]["message"] == failure["message"]

    # A day later one item each tells whether it still is, another one than before.
    clock.now += timedelta(hours=20)
    tried = {"months": 2, "countries": 1, "referrals": 1, "categories": 1}
    assert {row[0]: row[1] for row in planned(small, warehouse, clock.now, False)} == tried
    before = len(small.requests)
    outcome = load(small, warehouse, False)
    assert (outcome.outcome, requests(outcome)) == ("incomplete", tried)
    paths = [exchange.path for exchange in small.requests]
    assert not {path for path in paths[before:] if "/timeline/" in path} & set(paths[:before])

    # And when it answers, all is read.
    small.faults.clear()
    clock.now += timedelta(hours=20)
    outcome = load(small, warehouse, False)
    assert outcome.outcome == "done"
    assert asked(warehouse, DENIED) == []
    for entity_type in ("article", "group"):
        assert_totals_true(small, warehouse, entity_type)
        assert_months_true(small, warehouse, entity_type)


@pytest.mark.slow
def test_with_other_credentials_what_is_denied_is_asked_at_once(small: Sandbox, clock: Clock, unused: Path) -> None:
    small.faults.add(Fault("status", status=403, path=r"^/stats/(timeline|breakdown|top)/"))
    load(small, unused, False)
    outcome = load(small, unused)
    # What is denied in public is no matter where nothing is asked for in public.
    assert (outcome.outcome, outcome.failures) == ("done", [])
    assert requests(outcome)["bulk_totals"] == 6
    assert_months_true(small, unused)


@pytest.mark.slow
def test_what_was_refused_last_time_does_not_judge_the_rest(small: Sandbox, loaded: Loaded, clock: Clock) -> None:
    warehouse, _ = loaded(False)
    new = small.world.publish(9)
    any_of = "|".join(str(number) for number in new[:5])
    small.faults.add(Fault("status", status=403, path=rf"/timeline/month/(views|downloads)/article/({any_of})$"))
    # Months are asked for where the total is not 0.
    used = [
        (number, kind)
        for number in new[:5]
        for kind in ("views", "downloads")
        if small.world.usage_total(kind, "article", number)
    ]
    assert len({number for number, _ in used}) > 2
    for _ in range(3):
        clock.now += timedelta(hours=1)
        outcome = load(small, warehouse, False)
        assert outcome.outcome == "incomplete"
        # All that were refused, and only these.
        assert len(outcome.failures) == len(used)
        assert asked(warehouse, DENIED) == []
    assert requests(outcome) == {"months": len(used)}
    query = "select count(*) from figshare.usage_by_month where entity_type = 'article' and list_contains(?, entity_id)"
    assert asked(warehouse, query, new[:5]) == [(0,)]
