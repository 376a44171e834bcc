"""A daily refresh as an entry for a scheduler: cron, systemd, GitHub Actions or Windows.

Each entry is a whole file whose comments say how to install it. Values are quoted for the file's format; secrets are
left out. The time of day is derived from the warehouse's path, so that not everyone asks Figshare at once.
"""

from __future__ import annotations

import hashlib
import json
import re
import shlex
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Literal
from xml.sax.saxutils import escape

from figshare_warehouse.errors import UsageError
from figshare_warehouse.settings import SETTINGS

Kind = Literal["cron", "systemd", "github-actions", "windows"]
KINDS: tuple[Kind, ...] = ("cron", "systemd", "github-actions", "windows")

_FIRST_HOUR, _HOURS = 1, 5
_MINUTES_OF_A_JOB = 330  # GitHub ends a job after six hours; stop before that, so that the result is kept.


@dataclass(frozen=True, slots=True)
class Entry:
    """What to run.

    Attributes:
        arguments: what follows `figshare-warehouse`, with absolute paths.
        warehouse: the warehouse's file, absolute.
        folder: the working folder, absolute: the one with `.dlt`.
        secrets: names of the secret settings that are configured here; never their values.
        published: name of the published file; None for none.
        configured: the settings that are configured here and not among the arguments, without secrets.
    """

    arguments: Sequence[str]
    warehouse: Path
    folder: Path
    secrets: Sequence[str] = ()
    published: str | None = None
    configured: Mapping[str, object] = field(default_factory=dict)

    @property
    def command(self) -> list[str]:
        """The whole command, starting with an absolute path."""
        script = Path(sys.executable).with_name("figshare-warehouse" + (".exe" if sys.platform == "win32" else ""))
        program = [str(script)] if script.exists() else [sys.executable, "-m", "figshare_warehouse"]
        return [*program, *self.arguments]

    @property
    def time(self) -> tuple[int, int]:
        """Hour and minute: at night, and not on the hour."""
        number = int.from_bytes(hashlib.sha256(str(self.warehouse).encode()).digest()[:4])
        return _FIRST_HOUR + number % _HOURS, 1 + number // _HOURS % 59

    @property
    def name(self) -> str:
        """A name for the entry that is different for each warehouse."""
        stem = re.sub(r"[^A-Za-z0-9_]+", "-", self.warehouse.stem).strip("-") or "warehouse"
        return f"refresh-{stem}-{hashlib.sha256(str(self.warehouse).encode()).hexdigest()[:6]}"


def schedule(kind: Kind, entry: Entry) -> str:
    """Returns the entry as text.

    Args:
        kind: the scheduler.
        entry: what to run.

    Raises:
        UsageError: a value holds a line break, which no scheduler takes.
    """
    for text in (*entry.command, str(entry.folder)):
        if re.search(r"[\x00-\x1f\x7f]", text):
            raise UsageError(f"A schedule cannot hold the line break or control character in {text!r}.")
    return {"cron": _cron, "systemd": _systemd, "github-actions": _github, "windows": _windows}[kind](entry)


def _zone() -> str:
    here = datetime.now().astimezone()
    return f"{here.tzname()}, UTC{here:%z}"


def _cron(entry: Entry) -> str:
    hour, minute = entry.time
    line = f"cd {shlex.quote(str(entry.folder))} && {shlex.join(entry.command)} > /dev/null"
    # In cron a bare % ends the command.
    line = line.replace("%", "\\%")
    return (
        f"# Refreshes {entry.warehouse} each day at {hour:02}:{minute:02} (this machine's time: {_zone()}).\n"
        "# Add it to your crontab: (crontab -l; cat THIS_FILE) | crontab -\n"
        "# cron mails what is written to standard error; the log file has the rest.\n"
        f"{_about_secrets(entry)}"
        f"{minute} {hour} * * * {line}\n"
    )


def _about_secrets(entry: Entry) -> str:
    return f"# Settings and secrets are read from .dlt in {entry.folder}; variables of your shell are not set.\n"


def _systemd(entry: Entry) -> str:
    hour, minute = entry.time
    unit = f"figshare-{entry.name}"
    folder = str(entry.folder).replace("\\", "\\\\").replace("%", "%%")
    command = " ".join(_systemd_word(word) for word in entry.command)
    service = (
        f"[Unit]\nDescription=Figshare warehouse {unit}\n\n"
        f"[Service]\nType=oneshot\nWorkingDirectory={folder}\nExecStart={command}\n"
    )
    timer = (
        f"[Unit]\nDescription=Daily: {unit}\n\n"
        f"[Timer]\nOnCalendar=*-*-* {hour:02}:{minute:02}:00\nPersistent=true\n\n[Install]\nWantedBy=timers.target\n"
    )
    units = '"$HOME/.config/systemd/user"'
    return (
        f"# Refreshes {entry.warehouse} each day at {hour:02}:{minute:02} (this machine's time: {_zone()}).\n"
        "# This is a shell script that installs a service and its timer for you: sh THIS_FILE\n"
        "# `loginctl enable-linger` lets it run while you are not logged in; its output: journalctl --user -u "
        f"{unit}\n{_about_secrets(entry)}"
        f"mkdir -p {units}\n"
        f"cat > {units}/{unit}.service <<'END-OF-UNIT'\n{service}END-OF-UNIT\n"
        f"cat > {units}/{unit}.timer <<'END-OF-UNIT'\n{timer}END-OF-UNIT\n"
        f"systemctl --user daemon-reload && systemctl --user enable --now {unit}.timer\n"
    )


