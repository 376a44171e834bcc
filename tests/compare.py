"""Whether two published files hold equal rows: `python -m tests.compare OLD.duckdb NEW.duckdb [--renames FILE]`.

FILE is TOML; `"reports.old_view" = "schema.new_view"` names a view anew, `"reports.old_view.old_column" = "new_column"`
a column (of the view's old name). A name that is `""` is left out. Views and columns that only one file has are said.
"""

from __future__ import annotations

import argparse
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path

import duckdb

from figshare_warehouse.database.names import quoted


def _views(connection: duckdb.DuckDBPyConnection, database: str) -> dict[str, dict[str, str]]:
    """Returns the columns of each view with their types."""
    rows = connection.execute(
        "select schema_name || '.' || table_name, column_name, data_type from duckdb_columns() "
        "where database_name = ? and schema_name <> 'main' order by 1, column_index",
        [database],
    ).fetchall()
    views: dict[str, dict[str, str]] = {}
    for view, column, type_name in rows:
        views.setdefault(view, {})[column] = type_name
    return views


def _listed(columns: Mapping[str, str]) -> str:
    # Sums of fractions depend on their order in the last digit.
    return ", ".join(
        f"round({quoted(name)}, 6)" if type_name == "DOUBLE" else quoted(name) for name, type_name in columns.items()
    )


_DIGEST = "count(*), sum(hash(each))"


def _relation(view: str) -> str:
    return ".".join(map(quoted, view.split(".")))


def differences(old: Path, new: Path, renames: Mapping[str, str]) -> list[str]:
    """Returns what differs, a line each; empty where all that both have is equal."""
    said = []
    with duckdb.connect() as connection:
        connection.execute("set memory_limit = '4GB'")
        for name, path in (("old", old), ("new", new)):
            connection.execute(f"attach '{str(path).replace(chr(39), chr(39) * 2)}' as {name} (read_only)").fetchall()
        before, after = _views(connection, "old"), _views(connection, "new")
        seen = set()
        for view, columns in before.items():
            renamed = renames.get(view, view)
            if not renamed:
                continue
            if renamed not in after:
                said.append(f"{view}: not in the new file")
                continue
            seen.add(renamed)
            pairs = [(column, renames.get(f"{view}.{column}", column)) for column in columns]
            pairs = [(one, other) for one, other in pairs if other]
            missing = [one for one, other in pairs if other not in after[renamed]]
            added = sorted(set(after[renamed]) - {other for _, other in pairs})
            said += [f"{view}: no column {name} in the new file" for name in missing]
            said += [f"{renamed}: column {name} only in the new file" for name in added]
            pairs = [pair for pair in pairs if pair[0] not in missing]
            one = _listed({name: columns[name] for name, _ in pairs})
            other = _listed({name: after[renamed][name] for _, name in pairs})
            rows = (f"select {one} from old.{_relation(view)}", f"select {other} from new.{_relation(renamed)}")
            digests = [connection.execute(f"select {_DIGEST} from ({query}) as each").fetchall() for query in rows]
            if digests[0] == digests[1]:
                # Millions of rows are compared in a thousandth of the memory.
                continue
            for first, second, where in ((*rows, "old"), (*reversed(rows), "new")):
                only = connection.execute(f"{first} except all {second}").fetchall()
                if only:
                    said.append(f"{view}: {len(only):,} rows only in the {where} file, such as {only[0]}")
        said += [f"{view}: only in the new file" for view in after if view not in seen and renames.get(view) != ""]
    return said


def main() -> int:
    """Runs the command; returns 1 where something differs."""
    parser = argparse.ArgumentParser(prog="python -m tests.compare", description=__doc__)
    parser.add_argument("old", type=Path)
    parser.add_argument("new", type=Path)
    parser.add_argument("--renames", type=Path)
    given = parser.parse_args()
    renames = tomllib.loads(given.renames.read_text(encoding="utf-8")) if given.renames else {}
    said = differences(given.old, given.new, renames)
    print(*said, sep="\n") if said else print("Equal rows.")
    return 1 if said else 0


if __name__ == "__main__":
    sys.exit(main())
