"""The `figshare-warehouse` command: arguments in, words out."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Sequence
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipelines.errors import FigshareWarehouseError, UsageError

# What is slow to import (dlt, duckdb, sqlglot) is imported by the command that needs it, so that --help is quick.
if TYPE_CHECKING:
    from pipelines.departments import Mapped
    from pipelines.notify import Told
    from pipelines.refresh import Outcome
    from pipelines.reports.report import Report
    from pipelines.warehouse.published import Published

EXIT_BROKEN = 1
EXIT_INCOMPLETE = 3
CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


def _example(*lines: str) -> str:
    return "\b\nExamples:\n" + "\n".join(f"  {line}" for line in lines)


def _warehouse_option(command: Callable[..., Any]) -> Callable[..., Any]:
    return click.option(
        "--warehouse",
        type=click.Path(path_type=Path),
        default=Path("figshare_warehouse.duckdb"),
        show_default=True,
        help="The DuckDB file.",
    )(command)


def _published_option(command: Callable[..., Any]) -> Callable[..., Any]:
    return click.option(
        "--published",
        type=click.Path(path_type=Path),
        help="The file that readers open.  [default: figshare_reports.duckdb beside the warehouse; beside another "
        "NAME.duckdb NAME_reports.duckdb]",
    )(command)


def _reader_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Which published file is read: the command gets it as `reading`, to be opened."""

    @wraps(command)
    def with_reading(*args: Any, warehouse: Path, published: Path | None, **options: Any) -> Any:
        from pipelines.warehouse.published import Published

        return command(*args, reading=Published.of(warehouse, published), **options)

    return _warehouse_option(_published_option(with_reading))


def _sql_dir_option(command: Callable[..., Any]) -> Callable[..., Any]:
    return click.option(
        "--sql-dir",
        type=click.Path(exists=True, file_okay=False, path_type=Path),
        help="Folder of reports of your own (*.sql), checked and built like ours.",
    )(command)


def _format_options(command: Callable[..., Any], more: str = "") -> Callable[..., Any]:
    for option in (
        click.option("--output", type=click.Path(path_type=Path), help="Write to this file instead of the terminal."),
        click.option(
            "--format",
            "format_",
            type=click.Choice(["table", "csv", "json", *(["html"] if more else [])]),
            default="table",
            show_default=True,
            help=f"table for people, csv for the rows, json for everything{more}.",
        ),
    ):
        command = option(command)
    return command


def _page_options(command: Callable[..., Any]) -> Callable[..., Any]:
    return _format_options(command, ", html for a page with charts and a map")


@click.group(
    context_settings=CONTEXT,
    epilog=_example(
        "figshare-warehouse demo",
        "figshare-warehouse refresh --institution 1234",
        "figshare-warehouse report institution",
    )
    + "\n\n\b\nExit status: 0 done, 1 failed, 2 wrong usage, 3 done with things set aside,\n"
    "4 stopped at a limit, 5 locked by another process, 6 refused by Figshare, 7 stale, 130 interrupted.",
)
@click.version_option(package_name="figshare-warehouse")
@click.option("--debug", is_flag=True, help="Show where an error comes from.")
@click.pass_context
def cli(context: click.Context, debug: bool) -> None:
    """A Figshare repository's public record in DuckDB, with reports in plain SQL."""
    context.obj = debug


