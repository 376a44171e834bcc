"""Finding out which records are gone that a list does not show any more.

Not found is also what a token gets that may not see a record any more. So only one that is not found twice, some days
apart, or that the user confirms to be gone, is taken to be gone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from figshare_warehouse.refresh.internal.refusals import CONFIRMED_DAYS, REFUSED_DAYS, note_refused
from figshare_warehouse.refresh.internal.rights import Rights
from figshare_warehouse.refresh.run import Run
from figshare_warehouse.sources.figshare.client import FigshareClient
from figshare_warehouse.sources.http.errors import DeniedError, NotFoundError, RequestError

Read = TypeVar("Read")

MOST_LOST, FEW_LOST = 0.1, 5
"""Largest share of a list that may be missing at once and be looked for; so many may be in any case."""


@dataclass(frozen=True, slots=True)
class Missing:
    """What a list that was read to its end does not show, though the same token saw it before.

    Attributes:
        what: the records in the plural, for messages.
        part: the list.
        listed_count: how many the list shows.
        rows: what is known of each by its id: `listed_mark`, whether it was not found some days ago (`is_second`),
            and, of articles, whether it is public (`is_public`).
    """

    what: str
    part: str
    listed_count: int
    rows: Mapping[int, Mapping[str, Any]]


def find_gone(
    run: Run, rights: Rights, missing: Missing, read: Callable[[FigshareClient, int], Read]
) -> tuple[list[int], dict[int, Read]]:
    """Asks for each missing record: one that is not found a second time, or that the user confirms, is gone.

    Many that are missing at once are not believed to be gone, since the token may just see fewer.

    Args:
        run: the refresh.
        rights: what the token may see.
        missing: what is missing.
        read: asks for one.

    Returns:
        The ids of those that are gone, and those that are there all the same.

    Raises:
        FigshareWarehouseError: nothing more can be asked.
    """
    gone: list[int] = []
    found: dict[int, Read] = {}
    count = len(missing.rows)
    before = missing.listed_count + count
    if count > max(FEW_LOST, MOST_LOST * before) and not run.confirms_withdrawals:
        run.note_finding(
            f"The list of {missing.what} that a token is needed for lacks {count:,} of {before:,}: all stay as they "
            "were, since the token may see fewer. Check them, and if they are gone, run once with "
            "--confirm-withdrawals."
        )
        return gone, found
    refused: dict[int, int] = {}
    try:
        for id_, row in missing.rows.items():
            try:
                found[id_] = read(run.client, id_)
            except NotFoundError:
                if (row["is_second"] or run.confirms_withdrawals) and not row.get("is_public"):
                    gone.append(id_)
                else:
                    refused[id_] = 404
            except DeniedError as error:
                refused[id_] = error.status or 403
            except RequestError as error:
                run.note_failure(error)
    finally:
        marks = {id_: missing.rows[id_]["listed_mark"] for id_ in refused}
        why = f"of the {count:,} {missing.what} that the list lacks: they stay, and are asked for again when listed"
        note_refused(run, rights, f"missing {missing.part}", refused, marks, why)
    return gone, found


def days_of_missing(run: Run) -> dict[str, float]:
    """Returns the days that queries of missing records take; what the user confirms is asked again at once."""
    return {"confirmed_days": 0 if run.confirms_withdrawals else CONFIRMED_DAYS, "refused_days": REFUSED_DAYS}
