"""What happens, as a log file: one JSON object a line, times in UTC, no secret."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

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
        text = orjson.dumps(line, default=str).decode()
        for secret in self._secrets:
            # As it stands in JSON.
            text = text.replace(orjson.dumps(secret).decode()[1:-1], "***")
        return text
