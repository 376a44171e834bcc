"""The reports of `report` that name people: they read the file of internal reports, and what they write is private."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from figshare_warehouse.cli.options import example, page_options, reader_options
from figshare_warehouse.cli.output import print_or_page

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from figshare_warehouse.reports.report import Report
    from figshare_warehouse.warehouse.publish.published import Published


def _shown(command: Callable[..., Report]) -> Callable[..., None]:
    """Opens the file of internal reports and prints the command's report; only the user can read what is written."""

    @reader_options
    @page_options
    @wraps(command)
    def shown(reading: Published, format_: str, output: Path | None, overwrite: bool, **subject: Any) -> None:
        from figshare_warehouse.database.files import private

        with reading.opened_internal() as connection:
            found = command(connection, **subject)
            with private():
                print_or_page(connection, found, format_, output, overwrite)

    return shown


@click.command(
    "reviews",
    epilog=example(
        "figshare-warehouse report reviews", "figshare-warehouse report reviews --format html --output reviews.html"
    ),
)
@_shown
def reviews(connection: DuckDBPyConnection) -> Report:
    """What waits for review, and how long decisions take. Needs a refresh with --internal."""
    from figshare_warehouse.reports import administration

    return administration.reviews(connection)


@click.command("account", epilog=example("figshare-warehouse report account ada@example.org"))
@click.argument("subject", metavar="[EMAIL|NAME|ORCID|ID]", required=False)
@_shown
def account(connection: DuckDBPyConnection, subject: str | None) -> Report:
    """One account, its articles in every state and its storage. Needs a refresh with --account or --internal."""
    from figshare_warehouse.reports import administration

    return administration.account(connection, subject)


@click.command(
    "administration",
    epilog=example("figshare-warehouse report administration --format html --output administration.html"),
)
@_shown
def administration(connection: DuckDBPyConnection) -> Report:
    """What needs an administrator: reviews, storage, drafts, depositors. Needs a refresh with --internal."""
    from figshare_warehouse.reports import administration as reports

    return reports.administration(connection)
