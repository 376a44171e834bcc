"""The command that removes an institution from the warehouse: `forget`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from figshare_warehouse.cli.options import (
    example,
    overwrite_option,
    published_option,
    sql_dir_option,
    warehouse_option,
)
from figshare_warehouse.cli.sql import target_of
from figshare_warehouse.cli.summary import of_files_left, of_publishing, removed
from figshare_warehouse.errors import FigshareWarehouseError, UsageError

if TYPE_CHECKING:
    from figshare_warehouse.warehouse.forgetting import Forgotten


@click.command(
    epilog=example("figshare-warehouse forget --institution 1234", "figshare-warehouse forget --institution 1234 --yes")
)
@click.option("--institution", type=click.IntRange(1), required=True, help="Figshare's id of the institution.")
@click.option("--yes", is_flag=True, help="Do not ask; without a terminal there is no asking.")
@warehouse_option
@published_option
@overwrite_option("--published")
@sql_dir_option
def forget(
    institution: int, yes: bool, warehouse: Path, published: Path | None, overwrite: bool, sql_dir: Path | None
) -> None:
    """Remove an institution from the warehouse, with all that no other feed has, and publish again.

    Its articles, groups, usage, names and history go, also from reports, and its internal records. It cannot be undone:
    keep a copy of the warehouse. Articles that another institution's listing or a search has ever shown stay. Your list
    of schools stays.
    """
    from figshare_warehouse.clock import utc_now
    from figshare_warehouse.version import package_version
    from figshare_warehouse.warehouse import forgetting, store
    from figshare_warehouse.warehouse.forgetting_internal import forget_internal, holds_internal_of
    from figshare_warehouse.warehouse.publish import publish, working_files

    target = target_of(warehouse, published, overwrite, sql_dir)
    files = working_files(target)
    with store.locked(warehouse), store.connected(warehouse, must_be_loaded=True, files=files) as connection:
        store.refuse_newer(connection, warehouse)
        found = forgetting.to_forget(connection, institution)
        if not found.listings.num_rows and not found.groups.num_rows:
            held = ", ".join(map(str, store.institutions_listed(connection))) or "none"
            raise UsageError(f"{warehouse} does not hold institution {institution}; it holds {held}.")
        click.echo(_words(institution, found))
        if not yes and not _agrees(warehouse):
            click.echo("Nothing was changed.")
            return
        has_internal = holds_internal_of(connection, institution)
        forgetting.forget(connection, institution)
        free = forgetting.free_mb(connection)
        gone = f"Institution {institution} is not in {warehouse} any more"
        try:
            done = publish(connection, target, utc_now(), package_version(), sql_dir)
        except FigshareWarehouseError:
            click.echo(f"{gone}. {target.path} still shows it.", err=True)
            raise
    click.echo(f"{gone}; {done.path} is published without it.")
    if has_internal:
        forgotten = forget_internal(target)
        click.echo(
            f"Its internal records are removed, too; {removed(forgotten.files) or 'there was no internal file'}."
        )
        for line in of_files_left(forgotten.left):
            click.echo(line)
    click.echo(f"{free:,.1f} MB of the warehouse's file are free for what later refreshes load.")
    for line in of_publishing([test.name for test in done.data_tests if not test.passed], done.dropped):
        click.echo(line)


def _words(institution: int, found: Forgotten) -> str:
    articles, groups = found.articles.num_rows, found.groups.num_rows
    counted = f"{_counted(articles, 'article')} and {_counted(groups, 'group')}, with usage and history"
    shared = f" {found.shared_count:,} of its articles stay: another feed has them." if found.shared_count else ""
    return f"Institution {institution}: {counted}.{shared}"


def _counted(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def _agrees(warehouse: Path) -> bool:
    if not _is_asked():
        raise UsageError("Forgetting cannot be undone: add --yes, or answer in a terminal. Nothing was changed.")
    return click.confirm(f"Forget all that in {warehouse}? It cannot be undone.")


def _is_asked() -> bool:
    """Whether there is somebody to answer."""
    return sys.stdin.isatty()
