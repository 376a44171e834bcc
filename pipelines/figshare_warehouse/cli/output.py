"""Output of a report: to the terminal, into a file, or as a page."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from figshare_warehouse.errors import UsageError

if TYPE_CHECKING:
    from figshare_warehouse.reports.report import Report


def print_or_page(
    connection: Any, report: Report, format_: str, output: Path | None, may_overwrite: bool = False
) -> None:
    """As `print_report`, or as a page."""
    if format_ != "html":
        print_report(report, format_, output, may_overwrite=may_overwrite)
        return
    if output is None:
        raise UsageError("A page is a file: name it with --output FILE.")
    from figshare_warehouse.reports.html.page import render
    from figshare_warehouse.reports.html.page_data import page_of
    from figshare_warehouse.reports.kinds import PAGE
    from figshare_warehouse.reports.report_files import write
    from figshare_warehouse.reports.terminal import size

    text = render(page_of(connection, report))
    write(output, text, PAGE, may_overwrite)
    click.echo(f"{output}: {size(len(text.encode('utf-8')))}. Open it in a browser; it needs no network.")


def print_report(
    report: Report,
    format_: str = "table",
    output: Path | None = None,
    max_rows: int | None = 20,
    may_overwrite: bool = False,
    has_options: bool = True,
) -> None:
    """Prints a report, or writes it into a file; the terminal shows a limited number of rows.

    Args:
        report: the report.
        format_: as for `terminal.render`.
        output: the file; None for the terminal.
        max_rows: most rows of each table in the terminal.
        may_overwrite: whether a file that is not ours may be replaced.
        has_options: whether the command has `--format` and `--output`, which show the rest.
    """
    from figshare_warehouse.reports.kinds import of_report
    from figshare_warehouse.reports.report_files import write
    from figshare_warehouse.reports.terminal import render

    is_terminal = output is None and sys.stdout.isatty()
    width = shutil.get_terminal_size((100, 24)).columns
    shown_rows, says_more = (max_rows, has_options) if output is None else (None, False)
    text = render(report, format_, width, shown_rows, is_terminal, says_more)  # type: ignore[arg-type]
    if output is None:
        sys.stdout.buffer.write(text.encode("utf-8"))
        sys.stdout.flush()
        return
    write(output, text, of_report(report, format_, text), may_overwrite, "leave out --output to print the report")
    click.echo(f"{output}: {len(report.rows.rows):,} rows.")
