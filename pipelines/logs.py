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
from pipelines.redaction import Redactor

LOGGER = "figshare_warehouse"
# What every record has; anything else was given as `extra` and is part of what is said.
_OWN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


@contextmanager
def logged_to(log_file: Path | None, secrets: Sequence[str] = ()) -> Iterator[None]:
    """Appends to a log file what happens inside.

    Args:
        log_file: the file; None for no log.
        secrets: values that are taken out should they ever come up, in part too.

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


def without_secrets(value: Any, redacted: Redactor) -> Any:
    """Returns what is to be written as JSON without secrets: before it is, since JSON escapes characters.

    Args:
        value: texts and numbers, and mappings and lists of them; anything else becomes text.
        redacted: takes the secrets out of a text.
    """
    if value is None or isinstance(value, int | float | date):
        return value
    if isinstance(value, Mapping):
        return {redacted(str(name)): without_secrets(one, redacted) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [without_secrets(one, redacted) for one in value]
    return redacted(str(value))


class _JsonLines(logging.Formatter):
    def __init__(self, secrets: Sequence[str]) -> None:
        super().__init__()
        self._redacted = Redactor(secrets)

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **{name: value for name, value in vars(record).items() if name not in _OWN},
        }
        return orjson.dumps(without_secrets(line, self._redacted)).decode()
