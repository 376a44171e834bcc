"""The options that commands share."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from pathlib import Path
from typing import Any

import click

from figshare_warehouse.ages import age_of
from figshare_warehouse.errors import UsageError
from figshare_warehouse.limits import outside
from figshare_warehouse.outputs import PathKind, check_path, check_text


def example(*lines: str) -> str:
    """Returns the examples that a help text ends with."""
    return "\b\nExamples:\n" + "\n".join(f"  {line}" for line in lines)


class PathOf(click.Path):
    """A valid path in UTF-8; whether it exists is checked as by `click.Path`.

    Args:
        of: as for `check_path`.
        more: as for `click.Path`.
    """

    def __init__(self, of: PathKind = "file", **more: Any) -> None:
        super().__init__(path_type=Path, **more)
        self._of = of

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Returns the path."""
        check_path(os.fspath(value), _name(param), self._of)
        return super().convert(value, param, ctx)


class Number(click.ParamType):  # type: ignore[type-arg]
    """A number within the limits of the setting that the option is named after.

    Args:
        of: `int` or `float`.
    """

    def __init__(self, of: type[int] | type[float]) -> None:
        self._of = of
        self.name = "integer" if of is int else "float"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Returns the number."""
        number = (click.INT if self._of is int else click.FLOAT).convert(value, param, ctx)
        if param is not None and param.name and (wrong := outside(param.name, number)):
            raise UsageError(f"{_name(param)} {wrong}.")
        return number


class Age(click.ParamType):  # type: ignore[type-arg]
    """An age such as `90d`, within the limits of the setting that the option is named after."""

    name = "age"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Returns the age as it is written."""
        days = age_of(value, _name(param)) / timedelta(days=1)
        if param is not None and param.name and (wrong := outside(param.name, days)):
            raise UsageError(f"{_name(param)} {wrong}.")
        return value


def _name(param: click.Parameter | None) -> str:
    return max(param.opts, key=len) if isinstance(param, click.Option) else "the argument"


class Commands(click.Group):
    """Commands that refuse arguments that are not UTF-8."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Checks the arguments of all commands, then parses them as click does."""
        option = ""
        for number, text in enumerate(args, start=1):
            word, equals, _ = text.partition("=")
            is_option = word.startswith("--") and word.isascii()
            check_text(text, (word if is_option and equals else option) or f"Argument {number}")
            option = word if is_option and not equals else ""
        return super().parse_args(ctx, args)


def warehouse_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Which warehouse."""
    return click.option(
        "--warehouse",
        type=PathOf(),
        default=Path("figshare_warehouse.duckdb"),
        show_default=True,
        help="The DuckDB file.",
    )(command)


def _can_be_configured() -> bool:
    """Whether there may be configuration; importing dlt, which knows all places, takes a second."""
    if any(name.startswith(("SOURCES__", "DLT_", "XDG_DATA_HOME")) for name in os.environ):
        return True
    # The last is dlt's home for the administrator of a machine.
    return any(Path(folder, "config.toml").exists() for folder in (".dlt", os.path.expanduser("~/.dlt"), "/var/dlt"))


def _configured(context: click.Context, option: click.Parameter, given: Path | None) -> Path | None:
    """The given value, otherwise the configured one; None for neither."""
    if given is not None or not _can_be_configured():
        return given
    from figshare_warehouse.settings import resolve_settings

    name = str(option.name)
    value = getattr(resolve_settings({}), name)
    if name == "sql_dir" and value and not Path(value).is_dir():
        raise UsageError(
            f"There is no folder {value}, which is configured as sql_dir: make it, or correct the setting."
        )
    return Path(value) if value else None


def _published_option(**more: Any) -> Callable[..., Any]:
    return click.option(
        "--published",
        type=PathOf(),
        help="The file that readers open.  [default: figshare_reports.duckdb beside the warehouse; beside another "
        "NAME.duckdb NAME_reports.duckdb]",
        **more,
    )


def _sql_dir_option(**more: Any) -> Callable[..., Any]:
    return click.option(
        "--sql-dir",
        type=PathOf("any", exists=True, file_okay=False),
        help="Folder with your reports (*.sql), checked and built like ours.",
        **more,
    )


def published_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Which published file: the given one, otherwise the configured one."""
    return _published_option(callback=_configured)(command)  # type: ignore[no-any-return]


