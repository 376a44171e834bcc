"""What tests share that is no fixture."""

from __future__ import annotations

import atexit
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Collection, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import duckdb

from figshare_sandbox import Sandbox
from figshare_warehouse.models import custom_fields, views
from figshare_warehouse.models.computed import compute, snapshot
from figshare_warehouse.models.dry_run import create_tables
from figshare_warehouse.models.sqlfiles import REPORT_SCHEMAS
from figshare_warehouse.refresh import Outcome
from figshare_warehouse.tables import (
    ARTICLE_CHILDREN,
    COLLECTIONS,
    PROJECTS,
    PUBLIC_SCHEMAS,
    TABLES,
    duckdb_columns,
    schema_of,
)
from figshare_warehouse.warehouse.store import connected

Refreshed = Callable[..., Outcome]

TODAY = date(2026, 6, 30)
ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"

CURRENT = "reports.articles"
LISTED = {"listing": 2, "groups": 1, "institutions": 1, "api_version": 1}
"""What a refresh asks that finds nothing new: lists, in pages of a thousand, and whether more follow after the last."""

WITHOUT = ["collections", "projects"]
"""The setting `without` for what is about neither."""
WITHOUT_OPTIONS = ("--without", "collections", "--without", "projects")

# What happened, not what is: two equal warehouses differ in it.
_HISTORIES = {
    *("refreshes", "refresh_requests", "failed_requests", "schema_drift", "withdrawals", "first_listed"),
    *("listings", "list_readings", "article_checks", "reports.withdrawn_articles", "reports.search_results"),
    *("article_changes", "author_lists", "reports.changes", "doubted_listings", "api_versions", "link_checks"),
    *("reports.usage_by_group_as_of", "reports.usage_by_author_as_of"),
    *("listed_entities", "entity_listings", "entity_checks"),
    *("operations.refreshes", "operations.refresh_requests", "operations.failed_requests", "operations.schema_drift"),
    *("operations.listings", "operations.loaded_records", "operations.api_versions"),
    *("usage_scopes", "operations.usage_scopes"),
}
_OF_A_RUN = {
    "as_of_on",
    "days_left",
    *("fetched_at", "seen_at", "refresh_id", "completed_at", "counted_at", "missed_at", "left_at"),
}
_FROM_HISTORY = {"reports.article_versions.published_on", "reports.other_articles.institution_id"}
_LISTED = "where article_id in (select article_id from intermediate.int_listed_articles)"
_OF_ARTICLES = frozenset(("articles", "article_versions", *(child.name for child in ARTICLE_CHILDREN)))


class Quiet:
    is_shown = False

    def step(self, text: str) -> None:
        pass

    def expect(self, requests: int, is_sure: bool) -> None:
        pass

    def requests(self, made: int) -> None:
        pass


def contents(warehouse: Path, without: Collection[str] = ()) -> dict[str, list[tuple[Any, ...]]]:
    """The current state: rows of every table and report, sorted, without what differs from run to run.

    `without` are tables and columns (`table.column`) that are left out besides.

    The reports are computed as publishing does: each once. Of articles that are public no more only those that are
    count: a fresh warehouse never knew the others.
    """
    found: dict[str, list[tuple[Any, ...]]] = {}
    with connected(warehouse, must_be_loaded=True) as connection, snapshot(connection):
        files = views.parsed_files()
        computed = compute(connection, files)
        assert not computed.failed
        custom_fields.build(connection, views.views_of(files))
        columns: dict[str, list[str]] = {}
        for schema, table, column in connection.execute(
            "select schema_name, table_name, column_name from duckdb_columns() "
            "where database_name = current_database() and list_contains(?, schema_name)",
            [[*PUBLIC_SCHEMAS, *REPORT_SCHEMAS]],
        ).fetchall():
            name = table if schema in PUBLIC_SCHEMAS else f"{schema}.{table}"
            if column not in _OF_A_RUN and not column.startswith("_dlt"):
                columns.setdefault(name, []).append(column)
        assert set(TABLES) <= set(columns)
        for name, named in columns.items():
            if name in _HISTORIES or name in without:
                continue
            named = [column for column in named if f"{name}.{column}" not in {*without, *_FROM_HISTORY}]
            current = ""
            if name in _OF_ARTICLES or name.startswith(("reports.other_article", "reports.article_versions")):
                current = _LISTED
            for record in (COLLECTIONS, PROJECTS):
                if name in {table.name for table in (record, *record.children)}:
                    [key] = record.key
                    held = (
                        f"select entity_id from intermediate.int_listed_entities where entity_type || '_id' = '{key}'"
                    )
                    current = f"where {key} in ({held})"
            if name == "listed_articles":
                current = "semi join intermediate.int_listed_articles using (listing, article_id)"
            selected = ", ".join('"' + column.replace('"', '""') + '"' for column in named)
            relation = name if "." in name else f"{schema_of(name)}.{name}"
            found[name] = sorted(
                connection.execute(f"select {selected} from {relation} {current}").fetchall(), key=repr
            )
    return found


