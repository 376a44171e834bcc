"""Macros: table macros, which are reports that take a parameter, and the rules by which values are cleaned.

A macro is one file: its name is the macro's, its opening comment says what it gives, names the parameters, and
describes columns that mean something else than in the reports and macros that it reads. Table macros, in `sql/macros`,
are made of reports and of each other only, so that they work wherever the reports are. Rules, in `sql/macros/cleaning`,
are one expression each, a `select` of its parameters, and are scalar macros of the schema `staging`; a rule can use
others.
"""

from __future__ import annotations

import hashlib
import itertools
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import duckdb

from figshare_warehouse.database import statements
from figshare_warehouse.database.names import literal
from figshare_warehouse.errors import FigshareWarehouseError
from figshare_warehouse.models import lineage, queries
from figshare_warehouse.models.sqlfiles import SCHEMAS, STAGING, Problem, SqlFile, read_comment, sql_folder

CLEANING = "cleaning"
"""The folder of the rules."""

_PARAMETER = re.compile(r"--   (?P<name>[a-z_]+): ")
_DIGEST = "digest_of_rules"
_SELECT = re.compile(r"^select\b", re.MULTILINE)
_CALL = re.compile(r"\b(reports\.[a-z_]+)\([a-z_, ]*\)")


@dataclass(frozen=True, slots=True)
class Macro:
    """One macro.

    Attributes:
        name: its name in the schema.
        file: how problems name it.
        parameters: the names of its parameters.
        description: what it gives, and what the parameters are.
        reads: the reports that a table macro reads and the macros that it calls, or the rules that a rule uses.
        text: its query; names in it have two parts, so that it works whatever the database is called.
        columns: column → what it means, of those that its own file describes.
    """

    name: str
    file: str
    parameters: tuple[str, ...]
    description: str
    reads: frozenset[str]
    text: str
    columns: Mapping[str, str]


def read_macros(folder: Path | None = None) -> list[Macro]:
    """Returns the table macros by name.

    Args:
        folder: the folder that holds `macros`; ours when None.
    """
    paths = sorted(((folder or sql_folder()) / "macros").glob("*.sql"))
    return [_read(path, "sql/macros", "reports") for path in paths]


def read_rules(folder: Path | None = None) -> list[Macro]:
    """Returns the rules of cleaning, each after those that it uses.

    Args:
        folder: the folder that holds `macros`; ours when None.

    Raises:
        FigshareWarehouseError: rules use each other in a circle.
    """
    paths = sorted(((folder or sql_folder()) / "macros" / CLEANING).glob("*.sql"))
    try:
        return _in_order([_read(path, f"sql/macros/{CLEANING}", STAGING) for path in paths])
    except CycleError as error:
        raise FigshareWarehouseError(f"The rules of cleaning use each other in a circle: {error.args[1]}.") from error


def check_macro(macro: Macro) -> list[Problem]:
    """Checks that a macro reads reports and other macros only: DuckDB executes its text wherever the file is opened.

    Args:
        macro: the macro.

    Returns:
        The problems by line; empty when there is none.
    """
    return lineage.parse(_as_view(macro))[1]


def columns_of(
    macro: Macro, reports: Mapping[str, Mapping[str, str]], fields: Mapping[str, str], macros: Iterable[Macro]
) -> dict[str, str]:
    """Returns what the columns of a table macro mean; empty for one that has all those of a report.

    Args:
        macro: the macro.
        reports: report, such as `reports.changes` → column → what it means.
        fields: column → what it means in most views.
        macros: all table macros.
    """
    parsed, _ = lineage.parse(_as_view(macro))
    texts = dict(fields)
    for described in [reports.get(name, {}) for name in sorted(macro.reads)]:
        texts |= described
    for other in macros:
        if f"reports.{other.name}" in macro.reads:
            texts |= other.columns
    texts |= macro.columns
    return {name: texts.get(name, "") for name in (lineage.output_names(parsed.query) if parsed else [])}


def _as_view(macro: Macro) -> SqlFile:
    return SqlFile("macros", macro.name, macro.file, _CALL.sub(r"\1", macro.text), (), ())


