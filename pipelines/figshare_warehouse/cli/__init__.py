"""The `figshare-warehouse` command: all subcommands, and how errors become messages and exit statuses."""

from __future__ import annotations

import sys
import traceback

import click

from figshare_warehouse.cli import administration, asking, forgetting, loading, reporting, sql, trying
from figshare_warehouse.cli.options import Commands, example
from figshare_warehouse.errors import FigshareWarehouseError, one_line
from figshare_warehouse.exit_statuses import ExitStatus, in_short

CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


@click.group(
    cls=Commands,
    context_settings=CONTEXT,
    epilog=example(
        "figshare-warehouse demo",
        "figshare-warehouse refresh --institution 1234",
        "figshare-warehouse report institution",
    )
    + f"\n\nExit status: {in_short()}.",
)
@click.version_option(package_name="figshare-warehouse")
@click.option("--debug", is_flag=True, expose_value=False, help="Show where an error comes from.")
def cli() -> None:
    """A Figshare repository's public record in DuckDB, with reports in plain SQL."""


for internal in (administration.reviews, administration.account, administration.administration):
    reporting.report.add_command(internal)

for command in (
    trying.demo,
    loading.plan,
    loading.refresh,
    loading.schedule,
    reporting.status,
    reporting.report,
    reporting.site,
    reporting.export,
    asking.sql,
    sql.describe,
    sql.check,
    sql.publish,
    sql.views,
    forgetting.forget,
    trying.sandbox,
):
    cli.add_command(command)


def main(arguments: list[str] | None = None) -> None:
    """Runs the command line and exits with its status."""
    is_debug = "--debug" in (sys.argv[1:] if arguments is None else arguments)
    try:
        cli.main(args=arguments, prog_name="figshare-warehouse", standalone_mode=False)
    except FigshareWarehouseError as error:
        if is_debug:
            traceback.print_exc()
        else:
            click.echo(f"Error: {error}" if error.is_failure else str(error), err=True)
        sys.exit(error.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        click.echo("Interrupted.", err=True)
        sys.exit(ExitStatus.INTERRUPTED)
    except Exception as error:
        if is_debug:
            raise
        click.echo(
            f"Error: something unexpected happened ({type(error).__name__}: {one_line(error)}). What was loaded is "
            "kept; `figshare-warehouse --debug …` shows where.",
            err=True,
        )
        sys.exit(ExitStatus.FAILED)
