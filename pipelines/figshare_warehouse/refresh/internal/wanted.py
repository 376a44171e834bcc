"""Which parts of the internal records are wanted, by the settings."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

from figshare_warehouse.settings import FigshareSettings

if TYPE_CHECKING:
    from figshare_warehouse.refresh.internal.rights import Rights
    from figshare_warehouse.refresh.run import Run

Reader: TypeAlias = "Callable[[Run, Rights], None]"

OWN_PARTS = {"own account": "accounts", "own articles": "articles", "article details": "articles"}
"""The parts that `--account` reads, with the kind (`--without`) that each belongs to."""

INTERNAL_PARTS = {
    "accounts": "accounts",
    "account details": "accounts",
    "roles": "roles",
    "account roles": "roles",
    "embargo options": "roles",
    "articles": "articles",
    "reviews": "reviews",
    "review comments": "reviews",
    "article details": "articles",
}
"""The parts that `--internal` reads, likewise."""


def wanted_parts(settings: FigshareSettings) -> set[str]:
    """Returns the parts that the settings ask for; none without `--internal` or `--account`."""
    parts = (OWN_PARTS if settings.account else {}) | (INTERNAL_PARTS if settings.internal else {})
    return {part for part, kind in parts.items() if kind not in (settings.without or ())}
