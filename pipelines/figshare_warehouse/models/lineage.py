"""What the views read and return, found by parsing their SQL: dependencies, order, output columns, unknown names.

sqlglot only parses; the executed text is always the file's.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

import sqlglot
from sqlglot import exp
from sqlglot.errors import ParseError, SqlglotError
from sqlglot.optimizer.qualify import qualify
from sqlglot.optimizer.scope import Scope, traverse_scope
from sqlglot.schema import MappingSchema

from figshare_warehouse.models.sqlfiles import (
    INTERNAL_SCHEMAS,
    LOADED_INTERNAL,
    REPORTS,
    Problem,
    SqlFile,
    sql_folder,
)
from figshare_warehouse.tables import schema_of


@dataclass(frozen=True, slots=True)
class Parsed:
    """One file with its syntax tree.

    Attributes:
        sql: the file.
        query: its one `select`.
        reads: the relations it reads, with schema, and the line where each is first named.
    """

    sql: SqlFile
    query: exp.Query
    reads: dict[str, int]


@lru_cache(maxsize=512)
def parse(sql: SqlFile) -> tuple[Parsed | None, list[Problem]]:
    """Parses one file; returns None for the tree when it is not one `select`. Do not modify the result."""
    try:
        statements = [tree for tree in sqlglot.parse(sql.text, dialect="duckdb") if not isinstance(tree, exp.Semicolon)]
    except ParseError as error:
        where = error.errors[0] if error.errors else {}
        return None, [Problem(sql.file, where.get("line") or 1, f"not SQL: {_first_line(where.get('description'))}")]
    except SqlglotError as error:
        return None, [Problem(sql.file, 1, f"not SQL: {_first_line(str(error))}")]
    if len(statements) != 1 or not isinstance(statements[0], exp.Query):
        return None, [Problem(sql.file, 1, "the file is not one `select`")]
    reads: dict[str, int] = {}
    query = statements[0]
    if strange := sorted(set(outside(query))):
        return None, [Problem(sql.file, line, wrong) for line, wrong in strange]
    common = {cte.alias_or_name for cte in query.find_all(exp.CTE)}
    tables = (table for table in query.find_all(exp.Table) if isinstance(table.this, exp.Identifier))
    for table in sorted(tables, key=_line):
        if table.db or table.name not in common:
            reads.setdefault(f"{table.db}.{table.name}".lower().removeprefix("."), _line(table))
    return Parsed(sql, query, reads), []


TABLE_FUNCTIONS = frozenset({"generate_series", "json_each", "json_tree", "range", "unnest"})
"""Table functions that are allowed: others read files, run text as SQL, or reveal something about this machine."""

_ONLY = "a report reads the warehouse's tables only"
_TABLE_NAME = re.compile(r"\w+")


def outside(query: exp.Query) -> Iterator[tuple[int, str]]:
    """Finds where a query reads anything but the warehouse's tables.

    DuckDB also has no access to files (`database.access`); this explains why, and finds what is not a file.

    Args:
        query: the syntax tree.

    Yields:
        The line, and what is wrong in a sentence without a full stop.
    """
    common = {cte.alias_or_name for cte in query.find_all(exp.CTE)}
    for node in query.find_all(exp.Table, exp.Lateral, exp.Describe, exp.Summarize, exp.Anonymous):
        if isinstance(node, exp.Describe | exp.Summarize):
            yield _first_token(node), f"`describe` and `summarize` are not for reports: {_ONLY}"
        elif isinstance(node, exp.Anonymous):
            if node.name.lower() == "getenv":
                yield _line(node), f"`getenv` reads this machine's environment: {_ONLY}"
        elif isinstance(node.this, exp.Func):
            called = node.this
            name = (called.name if isinstance(called, exp.Anonymous) else called.sql_name()).lower()
            if name in _macros():
                yield _line(node), f"`{name}` is a macro, which reports cannot use: read the reports in its query"
            elif name not in TABLE_FUNCTIONS or (isinstance(node, exp.Table) and node.db):
                yield _line(node), f"`{name}` reads from outside the warehouse's tables: {_ONLY}"
        elif isinstance(node, exp.Table):
            if node.catalog:
                named = f"{node.catalog}.{node.db}.{node.name}"
                yield _line(node), f"`{named}` names a database: name the schema and the table only"
            elif not node.db and not _TABLE_NAME.fullmatch(node.name) and node.name not in common:
                yield _line(node), f"`{node.name}` would be read as a file: {_ONLY}"


@lru_cache(maxsize=1)
def _macros() -> frozenset[str]:
    return frozenset(path.stem for path in (sql_folder() / "macros").glob("*.sql"))


def _first_token(node: exp.Expression) -> int:
    lines = (int(child.meta["line"]) for child in node.walk() if "line" in child.meta)
    return min(lines, default=1)


def output_names(query: exp.Query) -> list[str]:
    """Returns the names of a query's columns, those behind `select * from a_cte` among them; none behind another `*`.

    Args:
        query: the syntax tree.
    """
    ctes = {cte.alias_or_name: cte.this for cte in query.find_all(exp.CTE)}
    seen: set[str] = set()
    while query.named_selects == ["*"]:
        table = query.find(exp.From)
        name = table.name if table else ""
        if name not in ctes or name in seen:
            return []
        seen.add(name)
        query = ctes[name]
    names = [name.lower() for name in query.named_selects]
    return [] if "*" in names else names


def in_order(parsed: list[Parsed]) -> tuple[list[Parsed], list[Problem]]:
    """Orders files so that each comes after what it reads.

    Args:
        parsed: the files.

    Returns:
        The files in order, without those on or behind a cycle, and a problem per file that is on a cycle.
    """
    by_relation = {item.sql.relation: item for item in parsed}
    waiting = {item.sql.relation: {name for name in item.reads if name in by_relation} for item in parsed}
    ordered: list[Parsed] = []
    while ready := sorted(name for name, reads in waiting.items() if not reads):
        for name in ready:
            ordered.append(by_relation[name])
            del waiting[name]
        for reads in waiting.values():
            reads.difference_update(ready)
    problems = []
    for name in waiting:
        if path := _cycle(name, waiting):
            item = by_relation[name]
            message = f"`{name}` reads itself: {' → '.join(path)}"
            problems.append(Problem(item.sql.file, item.reads[path[1]], message))
    return ordered, problems


def needed(ordered: list[Parsed], wanted: Collection[str]) -> list[Parsed]:
    """Returns the files that some relations need, including their own.

    Args:
        ordered: the files, each after what it reads.
        wanted: the relations.
    """
    needs = set(wanted)
    for item in reversed(ordered):
        if item.sql.relation in needs:
            needs |= item.reads.keys()
    return [item for item in ordered if item.sql.relation in needs]


def _cycle(start: str, reads: Mapping[str, set[str]]) -> list[str] | None:
    """The shortest way from a relation back to itself; None when there is none."""
    paths = [[start]]
    seen: set[str] = set()
    for path in paths:
        for name in sorted(reads[path[-1]]):
            if name == start:
                return [*path, name]
            if name not in seen:
                seen.add(name)
                paths.append([*path, name])
    return None


def check_places(ordered: Iterable[Parsed]) -> Iterator[Problem]:
    """Finds what reads personal data without being internal, and what is internal and reads more than it may.

    Args:
        ordered: the files.
    """
    personal = {LOADED_INTERNAL, *INTERNAL_SCHEMAS}
    for item in ordered:
        is_internal = item.sql.schema in INTERNAL_SCHEMAS
        for name, line in item.reads.items():
            schema = name.partition(".")[0]
            if not is_internal and schema in personal:
                yield Problem(item.sql.file, line, f"`{name}` is personal data, which only internal views read")
            elif is_internal and schema not in {*personal, REPORTS}:
                yield Problem(item.sql.file, line, f"`{name}` is no report: an internal view reads only these")


def check_columns(
    ordered: list[Parsed],
    all_files: list[SqlFile],
    tables: Mapping[str, Mapping[str, str]],
    internal: Mapping[str, Mapping[str, str]] | None = None,
) -> list[Problem]:
    """Checks every name in the files.

    Args:
        ordered: the files, each after what it reads.
        all_files: every file, so that one that could not be parsed is not reported as unknown where it is read.
        tables: the public loaded tables: table → column → type.
        internal: those of the schema `figshare_internal`, where internal views are among the files.

    Returns:
        Unknown tables and columns, output columns without description, and descriptions and keys without column.
    """
    known: dict[str, dict[str, str]] = {f"{schema_of(name)}.{name}": dict(all_) for name, all_ in tables.items()}
    known |= {f"{LOADED_INTERNAL}.{name}": dict(columns) for name, columns in (internal or {}).items()}
    blind = {sql.relation for sql in all_files}
    problems: list[Problem] = []
    for item in ordered:
        unknown = [name for name in item.reads if name not in known and name not in blind]
        problems += [
            Problem(item.sql.file, item.reads[name], f"unknown table `{name}`{_near(name, [*known, *blind])}")
            for name in unknown
        ]
        if any(name not in known for name in item.reads):
            continue
        columns, wrong = _resolve(item, known)
        problems += wrong
        if columns is not None:
            problems += list(_compare(item.sql, columns))
            known[item.sql.relation] = dict.fromkeys(columns, "UNKNOWN")
    return problems


def qualified(item: Parsed, known: Mapping[str, Mapping[str, str]]) -> exp.Query:
    """Returns a copy of a file's query in which every column names its table and no `*` is left.

    Args:
        item: the file.
        known: the columns of what it reads: relation → column → type.

    Raises:
        SqlglotError: its columns cannot be resolved.
    """
    folders: dict[str, dict[str, dict[str, str]]] = {}
    for name in item.reads:
        folder, _, table = name.partition(".")
        folders.setdefault(folder, {})[table] = dict(known[name])
    query: exp.Query = qualify(
        item.query.copy(),
        dialect="duckdb",
        schema=MappingSchema(dict(folders), dialect="duckdb") if folders else None,
        validate_qualify_columns=False,
        # Without this sqlglot stops at the first unknown column; with it all are found, with their lines.
        allow_partial_qualification=True,
    )
    return query


def _resolve(item: Parsed, known: Mapping[str, dict[str, str]]) -> tuple[list[str] | None, list[Problem]]:
    """The output columns of one file, None when they are not known, and the unknown columns that it names."""
    try:
        query = qualified(item, known)
        problems = sorted(set(_unknown_columns(item.sql.file, query, known)))
    except SqlglotError as error:
        return None, [Problem(item.sql.file, 1, f"its columns cannot be resolved: {_first_line(str(error))}")]
    columns = [name.lower() for name in query.named_selects]
    if "*" in columns or "" in columns:
        if not problems:
            problems = [Problem(item.sql.file, 1, "its output columns are not known: name them, each once")]
        return None, problems
    return columns, problems


def _unknown_columns(file: str, query: exp.Query, known: Mapping[str, dict[str, str]]) -> Iterator[Problem]:
    for scope in traverse_scope(query):
        for column in scope.columns:
            name, table = column.name, column.table
            if not table:
                # `qualify` gave an outer query's column its table, so this one belongs to no table, or to two.
                yield Problem(file, _line(column), f"unknown or ambiguous column `{name}`")
            elif table in scope.sources:
                there = _columns_of(scope.sources[table], known)
                if there is not None and name.lower() not in there:
                    message = f"unknown column `{name}` of `{table}`{_near(name, there)}"
                    yield Problem(file, _line(column), message)
            elif scope.parent is None:
                yield Problem(file, _line(column), f"unknown table `{table}` of column `{name}`")


def _columns_of(source: exp.Expression | Scope, known: Mapping[str, dict[str, str]]) -> list[str] | None:
    if isinstance(source, exp.Table):
        return list(known.get(f"{source.db}.{source.name}", {})) or None
    if isinstance(source, Scope) and isinstance(source.expression, exp.Query):
        names = [name.lower() for name in source.expression.named_selects]
        return None if "*" in names else names
    return None


def _compare(sql: SqlFile, columns: list[str]) -> Iterator[Problem]:
    noted = {note.name: note.line for note in sql.notes}
    last = max(noted.values(), default=1)
    for name in columns:
        if name not in noted:
            yield Problem(sql.file, last, f"output column `{name}` has no description")
    for name, line in noted.items():
        if name not in columns:
            yield Problem(
                sql.file, line, f"column `{name}` is described but is not in the output{_near(name, columns)}"
            )
    for name in sql.key.columns if sql.key else ():
        if name not in columns and sql.key:
            message = f"column `{name}` of the key is not in the output{_near(name, columns)}"
            yield Problem(sql.file, sql.key.line, message)


def _near(name: str, names: list[str]) -> str:
    near = difflib.get_close_matches(name, names, n=1)
    return f"; did you mean `{near[0]}`?" if near else ""


def _line(node: exp.Expression) -> int:
    identifier = node.this if isinstance(node.this, exp.Expression) else node
    return int(identifier.meta.get("line") or 1)


def _first_line(text: str | None) -> str:
    return (text or "").strip().splitlines()[0].rstrip(".") if (text or "").strip() else "it cannot be parsed"