@cli.command(epilog=_example("figshare-warehouse demo", "figshare-warehouse demo --items 2000 --warehouse try.duckdb"))
@_warehouse_option
@_published_option
@click.option("--items", default=300, show_default=True, type=click.IntRange(0), help="Articles of the institution.")
@click.option("--seed", default=1, show_default=True, help="What the made-up institution is drawn from.")
def demo(warehouse: Path, published: Path | None, items: int, seed: int) -> None:
    """Try everything on a made-up institution: no token, no internet.

    Starts a local Figshare (the sandbox), refreshes its institution into the warehouse and shows two reports.
    """
    from pipelines.reports import select
    from pipelines.sandbox import Sandbox
    from pipelines.warehouse.published import Published

    click.echo(f"Starting a local Figshare with {items:,} articles …")
    with Sandbox(items=items, seed=seed) as sandbox:
        outcome = _refresh(
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
                "published": str(published) if published else None,
            },
        )
    if outcome.error is not None:
        raise outcome.error
    with Published.of(warehouse, published).opened() as connection:
        _print(select.institution(connection, str(sandbox.institution_id)), max_rows=5)
        _print(select.top_authors(connection))
    _summary(outcome, warehouse)
    option = "" if warehouse == Path("figshare_warehouse.duckdb") else f" --warehouse {warehouse}"
    click.echo(
        "\nTry next:\n"
        f"  figshare-warehouse report group 'Faculty of Science'{option}\n"
        f"  figshare-warehouse report institution --format html --output institution.html{option}\n"
        f"  figshare-warehouse status{option}\n"
        "  figshare-warehouse views list\n"
        "Your own repository, from the real Figshare (one request a second):\n"
        "  figshare-warehouse refresh --institution ID --warehouse my_warehouse.duckdb"
    )


def _refresh_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """What `refresh` and `plan` take alike."""
    for option in reversed(
        (
            _warehouse_option,
            click.option("--institution", type=int, help="Figshare's id of the institution."),
            click.option(
                "--group",
                "groups",
                type=int,
                multiple=True,
                help="Only this group, without its subgroups; repeatable.",
            ),
            click.option(
                "--search",
                "searches",
                multiple=True,
                metavar="NAME=QUERY",
                help="Also what this search finds in all of Figshare, under this name; repeatable.",
            ),
            click.option("--api-url", help="Base address of the REST API.  [default: https://api.figshare.com/v2]"),
            click.option(
                "--stats-url",
                help="Base address of the Stats API.  [default: Figshare's own, with its own REST API]",
            ),
            click.option(
                "--requests-per-second",
                type=float,
                help="Pace; 0 for no pacing. Figshare asks for at most 1.  [default: 1]",
            ),
            click.option("--max-requests", type=click.IntRange(1), help="Stop cleanly after so many requests."),
            click.option(
                "--max-minutes", type=click.FloatRange(0, min_open=True), help="Stop cleanly after so many minutes."
            ),
            click.option(
                "--max-age-days",
                type=click.FloatRange(1),
                help="Read each article again after so many days at the latest, since some changes show no date.  "
                "[default: 90]",
            ),
            click.option(
                "--usage",
                type=click.Choice(["none", "months", "days", "countries"]),
                multiple=True,
                help="Usage to read: months of articles and groups and countries of groups, besides days and "
                "countries of articles, or none; repeatable.  [default: months]",
            ),
            click.option(
                "--usage-item", "usage_items", multiple=True, help="Its usage, too, such as author:123; repeatable."
            ),
            click.option(
                "--usage-report",
                "usage_reports",
                multiple=True,
                metavar="NAME",
                help="Countries of the articles in this report (its column article_id), too; repeatable.",
            ),
            click.option(
                "--usage-max-age",
                type=click.FloatRange(0),
                help="Ask again for usage older than so many days.  [default: 7]",
            ),
        )
    ):
        command = option(command)
    return command


def _run_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """What `refresh` and `schedule` take besides."""
    for option in reversed(
        (
            click.option(
                "--log-file",
                type=click.Path(dir_okay=False, path_type=Path),
                help="Append what happens, one JSON object a line.",
            ),
            click.option(
                "--notify-command",
                metavar="COMMAND",
                help="Run this in a shell when the exit status is not 0, with a summary (JSON) on its standard input.",
            ),
            _published_option,
            _sql_dir_option,
            click.option(
                "--departments",
                type=click.Path(exists=True, dir_okay=False, path_type=Path),
                metavar="FILE",
                help="Your own list of schools: a CSV with the columns school, group_id, author_id or orcid, and "
                "faculty if you like. Without it the last one stays.",
            ),
        )
    ):
        command = option(command)
    return command


