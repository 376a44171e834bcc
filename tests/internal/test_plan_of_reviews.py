"""What a plan says of articles in every state and of reviews."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from figshare_sandbox import Sandbox
from figshare_warehouse.configuration import resolve_settings
from figshare_warehouse.refresh import Outcome
from figshare_warehouse.refresh.internal.estimate import planned_internal
from tests.internal.truth import internal_requests
from tests.support import TODAY

Refreshed = Callable[..., Outcome]


def planned(sandbox: Sandbox, warehouse: Path, **options: Any) -> dict[str, int]:
    given = {"institution": sandbox.institution_id, "api_url": sandbox.api_url, "token": sandbox.token, **options}
    with duckdb.connect(str(warehouse)) as connection:
        now = datetime.combine(TODAY, time(12)) + timedelta(days=1)
        lines = planned_internal(connection, resolve_settings(given), now)
    return {line.kind: line.requests for line in lines if line.requests is not None}


@pytest.mark.slow
def test_what_a_stopped_refresh_left_is_planned(refreshed: Refreshed, tmp_path: Path) -> None:
    public: dict[str, Any] = {"without": ["accounts", "roles", "collections", "projects"]}
    options = {"internal": True, **public}
    with Sandbox(items=20, seed=5, today=TODAY) as sandbox:
        warehouse = tmp_path / "w.duckdb"
        refreshed(sandbox, warehouse, **public)
        stopped = refreshed(sandbox, warehouse, max_requests=20, **options)
        assert stopped.outcome == "stopped"
        assert 0 < internal_requests(stopped)["internal_article"] < len(sandbox.world.administration.article_ids())
        assert planned(sandbox, warehouse, **options) == internal_requests(refreshed(sandbox, warehouse, **options))
        assert planned(sandbox, warehouse, **options) == internal_requests(refreshed(sandbox, warehouse, **options))
