"""The user's query over the published file: one `select`, which reads the reports and nothing else."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from math import isfinite
from pathlib import Path
from typing import Any

import duckdb

from figshare_warehouse.database import statements
from figshare_warehouse.errors import UsageError, one_line
from figshare_warehouse.models.sqlfiles import INTERNAL, REPORT_SCHEMAS
from figshare_warehouse.reports.export import Exported, Format, export_query
from figshare_warehouse.reports.report import Section, Value
from figshare_warehouse.reports.terminal import csv_line, safe_json
from figshare_warehouse.reports.text import harmless
from figshare_warehouse.warehouse.publish.published import is_internal

NAME = "query"
"""The name of its sheet, and of its rows."""

_ROWS_AT_ONCE = 10_000


class Asked:
    """A query, checked.

    Args:
        connection: the published file, which reaches no other files.
        text: the query.

    Raises:
        UsageError: it is not one `select`, or DuckDB refuses it.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, text: str) -> None:
        self._connection = connection
        try:
            connection.execute(statements.use_schemas([INTERNAL] if is_internal(connection) else REPORT_SCHEMAS))
            parts = connection.extract_statements(text)
        except duckdb.Error as error:
            raise _refused(error, _described_macro(text)) from error
        if len(parts) != 1 or parts[0].type != duckdb.StatementType.SELECT:
            raise UsageError("The query must be one `select`: it reads the published file and changes nothing.")
        self.query = statements.of_query(_unended(parts[0].query))

    def section(self, most: int) -> Section:
        """Returns the first rows as a table, of which the terminal shows all columns that it can.

        Args:
            most: how many rows; one more is returned where there are more.
        """
        columns, rows = next(self._batches(most + 1))
        return Section(NAME, "", columns, rows, {column: column for column in columns})

    def csv(self) -> Iterator[str]:
        """Yields the rows as CSV, as in `report --format csv`, some at a time."""
        for number, (columns, rows) in enumerate(self._batches(_ROWS_AT_ONCE)):
            header = "" if number else csv_line(columns)
            yield header + "".join(csv_line(row) for row in rows)

    def json(self) -> Iterator[str]:
        """Yields the rows as a JSON array with an object for each, some at a time."""
        begin = "[\n"
        for columns, rows in self._batches(_ROWS_AT_ONCE):
            for row in rows:
                values = [value.isoformat() if isinstance(value, date) else value for value in row]
                yield begin + safe_json(json.dumps(dict(zip(columns, values, strict=True)), ensure_ascii=False))
                begin = ",\n"
        yield "[]\n" if begin == "[\n" else "\n]\n"

    def export(self, format_: Format, path: Path, may_overwrite: bool) -> Exported:
        """Writes all rows to a file.

        Args:
            format_: `parquet`, `csv`, `json` or `xlsx`.
            path: the file.
            may_overwrite: whether any file may be replaced, not only an earlier one of the same columns.
        """
        try:
            return export_query(self._connection, NAME, self.query, format_, path, may_overwrite)
        except duckdb.Error as error:
            raise _refused(error) from error

    def _batches(self, size: int) -> Iterator[tuple[tuple[str, ...], list[tuple[Value, ...]]]]:
        """Yields the columns with some rows, at least once."""
        try:
            cursor = self._connection.execute(self.query)
            columns = tuple(column[0] for column in cursor.description or ())
            rows = cursor.fetchmany(size)
            yield columns, [tuple(map(_value, row)) for row in rows]
            while rows := cursor.fetchmany(size):
                yield columns, [tuple(map(_value, row)) for row in rows]
        except duckdb.Error as error:
            raise _refused(error) from error


def _unended(text: str) -> str:
    """A statement without the `;` at its end, which comments may follow."""
    ends = [place for place, kind in duckdb.tokenize(text) if kind != duckdb.token_type.comment]
    written = text.encode("utf-8")
    return written[: ends[-1]].decode("utf-8") if written[ends[-1] :].startswith(b";") else text


def _value(value: Any) -> Value:
    """A value as reports have them: numbers, text and times; whatever else DuckDB has is text."""
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, float) and not isfinite(value):
        return str(value)
    if value is None or isinstance(value, str | int | float | bool | date | datetime):
        return value
    return str(value)


_DESCRIBED = re.compile(r"(?:\s|--[^\n]*\n)*(describe|summarize)\s+([\w.]+)\s*\(", re.IGNORECASE)


def _described_macro(text: str) -> str:
    """What to write in place of `describe a_macro(…)`, which is no SQL; empty for any other query."""
    found = _DESCRIBED.match(text)
    return f": write `{found[1].lower()} select * from {found[2]}(…)`" if found else ""


def _refused(error: duckdb.Error, hint: str = "") -> UsageError:
    # The rest quotes the query, with marks below it that make no sense on one line.
    said = harmless(one_line(str(error).partition("\n\nLINE ")[0])).rstrip(".")
    return UsageError(f"The query was refused: {said}{hint}.")
