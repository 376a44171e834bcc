"""Commands for the SQL: `publish`, `views`, `check` and `describe`."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from figshare_warehouse.cli.options import (
    Group,
    PathOf,
    example,
    format_options,
    overwrite_option,
    published_option,
    reader_options,
    sql_dir_option,
    warehouse_option,
)
from figshare_warehouse.cli.output import print_report
from figshare_warehouse.cli.summary import of_publishing, who_reads
from figshare_warehouse.errors import FigshareWarehouseError, UsageError
from figshare_warehouse.exit_statuses import ExitStatus

if TYPE_CHECKING:
    from figshare_warehouse.models.dictionary import Described
    from figshare_warehouse.warehouse.publish.published import Published


@click.command(
    epilog=example(
        "figshare-warehouse publish",
        "figshare-warehouse publish --published /srv/bi/figshare_reports.duckdb",
        "figshare-warehouse publish --check figshare_reports.duckdb",
    )
)
@warehouse_option
@published_option
@overwrite_option("--published")
@sql_dir_option
@click.option("--check", "checked", type=PathOf(), help="Verify this published file, and publish nothing.")
def publish(
    warehouse: Path, published: Path | None, overwrite: bool, sql_dir: Path | None, checked: Path | None
) -> None:
    """Publish the reports again from the warehouse, without asking Figshare.

    Each refresh publishes at its end. Use this for another file, or when publishing failed. Readers that have the old
    file open keep it. --check ends with status 1 when the file is not whole.
    """
    from figshare_warehouse.clock import utc_now
    from figshare_warehouse.version import package_version
    from figshare_warehouse.warehouse import store
    from figshare_warehouse.warehouse.publish import publish as publish_reports
    from figshare_warehouse.warehouse.publish import working_files
    from figshare_warehouse.warehouse.publish.published import verify

    if checked is not None:
        found = verify(checked)
        click.echo(f"{checked}: {found.report_count} reports, {found.row_count:,} rows, whole.")
        return
    target = target_of(warehouse, published, overwrite, sql_dir)
    files = working_files(target)
    with store.locked(warehouse):
        with store.connected(warehouse, read_only=True) as connection:
            store.refuse_newer(connection, warehouse)
            # Where internal reports are is noted in the warehouse.
            is_noted = store.has_internal(connection)
        with store.connected(warehouse, not is_noted, must_be_loaded=True, files=files) as connection:
            done = publish_reports(connection, target, utc_now(), package_version(), sql_dir)
    click.echo(f"{done.path}: {done.report_count} reports. Connect a BI tool to it, read-only.")
    if done.internal is not None:
        click.echo(f"{done.internal}: the internal reports, {who_reads()}.")
    if done.internal_problem is not None:
        raise done.internal_problem
    for line in of_publishing([test.name for test in done.data_tests if not test.passed], done.dropped):
        click.echo(line)


def target_of(warehouse: Path, published: Path | None, overwrite: bool, sql_dir: Path | None) -> Published:
    """Returns where a warehouse that is there is published, checked before any file is created.

    Raises:
        UsageError: there is no warehouse, a name or one of the user's reports is wrong, or another file is there.
    """
    from figshare_warehouse.models.views import refuse_problems
    from figshare_warehouse.warehouse import store
    from figshare_warehouse.warehouse.publish.published import Published

    target = Published.of(warehouse, published, overwrite)
    store.check_name(target.path, "--published")
    target = target.refuse_foreign()
    store.check_name(warehouse, "--warehouse")
    store.refuse_absent(warehouse)
    if sql_dir is not None:
        refuse_problems(sql_dir)
    return target


@click.group(cls=Group, epilog=example("figshare-warehouse views list", "figshare-warehouse views show articles"))
def views() -> None:
    """The SQL views that make the reports: list, check, build, show."""


@views.command("list", epilog=example("figshare-warehouse views list", "figshare-warehouse views list --sql-dir mine"))
@sql_dir_option
def views_list(sql_dir: Path | None) -> None:
    """List the views, with what one row of each is."""
    from figshare_warehouse.models.views import list_views

    width = max(30, shutil.get_terminal_size().columns)
    for view in list_views(user_folder=sql_dir):
        click.echo(click.style(view.relation, bold=True))
        click.echo(click.wrap_text(view.grain, width, "    ", "    "))


@views.command(
    "check", epilog=example("figshare-warehouse views check", "figshare-warehouse views check --sql-dir mine")
)
@sql_dir_option
def views_check(sql_dir: Path | None) -> None:
    """Check the SQL files: names, dependencies, descriptions."""
    from figshare_warehouse.models.views import check, list_views

    problems = check(user_folder=sql_dir)
    for problem in problems:
        click.echo(str(problem), err=True)
    if problems:
        count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
        raise FigshareWarehouseError(f"{count} in the SQL files.")
    click.echo(f"{len(list_views(user_folder=sql_dir))} views, no problem.")


@views.command(
    "build", epilog=example("figshare-warehouse views build", "figshare-warehouse views build --sql-dir mine")
)
@warehouse_option
@sql_dir_option
def views_build(warehouse: Path, sql_dir: Path | None) -> None:
    """Create the views in the warehouse again, without asking Figshare."""
    from figshare_warehouse.models.views import build, list_views, refuse_problems
    from figshare_warehouse.warehouse import store

    if sql_dir is not None:
        refuse_problems(sql_dir)
    store.check_name(warehouse, "--warehouse")
    store.refuse_absent(warehouse)
    with store.locked(warehouse), store.connected(warehouse, must_be_loaded=True) as connection:
        store.refuse_newer(connection, warehouse)
        build(connection, user_folder=sql_dir)
    click.echo(f"{len(list_views(user_folder=sql_dir))} views in {warehouse}.")
    option = f" --sql-dir {sql_dir}" if sql_dir is not None else ""
    click.echo(f"To publish them: `figshare-warehouse publish{option}`, or the next refresh.")


@views.command("show", epilog=example("figshare-warehouse views show reports.articles"))
@click.argument("name")
@sql_dir_option
def views_show(name: str, sql_dir: Path | None) -> None:
    """Print the SQL of a view, with its description."""
    from figshare_warehouse.models.views import find_view

    click.echo(find_view(name, user_folder=sql_dir).text, nl=False)


@click.command(epilog=example("figshare-warehouse check", "figshare-warehouse check --format json"))
@warehouse_option
@sql_dir_option
@format_options
def check(warehouse: Path, sql_dir: Path | None, format_: str, output: Path | None, overwrite: bool) -> None:
    """Run the data tests: do the reports agree with each other? Shows the rows where they do not.

    Ends with status 1 when a test fails. Nothing is changed.
    """
    from figshare_warehouse.models.data_tests import run_data_tests
    from figshare_warehouse.reports.test_results import data_tests_report
    from figshare_warehouse.warehouse import store

    with store.connected(warehouse, read_only=True) as connection:
        done = run_data_tests(connection, user_folder=sql_dir)
    print_report(data_tests_report(done), format_, output, may_overwrite=overwrite)
    if not all(test.passed for test in done):
        sys.exit(ExitStatus.FAILED)


@click.command(
    epilog=example(
        "figshare-warehouse describe",
        "figshare-warehouse describe licenses",
        "figshare-warehouse describe usage school",
    )
)
@click.argument("words", nargs=-1, metavar="[REPORT | WORD...]")
@sql_dir_option
@reader_options
@click.option(
    "--markdown", type=PathOf("folder"), help="Write the report reference into this folder, a page per subject."
)
@overwrite_option("--markdown")
def describe(
    words: tuple[str, ...], sql_dir: Path | None, reading: Published, markdown: Path | None, overwrite: bool
) -> None:
    """Explain the rows and columns of a report, or find reports by words in their names, columns and texts.

    Without REPORT or WORD, list all reports. Your reports are those of --sql-dir, and those in the published file.
    """
    from figshare_warehouse.models import dictionary
    from figshare_warehouse.models.finding import found_text
    from figshare_warehouse.models.reference import write_reference

    width = max(30, shutil.get_terminal_size((100, 24)).columns)
    if markdown and words:
        raise UsageError("--markdown writes pages of all reports: leave out REPORT, or --markdown.")
    if markdown:
        pages = write_reference(markdown, sql_dir, overwrite)
        click.echo(f"{pages[0]}: the index of {len(pages) - 1} pages.")
        return
    beside = _published_beside(reading, sql_dir)
    text = found_text(words, width, sql_dir, beside) if words else dictionary.list_text(width, sql_dir, beside)
    sys.stdout.buffer.write(text.encode("utf-8"))
    sys.stdout.flush()


def _published_beside(reading: Published, sql_dir: Path | None) -> list[Described]:
    """The reports in the published file, if there is one, whose SQL files are not here."""
    from figshare_warehouse.models.commented import reports_beside
    from figshare_warehouse.models.views import EVERY, list_views, made_views

    if not reading.current().is_file():
        return []
    views = list_views(user_folder=sql_dir, schemas=EVERY)
    with reading.opened(takes_internal=True) as connection:
        return reports_beside(connection, [*views, *made_views(views)])
