"""The addresses that articles name are asked for where the user wants it, few in a refresh, and again later."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from figshare_sandbox import Sandbox
from figshare_warehouse.refresh import followed, links
from figshare_warehouse.refresh.plan import plan
from tests.citations.refreshing import load, next_day, settings_for
from tests.hostile import send, served
from tests.support import TODAY, requests_of, rows


def health(warehouse: Path) -> dict[str, Any]:
    found = rows(warehouse, "select link, state from reports.link_health where place = 'reference'")
    return {link.rpartition("/")[2]: state for link, state in found}


@pytest.mark.slow
def test_links_of_articles(begun: Callable[[Path], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    warehouse = begun(tmp_path / "warehouse.duckdb")
    statuses = {"/ok": 200, "/gone": 404, "/wall": 403}
    monkeypatch.setattr(links, "MOST_LINKS", 2)
    with (
        Sandbox(items=3, seed=5, today=TODAY) as sandbox,
        served(lambda handler: send(handler, b"", statuses[handler.path])) as figshare,
    ):
        # Nothing else is named by any article.
        for id_ in sandbox.world.public_ids():
            sandbox.world.edit(id_, references=[], related_materials=[], files=[])
        url = figshare.api_url
        [first, second, *_] = sandbox.world.public_ids()
        sandbox.world.edit(first, references=[f"{url}/ok", f"{url}/gone", "file:///etc/passwd", "not an address"])
        sandbox.world.edit(second, references=[f"{url}/wall", f"{url}/ok"])
        assert "links" not in requests_of(load(sandbox, warehouse, citations=False))
        assert health(warehouse) == {"ok": None, "gone": None, "wall": None}
        settings = settings_for(sandbox, links=True, citations=False)
        planned = plan(settings, followed(settings), warehouse, sandbox.world.now + timedelta(minutes=10))
        assert ("links", 2) in [row[:2] for row in planned.rows.rows]
        # Two in a refresh: one that is fine takes one request, one that is gone two.
        outcome = load(sandbox, warehouse, links=True, citations=False)
        assert (outcome.outcome, requests_of(outcome)["links"]) == ("done", 3)
        next_day(sandbox)
        load(sandbox, warehouse, links=True, citations=False)
        assert health(warehouse) == {"ok": "ok", "gone": "gone", "wall": "refused"}
        next_day(sandbox)
        assert "links" not in requests_of(load(sandbox, warehouse, links=True, citations=False))
        [(since,)] = rows(warehouse, "select failing_since from figshare.link_checks where state = 'gone'")
        next_day(sandbox, 9)
        statuses["/wall"] = 200
        load(sandbox, warehouse, links=True, citations=False)
        # What failed is asked for again sooner, and failing since the first time.
        assert health(warehouse) == {"ok": "ok", "gone": "gone", "wall": "ok"}
        failing = rows(warehouse, "select failing_since from figshare.link_checks where failing_since is not null")
        assert failing == [(since,)]
        # At a limit what was asked for is loaded; what failed comes first, and takes two requests.
        next_day(sandbox, 40)
        load(sandbox, warehouse, citations=False)
        spent = sum(requests_of(load(sandbox, warehouse, citations=False)).values())
        outcome = load(sandbox, warehouse, links=True, citations=False, max_requests=spent + 2)
        assert (outcome.outcome, requests_of(outcome)["links"]) == ("stopped", 2)
        last = f"where refresh_id = '{outcome.refresh_id}'"
        assert rows(warehouse, f"select count(*) from figshare.link_checks {last}") == [(1,)]
