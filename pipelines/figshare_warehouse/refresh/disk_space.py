"""Whether the disk has room for a refresh, looked at before what would be lost for the lack of it is asked for.

Measured with refreshes of 1, 71 and 1,500 articles of the sandbox: 40, 48 and 164 MB at the most.
"""

from __future__ import annotations

import shutil
from contextlib import suppress
from pathlib import Path

from figshare_warehouse.errors import FigshareWarehouseError
from figshare_warehouse.warehouse.publish.published import Published

WAREHOUSE_MB = 14
"""A new warehouse, with its tables and views, and no row."""

REPORTS_MB = 13
"""The file of reports without a row; while it is written, another one holds what is computed for it."""

# For each article: until DuckDB's log is written into the file, for so many of them at most; and from then on.
_LOGGED, _LOGGED_MB, _KEPT_MB = 1500, 0.08, 0.007
# The same without usage.
_LOGGED_PLAIN_MB, _KEPT_PLAIN_MB = 0.01, 0.001


def needed_mb(target: Published, due: int, with_usage: bool) -> tuple[float, float]:
    """Returns the megabytes that a refresh needs beside the warehouse, and beside the file of reports; about.

    Args:
        target: the two files, there or not yet.
        due: details of articles that will be read.
        with_usage: whether usage is read, too.
    """
    logged, kept = (_LOGGED_MB, _KEPT_MB) if with_usage else (_LOGGED_PLAIN_MB, _KEPT_PLAIN_MB)
    warehouse = min(due, _LOGGED) * logged + due * kept + (0 if target.warehouse.exists() else WAREHOUSE_MB)
    before = 0.0
    with suppress(OSError):
        before = target.path.stat().st_size / 1e6
    # The old file stays until the new one is whole.
    return warehouse, 2 * (max(REPORTS_MB, before) + due * kept)


def refuse_little_room(target: Published, due: int = 0, with_usage: bool = True) -> None:
    """Refuses a refresh that the disk has too little room for; arguments as for `needed_mb`.

    Raises:
        FigshareWarehouseError: there is too little room; the message says how much is needed.
    """
    warehouse, reports = needed_mb(target, due, with_usage)
    folders = {target.warehouse.parent: warehouse}
    if _disk(target.path.parent) == _disk(target.warehouse.parent):
        folders[target.warehouse.parent] += reports
    else:
        folders[target.path.parent] = reports
    for folder, needed in folders.items():
        with suppress(OSError):
            disk = shutil.disk_usage(folder)
            free = disk.free / 1e6
            # One of no size at all is no disk, and says something else when it is written to.
            if disk.total and free < needed:
                what = f" to read {due:,} articles" if due else ""
                raise FigshareWarehouseError(
                    f"There is too little room{what}: about {needed:,.0f} MB are needed in {folder}, and {free:,.0f} "
                    "MB are free. Make room and run the same command again; what was loaded before is kept."
                )


def _disk(folder: Path) -> int | None:
    with suppress(OSError):
        return folder.stat().st_dev
    return None
