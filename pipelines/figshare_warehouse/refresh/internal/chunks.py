"""Reading one record after the other, several at once, and loading them in chunks."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from figshare_warehouse.errors import FigshareWarehouseError
from figshare_warehouse.refresh.run import Run
from figshare_warehouse.sources.figshare.client import FigshareClient
from figshare_warehouse.sources.figshare.read_ahead import read_ahead
from figshare_warehouse.sources.http.errors import DeniedError, NotFoundError, RequestError

Read = TypeVar("Read")

CHUNK_RECORDS = 1_000
"""Most records in one load."""

MOST_REFUSED = 10
"""After so many refusals, and none that was read, the token is taken to see none at all."""


def read_in_chunks(
    run: Run,
    read: Callable[[FigshareClient, int], Read],
    ids: Sequence[int],
    load: Callable[[Mapping[int, Read]], None],
    refuse: Callable[[Mapping[int, int]], None] | None = None,
) -> None:
    """Reads what belongs to each id. What fails is noted and due again; what is not found is passed over.

    Args:
        run: the refresh.
        read: reads what belongs to one id.
        ids: the ids.
        load: loads some of it, by id.
        refuse: keeps which ids were refused or not found, with the status, so that they are not asked for again; None
            where a refusal of one is a failed request.

    Raises:
        DeniedError: the token was refused, and could read none.
        FigshareWarehouseError: nothing more can be asked, or it cannot be loaded; what was loaded before stays.
    """
    found: dict[int, Read] = {}
    refused: dict[int, int] = {}
    denied: DeniedError | None = None
    has_any = False
    ended: list[FigshareWarehouseError] = []
    loaded_at = time.monotonic()
    for id_, reading in read_ahead(run.client, read, ids, goes_on=lambda: not ended):
        try:
            found[id_] = reading.result()
            has_any = True
        except NotFoundError:
            # It went after it was listed, which the next list shows, or it is none of the token's.
            refused[id_] = 404
            continue
        except DeniedError as error:
            refused[id_], denied = error.status or 403, error
            if refuse is None and has_any:
                run.note_failure(error)
            elif not has_any and (refuse is None or len(refused) >= MOST_REFUSED):
                ended.append(error)
        except RequestError as error:
            run.note_failure(error)
        except FigshareWarehouseError as error:
            ended.append(error)
        if len(found) >= CHUNK_RECORDS or time.monotonic() - loaded_at > run.settings.chunk_seconds:
            load(found)
            found, loaded_at = {}, time.monotonic()
    if found:
        load(found)
    if denied is not None and not has_any and not ended:
        ended.append(denied)
    if refuse is not None and refused and not (denied is not None and not has_any):
        refuse(refused)
    if ended:
        raise ended[0]
