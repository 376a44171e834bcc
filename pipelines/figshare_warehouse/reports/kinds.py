"""Recognizing our report files, so that only these are replaced.

Pages, workbooks and Parquet files have a mark. CSV and JSON have no place for one: they are recognized by their first
columns, a JSON report and a text table by their first lines.
"""

from __future__ import annotations

import csv
import io
import json
import os
import re
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path

from figshare_warehouse.outputs import Kind
from figshare_warehouse.reports.html.page import GENERATOR
from figshare_warehouse.reports.report import Report
from figshare_warehouse.reports.terminal import csv_value

_PAGE_MARK = f'<meta name="generator" content="{GENERATOR}">'
PARQUET_MARK = "written_by"
"""The key of our mark in a Parquet file's metadata."""

WORKBOOK_MARK = f"Written by {GENERATOR}."
"""The comment among a workbook's properties."""

_READ = 2**20
_PROPERTIES = "docProps/core.xml"
_JSON_REPORT = re.compile(r'\{\s*"report": "[a-z_]+",\s*"headline": \{')


def _beginning(path: Path, size: int = _READ) -> str:
    with path.open(encoding="utf-8", errors="replace", newline="") as file:
        return file.read(size)


def _is_page(path: Path) -> bool:
    return _PAGE_MARK in _beginning(path, 4096)


def _is_workbook(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as parts, parts.open(_PROPERTIES) as properties:
            return WORKBOOK_MARK.encode() in properties.read(_READ)
    except (zipfile.BadZipFile, KeyError, EOFError, NotImplementedError, RuntimeError, zlib.error):
        return False


def _is_parquet(path: Path) -> bool:
    with path.open("rb") as file:
        length = file.seek(0, os.SEEK_END)
        file.seek(max(0, length - 8))
        end = file.read()
        # It ends with its metadata, the length of these, and four letters.
        size = int.from_bytes(end[:4], "little")
        if end[4:] != b"PAR1" or size > length - 12:
            return False
        file.seek(length - 8 - size)
        metadata = file.read(size)
    return PARQUET_MARK.encode() in metadata and GENERATOR.encode() in metadata


PAGE = Kind("a page", _is_page)
WORKBOOK = Kind("a workbook", _is_workbook)
PARQUET = Kind("a Parquet file", _is_parquet)


def csv_of(columns: Sequence[str]) -> Kind:
    """A CSV of a report with these columns."""

    def is_ours(path: Path) -> bool:
        try:
            header = next(csv.reader(io.StringIO(_beginning(path), newline="")), [])
        except csv.Error:
            return False
        return _is_header(header, columns) or _is_header(header, [str(csv_value(column)) for column in columns])

    return Kind("a CSV of this report", is_ours)


def json_rows_of(columns: Sequence[str]) -> Kind:
    """A JSON array of the rows of a report with these columns."""

    def is_ours(path: Path) -> bool:
        text = _beginning(path).lstrip()
        if not text.startswith("["):
            return False
        text = text[1:].lstrip()
        if text.startswith("]"):
            # An empty file holds nothing to lose.
            return not text[1:].strip()
        try:
            first, _ = json.JSONDecoder().raw_decode(text)
        except (ValueError, RecursionError):
            return False
        return isinstance(first, dict) and _is_header(list(first), columns)

    return Kind("a JSON file of this report", is_ours)


def _is_header(found: Sequence[str], columns: Sequence[str]) -> bool:
    """Whether a file's columns are those of a report, which may have more by now: custom fields are columns, too."""
    return found[:1] == list(columns[:1]) and set(found) <= set(columns) and 2 * len(found) >= len(columns)


def of_report(report: Report, format_: str, text: str) -> Kind:
    """Returns the kind of a report's file.

    Args:
        report: the report.
        format_: `table`, `csv` or `json`.
        text: what will be written.
    """
    if format_ == "csv":
        return csv_of(report.rows.columns)
    if format_ == "json":
        return Kind("a JSON report", lambda path: bool(_JSON_REPORT.match(_beginning(path, 4096))))
    return Kind("a table of this report", lambda path: _is_same_table(_beginning(path, 4096), text))


def _is_same_table(old: str, new: str) -> bool:
    """Whether two tables have the same title and first label; a narrower terminal shortens them."""
    lines = [[*text.splitlines(), "", ""][:2] for text in (old, new)]
    (old_title, old_label), (new_title, new_label) = (
        (title.rstrip("…"), label.split("  ")[0].rstrip("…")) for title, label in lines
    )
    return all(
        one and other and (one.startswith(other) or other.startswith(one))
        for one, other in ((old_title, new_title), (old_label, new_label))
    )
