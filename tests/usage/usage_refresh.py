"""A refresh with usage, and the clock it goes by."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time
from pathlib import Path
from typing import Any

from figshare_sandbox import Sandbox
from figshare_warehouse.configuration import resolve_settings
from figshare_warehouse.refresh import Outcome, followed, refresh
from figshare_warehouse.refresh import load as load_alone
from figshare_warehouse.refresh.plan import plan
from figshare_warehouse.settings import FigshareSettings
from tests.support import TODAY, WITHOUT, Quiet

ITEMS, SEED = 30, 7


class Clock:
    """The time that refreshes go by; a test moves it."""

    def __init__(self) -> None:
        self.start()

    def start(self) -> None:
        """Sets it to where each test begins."""
        self.now = datetime.combine(TODAY, time(13))


CLOCK = Clock()
"""The clock of the test that runs."""


@dataclass(frozen=True)
class Made:
    """A warehouse whose usage was loaded once, how that went, and what the plan had told."""

    warehouse: Path
    outcome: Outcome
    planned: list[tuple[Any, ...]]


def settings_for(sandbox: Sandbox, has_credentials: bool, **options: Any) -> FigshareSettings:
    given = {
        "institution": sandbox.institution_id,
        "api_url": sandbox.api_url,
        "stats_url": sandbox.stats_url,
        "token": sandbox.token,
        "requests_per_second": 0.0,
        "retry_wait_seconds": 0.01,
        "without": WITHOUT,
    }
    if has_credentials:
        given |= {
            "portal": sandbox.portal,
            "stats_username": sandbox.stats_username,
            "stats_password": sandbox.stats_password,
        }
    return resolve_settings({**given, **options})


class Shown(Quiet):
    """Somebody who sees how many requests are expected, whenever that is told anew."""

    is_shown = True

    def __init__(self) -> None:
        self.expected: list[tuple[int, bool]] = []

    def expect(self, requests: int, is_sure: bool) -> None:
        self.expected.append((requests, is_sure))


def load(
    sandbox: Sandbox,
    warehouse: Path,
    has_credentials: bool = True,
    progress: Quiet | None = None,
    publish: bool = False,
    clock: Clock = CLOCK,
    **options: Any,
) -> Outcome:
    """Refreshes with usage. Published is only where a test says so: that takes as long as the rest."""
    step = refresh if publish else load_alone
    settings = settings_for(sandbox, has_credentials, **options)
    return step(settings, warehouse, progress or Quiet(), clock=lambda: clock.now)


def planned(
    sandbox: Sandbox, warehouse: Path, now: datetime, has_credentials: bool = True, **options: Any
) -> list[tuple[Any, ...]]:
    """The plan's rows about usage: kind, requests, certainty, what for."""
    settings = settings_for(sandbox, has_credentials, **options)
    rows = plan(settings, followed(settings), warehouse, now).rows.rows
    return [(str(row[0]).removeprefix("usage_"), *row[1:]) for row in rows if str(row[0]).startswith("usage_")]


def certain(rows: list[tuple[Any, ...]]) -> dict[str, int]:
    """What the plan says will be asked."""
    assert {row[2] for row in rows if row[1] is not None} <= {"due"}
    return {row[0]: row[1] for row in rows if row[1] is not None}
