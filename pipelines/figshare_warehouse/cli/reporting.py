"""Commands that read the published file, never the warehouse: `status`, `report`, `site` and `export`."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from figshare_warehouse.ages import age_of
from figshare_warehouse.cli.options import (
    Group,
    PathOf,
    example,
    format_options,
    overwrite_option,
    page_options,
    period_options,
    reader_options,
)
from figshare_warehouse.cli.output import print_or_page, print_report
from figshare_warehouse.errors import UsageError

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from figshare_warehouse.periods import Period
    from figshare_warehouse.reports.export import Exported
    from figshare_warehouse.reports.report import Report
    from figshare_warehouse.warehouse.publish.published import Published


@click.command(
    epilog=example(
        "figshare-warehouse status", "figshare-warehouse status --json", "figshare-warehouse status --max-age 2d"
    )
)
@reader_options
@format_options
@click.option("--json", "format_", flag_value="json", help="The same as --format json.")
@click.option(
    "--max-age",
    metavar="AGE",
    help="End with status 7 when the last good refresh is older: 12h, 2d …",
)
def status(reading: Published, format_: str, output: Path | None, overwrite: bool, max_age: str | None) -> None:
    """Show what is published, how fresh it is, and what the last refreshes did."""
    from figshare_warehouse.clock import utc_now
    from figshare_warehouse.reports.status import refuse_older
    from figshare_warehouse.reports.status import status as status_of

    allowed = age_of(max_age, "--max-age") if max_age is not None else None
    with reading.opened() as connection:
        shown = status_of(connection, reading.current())
    print_report(shown, format_, output, may_overwrite=overwrite)
    if allowed is not None:
        refuse_older(shown, allowed, utc_now())


class _Reports(Group):
    """Names other ways to get a report that is not one of the subcommands."""

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError:
            raise UsageError(
                f"`report` shows {', '.join(self.commands)}, not '{args[0]}': `figshare-warehouse describe` lists all "
                "reports, and `figshare-warehouse export` writes any of them."
            ) from None


@click.group(
    cls=_Reports,
    epilog=example(
        "figshare-warehouse report institution",
        "figshare-warehouse report institution --year 2025-07",
        "figshare-warehouse report institution --year 2025-07 --format html --output year.html",
        "figshare-warehouse report author 0000-0002-1825-0097",
    ),
)
def report() -> None:
    """Show a report in the terminal, or write it as CSV, JSON or an HTML page."""


def _shown(command: Callable[[DuckDBPyConnection, Any], Report]) -> Callable[..., None]:
    """Opens the published file and prints the command's report."""

    @reader_options
    @period_options
    @page_options
    @wraps(command)
    def shown(
        subject: str | None,
        reading: Published,
        period: Period | None,
        format_: str,
        output: Path | None,
        overwrite: bool,
    ) -> None:
        with reading.opened() as connection:
            found = command(connection, subject)
            if period:
                from figshare_warehouse.reports.in_period import in_period

                found = in_period(connection, found, period)
            print_or_page(connection, found, format_, output, overwrite)

    return shown


@report.command(
    "article",
    epilog=example(
        "figshare-warehouse report article 5616445",
        "figshare-warehouse report article 10.6084/m9.figshare.5616445 --format json",
    ),
)
@click.argument("subject", metavar="ID|DOI|URL")
@_shown
def report_article(connection: DuckDBPyConnection, article: str) -> Report:
    """All that is known of one article: by Figshare's id, a DOI, or the address of its page."""
    from figshare_warehouse.reports import article as articles

    return articles.article(connection, article)


@report.command(
    "author", epilog=example("figshare-warehouse report author 'Ada Example' --format csv --output ada.csv")
)
@click.argument("subject", metavar="NAME|ORCID|ID")
@_shown
def report_author(connection: DuckDBPyConnection, author: str) -> Report:
    """One author and their articles: by name, ORCID iD or Figshare's author id."""
    from figshare_warehouse.reports import subjects

    return subjects.author(connection, author)


@report.command("group", epilog=example("figshare-warehouse report group 'School of Physics'"))
@click.argument("subject", metavar="ID|NAME")
@_shown
def report_group(connection: DuckDBPyConnection, group: str) -> Report:
    """One group, its subgroups and its articles."""
    from figshare_warehouse.reports import subjects

    return subjects.group(connection, group)


@report.command("institution", epilog=example("figshare-warehouse report institution --format json"))
@click.argument("subject", metavar="[ID]", required=False)
@_shown
def report_institution(connection: DuckDBPyConnection, institution: str | None) -> Report:
    """The institution: totals, groups, item types, years. ID is needed only where there are several."""
    from figshare_warehouse.reports import subjects

    return subjects.institution(connection, institution)


@report.command(
    "search",
    epilog=example("figshare-warehouse report search soil", "figshare-warehouse report search soil --format csv"),
)
@click.argument("subject", metavar="NAME")
@_shown
def report_search(connection: DuckDBPyConnection, search: str) -> Report:
    """The articles that a named search finds."""
    from figshare_warehouse.reports import subjects

    return subjects.search(connection, search)


