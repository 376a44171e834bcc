"""What the tests of usage share: a clock that can be moved, and warehouses that were loaded once and are copied."""

from __future__ import annotations

import pickle
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import filelock
import pytest

from figshare_sandbox import Sandbox
from figshare_warehouse.refresh import Outcome
from tests.support import TODAY
from tests.usage.usage_refresh import CLOCK, ITEMS, SEED, Clock, Made, load, planned


@pytest.fixture
def clock() -> Clock:
    CLOCK.start()
    return CLOCK


@pytest.fixture
def small() -> Iterator[Sandbox]:
    with Sandbox(items=ITEMS, seed=SEED, today=TODAY) as sandbox:
        yield sandbox


@pytest.fixture(scope="session")
def _folder(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    base = tmp_path_factory.getbasetemp()
    # Made once for all processes that run tests.
    folder = (base if worker_id == "master" else base.parent) / "usage"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def _unused_once(_folder: Path, _begun_once: Path) -> Callable[[], Path]:
    def made() -> Path:
        details, part = _folder / "details.duckdb", _folder / "part.duckdb"
        with filelock.FileLock(_folder / "details.lock"):
            if not details.exists():
                shutil.copy(_begun_once, part)
                with Sandbox(items=ITEMS, seed=SEED, today=TODAY) as sandbox:
                    load(sandbox, part, usage=["none"], clock=Clock())
                part.rename(details)
        return details

    return made


@pytest.fixture
def unused(_unused_once: Callable[[], Path], tmp_path: Path) -> Path:
    """A warehouse of one's own that holds the articles and nothing of their usage."""
    return Path(shutil.copy(_unused_once(), tmp_path / "warehouse.duckdb"))


@pytest.fixture(scope="session")
def _loaded_once(_folder: Path, _unused_once: Callable[[], Path]) -> Callable[[bool], Made]:
    folder = _folder

    def loaded(has_credentials: bool) -> Made:
        record, warehouse = folder / f"{has_credentials}.pickle", folder / f"{has_credentials}.duckdb"
        with filelock.FileLock(folder / "lock"):
            if not record.exists():
                # At the clock's start, though the first test that asks for it may have moved its own.
                with Sandbox(items=ITEMS, seed=SEED, today=TODAY) as sandbox:
                    clock = Clock()
                    shutil.copy(_unused_once(), warehouse)
                    rows = planned(sandbox, warehouse, clock.now, has_credentials)
                    outcome = load(sandbox, warehouse, has_credentials, publish=True, clock=clock)
                    record.write_bytes(pickle.dumps((outcome, rows)))
            outcome, rows = pickle.loads(record.read_bytes())
        return Made(warehouse, outcome, rows)

    return loaded


@pytest.fixture
def loaded(
    clock: Clock, _loaded_once: Callable[[bool], Made], tmp_path: Path
) -> Callable[[bool], tuple[Path, Outcome]]:
    """Gives a warehouse of one's own whose usage was loaded at the clock's start, and how that went."""

    def copied(has_credentials: bool) -> tuple[Path, Outcome]:
        made = _loaded_once(has_credentials)
        return Path(shutil.copy(made.warehouse, tmp_path / "warehouse.duckdb")), made.outcome

    return copied


@pytest.fixture
def first_load(clock: Clock, _loaded_once: Callable[[bool], Made]) -> Callable[[bool], Made]:
    """Gives what the plan told before that usage was loaded, and how the load went."""
    return _loaded_once
