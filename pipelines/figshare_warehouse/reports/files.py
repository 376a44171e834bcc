"""Files of reports, written whole or not at all, and never in place of anybody else's."""

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
    """A file to be written, and what it will be: an earlier one of the same kind is replaced."""

    path: Path
    kind: Kind


def write(path: Path, text: str, kind: Kind, may_overwrite: bool = False, instead: str = "name a file") -> None:
    """Writes text as UTF-8 in one step: who reads the file meanwhile gets the old one or the new one, whole.

    Args:
        path: the file.
        text: its content; line breaks stay as they are.
        kind: what it is; an earlier file of this kind is replaced.
        may_overwrite: whether any other file but a database is replaced, too.
        instead: what else the user can do where the path leads to a device.

    Raises:
        UsageError: as `checked`.
        FigshareWarehouseError: the file cannot be written; an existing one is as it was.
    """
    with replaced([Output(path, kind)], may_overwrite, instead) as (part,):
        part.write_text(text, encoding="utf-8", newline="")


def checked(output: Output, may_overwrite: bool = False, instead: str = "name a file") -> Path:
    """Returns the file to replace: the output's path, or what it leads to where it is a link within its folder.

    Raises:
        UsageError: its folder is not there, or it is no ordinary file, or there is one that is not ours, or a database:
            who names the warehouse by mistake is not to lose it.
    """
    # First what may be opened at all: a pipe would be waited for.
    if is_database(place(output.path, OPTION, instead)):
        raise UsageError(f"{output.path} is a database, and would be replaced: write to another file.")
    return refuse_foreign(output.path, output.kind, OPTION, may_overwrite, instead)


@contextmanager
def replaced(
    outputs: Sequence[Output], may_overwrite: bool = False, instead: str = "name a file"
) -> Iterator[list[Path]]:
    """Gives a file beside each path to write to, and puts all of them in place when all are written.

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
                # A link that somebody put there would be followed.
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
    """Makes a folder, and takes it away again when what is inside fails and nothing is in it.

    Args:
        folder: the folder; it may be there.
        with_parents: whether the folders that it lies in are made, too.

    Raises:
        FigshareWarehouseError: it cannot be made.
    """
    is_new = not folder.exists()
    try:
        folder.mkdir(exist_ok=True, parents=with_parents)
    except OSError as error:
        raise FigshareWarehouseError(f"The folder {folder} cannot be made: {error.strerror or error}.") from error
    try:
        yield
    except BaseException:
        if is_new:
            with suppress(OSError):
                folder.rmdir()
        raise