def _systemd_word(word: str) -> str:
    quoted = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    return f'"{quoted}"'


def _github(entry: Entry) -> str:
    hour, minute = entry.time
    arguments = _in_a_workspace(entry.arguments)
    if not any(word.partition("=")[0] == "--max-minutes" for word in arguments):
        arguments += ["--max-minutes", str(_MINUTES_OF_A_JOB)]
    # GitHub would evaluate it as an expression.
    command = shlex.join(["figshare-warehouse", *arguments]).replace("${{", "${{ '${{' }}")
    files = [entry.warehouse.name, *([entry.published] if entry.published else [])]
    kept = shlex.join(files).replace("${{", "${{ '${{' }}")
    values = {name: _of_setting(name, value) for name, value in entry.configured.items()}
    values |= {name: f"${{{{ secrets.FIGSHARE_{name.upper()} }}}}" for name in entry.secrets}
    lines = "".join(f"          SOURCES__FIGSHARE__{name.upper()}: {value}\n" for name, value in values.items())
    env = f"        env:\n{lines}" if lines else ""
    return f"""\
# Refreshes each day at {hour:02}:{minute:02} UTC. Save it as .github/workflows/{entry.name}.yml in your clone of
# figshare-warehouse. Paths are in the workspace there: the files that options name are at its top.
# Settings of .dlt here are in it. Set secrets in the repository (Settings, Secrets and variables, Actions), such as
# FIGSHARE_TOKEN.
# The warehouse and the published file are kept in the cache, which GitHub drops after a week without a run, and as an
# artifact for 90 days.
name: {entry.name}
on:
  schedule:
    - cron: "{minute} {hour} * * *"
  workflow_dispatch:
permissions:
  contents: read
concurrency: {entry.name}
jobs:
  refresh:
    runs-on: ubuntu-latest
    timeout-minutes: 360
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-python@v5
        with:
          python-version: "3.12"
      - run: pip install .
      - run: mkdir -p warehouse
      - uses: actions/cache/restore@v4
        with:
          path: warehouse
          key: {entry.name}-${{{{ github.run_id }}}}
          restore-keys: {entry.name}-
      - name: Refresh (status 4, stopped at a limit, continues the next day)
        run: |
          for file in {kept}; do test ! -e "warehouse/$file" || mv "warehouse/$file" ./; done
          {command} || test $? -eq 4
{env}      - if: always()
        run: |
          for file in {kept} refresh.log; do test ! -e "./$file" || mv -- "$file" warehouse/; done
      - if: always()
        uses: actions/cache/save@v4
        with:
          path: warehouse
          key: {entry.name}-${{{{ github.run_id }}}}
      - if: always()
        uses: actions/upload-artifact@v4
        with:
          name: {entry.name}
          path: warehouse
          retention-days: 90
"""


# Options that name local files and folders.
_PATHS = ("--warehouse", "--log-file", "--published", "--sql-dir", "--schools", "--group-names")


def _of_setting(name: str, value: object) -> str:
    """A setting's value for an environment variable in YAML, where dlt reads lists as JSON."""
    text = Path(str(value)).name if SETTINGS[name].path else value if isinstance(value, str) else json.dumps(value)
    return json.dumps(text).replace("${{", "${{ '${{' }}")


def _in_a_workspace(arguments: Sequence[str]) -> list[str]:
    """Returns the arguments with local paths reduced to their names."""
    found: list[str] = []
    words = iter(arguments)
    for word in words:
        option, equals, value = word.partition("=")
        if option not in _PATHS:
            found.append(word)
            continue
        path = value if equals else next(words)
        name = "refresh.log" if option == "--log-file" else Path(path).name
        found += [f"{option}={name}"] if name.startswith("-") else [option, name]
    return found


def _windows(entry: Entry) -> str:
    hour, minute = entry.time
    program, *arguments = entry.command
    about = f"Refreshes {entry.warehouse} each day at {hour:02}:{minute:02} (this machine's time: {_zone()})."
    # Two hyphens would end the comment.
    comment = f"{about} Settings and secrets are read from .dlt in {entry.folder}.".replace("--", "- -")
    return f"""\
<!-- {escape(comment)}
     Install it in PowerShell, for when you are logged in:
     Register-ScheduledTask -TaskName {entry.name} -Xml (Get-Content -Raw -Encoding UTF8 THIS_FILE) -->
<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <RegistrationInfo><Description>{escape(about)}</Description></RegistrationInfo>
  <Triggers>
    <CalendarTrigger>
      <StartBoundary>2026-01-01T{hour:02}:{minute:02}:00</StartBoundary>
      <ScheduleByDay><DaysInterval>1</DaysInterval></ScheduleByDay>
    </CalendarTrigger>
  </Triggers>
  <Settings>
    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>
    <StartWhenAvailable>true</StartWhenAvailable>
    <ExecutionTimeLimit>PT0S</ExecutionTimeLimit>
  </Settings>
  <Actions>
    <Exec>
      <Command>{escape(program)}</Command>
      <Arguments>{escape(subprocess.list2cmdline(arguments))}</Arguments>
      <WorkingDirectory>{escape(str(entry.folder))}</WorkingDirectory>
    </Exec>
  </Actions>
</Task>
"""
