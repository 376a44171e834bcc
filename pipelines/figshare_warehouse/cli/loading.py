"""To load: refresh the warehouse, tell what that will ask, do so each day."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from figshare_warehouse.cli.options import (
    as_settings,
    example,
    format_options,
    overwrite_option,
    refresh_options,
    run_options,
)
from figshare_warehouse.cli.output import print_report
from figshare_warehouse.cli.words import say_summary
from figshare_warehouse.errors import UsageError

if TYPE_CHECKING:
    from figshare_warehouse.notify import Told
    from figshare_warehouse.refresh import Outcome

EXIT_INCOMPLETE = 3


@click.command(
    epilog=example(
        "figshare-warehouse refresh --institution 1234",
        "figshare-warehouse refresh --institution 1234 --group 5678 --warehouse school.duckdb",
        """figshare-warehouse refresh --search 'our-name=":institution: Northfield"'""",
    )
    + "\n\nEvery option, and the token, can be set in .dlt/config.toml, .dlt/secrets.toml or the environment, "
    "section sources.figshare; for instance SOURCES__FIGSHARE__TOKEN. Options given here win."
)
@refresh_options
@run_options
@overwrite_option("--published")
@click.option(
    "--confirm-withdrawals",
    is_flag=True,
    help="Believe listings that lost more than a tenth of their articles: for this run, once you have looked.",
)
def refresh(warehouse: Path, log_file: Path | None, overwrite: bool, confirm_withdrawals: bool, **options: Any) -> None:
    """Bring the warehouse up to date with Figshare.

    Lists what is public, reads what is new or changed, and loads it in chunks: a run that is stopped or killed goes on
    where it was. A first run makes one request per article, and several for its usage, and takes about 1 second for
    each; `plan` tells what the next one will ask.
    """
    from figshare_warehouse.notify import Told, notified

    with notified(Told(options["notify_command"], warehouse)) as told:
        outcome = run_refresh(warehouse, as_settings(options), log_file, told, overwrite, confirm_withdrawals)
        say_summary(outcome, warehouse, is_short=not sys.stdout.isatty())
        if outcome.error is not None:
            raise outcome.error
        if outcome.outcome == "incomplete":
            sys.exit(EXIT_INCOMPLETE)


@click.command(
    epilog=example(
        "figshare-warehouse schedule cron --institution 1234",
        "figshare-warehouse schedule systemd --institution 1234 --notify-command 'mail -s Figshare me@example.org'",
    )
)
@click.argument("kind", type=click.Choice(["cron", "systemd", "github-actions", "windows"]))
@refresh_options
@run_options
@click.pass_context
def schedule(context: click.Context, /, kind: Any, warehouse: Path, log_file: Path | None, **options: Any) -> None:
    """Print an entry that runs this refresh each day, and how to install it; takes the options of refresh.

    Nothing is installed, and no secret is in it. The time follows from the warehouse's path.
    """
    from figshare_warehouse.refresh import followed
    from figshare_warehouse.schedule import Entry
    from figshare_warehouse.schedule import schedule as text_of
    from figshare_warehouse.settings import resolve_settings
    from figshare_warehouse.warehouse.publish.published import Published

    warehouse = warehouse.absolute()
    files = {"warehouse": warehouse, "log_file": log_file or warehouse.with_suffix(".log")}
    arguments = ["refresh", *_typed(context.command.params, options | files)]
    settings = resolve_settings(as_settings(options))
    followed(settings)
    secrets = [name for name in ("token", "stats_username", "stats_password") if getattr(settings, name)]
    published = Published.of(warehouse, Path(settings.published) if settings.published else None).path.name
    click.echo(text_of(kind, Entry(arguments, warehouse, Path.cwd(), secrets, published)), nl=False)


@click.command(
    epilog=example(
        "figshare-warehouse plan --institution 1234", "figshare-warehouse plan --institution 1234 --format json"
    )
)
@refresh_options
@format_options
def plan(warehouse: Path, format_: str, output: Path | None, overwrite: bool, **options: Any) -> None:
    """Tell what the next refresh will ask Figshare, and how long that takes; asks nothing.

    What is new or changed is known only when it is listed: `refresh` says so and counts it in as soon as it knows.
    """
    from figshare_warehouse.clock import utc_now
    from figshare_warehouse.refresh import followed
    from figshare_warehouse.refresh.plan import plan as plan_of
    from figshare_warehouse.settings import resolve_settings

    settings = resolve_settings(as_settings(options))
    planned = plan_of(settings, followed(settings), warehouse, utc_now())
    print_report(planned, format_, output, may_overwrite=overwrite)


def _typed(parameters: Sequence[click.Parameter], values: Mapping[str, Any]) -> Iterator[str]:
    """The options as they would be typed, files by their whole paths."""
    for option in parameters:
        value = values.get(option.name or "")
        for one in value if isinstance(value, tuple) else () if value is None else (value,):
            text = str(one.absolute() if isinstance(one, Path) else one)
            # As one word, where it would be taken for an option.
            yield from [f"{option.opts[0]}={text}"] if text.startswith("-") else [option.opts[0], text]


def _written(warehouse: Path, published: str | None) -> list[Path]:
    from figshare_warehouse.warehouse.publish.published import Published

    return [warehouse, Published.of(warehouse, Path(published) if published else None).path]


def run_refresh(
    warehouse: Path,
    given: dict[str, Any],
    log_file: Path | None = None,
    told: Told | None = None,
    may_overwrite: bool = False,
    confirm_withdrawals: bool = False,
) -> Outcome:
    """Refreshes, and shows how far it is.

    Args:
        warehouse: the DuckDB file.
        given: what is set besides the configuration, by the setting's name; None for what is not.
        log_file: what happens is appended to it; None for no such file.
        told: is completed with what a command of the user's has to know; None where there can be none.
        may_overwrite: whether a file that is not ours may be replaced by what is published.
        confirm_withdrawals: whether what listings do not show any more is gone, however much it is.

    Returns:
        What was done.

    Raises:
        FigshareWarehouseError: as `figshare_warehouse.refresh.refresh`.
    """
    from figshare_warehouse.cli.progress import ProgressBar
    from figshare_warehouse.logs import logged_to
    from figshare_warehouse.refresh import refresh as run
    from figshare_warehouse.settings import resolve_settings
    from figshare_warehouse.warehouse.publish.published import is_same_file

    settings = resolve_settings(given)
    if log_file is not None and any(is_same_file(log_file, file) for file in _written(warehouse, settings.published)):
        raise UsageError(f"--log-file {log_file} is the warehouse or what is published of it: name another.")
    if told is not None:
        told.command, told.secrets, told.seconds = settings.notify_command, settings.secrets(), settings.notify_seconds
    with logged_to(log_file, settings.secrets()), ProgressBar() as progress:
        outcome = run(settings, warehouse, progress, may_overwrite, confirm_withdrawals)
    if told is not None:
        told.outcome = outcome
    return outcome
