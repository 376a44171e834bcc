"""From Figshare's JSON records to typed Arrow tables, as `pipelines.tables` declares them.

A record is loaded as far as it fits. What is unknown or of another type is noted as drift, never dropped in silence and
never fatal.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import chain, compress, repeat
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.figshare.values import LARGEST, convert, plain_text
from pipelines.tables import ARTICLE_CHILDREN, ARTICLES, Column, Table, Type

Record = dict[str, Any]

DELETED = "_deleted"
"""Column of the children of articles: true on a row that says "this article has none", which is never stored."""

ARROW_TYPES: dict[Type, pa.DataType] = {
    "bigint": pa.int64(),
    "text": pa.string(),
    "bool": pa.bool_(),
    "timestamp": pa.timestamp("us"),
    "date": pa.date32(),
}

_JSON_NAMES = {str: "string", bool: "boolean", int: "number", float: "number", list: "array", dict: "object"}


@dataclass(slots=True)
class Drift:
    """Collects in what ways records differ from the contract.

    Attributes:
        found: (table, field, problem) → [example, article id, how often].
    """

    found: dict[tuple[str, str, str], list[Any]] = field(default_factory=dict)

    def note(self, table: str, name: str, problem: str, value: Any, article_id: int | None) -> None:
        """Notes one difference; the value itself is not kept, only its JSON type."""
        entry = self.found.setdefault((table, name, problem), [_json_name(value), article_id, 0])
        entry[2] += 1

    def rows(self, refresh_id: str) -> list[dict[str, Any]]:
        """Returns what was noted as rows of the table `schema_drift`."""
        return [
            {
                "refresh_id": refresh_id,
                "table_name": table,
                "field": name,
                "problem": problem,
                "example": example,
                "article_id": article_id,
                "found_count": count,
            }
            for (table, name, problem), (example, article_id, count) in self.found.items()
        ]


def arrow_schema(table: Table) -> pa.Schema:
    """Returns the Arrow schema of a table."""
    fields = [pa.field(c.name, ARROW_TYPES[c.type], nullable=not c.is_key) for c in table.columns]
    if table.count_column:
        fields.append(pa.field(DELETED, pa.bool_()))
    return pa.schema(fields)


def own_rows(table: Table, rows: Sequence[Mapping[str, Any]]) -> pa.Table:
    """Returns rows that are made here, already of the declared types, as Arrow; a column that is left out is null."""
    return pa.Table.from_pylist([dict(row) for row in rows], schema=arrow_schema(table))


def records_table(
    table: Table, records: Sequence[Record], drift: Drift, own: Mapping[str, Any] | None = None
) -> pa.Table:
    """Returns the records of a list (groups, licences, light articles …) as the table declares them.

    Records without a usable key cannot be stored and are noted as drift.

    Args:
        table: the contract.
        records: Figshare's records.
        drift: where differences are noted.
        own: values for columns that are not read from a field, the same for all rows.
    """
    key_columns = [column for column in table.columns if column.is_key and column.source]
    kept = [record for record in records if _has_key(table, key_columns, record, drift)]
    _note_unknown(table, kept, None, drift)
    read = _read_columns(table, kept, None, drift)
    arrays = [
        read[column.name]
        if column.source
        else pa.array([(own or {}).get(column.name)] * len(kept), ARROW_TYPES[column.type])
        for column in table.columns
    ]
    return pa.Table.from_arrays(arrays, schema=arrow_schema(table))


def article_tables(details: Sequence[Record], fetched_at: Sequence[datetime], drift: Drift) -> dict[Table, pa.Table]:
    """Returns article details as the table `articles` and its children.

    An article without authors (files, tags …) gives the child table one row that is marked as deleted, so that the rows
    it had before are removed.

    Args:
        details: Figshare's details, each with an integer `id`.
        fetched_at: when each was read (UTC, naive).
        drift: where differences are noted.
    """
    ids = [detail["id"] for detail in details]
    tables: dict[Table, pa.Table] = {}
    own: dict[str, list[Any]] = {"fetched_at": list(fetched_at)}
    for child in ARTICLE_CHILDREN:
        tables[child], own[child.count_column] = _child_table(child, details, drift)
    _note_unknown(ARTICLES, details, ids, drift)
    read = _read_columns(ARTICLES, details, ids, drift)
    own["title_text"] = [plain_text(title) for title in read["title"].to_pylist()]
    arrays = [
        read[column.name] if column.source else pa.array(own[column.name], ARROW_TYPES[column.type])
        for column in ARTICLES.columns
    ]
    return {ARTICLES: pa.Table.from_arrays(arrays, schema=arrow_schema(ARTICLES)), **tables}


def _child_table(child: Table, details: Sequence[Record], drift: Drift) -> tuple[pa.Table, list[int | None]]:
    """The rows of one list of all details, and how many each detail has (None: it has no such list)."""
    ids = [detail["id"] for detail in details]
    lists = [detail.get(child.source) for detail in details]
    if not set(map(type, lists)) <= {list, type(None)}:
        lists = [_a_list(child, listed, article_id, drift) for listed, article_id in zip(lists, ids, strict=True)]
    counts = [None if listed is None else len(listed) for listed in lists]
    sizes = [count or 0 for count in counts]
    elements = list(chain.from_iterable(filter(None, lists)))
    article_ids = list(chain.from_iterable(map(repeat, ids, sizes)))
    positions = [place for size in sizes for place in range(1, size + 1)]
    is_plain = not any(column.source for column in child.columns)
    if not is_plain and not set(map(type, elements)) <= {dict}:
        fit = [_is_object(child, *element, drift) for element in zip(elements, article_ids, strict=True)]
        elements, article_ids, positions = (list(compress(all_, fit)) for all_ in (elements, article_ids, positions))
        kept_of = Counter(article_ids)
        counts = [count and kept_of[article_id] for count, article_id in zip(counts, ids, strict=True)]
    without = [article_id for article_id, count in zip(ids, counts, strict=True) if not count]
    if is_plain:
        [plain] = [column for column in child.columns if not column.is_key]
        read = {plain.name: _array(child, plain, elements, article_ids, drift)}
    else:
        _note_unknown(child, elements, article_ids, drift)
        read = _read_columns(child, elements, article_ids, drift)
    read["article_id"] = pa.array(article_ids + without, pa.int64())
    read["position"] = pa.array(positions + [0] * len(without), pa.int64())
    arrays = [
        read[column.name]
        if column.is_key
        else pa.concat_arrays([read[column.name], pa.nulls(len(without), ARROW_TYPES[column.type])])
        for column in child.columns
    ]
    arrays.append(pa.concat_arrays([pa.nulls(len(elements), pa.bool_()), pa.array([True] * len(without), pa.bool_())]))
    return pa.Table.from_arrays(arrays, schema=arrow_schema(child)), counts


def _a_list(child: Table, listed: Any, article_id: int, drift: Drift) -> list[Any] | None:
    if listed is None or isinstance(listed, list):
        return listed
    drift.note(child.name, child.source, "not a list", listed, article_id)
    return None


def _is_object(child: Table, element: Any, article_id: int, drift: Drift) -> bool:
    if isinstance(element, dict):
        return True
    drift.note(child.name, child.source, "not an object", element, article_id)
    return False


# What Arrow raises for a value that does not fit.
_UNFIT = (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError, OverflowError)


def _read_columns(
    table: Table, records: Sequence[Record], article_ids: Sequence[int] | None, drift: Drift
) -> dict[str, pa.Array]:
    """The columns that are read from fields, by name. Arrow reads all of them at once where all values fit."""
    read = [column for column in table.columns if column.source]
    whole = [column for column in read if not column.is_json and not _has_fractions(column, records)]
    try:
        fields = _fields(pa.array(records, _struct(whole)))
    except _UNFIT:
        fields = {}
    arrays = {}
    for column in read:
        array = _typed(column, fields[column.source]) if column.source in fields else None
        arrays[column.name] = _array(table, column, records, article_ids, drift) if array is None else array
    return arrays


def _struct(columns: Sequence[Column]) -> pa.DataType:
    """The columns' fields as one Arrow struct, with a struct in it for each object; moments still as text."""
    flat: list[tuple[str, pa.DataType]] = []
    nested: dict[str, list[tuple[str, pa.DataType]]] = {}
    for column in columns:
        type_ = pa.string() if column.type in ("timestamp", "date") else ARROW_TYPES[column.type]
        outer, _, inner = column.source.partition(".")
        if inner:
            nested.setdefault(outer, []).append((inner, type_))
        else:
            flat.append((outer, type_))
    return pa.struct(flat + [(outer, pa.struct(inner)) for outer, inner in nested.items()])


