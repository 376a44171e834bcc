"""From Figshare's JSON records to typed Arrow tables, as `figshare_warehouse.tables` declares them.

A record is loaded as far as it fits. Unknown fields and other types are noted as drift, never dropped silently and
never fatal.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from itertools import chain, compress, repeat
from typing import Any

import msgspec
import orjson
import pyarrow as pa
import pyarrow.compute as pc

from figshare_warehouse.sources.figshare.records.drift import Drift
from figshare_warehouse.sources.figshare.records.shapes import Record, field_of, plain_column, shape_of, shaped
from figshare_warehouse.sources.figshare.records.values import convert, plain_text
from figshare_warehouse.tables import ARTICLES, Column, Table, Type

DELETED = "_deleted"
"""Column of child tables: true in a row that means "this record has none" and is never stored."""

OF_ARTICLES = "article_id"
"""The first column of articles' child tables; schema drift names articles, and no other records."""

TWICE = "given twice"
"""The drift noted for an id that one list gives more than once."""

ARROW_TYPES: dict[Type, pa.DataType] = {
    "bigint": pa.int64(),
    "text": pa.string(),
    "bool": pa.bool_(),
    "timestamp": pa.timestamp("us"),
    "date": pa.date32(),
}


def arrow_schema(table: Table) -> pa.Schema:
    """Returns the Arrow schema of a table."""
    fields = [pa.field(c.name, ARROW_TYPES[c.type], nullable=not c.is_key) for c in table.columns]
    if table.count_column:
        fields.append(pa.field(DELETED, pa.bool_()))
    return pa.schema(fields)


def table_of(rows: Sequence[tuple[Any, ...]], schema: pa.Schema) -> pa.Table:
    """Returns rows, with a value for each field of the schema, as a table."""
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(schema)
    arrays = [pa.array(values, field.type) for values, field in zip(columns, schema, strict=True)]
    return pa.Table.from_arrays(arrays, schema=schema)


def computed_rows(table: Table, rows: Sequence[Mapping[str, Any]]) -> pa.Table:
    """Returns computed rows, already of the declared types, as Arrow; a missing column is null."""
    return pa.Table.from_pylist([dict(row) for row in rows], schema=arrow_schema(table))


def records_table(
    table: Table, records: Sequence[Record], drift: Drift, constants: Mapping[str, Any] | None = None
) -> pa.Table:
    """Returns the records of a list (groups, licences, light articles …) as the table declares them.

    Records without a usable key are left out and noted as drift. In a list that is replaced whole, repeated keys are
    noted, too, and the last one is kept.

    Args:
        table: the contract.
        records: Figshare's records.
        drift: where differences are noted.
        constants: values for columns that are not read from a field, the same for all rows.
    """
    kept = _each_once(table, shaped(table, records, drift), drift)
    read = _read_columns(table, _fields(shape_of(table).record, kept), None, drift)
    arrays = [
        read[column.name]
        if column.source
        else pa.array([(constants or {}).get(column.name)] * len(kept), ARROW_TYPES[column.type])
        for column in table.columns
    ]
    if table.count_column:
        arrays.append(pa.nulls(len(kept), pa.bool_()))
    return pa.Table.from_arrays(arrays, schema=arrow_schema(table))


def _each_once(table: Table, records: list[msgspec.Struct], drift: Drift) -> list[msgspec.Struct]:
    """The records of a list, each key once."""
    if table.replaced == "key":
        # The merge keeps one row per key; listings repeat an article when their pages move.
        return records
    names = [column.source for column in table.columns if column.is_key and column.source]
    found: dict[tuple[Any, ...], msgspec.Struct] = {}
    for record in records:
        key = tuple(field_of(record, name) for name in names)
        if key in found:
            drift.note(table.title, names[-1], TWICE, key[-1], field_of(record, "article_id"))
        found[key] = record
    return list(found.values())


