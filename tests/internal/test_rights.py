"""What a token may see is found out: a refusal is one sentence, stops nothing else, and removes nothing."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from figshare_sandbox import Sandbox
from figshare_warehouse.cli.summary import summary_lines
from figshare_warehouse.refresh import Outcome
from tests.internal.conftest import ACCOUNTS, INTERNAL, loaded_at
from tests.support import count, requests_of, rows

NOON = datetime(2026, 6, 30, 12)


def internal_requests(outcome: Outcome) -> dict[str, int]:
    return {kind: count for kind, count in requests_of(outcome).items() if kind.startswith("internal")}


def rights(warehouse: Path) -> list[tuple[object, ...]]:
    return rows(warehouse, "select part, status, allowed_at from figshare_internal.rights order by part, token_mark")


def test_an_ordinary_token_reads_its_account_and_is_told_the_rest_once(people: Sandbox, warehouse: Path) -> None:
    given = {**ACCOUNTS, "account": True, "token": people.account_token}
    first = loaded_at(NOON, people, warehouse, **given)
    assert first.outcome == "incomplete"
    assert first.failures == []
    denied = ["accounts", "embargo options", "institution", "roles"]
    assert rights(warehouse) == [(part, 403, None) for part in denied]
    # Of roles only those of the token's account were asked for: that is one record, not a part.
    assert sorted(sentence.split(" (")[0].split(" that ")[0] for sentence in first.findings) == [
        "This token may not see 1 of the 1 account roles",
        *(f"This token may not see the {part}" for part in denied),
    ]
    # The public record, and the token's account.
    assert count(warehouse, "figshare.articles") == len(people.world.public_ids())
    own = people.tokens[people.account_token]
    assert rows(warehouse, "select account_id from figshare_internal.accounts") == [(own,)]
    assert count(warehouse, "figshare_internal.account_details") == 1

    second = loaded_at(NOON + timedelta(days=1), people, warehouse, **given)
    assert (second.outcome, second.findings) == ("done", [])
    assert internal_requests(second) == {"internal_own_account": 1}
    assert requests_of(second).keys().isdisjoint({"institutions", "groups"})
    assert second.denied[0] == "accounts (403; asked again on 2026-07-30)"


@pytest.mark.slow
def test_what_was_refused_is_asked_again_after_a_month_or_with_another_token(people: Sandbox, warehouse: Path) -> None:
    given = {**ACCOUNTS, "account": True, "token": people.account_token}
    loaded_at(NOON, people, warehouse, **given)
    count_denied = len(rights(warehouse))
    second = loaded_at(NOON + timedelta(days=31), people, warehouse, **given)
    assert internal_requests(second)["internal_accounts"] == 1
    assert len(rights(warehouse)) == count_denied

    # Another token is another matter, and needs no waiting.
    third = loaded_at(NOON + timedelta(days=32), people, warehouse, **ACCOUNTS)
    assert third.outcome == "done"
    assert count(warehouse, "figshare_internal.accounts") == len(people.world.accounts)


@pytest.mark.slow
def test_fewer_rights_remove_nothing(people: Sandbox, warehouse: Path) -> None:
    assert loaded_at(NOON, people, warehouse, **ACCOUNTS).outcome == "done"
    before = rows(warehouse, "from figshare_internal.accounts order by account_id")
    people.world.administration.denied.update({"accounts", "roles"})
    later = NOON + timedelta(days=100)
    less = loaded_at(later, people, warehouse, **ACCOUNTS)
    assert less.outcome == "incomplete"
    assert [part for part, *_ in rights(warehouse)] == ["account details", "account roles", "accounts", "roles"]
    assert rows(warehouse, "from figshare_internal.accounts order by account_id") == before
    assert count(warehouse, "figshare_internal.account_roles") > 0
    # The rights come back with the same token: that is found when it is asked again.
    people.world.administration.denied.clear()
    again = loaded_at(later + timedelta(days=31), people, warehouse, **ACCOUNTS)
    assert again.outcome == "done"
    assert {allowed for _, _, allowed in rights(warehouse)} == {later + timedelta(days=31)}


@pytest.mark.slow
def test_a_token_that_lists_fewer_removes_nothing(people: Sandbox, warehouse: Path) -> None:
    loaded_at(NOON, people, warehouse, **ACCOUNTS)
    hidden = people.world.accounts[10:30]
    del people.world.accounts[10:30]
    less = loaded_at(NOON + timedelta(days=1), people, warehouse, **ACCOUNTS)
    [finding] = less.findings
    assert finding.startswith("The list of accounts that a token is needed for lacks 20 of 40: all stay")
    named = "select count(*), count(email) from figshare_internal.accounts"
    assert rows(warehouse, named) == [(40, 40)]
    # Another administrator sees them again.
    people.world.accounts[10:10] = hidden
    people.tokens["another"] = people.tokens[people.token]
    assert loaded_at(NOON + timedelta(days=2), people, warehouse, token="another", **ACCOUNTS).outcome == "done"
    # What only the other token saw is not missing for this one.
    del people.world.accounts[10]
    own = {**ACCOUNTS, "token": people.token}
    assert loaded_at(NOON + timedelta(days=3), people, warehouse, **own).outcome == "done"
    assert rows(warehouse, named) == [(40, 40)]


@pytest.mark.slow
def test_an_expired_token_is_one_sentence(people: Sandbox, warehouse: Path) -> None:
    loaded_at(NOON, people, warehouse, **ACCOUNTS)
    before = rows(warehouse, "from figshare_internal.accounts order by account_id")
    expired = loaded_at(NOON + timedelta(days=1), people, warehouse, token="expired", **INTERNAL)
    assert expired.outcome == "incomplete"
    [finding] = expired.findings
    assert finding.startswith("Figshare refuses the token (403): it has expired, was revoked or is incomplete.")
    assert internal_requests(expired) == {"internal_own_account": 1}
    assert rights(warehouse) == []
    assert rows(warehouse, "from figshare_internal.accounts order by account_id") == before


@pytest.mark.slow
def test_the_token_is_not_kept(people: Sandbox, warehouse: Path) -> None:
    loaded_at(NOON, people, warehouse, **ACCOUNTS)
    [(mark,)] = rows(warehouse, "select distinct token_mark from figshare_internal.accounts")
    salt, _, digits = mark.partition(":")
    assert (len(salt), len(digits)) == (16, 6)
    other = warehouse.with_name("other.duckdb")
    loaded_at(NOON, people, other, **ACCOUNTS)
    # Another warehouse has another salt, and so another mark of the same token.
    assert rows(other, "select distinct token_mark from figshare_internal.accounts") != [(mark,)]
    assert people.token.encode() not in warehouse.read_bytes()


@pytest.mark.slow
def test_what_only_an_older_token_saw_is_said(people: Sandbox, warehouse: Path) -> None:
    draft = people.world.administration.create_draft()
    loaded_at(NOON, people, warehouse, **INTERNAL)
    people.world.administration.discard(draft)
    people.world.administration.leave(int(people.world.accounts[1]["id"]))
    people.tokens["renewed"] = people.tokens[people.token]
    second = loaded_at(NOON + timedelta(days=1), people, warehouse, token="renewed", **INTERNAL)
    assert (second.outcome, second.findings) == ("done", [])
    said = "2 internal records were seen by an older token only, and may be gone: --internal-max-age removes"
    assert any(line.startswith(said) for line in summary_lines(second, warehouse, 0))
    # What is too old goes, and is not said any more.
    later = NOON + timedelta(days=40)
    third = loaded_at(later, people, warehouse, token="renewed", internal_max_age="30d", **INTERNAL)
    assert third.seen_before_count == 0
    assert not any("older token" in line for line in summary_lines(third, warehouse, 0))
