"""The parts of the Stats API, and which of them answer us: a part that is denied is asked again by age, by one item."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from figshare_warehouse.sources.figshare.client import FigshareClient
from figshare_warehouse.sources.figshare.usage.stats import JUDGED_BY, MOST_REFUSED
from figshare_warehouse.sources.http.errors import RequestError

PUBLIC, ELSEWHERE = "public", "elsewhere"

ASKED_AGAIN_AFTER = timedelta(hours=20)
"""What is denied is asked again after so long: by each refresh, where there is one a day."""

Place = tuple[str, str, str]
"""A part: scope, kind of figures and type of item."""

_NAMES = {"total": "totals"}


class Scopes:
    """What is known of the parts, by scope, kind of figures and type of item.

    An institution's items are asked for within its portal's scope, with credentials, else in public. Other items, such
    as those that only a search finds, are always asked for in public, which is a scope of its own: Figshare may deny
    the one and not the other.

    Args:
        client: says what we ask as.
        institution: the institution whose items the portal's scope holds; None for none.
        known: rows of the question `usage_scopes`.
        now: the time (UTC).
    """

    def __init__(
        self, client: FigshareClient, institution: int | None, known: Iterable[Mapping[str, Any]], now: datetime
    ) -> None:
        self.portal = client.portal if client.has_stats_credentials else None
        self._institution = institution
        self._mark = client.stats_credentials_mark if self.portal else ""
        self._states: dict[Place, str] = {}
        self._messages: dict[Place, str | None] = {}
        self._old: set[Place] = set()
        for row in known:
            # What was found with other credentials says nothing.
            if row["credentials"] == self._mark_of(row["scope"]):
                place = row["scope"], row["kind"], row["entity_type"]
                self._states[place], self._messages[place] = row["state"], row["message"]
                # A clock that was wrong must not close it for years.
                if not now - ASKED_AGAIN_AFTER < row["asked_at"] <= now + ASKED_AGAIN_AFTER:
                    self._old.add(place)

    def _mark_of(self, scope: str) -> str:
        return "" if scope in (PUBLIC, ELSEWHERE) else self._mark

    def is_own(self, due: pa.Table) -> pa.ChunkedArray:
        """For each row of what is due, whether it is an item of the institution."""
        return pc.fill_null(pc.equal(due.column("institution_id"), pa.scalar(self._institution, pa.int64())), False)

    def by_scopes(self, due: pa.Table) -> list[tuple[list[str], pa.Table]]:
        """Parts what is due: each part with the scopes that it can be asked in, the best first."""
        is_own = self.is_own(due)
        parts = (self.asked_in(True), due.filter(is_own)), (self.asked_in(False), due.filter(pc.invert(is_own)))
        return [(scopes, rows) for scopes, rows in parts if rows.num_rows]

    def asked_in(self, is_own: bool) -> list[str]:
        """The scopes that an item can be asked in, the best first."""
        if not is_own:
            return [ELSEWHERE]
        return [self.portal, PUBLIC] if self.portal else [PUBLIC]

    def is_denied(self, place: Place) -> bool:
        """Whether this is known to be denied with the present credentials."""
        return self._states.get(place) == "denied"

    def is_closed(self, place: Place) -> bool:
        """Whether this is denied, and was asked so lately that it is not asked again."""
        return self.is_denied(place) and place not in self._old

    def patience(self, place: Place) -> int:
        """How many different items are asked for, with nothing answered, before the rest is left alone."""
        # Where several were refused before, one tells whether anything has changed; by age it is another one each time.
        # What has answered before is more often open still, and only some items are not.
        return {"denied": 1, "open": MOST_REFUSED}.get(self._states.get(place, ""), JUDGED_BY)

    def has_answered(self, place: Place) -> bool:
        """Whether this has answered us with the present credentials."""
        return self._states.get(place) == "open"

    def found(
        self, place: Place, state: str, error: RequestError | None, at: datetime, refresh_id: str
    ) -> dict[str, Any]:
        """Notes what was found; returns it as a row of `usage_scopes`."""
        scope, kind, entity_type = place
        message = str(error) if error else None
        self._states[place], self._messages[place] = state, message
        self._old.discard(place)
        return {
            "scope": scope,
            "kind": kind,
            "entity_type": entity_type,
            "state": state,
            "credentials": self._mark_of(scope),
            "asked_at": at,
            "message": message,
            "refresh_id": refresh_id,
        }

    def refused(self, wanted: Mapping[Place, int]) -> RequestError | None:
        """One sentence on what is denied without credentials, and what to do; None when nothing is.

        Args:
            wanted: how many different items are due in each part.
        """
        denied = {p: n for p, n in wanted.items() if p[0] in (PUBLIC, ELSEWHERE) and self.is_denied(p)}
        if not denied:
            return None
        what = ", ".join(
            f"{_NAMES.get(kind, kind)} of {count:,} {entity_type}{'' if count == 1 else 's'}"
            f"{' of others' if scope == ELSEWHERE else ''}"
            for (scope, kind, entity_type), count in denied.items()
        )
        remedy = "It is asked again each day, by one item."
        if self.portal is None and any(scope == PUBLIC for scope, _, _ in denied):
            remedy = (
                "Give an institution's credentials, which Figshare's support hands out (portal, stats_username and "
                f"stats_password, section sources.figshare), or leave usage out (--usage none). {remedy}"
            )
        last = next((message for place in denied if (message := self._messages.get(place))), "")
        message = f"Figshare refuses usage without credentials: {what}. {remedy}{f' It said: {last}' if last else ''}"
        return RequestError(message, "/", 403, 0)

    def refused_credentials(self, status: int | None) -> RequestError:
        """What to say where the portal's scope is denied."""
        message = (
            f"Figshare refused the Stats API's credentials ({status or 403}) for portal '{self.portal}': check portal, "
            "stats_username and stats_password (section sources.figshare). Usage is read without them as far as it is "
            "public; they are tried again each day, and when they change."
        )
        return RequestError(message, f"/{self.portal}", status or 403, 0)