def article_tables(
    details: Sequence[Record],
    fetched_at: Sequence[datetime],
    drift: Drift,
    kept_files: Mapping[int, int] | None = None,
) -> dict[Table, pa.Table]:
    """Returns article details as the table `articles` and its children.

    Args:
        details: Figshare's details, each with an integer `id`.
        fetched_at: when each was read (UTC, naive).
        drift: where differences are noted.
        kept_files: article id → number of stored files that are kept, for articles whose list of files could not be
            read.
    """
    return record_tables(ARTICLES, details, fetched_at, drift, {"files": kept_files or {}})


def record_tables(
    table: Table,
    details: Sequence[Record],
    fetched_at: Sequence[datetime],
    drift: Drift,
    kept: Mapping[str, Mapping[int, int]],
) -> dict[Table, pa.Table]:
    """Returns details as their table and its children.

    For a record without authors (files, tags …) the child table gets one row that is marked as deleted, so that earlier
    rows are removed.

    Args:
        table: the contract of the records.
        details: Figshare's details, each with an integer `id`.
        fetched_at: when each was read (UTC, naive).
        drift: where differences are noted.
        kept: list → id → number of stored rows that are kept, for records whose list was not read.
    """
    ids = [field_of(detail, "id") for detail in details]
    # Drift names articles only.
    noted = ids if table is ARTICLES else None
    fields = _fields(shape_of(table).record, shaped(table, details, drift, noted))
    tables: dict[Table, pa.Table] = {}
    computed: dict[str, list[Any]] = {"fetched_at": list(fetched_at)}
    for child in table.children:
        of_child = kept.get(child.source, {})
        tables[child], computed[child.count_column] = _child_table(child, fields[child.source], ids, drift, of_child)
    read = _read_columns(table, fields, noted, drift)
    if table is ARTICLES:
        computed["is_embargo_date_unreadable"] = [
            None if value in (None, "") else moment is None
            for value, moment in zip(fields["embargo_date"], read["embargo_date"].to_pylist(), strict=True)
        ]
    computed["title_text"] = [plain_text(title) for title in read["title"].to_pylist()]
    arrays = [
        read[column.name] if column.source else pa.array(computed[column.name], ARROW_TYPES[column.type])
        for column in table.columns
    ]
    return {table: pa.Table.from_arrays(arrays, schema=arrow_schema(table)), **tables}


def _child_table(
    child: Table, lists: Sequence[list[Any] | None], ids: Sequence[int], drift: Drift, kept: Mapping[int, int]
) -> tuple[pa.Table, list[int | None]]:
    """The rows of one list of all details, and how many each detail has.

    The number is None (not known) where a detail lacks the list or an element cannot be read. Of elements with the same
    id the first is kept; those without an id are distinguished by position.
    """
    owner = child.key[0]
    counts = [kept.get(id_) if listed is None else len(listed) for id_, listed in zip(ids, lists, strict=True)]
    sizes = [len(listed or ()) for listed in lists]
    elements = list(chain.from_iterable(filter(None, lists)))
    owners = list(chain.from_iterable(map(repeat, ids, sizes)))
    positions = [place for size in sizes for place in range(1, size + 1)]
    plain = plain_column(child)
    if plain is None:
        unread = {owner_id for owner_id, element in zip(owners, elements, strict=True) if element is None}
        if not all(fit := _are_new(child, elements, owners, drift)):
            elements, owners, positions = (list(compress(all_, fit)) for all_ in (elements, owners, positions))
            held = Counter(owners)
            counts = [held[id_] if size else count for id_, size, count in zip(ids, sizes, counts, strict=True)]
            counts = [None if id_ in unread else count for id_, count in zip(ids, counts, strict=True)]
    with_rows = {*owners, *kept}
    without = [owner_id for owner_id in ids if owner_id not in with_rows]
    if plain:
        read = {plain.name: pa.array(elements, ARROW_TYPES[plain.type])}
    else:
        noted = owners if owner == OF_ARTICLES else None
        read = _read_columns(child, _fields(shape_of(child).record, elements), noted, drift)
    read[owner] = pa.array(owners + without, pa.int64())
    read["position"] = pa.array(positions + [0] * len(without), pa.int64())
    arrays = [
        read[column.name]
        if column.is_key
        else pa.concat_arrays([read[column.name], pa.nulls(len(without), ARROW_TYPES[column.type])])
        for column in child.columns
    ]
    arrays.append(pa.concat_arrays([pa.nulls(len(elements), pa.bool_()), pa.array([True] * len(without), pa.bool_())]))
    return pa.Table.from_arrays(arrays, schema=arrow_schema(child)), counts


