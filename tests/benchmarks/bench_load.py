"""Load: details through our parser, dlt and the merge, beside DuckDB's own reading of the same file."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from figshare_warehouse.clock import utc_now
from figshare_warehouse.configuration import prepare_dlt
from figshare_warehouse.refresh.loader import Loader
from figshare_warehouse.settings import FigshareSettings
from figshare_warehouse.sources.figshare import batch_tables
from figshare_warehouse.sources.figshare.articles import BATCH_SIZE, Batch, Detail, Wanted
from figshare_warehouse.sources.figshare.records.drift import Drift
from figshare_warehouse.sources.figshare.records.shapes import field_of, shape_of
from figshare_warehouse.sources.http.responses import decoded
from figshare_warehouse.tables import ARTICLE_CHECKS, ARTICLE_CHILDREN, ARTICLES, DUCKDB_TYPES, Column, Table
from figshare_warehouse.warehouse import store
from tests.benchmarks.details import write_details
from tests.benchmarks.measure import Row, Sizes, clocked, measure, seconds


def rows(sizes: Sizes, folder: Path) -> Iterator[Row]:
    """First loads of both sizes, and one per cent of the articles changed in a warehouse of each size."""
    changed = sizes.large // 100 or 1
    for articles in sorted({sizes.small, sizes.large}):
        details, warehouse = folder / f"{articles}.ndjson", folder / f"{articles}.duckdb"
        write_details(details, articles)
        ours, parsed, floor = measure(
            sizes.runs,
            ("bench_load:load", details, warehouse),
            ("bench_load:parse", details),
            ("bench_load:read_json", details, folder / "floor.duckdb"),
        )
        bound = "3.5" + (", 1,024 MB" if articles == sizes.large else "")
        yield ours.beside(floor, f"first load of {articles:,} articles", bound)
        yield parsed.beside(floor, "of it, JSON into Arrow tables")
        [again] = measure(sizes.runs, ("bench_load:change", details, warehouse, changed))
        what = f"{changed:,} changed in {articles:,} ({warehouse.stat().st_size / 2**20:,.0f} MB)"
        yield Row(what, seconds(again.seconds), f"({again.cpu:.2f} s CPU)", bound="1.5 s", peak_mb=again.peak_mb)
        details.unlink()


def load(details: str, warehouse: str) -> dict[str, Any]:
    """Loads all details into an empty warehouse, as a refresh does."""
    Path(warehouse).unlink(missing_ok=True)
    return _load(Path(details), Path(warehouse), None)


def change(details: str, warehouse: str, articles: int) -> dict[str, Any]:
    """Loads some of the details again into a copy of the warehouse that holds all."""
    copy = Path(shutil.copy(warehouse, f"{warehouse}.changed.duckdb"))
    try:
        return _load(Path(details), copy, articles)
    finally:
        copy.unlink()


def _load(details: Path, warehouse: Path, articles: int | None) -> dict[str, Any]:
    prepare_dlt()
    with store.connected(warehouse) as connection:
        loader = Loader(connection, warehouse)
        with loader:
            loader.make_tables()
            if articles is not None:
                # A refresh has loaded its listing by then, and dlt knows the tables.
                loader.load({ARTICLES: []})
            return clocked(lambda: _load_chunks(loader, connection, details, articles))


def parse(details: str) -> dict[str, Any]:
    """Reads the JSON and makes Arrow tables of it, and loads nothing."""
    prepare_dlt()
    return clocked(lambda: sum(1 for _ in _parsed(Path(details), None)))


def _parsed(details: Path, articles: int | None) -> Iterator[dict[Table, pa.Table]]:
    drift = Drift()
    versions = [{"version": 1, "url": ""}]
    decoder = shape_of(ARTICLES).decoder
    with details.open("rb") as file:
        lines = islice(file, articles)
        while found := [decoded(line, decoder) for line in islice(lines, BATCH_SIZE)]:
            read = Batch([Detail(Wanted(field_of(one, "id")), one, utc_now(), versions) for one in found])
            yield batch_tables(read, drift)


def _load_chunks(loader: Loader, connection: duckdb.DuckDBPyConnection, details: Path, articles: int | None) -> None:
    chunk: dict[Table, list[pa.Table]] = {}
    size = 0
    for tables in _parsed(details, articles):
        for table, arrow in tables.items():
            chunk.setdefault(table, []).append(arrow)
        size += tables[ARTICLES].num_rows
        if size >= FigshareSettings().chunk_articles:
            _load_chunk(loader, chunk)
            chunk, size = {}, 0
    if size:
        _load_chunk(loader, chunk)
    connection.execute("checkpoint")


def _load_chunk(loader: Loader, chunk: dict[Table, list[pa.Table]]) -> None:
    ids = pa.concat_tables(chunk[ARTICLE_CHECKS]).select(["article_id"])
    loader.load(chunk, not loader.holds_any(ids))


def read_json(details: str, warehouse: str) -> dict[str, Any]:
    """The floor: DuckDB reads the same file with the types given, and unnests each list into its table."""
    Path(warehouse).unlink(missing_ok=True)
    with duckdb.connect(warehouse) as connection:
        connection.execute("set timezone = 'UTC'")
        return clocked(lambda: _read_json(connection, details))


def _read_json(connection: duckdb.DuckDBPyConnection, details: str) -> None:
    columns = ", ".join(f"'{name}': '{type_}'" for name, type_ in _json_types().items())
    source = f"read_json('{details}', format = 'newline_delimited', columns = {{{columns}}})"
    connection.execute(f"create temp table details as select * from {source}")
    counts = [f'len("{child.source}") as {child.count_column}' for child in ARTICLE_CHILDREN]
    selected = [_selected(column) for column in ARTICLES.columns if column.source]
    connection.execute(f"create table articles as select {', '.join([*selected, *counts])} from details")
    for child in ARTICLE_CHILDREN:
        read = [f'one."{c.source}" as "{c.name}"' for c in child.columns if c.source]
        plain = f'one as "{child.columns[-1].name}"'
        unnested = f'unnest("{child.source}") as one, generate_subscripts("{child.source}", 1) as position'
        query = f"select id as article_id, {unnested} from details"
        connection.execute(
            f"create table {child.name} as select article_id, position, {', '.join(read) or plain} from ({query})"
        )
    connection.execute("checkpoint")


def _json_types() -> dict[str, str]:
    found: dict[str, str] = {}
    nested: dict[str, list[str]] = {}
    for column in ARTICLES.columns:
        outer, _, inner = column.source.partition(".")
        if inner:
            nested.setdefault(outer, []).append(f'"{inner}" {_json_type(column)}')
        elif outer:
            found[outer] = _json_type(column)
    found |= {outer: f"struct({', '.join(fields)})" for outer, fields in nested.items()}
    for child in ARTICLE_CHILDREN:
        fields = [f'"{column.source}" {_json_type(column)}' for column in child.columns if column.source]
        found[child.source] = f"struct({', '.join(fields)})[]" if fields else "varchar[]"
    return found


def _json_type(column: Column) -> str:
    if column.is_json:
        return "json"
    return "varchar" if column.type == "timestamp" else DUCKDB_TYPES[column.type]


def _selected(column: Column) -> str:
    outer, _, inner = column.source.partition(".")
    value = f'"{outer}"."{inner}"' if inner else f'"{outer}"'
    if column.type == "timestamp":
        value = f"try_cast({value} as timestamp)"
    return f'{value} as "{column.name}"'