@cli.command(
    epilog=_example(
        "figshare-warehouse refresh --institution 1234",
        "figshare-warehouse refresh --institution 1234 --group 5678 --warehouse school.duckdb",
        """figshare-warehouse refresh --search 'our-name=":institution: Northfield"'""",
    )
    + "\n\nEvery option, and the token, can be set in .dlt/config.toml, .dlt/secrets.toml or the environment, "
    "section sources.figshare; for instance SOURCES__FIGSHARE__TOKEN. Options given here win."
)
@_refresh_options
@_run_options
def refresh(warehouse: Path, log_file: Path | None, **options: Any) -> None:
    """Bring the warehouse up to date with Figshare.

    Lists what is public, reads what is new or changed, and loads it in chunks: a run that is stopped or killed goes on
    where it was. A first run makes one request per article, and several for its usage, and takes about 1 second for
    each; `plan` tells what the next one will ask.
    """
    from pipelines.notify import Told, notified

    with notified(Told(options["notify_command"], warehouse)) as told:
        outcome = _refresh(warehouse, _given(options), log_file, told)
        _summary(outcome, warehouse, is_short=not sys.stdout.isatty())
        if outcome.error is not None:
            raise outcome.error
        if outcome.outcome == "incomplete":
            sys.exit(EXIT_INCOMPLETE)


@cli.command(
    epilog=_example(
        "figshare-warehouse schedule cron --institution 1234",
        "figshare-warehouse schedule systemd --institution 1234 --notify-command 'mail -s Figshare me@example.org'",
    )
)
@click.argument("kind", type=click.Choice(["cron", "systemd", "github-actions", "windows"]))
@_refresh_options
@_run_options
@click.pass_context
def schedule(context: click.Context, /, kind: Any, **options: Any) -> None:
    """Print an entry that runs this refresh each day, and how to install it; takes the options of refresh.

    Nothing is installed, and no secret is in it. The time follows from the warehouse's path.
    """
    from pipelines.refresh import followed
    from pipelines.schedule import Entry
    from pipelines.schedule import schedule as text_of
    from pipelines.settings import resolve_settings

    warehouse = options["warehouse"].absolute()
    options["log_file"] = options["log_file"] or warehouse.with_suffix(".log")
    arguments = ["refresh"]
    for option in context.command.params:
        value = options.get(option.name or "")
        for one in value if isinstance(value, tuple) else () if value is None else (value,):
            text = str(one.absolute() if isinstance(one, Path) else one)
            # As one word, where it would be taken for an option.
            arguments += [f"{option.opts[0]}={text}"] if text.startswith("-") else [option.opts[0], text]
    settings = resolve_settings(_given({n: v for n, v in options.items() if n not in ("warehouse", "log_file")}))
    followed(settings)
    secrets = [name for name in ("token", "stats_username", "stats_password") if getattr(settings, name)]
    click.echo(text_of(kind, Entry(arguments, warehouse, Path.cwd(), secrets)), nl=False)


@cli.command(
    epilog=_example(
        "figshare-warehouse plan --institution 1234", "figshare-warehouse plan --institution 1234 --format json"
    )
)
@_refresh_options
@_format_options
def plan(warehouse: Path, format_: str, output: Path | None, **options: Any) -> None:
    """Tell what the next refresh will ask Figshare, and how long that takes; asks nothing.

    What is new or changed is known only when it is listed: `refresh` says so and counts it in as soon as it knows.
    """
    from pipelines.figshare import utc_now
    from pipelines.plan import plan as plan_of
    from pipelines.refresh import followed
    from pipelines.settings import resolve_settings

    settings = resolve_settings(_given(options))
    _print(plan_of(settings, followed(settings), warehouse, utc_now()), format_, output)


