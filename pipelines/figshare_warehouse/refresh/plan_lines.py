"""The lines of a plan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Planned:
    """Requests of one kind that a refresh will make.

    Attributes:
        kind: kind of request, as in the table `refresh_requests`.
        requests: how many; None when not known yet.
        certainty: `due` (they will be made), `estimated`, `known when listed`, or `known when read`.
        why: the reason.
        least: how few they can turn out to be, where only the responses show it.
    """

    kind: str
    requests: int | None
    certainty: str
    why: str
    least: int | None = None


def least_requests(planned: Sequence[Planned]) -> int:
    """Returns how few requests the planned ones can turn out to be."""
    return sum((one.requests or 0) if one.least is None else one.least for one in planned)


def total_requests(planned: Sequence[Planned]) -> tuple[int, bool]:
    """Returns how many requests are planned, and whether there will be no others."""
    known = [one.requests for one in planned if one.requests is not None]
    return sum(known), len(known) == len(planned)
