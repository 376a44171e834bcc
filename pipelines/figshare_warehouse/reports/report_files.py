"""Writing report files: whole or not at all, and never over another program's file."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from figshare_warehouse.database.files import is_database
from figshare_warehouse.errors import FigshareWarehouseError, UsageError
from figshare_warehouse.outputs import Kind, part_of, place, refuse_foreign

OPTION = "--output"


@dataclass(frozen=True, slots=True)
class Output:
    """A file to write and its kind: an earlier one of the same kind is replaced."""

    path: Path
    kind: Kind


def write(path: Path, text: str, kind: Kind, may_overwrite: bool = False, instead: str = "name a file") -> None:
    """Writes text as UTF-8 in one step: a reader gets the old file or the new one, whole.

    Args:
        path: the file.
        text: its content; line breaks stay as they are.
        kind: its kind; an earlier file of this kind is replaced.
        may_overwrite: whether any other file except a database is replaced, too.
        instead: what else the user can do where the path leads to a device.

    Raises:
        UsageError: as `checked`.
        FigshareWarehouseError: the file cannot be written; an existing one is as it was.
    """
    with replaced([Output(path, kind)], may_overwrite, instead) as (part,):
        part.write_text(text, encoding="utf-8", newline="")


def checked(output: Output, may_overwrite: bool = False, instead: str = "name a file") -> Path:
    """Returns the file to replace: the output's path, or its target where it is a link within its folder.

    Raises:
        UsageError: its folder does not exist, it is not an ordinary file, there is one that is not ours, or it is a
            database, perhaps the warehouse named by mistake.
    """
    # First whether it may be opened at all: opening a pipe would block.
    if is_database(place(output.path, OPTION, instead)):
        raise UsageError(f"{output.path} is a database, and would be replaced: write to another file.")
    return refuse_foreign(output.path, output.kind, OPTION, may_overwrite, instead)


@contextmanager
def replaced(
    outputs: Sequence[Output], may_overwrite: bool = False, instead: str = "name a file"
) -> Iterator[list[Path]]:
    """Yields a temporary file for each output, and puts all in place once all are written.

    Args:
        outputs: the files.
        may_overwrite: as for `write`.
        instead: as for `write`.

    Yields:
        The files to write, in the order of the outputs.

    Raises:
        UsageError: as `checked`, for any of them, before anything is written.
        FigshareWarehouseError: a file cannot be written; unless it is the last step that fails, all are as they were.
    """
    paths = [checked(output, may_overwrite, instead) for output in outputs]
    parts = [part_of(path) for path in paths]
    at = paths[0] if paths else Path()
    try:
        try:
            for part in parts:
                # Otherwise a link there would be followed.
                part.unlink(missing_ok=True)
            yield parts
            for path, part in zip(paths, parts, strict=True):
                at = path
                with part.open("rb+") as file:
                    os.fsync(file.fileno())
            for output in outputs:
                # Again, since it took a while to write them.
                checked(output, may_overwrite, instead)
            for path, part in zip(paths, parts, strict=True):
                at = path
                os.replace(part, path)
        finally:
            for part in parts:
                part.unlink(missing_ok=True)
    except OSError as error:
        raise FigshareWarehouseError(f"{at} cannot be written: {error.strerror or error}.") from error


@contextmanager
def folder_made(folder: Path, with_parents: bool = False) -> Iterator[None]:
    """Creates a folder, and removes it again when the block fails and it is empty.

    Args:
        folder: the folder; it may exist.
        with_parents: whether missing parent folders are created, too.

    Raises:
        FigshareWarehouseError: it cannot be created.
    """
    is_new = not folder.exists()
    try:
        folder.mkdir(exist_ok=True, parents=with_parents)
    except OSError as error:
        raise FigshareWarehouseError(f"The folder {folder} cannot be created: {error.strerror or error}.") from error
    try:
        yield
    except BaseException:
        if is_new:
            with suppress(OSError):
                folder.rmdir()
        raise
