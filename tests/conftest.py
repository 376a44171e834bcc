"""What all tests share: a small local Figshare, a way to refresh from it, and a way to read the result."""

from __future__ import annotations

import gc
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import filelock
import hypothesis
import pytest

import figshare_warehouse.refresh.run
from figshare_sandbox import Sandbox
from figshare_warehouse.configuration import prepare_dlt, resolve_settings
from figshare_warehouse.models import views
from figshare_warehouse.refresh import Outcome, load, refresh
from figshare_warehouse.refresh.loader import Loader
from figshare_warehouse.warehouse import store
from figshare_warehouse.warehouse.publish.published import Published
from tests.direct_loader import DirectLoader
from tests.support import ROOT, TODAY, WITHOUT, Quiet

# How long an example takes says something of the machine, not of the law.
hypothesis.settings.register_profile("untimed", deadline=None)
hypothesis.settings.load_profile("untimed")

# Processes that tests start use this source, too, and not what may be installed.
os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(ROOT / "pipelines"), os.environ.get("PYTHONPATH")]))


@pytest.fixture(autouse=True)
def _nothing_of_the_user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test sees the user's dlt configuration, home folder or working folder."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("USERPROFILE", str(tmp_path / "home"))
    # For the administrator of a machine dlt keeps what it remembers elsewhere.
    monkeypatch.setenv("DLT_DATA_DIR", str(tmp_path / "home" / "dlt"))
    for name in list(os.environ):
        if name.startswith("SOURCES__"):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--dlt", action="store_true", help="Load by dlt in all tests, as those marked `dlt` do.")


@pytest.fixture(autouse=True)
def _loads_directly(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Loads without dlt, whose time is most of that of a small refresh, where the test is about something else."""
    # What a test that failed left.
    monkeypatch.setattr(DirectLoader, "loads_left", None)
    if not request.config.getoption("--dlt") and request.node.get_closest_marker("dlt") is None:
        monkeypatch.setattr(figshare_warehouse.refresh.run, "Loader", DirectLoader)


def pytest_collection_finish() -> None:
    """What was imported and collected stays: looking through it for garbage takes a tenth of the time."""
    gc.freeze()


WORLD: dict[str, Any] = {"items": 160, "seed": 7, "today": TODAY}


@pytest.fixture
def figshare() -> Iterator[Sandbox]:
    with Sandbox(**WORLD) as sandbox:
        yield sandbox


@pytest.fixture(scope="session")
def _of_all_processes(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A folder for what is made once for all processes that run tests."""
    base = tmp_path_factory.getbasetemp()
    folder = (base if worker_id == "master" else base.parent) / "once"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def _begun_once(_of_all_processes: Path) -> Path:
    """A warehouse that nothing was loaded into: its tables and views take longer to make than 160 articles to load."""
    begun, part = _of_all_processes / "begun.duckdb", _of_all_processes / "part.duckdb"
    with filelock.FileLock(_of_all_processes / "begun.lock"):
        if not begun.exists():
            prepare_dlt()
            with store.connected(part) as connection:
                loader = Loader(connection, part)
                with loader:
                    loader.make_tables()
                views.build(connection)
            part.rename(begun)
    return begun


@pytest.fixture
def begun(_begun_once: Path) -> Callable[[Path], Path]:
    """Makes a warehouse that nothing was loaded into yet: for processes, which begin as slowly as a user's first."""

    def begin(warehouse: Path) -> Path:
        return Path(shutil.copy(_begun_once, warehouse))

    return begin


@pytest.fixture(scope="session")
def _refreshed(_begun_once: Path) -> Callable[..., Outcome]:
    def refreshed(
        sandbox: Sandbox,
        warehouse: Path,
        confirm_withdrawals: bool = False,
        publish: bool = False,
        add_institution: bool = False,
        **options: Any,
    ) -> Outcome:
        """Refreshes. Published is only where a test says so: that takes as long as the rest."""
        if not warehouse.exists():
            # What cannot be written is for the refresh to tell.
            with suppress(OSError):
                shutil.copy(_begun_once, warehouse)
        given = {
            "institution": sandbox.institution_id,
            "api_url": sandbox.api_url,
            "stats_url": sandbox.stats_url,
            "token": sandbox.token,
            "requests_per_second": 0.0,
            "retry_wait_seconds": 0.01,
            # What is not about usage is tested without it: quicker, and the requests can be counted.
            "usage": ["none"],
            # Likewise of collections and projects.
            "without": WITHOUT,
        }
        step = refresh if publish else load
        allowed: dict[str, Any] = {"confirm_withdrawals": confirm_withdrawals, "add_institution": add_institution}
        return step(resolve_settings({**given, **options}), warehouse, Quiet(), **allowed)

    return refreshed


@pytest.fixture
def refreshed(_refreshed: Callable[..., Outcome]) -> Callable[..., Outcome]:
    return _refreshed


@pytest.fixture(scope="session")
def _loaded_once(_of_all_processes: Path, _refreshed: Callable[..., Outcome]) -> Path:
    part, folder = _of_all_processes / "part", _of_all_processes / "loaded"
    with filelock.FileLock(_of_all_processes / "loaded.lock"):
        if not folder.exists():
            part.mkdir()
            with Sandbox(**WORLD) as sandbox:
                assert _refreshed(sandbox, part / "warehouse.duckdb", publish=True).outcome == "done"
            part.rename(folder)
    return folder / "warehouse.duckdb"


@pytest.fixture
def loaded(_loaded_once: Path, tmp_path: Path) -> Path:
    """A warehouse that was loaded from a Figshare equal to `figshare`, and published beside it."""
    shutil.copy(Published.of(_loaded_once).path, tmp_path)
    return Path(shutil.copy(_loaded_once, tmp_path / "warehouse.duckdb"))
