"""The notify command: runs when a refresh did not go through, or a data test failed, with a summary on its input."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from figshare_warehouse.errors import FigshareWarehouseError
from figshare_warehouse.exit_statuses import ExitStatus
from figshare_warehouse.logs import without_secrets
from figshare_warehouse.redaction import Redactor
from figshare_warehouse.refresh.run import Outcome

_FAILURES_SHOWN = 10
# Variables with this prefix may hold secrets, which the command does not need.
_SECRET_PREFIX = "SOURCES__"


@dataclass(slots=True)
class Notification:
    """What to run when a refresh ends, and what to report.

    Attributes:
        command: the user's command; None for none.
        warehouse: the warehouse's file.
        outcome: the refresh's outcome; None until there is one.
        secrets: values to redact, whole or in part.
        seconds: how long the command may take.
    """

    command: str | None
    warehouse: Path
    outcome: Outcome | None = None
    secrets: Sequence[str] = ()
    seconds: float = 60.0


@contextmanager
def notified(notification: Notification) -> Iterator[Notification]:
    """Runs the user's command when the block ends with an exit status other than 0, or a data test failed.

    How the command ends does not change the exit status.

    Args:
        notification: what to run and report; the block may complete it.
    """
    try:
        yield notification
        done = notification.outcome
        if notification.command and done is not None and done.failed_data_tests:
            message = f"Data tests that failed: {', '.join(done.failed_data_tests)}."
            _run(notification, summary(notification, ExitStatus.DONE, message))
    except BaseException as error:
        code = _exit_code(error)
        if notification.command and code:
            words = "Interrupted." if isinstance(error, KeyboardInterrupt) else " ".join(str(error).split())
            _run(notification, summary(notification, code, "" if isinstance(error, SystemExit) else words))
        raise


def summary(notification: Notification, exit_code: int, message: str) -> str:
    """Returns what the command gets on its standard input: a JSON object.

    Args:
        notification: what is known of the refresh.
        exit_code: the exit status of the refresh.
        message: the error, in a sentence; empty when there is none.
    """
    done = notification.outcome
    counts = (
        {}
        if done is None
        else {
            "articles_due": done.articles_due,
            "articles_loaded": done.articles_loaded,
            "articles_unchanged": done.articles_unchanged,
            "articles_withdrawn": done.articles_withdrawn,
            "failed_requests": len(done.failures),
            "requests": done.requests,
            "retries": done.retries,
        }
    )
    if done is not None and not message:
        failed = [f"{done.failure_summary}."] if done.failures or not done.findings else []
        message = " ".join([*done.findings, *failed])
    content = {
        "warehouse": str(notification.warehouse.absolute()),
        "outcome": done.outcome if done else "interrupted" if exit_code == ExitStatus.INTERRUPTED else "failed",
        "exit_code": exit_code,
        "message": message,
        "refresh_id": done.refresh_id if done else None,
        "started_at": f"{done.started_at.isoformat(timespec='seconds')}Z" if done else None,
        "finished_at": f"{done.finished_at.isoformat(timespec='seconds')}Z" if done and done.finished_at else None,
        "counts": counts,
        "failed_requests": [str(failure["message"]) for failure in (done.failures if done else [])[:_FAILURES_SHOWN]],
        "failed_data_tests": done.failed_data_tests if done else [],
    }
    return json.dumps(without_secrets(content, Redactor(notification.secrets)), indent=2) + "\n"


def _exit_code(error: BaseException) -> int:
    if isinstance(error, FigshareWarehouseError):
        return error.exit_code
    if isinstance(error, SystemExit):
        return error.code if isinstance(error.code, int) else int(error.code is not None)
    return ExitStatus.INTERRUPTED if isinstance(error, KeyboardInterrupt) else ExitStatus.FAILED


def _run(notification: Notification, text: str) -> None:
    """Runs the command in a shell, in a new process group so that all of it can be killed."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(_SECRET_PREFIX)}
    try:
        process = subprocess.Popen(
            str(notification.command), shell=True, stdin=subprocess.PIPE, env=environment, start_new_session=True
        )
    except (OSError, ValueError) as error:
        print(f"The notify command cannot be run: {error}.", file=sys.stderr)
        return
    try:
        process.communicate(text.encode(), timeout=notification.seconds)
        if process.returncode:
            print(f"The notify command ended with status {process.returncode}.", file=sys.stderr)
    except subprocess.TimeoutExpired:
        print(f"The notify command took longer than {notification.seconds:g} s and was ended.", file=sys.stderr)
    except KeyboardInterrupt:
        print("The notify command was ended.", file=sys.stderr)
    finally:
        if process.returncode is None:
            _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    with suppress(OSError):
        if sys.platform == "win32":
            process.kill()
        else:
            os.killpg(process.pid, signal.SIGKILL)
    process.wait()