def _are_new(child: Table, elements: Sequence[Any], owners: Sequence[int], drift: Drift) -> list[bool]:
    """Whether each element of the lists is an object whose id is new in its record's list."""
    fit = [element is not None for element in elements]
    if not any(column.source == "id" for column in child.columns):
        return fit
    keys = [(owner_id, field_of(element, "id")) for owner_id, element in zip(owners, elements, strict=True)]
    if len(set(keys)) == len(keys):
        return fit
    seen: set[tuple[int, Any]] = set()
    for row, (owner_id, id_) in enumerate(keys):
        if id_ and (owner_id, id_) in seen:
            fit[row] = False
            drift.note(child.name, "id", TWICE, id_, owner_id if child.key[0] == OF_ARTICLES else None)
        seen.add((owner_id, id_))
    return fit


def _read_columns(
    table: Table, fields: Mapping[str, Sequence[Any]], article_ids: Sequence[int] | None, drift: Drift
) -> dict[str, pa.Array]:
    """The columns that are read from fields, by name."""
    found = dict(fields)
    for name, object_ in shape_of(table).objects.items():
        none = object_()
        inner = _fields(object_, [none if one is None else one for one in fields[name]])
        found |= {f"{name}.{one}": values for one, values in inner.items()}
    return {
        column.name: _array(table, column, found[column.source], article_ids, drift)
        for column in table.columns
        if column.source
    }


def _fields(struct: type[msgspec.Struct], records: Sequence[msgspec.Struct]) -> dict[str, Sequence[Any]]:
    """The values of each field of all records."""
    names = struct.__struct_fields__
    values = zip(*map(msgspec.structs.astuple, records), strict=True) if records else repeat((), len(names))
    return dict(zip(names, values, strict=True))


def _array(
    table: Table, column: Column, values: Sequence[Any], article_ids: Sequence[int] | None, drift: Drift
) -> pa.Array:
    """One column of all records. Timestamps and JSON are converted together where possible, else one by one."""
    type_ = ARROW_TYPES[column.type]
    if column.is_json:
        with suppress(orjson.JSONEncodeError):
            return pa.array([None if value is None else orjson.dumps(value).decode() for value in values], type_)
    elif column.type == "bool":
        return pa.array([None if value is None else value != 0 for value in values], type_)
    elif column.is_zero_none:
        return pa.array([value or None for value in values], type_)
    elif column.type not in ("timestamp", "date"):
        return pa.array(values, type_)
    else:
        moments = _moments(values)
        if moments is not None:
            return moments.cast(type_)
    converted = []
    for row, value in enumerate(values):
        result, fits = convert(column, value)
        converted.append(result)
        if not fits:
            article_id = article_ids[row] if article_ids is not None else None
            drift.note(table.title, column.source, f"not a {column.type}", value, article_id)
    return pa.array(converted, type_)


def _moments(values: Sequence[Any]) -> pa.Array | None:
    """Timestamps in UTC from text; None where they have to be converted one by one."""
    try:
        # Without a zone it is UTC. Arrow does not take a mix of texts with and without a zone.
        moments = pc.utf8_rtrim(pa.array(values, pa.string()), "Z").cast(pa.timestamp("us"))
    except (pa.ArrowInvalid, pa.ArrowTypeError):
        return None
    ends = pc.min_max(moments.cast(pa.int64()))
    if ends["min"].is_valid and not _YEARS[0] <= ends["min"].as_py() <= ends["max"].as_py() < _YEARS[1]:
        return None
    return moments


_YEARS = tuple((moment - datetime(1970, 1, 1)) // timedelta(microseconds=1) for moment in (datetime.min, datetime.max))
"""Limits of Python's timestamps, in microseconds since 1970; Arrow's are wider."""
