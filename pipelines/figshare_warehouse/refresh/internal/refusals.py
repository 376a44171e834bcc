"""Records that the token is refused, or does not find, when they are asked for one by one: remembered for some days."""

from __future__ import annotations

from collections.abc import Mapping

from figshare_warehouse.refresh.internal.rights import Rights
from figshare_warehouse.refresh.run import Run
from figshare_warehouse.sources.figshare.records.arrow import computed_rows
from figshare_warehouse.tables.internal import REFUSALS

REFUSED_DAYS = 30
"""So long a record that was refused is not asked for again by the same token, unless the list shows it changed."""

CONFIRMED_DAYS = 7
"""So long what was found out of a record that a list does not show holds; not found again after it, it is gone."""


def note_refused(
    run: Run, rights: Rights, part: str, refused: Mapping[int, int], marks: Mapping[int, str | None], why: str
) -> None:
    """Remembers which records were refused or not found; says once that some were refused.

    Args:
        run: the refresh.
        rights: has the token's mark.
        part: what was asked for.
        refused: the HTTP status of each by its id.
        marks: what the list showed of each, by its id.
        why: what was asked for, to follow the number of those that were refused: `of the 7 articles …`.
    """
    now = run.now()
    rows = [
        {"part": part, "record_id": id_, "token_mark": rights.token_mark, "listed_mark": marks[id_],
         "status": status, "refused_at": now}
        for id_, status in refused.items()
    ]  # fmt: skip
    if rows:
        run.keep(REFUSALS, [computed_rows(REFUSALS, rows)])
    if denied := sum(status != 404 for status in refused.values()):
        run.note_finding(f"This token may not see {denied:,} {why}, or after {REFUSED_DAYS} days.")
