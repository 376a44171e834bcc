"""A published file to look at, and a way to publish again."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from figshare_warehouse.database.confined import confine, connect
from figshare_warehouse.warehouse.publish import Publication, publish, working_files
from figshare_warehouse.warehouse.publish.published import Published

NOW = datetime(2026, 6, 30, 12)


@pytest.fixture
def published(_loaded_once: Path, tmp_path: Path) -> Path:
    """What the refresh of `loaded` published, to be read or spoiled."""
    return Path(shutil.copy(Published.of(_loaded_once).path, tmp_path))


@pytest.fixture
def publish_again() -> Callable[..., Publication]:
    def again(
        warehouse: Path,
        path: Path | None = None,
        user_folder: Path | None = None,
        now: datetime = NOW,
        device: Path | None = None,
    ) -> Publication:
        with connect(warehouse) as connection:
            if device is not None:
                confine(connection, (*working_files(Published.of(warehouse, path)), device))
            return publish(connection, Published.of(warehouse, path), now, "9.9", user_folder)

    return again
