"""Commands to try things on a local Figshare: `demo` and `sandbox`."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from figshare_warehouse.cli.loading import run_refresh
from figshare_warehouse.cli.options import PathOf, example, overwrite_option, published_option, warehouse_option
from figshare_warehouse.cli.output import print_report
from figshare_warehouse.cli.summary import say_summary
from figshare_warehouse.errors import FigshareWarehouseError

if TYPE_CHECKING:
    from figshare_sandbox import Sandbox

MOST_ITEMS_TRIED = 20_000
"""So many articles, with their usage, a demo loads in less than half an hour."""

MOST_ITEMS_SERVED = 100_000
"""So many articles the sandbox makes up in half a minute and holds in 1 GB of memory."""


@click.command(epilog=example("figshare-warehouse demo", "figshare-warehouse demo --items 2000 --warehouse try.duckdb"))
@warehouse_option
@published_option
@overwrite_option("--published")
@click.option(
    "--items",
    default=300,
    show_default=True,
    type=click.IntRange(0, MOST_ITEMS_TRIED),
    help="Articles of the institution.",
)
@click.option("--seed", default=1, show_default=True, help="Seed of the made-up institution.")
def demo(warehouse: Path, published: Path | None, overwrite: bool, items: int, seed: int) -> None:
    """Try everything on a made-up institution, without a token or the internet.

    Starts a local Figshare (the sandbox), refreshes from it and shows two reports.
    """
    from figshare_sandbox import Sandbox
    from figshare_warehouse.reports import subjects
    from figshare_warehouse.warehouse.publish.published import Published

    click.echo(f"Starting a local Figshare with {items:,} articles …")
    with Sandbox(items=items, seed=seed) as sandbox:
        outcome = run_refresh(
            warehouse,
            {
                "institution": sandbox.institution_id,
                "groups": [],
                "api_url": sandbox.api_url,
                "stats_url": sandbox.stats_url,
                "token": sandbox.token,
                "portal": sandbox.portal,
                "stats_username": sandbox.stats_username,
                "stats_password": sandbox.stats_password,
                "requests_per_second": 0.0,
                "datacite": {"api_url": sandbox.datacite_url, "requests_per_second": 0.0},
                "published": str(published) if published else None,
            },
            may_overwrite=overwrite,
        )
    if outcome.error is not None:
        raise outcome.error
    with Published.of(warehouse, published).opened() as connection:
        print_report(subjects.institution(connection, str(sandbox.institution_id)), max_rows=5, has_options=False)
        click.echo()
        print_report(subjects.top_authors(connection), has_options=False)
    click.echo()
    say_summary(outcome, warehouse)
    option = "" if warehouse == Path("figshare_warehouse.duckdb") else f" --warehouse {shlex.quote(str(warehouse))}"
    option += f" --published {shlex.quote(str(published))}" if published else ""
    click.echo(
        "\nTry next:\n"
        f"  figshare-warehouse report group 'Faculty of Science'{option}\n"
        f"  figshare-warehouse report institution --format html --output institution.html{option}\n"
        f"  figshare-warehouse status{option}\n"
        "  figshare-warehouse views list\n"
        "Open the file with the reports in any DuckDB client or BI tool, read-only.\n"
        "Your own repository, from the real Figshare (one request a second):\n"
        "  figshare-warehouse refresh --institution ID --warehouse my_warehouse.duckdb"
    )


@click.command(
    epilog=example("figshare-warehouse sandbox --port 8080", "figshare-warehouse sandbox --items 20000 --seed 2")
)
@click.option("--port", default=0, type=click.IntRange(0, 65535), help="Port on 127.0.0.1.  [default: a free one]")
@click.option(
    "--items",
    default=300,
    show_default=True,
    type=click.IntRange(0, MOST_ITEMS_SERVED),
    help="Articles of the institution.",
)
@click.option("--seed", default=1, show_default=True, help="Seed of the made-up institution.")
@click.option("--records", type=PathOf(exists=True, dir_okay=False), help="Serve these article details (ndjson, .gz).")
@click.option(
    "--switch",
    type=click.Choice(["flat", "fields", "empty", "not_found", "forbidden"]),
    help="Switch the institution of the sandbox that runs on --port to API v3. The word says what v2 does for it from "
    "then on: answer as before, answer with `fields`, list nothing, find nothing, refuse.",
)
def sandbox(port: int, items: int, seed: int, records: Path | None, switch: str | None) -> None:
    """Serve a local Figshare for trying things, until Ctrl-C; or switch a running one to API v3."""
    from figshare_sandbox import Sandbox, serve_forever, switch_running

    if switch is not None:
        try:
            switch_running(port, switch)
        except (OSError, ValueError) as error:
            raise FigshareWarehouseError(f"No sandbox was switched on port {port}: {error}.") from error
        click.echo(f"The institution of the sandbox on port {port} is on API v3 now; v2 after that: {switch}.")
        return

    def ready(sandbox: Sandbox) -> None:
        for name, value in sandbox.description().items():
            click.echo(f"{name:15} {value}")
        click.echo(
            "\nRefresh from it, in another terminal:\n"
            f"  figshare-warehouse refresh --institution {sandbox.institution_id} --api-url {sandbox.api_url} "
            f"--stats-url {sandbox.stats_url} --requests-per-second 0\n"
            f"With SOURCES__DATACITE__API_URL={sandbox.datacite_url} also DOIs and citations.\n\nCtrl-C ends it."
        )
        sys.stdout.flush()

    try:
        made = Sandbox(items, seed, records=str(records) if records else None, port=port)
    except (ValueError, KeyError, OSError) as error:
        raise FigshareWarehouseError(f"{records or 'The sandbox'} cannot be served: {error}.") from error
    try:
        serve_forever(made, ready)
    except OSError as error:
        raise FigshareWarehouseError(
            f"The sandbox cannot listen on port {port} ({error.strerror or error}): choose another --port."
        ) from error
