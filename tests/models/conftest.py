"""An empty warehouse that tests fill by themselves."""

from collections.abc import Iterator

import duckdb
import pytest

from tests.support import empty_warehouse


@pytest.fixture(scope="session")
def _made() -> Iterator[duckdb.DuckDBPyConnection]:
    with empty_warehouse() as connection:
        yield connection


@pytest.fixture
def warehouse(_made: duckdb.DuckDBPyConnection) -> Iterator[duckdb.DuckDBPyConnection]:
    """The tables, empty, and the views; what a test does there is undone."""
    _made.begin()
    yield _made
    _made.rollback()
