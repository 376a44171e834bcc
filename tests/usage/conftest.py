"""What the tests of usage share: a clock that can be moved, and warehouses that were loaded once and are copied."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from support import TODAY
from usage_refresh import ITEMS, SEED, Clock, load

from pipelines import usage
from pipelines.figshare import stats
from pipelines.refresh import Outcome
from pipelines.sandbox import Sandbox


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(usage, "utc_now", lambda: clock.now)
    monkeypatch.setattr(stats, "_now", lambda: clock.now)
    return clock


@pytest.fixture
def small() -> Iterator[Sandbox]:
    with Sandbox(items=ITEMS, seed=SEED, today=TODAY) as sandbox:
        yield sandbox


@pytest.fixture(scope="session")
def _loaded_once(tmp_path_factory: pytest.TempPathFactory) -> Callable[[bool], tuple[Path, Outcome]]:
    made: dict[bool, tuple[Path, Outcome]] = {}

    def loaded(has_credentials: bool) -> tuple[Path, Outcome]:
        if has_credentials not in made:
            warehouse = tmp_path_factory.mktemp("usage") / "warehouse.duckdb"
            # Made within the first test that asks for it, so at the clock's start.
            with Sandbox(items=ITEMS, seed=SEED, today=TODAY) as sandbox:
                made[has_credentials] = warehouse, load(sandbox, warehouse, has_credentials)
        return made[has_credentials]

    return loaded


@pytest.fixture
def loaded(
    clock: Clock, _loaded_once: Callable[[bool], tuple[Path, Outcome]], tmp_path: Path
) -> Callable[[bool], tuple[Path, Outcome]]:
    """Gives a warehouse of one's own that was loaded at the clock's start, and how that went."""

    def copied(has_credentials: bool) -> tuple[Path, Outcome]:
        warehouse, outcome = _loaded_once(has_credentials)
        return Path(shutil.copy(warehouse, tmp_path / "warehouse.duckdb")), outcome

    return copied
