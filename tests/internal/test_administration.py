"""`report reviews`, `report account` and `report administration`: what they show, and who can read it."""

from __future__ import annotations

import json
import stat
from pathlib import Path
from typing import Any

import duckdb
import pytest
from click.testing import CliRunner, Result

from figshare_warehouse.cli import cli
from figshare_warehouse.errors import UsageError
from figshare_warehouse.reports.subjects import AmbiguousError
from tests.internal.conftest import DRAFT_SECRETS, SECRETS
from tests.reports.page_text import Read

FIRST, LAST, EMAIL, _ = SECRETS
REPORTS = ("reviews", "account", "administration")


def run(published: Path, *arguments: object) -> Result:
    given = ["report", *map(str, arguments), "--published", str(published / "w_reports.duckdb")]
    return CliRunner().invoke(cli, given)


def shown(published: Path, *arguments: object) -> dict[str, Any]:
    done = run(published, *arguments, "--format", "json")
    assert done.exception is None
    found: dict[str, Any] = json.loads(done.output)
    return found


def asked(published: Path, query: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(published / "w_reports_internal.duckdb"), read_only=True) as connection:
        return connection.execute(query).fetchall()


def test_reviews_show_what_waits_and_how_long_decisions_take(published: Path) -> None:
    found = shown(published, "reviews")
    queue = asked(published, "select review_id from internal.review_queue order by waiting_since, review_id")
    assert [(row["review_id"],) for row in found["rows"]] == queue != []
    assert found["headline"]["waiting_count"] == len(queue)
    assert found["headline"]["longest_waiting_days"] == max(row["waiting_days"] for row in found["rows"])
    months = asked(
        published,
        "select strftime(month, '%Y-%m'), review_count from internal.review_turnaround where part = 'all' "
        "order by month desc",
    )
    assert [(row["month"], row["review_count"]) for row in found["months"]] == months[:24] != []
    ended = "select sum(review_count) from internal.review_turnaround where part = 'reviewer' and month >= "
    year = f"{ended} (select max(month) - to_months(11) from internal.review_turnaround)"
    assert [(sum(row["review_count"] for row in found["reviewers"]),)] == asked(published, year)


@pytest.mark.parametrize(
    "wanted", [f"{EMAIL}@northfield.example", f"{EMAIL}@NORTHFIELD.example", FIRST, LAST[:6].lower()]
)
def test_an_account_is_found_by_address_and_name(published: Path, wanted: str) -> None:
    found = shown(published, "account", wanted)
    account_id = found["headline"]["account_id"]
    assert found["headline"]["email"] == f"{EMAIL}@northfield.example"
    owned = asked(published, f"select article_id from internal.account_articles where account_id = {account_id}")
    assert {(row["article_id"],) for row in found["rows"]} == set(owned) != set()
    assert len(owned) == found["headline"]["owned_article_count"]
    assert [row["state"] for row in found["rows"]].count("draft") == found["headline"]["owned_draft_count"]
    assert shown(published, "account", account_id)["headline"] == found["headline"]
    assert found["storage"][0]["used_bytes"] == found["headline"]["used_bytes"]


def test_every_article_has_an_owner_once(published: Path) -> None:
    counts = "select count(*), count(distinct article_id) from internal.account_articles"
    [(rows, articles)] = asked(published, counts)
    assert rows == articles
    owned = "select sum(owned_article_count), sum(owned_draft_count) from internal.depositors"
    states = "select count(*), count(*) filter (where state = 'draft') from internal.account_articles"
    assert asked(published, states) == asked(published, owned)


def test_an_account_that_is_not_there_or_not_the_only_one(published: Path) -> None:
    missing = run(published, "account", "nobody@nowhere.example").exception
    assert isinstance(missing, UsageError)
    assert "There is no account 'nobody@nowhere.example'" in str(missing)
    several = run(published, "account").exception
    assert isinstance(several, AmbiguousError)
    assert "There are 40 accounts: say which with an id or e-mail address" in str(several)
    # Of no account, however long.
    assert isinstance(run(published, "account", "9" * 40).exception, UsageError)


def test_what_needs_an_administrator(published: Path) -> None:
    found = shown(published, "administration")
    drafts = "(select count(*) from internal.drafts where state = 'draft')"
    counts = asked(published, f"select (select count(*) from internal.depositors), {drafts}")
    assert [(found["headline"]["account_count"], found["headline"]["draft_count"])] == counts
    assert sum(row["account_count"] for row in found["depositors"]) == found["headline"]["account_count"]
    ratios = [row["used_ratio"] for row in found["storage"] if not row["full_on"] and not row["is_full"]]
    assert ratios == sorted(ratios, reverse=True)


@pytest.mark.parametrize("report", REPORTS)
def test_a_page_is_only_its_owners_and_has_all_rows(published: Path, tmp_path: Path, report: str) -> None:
    page = tmp_path / "page.html"
    subject = [FIRST] if report == "account" else []
    done = run(published, report, *subject, "--format", "html", "--output", page)
    assert done.exception is None
    assert stat.S_IMODE(page.stat().st_mode) == 0o600
    text = page.read_text(encoding="utf-8")
    assert "it is for administrators" in text
    rows = Read(text).rows["articles" if report == "account" else "queue"]
    # With the heading.
    assert len(rows) == 1 + len(shown(published, report, *subject)["rows"])
    # One that anybody may read is replaced by a private one.
    page.chmod(0o644)
    assert run(published, report, *subject, "--format", "html", "--output", page).exception is None
    assert stat.S_IMODE(page.stat().st_mode) == 0o600


@pytest.mark.parametrize("format_", ["csv", "json", "table"])
def test_a_file_of_rows_is_only_its_owners(published: Path, tmp_path: Path, format_: str) -> None:
    written = tmp_path / f"drafts.{format_}"
    assert run(published, "account", FIRST, "--format", format_, "--output", written).exception is None
    assert stat.S_IMODE(written.stat().st_mode) == 0o600
    assert DRAFT_SECRETS[0] in written.read_text(encoding="utf-8")


def test_without_internal_reports_it_says_what_to_do(tmp_path: Path, published: Path) -> None:
    for report in REPORTS:
        problem = run(tmp_path, report).exception
        assert isinstance(problem, UsageError)
        assert "There are no internal reports at" in str(problem)
        assert "refresh --internal" in str(problem)
    # The file of internal reports may be named itself.
    given = ["report", "reviews", "--published", str(published / "w_reports_internal.duckdb")]
    assert CliRunner().invoke(cli, given).exception is None
