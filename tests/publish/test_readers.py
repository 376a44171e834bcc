"""Libraries that read the published file."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
import sqlalchemy
from sqlalchemy.pool import NullPool

from figshare_warehouse.warehouse.publish.published import Published
from tests.support import rows

pandas = pytest.importorskip("pandas")
polars = pytest.importorskip("polars")

LATER = datetime(2027, 1, 1, 12)


def _engine(path: Path) -> sqlalchemy.Engine:
    return sqlalchemy.create_engine(f"duckdb:///{path}", connect_args={"read_only": True}, poolclass=NullPool)


def test_sqlalchemy_sees_tables_columns_and_comments(published: Path) -> None:
    inspected = sqlalchemy.inspect(_engine(published))
    for schema in ("reports", "operations"):
        there = rows(published, f"select table_name from duckdb_tables() where schema_name = '{schema}'")
        named = {name.rpartition(".")[2] for name in inspected.get_table_names(schema=schema)}
        assert {name for (name,) in there} <= named
    columns = inspected.get_columns("articles", schema="reports")
    found = rows(
        published, "select column_name from duckdb_columns() where table_name = 'articles' order by column_index"
    )
    assert [column["name"] for column in columns] == [name for (name,) in found]
    assert not [column["name"] for column in columns if isinstance(column["type"], sqlalchemy.types.NullType)]
    comment = inspected.get_table_comment("articles", schema="reports")["text"]
    assert [(comment,)] == rows(published, "select comment from duckdb_tables() where table_name = 'articles'")


def test_sqlalchemy_sees_new_data_at_the_next_query(loaded: Path, publish_again: Callable[..., Any]) -> None:
    engine = _engine(Published.of(loaded).path)
    query = sqlalchemy.text("select published_at from reports.about")
    with engine.connect() as connection:
        before = connection.execute(query).scalar_one()
    publish_again(loaded, now=LATER)
    with engine.connect() as connection:
        assert before != connection.execute(query).scalar_one() == LATER


def test_data_frames(published: Path) -> None:
    [(expected,)] = rows(published, "select count(*) from reports.articles")
    with duckdb.connect(str(published), read_only=True) as connection:
        frame = connection.execute("select * from reports.articles").df()
        assert (len(frame), str(frame["published_at"].dtype)[:10]) == (expected, "datetime64")
        assert connection.sql("select * from reports.articles").pl().height == expected


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="links need a right of their own there")
def test_a_link_stays_a_link(loaded: Path, tmp_path: Path, publish_again: Callable[..., Any]) -> None:
    (tmp_path / "share").mkdir()
    link = tmp_path / "reports.duckdb"
    link.symlink_to(tmp_path / "share" / "of_all.duckdb")
    for now in (LATER, LATER + timedelta(days=1)):
        publish_again(loaded, link, now=now)
        assert link.is_symlink()
        assert rows(link, "select published_at from reports.about") == [(now,)]
    assert [path.name for path in (tmp_path / "share").iterdir()] == ["of_all.duckdb"]
