"""One thread for DuckDB: among a few rows more of them wait for each other."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.histories.directly import in_one_thread


@pytest.fixture(autouse=True)
def _one_thread() -> Iterator[None]:
    with in_one_thread():
        yield
