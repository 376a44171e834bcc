"""What the parts of the Stats API answer in one refresh, and the rows of `usage_scopes` that say so."""

from __future__ import annotations

from figshare_warehouse.refresh.run import Run
from figshare_warehouse.refresh.usage.loader import UsageLoader
from figshare_warehouse.refresh.usage.scopes import Place, Scopes
from figshare_warehouse.sources.http.errors import RequestError


class Answers:
    """What was asked for, answered and refused so far.

    Attributes:
        run: the refresh.
        scopes: which parts are open.
        loader: loads what was read.
        wanted: how many different items are due in each part that was tried.
        portal_status: the HTTP status of the last refusal in the portal's scope.
    """

    def __init__(self, run: Run, scopes: Scopes, loader: UsageLoader) -> None:
        self.run, self.scopes, self.loader = run, scopes, loader
        self.wanted: dict[Place, int] = {}
        self.portal_status: int | None = None
        self._answered: set[Place] = set()
        self._request_count = run.client.request_count

    @property
    def is_over(self) -> bool:
        """Whether nothing more is asked for: the refresh is stopped, the Stats API is out, or all requests are used."""
        return self.run.is_stopped or self.run.client.is_stats_out or self.requests_left == 0

    @property
    def requests_left(self) -> int | None:
        """How many requests for usage may still be made; None for no limit."""
        most = self.run.settings.usage_requests
        return None if most is None else max(0, most - (self.run.client.request_count - self._request_count))

    def has_answered(self, place: Place) -> bool:
        """Whether a part has answered in this refresh."""
        return place in self._answered

    def open(self, place: Place) -> None:
        """Notes that a part answered."""
        self._answered.add(place)
        if not self.scopes.has_answered(place):
            self.note_state(place, "open")

    def deny(self, place: Place, error: RequestError) -> None:
        """Notes that a part is refused."""
        self.note_state(place, "denied", error)

    def note_state(self, place: Place, state: str, error: RequestError | str | None = None) -> None:
        """Notes how a part is: `open`, `denied` or `unusable`, and the sentence that says why."""
        self.loader.note(self.scopes.found(place, state, error, self.run.now(), self.run.refresh_id))

    def end(self) -> None:
        """Reports what is refused, once, and loads the rest of the ledger's entries."""
        scopes = self.scopes
        if any(place[0] == scopes.portal and scopes.is_denied(place) for place in self.wanted):
            self.run.note_failure(scopes.refused_credentials(self.portal_status))
        if (refused := scopes.refused(self.wanted)) is not None:
            self.run.note_failure(refused)
        self.loader.write_ledger()
