"""Files of reports, written whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from pipelines.errors import FigshareWarehouseError, UsageError
from pipelines.warehouse.files import is_database


def write(path: Path, text: str) -> None:
    """Writes text as UTF-8 in one step: who reads the file meanwhile gets the old one or the new one, whole.

    Args:
        path: the file; an existing one is replaced.
        text: its content; line breaks stay as they are.

    Raises:
        UsageError: its folder is not there, or the file is a database.
        FigshareWarehouseError: the file cannot be written; an existing one is as it was.
    """
    with replaced([path]) as (part,), part.open("w", encoding="utf-8", newline="") as file:
        file.write(text)


@contextmanager
def replaced(paths: Sequence[Path]) -> Iterator[list[Path]]:
    """Gives a file beside each path to write to, and puts all of them in place when all are written.

    Args:
        paths: the files; existing ones are replaced, each in one step.

    Yields:
        The files to write, in the order of the paths.

    Raises:
        UsageError: a folder is not there, or one of the files is a database: who names the warehouse by mistake is not
            to lose it.
        FigshareWarehouseError: a file cannot be written; unless it is the last step that fails, all are as they were.
    """
    for path in paths:
        if not path.parent.is_dir():
            raise UsageError(f"{path} cannot be written: the folder {path.parent} does not exist.")
        if is_database(path):
            raise UsageError(f"{path} is a database, and would be replaced: write to another file.")
    parts = [path.with_name(f".{path.name}.{os.getpid()}.part") for path in paths]
    at = paths[0] if paths else Path()
    try:
        try:
            yield parts
            for path, part in zip(paths, parts, strict=True):
                at = path
                with part.open("rb+") as file:
                    os.fsync(file.fileno())
            for path, part in zip(paths, parts, strict=True):
                at = path
                os.replace(part, path)
        finally:
            for part in parts:
                part.unlink(missing_ok=True)
    except OSError as error:
        raise FigshareWarehouseError(f"{at} cannot be written: {error.strerror or error}.") from error
