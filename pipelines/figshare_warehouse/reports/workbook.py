"""Reports as an Excel workbook, written row by row: text stays text, dates are dates, and no cell is ever a formula."""

from __future__ import annotations

import math
import re
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from textwrap import wrap
from typing import Literal
from urllib.parse import quote

import xlsxwriter
from xlsxwriter.exceptions import FileSizeError, XlsxWriterException
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from figshare_warehouse.errors import FigshareWarehouseError, UsageError
from figshare_warehouse.reports.kinds import WORKBOOK_MARK
from figshare_warehouse.reports.report import Value, number_kind
from figshare_warehouse.reports.text import is_formula_like, without_controls

MOST_ROWS = 1_048_575
"""Most rows of a sheet below its header (Excel's limit)."""

MOST_COLUMNS = 16_384
LONGEST_CELL = 32_767
"""Most UTF-16 units in a cell (Excel's limit)."""

MOST_LINKS = 65_530
"""Most links of a sheet (Excel's limit)."""

CUT = " … [cut]"
"""The end of a text that was cut."""

_LONGEST_NAME = 31
_NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_NOT_IN_XML = re.compile("[\ud800-\udfff\ufffe\uffff]")
_LINK = re.compile(r"https?://[^\s\x00-\x20\"<>]{1,2000}")
_DOI = re.compile(r"10\.\d{4,9}/\S{1,1000}")
# A spreadsheet's numbers have 15 digits; a longer whole number would change, so it is written as text.
_LARGEST_INTEGER = 10**15 - 1
# Spreadsheets count days from 1900, with a 29 February 1900 that never was.
_FIRST_DAY = date(1900, 3, 1)
_ROWS_MEASURED = 1000
_NARROWEST, _WIDEST = 9, 60
_NARROWEST_WRAPPED = 22
_WIDEST_LINK = 34
_WIDEST_PRINTED = 180
"""Most characters of a line that can still be read where they are printed on the width of one page."""

_LINE = 15
"""Height of a line of text, in points."""

_MOST_LINES = 20
_A4 = 9

Kind = Literal["bytes", "count", "ratio", "day", "month", "time", "other", "header", "text", "formula-like", "link"]
_FORMATS: dict[Kind, dict[str, object]] = {
    "bytes": {"num_format": "#,##0"},
    "count": {"num_format": "#,##0"},
    "ratio": {"num_format": "0.0%"},
    "other": {},
    "day": {"num_format": "yyyy-mm-dd"},
    "month": {"num_format": "mmm yyyy"},
    "time": {"num_format": "yyyy-mm-dd hh:mm:ss"},
    "header": {"bold": True, "bg_color": "#DDE6EF", "bottom": 1, "valign": "top"},
    "text": {},
    # As if typed with a leading apostrophe: it stays text when someone edits the cell.
    "formula-like": {"quote_prefix": True},
    "link": {"font_color": "#0563C1", "underline": 1},
}


def check_size(sizes: Mapping[str, tuple[int, int]]) -> None:
    """Refuses what does not fit into sheets.

    Args:
        sizes: report → its rows and columns.

    Raises:
        UsageError: a report has more than a sheet holds.
    """
    for name, (rows, columns) in sizes.items():
        if rows > MOST_ROWS:
            raise UsageError(
                f"{name} has {rows:,} rows, and a sheet holds {MOST_ROWS:,} beneath its header: export it with "
                "--format parquet (or csv), which have no limit. Nothing was written."
            )
        if columns > MOST_COLUMNS:
            raise UsageError(
                f"{name} has {columns:,} columns, and a sheet holds {MOST_COLUMNS:,}: export it with --format parquet "
                "(or csv). Nothing was written."
            )


def sheet_names(names: Sequence[str]) -> list[str]:
    """Returns a valid sheet name for each report: short, unique, without forbidden characters.

    Args:
        names: the reports; `article_main_wide` becomes `main`, `article_tags` becomes `tags`.
    """
    found: list[str] = []
    used: set[str] = {"history"}  # Excel keeps this name for itself.
    for name in names:
        short = name.removeprefix("article_").removesuffix("_wide") if name.startswith("article_") else name
        wishes = [short] if short not in names else []
        wishes += [name, *(f"{name[: _LONGEST_NAME - 5]} ({number})" for number in range(2, 1000))]
        for wish in wishes:
            fit = _NOT_IN_NAMES.sub("_", wish)[:_LONGEST_NAME].strip("' ") or "report"
            if fit.casefold() not in used:
                break
        used.add(fit.casefold())
        found.append(fit)
    return found