def _fields(structs: pa.StructArray, prefix: str = "") -> dict[str, pa.Array]:
    """The fields of structs by name, a dot leading into an object."""
    found: dict[str, pa.Array] = {}
    for field_, array in zip(structs.type, structs.flatten(), strict=True):
        if pa.types.is_struct(field_.type):
            found |= _fields(array, f"{field_.name}.")
        else:
            found[prefix + field_.name] = array
    return found


def _typed(column: Column, array: pa.Array) -> pa.Array | None:
    """The column's values from what its field holds; None where one has to be looked at by itself."""
    if column.type == "bigint" and _has_absurd(array):
        return None
    if column.is_zero_none:
        return pc.if_else(pc.equal(array, 0), None, array)
    if column.type not in ("timestamp", "date"):
        return array
    # Without a zone it is UTC; Arrow takes either all with a zone or all without, and of those with one no date alone.
    rest = pc.if_else(pc.equal(pc.utf8_length(array), len("2026-06-30")), "T00:00:00Z", "Z")
    zoned = pc.if_else(pc.ends_with(array, "Z"), array, pc.binary_join_element_wise(array, rest, ""))
    try:
        moments = zoned.cast(pa.timestamp("us", "UTC"))
    except pa.ArrowInvalid:
        return None
    ends = pc.min_max(moments.cast(pa.int64()))
    if ends["min"].is_valid and not _YEARS[0] <= ends["min"].as_py() <= ends["max"].as_py() < _YEARS[1]:
        return None
    return moments.cast(pa.timestamp("us")).cast(ARROW_TYPES[column.type])


