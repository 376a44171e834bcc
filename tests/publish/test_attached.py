"""Published files that are attached to another database: what docs/bi-tools.md says of their macros."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from tests.support import ROOT, change

USAGE = "reports.usage_by_institution_between('2025-07-01', '2026-06-30')"
COUNTED = f"select cast(sum(article_count) as bigint) from {USAGE}"


@pytest.fixture
def attached(published: Path, tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A database of the user's, with two published files attached: `f` with 160 articles and `g` with 159."""
    shutil.move(published, tmp_path / "figshare_reports.duckdb")
    shutil.copy(tmp_path / "figshare_reports.duckdb", tmp_path / "other_reports.duckdb")
    one = "(select min(article_id) from reports.articles)"
    for table in ("article_usage_known", "articles"):
        change(tmp_path / "other_reports.duckdb", f"delete from reports.{table} where article_id = {one}")
    with duckdb.connect() as connection:
        yield connection


def _ask(connection: duckdb.DuckDBPyConnection, *statements: str) -> list[tuple[object, ...]]:
    found = [connection.execute(statement).fetchall() for statement in statements]
    return found[-1]


F = "attach 'figshare_reports.duckdb' as f (read_only)"
G = "attach 'other_reports.duckdb' as g (read_only)"


def test_macros_are_of_the_current_database(attached: duckdb.DuckDBPyConnection) -> None:
    assert _ask(attached, F, "select count(*) from f.reports.articles") == [(160,)]
    for macro in (f"f.{USAGE}", "f.reports.changes_since(date '2026-01-01')"):
        with pytest.raises(duckdb.CatalogException, match="does not exist"):
            attached.execute(f"select * from {macro}")
    for use in ("use f", "set search_path = 'f.main'"):
        assert _ask(attached, "use memory", use, COUNTED) == [(160,)]
        assert _ask(attached, COUNTED.replace(USAGE, f"f.{USAGE}")) == [(160,)]
    assert _ask(attached, "use f", "select count(*) from reports.changes_since(date '2020-01-01')") == [(160,)]
    # A macro that is named with its database reads the current one all the same.
    assert _ask(attached, G, COUNTED.replace(USAGE, f"g.{USAGE}")) == [(160,)]
    assert _ask(attached, "use g", COUNTED) == [(159,)]


def test_what_the_page_says_can_be_done(attached: duckdb.DuckDBPyConnection) -> None:
    page = (ROOT / "docs" / "bi-tools.md").read_text(encoding="utf-8")
    section = page.partition("## Attached to another database\n")[2].partition("\n## ")[0]
    blocks = re.findall(r"^```\n(.*?)^```", section, re.MULTILINE | re.DOTALL)
    assert len(blocks) == 2
    for statement in "".join(blocks).split(";"):
        if statement.strip():
            attached.execute(statement)
    assert _ask(attached, "select count(*) from memory.year") == [(160,)]
    assert _ask(attached, "select which, article_count from years order by all") == [("f", 160), ("g", 159)]
