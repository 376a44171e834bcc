"""Refreshes with citations from a small Figshare and its DataCite, and what is true of them."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

from figshare_sandbox import Sandbox
from figshare_warehouse.configuration import resolve_settings
from figshare_warehouse.refresh import Outcome, refresh
from figshare_warehouse.refresh import load as load_alone
from figshare_warehouse.settings import FigshareSettings
from tests.histories.directly import clock_at
from tests.support import WITHOUT, Quiet, requests_of, rows

PREFIX = "10.5072"


def settings_for(sandbox: Sandbox, datacite: dict[str, Any] | None = None, **options: Any) -> FigshareSettings:
    given: dict[str, Any] = {
        "institution": sandbox.institution_id,
        "api_url": sandbox.api_url,
        "stats_url": sandbox.stats_url,
        "requests_per_second": 0.0,
        "retry_wait_seconds": 0.01,
        "usage": ["none"],
        "without": WITHOUT,
        "datacite": {"api_url": sandbox.datacite_url, "requests_per_second": 0.0, **(datacite or {})},
    }
    return resolve_settings({**given, **options})


def load(sandbox: Sandbox, warehouse: Path, publish: bool = False, **options: Any) -> Outcome:
    """Refreshes some minutes after the last thing that happened."""
    clock = clock_at(sandbox.world.now + timedelta(minutes=10))
    step = refresh if publish else load_alone
    return step(settings_for(sandbox, **options), warehouse, Quiet(), clock=clock)


def next_day(sandbox: Sandbox, days: int = 1) -> None:
    """The world's clock moves to the noon of a later day."""
    sandbox.world.set_today(sandbox.world.today + timedelta(days=days))


def asked(outcome: Outcome) -> dict[str, int]:
    """Requests to DataCite."""
    kinds = ("dois", "citations", "handles")
    return {kind: number for kind, number in requests_of(outcome).items() if kind in kinds}


def dois_of(sandbox: Sandbox, article_id: int) -> list[str]:
    """The DOIs of an article: the bare one and one for each version."""
    item = sandbox.world.items[article_id]
    versions = [(detail["doi"] or "").lower() for detail in (*item.versions, item.detail)]
    return sorted({doi for one in versions if one for doi in (one, one.rpartition(".v")[0])})


def true_citations(sandbox: Sandbox) -> dict[int, int | None]:
    """How many different works cite each public article; None for one without a DOI that DataCite shows."""
    registry = sandbox.world.registry
    findable = {one.doi for one in registry.findable()}
    found: dict[int, int | None] = {}
    for article_id in sandbox.world.public_ids():
        dois = [doi for doi in dois_of(sandbox, article_id) if doi in findable]
        citing = {citing for doi in dois for citing in registry.citing(doi)} - set(dois)
        found[article_id] = len(citing) if dois else None
    return found


def held_citations(warehouse: Path) -> dict[int, int | None]:
    """The same as the warehouse has it."""
    return dict(rows(warehouse, "select article_id, citations from reports.articles order by 1"))
