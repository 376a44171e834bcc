"""What happens, as a log file: one JSON object a line, times in UTC, no secret."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import orjson

from pipelines.errors import FigshareWarehouseError

LOGGER = "figshare_warehouse"
# What every record has; anything else was given as `extra` and is part of what is said.
_OWN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


@contextmanager
def logged_to(log_file: Path | None, secrets: Sequence[str] = ()) -> Iterator[None]:
    """Appends to a log file what happens inside.

    Args:
        log_file: the file; None for no log.
        secrets: values that are blotted out should they ever come up.

    Raises:
        FigshareWarehouseError: the file cannot be written.
    """
    if log_file is None:
        yield
        return
    try:
        handler = logging.FileHandler(log_file, encoding="utf-8")
    except OSError as error:
        raise FigshareWarehouseError(
            f"The log {log_file} cannot be written ({error.strerror}): choose another with --log-file."
        ) from None
    handler.setFormatter(_JsonLines(secrets))
    logger = logging.getLogger(LOGGER)
    level = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    try:
        yield
    finally:
        logger.removeHandler(handler)
        logger.setLevel(level)
        handler.close()


def without_secrets(value: Any, secrets: Sequence[str]) -> Any:
    """Returns what is to be written as JSON with its secrets blotted out: before it is, since JSON escapes characters.

    Args:
        value: texts and numbers, and mappings and lists of them; anything else becomes text.
        secrets: the values that are blotted out.
    """
    if value is None or isinstance(value, int | float | date):
        return value
    if isinstance(value, Mapping):
        return {str(name): without_secrets(one, secrets) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [without_secrets(one, secrets) for one in value]
    text = str(value)
    # The longest first: one may be a part of another.
    for secret in sorted(secrets, key=len, reverse=True):
        text = text.replace(secret, "***")
    return text


class _JsonLines(logging.Formatter):
    def __init__(self, secrets: Sequence[str]) -> None:
        super().__init__()
        self._secrets = secrets

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **{name: value for name, value in vars(record).items() if name not in _OWN},
        }
        return orjson.dumps(without_secrets(line, self._secrets)).decode()
