"""How long each report takes to build over a large warehouse, and to answer from its table about one thing.

    python -m tests.benchmarks.bench_reports [--articles N] [--only NAME ...]

Reports are built into tables one after the other, as a refresh does it, with two gigabytes for DuckDB.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb

from pipelines.warehouse import views
from tests.benchmarks.made_world import made_file

MEMORY_LIMIT = "2GB"
# The first of these columns that a report has is what it is filtered by; what one then looks at is one thing of it.
FILTERS = ("author_id", "scope_id", "item_id", "group_id", "article_id", "institution_id", "search")


def run(articles: int, warehouse: Path | None = None, only: Sequence[str] = ()) -> list[dict[str, Any]]:
    """Builds every view into a table and asks each report about one thing.

    Args:
        articles: how many articles the warehouse has.
        warehouse: a file made by made_world, or to be made by it; None for one that is thrown away.
        only: the names of the views to measure; all when empty.

    Returns:
        One entry per view, in the order they are built: `what`, `rows`, `seconds` (to build), `filter`, `milliseconds`
        (to answer), `peak_mb` (of the process while it was built; None where that cannot be told).
    """
    with tempfile.TemporaryDirectory() as folder:
        path = warehouse or Path(folder) / "made.duckdb"
        made_file(path, articles)
        with duckdb.connect(str(Path(folder) / "built.duckdb")) as connection:
            connection.execute(f"set memory_limit = '{MEMORY_LIMIT}'")
            connection.execute(f"set temp_directory = '{folder}/spill'")
            connection.execute("set preserve_insertion_order = false")
            connection.execute("set timezone = 'UTC'")
            _loaded_tables(connection, path)
            return list(_measured(connection, only))


def _loaded_tables(connection: duckdb.DuckDBPyConnection, warehouse: Path) -> None:
    connection.execute(f"attach '{warehouse}' as made (read_only)")
    for schema in ("figshare", "staging", "reports"):
        connection.execute(f"create schema {schema}")
    query = "select table_name from duckdb_tables() where database_name = 'made' and schema_name = 'figshare'"
    for (name,) in connection.execute(query).fetchall():
        connection.execute(f'create view figshare."{name}" as select * from made.figshare."{name}"')


def _measured(connection: duckdb.DuckDBPyConnection, only: Sequence[str]) -> Sequence[dict[str, Any]]:
    found = []
    for item in views.parsed_files():
        name = item.sql.relation
        _reset_peak()
        started = time.perf_counter()
        connection.execute(f"create table {name} as\n{item.sql.text}")
        seconds = time.perf_counter() - started
        peak = _peak_mb()
        if only and item.sql.name not in only:
            continue
        (rows,) = connection.execute(f"select count(*) from {name}").fetchone() or (0,)
        entry = {"what": name, "rows": rows, "seconds": seconds, "peak_mb": peak, "filter": None, "milliseconds": None}
        found.append(entry)
        columns = {note.name for note in item.sql.notes}
        by = next((column for column in FILTERS if column in columns), None)
        if item.sql.schema == "reports" and by and rows:
            entry |= {"filter": by, "milliseconds": _latency(connection, name, by)}
    return found


def _latency(connection: duckdb.DuckDBPyConnection, name: str, by: str) -> float:
    """Milliseconds to read all about the thing with the most rows but for the whole institution's."""
    query = (
        f"select {by} from {name} where {by} is not null group by {by} order by count(*) desc, {by} limit 1 offset 1"
    )
    (value,) = connection.execute(query).fetchone() or (None,)
    started = time.perf_counter()
    connection.execute(f"select * from {name} where {by} = ? limit 1000", [value]).fetchall()
    return (time.perf_counter() - started) * 1000


def _reset_peak() -> None:
    reset = Path("/proc/self/clear_refs")
    if reset.exists():
        reset.write_text("5", encoding="ascii")


def _peak_mb() -> float | None:
    status = Path("/proc/self/status")
    if not status.exists():
        return None
    (line,) = (line for line in status.read_text(encoding="ascii").splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) / 1024


def main() -> None:
    """Prints what `run` measures, one line a view."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=100_000)
    parser.add_argument("--warehouse", type=Path, help="a made warehouse to be kept, or one that is there")
    parser.add_argument("--only", nargs="*", default=[], help="names of views to print")
    given = parser.parse_args()
    print(f"{'view':<44}{'rows':>12}{'seconds':>9}{'peak MB':>9}  one")
    for entry in run(given.articles, given.warehouse, given.only):
        peak = "" if entry["peak_mb"] is None else f"{entry['peak_mb']:.0f}"
        asked = "" if entry["filter"] is None else f"{entry['filter']}: {entry['milliseconds']:.0f} ms"
        print(f"{entry['what']:<44}{entry['rows']:>12,}{entry['seconds']:>9.2f}{peak:>9}  {asked}")


if __name__ == "__main__":
    main()
