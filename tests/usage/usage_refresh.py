"""A refresh with usage, and the clock it goes by."""

from __future__ import annotations

from datetime import datetime, time
from pathlib import Path
from typing import Any

from support import TODAY, Quiet

from pipelines.refresh import Outcome, refresh
from pipelines.sandbox import Sandbox
from pipelines.settings import resolve_settings

ITEMS, SEED = 30, 7


class Clock:
    """The time that usage goes by."""

    def __init__(self) -> None:
        self.now = datetime.combine(TODAY, time(13))


def load(sandbox: Sandbox, warehouse: Path, has_credentials: bool = True, **options: Any) -> Outcome:
    """Refreshes with usage."""
    given = {
        "institution": sandbox.institution_id,
        "api_url": sandbox.api_url,
        "stats_url": sandbox.stats_url,
        "token": sandbox.token,
        "requests_per_second": 0.0,
        "retry_wait_seconds": 0.01,
    }
    if has_credentials:
        given |= {
            "portal": sandbox.portal,
            "stats_username": sandbox.stats_username,
            "stats_password": sandbox.stats_password,
        }
    return refresh(resolve_settings({**given, **options}), warehouse, Quiet())
