"""One counter of many items in one response: the Stats API's top lists within an institution's scope.

Without dates they have all-time totals, with dates what was counted in between, by Figshare's documentation
(https://docs.figshare.com, 2026). No response with dates was seen when this was written, so nothing here is relied on
unseen: the caller compares what comes with the totals.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlencode

from figshare_warehouse.sources.figshare.client import FigshareClient
from figshare_warehouse.sources.figshare.records.values import LARGEST
from figshare_warehouse.sources.figshare.usage.stats import counts_by_key
from figshare_warehouse.sources.http.errors import RequestError, unusable

COUNTS = (1_000_000, 10_000)
"""How many items are requested at once. No maximum is documented; after a refusal a smaller number is tried."""


@dataclass(frozen=True, slots=True)
class Bulk:
    """One counter of many items.

    Attributes:
        figures: item id → count. An item without any is absent, and so is what Figshare left out.
        is_cut: Figshare gave as many as requested, so there may be more.
        read_at: when it was read (UTC, naive).
    """

    figures: dict[int, int]
    is_cut: bool
    read_at: datetime


class BulkReader:
    """Reads one counter of as many items as Figshare gives in one response.

    Args:
        client: asks Figshare; has the institution's credentials.
    """

    def __init__(self, client: FigshareClient) -> None:
        self._client = client
        self._count = COUNTS[0]

    def totals(self, counter: str, entity_type: str) -> Bulk:
        """Reads all-time totals.

        Raises:
            DeniedError: the credentials are not accepted.
            RequestError: there is no good response.
        """
        return self._read("usage_bulk_totals", counter, entity_type, {})

    def window(self, counter: str, entity_type: str, first: date, last: date) -> Bulk:
        """Reads what was counted from one day to another (UTC), both included. Errors as `totals`."""
        dates = {"start_date": first.isoformat(), "end_date": last.isoformat()}
        try:
            return self._read("usage_bulk_months", counter, entity_type, dates)
        except RequestError as error:
            # The address does not say it.
            message = f"{str(error).removesuffix('.')} ({first} to {last})."
            raise type(error)(message, f"{error.path}?{urlencode(dates)}", error.status, error.tries) from None

    def _read(self, kind: str, counter: str, entity_type: str, dates: dict[str, str]) -> Bulk:
        client, read_at = self._client, self._client.clock()
        path = f"/{client.portal}/top/{counter}/{entity_type}"
        while True:
            count = self._count
            try:
                data = client.get(kind, path, {"count": count, **dates}, service="stats").data
                break
            except RequestError as error:
                if error.status not in (400, 422) or count == COUNTS[-1]:
                    raise
                self._count = COUNTS[-1]
        try:
            figures = {int(item): number for item, number in counts_by_key(data).items()}
        except (KeyError, TypeError, ValueError, AttributeError):
            raise unusable(client.stats_url, path, "answered with something unexpected") from None
        # No item has an id beyond that of a BIGINT.
        known = {item: number for item, number in figures.items() if 0 <= item <= LARGEST}
        return Bulk(known, len(figures) >= count, read_at)
