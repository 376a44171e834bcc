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


def read_in_chunks(
    run: Run,
    read: Callable[[FigshareClient, int], Read],
    ids: Sequence[int],
    load: Callable[[Mapping[int, Read]], None],
) -> None:
    """Reads what belongs to each id. What fails is noted and due again; what is not found is passed over.

    Args:
        run: the refresh.
        read: reads what belongs to one id.
        ids: the ids.
        load: loads some of it, by id.

    Raises:
        DeniedError: the token was refused before it could read any.
        FigshareWarehouseError: nothing more can be asked, or it cannot be loaded; what was loaded before stays.
    """
    found: dict[int, Read] = {}
    has_any = False
    ended: list[FigshareWarehouseError] = []
    loaded_at = time.monotonic()
    for id_, reading in read_ahead(run.client, read, ids, goes_on=lambda: not ended):
        try:
            found[id_] = reading.result()
            has_any = True
        except NotFoundError:
            # It went after it was listed: the next list shows that.
            continue
        except DeniedError as error:
            if has_any:
                run.note_failure(error)
            else:
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
    if ended:
        raise ended[0]