def _given(options: dict[str, Any]) -> dict[str, Any]:
    """Options as settings; what was not given is None."""
    searches = {}
    for text in options.pop("searches"):
        name, equals, query = text.partition("=")
        if not equals:
            raise UsageError(f"--search takes NAME=QUERY, not '{text}'.")
        searches[name.strip()] = query.strip()
    lists: dict[str, Any] = {
        name: list(options[name]) or None
        for name in ("groups", "usage", "usage_items", "usage_reports")
        if name in options
    }
    plain = {name: str(value) if isinstance(value, Path) else value for name, value in options.items()}
    return {**plain, **lists, "searches": searches or None}


@cli.command(
    epilog=_example(
        "figshare-warehouse status", "figshare-warehouse status --json", "figshare-warehouse status --max-age 2d"
    )
)
@_reader_options
@_format_options
@click.option("--json", "format_", flag_value="json", help="The same as --format json.")
@click.option(
    "--max-age",
    metavar="AGE",
    help="End with status 7 when the last refresh that went through is older: 12h, 2d …",
)
def status(reading: Published, format_: str, output: Path | None, max_age: str | None) -> None:
    """Show what is published, how fresh it is, and what refreshes did and cost."""
    from pipelines.figshare import utc_now
    from pipelines.reports.status import age_of, refuse_older
    from pipelines.reports.status import status as status_of

    allowed = age_of(max_age) if max_age else None
    with reading.opened() as connection:
        shown = status_of(connection, reading.current())
    _print(shown, format_, output)
    if allowed is not None:
        refuse_older(shown, allowed, utc_now())


@cli.command(
    epilog=_example(
        "figshare-warehouse publish",
        "figshare-warehouse publish --published /srv/bi/figshare_reports.duckdb",
        "figshare-warehouse publish --check figshare_reports.duckdb",
    )
)
@_warehouse_option
@_published_option
@_sql_dir_option
@click.option(
    "--check", "checked", type=click.Path(path_type=Path), help="Publish nothing; verify this published file instead."
)
def publish(warehouse: Path, published: Path | None, sql_dir: Path | None, checked: Path | None) -> None:
    """Publish the reports anew from the warehouse, without asking Figshare.

    Each refresh does so at its end: this is for another file, or after it could not be written. Readers that have the
    old file open keep it. --check ends with status 1 when the file is not whole.
    """
    from pipelines.figshare import utc_now
    from pipelines.run import package_version
    from pipelines.warehouse import store
    from pipelines.warehouse.publish import publish as publish_reports
    from pipelines.warehouse.published import Published, verify

    if checked is not None:
        found = verify(checked)
        click.echo(f"{checked}: {found.report_count} reports, {found.row_count:,} rows, whole.")
        return
    target = Published.of(warehouse, published)
    store.check_name(target.path, "--published")
    with store.locked(warehouse), _open(warehouse) as connection:
        done = publish_reports(connection, target, utc_now(), package_version(), sql_dir)
    click.echo(f"{done.path}: {done.report_count} reports. Connect a BI tool to it, read-only.")
    for line in _broken([law.name for law in done.laws if not law.holds]):
        click.echo(line)


@cli.group(epilog=_example("figshare-warehouse views list", "figshare-warehouse views show articles"))
def views() -> None:
    """The SQL views that make the reports: list, check, build, show."""


@views.command("list", epilog=_example("figshare-warehouse views list"))
def views_list() -> None:
    """List the views with what one row of each is."""
    from pipelines.warehouse.views import list_views

    width = max(30, shutil.get_terminal_size().columns)
    for view in list_views():
        click.echo(click.style(view.relation, bold=True))
        click.echo(click.wrap_text(view.grain, width, "    ", "    "))


@views.command(
    "check", epilog=_example("figshare-warehouse views check", "figshare-warehouse views check --sql-dir mine")
)
@_sql_dir_option
def views_check(sql_dir: Path | None) -> None:
    """Check the SQL files: names, dependencies, descriptions."""
    from pipelines.warehouse.views import check, list_views

    problems = check(own=sql_dir)
    for problem in problems:
        click.echo(str(problem), err=True)
    if problems:
        raise FigshareWarehouseError(f"{len(problems)} problems in the SQL files.")
    click.echo(f"{len(list_views(own=sql_dir))} views, no problem.")


