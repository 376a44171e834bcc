"""Table macros: reports that take a parameter, made of reports only, so that they work wherever the reports are.

A macro is one file in `sql/macros`: its name is the macro's, its opening comment says what one row is and names the
parameters.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import duckdb

from figshare_warehouse.database.names import literal, quoted
from figshare_warehouse.errors import FigshareWarehouseError
from figshare_warehouse.models import lineage
from figshare_warehouse.models.sqlfiles import Problem, SqlFile, sql_folder

_PARAMETER = re.compile(r"--   (?P<name>[a-z_]+): ")


@dataclass(frozen=True, slots=True)
class Macro:
    """One table macro of the schema `reports`.

    Attributes:
        name: its name in the schema.
        parameters: the names of its parameters.
        description: what one row is, and what the parameters are.
        reads: the reports that it reads.
        text: its query; names in it have two parts, so that it works whatever the database is called.
    """

    name: str
    parameters: tuple[str, ...]
    description: str
    reads: frozenset[str]
    text: str


def read_macros(folder: Path | None = None) -> list[Macro]:
    """Returns the macros by name.

    Args:
        folder: the folder that holds `macros`; ours when None.
    """
    return [_read(path) for path in sorted(((folder or sql_folder()) / "macros").glob("*.sql"))]


def check_macro(macro: Macro) -> list[Problem]:
    """Looks for what a macro may not do: DuckDB keeps its text as it is, and executes it wherever the file is read.

    Args:
        macro: the macro.

    Returns:
        The problems by line; empty when there is none.
    """
    sql = SqlFile("macros", macro.name, f"sql/macros/{macro.name}.sql", macro.text, (), ())
    _, problems = lineage.parse(sql)
    return problems


def build(connection: duckdb.DuckDBPyConnection, relations: Collection[str], folder: Path | None = None) -> list[Macro]:
    """Creates or replaces the macros whose reports are there, and drops those without a file.

    Args:
        connection: the database to make them in is its current one.
        relations: the reports that are there, as `reports.changes`.
        folder: the folder that holds `macros`; ours when None.

    Returns:
        The macros that were made.

    Raises:
        FigshareWarehouseError: one reads something else than the warehouse's tables.
    """
    made = [macro for macro in read_macros(folder) if macro.reads <= set(relations)]
    for macro in made:
        if problems := check_macro(macro):
            raise FigshareWarehouseError(f"The views were not built: {problems[0]}.")
        name = f"reports.{macro.name}"
        connection.execute(f"create or replace macro {name}({', '.join(macro.parameters)}) as table\n{macro.text}")
        connection.execute(f"comment on macro table {name} is {literal(macro.description)}")
    query = (
        "select distinct function_name from duckdb_functions() where function_type = 'table_macro' "
        "and database_name = current_database() and schema_name = 'reports'"
    )
    for (name,) in connection.execute(query).fetchall():
        if name not in {macro.name for macro in made}:
            connection.execute(f"drop macro table reports.{quoted(name)}")
    return made


def _read(path: Path) -> Macro:
    text = path.read_text(encoding="utf-8")
    comment = [line for line in text.splitlines() if line.startswith("--")]
    parameters = tuple(found["name"] for line in comment if (found := _PARAMETER.match(line)))
    description = " ".join(" ".join(line[2:] for line in comment).split())
    reads = frozenset(re.findall(r"\breports\.[a-z_]+", "\n".join(text.splitlines()[len(comment) :])))
    return Macro(path.stem, parameters, description, reads, text)
