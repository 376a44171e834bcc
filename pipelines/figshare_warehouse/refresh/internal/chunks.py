"""Reading one record after the other, several at once, and loading them in chunks."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from figshare_warehouse.errors import FigshareWarehouseError
from figshare_warehouse.refresh.internal.refusals import note_refused
from figshare_warehouse.refresh.internal.rights import Rights
from figshare_warehouse.refresh.run import Run
from figshare_warehouse.sources.figshare.client import FigshareClient
from figshare_warehouse.sources.figshare.read_ahead import read_ahead
from figshare_warehouse.sources.http.errors import DeniedError, NotFoundError, RequestError

Read = TypeVar("Read")

CHUNK_RECORDS = 1_000
"""Most records in one load."""

MOST_REFUSED = 10
"""After so many refusals, and none that was read, the token is taken to see none at all."""

FEWEST_REFUSED = 2
"""One refusal concerns its record alone, also where nothing else was to be read."""


def read_in_chunks(
    run: Run,
    rights: Rights,
    part: str,
    due: Mapping[int, Mapping[str, Any]],
    read: Callable[[FigshareClient, int], Read],
    load: Callable[[Mapping[int, Read]], None],
) -> None:
    """Reads what belongs to each id. What fails is noted and due again; what is refused or not found is remembered.

    A refusal concerns its record alone, unless the token sees none of the part: it read none before and is refused
    several, or is refused many of those that were read before, and reads none.

    Args:
        run: the refresh.
        rights: what the token may see.
        part: the part of the token's rights that this is.
        due: what is known of each record by its id: `listed_mark`, and whether it was read before (`is_held`).
        read: reads what belongs to one id.
        load: loads some of it, by id.

    Raises:
        DeniedError: the token may not see this part.
        FigshareWarehouseError: nothing more can be asked, or it cannot be loaded; what was loaded before stays.
    """
    found: dict[int, Read] = {}
    refused: dict[int, int] = {}
    read_before = bool(run.ask("internal/part_read", part=part, token_mark=rights.token_mark))
    read_count = weight = 0
    denied: DeniedError | None = None
    ended: list[FigshareWarehouseError] = []
    loaded_at = time.monotonic()

    def sees_none(least: int) -> bool:
        return not read_count and weight >= least

    for id_, reading in read_ahead(run.client, read, list(due), goes_on=lambda: not (ended or sees_none(MOST_REFUSED))):
        try:
            found[id_] = reading.result()
            read_count += 1
        except NotFoundError:
            # It went after it was listed, which the next list shows, or it is none of the token's.
            refused[id_] = 404
            continue
        except DeniedError as error:
            refused[id_], denied = error.status or 403, error
            # What this token never could see says nothing of what it could.
            weight += not read_before or due[id_]["is_held"]
        except RequestError as error:
            run.note_failure(error)
        except FigshareWarehouseError as error:
            ended.append(error)
        if len(found) >= CHUNK_RECORDS or time.monotonic() - loaded_at > run.settings.chunk_seconds:
            if found:
                rights.note_read(part, read_count)
            load(found)
            found, loaded_at = {}, time.monotonic()
    if found:
        rights.note_read(part, read_count)
        load(found)
    if denied is not None and sees_none(MOST_REFUSED if read_before or ended else FEWEST_REFUSED):
        raise denied
    marks = {id_: due[id_]["listed_mark"] for id_ in refused}
    why = f"of the {len(due):,} {part} that were to be read: they are asked for again when they change"
    note_refused(run, rights, part, refused, marks, why)
    if ended:
        raise ended[0]