@views.command(
    "build", epilog=_example("figshare-warehouse views build", "figshare-warehouse views build --sql-dir mine")
)
@_warehouse_option
@_sql_dir_option
def views_build(warehouse: Path, sql_dir: Path | None) -> None:
    """Create the views anew in the warehouse, without asking Figshare."""
    from pipelines.warehouse import store
    from pipelines.warehouse.views import build

    with store.locked(warehouse), _open(warehouse, read_only=False) as connection:
        built = build(connection, own=sql_dir)
    click.echo(f"{len(built)} views in {warehouse}.")


@views.command("show", epilog=_example("figshare-warehouse views show reports.articles"))
@click.argument("name")
def views_show(name: str) -> None:
    """Print the SQL of a view, with its description."""
    from pipelines.warehouse.views import show_view

    click.echo(show_view(name), nl=False)


@cli.command(epilog=_example("figshare-warehouse check", "figshare-warehouse check --format json"))
@_warehouse_option
@_format_options
def check(warehouse: Path, format_: str, output: Path | None) -> None:
    """Ask whether the reports agree with each other, and show the rows where they do not.

    Ends with status 1 when something is broken. Nothing is changed.
    """
    from pipelines.reports.laws import laws_report
    from pipelines.warehouse.checks import check_laws

    with _open(warehouse) as connection:
        laws = check_laws(connection)
    _print(laws_report(laws), format_, output)
    if not all(law.holds for law in laws):
        sys.exit(EXIT_BROKEN)


@cli.command(epilog=_example("figshare-warehouse describe", "figshare-warehouse describe licenses"))
@click.argument("name", metavar="[REPORT]", required=False)
@_sql_dir_option
@click.option("--markdown", is_flag=True, help="All reports as one page, as in sql/README.md.")
def describe(name: str | None, sql_dir: Path | None, markdown: bool) -> None:
    """Say what a report's rows and columns mean and where they come from; without REPORT, list the reports."""
    from pipelines.warehouse import dictionary

    width = max(30, shutil.get_terminal_size((100, 24)).columns)
    if markdown:
        text = dictionary.data_dictionary()
    elif name:
        text = dictionary.describe_text(dictionary.describe(name, own=sql_dir), width)
    else:
        text = dictionary.list_text(width, own=sql_dir)
    sys.stdout.buffer.write(text.encode("utf-8"))
    sys.stdout.flush()


@cli.group(
    epilog=_example("figshare-warehouse report institution", "figshare-warehouse report author 0000-0002-1825-0097")
)
def report() -> None:
    """Reports from the warehouse, for the terminal, as CSV, JSON or a page to pass on."""


@report.command(
    "author", epilog=_example("figshare-warehouse report author 'Ada Example' --format csv --output ada.csv")
)
@click.argument("author", metavar="NAME|ORCID|ID")
@_reader_options
@_page_options
def report_author(author: str, reading: Published, format_: str, output: Path | None) -> None:
    """One author and their articles, by name, ORCID iD or Figshare's author id."""
    from pipelines.reports import select

    with reading.opened() as connection:
        _show(connection, select.author(connection, author), format_, output)


@report.command("group", epilog=_example("figshare-warehouse report group 'School of Physics'"))
@click.argument("group", metavar="ID|NAME")
@_reader_options
@_page_options
def report_group(group: str, reading: Published, format_: str, output: Path | None) -> None:
    """One group, its subgroups and its articles."""
    from pipelines.reports import select

    with reading.opened() as connection:
        _show(connection, select.group(connection, group), format_, output)