def _has_absurd(array: pa.Array) -> bool:
    ends = pc.min_max(array)
    return ends["min"].is_valid and not -LARGEST <= ends["min"].as_py() <= ends["max"].as_py() <= LARGEST


_YEARS = tuple((moment - datetime(1970, 1, 1)) // timedelta(microseconds=1) for moment in (datetime.min, datetime.max))
"""Moments that Python knows, in microseconds since 1970; Arrow knows others."""


def _array(
    table: Table, column: Column, records: Sequence[Any], article_ids: Sequence[int] | None, drift: Drift
) -> pa.Array:
    """One column of all records. Arrow converts the whole column where it can; only else each value is looked at."""
    values = _values(column, records)
    if column.is_zero_none:
        values = [value or None for value in values]
    type_ = ARROW_TYPES[column.type]
    if column.is_json:
        with suppress(orjson.JSONEncodeError):
            return pa.array([None if value is None else orjson.dumps(value).decode() for value in values], type_)
    elif column.type != "timestamp" and not _has_fractions(column, records):
        with suppress(*_UNFIT):
            array = pa.array(values, type_)
            if column.type != "bigint" or not _has_absurd(array):
                return array
    converted = []
    for row, value in enumerate(values):
        result, fits = convert(column, value)
        converted.append(result)
        if not fits:
            article_id = article_ids[row] if article_ids is not None else None
            drift.note(table.name, column.source or column.name, f"not a {column.type}", value, article_id)
    return pa.array(converted, type_)


def _values(column: Column, records: Sequence[Any]) -> list[Any]:
    """What the records have in the column's field; the records themselves for a column that is the whole of them."""
    outer, _, inner = column.source.partition(".")
    if not outer:
        return list(records)
    if inner:
        return [_inner(record.get(outer), inner) for record in records]
    return [record.get(outer) for record in records]


def _has_fractions(column: Column, records: Sequence[Any]) -> bool:
    """Whether numbers are not whole that should be: Arrow would cut them without a word."""
    return column.type == "bigint" and float in set(map(type, _values(column, records)))


def _inner(value: Any, key: str) -> Any:
    return value.get(key) if isinstance(value, dict) else None


def _has_key(table: Table, key_columns: Sequence[Column], record: Record, drift: Drift) -> bool:
    for column in key_columns:
        value, _ = convert(column, record.get(column.source))
        if value is None:
            drift.note(table.name, column.source, "no key", record.get(column.source), None)
            return False
    return True


def _note_unknown(table: Table, records: Sequence[Any], article_ids: Sequence[int] | None, drift: Drift) -> None:
    """Notes fields that the contract does not know, and objects that are none."""
    flat, nested = _known_fields(table)
    if not nested and all(map(flat.issuperset, records)):
        return
    for row, record in enumerate(records):
        article_id = article_ids[row] if article_ids is not None else None
        if not record.keys() <= flat:
            for name in record.keys() - flat:
                drift.note(table.name, name, "unknown field", record[name], article_id)
        for outer, known in nested.items():
            value = record.get(outer)
            if value is None:
                continue
            if not isinstance(value, dict):
                drift.note(table.name, outer, "not an object", value, article_id)
            elif not value.keys() <= known:
                for name in value.keys() - known:
                    drift.note(table.name, f"{outer}.{name}", "unknown field", value[name], article_id)


def _known_fields(table: Table) -> tuple[set[str], dict[str, set[str]]]:
    flat = set(table.unread)
    nested: dict[str, set[str]] = {}
    for column in table.columns:
        outer, _, inner = column.source.partition(".")
        if outer:
            flat.add(outer)
        if inner:
            nested.setdefault(outer, set()).add(inner)
    return flat, nested


def _json_name(value: Any) -> str:
    return "null" if value is None else _JSON_NAMES.get(type(value), type(value).__name__)
