"""DuckDB's files: how to recognize one, and messages for one that cannot be opened."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import duckdb

from figshare_warehouse.errors import FigshareWarehouseError, LockedError, one_line


def is_database(path: Path) -> bool:
    """Returns whether a file is a DuckDB file, possibly damaged."""
    try:
        with path.open("rb") as file:
            # After a checksum it begins with this.
            return file.read(12)[8:] == b"DUCK"
    except OSError:
        return False


@contextmanager
def private(*paths: Path) -> Iterator[None]:
    """Lets only the user read some files, and all that are created within the block.

    Args:
        paths: the files; they need not exist.

    Raises:
        FigshareWarehouseError: one cannot be kept from others.
    """
    for path in paths:
        try:
            with suppress(FileNotFoundError):
                path.chmod(0o600)
        except OSError as error:
            raise FigshareWarehouseError(
                f"{path} is to hold personal data, and others cannot be kept from reading it ({error.strerror}): put "
                "it where its permissions can be changed, or leave out --internal and --account."
            ) from None
    before = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(before)


def is_full(text: str) -> bool:
    """Returns whether an error message means that the disk is full."""
    return any(words in text for words in ("No space left", "disk is full", "File too large"))


_OF_DAMAGE = ("Corrupt database", "does not match stored checksum", "Failed to decode", "Could not read enough bytes")


def is_damaged(text: str) -> bool:
    """Returns whether an error message means that a file is damaged."""
    return any(words in text for words in _OF_DAMAGE)


def damaged_warehouse(path: Path, error: object) -> FigshareWarehouseError:
    """Returns the error for a damaged warehouse.

    Args:
        path: the file.
        error: what DuckDB says.
    """
    return FigshareWarehouseError(
        f"{path} is damaged ({one_line(error)}): restore it from a backup, or move it away and run "
        "`figshare-warehouse refresh` for a new one."
    )


def open_error(path: Path, error: duckdb.Error, option: str) -> FigshareWarehouseError:
    """Returns the message for a file that DuckDB cannot open.

    Args:
        path: the file.
        error: what DuckDB says.
        option: the option that names the file: `--warehouse` or `--published`.
    """
    # The path itself may hold such words.
    text = str(error).replace(str(path), "")
    if "set lock" in text or "onflicting lock" in text or "being used by another process" in text:
        return LockedError(
            f"Another program has {path} open, perhaps a refresh: wait until that is done, or close the file there, "
            "and run this again."
            if option == "--warehouse"
            else f"Another program has opened {path} for writing: close it there, and set it to read-only."
        )
    if "newer version" in text or "storage version" in text.lower() or "serialization" in text.lower():
        return FigshareWarehouseError(
            f"{path} was made by a newer DuckDB than {duckdb.__version__}: update with `pip install -U duckdb`."
        )
    if "not a valid DuckDB" in text:
        return FigshareWarehouseError(f"{path} is not a DuckDB file: choose another with {option}.")
    if is_full(text):
        return FigshareWarehouseError(
            f"The disk is full: {path} cannot be opened. Free some space and run this again; nothing is lost."
        )
    if is_damaged(text):
        if option == "--warehouse":
            return damaged_warehouse(path, error)
        return FigshareWarehouseError(
            f"{path} is damaged ({one_line(error)}): publish it again with `figshare-warehouse publish`."
        )
    return FigshareWarehouseError(f"{path} cannot be opened: {one_line(error)}")
