"""The classes with which `figshare_warehouse.tables` declares tables and columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

Type = Literal["bigint", "text", "bool", "timestamp", "date"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    Attributes:
        name: the column's name in the table.
        type: dlt's name of the type.
        description: what a value means, with its unit.
        source: the field it is read from, with a dot into an object (`license.value`); empty for a computed value.
        is_key: it is part of the key; never null.
        is_json: the field is kept as JSON text, since its shape varies.
        is_zero_none: Figshare also writes 0 for null here.
    """

    name: str
    type: Type
    description: str
    source: str = ""
    is_key: bool = False
    is_json: bool = False
    is_zero_none: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """One table. There is one instance of each, compared by identity.

    Attributes:
        name: the table's name in its schema.
        description: what one row is.
        columns: its columns, in order.
        source: for children of a record, the list in its detail that the rows come from.
        count_column: for children of a record, the column of its table with their number; for others that can have
            none, the column elsewhere that says so.
        unread: known fields that are left out on purpose; any other unknown field is schema drift.
        replaced: which rows a load replaces: those of the same key; all those of the same `article_id` or
            `institution_id`; all; or those that agree in one or several other columns.
        schema: the schema that it is in.
        children: the tables made from lists inside its records.
    """

    name: str
    description: str
    columns: tuple[Column, ...]
    source: str = ""
    count_column: str = ""
    unread: frozenset[str] = frozenset()
    replaced: Literal["key", "article_id", "institution_id", "all"] | tuple[str, ...] = "key"
    schema: Literal["figshare", "datacite", "figshare_internal"] = "figshare"
    children: tuple[Table, ...] = ()

    @property
    def title(self) -> str:
        """Its name, with the schema where that is not `figshare`: two schemas may have tables of one name."""
        return self.name if self.schema == "figshare" else f"{self.schema}.{self.name}"

    @property
    def key(self) -> tuple[str, ...]:
        """The names of the columns that identify a row."""
        return tuple(column.name for column in self.columns if column.is_key)


def column(name: str, type_: Type, description: str, source: str | None = None, **flags: bool) -> Column:
    """Returns a column that is read from the field of the same name unless `source` names another."""
    return Column(name, type_, description, source or name, **flags)


def computed(name: str, type_: Type, description: str, **flags: bool) -> Column:
    """Returns a column whose value is computed here, not read from a field."""
    return Column(name, type_, description, "", **flags)


def of_datacite(name: str, description: str, columns: tuple[Column, ...], **more: Any) -> Table:
    """Returns a table of what DataCite says, which is as public as Figshare's records."""
    return Table(name, description, columns, schema="datacite", **more)


def internal(name: str, description: str, columns: tuple[Column, ...], **more: Any) -> Table:
    """Returns a table of personal data, which is never published with the reports."""
    return Table(name, description, columns, schema="figshare_internal", **more)
