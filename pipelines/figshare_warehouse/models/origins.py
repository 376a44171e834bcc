"""The origin of each column: the loaded columns that its value is made from, found by parsing the SQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlglot import exp
from sqlglot.optimizer.scope import Scope, build_scope

from figshare_warehouse.models.lineage import Parsed, qualified
from figshare_warehouse.models.sqlfiles import LOADED_INTERNAL
from figshare_warehouse.tables import schema_of

Origins = dict[str, frozenset[str]]
"""Column → the columns it is made from, such as `figshare.articles.title`."""


def find_origins(
    ordered: Sequence[Parsed],
    tables: Mapping[str, Mapping[str, str]],
    internal: Mapping[str, Mapping[str, str]] | None = None,
) -> dict[str, Origins]:
    """Follows every output column of every file back to the loaded tables.

    Conditions, joins and grouping are not followed, so a count of rows has no origin.

    Args:
        ordered: the files, each after what it reads.
        tables: the public loaded tables: table → column → type.
        internal: those of the schema `figshare_internal`, where internal views are among the files.

    Returns:
        Relation → its columns' origins, the loaded tables' own among them.
    """
    found: dict[str, Origins] = {}
    relations = {f"{schema_of(table)}.{table}": loaded for table, loaded in tables.items()}
    relations |= {f"{LOADED_INTERNAL}.{table}": loaded for table, loaded in (internal or {}).items()}
    for relation, loaded in relations.items():
        found[relation] = {column: frozenset({f"{relation}.{column}"}) for column in loaded}
    for item in ordered:
        query = qualified(item, {name: dict.fromkeys(found.get(name, {}), "UNKNOWN") for name in item.reads})
        scope = build_scope(query)
        if scope is None:
            continue
        columns: Origins = {}
        for place, name in enumerate(query.named_selects):
            read = _read_by(scope, place, set())
            columns[name.lower()] = frozenset().union(*(found.get(of, {}).get(column, ()) for of, column in read))
        found[item.sql.relation] = columns
    return found


def _read_by(scope: Scope, place: int, seen: set[tuple[int, int]]) -> set[tuple[str, str]]:
    """The (relation, column) pairs that one output column of a query is made from."""
    if (id(scope), place) in seen:
        return set()
    seen.add((id(scope), place))
    query = scope.expression
    if isinstance(query, exp.SetOperation):
        # sqlglot has given these two names.
        parts = getattr(scope, "set_operation_scopes", None) or getattr(scope, "union_scopes", None) or ()
        return set().union(*(_read_by(part, place, seen) for part in parts))
    if not isinstance(query, exp.Query) or place >= len(query.selects):
        return set()
    read: set[tuple[str, str]] = set()
    for column in query.selects[place].find_all(exp.Column):
        source = scope.sources.get(column.table)
        name = column.name.lower()
        if isinstance(source, exp.Table):
            read.add((f"{source.db}.{source.name}".lower(), name))
        elif isinstance(source, Scope) and isinstance(source.expression, exp.Query):
            names = [other.lower() for other in source.expression.named_selects]
            if name in names:
                read |= _read_by(source, names.index(name), seen)
    return read
