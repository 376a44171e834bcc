"""Pages and the terminal show citations beside views and downloads, with their source, where they are known."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import duckdb
import pytest

from figshare_warehouse.reports import subjects
from figshare_warehouse.reports.article import article
from tests.reports import pages_world
from tests.reports.test_pages import pages

READ = datetime(2026, 3, 14)


@pytest.fixture(scope="module")
def cited(empty: duckdb.DuckDBPyConnection) -> Iterator[duckdb.DuckDBPyConnection]:
    with pages_world.small(empty) as connection:
        for report in ("institution_summary", "groups", "authors"):
            connection.execute(f"update reports.{report} set citations = 1234, citations_as_of = ?", [READ])
        set_them = "set citations = 56, citations_as_of = ? where article_id = 101"
        connection.execute(f"update reports.articles {set_them}", [READ])
        yield connection


def test_pages_show_them_with_their_source(cited: duckdb.DuckDBPyConnection) -> None:
    found = pages(cited)
    for name in ("institution", "group", "author"):
        assert "as DataCite knows" in found[name]
        assert "1,234" in found[name]
        assert "Citations (DataCite)" in found[name]


def test_where_none_are_known_nothing_is_shown(empty: duckdb.DuckDBPyConnection) -> None:
    with pages_world.small(empty) as connection:
        assert not [name for name, text in pages(connection).items() if "DataCite" in text]


def test_the_terminal_shows_them(cited: duckdb.DuckDBPyConnection) -> None:
    for report in (subjects.institution(cited), subjects.group(cited, "10"), article(cited, "101")):
        assert report.shown["citations"] == "Citations (DataCite)"
        assert report.shown["citations_as_of"] == "Citations as of (UTC)"