@click.command(
    epilog=example(
        "figshare-warehouse site --output site",
        "figshare-warehouse site --output site --min-items 10",
        "figshare-warehouse site --output year --year 2025-07",
    )
)
@click.argument("institution", metavar="[ID]", required=False)
@reader_options
@click.option("--output", type=PathOf("folder"), required=True, help="The folder; it is created if needed.")
@overwrite_option("--output")
@period_options
@click.option(
    "--min-items",
    type=click.IntRange(1),
    default=5,
    show_default=True,
    help="Least number of items for an author's page.",
)
def site(
    institution: str | None, reading: Published, output: Path, overwrite: bool, period: Period | None, min_items: int
) -> None:
    """Write linked pages of the institution, its groups and its authors.

    ID is that of the institution, needed only where there are several. With a period the pages show what was published
    and used in it. Open index.html in a browser, from disk or from a web server; nothing is loaded from elsewhere.
    Earlier pages of groups and authors that no longer exist are removed; other files in the folder are left alone.
    """
    from rich.console import Console
    from rich.progress import Progress

    from figshare_warehouse.reports import subjects
    from figshare_warehouse.reports.html.site import write_site
    from figshare_warehouse.reports.terminal import size

    shown = Progress(console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty())
    with reading.opened() as connection, shown:
        task = shown.add_task("Pages", total=None)

        def step(total: int) -> None:
            shown.update(task, total=total, advance=1)

        found = subjects.institution(connection, institution)
        made = write_site(connection, found, output, min_items, step, overwrite, period)
    items = "1 item" if min_items == 1 else f"{min_items:,} items"
    removed = f"; {made.removed_count:,} removed" if made.removed_count else ""
    of = f", {period}" if period else ""
    click.echo(
        f"{made.index}: the institution, {made.group_count:,} groups and {made.author_count:,} authors with at least "
        f"{items}{of}, {size(made.size_bytes)}{removed}. "
        "Open it in a browser; it needs no network."
    )


@click.command(
    epilog=example(
        "figshare-warehouse export --format xlsx --output dashboard.xlsx",
        "figshare-warehouse export --format parquet --output tables",
        "figshare-warehouse export --format csv --output authors.csv authors",
        "figshare-warehouse export --format csv --output usage.csv usage_between --year 2025-07",
        "figshare-warehouse export --report annual --year 2025-07 --output annual.xlsx",
        "figshare-warehouse export --report annual --group 'School of Physics' --year 2025-07 --output physics.xlsx",
    )
)
@click.argument("reports", nargs=-1, metavar="[REPORT]...")
@reader_options
@click.option(
    "--format",
    "format_",
    type=click.Choice(["parquet", "csv", "xlsx", "json"]),
    help="parquet with types, csv in UTF-8 with a header, xlsx with a sheet per report, json as an array of rows.",
)
@click.option(
    "--output",
    type=PathOf("folder"),
    required=True,
    help="A folder, for a file per report; or for one report, and for xlsx, a file.",
)
@overwrite_option("--output")
@period_options
@click.option("--report", "made", type=click.Choice(["annual"]), help="A whole workbook: annual, of a --year.")
@click.option("--institution", metavar="ID|NAME", help="The institution of the annual report, where there are several.")
@click.option("--group", metavar="ID|NAME", help="Only this group in the annual report, with the groups below it.")
@click.option(
    "--exact",
    is_flag=True,
    help="csv: write text as it is, for programs; by default it is made harmless for spreadsheets.",
)
def export(
    reports: tuple[str, ...],
    reading: Published,
    format_: Any,
    output: Path,
    overwrite: bool,
    period: Period | None,
    made: str | None,
    institution: str | None,
    group: str | None,
    exact: bool,
) -> None:
    """Write whole reports to files for other programs; without REPORT, the eight tables of a dashboard.

    Files are written whole or not at all. `describe` lists the reports and says what their columns mean. With a period,
    of each REPORT the rows of it; without REPORT what was published and used in it, for each part.
    """
    if made:
        _export_annual(reading, reports, format_, institution, group, period, output, overwrite)
        return
    from figshare_warehouse.reports.export import export as write_files
    from figshare_warehouse.reports.export import written_by_duckdb

    for name, given in (("institution", institution), ("group", group)):
        if given is not None:
            raise UsageError(f"--{name} is for --report annual: other exports have all {name}s.")
    if format_ is None:
        raise UsageError("Choose a --format: parquet, csv, xlsx or json.")
    if exact and format_ != "csv":
        raise UsageError(f"--exact is for csv: {format_} always has text as it is.")
    with reading.opened(written_by_duckdb(reports, format_, output, period)) as connection:
        done = write_files(connection, reports, format_, output, exact, overwrite, period)
    where = done.files[0] if len(done.files) == 1 else f"{output}: {len(done.files)} files"
    _print_exported(done, f"{where}")
    click.echo("Try next: `figshare-warehouse describe REPORT` says what the rows and columns of a report mean.")


def _export_annual(
    reading: Published,
    reports: tuple[str, ...],
    format_: str | None,
    institution: str | None,
    group: str | None,
    period: Period | None,
    output: Path,
    overwrite: bool,
) -> None:
    from figshare_warehouse.reports.annual import write_annual

    if institution and group:
        raise UsageError("--group names the institution, too: leave out --institution.")
    if reports:
        raise UsageError("--report annual chooses its reports itself: leave out REPORT, or --report.")
    if period is None:
        raise UsageError("--report annual is of a period: give --year, --from and --to, or --last.")
    if format_ not in (None, "xlsx") or output.suffix.lower() != ".xlsx":
        raise UsageError("--report annual is a workbook: name a file *.xlsx with --output.")
    with reading.opened() as connection:
        done = write_annual(connection, institution, period, output, overwrite, group)
    _print_exported(done, f"{done.files[0]}, {period}")


def _print_exported(done: Exported, where: str) -> None:
    width = max(map(len, done.rows))
    for name, count in done.rows.items():
        click.echo(f"  {name:{width}} {count:>11,} rows")
    for note in done.notes:
        click.echo(note)
    click.echo(f"{where}, {sum(done.rows.values()):,} rows in all.")
