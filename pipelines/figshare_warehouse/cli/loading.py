"""Commands that load: `refresh`, `plan` and `schedule`."""

from __future__ import annotations

import gc
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
from figshare_warehouse.cli.summary import of_files_left, removed, say_summary
from figshare_warehouse.errors import UsageError
from figshare_warehouse.exit_statuses import ExitStatus
from figshare_warehouse.settings import SETTINGS, default_of

if TYPE_CHECKING:
    from figshare_warehouse.notify import Notification
    from figshare_warehouse.refresh import Outcome


@click.command(
    epilog=example(
        "figshare-warehouse refresh --institution 1234",
        "figshare-warehouse refresh --institution 1234 --group 5678 --warehouse school.duckdb",
        """figshare-warehouse refresh --search 'our-name=":institution: Northfield"'""",
        "figshare-warehouse refresh --article 10.6084/m9.figshare.5616445",
    )
    + "\n\nEvery option, and the token, can be set in .dlt/config.toml, .dlt/secrets.toml or the environment, "
    "section sources.figshare; for instance SOURCES__FIGSHARE__TOKEN. Options given here win."
)
@refresh_options
@run_options
@overwrite_option("--published")
@click.option(
    "--add-institution", is_flag=True, help="Take this institution into a warehouse that holds another, once."
)
@click.option(
    "--confirm-withdrawals",
    is_flag=True,
    help="For this run, believe listings that lost more than a tenth of their articles. Check them first.",
)
@click.option(
    "--forget-internal",
    is_flag=True,
    help="First remove all that --internal and --account ever read, from the warehouse and the files.",
)
def refresh(
    warehouse: Path,
    log_file: Path | None,
    overwrite: bool,
    confirm_withdrawals: bool,
    add_institution: bool,
    forget_internal: bool,
    **options: Any,
) -> None:
    """Bring the warehouse up to date with Figshare.

    Lists what is public, reads what is new or changed, and loads it in chunks. You can stop a run at any time; the
    next one continues there. A first run makes one request per article and several for its usage, about one a second.
    `plan` estimates how many are due.
    """
    from figshare_warehouse.notify import Notification, notified

    with notified(Notification(options["notify_command"], warehouse)) as notification:
        settings = as_settings(options)
        if forget_internal and not _continues_after_forgetting(warehouse, settings):
            return
        given = warehouse, settings, log_file, notification, overwrite, confirm_withdrawals
        outcome = run_refresh(*given, add_institution)
        say_summary(outcome, warehouse, is_short=not sys.stdout.isatty())
        if outcome.error is not None:
            raise outcome.error
        if outcome.outcome == "incomplete":
            sys.exit(ExitStatus.INCOMPLETE)


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
    """Print a scheduler entry that runs this refresh daily, with how to install it. Takes the options of refresh.

    Nothing is installed, and the entry holds no secrets. The time of day is derived from the warehouse's path.
    """
    from figshare_warehouse.configuration import resolve_settings
    from figshare_warehouse.refresh import followed
    from figshare_warehouse.schedule import Entry
    from figshare_warehouse.schedule import schedule as text_of
    from figshare_warehouse.warehouse.publish.published import Published

    warehouse = warehouse.absolute()
    files = {"warehouse": warehouse, "log_file": log_file or warehouse.with_suffix(".log")}
    arguments = ["refresh", *_typed(context.command.params, options | files)]
    given = as_settings(options)
    settings = resolve_settings(given)
    followed(settings)
    if kind == "github-actions":
        _refuse_personal("internal" if settings.internal else "account" if settings.account else None)
    # A command is of this machine, and may hold a secret.
    left_out = {"notify_command", *(name for name, setting in SETTINGS.items() if setting.is_secret)}
    configured = {
        name: getattr(settings, name)
        for name in SETTINGS
        if name not in left_out and given.get(name) is None and getattr(settings, name) != default_of(name)
    }
    secrets = [name for name, setting in SETTINGS.items() if setting.is_secret and getattr(settings, name)]
    published = Published.of(warehouse, Path(settings.published) if settings.published else None).path.name
    click.echo(text_of(kind, Entry(arguments, warehouse, Path.cwd(), secrets, published, configured)), nl=False)


@click.command(
    epilog=example(
        "figshare-warehouse plan --institution 1234", "figshare-warehouse plan --institution 1234 --format json"
    )
)
@refresh_options
@format_options
def plan(warehouse: Path, format_: str, output: Path | None, overwrite: bool, **options: Any) -> None:
    """Estimate how many requests the next refresh makes and how long they take. Makes no request.

    What is new or changed is known only once Figshare is listed; `refresh` then updates the estimate.
    """
    from figshare_warehouse.clock import utc_now
    from figshare_warehouse.configuration import resolve_settings
    from figshare_warehouse.refresh import followed
    from figshare_warehouse.refresh.plan import plan as plan_of

    settings = resolve_settings(as_settings(options))
    planned = plan_of(settings, followed(settings), warehouse, utc_now())
    print_report(planned, format_, output, may_overwrite=overwrite)