def create_schemas(connection: duckdb.DuckDBPyConnection, folder: Path | None = None) -> None:
    """Creates the schemas of the views where they are not there, and the rules that views use.

    Args:
        connection: the database to make them in is its current one.
        folder: the folder that holds `macros`; ours when None.
    """
    for schema in SCHEMAS:
        connection.execute(statements.create_schema(schema))
    rules = read_rules(folder)
    for rule in rules:
        create_rule(connection, rule)
    connection.execute(statements.create_macro(STAGING, _DIGEST, (), literal(_digest(rules))))


def has_rules(connection: duckdb.DuckDBPyConnection, folder: Path | None = None) -> bool:
    """Whether the rules are there as their files say.

    Args:
        connection: the database, in no transaction.
        folder: the folder that holds `macros`; ours when None.
    """
    # To list DuckDB's functions takes longer than to make all of these.
    try:
        [[digest]] = connection.execute(statements.call(STAGING, _DIGEST)).fetchall()
    except duckdb.CatalogException:
        return False
    return bool(digest == _digest(read_rules(folder)))


def _digest(rules: Sequence[Macro]) -> str:
    return hashlib.sha256("".join(rule.text for rule in rules).encode()).hexdigest()


def create_rules(connection: duckdb.DuckDBPyConnection) -> None:
    """Creates or replaces our rules where they are not there as their files say.

    Args:
        connection: the database to make them in is its current one, in no transaction.
    """
    if has_rules(connection):
        return
    connection.begin()
    try:
        create_schemas(connection)
        connection.commit()
    except BaseException:
        connection.rollback()
        raise


def create_rule(connection: duckdb.DuckDBPyConnection, rule: Macro) -> None:
    """Creates or replaces one rule.

    Args:
        connection: the database to make it in is its current one, with the rules that it uses.
        rule: the rule; DuckDB's error is about its text after one line.
    """
    expression = _SELECT.sub("", rule.text, count=1)
    connection.execute(statements.create_macro(STAGING, rule.name, rule.parameters, expression))


def build(connection: duckdb.DuckDBPyConnection, relations: Collection[str], folder: Path | None = None) -> list[Macro]:
    """Creates or replaces the table macros whose reports are there, and drops those without a file.

    Args:
        connection: the current database gets the macros.
        relations: the existing reports, such as `reports.changes`.
        folder: the folder that holds `macros`; ours when None.

    Returns:
        The macros that were made.

    Raises:
        FigshareWarehouseError: one reads something else than the warehouse's tables.
    """
    made: list[Macro] = []
    there = set(relations)
    for macro in _in_order(read_macros(folder)):
        if not macro.reads <= there:
            continue
        made.append(macro)
        there.add(f"reports.{macro.name}")
        if problems := check_macro(macro):
            raise FigshareWarehouseError(f"The views were not built: {problems[0]}.")
        connection.execute(statements.create_table_macro("reports", macro.name, macro.parameters, macro.text))
        connection.execute(statements.comment_on_macro("reports", macro.name, macro.description))
    names = [row["function_name"] for row in queries.rows(connection, "catalog/table_macros")]
    for name in set(names) - {macro.name for macro in made}:
        connection.execute(statements.drop("macro table", "reports", name))
    return made


def _in_order(macros: Sequence[Macro]) -> list[Macro]:
    """The macros, each after those that it uses."""
    named = {macro.name: macro for macro in macros}
    uses = {name: [used.partition(".")[2] for used in sorted(macro.reads)] for name, macro in named.items()}
    return [named[name] for name in TopologicalSorter(uses).static_order() if name in named]


def _read(path: Path, folder: str, schema: str) -> Macro:
    text = path.read_text(encoding="utf-8")
    comment = [line for line in text.splitlines() if line.startswith("--")]
    notes = {note.name: note.description for note in read_comment(text).notes}
    said = list(itertools.takewhile(lambda line: line.rstrip() != "-- columns:", comment))
    parameters = tuple(found["name"] for line in said if (found := _PARAMETER.match(line)))
    description = " ".join(" ".join(line[2:] for line in said).split())
    reads = frozenset(re.findall(rf"\b{schema}\.[a-z_]+", "\n".join(text.splitlines()[len(comment) :])))
    return Macro(path.stem, f"{folder}/{path.name}", parameters, description, reads, text, notes)