def write_workbook(
    path: Path,
    reports: Iterable[tuple[str, Sequence[str], Iterable[tuple[Value, ...]]]],
    headings: Mapping[str, str] | None = None,
) -> tuple[dict[str, int], list[str]]:
    """Writes a workbook with a sheet per report, a row at a time.

    With headings it is one to be read and printed: texts are wrapped in narrow columns, and months have names.

    Args:
        path: the file.
        reports: name, columns and rows of each.
        headings: column → its heading; of others it is the column.

    Returns:
        Report → number of rows; and remarks, in sentences.

    Raises:
        FigshareWarehouseError: the file cannot be written, or a sheet would be larger than a workbook can hold.
    """
    counts: dict[str, int] = {}
    notes: list[str] = []
    reports = list(reports)
    names = sheet_names([name for name, _, _ in reports])
    with tempfile.TemporaryDirectory(prefix="figshare-warehouse-", ignore_cleanup_errors=True) as folder:
        options = {
            "constant_memory": True,
            "tmpdir": folder,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        }
        try:
            with xlsxwriter.Workbook(str(path), options) as book:
                book.set_properties({"comments": WORKBOOK_MARK})
                formats = {
                    kind: book.add_format(properties | ({} if headings is None else _to_be_read(kind)))
                    for kind, properties in _FORMATS.items()
                }
                for title, (name, columns, rows) in zip(names, reports, strict=True):
                    sheet = _Sheet(book.add_worksheet(title), formats, columns, headings)
                    counts[name] = sheet.fill(rows)
                    notes += sheet.notes(title)
        except FileSizeError as error:
            raise FigshareWarehouseError(
                "The workbook would be larger than Excel can hold (4 GB a sheet): use --format parquet."
            ) from error
        except XlsxWriterException as error:
            raise FigshareWarehouseError(f"The workbook cannot be written: {error}") from error
    return counts, notes


def _to_be_read(kind: Kind) -> dict[str, object]:
    is_number = kind in ("bytes", "count", "ratio", "other")
    # Otherwise a text begins right at the number before it.
    return {"text_wrap": True, "valign": "top"} | ({} if is_number else {"align": "left", "indent": 1})


