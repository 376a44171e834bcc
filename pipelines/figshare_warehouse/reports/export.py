"""Whole reports as files for other programs: Parquet, CSV, JSON, or a workbook with a sheet for each.

DuckDB writes Parquet, JSON and exact CSV itself. Rows are sorted by their columns from left to right, so the same data
give the same files.
"""

from __future__ import annotations

import csv
import difflib
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import duckdb

from figshare_warehouse.database import statements
from figshare_warehouse.errors import FigshareWarehouseError, UsageError, one_line
from figshare_warehouse.models import queries
from figshare_warehouse.models.sqlfiles import REPORT_SCHEMAS, REPORTS
from figshare_warehouse.outputs import Kind, folder_place, part_of
from figshare_warehouse.periods import Period
from figshare_warehouse.reports import kinds
from figshare_warehouse.reports.html.page import GENERATOR
from figshare_warehouse.reports.report import Value
from figshare_warehouse.reports.report_files import OPTION, Output, folder_made, replaced
from figshare_warehouse.reports.terminal import csv_value
from figshare_warehouse.reports.text import quoted
from figshare_warehouse.reports.workbook import check_size, write_workbook

Format = Literal["parquet", "csv", "xlsx", "json"]
FORMATS: tuple[Format, ...] = ("parquet", "csv", "xlsx", "json")
DASHBOARD = (
    "article_main_wide",
    "article_authors",
    "article_categories",
    "article_tags",
    "article_funding",
    "article_files",
    "article_usage_by_month",
    "group_usage_by_country",
)
"""The default reports: the tables of a dashboard, with custom fields as columns."""

OF_PERIOD = (
    "outputs_between",
    "usage_between",
    "usage_by_author_between",
    "usage_by_group_between",
    "usage_by_school_between",
    "usage_by_item_type_between",
    "usage_by_institution_between",
)
"""The default reports of a period: macros."""

_MONTHS = ("month", "published_month")
_DAYS = ("changed_at", "withdrawn_at", "published_on")
"""Columns by which a report has rows of a period; the first that it has counts, months before days."""

WORKBOOK = "figshare_reports.xlsx"
"""The workbook's name in a folder."""

_ROWS_AT_ONCE = 10_000
_TIMES = "timestampformat '%Y-%m-%dT%H:%M:%S.%f'"
_OPTIONS = {
    "parquet": f"format parquet, compression zstd, kv_metadata {{{kinds.PARQUET_MARK}: '{GENERATOR}'}}",
    "json": f"format json, array true, {_TIMES}",
    "csv": f"format csv, header true, {_TIMES}",
}


@dataclass(frozen=True, slots=True)
class Exported:
    """The result of an export.

    Attributes:
        files: the files.
        rows: report → number of rows.
        notes: remarks about the files, in sentences.
    """

    files: tuple[Path, ...]
    rows: dict[str, int]
    notes: tuple[str, ...] = ()


def export(
    connection: duckdb.DuckDBPyConnection,
    names: Sequence[str],
    format_: Format,
    output: Path,
    is_exact: bool = False,
    may_overwrite: bool = False,
    period: Period | None = None,
) -> Exported:
    """Writes reports to files: all of them whole, or none.

    Args:
        connection: the published file.
        names: reports, with or without the schema; those of DASHBOARD when empty, or of OF_PERIOD for a period.
        format_: `parquet`, `csv`, `json` (an array with an object per row) or `xlsx`.
        output: a folder, created if needed, for a file per report; or, by its ending, a file, for one report and for
            `xlsx`.
        is_exact: for `csv`, text as it is rather than made harmless for spreadsheets.
        may_overwrite: whether any file may be replaced, not only an earlier export.
        period: which rows; None for all. Reports can be macros that take one, too.

    Raises:
        UsageError: there is no such report, several do not fit into one file, a workbook cannot hold them, or a file
            that is not ours would be replaced.
        FigshareWarehouseError: a file cannot be written, or a report cannot be read.
    """
    chosen, remarks = _chosen(connection, names, period)
    try:
        if format_ == "xlsx":
            check_size({name: (_count(connection, of), len(_columns(connection, of))) for name, of in chosen.items()})
        paths, folder = _paths([*chosen], format_, output)
        with folder_made(folder) if folder else nullcontext():
            counts, notes = _write(connection, chosen, format_, paths, is_exact, may_overwrite)
        return Exported(tuple(paths), counts, (*remarks, *notes))
    except duckdb.Error as error:
        raise FigshareWarehouseError(f"The reports cannot be exported: {one_line(error)}") from error


