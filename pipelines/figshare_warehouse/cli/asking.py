"""The command for the user's queries: `sql`."""

from __future__ import annotations

import re
import shutil
import sys
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from figshare_warehouse.cli.options import DEFAULT_FORMAT, PathOf, example, format_of, overwrite_option, reader_options
from figshare_warehouse.errors import UsageError
from figshare_warehouse.outputs import part_of

if TYPE_CHECKING:
    from figshare_warehouse.warehouse.publish.published import Published

MOST_ROWS = 100
"""Rows that the terminal shows."""

_FILES = ("csv", "xlsx", "json", "parquet")
_COMMENT = re.compile(r"--(\s|[^=\n]*\n)")


class _Query(click.Command):
    """A command whose argument may begin with a comment, which looks like an option."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parses the arguments as click does, with a line break before a comment."""
        return super().parse_args(ctx, [f"\n{text}" if _COMMENT.match(text) else text for text in args])


@click.command(
    "sql",
    cls=_Query,
    epilog=example(
        "figshare-warehouse sql \"from licenses where scope = 'institution'\"",
        "figshare-warehouse sql \"from usage_between('2025-07-01', '2026-06-30')\" --output year.xlsx",
        'figshare-warehouse sql "describe articles"',
    ),
)
@click.argument("query", metavar="SELECT")
@reader_options
@click.option(
    "--format",
    "format_",
    type=click.Choice(["table", *_FILES]),
    help=DEFAULT_FORMAT,
)
@click.option("--output", type=PathOf(), help="Write to this file instead of the terminal.")
@overwrite_option("--output")
def sql(query: str, reading: Published, format_: Any, output: Path | None, overwrite: bool) -> None:
    """Ask the published file a question; `-` reads it from standard input.

    The query can read the reports, by their names alone, and no file. It changes nothing. Only you can read what
    --output writes of internal reports.
    """
    from figshare_warehouse.database.files import private
    from figshare_warehouse.reports.asked import Asked
    from figshare_warehouse.warehouse.publish.published import is_internal

    format_ = format_of(format_, output, _FILES)
    if output and format_ == "table":
        raise UsageError("A table is for the terminal: name a file *.csv, *.xlsx, *.json or *.parquet, or a --format.")
    if not output and format_ in ("xlsx", "parquet"):
        raise UsageError(f"{format_} is a file: name it with --output FILE.")
    text = _standard_input() if query == "-" else query
    written = [part_of(path) for path in (output, output.resolve())] if output else []
    with reading.opened(written, takes_internal=True) as connection:
        asked = Asked(connection, text)
        if output:
            # Only the user can read what is written of people.
            with private() if is_internal(connection) else nullcontext():
                done = asked.export(format_, output, overwrite)
            for note in done.notes:
                click.echo(note)
            click.echo(f"{output}: {sum(done.rows.values()):,} rows.")
            return
        if format_ == "table":
            _show(asked)
            return
        for part in asked.csv() if format_ == "csv" else asked.json():
            sys.stdout.buffer.write(part.encode("utf-8"))
        sys.stdout.flush()


def _standard_input() -> str:
    try:
        return sys.stdin.read()
    except UnicodeDecodeError:
        raise UsageError("Standard input takes UTF-8 text: write the query in UTF-8.") from None


def _show(asked: Any) -> None:
    from figshare_warehouse.reports.terminal import rows_table

    found = asked.section(MOST_ROWS)
    text = rows_table(replace(found, rows=found.rows[:MOST_ROWS]), shutil.get_terminal_size((100, 24)).columns)
    sys.stdout.buffer.write(text.encode("utf-8"))
    sys.stdout.flush()
    if len(found.rows) > MOST_ROWS:
        click.echo(f"… and more: only {MOST_ROWS:,} rows are shown; --output FILE.csv, say, writes all.")
