"""A report as text: a table for the terminal, CSV or JSON."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Literal

from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from figshare_warehouse.reports.report import Report, Section, Value, number_kind
from figshare_warehouse.reports.text import harmless, is_right_to_left, spreadsheet_cell

Format = Literal["table", "csv", "json"]

_UNKNOWN = "–"
_WITH_PAGE = ("article", "author", "group", "institution", "search", "reviews", "account", "administration")
_NARROWEST = 8
_BETWEEN = 2
_LEFT_TO_RIGHT = "\u200e"
# Raw in JSON but not for a terminal: DEL, C1 controls, direction marks and overrides.
_RAW_IN_JSON = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")


def render(
    report: Report,
    format_: Format,
    width: int = 80,
    max_rows: int | None = 20,
    color: bool = False,
    says_more: bool = False,
) -> str:
    """Returns a report as text that ends with a line break.

    Args:
        report: the report.
        format_: `table` for people; `csv` for the rows with all columns; `json` for everything.
        width: the terminal's columns, for `table`; no line is longer.
        max_rows: for `table`, most rows of each section; None for all.
        color: for `table`, whether the terminal takes ANSI styles.
        says_more: for `table`, whether it ends with how to see what is not shown, if anything.
    """
    if format_ == "csv":
        return to_csv(report)
    if format_ == "json":
        return to_json(report)
    return to_table(report, width, max_rows, color, says_more)


def to_csv(report: Report) -> str:
    """Returns the rows as CSV (RFC 4180, with a header): not known is empty, sizes are bytes, times UTC."""
    return "".join(csv_line(row) for row in (report.rows.columns, *report.rows.rows))


def csv_line(values: Sequence[Value]) -> str:
    """Returns a row of CSV."""
    line = io.StringIO(newline="")
    csv.writer(line, lineterminator="\r\n").writerow([csv_value(value) for value in values])
    return line.getvalue()


def to_json(report: Report) -> str:
    """Returns the report as a JSON object: `report`, `headline`, `rows`, and further tables by their names."""
    content: dict[str, object] = {
        "report": report.name,
        "headline": {name: _json_value(value) for name, value in report.headline.items()},
    }
    for section in (report.rows, *report.others):
        content[section.name] = [
            {name: _json_value(value) for name, value in zip(section.columns, row, strict=True)} for row in section.rows
        ]
    text = json.dumps(content, ensure_ascii=False, indent=2, allow_nan=False)
    return safe_json(text) + "\n"


def safe_json(text: str) -> str:
    """Returns JSON of the same values without characters that a terminal obeys."""
    return _RAW_IN_JSON.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def to_table(
    report: Report, width: int = 80, max_rows: int | None = 20, color: bool = False, says_more: bool = False
) -> str:
    """Returns the report as tables of at most `width` columns; arguments as for `render`."""
    lines = io.StringIO()
    console = _console(lines, width, color)
    console.print(_text(harmless(report.title), "bold"), no_wrap=True, overflow="ellipsis")
    absent = dict.fromkeys(report.shown, "unknown") | report.absent
    known = [name for name in report.shown if name in report.headline]
    labels = {report.shown[name]: _words(name, report.headline[name], absent) for name in known}
    space = max((cell_len(label) for label in labels.values()), default=0)
    head = Table.grid(padding=(0, _BETWEEN, 0, 0))
    left = max((cell_len(label) for label in labels), default=0)
    left = min(left, max(width // 2 - _BETWEEN, 1))
    head.add_column(no_wrap=True, overflow="ellipsis", width=left)
    head.add_column(overflow="fold", width=max(min(space, width - left - 2 * _BETWEEN), 1))
    for label, words in labels.items():
        head.add_row(_text(label, "dim"), _text(words))
    if labels:
        console.print(head)
    cut: set[str] = set()
    narrowed: set[str] = set()
    for section in (*report.others, report.rows):
        console.print()
        if section.title:
            console.print(_text(section.title, "bold"))
        if not section.rows:
            console.print(_text(section.empty))
            continue
        rows = section.rows[: section.most if max_rows is not None and section.most is not None else max_rows]
        table = _table(section, rows, width)
        console.print(table)
        if len(table.columns) < len(section.shown.keys() & set(section.columns)):
            narrowed.add(section.name)
        if len(rows) < len(section.rows):
            cut.add(section.name)
            console.print(_text(f"… and {len(section.rows) - len(rows):,} more"), no_wrap=True, overflow="ellipsis")
    if says_more and (cut or narrowed):
        console.print()
        console.print(_text(_more(report, cut, narrowed)))
    return _trimmed(lines)


def _more(report: Report, cut: set[str], narrowed: set[str]) -> str:
    """How to see what is not shown, in a sentence or two."""
    # CSV holds the main table only.
    options = ["--format csv" if cut | narrowed == {report.rows.name} else "--format json"]
    if report.name in _WITH_PAGE:
        options.append("--output FILE.html")
    fit = "Some columns do not fit. " if narrowed else ""
    return f"{fit}{' or '.join(options)} shows {'all rows' if cut else 'them'}."


def rows_table(section: Section, width: int) -> str:
    """Returns the rows of a section as a table, and below it the columns that are too many for the terminal.

    Args:
        section: the section.
        width: the terminal's columns.
    """
    lines = io.StringIO()
    console = _console(lines, width, False)
    if not section.rows:
        return "none\n"
    table = _table(section, section.rows, width)
    console.print(table)
    dropped = section.columns[len(table.columns) :]
    if dropped:
        names = ", ".join(harmless(name) for name in dropped)
        console.print(_text(f"Columns that do not fit: {names}. --output FILE.csv, say, writes all."))
    return _trimmed(lines)


def _console(lines: io.StringIO, width: int, color: bool) -> Console:
    return Console(
        file=lines,
        width=width,
        force_terminal=color,
        color_system="standard" if color else None,
        legacy_windows=False,
        highlight=False,
        emoji=False,
        markup=False,
    )


def _trimmed(lines: io.StringIO) -> str:
    return "".join(f"{line.rstrip()}\n" for line in lines.getvalue().splitlines())


def _table(section: Section, rows: list[tuple[Value, ...]], width: int) -> Table:
    names = [name for name in section.shown if name in section.columns]
    places = [section.columns.index(name) for name in names]
    cells = [
        [_words(name, row[place], section.absent) for name, place in zip(names, places, strict=True)] for row in rows
    ]
    is_number = [_is_number(name, [row[place] for row in rows]) for name, place in zip(names, places, strict=True)]
    headings = [harmless(section.shown[name]) for name in names]
    natural = [max(cell_len(line[i]) for line in [headings, *cells]) for i in range(len(names))]
    is_fixed = [
        number or name.endswith(("_on", "_at", "orcid", "doi")) for number, name in zip(is_number, names, strict=True)
    ]
    widths = _fit(natural, is_fixed, width)
    table = Table(box=None, show_edge=False, pad_edge=False, padding=(0, _BETWEEN, 0, 0), header_style="bold")
    for name, heading, width, number in zip(names, headings, widths, is_number, strict=False):
        justify: Literal["right", "left"] = "right" if number else "left"
        is_cut = name not in section.whole
        overflow: Literal["ellipsis", "fold"] = "ellipsis" if is_cut else "fold"
        table.add_column(Text(heading), justify=justify, width=width, no_wrap=is_cut, overflow=overflow)
    for line in cells:
        # Otherwise a bidirectional terminal reorders right-to-left text with its neighbours.
        mark = _LEFT_TO_RIGHT if any(map(is_right_to_left, line)) else ""
        table.add_row(*(Text(mark + cell) for cell in line[: len(widths)]))
    return table


def _fit(natural: list[int], is_fixed: list[bool], width: int) -> list[int]:
    """Widths of the columns that fit: long texts are shortened first, then the last columns are dropped.

    The first text, which names the row, keeps a quarter of the width.
    """
    for kept in range(len(natural), 0, -1):
        widths = natural[:kept]
        free = [place for place in range(kept) if not is_fixed[place]]
        least = {place: width // 4 if place == free[0] else _NARROWEST for place in free}
        excess = sum(widths) + _BETWEEN * (kept - 1) - width
        while excess > 0 and free:
            widest = max(free, key=lambda place: widths[place] - least[place])
            if widths[widest] <= max(least[widest], _NARROWEST):
                break
            widths[widest] -= 1
            excess -= 1
        if excess <= 0:
            return widths
    return [max(min(natural[0], width), 1)]


def _is_number(name: str, values: list[Value]) -> bool:
    return number_kind(name) != "other" or any(
        isinstance(value, int) and not isinstance(value, bool) for value in values
    )


def _words(name: str, value: Value, absent: Mapping[str, str] | None = None) -> str:
    """A value as people read it."""
    if value is None:
        return (absent or {}).get(name, _UNKNOWN)
    kind = number_kind(name)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        if kind == "bytes":
            return size(value)
        if kind == "ratio":
            return percent(value)
        return f"{value:,}" if kind == "count" else str(value)
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="minutes")
    if isinstance(value, date):
        return value.isoformat()
    return harmless(value)


def percent(share: float) -> str:
    """Returns a ratio as text; a small one is never shown as zero."""
    return "< 0.1%" if 0 < share < 0.0005 else f"{share:.1%}"


def size(count: float) -> str:
    """Returns bytes in steps of 1,000, as file managers and Figshare's pages show them."""
    for unit in ("B", "kB", "MB", "GB", "TB"):
        if abs(count) < 999.95 or (unit == "B" and abs(count) < 1000):
            return f"{count:,.0f} B" if unit == "B" else f"{count:,.1f} {unit}"
        count /= 1000
    return f"{count:,.1f} PB"


def csv_value(value: Value) -> str | int | float:
    """Returns a value for CSV: text made harmless for spreadsheets, times as ISO 8601, None empty."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return value
    return spreadsheet_cell(value) if isinstance(value, str) else value.isoformat()


def _json_value(value: Value) -> str | int | float | bool | None:
    return value.isoformat() if isinstance(value, date) else value


def _text(text: str, style: str = "") -> Text:
    return Text(text, style=style)