@cache
def _empty_file() -> Path:
    folder = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    with duckdb.connect(str(folder / "empty.duckdb")) as connection:
        create_tables(connection, duckdb_columns())
        views.build(connection)
    return folder / "empty.duckdb"


def empty_warehouse() -> duckdb.DuckDBPyConnection:
    """The tables, empty, and the views, in memory; copied, since to make them takes fifty times as long."""
    connection = duckdb.connect(":memory:")
    connection.execute(f"attach '{_empty_file()}' as made (read_only)")
    connection.execute("copy from database made to memory")
    connection.execute("detach made")
    return connection


def insert(connection: duckdb.DuckDBPyConnection, table: str, **values: Any) -> None:
    """One row; columns that are not named are NULL."""
    marks = ", ".join(f'? as "{name}"' for name in values)
    connection.execute(f"insert into {schema_of(table)}.{table} by name select {marks}", list(values.values()))


def rows(warehouse: Path, query: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        return connection.execute(query).fetchall()


def count(warehouse: Path, table: str) -> int:
    return int(rows(warehouse, f"select count(*) from {table}")[0][0])


def change(warehouse: Path, statement: str) -> None:
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute(statement)


def age_details(warehouse: Path, days: int) -> None:
    """As if the details had been read so many days earlier."""
    for table, column in (("articles", "fetched_at"), ("article_checks", "checked_at")):
        change(warehouse, f"update figshare.{table} set {column} = {column} - interval {days} day")


def requests_of(outcome: Outcome) -> dict[str, int]:
    """How many requests of each kind a refresh made."""
    return {kind: n.requests for kind, n in outcome.requests_by_kind.items()}


def is_fresh(figshare: Sandbox, refreshed: Refreshed, warehouse: Path, **options: object) -> bool:
    """Whether a warehouse is what a fresh one would be."""
    fresh = warehouse.with_name("fresh.duckdb")
    fresh.unlink(missing_ok=True)
    refreshed(figshare, fresh, **options)
    return contents(warehouse) == contents(fresh)


def start_refresh(
    sandbox: Sandbox,
    warehouse: Path,
    options: Sequence[str] = (),
    environment: dict[str, str] | None = None,
    without: Sequence[str] = WITHOUT_OPTIONS,
) -> subprocess.Popen[str]:
    """A refresh in a process of its own, unpaced unless the options say so."""
    command = [sys.executable, "-m", "figshare_warehouse", "refresh", "--institution", str(sandbox.institution_id)]
    command += ["--api-url", sandbox.api_url, "--stats-url", sandbox.stats_url, "--warehouse", str(warehouse)]
    command += ["--requests-per-second", "0", "--usage", "none", *without, *options]
    given = {"SOURCES__FIGSHARE__TOKEN": sandbox.token, "SOURCES__FIGSHARE__RETRY_WAIT_SECONDS": "0.01"}
    return subprocess.Popen(
        command,
        cwd=ROOT,
        env={**os.environ, **given, **(environment or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
