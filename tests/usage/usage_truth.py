"""What the sandbox knows to be true, compared with what a warehouse holds."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from figshare_sandbox import Sandbox
from tests.support import TODAY

COUNTERS = ("views", "downloads", "shares")
# Of a hundred views of an article so many come from there; what of a view is left over goes to the next.
SITES = {"scholar.google.com": 41, "www.google.com": 27, "direct": 17, "doi.org": 9, "en.wikipedia.org": 6}


def asked(warehouse: Path, query: str, *parameters: Any) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        return connection.execute(query, parameters).fetchall()


def items(sandbox: Sandbox, entity_type: str) -> list[int]:
    if entity_type == "group":
        return [group["id"] for group in sandbox.world.groups]
    return sandbox.world.public_ids()


def assert_totals_true(
    sandbox: Sandbox, warehouse: Path, entity_type: str = "article", numbers: Sequence[int] = ()
) -> None:
    counters = "from intermediate.int_usage_counters where entity_type = ? and total is not null"
    query = f"select entity_id, counter, total {counters}"
    known = {(item, counter): total for item, counter, total in asked(warehouse, query, entity_type)}
    assert known == {
        (number, counter): sandbox.world.usage_total(counter, entity_type, number)
        for number in numbers or items(sandbox, entity_type)
        for counter in COUNTERS
    }


def assert_months_true(
    sandbox: Sandbox, warehouse: Path, entity_type: str = "article", numbers: Sequence[int] = ()
) -> None:
    query = "select entity_id, counter, strftime(month, '%Y-%m'), event_count from figshare.usage_by_month "
    known: dict[tuple[int, str], dict[str, int]] = {}
    for item, counter, month, count in asked(warehouse, query + "where entity_type = ?", entity_type):
        if count:
            known.setdefault((item, counter), {})[month] = count
    for number in numbers or items(sandbox, entity_type):
        for counter in COUNTERS:
            assert known.get((number, counter), {}) == sandbox.world.usage_by_month(counter, entity_type, number)


def assert_countries_true(
    sandbox: Sandbox, warehouse: Path, entity_type: str = "group", numbers: Sequence[int] = ()
) -> None:
    query = (
        "select entity_id, counter, strftime(month, '%Y-%m'), country, sum(event_count) from figshare.usage_by_country "
        "where entity_type = ? and event_count > 0 group by all"
    )
    known: dict[tuple[int, str], dict[tuple[str, str], int]] = {}
    for item, counter, month, country, count in asked(warehouse, query, entity_type):
        known.setdefault((item, counter), {})[month, country] = count
    for number in numbers or items(sandbox, entity_type):
        for counter in COUNTERS:
            truth: Counter[tuple[str, str]] = Counter()
            for month, countries in sandbox.world.usage_by_month_country(counter, entity_type, number).items():
                for country, cities in countries.items():
                    truth[month, country.replace("Unkown", "Unknown")] += cities["total"]
            assert known.get((number, counter), {}) == dict(truth)


def assert_tops_true(sandbox: Sandbox, warehouse: Path, today: date) -> None:
    """Sites and categories of the institution and of each group, this year and the last one."""
    figures = sandbox.world.figures
    categories: Counter[tuple[int, date, date, int]] = Counter()
    sites: Counter[tuple[int, date, date, str]] = Counter()
    for number in items(sandbox, "group"):
        for first, last in (
            (date(today.year - 1, 1, 1), date(today.year - 1, 12, 31)),
            (date(today.year, 1, 1), today),
        ):
            for article in figures.items("group", number):
                views = figures.between("views", "article", article.id, first.toordinal(), last.toordinal())
                for category in {category["id"] for category in article.detail["categories"]}:
                    categories[number, first, last, category] += views
                weight = given = 0
                for site, percent in SITES.items():
                    weight += percent
                    sites[number, first, last, site] += views * weight // 100 - given
                    given = views * weight // 100
    for table, column, truth in (("categories", "category_id", categories), ("referrals", "referral", sites)):
        query = f"select entity_id, first_on, last_on, {column}, event_count from figshare.usage_{table} "
        query += "where entity_type = 'group' and counter = 'views' and event_count > 0"
        known = {tuple(key): count for *key, count in asked(warehouse, query)}
        assert known == dict(+truth)
    assert sandbox.world.top_group_id in {number for number, *_ in sites}


def assert_no_gap_and_no_double(warehouse: Path) -> None:
    assert asked(warehouse, "select * from intermediate.int_usage_windows where gap_count > 0") == []
    for table, period in (("usage_by_month", "month"), ("usage_by_day", "day")):
        query = f"select count(*), count(distinct (entity_type, entity_id, counter, {period})) from figshare.{table}"
        ((rows, keys),) = asked(warehouse, query)
        assert rows == keys


def requests(outcome: Any) -> dict[str, int]:
    """The requests for usage by kind."""
    kinds = outcome.requests_by_kind.items()
    return {kind.removeprefix("usage_"): n.requests for kind, n in kinds if kind.startswith("usage_")}


def _months(first: date, last: date) -> int:
    return (last.year - first.year) * 12 + last.month - first.month + 1


def first_load_requests(
    sandbox: Sandbox, warehouse: Path, has_credentials: bool, are_lives_whole: bool = False
) -> dict[str, int]:
    """The requests of a first load, months item by item, from the sandbox's truth and the items' beginnings.

    Args:
        sandbox: the Figshare.
        warehouse: holds the items.
        has_credentials: whether there are bulk totals.
        are_lives_whole: whether one request answers more than two years.
    """
    made: Counter[str] = Counter()
    absent: Counter[tuple[str, str]] = Counter()
    if has_credentials:
        made["bulk_totals"] = 6
    query = "select entity_type, entity_id, started_on from intermediate.int_usage_items"
    for entity_type, number, started_on in asked(warehouse, query):
        for counter in COUNTERS:
            total = sandbox.world.usage_total(counter, entity_type, number)
            has_bulk_total = has_credentials and total > 0
            if not has_credentials:
                made["total"] += 1
            elif not has_bulk_total:
                # A few of those that bulk totals leave out, of each type and counter.
                absent[entity_type, counter] = min(3, absent[entity_type, counter] + 1)
            if total:
                first = min(sandbox.world.usage_by_month(counter, entity_type, number))
                # Two years are answered, and show it where there was nothing before.
                is_whole = are_lives_whole or first >= f"{TODAY.year - 2}-{TODAY.month:02}"
                made["months"] += 1 if is_whole else math.ceil(_months(started_on, TODAY) / 24)
            if total and entity_type == "group":
                first = min(sandbox.world.usage_by_month(counter, entity_type, number))
                begun = max(started_on, date.fromisoformat(f"{first}-01"))
                made["countries"] += math.ceil(_months(begun, TODAY) / 24)
                if counter == "views":
                    years = min(TODAY.year - started_on.year + 1, 2)
                    made["referrals"] += years
                    made["categories"] += years
    made["total"] += sum(absent.values())
    return dict(made)
