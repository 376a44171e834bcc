"""Loading without dlt, for tests that are about something else; `--dlt` on the command line has all use dlt."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import ClassVar

import pyarrow as pa

from figshare_warehouse.refresh import transaction
from figshare_warehouse.refresh.loader import Loader
from figshare_warehouse.tables import Table


class Cut(BaseException):
    """Ends a refresh as a kill does: nothing that catches errors sees it, and nothing more is written."""


class DirectLoader(Loader):
    """Loads as dlt does, in a tenth of its time, which is most of that of a small refresh.

    tests/refresh/test_loading.py holds it against dlt. Tests marked `dlt`, and processes that tests start, use dlt.

    Attributes:
        loads_left: after so many loads the refresh is cut off; None for never.
    """

    loads_left: ClassVar[int | None] = None

    def load(self, tables: Mapping[Table, Iterable[pa.Table]], are_new: bool = False) -> None:
        """Loads the tables in one transaction, whatever is in them."""
        transaction.write(self._connection, tables)
        if DirectLoader.loads_left is not None:
            DirectLoader.loads_left -= 1
            if DirectLoader.loads_left <= 0:
                raise Cut