def reader_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Which published file to read; the command gets it as `reading`."""

    @wraps(command)
    def with_reading(*args: Any, warehouse: Path, published: Path | None, **options: Any) -> Any:
        from figshare_warehouse.warehouse.publish.published import Published

        return command(*args, reading=Published.of(warehouse, published), **options)

    return warehouse_option(published_option(with_reading))


def overwrite_option(option: str) -> Callable[..., Any]:
    """Whether a file that is not ours may be replaced."""
    return click.option(
        "--overwrite",
        is_flag=True,
        help=f"Replace the file at {option} even if it is not an earlier output of this kind.",
    )


def sql_dir_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """The user's reports: the given folder, otherwise the configured one."""
    return _sql_dir_option(callback=_configured)(command)  # type: ignore[no-any-return]


def format_options(command: Callable[..., Any], more: str = "") -> Callable[..., Any]:
    """The format and the file."""
    for option in (
        overwrite_option("--output"),
        click.option("--output", type=PathOf(), help="Write to this file instead of the terminal."),
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


def page_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """As `format_options`, with pages."""
    return format_options(command, ", html for a page with charts and a map")


def refresh_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options of `refresh`, `schedule` and `plan`."""
    for option in reversed(
        (
            warehouse_option,
            click.option("--institution", type=Number(int), help="Figshare's id of the institution."),
            click.option(
                "--group",
                "groups",
                type=Number(int),
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
                type=Number(float),
                help="Pace; 0 for no pacing. Figshare asks for at most 1.  [default: 1]",
            ),
            click.option("--max-requests", type=Number(int), help="Stop cleanly after so many requests."),
            click.option("--max-minutes", type=Number(float), help="Stop cleanly after so many minutes."),
            click.option(
                "--article-max-age",
                type=Age(),
                help="Read older articles again, such as 90d, since some changes show no date.  [default: 90d]",
            ),
            click.option(
                "--usage",
                type=click.Choice(["none", "months", "days", "countries"]),
                multiple=True,
                help="Usage to read: months (of articles and groups, with countries of groups), also days and "
                "countries of articles, or none; repeatable.  [default: months]",
            ),
            click.option(
                "--usage-item",
                "usage_items",
                multiple=True,
                help="Also the usage of this, such as author:123; repeatable.",
            ),
            click.option(
                "--usage-report",
                "usage_reports",
                multiple=True,
                metavar="NAME",
                help="Also the countries of the articles in this report (its column article_id); repeatable.",
            ),
            click.option(
                "--usage-max-age",
                type=Age(),
                help="Ask again for usage that is older, such as 12h or 7d.  [default: 7d]",
            ),
        )
    ):
        command = option(command)
    return command


def run_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Further options of `refresh` and `schedule`."""
    for option in reversed(
        (
            click.option(
                "--log-file",
                type=PathOf(),
                help="Append a log to this file, one JSON object a line.",
            ),
            click.option(
                "--notify-command",
                metavar="COMMAND",
                help="Run this in a shell when the exit status is not 0, with a summary (JSON) on its standard input.",
            ),
            # A refresh reads configured values with all other settings; an entry of schedule leaves them to it.
            _published_option(),
            _sql_dir_option(),
            click.option(
                "--schools",
                type=PathOf(exists=True, dir_okay=False),
                metavar="FILE",
                help="Your list of schools: a CSV with the columns school, group_id, author_id or orcid, and "
                "optionally faculty. Without it the last one stays.",
            ),
        )
    ):
        command = option(command)
    return command


def as_settings(options: dict[str, Any]) -> dict[str, Any]:
    """Options as settings; what was not given is None."""
    searches = {}
    for text in options.pop("searches"):
        name, equals, query = text.partition("=")
        if not equals:
            raise UsageError(f"--search takes NAME=QUERY, not '{text}'.")
        if name.strip() in searches:
            raise UsageError(f"--search names two searches '{name.strip()}': give each its own name.")
        searches[name.strip()] = query.strip()
    lists: dict[str, Any] = {
        name: list(options[name]) or None
        for name in ("groups", "usage", "usage_items", "usage_reports")
        if name in options
    }
    plain = {name: str(value) if isinstance(value, Path) else value for name, value in options.items()}
    return {**plain, **lists, "searches": searches or None}
