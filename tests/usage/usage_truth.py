"""What the sandbox knows to be true, compared with what a warehouse holds."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import duckdb

from pipelines.sandbox import Sandbox

COUNTERS = ("views", "downloads", "shares")


def asked(warehouse: Path, query: str, *parameters: Any) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        return connection.execute(query, parameters).fetchall()


def items(sandbox: Sandbox, item_type: str) -> list[int]:
    if item_type == "group":
        return [group["id"] for group in sandbox.world.groups]
    return sandbox.world.public_ids()


def assert_totals_true(sandbox: Sandbox, warehouse: Path, item_type: str = "article") -> None:
    query = "select item_id, counter, total from staging.stg_usage_counters where item_type = ? and total is not null"
    known = {(item, counter): total for item, counter, total in asked(warehouse, query, item_type)}
    assert known == {
        (number, counter): sandbox.world.usage_total(counter, item_type, number)
        for number in items(sandbox, item_type)
        for counter in COUNTERS
    }


def assert_months_true(sandbox: Sandbox, warehouse: Path, item_type: str = "article") -> None:
    query = "select item_id, counter, strftime(month, '%Y-%m'), event_count from figshare.usage_by_month "
    known: dict[tuple[int, str], dict[str, int]] = {}
    for item, counter, month, count in asked(warehouse, query + "where item_type = ?", item_type):
        if count:
            known.setdefault((item, counter), {})[month] = count
    for number in items(sandbox, item_type):
        for counter in COUNTERS:
            assert known.get((number, counter), {}) == sandbox.world.usage_by_month(counter, item_type, number)


def assert_countries_true(sandbox: Sandbox, warehouse: Path, item_type: str = "group") -> None:
    query = (
        "select item_id, counter, strftime(month, '%Y-%m'), country, sum(event_count) from figshare.usage_by_country "
        "where item_type = ? and event_count > 0 group by all"
    )
    known: dict[tuple[int, str], dict[tuple[str, str], int]] = {}
    for item, counter, month, country, count in asked(warehouse, query, item_type):
        known.setdefault((item, counter), {})[month, country] = count
    for number in items(sandbox, item_type):
        for counter in COUNTERS:
            truth: Counter[tuple[str, str]] = Counter()
            for month, countries in sandbox.world.usage_by_month_country(counter, item_type, number).items():
                for country, cities in countries.items():
                    truth[month, country.replace("Unkown", "Unknown")] += cities["total"]
            assert known.get((number, counter), {}) == dict(truth)


def assert_no_gap_and_no_double(warehouse: Path) -> None:
    assert asked(warehouse, "select * from staging.stg_usage_windows where gap_count > 0") == []
    for table, period in (("usage_by_month", "month"), ("usage_by_day", "day")):
        query = f"select count(*), count(distinct (item_type, item_id, counter, {period})) from figshare.{table}"
        ((rows, keys),) = asked(warehouse, query)
        assert rows == keys


def requests(outcome: Any) -> dict[str, int]:
    """The requests for usage by kind."""
    kinds = outcome.requests_by_kind.items()
    return {kind.removeprefix("usage_"): n.requests for kind, n in kinds if kind.startswith("usage_")}