@report.command("institution", epilog=_example("figshare-warehouse report institution --format json"))
@click.argument("institution", metavar="[ID]", required=False)
@_reader_options
@_page_options
def report_institution(institution: str | None, reading: Published, format_: str, output: Path | None) -> None:
    """The institution: totals, groups, item types, years."""
    from pipelines.reports import select

    with reading.opened() as connection:
        _show(connection, select.institution(connection, institution), format_, output)


@report.command(
    "search",
    epilog=_example("figshare-warehouse report search soil", "figshare-warehouse report search soil --format csv"),
)
@click.argument("search", metavar="NAME")
@_reader_options
@_page_options
def report_search(search: str, reading: Published, format_: str, output: Path | None) -> None:
    """What one of the named searches finds."""
    from pipelines.reports import select

    with reading.opened() as connection:
        _show(connection, select.search(connection, search), format_, output)


@cli.command(
    epilog=_example("figshare-warehouse site --output site", "figshare-warehouse site --output site --min-items 10")
)
@click.argument("institution", metavar="[ID]", required=False)
@_reader_options
@click.option("--output", type=click.Path(path_type=Path), required=True, help="The folder; made when it is not there.")
@click.option(
    "--min-items",
    type=click.IntRange(1),
    default=5,
    show_default=True,
    help="Authors with so many items have a page.",
)
def site(institution: str | None, reading: Published, output: Path, min_items: int) -> None:
    """Write pages of the institution, its groups and its authors, linked with each other.

    Open index.html in a browser, from disk or from any web server: nothing is loaded from elsewhere. Pages of groups
    and authors that are no more are removed; other files in the folder are left alone.
    """
    from rich.console import Console
    from rich.progress import Progress

    from pipelines.reports import select
    from pipelines.reports.render import size
    from pipelines.reports.site import write_site

    shown = Progress(console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty())
    with reading.opened() as connection, shown:
        task = shown.add_task("Pages", total=None)

        def step(total: int) -> None:
            shown.update(task, total=total, advance=1)

        made = write_site(connection, select.institution(connection, institution), output, min_items, step)
    items = "1 item" if min_items == 1 else f"{min_items:,} items"
    removed = f"; {made.removed_count:,} removed" if made.removed_count else ""
    click.echo(
        f"{made.index}: the institution, {made.group_count:,} groups and {made.author_count:,} authors with at least "
        f"{items}, {size(made.size_bytes)}{removed}. Open it in a browser; it needs no network."
    )


@cli.command(
    epilog=_example(
        "figshare-warehouse export --format xlsx --output dashboard.xlsx",
        "figshare-warehouse export --format parquet --output tables",
        "figshare-warehouse export --format csv --output authors.csv authors",
    )
)
@click.argument("reports", nargs=-1, metavar="[REPORT]...")
@_reader_options
@click.option(
    "--format",
    "format_",
    type=click.Choice(["parquet", "csv", "xlsx", "json"]),
    required=True,
    help="parquet with types, csv in UTF-8 with a header, xlsx with a sheet per report, json as an array of rows.",
)
@click.option(
    "--output",
    type=click.Path(path_type=Path),
    required=True,
    help="A folder, for a file per report; or for one report, and for xlsx, a file.",
)
@click.option(
    "--exact",
    is_flag=True,
    help="csv: text as it is, for machines, not made harmless for spreadsheets.",
)
def export(reports: tuple[str, ...], reading: Published, format_: Any, output: Path, exact: bool) -> None:
    """Write whole reports to files for other programs; without REPORT, the eight tables of a dashboard.

    Files are written whole or not at all. `describe` lists the reports and says what their columns mean.
    """
    from pipelines.reports.export import export as write_files

    if exact and format_ != "csv":
        raise UsageError(f"--exact is for csv: {format_} always has text as it is.")
    with reading.opened() as connection:
        done = write_files(connection, reports, format_, output, exact)
    width = max(map(len, done.rows))
    for name, count in done.rows.items():
        click.echo(f"  {name:{width}} {count:>11,} rows")
    for note in done.notes:
        click.echo(note)
    where = done.files[0] if len(done.files) == 1 else f"{output}: {len(done.files)} files"
    click.echo(f"{where}, {sum(done.rows.values()):,} rows in all.")
    click.echo("Try next: `figshare-warehouse describe REPORT` says what the rows and columns of a report mean.")


