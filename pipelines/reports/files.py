"""A report's file, written whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

from pipelines.errors import FigshareWarehouseError


def write(path: Path, text: str) -> None:
    """Writes text as UTF-8 in one step: who reads the file meanwhile gets the old one or the new one, whole.

    Args:
        path: the file; an existing one is replaced.
        text: its content; line breaks stay as they are.

    Raises:
        FigshareWarehouseError: the file cannot be written; an existing one is as it was.
    """
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        try:
            with part.open("w", encoding="utf-8", newline="") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            os.replace(part, path)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        raise FigshareWarehouseError(f"{path} cannot be written: {error.strerror or error}.") from error
