"""Forgetting personal data: from the warehouse, whose file is written again without it, and the internal file."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import duckdb

from figshare_warehouse.database import statements
from figshare_warehouse.errors import FigshareWarehouseError, one_line
from figshare_warehouse.warehouse import store
from figshare_warehouse.warehouse.publish.published import Published
from figshare_warehouse.warehouse.publish.writing import remove, remove_unfinished, sync_folder

_COMPACT = "figshare_warehouse_compact"
"""Name of the attached database that the warehouse is copied into."""


@dataclass(frozen=True, slots=True)
class ForgottenInternal:
    """What was forgotten.

    Attributes:
        had_tables: whether the warehouse had personal data.
        file: the internal file; None where there was none.
    """

    had_tables: bool
    file: Path | None


def forget_internal(target: Published) -> ForgottenInternal:
    """Removes all personal data from a warehouse, and the file of internal reports.

    The rows are removed first; then the warehouse's file is written again, since DuckDB leaves the bytes of removed
    rows in it. Killed in between, the same command does the rest.

    Args:
        target: the warehouse, which nobody else has open, and where it is published.

    Raises:
        UsageError: the internal file is none of ours.
        FigshareWarehouseError: it cannot be removed; what was removed before stays removed.
    """
    warehouse, file = target.warehouse, target.refuse_foreign_internal()
    had_file = file.exists()
    # What publishing that was killed left behind, too.
    remove(file)
    remove_unfinished(file, "new")
    new = warehouse.with_name(f".{warehouse.name}.{os.getpid()}.compact")
    remove_unfinished(warehouse, "compact")
    if file.exists():
        raise FigshareWarehouseError(f"{file} cannot be removed: close it in other programs, and run this again.")
    with store.locked(warehouse):
        with store.connected(warehouse, files=(new,)) as connection:
            store.refuse_newer(connection, warehouse)
            had_tables = store.has_internal(connection)
            try:
                connection.execute(statements.drop_schema(store.INTERNAL))
                connection.execute(statements.checkpoint())
                _copy(connection, new)
            except (OSError, duckdb.Error) as error:
                remove(new)
                raise FigshareWarehouseError(
                    f"The personal data are removed from {warehouse}, but its file could not be written again "
                    f"({one_line(error)}), so that bytes of them may be left in it: free as much space as the file "
                    "has, and run this again."
                ) from error
        _replace(new, warehouse)
    return ForgottenInternal(had_tables, file if had_file else None)


def holds_internal_of(connection: duckdb.DuckDBPyConnection, institution_id: int) -> bool:
    """Returns whether a warehouse has personal data, and none that is known to be of another institution."""
    if not store.has_internal(connection):
        return False
    known = {row["institution_id"] for row in store.ask(connection, "internal/institutions")}
    return known <= {institution_id}


def _copy(connection: duckdb.DuckDBPyConnection, new: Path) -> None:
    """Copies all that the warehouse holds into a new file."""
    [[home]] = connection.execute(statements.current_database()).fetchall()
    connection.execute(statements.attach(new, _COMPACT, "read_write"))
    try:
        connection.execute(statements.copy_database(home, _COMPACT))
    finally:
        # Which writes its log into the file.
        connection.execute(statements.detach(_COMPACT))


def _replace(new: Path, warehouse: Path) -> None:
    with suppress(OSError):
        new.chmod(warehouse.stat().st_mode & 0o777)
    with new.open("rb+") as written:
        os.fsync(written.fileno())
    remove(warehouse.with_name(f"{warehouse.name}.wal"))
    os.replace(new, warehouse)
    sync_folder(warehouse.parent)