@cli.command(
    epilog=_example("figshare-warehouse sandbox --port 8080", "figshare-warehouse sandbox --items 20000 --seed 2")
)
@click.option("--port", default=0, help="Port on 127.0.0.1.  [default: a free one]")
@click.option("--items", default=300, show_default=True, type=click.IntRange(0), help="Articles of the institution.")
@click.option("--seed", default=1, show_default=True, help="What the made-up institution is drawn from.")
@click.option(
    "--records", type=click.Path(exists=True, dir_okay=False), help="Serve these article details (ndjson, .gz)."
)
def sandbox(port: int, items: int, seed: int, records: str | None) -> None:
    """Serve a local Figshare to try things on, until Ctrl-C."""
    from pipelines.sandbox import Sandbox, serve_forever

    def ready(sandbox: Sandbox) -> None:
        for name, value in sandbox.description().items():
            click.echo(f"{name:15} {value}")
        click.echo(
            "\nRefresh from it, in another terminal:\n"
            f"  figshare-warehouse refresh --institution {sandbox.institution_id} --api-url {sandbox.api_url} "
            f"--stats-url {sandbox.stats_url} --requests-per-second 0\n\nCtrl-C ends it."
        )
        sys.stdout.flush()

    try:
        made = Sandbox(items, seed, records=records, port=port)
    except (ValueError, KeyError, OSError) as error:
        raise FigshareWarehouseError(f"{records or 'The sandbox'} cannot be served: {error}") from error
    serve_forever(made, ready)


def _refresh(warehouse: Path, given: dict[str, Any], log_file: Path | None = None, told: Told | None = None) -> Outcome:
    from pipelines.logs import logged_to
    from pipelines.refresh import refresh as run
    from pipelines.settings import resolve_settings

    settings = resolve_settings(given)
    if told is not None:
        told.command, told.secrets, told.seconds = settings.notify_command, settings.secrets(), settings.notify_seconds
    with logged_to(log_file, settings.secrets()), _Progress() as progress:
        outcome = run(settings, warehouse, progress)
    if told is not None:
        told.outcome = outcome
    return outcome


class _Progress:
    """Steps and a bar of requests on standard error; nothing when it is not a terminal."""

    def __init__(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, ProgressColumn, TextColumn, TimeRemainingColumn

        columns: tuple[ProgressColumn, ...] = (
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.completed:,.0f} of {task.fields[expected]} requests"),
            TimeRemainingColumn(),
        )
        self._bar = Progress(
            *columns, console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty(), expand=False
        )
        self._task = self._bar.add_task("", total=None, visible=False, expected="?")

    def __enter__(self) -> _Progress:
        self._bar.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._bar.stop()

    def step(self, text: str) -> None:
        """Shows the step."""
        self._bar.update(self._task, description=text, visible=True)

    def expect(self, requests: int, is_sure: bool) -> None:
        """Shows how many requests it will be; without an end while that is not sure."""
        expected = f"{requests:,}" if is_sure else f"{requests:,} or more"
        self._bar.update(self._task, total=requests if is_sure else None, expected=expected)

    def requests(self, made: int) -> None:
        """Moves the bar."""
        self._bar.update(self._task, completed=made)


def _summary(outcome: Outcome, warehouse: Path, is_short: bool = False) -> None:
    """Says what a refresh did; in one line when a program reads it."""
    lines = _summary_lines(outcome, warehouse, failures_shown=0 if is_short else 3)
    click.echo(" ".join(lines) if is_short else "\n".join(lines))


