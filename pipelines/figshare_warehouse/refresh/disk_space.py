"""Whether the disk has space for a refresh, checked before anything is requested that could not be stored.

Measured with refreshes of 1, 71 and 1,500 articles of the sandbox: at most 40, 48 and 164 MB.
"""

from __future__ import annotations

import shutil
from contextlib import suppress
from pathlib import Path

from figshare_warehouse.errors import FigshareWarehouseError
from figshare_warehouse.warehouse.publish.published import Published

WAREHOUSE_MB = 14
"""A new warehouse with its tables and views, without rows."""

REPORTS_MB = 13
"""A published file without rows; while it is written, a second file holds what is computed for it."""

# Per article: until DuckDB's log is written into the file, which happens after so many articles; and from then on.
_LOGGED, _LOGGED_MB, _KEPT_MB = 1500, 0.08, 0.007
# The same without usage.
_LOGGED_PLAIN_MB, _KEPT_PLAIN_MB = 0.01, 0.001


def needed_mb(target: Published, due: int, with_usage: bool) -> tuple[float, float]:
    """Returns about how many megabytes a refresh needs beside the warehouse and beside the published file.

    Args:
        target: the two files, which need not exist yet.
        due: number of article details that will be read.
        with_usage: whether usage is read, too.
    """
    logged, kept = (_LOGGED_MB, _KEPT_MB) if with_usage else (_LOGGED_PLAIN_MB, _KEPT_PLAIN_MB)
    warehouse = min(due, _LOGGED) * logged + due * kept + (0 if target.warehouse.exists() else WAREHOUSE_MB)
    before = 0.0
    with suppress(OSError):
        before = target.path.stat().st_size / 1e6
    # The old file stays until the new one is whole.
    return warehouse, 2 * (max(REPORTS_MB, before) + due * kept)


def first_load(target: Published, with_usage: bool) -> str:
    """Returns in words how much disk space a first load needs; arguments as for `needed_mb`."""
    least, few, many = (sum(needed_mb(target, articles, with_usage)) for articles in (0, 1000, 10_000))
    return f"about {least:,.0f} MB at least; {few:,.0f} MB with 1,000 articles, {many:,.0f} MB with 10,000"


def refuse_little_space(target: Published, due: int = 0, with_usage: bool = True) -> None:
    """Refuses a refresh for which the disk has too little space; arguments as for `needed_mb`.

    Raises:
        FigshareWarehouseError: there is too little space; the message says how much is needed.
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
            # A size of 0 means that it is not a disk; writing to it gives another error.
            if disk.total and free < needed:
                what = f" to read {due:,} articles" if due else ""
                raise FigshareWarehouseError(
                    f"There is too little disk space{what}: about {needed:,.0f} MB are needed in {folder}, and "
                    f"{free:,.0f} MB are free. Free some space and run this again; what was loaded is kept."
                )


def _disk(folder: Path) -> int | None:
    with suppress(OSError):
        return folder.stat().st_dev
    return None
