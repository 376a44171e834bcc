"""The parts of the Stats API and which of them are open. A denied part is tried again once a day, with one item."""

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
"""A denied part is tried again after so long: by each refresh, where there is one a day."""

FOUND_AGAIN_AFTER = timedelta(days=90)
"""What was found out of how the Stats API answers is relied on for so long."""

DISTRUSTED_FOR = timedelta(days=7)
"""What cannot be relied on is tried again after so long: it may have been a bad day."""

Place = tuple[str, str, str]
"""A part: scope, kind of figures and type of item."""

_NAMES = {"total": "totals"}


class Scopes:
    """What is known about the parts, by scope, kind of figures and type of item.

    An institution's items are requested in its portal's scope with credentials, otherwise in public. Other items, such
    as those that only a search finds, are always requested in public. That is a third scope, since Figshare may deny
    one and not the other.

    Args:
        client: has the credentials.
        institution: the institution whose items are in the portal's scope; None for none.
        known: rows of the query `usage_scopes`.
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
        self._asked_at: dict[Place, datetime] = {}
        self._now = now
        for row in known:
            # Results with other credentials do not count.
            if row["credentials"] == self._mark_of(row["scope"]):
                place = row["scope"], row["kind"], row["entity_type"]
                self._states[place], self._messages[place] = row["state"], row["message"]
                self._asked_at[place] = row["asked_at"]

    def _mark_of(self, scope: str) -> str:
        return "" if scope in (PUBLIC, ELSEWHERE) else self._mark

    def is_own(self, due: pa.Table) -> pa.ChunkedArray:
        """For each due row, whether its item is the institution's."""
        return pc.fill_null(pc.equal(due.column("institution_id"), pa.scalar(self._institution, pa.int64())), False)

    def by_scopes(self, due: pa.Table) -> list[tuple[list[str], pa.Table]]:
        """Splits what is due by the scopes in which it can be requested, the best scope first."""
        is_own = self.is_own(due)
        parts = (self.asked_in(True), due.filter(is_own)), (self.asked_in(False), due.filter(pc.invert(is_own)))
        return [(scopes, rows) for scopes, rows in parts if rows.num_rows]

    def asked_in(self, is_own: bool) -> list[str]:
        """The scopes in which an item can be requested, the best first."""
        if not is_own:
            return [ELSEWHERE]
        return [self.portal, PUBLIC] if self.portal else [PUBLIC]

    def is_denied(self, place: Place) -> bool:
        """Whether this is denied with the current credentials."""
        return self._states.get(place) == "denied"

    def is_closed(self, place: Place) -> bool:
        """Whether this is denied and was tried too recently to be tried again."""
        return self.is_denied(place) and not self._is_old(place, ASKED_AGAIN_AFTER)

    def is_known(self, place: Place, state: str) -> bool:
        """Whether this was found `open` or `unusable` with the current credentials, not too long ago to rely on."""
        age = DISTRUSTED_FOR if state == "unusable" else FOUND_AGAIN_AFTER
        return self._states.get(place) == state and not self._is_old(place, age)

    def _is_old(self, place: Place, age: timedelta) -> bool:
        # A wrong clock must not close it for years.
        return abs(self._now - self._asked_at[place]) >= age

    def patience(self, place: Place) -> int:
        """How many different items are tried without a success before the rest is skipped."""
        # Where several were refused before, one shows whether anything has changed; it is a different one each time.
        # A part that has answered before is probably still open, except for some items.
        return {"denied": 1, "open": MOST_REFUSED}.get(self._states.get(place, ""), JUDGED_BY)

    def has_answered(self, place: Place) -> bool:
        """Whether this has been answered with the current credentials."""
        return self._states.get(place) == "open"

    def found(
        self, place: Place, state: str, error: RequestError | str | None, at: datetime, refresh_id: str
    ) -> dict[str, Any]:
        """Notes a result; returns it as a row of `usage_scopes`."""
        scope, kind, entity_type = place
        message = str(error) if error else None
        self._states[place], self._messages[place] = state, message
        self._asked_at[place] = self._now
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
        """A sentence on what is denied without credentials, and what to do; None when nothing is.

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
        remedy = "It is tried again each day, with one item."
        if self.portal is None and any(scope == PUBLIC for scope, _, _ in denied):
            remedy = (
                "Give an institution's credentials, which Figshare's support hands out (portal, stats_username and "
                f"stats_password, section sources.figshare), or leave usage out (--usage none). {remedy}"
            )
        last = next((message for place in denied if (message := self._messages.get(place))), "")
        message = f"Figshare refuses usage without credentials: {what}. {remedy}{f' It said: {last}' if last else ''}"
        return RequestError(message, "/", 403, 0)

    def refused_credentials(self, status: int | None) -> RequestError:
        """The message where the portal's scope is denied."""
        message = (
            f"Figshare refused the Stats API's credentials ({status or 403}) for portal '{self.portal}': check portal, "
            "stats_username and stats_password (section sources.figshare). Usage is read without them as far as it is "
            "public; they are tried again each day, and when they change."
        )
        return RequestError(message, f"/{self.portal}", status or 403, 0)
