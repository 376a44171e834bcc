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

from pipelines.warehouse.viewfiles import sql_folder

_PARAMETER = re.compile(r"--   (?P<name>[a-z_]+): ")


@dataclass(frozen=True, slots=True)
class Macro:
    """One table macro of the schema `reports`.

    Attributes:
        name: its name in the schema.
        parameters: the names of its parameters.
        description: what one row is, and what the parameters are.
        reads: the reports that it reads.
        statement: creates it, whatever database is the current one.
    """

    name: str
    parameters: tuple[str, ...]
    description: str
    reads: frozenset[str]
    statement: str


def read_macros(folder: Path | None = None) -> list[Macro]:
    """Returns the macros by name.

    Args:
        folder: the folder that holds `macros`; ours when None.
    """
    return [_read(path) for path in sorted(((folder or sql_folder()) / "macros").glob("*.sql"))]


def build(connection: duckdb.DuckDBPyConnection, relations: Collection[str], folder: Path | None = None) -> list[Macro]:
    """Creates or replaces the macros whose reports are there.

    Args:
        connection: the database to make them in.
        relations: the reports that are there, as `reports.changes`.
        folder: the folder that holds `macros`; ours when None.

    Returns:
        The macros that were made.
    """
    made = [macro for macro in read_macros(folder) if macro.reads <= set(relations)]
    for macro in made:
        connection.execute(macro.statement)
    return made


def _read(path: Path) -> Macro:
    text = path.read_text(encoding="utf-8")
    comment = [line for line in text.splitlines() if line.startswith("--")]
    parameters = tuple(found["name"] for line in comment if (found := _PARAMETER.match(line)))
    description = " ".join(" ".join(line[2:] for line in comment).split())
    reads = frozenset(re.findall(r"\breports\.[a-z_]+", "\n".join(text.splitlines()[len(comment) :])))
    statement = f"create or replace macro reports.{path.stem}({', '.join(parameters)}) as table\n{text}"
    return Macro(path.stem, parameters, description, reads, statement)
