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
from figshare_warehouse.warehouse.publish.places import Place, noted
from figshare_warehouse.warehouse.publish.published import Published, is_internal_file, is_same_file
from figshare_warehouse.warehouse.publish.writing import remove, remove_unfinished, sync_folder

_COMPACT = "figshare_warehouse_compact"
"""Name of the attached database that the warehouse is copied into."""


@dataclass(frozen=True, slots=True)
class ForgottenInternal:
    """What was forgotten.

    Attributes:
        had_tables: whether the warehouse had personal data.
        files: the internal files that were removed.
        left: files that internal reports were published into, and that could not be removed, or are not known to be
            this warehouse's.
    """

    had_tables: bool
    files: tuple[Path, ...]
    left: tuple[Path, ...]


def forget_internal(target: Published) -> ForgottenInternal:
    """Removes all personal data from a warehouse, and the files of internal reports, wherever it was published.

    The rows are removed first; then the warehouse's file is written again, since DuckDB leaves the bytes of removed
    rows in it. Killed in between, the same command does the rest.

    Args:
        target: the warehouse, which nobody else has open, and where it is published.

    Raises:
        UsageError: the internal file is none of ours.
        LockedError: a refresh runs.
        FigshareWarehouseError: it cannot be removed; what was removed before stays removed.
    """
    warehouse, file = target.warehouse, target.refuse_foreign_internal()
    new = warehouse.with_name(f".{warehouse.name}.{os.getpid()}.compact")
    with store.locked(warehouse):
        files = [file] if file.exists() else []
        _remove_published(file)
        if file.exists():
            raise FigshareWarehouseError(f"{file} cannot be removed: close it in other programs, and run this again.")
        remove_unfinished(warehouse, "compact")
        _remove_spilled(warehouse)
        with store.connected(warehouse, files=(new,)) as connection:
            store.refuse_newer(connection, warehouse)
            had_tables = store.has_internal(connection)
            others = [place for place in noted(connection) if not is_same_file(place.path, file)]
            files += [place.path for place in others if _is_removed(place, warehouse)]
            try:
                connection.execute(statements.drop_schema(store.INTERNAL))
                connection.execute(statements.checkpoint())
                _copy(connection, new)
            except (OSError, duckdb.Error) as error:
                remove(new)
                raise _not_written_again(warehouse, error) from error
        try:
            _replace(new, warehouse)
        except OSError as error:
            remove(new)
            raise _not_written_again(warehouse, error) from error
    left = dict.fromkeys(place.path for place in others if _may_be_there(place.path))
    return ForgottenInternal(had_tables, tuple(dict.fromkeys(files)), tuple(left))


def holds_internal_of(connection: duckdb.DuckDBPyConnection, institution_id: int) -> bool:
    """Returns whether a warehouse has personal data, and none that is known to be of another institution."""
    if not store.has_internal(connection):
        return False
    known = {row["institution_id"] for row in store.ask(connection, "internal/institutions")}
    return known <= {institution_id}


def _not_written_again(warehouse: Path, error: Exception) -> FigshareWarehouseError:
    return FigshareWarehouseError(
        f"The personal data are removed from {warehouse}, but its file could not be written again "
        f"({one_line(error)}), so that bytes of them may be left in it: free as much space as the file has, "
        "close it in other programs, and run this again."
    )


def _is_removed(place: Place, warehouse: Path) -> bool:
    """Removes the file at another place, where it is the warehouse's; whether there was one."""
    # Of a copy of the warehouse it is not: where it was then the other one still is. It may have been moved.
    is_of_another = _may_be_there(place.warehouse) and not is_same_file(place.warehouse, warehouse)
    is_file = is_internal_file(place.path)
    if is_of_another or (_may_be_there(place.path) and not is_file):
        return False
    _remove_published(place.path)
    return is_file and not _may_be_there(place.path)


def _may_be_there(path: Path) -> bool:
    """Whether there is something, or nobody can tell."""
    try:
        path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        return True
    return True


def _remove_published(file: Path) -> None:
    """Removes a file of internal reports, and what publishing or reading that was killed left behind."""
    remove(file)
    remove_unfinished(file, "new")
    _remove_spilled(file)


def _remove_spilled(file: Path) -> None:
    """Removes what DuckDB wrote beside a file when memory was short, and left there when it was killed."""
    folder = file.with_name(f"{file.name}.tmp")
    remove(*folder.glob("duckdb_temp_*"))
    with suppress(OSError):
        folder.rmdir()


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
