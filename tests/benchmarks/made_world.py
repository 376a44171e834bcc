"""A large warehouse made by SQL in seconds, for measuring what reads it. Nothing in it was ever served by anything."""

from __future__ import annotations

from pathlib import Path

import duckdb

from figshare_warehouse import tables
from figshare_warehouse.models import views
from figshare_warehouse.models.dry_run import create_tables

_STATEMENTS = Path(__file__).with_suffix(".sql")


def make(connection: duckdb.DuckDBPyConnection, articles: int) -> None:
    """Creates and fills the tables of schema `figshare`, and builds the views over them.

    Args:
        connection: an empty database.
        articles: how many articles; with 100,000 there are some 300,000 authorships and 5 million monthly figures.
    """
    connection.execute("set timezone = 'UTC'")
    create_tables(connection, tables.duckdb_columns())
    connection.execute(f"set variable articles = {articles}")
    for statement in _STATEMENTS.read_text(encoding="utf-8").split("\n;\n"):
        if statement.strip():
            connection.execute(statement)
    connection.execute("drop table ids")
    views.build(connection)


def made_file(path: Path, articles: int) -> None:
    """The same in a file of its own, if it is not there yet."""
    if path.exists():
        return
    with duckdb.connect(str(path)) as connection:
        connection.execute("set memory_limit = '2GB'")
        make(connection, articles)
