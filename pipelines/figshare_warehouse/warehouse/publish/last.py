"""What was published last, so that only what may have changed since is computed and written again.

It is remembered in the warehouse, together with the size and time of the file: a file that somebody else replaced or
wrote to is not built upon.
"""

from __future__ import annotations

import shutil
from collections.abc import Collection, Mapping
from contextlib import suppress
from pathlib import Path

import duckdb
import orjson

from figshare_warehouse.database import memo
from figshare_warehouse.database.names import literal
from figshare_warehouse.models.computed import Rows
from figshare_warehouse.models.sqlfiles import REPORT_SCHEMAS

_SUBJECT = "publication"

_PREFIXES = tuple(f"{schema}." for schema in REPORT_SCHEMAS)

_OLD = "figshare_warehouse_last"


def last_rows(connection: duckdb.DuckDBPyConnection, path: Path, made_by: str) -> dict[str, Rows]:
    """Returns what is known of the rows in the published file; empty where it is not what was published last.

    Args:
        connection: the warehouse.
        path: the published file.
        made_by: a digest of what the reports are made by.
    """
    with suppress(OSError, ValueError, KeyError):
        last = orjson.loads(memo.remembered(connection, _SUBJECT) or "{}")
        if last.get("file") == _marks(path) and last["made_by"] == made_by:
            return {relation: Rows(*known) for relation, known in last["known"].items()}
    return {}


def remember(connection: duckdb.DuckDBPyConnection, path: Path, made_by: str, rows: Mapping[str, Rows]) -> None:
    """Remembers what was published.

    Args:
        connection: the warehouse; nothing is remembered where it is open for reading only.
        path: the published file.
        made_by: a digest of what the reports are made by.
        rows: what is known of the rows of each view, data test and report.
    """
    [[is_read_only]] = connection.execute(
        "select readonly from duckdb_databases() where database_name = current_database()"
    ).fetchall()
    if not is_read_only:
        known = {relation: (one.made_of, one.digests, one.count) for relation, one in rows.items()}
        memo.remember(
            connection, _SUBJECT, orjson.dumps({"file": _marks(path), "made_by": made_by, "known": known}).decode()
        )


def copied(
    connection: duckdb.DuckDBPyConnection, old: Path, new: Path, rows: Mapping[str, Rows], kept: Collection[str]
) -> bool:
    """Copies the published file for what has changed to be written into, where that is less than half of it.

    Args:
        connection: a snapshot of the warehouse, which may attach both files.
        old: the published file.
        new: the copy.
        rows: what was known of the rows of each report when it was published.
        kept: the reports that have not changed.

    Returns:
        Whether it was copied. It is not where more than half of it is free, which would never become less.
    """
    reports = {relation: one.count for relation, one in rows.items() if relation.startswith(_PREFIXES)}
    if not kept or 2 * sum(reports[relation] for relation in kept) < sum(reports.values()):
        return False
    try:
        connection.execute(f"attach {literal(str(old))} as {_OLD} (read_only)")
        try:
            [[is_full]] = connection.execute(
                f"select 2 * free_blocks <= total_blocks from pragma_database_size() where database_name = '{_OLD}'"
            ).fetchall()
        finally:
            connection.execute(f"detach {_OLD}")
        if is_full:
            shutil.copyfile(old, new)
        return bool(is_full)
    except (OSError, duckdb.Error):
        # It is written whole then.
        return False


def _marks(path: Path) -> list[object]:
    found = path.stat()
    return [str(path.absolute()), found.st_size, found.st_mtime_ns]