def _summary_lines(outcome: Outcome, warehouse: Path, failures_shown: int) -> list[str]:
    seconds = (outcome.finished_at or outcome.started_at) - outcome.started_at
    retries = f" ({outcome.retries:,} of them retries)" if outcome.retries else ""
    unchanged = f" {outcome.articles_unchanged:,} were unchanged," if outcome.articles_unchanged else ""
    withdrawn = f" {outcome.articles_withdrawn:,} are withdrawn," if outcome.articles_withdrawn else ""
    lines = [
        f"{warehouse}: {outcome.articles_loaded:,} of {outcome.articles_due:,} articles due were loaded,{unchanged}"
        f"{withdrawn}",
        f"{outcome.requests:,} requests{retries}, {seconds.total_seconds():.0f} s.",
    ]
    if outcome.failures:
        end = ":" if failures_shown else "."
        lines.append(
            f"{len(outcome.failures):,} requests failed and were set aside; the next refresh tries them again{end}"
        )
        lines += [f"  {failure['message']}" for failure in outcome.failures[:failures_shown]]
    if outcome.drift:
        lines.append(
            f"{len(outcome.drift):,} kinds of fields differ from what is declared; see `figshare-warehouse status`."
        )
    return lines + _mapped(outcome.mapped) + _broken(outcome.broken_laws)


def _mapped(mapped: Mapped | None) -> list[str]:
    if mapped is None:
        return []
    found = ", ".join(f"{kind} ({count:,})" for kind, count in mapped.found.items())
    more = f"; what is to be looked at is in reports.departments_unmapped: {found}." if found else "."
    return [f"{mapped.line_count:,} lines of your list of schools were loaded{more}"]


def _broken(laws: Sequence[str]) -> list[str]:
    return [f"Reports that do not agree: {', '.join(laws)}; see `figshare-warehouse check`."] if laws else []


def _open(warehouse: Path, read_only: bool = True) -> Any:
    from pipelines.warehouse import store

    if not read_only and not warehouse.exists():
        return store.connected(warehouse, read_only=True)
    return store.connected(warehouse, read_only=read_only)


def _show(connection: Any, report: Report, format_: str, output: Path | None) -> None:
    """As `_print`, or as a page."""
    if format_ != "html":
        _print(report, format_, output)
        return
    if output is None:
        raise UsageError("A page is a file: name it with --output FILE.")
    from pipelines.reports.files import write
    from pipelines.reports.page import render
    from pipelines.reports.pagedata import page_of
    from pipelines.reports.render import size

    text = render(page_of(connection, report))
    write(output, text)
    click.echo(f"{output}: {size(len(text.encode('utf-8')))}. Open it in a browser; it needs no network.")


def _print(report: Report, format_: str = "table", output: Path | None = None, max_rows: int | None = 20) -> None:
    from pipelines.reports.files import write
    from pipelines.reports.render import render

    is_terminal = output is None and sys.stdout.isatty()
    width = shutil.get_terminal_size((100, 24)).columns
    text = render(report, format_, width, max_rows if output is None else None, is_terminal)  # type: ignore[arg-type]
    if output is None:
        sys.stdout.buffer.write(text.encode("utf-8"))
        sys.stdout.flush()
        return
    write(output, text)
    click.echo(f"{output}: {len(report.rows.rows):,} rows.")


def main(arguments: list[str] | None = None) -> None:
    """Runs the command line and exits with its status."""
    is_debug = "--debug" in (sys.argv[1:] if arguments is None else arguments)
    try:
        cli.main(args=arguments, prog_name="figshare-warehouse", standalone_mode=False)
    except FigshareWarehouseError as error:
        if is_debug:
            raise
        click.echo(f"Error: {error}", err=True)
        sys.exit(error.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        click.echo("Interrupted.", err=True)
        sys.exit(130)
    except Exception as error:
        if is_debug:
            raise
        words = " ".join(str(error).split())[:300]
        click.echo(
            f"Error: something unexpected happened ({type(error).__name__}: {words}). What was loaded is kept; "
            "`figshare-warehouse --debug …` shows where.",
            err=True,
        )
        sys.exit(1)


if __name__ == "__main__":
    main()