def export_query(
    connection: duckdb.DuckDBPyConnection, name: str, query: str, format_: Format, path: Path, may_overwrite: bool
) -> Exported:
    """Writes the rows of a query to a file, whole or not at all.

    Args:
        connection: the published file.
        name: what the rows are called in a workbook.
        query: the query.
        format_: as for `export`.
        path: the file.
        may_overwrite: as for `export`.

    Raises:
        UsageError: a workbook cannot hold the rows, or a file that is not ours would be replaced.
        FigshareWarehouseError: the file cannot be written.
    """
    if format_ == "xlsx":
        check_size({name: (_count(connection, query), len(_columns(connection, query)))})
    counts, notes = _write(connection, {name: query}, format_, [path], False, may_overwrite)
    return Exported((path,), counts, tuple(notes))


def written_by_duckdb(names: Sequence[str], format_: Format, output: Path, period: Period | None = None) -> list[Path]:
    """Returns the temporary files that DuckDB writes for an export with the same arguments.

    Raises:
        UsageError: as `export`, where the arguments alone are wrong.
    """
    paths, _ = _paths(_each_once(names or (OF_PERIOD if period else DASHBOARD)), format_, output)
    # `Path.resolve` raises for links in a circle before Python 3.13; `checked` refuses them with a message.
    return [part_of(each) for path in paths for each in (path, Path(os.path.realpath(path)))]


def _write(
    connection: duckdb.DuckDBPyConnection,
    chosen: Mapping[str, str],
    format_: Format,
    paths: Sequence[Path],
    is_exact: bool,
    may_overwrite: bool,
) -> tuple[dict[str, int], list[str]]:
    """Writes the files; returns the number of rows of each report, and remarks."""
    outputs = [
        Output(path, _kind(format_, _columns(connection, one)))
        for path, one in zip(paths, chosen.values(), strict=False)
    ]
    counts = {}
    with replaced(outputs, may_overwrite) as parts:
        if format_ == "xlsx":
            sheets = ((name, _columns(connection, one), _rows(connection, one)) for name, one in chosen.items())
            return write_workbook(parts[0], sheets)
        for (name, one), part in zip(chosen.items(), parts, strict=True):
            if format_ == "csv" and not is_exact:
                counts[name] = _write_csv(part, _columns(connection, one), _rows(connection, one))
            else:
                counts[name] = _copy(connection, one, part, _OPTIONS[format_])
    return counts, []


def _kind(format_: Format, columns: Sequence[str]) -> Kind:
    if format_ == "xlsx":
        return kinds.WORKBOOK
    if format_ == "parquet":
        return kinds.PARQUET
    return kinds.csv_of(columns) if format_ == "csv" else kinds.json_rows_of(columns)


