"""Records in the shape that `figshare_warehouse.tables` declares, each field with its type.

msgspec decodes a record in one go where all of it fits, which is nearly always. Otherwise the record is read field by
field: what can be read is kept, and unknown fields and other types are noted as drift. Both ways give the same shape.

All shapes and decoders are built at import, before any thread starts: msgspec is not thread-safe while it builds its
information about a type (docs/known-issues.md).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, TypeAlias

import msgspec

from figshare_warehouse.sources.figshare.records.drift import Drift
from figshare_warehouse.sources.figshare.records.values import LARGEST, convert
from figshare_warehouse.tables import INTERNAL_TABLES, TABLES, Column, Table, Type

Record: TypeAlias = dict[str, Any] | msgspec.Struct
"""One of Figshare's records, as plain JSON or already in its table's shape."""

# Timestamps stay text until Arrow converts a whole column. Some records have 0 and 1 for false and true.
_TYPES: dict[Type, Any] = {
    "bigint": Annotated[int, msgspec.Meta(ge=-LARGEST, le=LARGEST)],
    "text": str,
    "bool": bool | Annotated[int, msgspec.Meta(ge=0, le=1)],
    "timestamp": str,
    "date": str,
}


@dataclass(frozen=True, slots=True)
class Shape:
    """How the records of a table are decoded.

    Attributes:
        record: the class of the records, with every field that is read or known.
        objects: field → class of an object in a record (`license`).
        lists: field → table of a list in a record (`authors`).
        decoder: decodes JSON into a record.
    """

    record: type[msgspec.Struct]
    objects: dict[str, type[msgspec.Struct]]
    lists: dict[str, Table]
    decoder: msgspec.json.Decoder[msgspec.Struct]


@cache
def shape_of(table: Table) -> Shape:
    """Returns the shape of a table's records."""
    types: dict[str, Any] = {}
    inner_types: dict[str, dict[str, Any]] = {}
    for column in table.columns:
        outer, _, inner = column.source.partition(".")
        if inner:
            inner_types.setdefault(outer, {})[inner] = _type(column)
        elif outer:
            types[outer] = _type(column)
    objects = {outer: _struct(f"{table.name}.{outer}", inner) for outer, inner in inner_types.items()}
    lists = {child.source: child for child in table.children}
    types |= {outer: object_ | None for outer, object_ in objects.items()}
    types |= {name: _list_type(child) for name, child in lists.items()}
    types |= dict.fromkeys(sorted(table.unread - types.keys()), Any)
    required = {column.source for column in table.columns if column.is_key}
    record = _struct(table.name, types, required)
    # This makes msgspec build its information about the record and every class in it.
    return Shape(record, objects, lists, msgspec.json.Decoder(record))


def _type(column: Column) -> Any:
    type_ = Any if column.is_json else _TYPES[column.type]
    return type_ if column.is_key else type_ | None


def _list_type(child: Table) -> Any:
    plain = plain_column(child)
    element = _type(plain) if plain else shape_of(child).record
    return list[element] | None  # type: ignore[valid-type]


def _struct(name: str, types: Mapping[str, Any], required: set[str] | None = None) -> type[msgspec.Struct]:
    fields = [(name, type_) if name in (required or ()) else (name, type_, None) for name, type_ in types.items()]
    # JSON has no cycles, so the garbage collector need not look.
    return msgspec.defstruct(name, fields, kw_only=True, forbid_unknown_fields=True, gc=False)


def plain_column(child: Table) -> Column | None:
    """Returns the column of a list of plain values (tags); None where the elements are objects."""
    if any(column.source for column in child.columns):
        return None
    [plain] = [column for column in child.columns if not column.is_key]
    return plain


# All at import, before any thread decodes (docs/known-issues.md).
for _table in (*TABLES.values(), *INTERNAL_TABLES.values()):
    shape_of(_table)


def field_of(record: Record, name: str) -> Any:
    """Returns the value of a record's field; None where there is none."""
    return record.get(name) if isinstance(record, dict) else getattr(record, name, None)


def shaped(
    table: Table, records: Sequence[Record], drift: Drift, article_ids: Sequence[int] | None = None
) -> list[msgspec.Struct]:
    """Returns records in their table's shape; those without a key are noted and left out.

    In lists of a record (`authors`) anything but an object becomes None.

    Args:
        table: the contract.
        records: Figshare's records.
        drift: where differences are noted.
        article_ids: the article of each record, for the notes.
    """
    struct = shape_of(table).record
    found = []
    for row, record in enumerate(records):
        if isinstance(record, msgspec.Struct):
            found.append(record)
            continue
        try:
            found.append(msgspec.convert(record, struct))
        except msgspec.ValidationError:
            article_id = article_ids[row] if article_ids is not None else None
            one = _Straightening(table, drift, article_id).straightened(record)
            if one is not None:
                found.append(one)
    return found


@dataclass(frozen=True, slots=True)
class _Straightening:
    """Reads a record field by field; attributes as the arguments of `shaped`."""

    table: Table
    drift: Drift
    article_id: int | None

    def straightened(self, record: dict[str, Any]) -> msgspec.Struct | None:
        shape = shape_of(self.table)
        for column in self.table.columns:
            if column.is_key and column.source and convert(column, record.get(column.source))[0] is None:
                self.drift.note(self.table.title, column.source, "no key", record.get(column.source), None)
                return None
        fields = self._fields(record, shape.record)
        for name, object_ in shape.objects.items():
            found = fields[name]
            if found is not None and not isinstance(found, dict):
                self._note(name, "not an object", found)
                found = None
            fields[name] = None if found is None else object_(**self._fields(found, object_, f"{name}."))
        for name, child in shape.lists.items():
            fields[name] = self._list(child, fields[name])
        return shape.record(**fields)

    def _fields(self, record: dict[str, Any], struct: type[msgspec.Struct], prefix: str = "") -> dict[str, Any]:
        """The fields of a record or of an object in it, each with its type."""
        for name in record.keys() - set(struct.__struct_fields__):
            self._note(prefix + name, "unknown field", record[name])
        columns = {column.source: column for column in self.table.columns}
        return {
            name: self._fitting(columns[prefix + name], record.get(name))
            if prefix + name in columns
            else record.get(name)
            for name in struct.__struct_fields__
        }

    def _fitting(self, column: Column, value: Any) -> Any:
        if column.is_json or column.type in ("timestamp", "date"):
            # Invalid timestamps are noted where whole columns are converted.
            return value
        result, fits = convert(column, value)
        if not fits:
            self._note(column.source or column.name, f"not a {column.type}", value)
        return result

    def _list(self, child: Table, found: Any) -> list[Any] | None:
        if found is None:
            return None
        of_child = _Straightening(child, self.drift, self.article_id)
        if not isinstance(found, list):
            of_child._note(child.source, "not a list", found)
            return None
        plain = plain_column(child)
        return [of_child._fitting(plain, one) if plain else of_child._element(one) for one in found]

    def _element(self, found: Any) -> msgspec.Struct | None:
        if not isinstance(found, dict):
            self._note(self.table.source, "not an object", found)
            return None
        with suppress(msgspec.ValidationError):
            return msgspec.convert(found, shape_of(self.table).record)
        return self.straightened(found)

    def _note(self, name: str, problem: str, value: Any) -> None:
        self.drift.note(self.table.title, name, problem, value, self.article_id)
