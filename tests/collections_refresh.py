"""Refreshes with collections and projects, at the world's time."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

from figshare_sandbox import Sandbox
from figshare_sandbox.world.shelves import Kind
from figshare_warehouse.configuration import resolve_settings
from figshare_warehouse.refresh import Outcome, refresh
from figshare_warehouse.refresh import load as load_alone
from figshare_warehouse.settings import FigshareSettings
from tests.histories.directly import clock_at
from tests.support import Quiet

KINDS: tuple[Kind, ...] = ("collection", "project")


def settings_for(sandbox: Sandbox, **options: Any) -> FigshareSettings:
    given = {
        "institution": sandbox.institution_id,
        "api_url": sandbox.api_url,
        "stats_url": sandbox.stats_url,
        "requests_per_second": 0.0,
        "retry_wait_seconds": 0.01,
        "usage": ["none"],
    }
    return resolve_settings({**given, **options})


def load(
    sandbox: Sandbox, warehouse: Path, publish: bool = False, confirm_withdrawals: bool = False, **options: Any
) -> Outcome:
    """Refreshes some minutes after the last thing that happened."""
    clock = clock_at(sandbox.world.now + timedelta(minutes=10))
    step = refresh if publish else load_alone
    settings = settings_for(sandbox, **options)
    return step(settings, warehouse, Quiet(), confirm_withdrawals=confirm_withdrawals, clock=clock)


def next_day(sandbox: Sandbox, days: int = 1) -> None:
    """The world's clock moves to the noon of a later day."""
    sandbox.world.set_today(sandbox.world.today + timedelta(days=days))


def hour_later(sandbox: Sandbox) -> None:
    """The world's clock moves on, by more than clocks may differ."""
    with sandbox.world.lock:
        sandbox.world._now += timedelta(hours=1)