def _refuse_personal(name: str | None) -> None:
    """Refuses to have personal data read on GitHub; `name` is the setting that would."""
    if name is not None:
        raise UsageError(
            f"--{name} reads personal data. GitHub would keep it in a cache and an artifact, for everybody who can "
            f"read the repository: leave out --{name}, also of the configuration, or schedule it on your own machine "
            "with cron, systemd or windows."
        )


def _continues_after_forgetting(warehouse: Path, given: dict[str, Any]) -> bool:
    """Removes the internal records, and returns whether the command names anything to load."""
    from figshare_warehouse.configuration import resolve_settings
    from figshare_warehouse.warehouse import store
    from figshare_warehouse.warehouse.forgetting_internal import forget_internal
    from figshare_warehouse.warehouse.publish.published import Published

    settings = resolve_settings(given)
    if settings.internal or settings.account:
        raise UsageError(
            "--forget-internal removes what --internal and --account read: leave them out, also of the configuration."
        )
    store.check_name(warehouse, "--warehouse")
    store.refuse_absent(warehouse)
    target = Published.of(warehouse.absolute(), Path(settings.published).absolute() if settings.published else None)
    forgotten = forget_internal(target)
    if not forgotten.had_tables and not forgotten.files:
        click.echo(f"{warehouse} has no internal records; its file was written again all the same.")
    else:
        files = f", and {removed(forgotten.files)}" if forgotten.files else ""
        click.echo(f"{warehouse} has no internal records any more{files}. Copies and backups stay: remove them, too.")
    for line in of_files_left(forgotten.left):
        click.echo(line)
    return bool(settings.institution or settings.searches or settings.articles)


def _typed(parameters: Sequence[click.Parameter], values: Mapping[str, Any]) -> Iterator[str]:
    """The options as they would be typed, with absolute paths."""
    for option in parameters:
        value = values.get(option.name or "")
        if isinstance(value, bool):
            yield from [option.opts[0]] if value else option.secondary_opts[:1]
            continue
        for one in value if isinstance(value, tuple) else () if value is None else (value,):
            text = str(one.absolute() if isinstance(one, Path) else one)
            # With `=`, where the value looks like an option.
            yield from [f"{option.opts[0]}={text}"] if text.startswith("-") else [option.opts[0], text]


def _written(warehouse: Path, published: str | None) -> list[Path]:
    from figshare_warehouse.warehouse.publish.published import Published

    return [warehouse, Published.of(warehouse, Path(published) if published else None).path]


def run_refresh(
    warehouse: Path,
    given: dict[str, Any],
    log_file: Path | None = None,
    notification: Notification | None = None,
    may_overwrite: bool = False,
    confirm_withdrawals: bool = False,
    add_institution: bool = False,
) -> Outcome:
    """Refreshes and shows the progress.

    Args:
        warehouse: the DuckDB file.
        given: setting → value, over the configuration; None for what is not given.
        log_file: a log to append to; None for none.
        notification: completed here for the user's notify command; None where there is none.
        may_overwrite: whether the published file may replace a file that is not ours.
        confirm_withdrawals: whether listings are believed however much they lost.
        add_institution: whether a warehouse that holds another institution takes this one, too.

    Returns:
        The outcome.

    Raises:
        FigshareWarehouseError: as `figshare_warehouse.refresh.refresh`.
    """
    from figshare_warehouse.cli.progress import ProgressBar
    from figshare_warehouse.configuration import resolve_settings, secrets_of
    from figshare_warehouse.logs import logged_to
    from figshare_warehouse.refresh import refresh as run
    from figshare_warehouse.warehouse.publish.published import is_same_file

    # What was imported stays: looking through it for garbage takes a tenth of a refresh.
    gc.freeze()
    settings = resolve_settings(given)
    if log_file is not None and any(is_same_file(log_file, file) for file in _written(warehouse, settings.published)):
        raise UsageError(f"--log-file {log_file} is the warehouse or its published file: name another.")
    if notification is not None:
        notification.command, notification.secrets, notification.seconds = (
            settings.notify_command,
            secrets_of(settings),
            settings.notify_seconds,
        )
    with logged_to(log_file, secrets_of(settings)), ProgressBar() as progress:
        outcome = run(settings, warehouse, progress, may_overwrite, confirm_withdrawals, add_institution)
    if notification is not None:
        notification.outcome = outcome
    return outcome