def _chosen(
    connection: duckdb.DuckDBPyConnection, names: Sequence[str], period: Period | None
) -> tuple[dict[str, str], list[str]]:
    """Returns the query of each report by name, each once, and remarks; arguments and errors as `export`."""
    found = queries.rows(connection, "catalog/relations", database_name=None)
    there = {row["relation_name"]: row["schema_name"] for row in found if row["schema_name"] in REPORT_SCHEMAS}
    if not names and period is None:
        lacking = [name for name in DASHBOARD if name not in there]
        if lacking:
            raise UsageError(
                f"{', '.join(lacking)}, which the dashboard needs, is not there: run `figshare-warehouse refresh`, or "
                "`figshare-warehouse publish`, first; or name the reports that you want."
            )
    macros = {row["function_name"] for row in queries.rows(connection, "catalog/table_macros")}
    of_period = {name for name in macros if name.endswith("_between")}
    chosen, remarks = {}, []
    for name in _each_once(names or (OF_PERIOD if period else DASHBOARD)):
        if name in of_period:
            if period is None:
                raise UsageError(f"{name} is of a period: give --from and --to, --year or --last.")
            chosen[name] = statements.macro_rows(REPORTS, name, period.first, period.last)
        elif name not in there:
            near = difflib.get_close_matches(name, sorted({*there, *of_period}), n=3)
            what = f"; near it: {', '.join(near)}" if near else ": `figshare-warehouse describe` lists them"
            raise UsageError(f"There is no report {quoted(name)}{what}.")
        elif period is None:
            chosen[name] = statements.all_rows(there[name], name)
        else:
            chosen[name], column = _rows_of(connection, there[name], name, period)
            remarks.append(f"{name}: rows whose {column} is from {period}.")
    return {name: statements.ordered(query) for name, query in chosen.items()}, remarks


def _rows_of(connection: duckdb.DuckDBPyConnection, schema: str, name: str, period: Period) -> tuple[str, str]:
    """The query of a report's rows of a period, and the column by which they are chosen."""
    columns = _columns(connection, statements.all_rows(schema, name))
    if column := next((column for column in _MONTHS if column in columns), None):
        return statements.rows_between(schema, name, column, period.first.replace(day=1), period.last), column
    if column := next((column for column in _DAYS if column in columns), None):
        return statements.rows_between(schema, name, column, period.first, period.last), column
    raise UsageError(f"{name} has no days or months: leave out the period, or name one of {', '.join(OF_PERIOD)}.")


def _each_once(names: Sequence[str]) -> list[str]:
    """The names of reports without their schema."""
    prefixes = tuple(f"{schema}." for schema in REPORT_SCHEMAS)
    cleaned = (name.strip().lower() for name in names)
    return list(dict.fromkeys(name.partition(".")[2] if name.startswith(prefixes) else name for name in cleaned))


def _paths(names: Sequence[str], format_: Format, output: Path) -> tuple[list[Path], Path | None]:
    """The files to write, and the folder to create for them, if any."""
    is_file = output.suffix.lower() == f".{format_}" and not output.is_dir()
    if is_file and len(names) > 1 and format_ != "xlsx":
        raise UsageError(
            f"{len(names)} reports do not go into one {format_} file: name one report, or give --output a folder."
        )
    if is_file:
        return [output], None
    if output.is_file() or (output.suffix.lower().lstrip(".") in FORMATS and not output.is_dir()):
        raise UsageError(f"{output} is neither a folder nor a file *.{format_}: give --output one of them.")
    folder_place(output, OPTION)
    files = [WORKBOOK] if format_ == "xlsx" else [f"{name}.{format_}" for name in names]
    return [output / file for file in files], output


def _count(connection: duckdb.DuckDBPyConnection, query: str) -> int:
    [[count]] = connection.execute(statements.count_of(query)).fetchall()
    return int(count)


def _columns(connection: duckdb.DuckDBPyConnection, query: str) -> tuple[str, ...]:
    found = connection.execute(statements.none_of(query)).description or ()
    return tuple(column[0] for column in found)


def _rows(connection: duckdb.DuckDBPyConnection, query: str) -> Iterator[tuple[Value, ...]]:
    cursor = connection.execute(query)
    while rows := cursor.fetchmany(_ROWS_AT_ONCE):
        yield from rows


def _copy(connection: duckdb.DuckDBPyConnection, query: str, path: Path, options: str) -> int:
    [[count]] = connection.execute(statements.copy_to(path, query, options)).fetchall()
    return int(count)


def _write_csv(path: Path, columns: Sequence[str], rows: Iterable[tuple[Value, ...]]) -> int:
    count = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow([csv_value(column) for column in columns])
        for row in rows:
            writer.writerow([csv_value(value) for value in row])
            count += 1
    return count
