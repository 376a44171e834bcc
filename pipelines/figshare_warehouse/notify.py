"""The user's own command, run when a refresh did not do all it should: it gets a summary on its standard input."""

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
from figshare_warehouse.logs import without_secrets
from figshare_warehouse.redaction import Redactor
from figshare_warehouse.refresh.run import Outcome

_FAILURES_SHOWN = 10
# The token and the like, where they are set in the environment: the command has no need of them.
_SECRET_PREFIX = "SOURCES__"


@dataclass(slots=True)
class Told:
    """What is known of a refresh when it ends.

    Attributes:
        command: the user's command; None for none.
        warehouse: the refresh's file.
        outcome: what was done; None as long as nothing was.
        secrets: values that are taken out should they ever come up, in part too.
        seconds: how long the command may take.
    """

    command: str | None
    warehouse: Path
    outcome: Outcome | None = None
    secrets: Sequence[str] = ()
    seconds: float = 60.0


@contextmanager
def notified(told: Told) -> Iterator[Told]:
    """Runs the user's command when what is inside ends with an exit status other than 0.

    Whatever becomes of the command, what is inside ends as it did.

    Args:
        told: what to run and what to tell; may be completed inside.
    """
    try:
        yield told
    except BaseException as error:
        code = _exit_code(error)
        if told.command and code:
            words = "Interrupted." if isinstance(error, KeyboardInterrupt) else " ".join(str(error).split())
            _run(told, summary(told, code, "" if isinstance(error, SystemExit) else words))
        raise


def summary(told: Told, exit_code: int, message: str) -> str:
    """Returns what the command gets on its standard input: a JSON object.

    Args:
        told: what is known of the refresh.
        exit_code: the exit status that the refresh ends with.
        message: the error, in a sentence; empty when there is none.
    """
    done = told.outcome
    counts = (
        {}
        if done is None
        else {
            "articles_due": done.articles_due,
            "articles_loaded": done.articles_loaded,
            "articles_unchanged": done.articles_unchanged,
            "articles_withdrawn": done.articles_withdrawn,
            "set_aside": len(done.failures),
            "requests": done.requests,
            "retries": done.retries,
        }
    )
    if done is not None and not message:
        failed = [f"{done.set_aside}."] if done.failures or not done.findings else []
        message = " ".join([*done.findings, *failed])
    content = {
        "warehouse": str(told.warehouse.absolute()),
        "outcome": done.outcome if done else "interrupted" if exit_code == 130 else "failed",
        "exit_code": exit_code,
        "message": message,
        "refresh_id": done.refresh_id if done else None,
        "started_at": f"{done.started_at.isoformat(timespec='seconds')}Z" if done else None,
        "finished_at": f"{done.finished_at.isoformat(timespec='seconds')}Z" if done and done.finished_at else None,
        "counts": counts,
        "set_aside": [str(failure["message"]) for failure in (done.failures if done else [])[:_FAILURES_SHOWN]],
        "broken_laws": done.broken_laws if done else [],
    }
    return json.dumps(without_secrets(content, Redactor(told.secrets)), indent=2) + "\n"


def _exit_code(error: BaseException) -> int:
    if isinstance(error, FigshareWarehouseError):
        return error.exit_code
    if isinstance(error, SystemExit):
        return error.code if isinstance(error.code, int) else int(error.code is not None)
    return 130 if isinstance(error, KeyboardInterrupt) else 1


def _run(told: Told, text: str) -> None:
    """Runs the command in a shell, in a process group of its own so that all of it can be ended."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(_SECRET_PREFIX)}
    try:
        process = subprocess.Popen(
            str(told.command), shell=True, stdin=subprocess.PIPE, env=environment, start_new_session=True
        )
    except (OSError, ValueError) as error:
        print(f"The notify command cannot be run: {error}.", file=sys.stderr)
        return
    try:
        process.communicate(text.encode(), timeout=told.seconds)
        if process.returncode:
            print(f"The notify command ended with status {process.returncode}.", file=sys.stderr)
    except subprocess.TimeoutExpired:
        print(f"The notify command took longer than {told.seconds:g} s and was ended.", file=sys.stderr)
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
