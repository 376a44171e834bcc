"""The log file: one JSON object a line, times in UTC, no secrets."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import orjson

from figshare_warehouse.errors import FigshareWarehouseError, UsageError
from figshare_warehouse.outputs import place
from figshare_warehouse.redaction import Redactor

LOGGER = "figshare_warehouse"
_LONGEST_LINE = 2**20
# What every record has; anything else was given as `extra` and is logged, too.
_OWN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


@contextmanager
def logged_to(log_file: Path | None, secrets: Sequence[str] = ()) -> Iterator[None]:
    """Logs what happens inside to a file that is new, empty or an earlier log.

    Args:
        log_file: the file; None for no log.
        secrets: values to redact, whole or in part.

    Raises:
        UsageError: the file is something else, or the path cannot be a file.
        FigshareWarehouseError: the file cannot be written.
    """
    if log_file is None:
        yield
        return
    target = check_log(log_file)
    is_new = not target.exists()
    try:
        handler = logging.FileHandler(target, encoding="utf-8")
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
        # A refused file stays as it was.
        if is_new and target.exists() and not target.stat().st_size:
            target.unlink()


def check_log(log_file: Path) -> Path:
    """Refuses to append to a file that is not a log of figshare-warehouse.

    Returns:
        The file: the path, or its target where it is a link within its folder.

    Raises:
        UsageError: the file is something else, or the path cannot be a file.
    """
    target = place(log_file, "--log-file")
    try:
        with target.open("rb") as file:
            first = file.readline(_LONGEST_LINE)
    except FileNotFoundError:
        first = b""
    except OSError as error:
        raise UsageError(f"The log {log_file} cannot be read ({error.strerror}): choose another --log-file.") from None
    if first and not _is_line(first):
        raise UsageError(f"{log_file} exists and is not a log of figshare-warehouse: choose another --log-file.")
    return target


def _is_line(text: bytes) -> bool:
    try:
        line = orjson.loads(text)
    except orjson.JSONDecodeError:
        return False
    return isinstance(line, dict) and {"at", "level", "logger", "message"} <= line.keys()


def without_secrets(value: Any, redacted: Redactor) -> Any:
    """Returns a value without secrets; call it before writing JSON, which escapes characters.

    Args:
        value: texts, numbers, and mappings and lists of them; anything else becomes text.
        redacted: redacts a text.
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
