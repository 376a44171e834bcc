"""From Figshare's JSON records to typed Arrow tables, as `pipelines.tables` declares them.

A record is loaded as far as it fits. What is unknown or of another type is noted as drift, never dropped in silence and
never fatal.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pyarrow as pa

from pipelines.figshare.values import convert, plain_text
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
    arrays = [
        pa.array([(own or {}).get(column.name)] * len(kept), ARROW_TYPES[column.type])
        if not column.source
        else _array(table, column, kept, None, drift)
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
    arrays = []
    for column in ARTICLES.columns:
        if column.name == "title_text":
            titles = _array(ARTICLES, _TITLE, details, ids, Drift()).to_pylist()
            arrays.append(pa.array([plain_text(title) for title in titles], pa.string()))
        elif column.source:
            arrays.append(_array(ARTICLES, column, details, ids, drift))
        else:
            arrays.append(pa.array(own[column.name], ARROW_TYPES[column.type]))
    return {ARTICLES: pa.Table.from_arrays(arrays, schema=arrow_schema(ARTICLES)), **tables}


_TITLE = next(column for column in ARTICLES.columns if column.name == "title")


def _child_table(child: Table, details: Sequence[Record], drift: Drift) -> tuple[pa.Table, list[int | None]]:
    """The rows of one list of all details, and how many each detail has (None: it has no such list)."""
    elements: list[Any] = []
    article_ids: list[int] = []
    positions: list[int] = []
    counts: list[int | None] = []
    is_plain = not any(column.source for column in child.columns)
    for detail in details:
        article_id = detail["id"]
        listed = detail.get(child.source)
        if listed is not None and not isinstance(listed, list):
            drift.note(child.name, child.source, "not a list", listed, article_id)
            listed = None
        before = len(elements)
        for position, element in enumerate(listed or (), 1):
            if not is_plain and not isinstance(element, dict):
                drift.note(child.name, child.source, "not an object", element, article_id)
                continue
            elements.append(element)
            article_ids.append(article_id)
            positions.append(position)
        counts.append(None if listed is None else len(elements) - before)
    kept = len(elements)
    for detail, count in zip(details, counts, strict=True):
        if not count:
            article_ids.append(detail["id"])
            positions.append(0)
    tombstones = len(article_ids) - kept
    if not is_plain:
        _note_unknown(child, elements, article_ids, drift)
    arrays = []
    for column in child.columns:
        if column.name == "article_id":
            arrays.append(pa.array(article_ids, pa.int64()))
        elif column.name == "position":
            arrays.append(pa.array(positions, pa.int64()))
        else:
            values = _array(child, column, elements, article_ids, drift)
            arrays.append(pa.concat_arrays([values, pa.nulls(tombstones, values.type)]))
    arrays.append(pa.array([None] * kept + [True] * tombstones, pa.bool_()))
    return pa.Table.from_arrays(arrays, schema=arrow_schema(child)), counts


def _array(
    table: Table, column: Column, records: Sequence[Any], article_ids: Sequence[int] | None, drift: Drift
) -> pa.Array:
    """One column of all records. Arrow converts the whole column where it can; only else each value is looked at."""
    outer, _, inner = column.source.partition(".")
    if not outer:
        values = list(records)
    elif inner:
        values = [_inner(record.get(outer), inner) for record in records]
    else:
        values = [record.get(outer) for record in records]
    if column.is_zero_none:
        values = [value or None for value in values]
    type_ = ARROW_TYPES[column.type]
    if column.type != "timestamp" and not column.is_json:
        try:
            return pa.array(values, type_)
        except (pa.ArrowInvalid, pa.ArrowTypeError, OverflowError):
            pass
    converted = []
    for row, value in enumerate(values):
        result, fits = convert(column, value)
        converted.append(result)
        if not fits:
            article_id = article_ids[row] if article_ids is not None else None
            drift.note(table.name, column.source or column.name, f"not a {column.type}", value, article_id)
    return pa.array(converted, type_)


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