@dataclass(slots=True)
class _Sheet:
    """A sheet that is being written."""

    sheet: Worksheet
    formats: Mapping[Kind, Format]
    columns: Sequence[str]
    headings: Mapping[str, str] | None
    cut_count: int = 0
    links_left: int = MOST_LINKS
    unlinked_count: int = 0
    widths: list[int] = field(default_factory=list)

    def fill(self, rows: Iterable[tuple[Value, ...]]) -> int:
        """Writes header and rows; returns how many rows."""
        self.sheet.freeze_panes(1, 0)
        shown = [(self.headings or {}).get(column, column) for column in self.columns]
        # Space for the filter button beside the name; a wrapped one is as wide as its longest word.
        parts = [[heading] if self.headings is None else heading.split() for heading in shown]
        self.widths = [max(map(len, words)) + 3 for words in parts]
        is_link = [column in ("url", "doi") or column.endswith(("_url", "_doi")) for column in self.columns]
        widest = [_WIDEST for _ in shown]
        if self.headings is not None:
            wrapped = min(_WIDEST, max(_NARROWEST_WRAPPED, _WIDEST_PRINTED // max(len(shown), 1)))
            # Nothing breaks within an address.
            widest = [max(wrapped, _WIDEST_LINK) if link else wrapped for link in is_link]
            self._set_height(0, zip(shown, self.widths, strict=True))
        for place, heading in enumerate(shown):
            self.sheet.write_string(0, place, self._fit(heading), self.formats["header"])
        kinds = [number_kind(column) for column in self.columns]
        count = 0
        for count, row in enumerate(rows, start=1):
            for place, value in enumerate(row):
                if value is None:
                    continue
                width = self._write(count, place, value, kinds[place], is_link[place])
                if count <= _ROWS_MEASURED:
                    self.widths[place] = max(self.widths[place], width)
            if self.headings is not None:
                texts = zip(row, widest, strict=True)
                self._set_height(count, ((value, width) for value, width in texts if isinstance(value, str)))
        self.widths = [min(max(width + 2, _NARROWEST), most) for width, most in zip(self.widths, widest, strict=True)]
        for place, width in enumerate(self.widths):
            self.sheet.set_column(place, place, width)
        if self.columns:
            self.sheet.autofilter(0, 0, max(count, 1), len(self.columns) - 1)
        self._set_paper()
        return count

    def _set_height(self, row: int, texts: Iterable[tuple[str, int]]) -> None:
        """Makes a row as high as its wrapped texts need: not every program does that by itself."""
        lines = max((len(wrap(text, width)) for text, width in texts), default=1)
        self.sheet.set_row(row, _LINE * min(max(lines, 1), _MOST_LINES))

    def _set_paper(self) -> None:
        """Prints it across, with the header on each page, on one page's width where that can be read."""
        self.sheet.set_landscape()
        self.sheet.set_paper(_A4)
        self.sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        self.sheet.set_footer("&L&A&R&P / &N")
        self.sheet.repeat_rows(0)
        self.sheet.hide_gridlines(0)
        if self.headings is not None or sum(self.widths) <= _WIDEST_PRINTED:
            self.sheet.fit_to_pages(1, 0)

    def notes(self, title: str) -> list[str]:
        """Remarks about the sheet."""
        found = []
        if self.cut_count:
            found.append(
                f"Sheet {title}: {self.cut_count:,} texts longer than a cell holds ({LONGEST_CELL:,} characters) were "
                f"cut; they end with '{CUT.strip()}'. Parquet, CSV and JSON have them whole."
            )
        if self.unlinked_count:
            found.append(
                f"Sheet {title}: a sheet holds {MOST_LINKS:,} links; {self.unlinked_count:,} further addresses are "
                "plain text."
            )
        return found

    def _write(self, row: int, place: int, value: object, kind: Kind, is_link: bool) -> int:
        """Writes one cell; returns how many characters wide it is."""
        if isinstance(value, bool):
            if self.headings is None:
                self.sheet.write_boolean(row, place, value)
            else:
                self.sheet.write_string(row, place, "yes" if value else "no", self.formats["text"])
            return 5
        if isinstance(value, int) and abs(value) <= _LARGEST_INTEGER:
            self.sheet.write_number(row, place, value, self.formats[kind])
            return len(f"{value:,}")
        if isinstance(value, float | Decimal) and math.isfinite(value):
            self.sheet.write_number(row, place, value, self.formats[kind])
            return 8
        if isinstance(value, datetime) and value.date() >= _FIRST_DAY:
            self.sheet.write_datetime(row, place, value.replace(tzinfo=None), self.formats["time"])
            return 19
        if isinstance(value, date) and not isinstance(value, datetime) and value >= _FIRST_DAY:
            is_named = self.headings is not None and self.columns[place] == "month"
            self.sheet.write_datetime(row, place, value, self.formats["month" if is_named else "day"])
            return 10
        text = self._fit(value.isoformat() if isinstance(value, date) else str(value))
        if is_link and (address := _address(text)):
            if self.links_left:
                self.links_left -= 1
                self.sheet.write_url(row, place, address, self.formats["link"], text)
                return len(text)
            self.unlinked_count += 1
        kind = "formula-like" if is_formula_like(text) else "text"
        self.sheet.write_string(row, place, text, self.formats[kind])
        return max(map(len, text.splitlines()), default=0)

    def _fit(self, text: str) -> str:
        """Text that a cell can hold."""
        kept = _NOT_IN_XML.sub("\ufffd", without_controls(text)).replace("\r\n", "\n").replace("\r", "\n")
        if len(kept) > LONGEST_CELL // 2 and _units(kept) > LONGEST_CELL:
            kept = kept.encode("utf-16-le")[: 2 * (LONGEST_CELL - len(CUT))].decode("utf-16-le", "ignore") + CUT
            self.cut_count += 1
        # XlsxWriter, row by row, takes text in these marks for its markup and does not escape it.
        return f"{kept} " if kept.startswith("<r>") and kept.endswith("</r>") else kept


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def _address(text: str) -> str | None:
    """The address of a link or a DOI; None for other text."""
    if _LINK.fullmatch(text):
        return text
    return f"https://doi.org/{quote(text, safe='/:;()._-')}" if _DOI.fullmatch(text) else None
