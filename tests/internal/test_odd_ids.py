"""An id that is no number ends no list: it is noted as drift, and all others are read."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from figshare_sandbox import Fault, Sandbox
from figshare_warehouse.refresh.internal.marks import by_id
from tests.internal.conftest import loaded_at

LISTS = ("/institution/articles$", "/institution/reviews$", "/institution/accounts$", "/account/articles$")


def test_records_are_told_apart_by_numbers_only() -> None:
    odd: list[dict[str, Any]] = [{"id": [1]}, {"id": {}}, {"id": None}, {"id": "1"}, {"id": True}, {}]
    last = {"id": 1, "title": "Later"}
    assert by_id([{"id": 1}, *odd, last]) == ([last, *odd], {1})


@pytest.mark.slow
@pytest.mark.parametrize("value", [[1], {"a": 1}, "12"], ids=str)
def test_a_list_whose_ids_are_no_numbers_ends_nothing(people: Sandbox, warehouse: Path, value: Any) -> None:
    for path in LISTS:
        people.faults.add(Fault("changed_type", path=path, field="id", value=value))
    options: dict[str, Any] = {"internal": True, "account": True, "without": ["roles"]}
    outcome = loaded_at(datetime(2026, 6, 30, 12), people, warehouse, **options)
    assert outcome.outcome == "done", outcome.failures
    assert {row["table_name"] for row in outcome.drift} >= {
        f"figshare_internal.{name}" for name in ("listed_articles", "reviews", "accounts")
    }
