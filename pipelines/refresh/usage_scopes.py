"""The parts of the Stats API, and which of them answer us: a part that is denied is not asked again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from pipelines.clock import utc_now
from pipelines.figshare.client import FigshareClient

PUBLIC, ELSEWHERE = "public", "elsewhere"


class Scopes:
    """What is known of the parts, by scope, kind of figures and type of item.

    An institution's items are asked for within its portal's scope, with credentials, else in public. Other items, such
    as those that only a search finds, are always asked for in public, which is a scope of its own: Figshare may deny
    the one and not the other.

    Args:
        client: says what we ask as.
        institution: the institution whose items the portal's scope holds; None for none.
        known: rows of the question `usage_scopes`.
    """

    def __init__(self, client: FigshareClient, institution: int | None, known: Iterable[Mapping[str, Any]]) -> None:
        self.portal = client.portal if client.has_stats_credentials else None
        self._institution = institution
        self._mark = client.stats_credentials_mark if self.portal else ""
        # What was found with other credentials says nothing.
        self._states: dict[tuple[str, str, str], str] = {
            (row["scope"], row["kind"], row["item_type"]): row["state"]
            for row in known
            if row["credentials"] == self._mark_of(row["scope"])
        }

    def _mark_of(self, scope: str) -> str:
        return "" if scope in (PUBLIC, ELSEWHERE) else self._mark

    def is_own(self, due: pa.Table) -> pa.ChunkedArray:
        """For each row of what is due, whether it is an item of the institution."""
        return pc.fill_null(pc.equal(due.column("institution_id"), pa.scalar(self._institution, pa.int64())), False)

    def parted(self, due: pa.Table) -> list[tuple[list[str], pa.Table]]:
        """Parts what is due: each part with the scopes that it can be asked in, the best first."""
        is_own = self.is_own(due)
        own = [self.portal, PUBLIC] if self.portal else [PUBLIC]
        parts = (own, due.filter(is_own)), ([ELSEWHERE], due.filter(pc.invert(is_own)))
        return [(scopes, rows) for scopes, rows in parts if rows.num_rows]

    def is_denied(self, scope: str, kind: str, item_type: str) -> bool:
        """Whether this is known to be denied with the present credentials."""
        return self._states.get((scope, kind, item_type)) == "denied"

    def has_answered(self, scope: str, kind: str, item_type: str) -> bool:
        """Whether this has answered us with the present credentials."""
        return self._states.get((scope, kind, item_type)) == "open"

    def found(
        self, scope: str, kind: str, item_type: str, state: str, message: str | None, refresh_id: str
    ) -> dict[str, Any]:
        """Notes what was found; returns it as a row of `usage_scopes`."""
        self._states[scope, kind, item_type] = state
        return {
            "scope": scope,
            "kind": kind,
            "item_type": item_type,
            "state": state,
            "credentials": self._mark_of(scope),
            "asked_at": utc_now(),
            "message": message,
            "refresh_id": refresh_id,
        }
