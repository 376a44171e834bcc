"""The options that commands share."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import wraps
from pathlib import Path
from typing import Any

import click

from figshare_warehouse.ages import age_of
from figshare_warehouse.clock import utc_now
from figshare_warehouse.errors import UsageError
from figshare_warehouse.outputs import PathKind, check_path, check_text
from figshare_warehouse.periods import period_of
from figshare_warehouse.settings import SETTINGS, default_of, default_text, has_type, number_in

_EXAMPLE_WIDTH = 74

_OPTION = re.compile(r" (?=--[a-z])")


def example(*lines: str) -> str:
    """Returns the examples that a help text ends with, in lines that fit a narrow terminal and can be typed so."""
    return "\b\nExamples:\n" + "\n".join(f"  {_broken(line)}" for line in lines)


def _broken(line: str) -> str:
    """A command with a line break before the options that do not fit."""
    first, *options = _OPTION.split(line)
    lines = [first]
    for option in options:
        if len(lines[-1]) + len(option) < _EXAMPLE_WIDTH:
            lines[-1] += f" {option}"
        else:
            lines.append(f"    {option}")
    return " \\\n  ".join(lines)


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
        _check_limit(param, number)
        return number


class NumberOrText(click.ParamType):  # type: ignore[type-arg]
    """A number within the limits of the setting that the option is named after, or a text that is looked up."""

    name = "text"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Returns it as it is written."""
        if (number := number_in(value.strip())) is not None:
            _check_limit(param, number)
        return value


class Age(click.ParamType):  # type: ignore[type-arg]
    """An age such as `90d`, within the limits of the setting that the option is named after."""

    name = "age"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Returns the age as it is written."""
        _check_limit(param, age_of(value, _name(param)) / timedelta(days=1))
        return value


def _check_limit(param: click.Parameter | None, number: float) -> None:
    limit = SETTINGS[param.name].limit if param is not None and param.name else None
    if limit and (wrong := limit.wrong(number)):
        raise UsageError(f"{_name(param)} {wrong}.")


def _name(param: click.Parameter | None) -> str:
    return max(param.opts, key=len) if isinstance(param, click.Option) else "the argument"


class Group(click.Group):
    """Commands in the order in which they were added, each with its first sentence, whole."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Returns their names."""
        return list(self.commands)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Writes them for the help."""
        with formatter.section("Commands"):
            texts = {name: " ".join((command.help or "").split()) for name, command in self.commands.items()}
            formatter.write_dl([(name, f"{text.partition('. ')[0].rstrip('.')}.") for name, text in texts.items()])


class Commands(Group):
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
    from figshare_warehouse.configuration import resolve_settings

    name = str(option.name)
    value = getattr(resolve_settings({}), name)
    if name == "sql_dir" and value and not Path(value).is_dir():
        raise UsageError(
            f"There is no folder {value}, which is configured as sql_dir: make it, or correct the setting."
        )
    return Path(value) if value else None


_PATHS = {
    "output": PathOf(),
    "file": PathOf(exists=True, dir_okay=False),
    "folder": PathOf("any", exists=True, file_okay=False),
}


def _type(name: str) -> click.ParamType[Any] | None:
    setting = SETTINGS[name]
    if setting.limit:
        if setting.limit.is_age:
            return Age()
        return NumberOrText() if has_type(name, str) else Number(float if has_type(name, float) else int)
    return click.Choice(setting.choices) if setting.choices else _PATHS[setting.path] if setting.path else None


def _option(name: str, **more: Any) -> Callable[..., Any]:
    """The option of a setting."""
    setting, default = SETTINGS[name], default_text(name)
    if has_type(name, bool):
        # Without it the configured value holds.
        more = {"is_flag": True, "default": None, **more}
        # What is on by default can be switched off.
        flags = f"{setting.option}/--no-{str(setting.option)[2:]}" if default_of(name) else str(setting.option)
        return click.option(flags, name, help=setting.meaning, **more)
    return click.option(
        str(setting.option),
        name,
        type=_type(name),
        multiple=has_type(name, list, dict),
        metavar=setting.metavar,
        help=setting.meaning + (f"  [default: {default}]" if default else ""),
        **more,
    )


def published_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Which published file: the given one, otherwise the configured one."""
    return _option("published", callback=_configured)(command)  # type: ignore[no-any-return]


def reader_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Which published file to read; the command gets it as `reading`."""

    @wraps(command)
    def with_reading(*args: Any, warehouse: Path, published: Path | None, **options: Any) -> Any:
        from figshare_warehouse.warehouse.publish.published import Published

        return command(*args, reading=Published.of(warehouse, published), **options)

    return warehouse_option(published_option(with_reading))


def period_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Which period; the command gets it as `period`, None for all time."""

    @wraps(command)
    def with_period(
        *args: Any, from_: str | None, to: str | None, year: str | None, last: str | None, **options: Any
    ) -> Any:
        return command(*args, period=period_of(from_, to, year, last, utc_now().date()), **options)

    for option in (
        click.option("--last", metavar="MONTHS", help="The last whole months: 12m, or 2y for years."),
        click.option("--year", metavar="YEAR", help="A year: 2025, or 2025-07 for one that begins in July 2025."),
        click.option("--to", metavar="DAY", help="Its last day; today by default."),
        click.option("--from", "from_", metavar="DAY", help="Only a period: its first day, such as 2025-07-01."),
    ):
        with_period = option(with_period)
    return with_period


def overwrite_option(option: str) -> Callable[..., Any]:
    """Whether a file that is not ours may be replaced."""
    return click.option(
        "--overwrite",
        is_flag=True,
        help=f"Replace the file at {option} even if it is not an earlier output of this kind.",
    )


def sql_dir_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """The user's reports: the given folder, otherwise the configured one."""
    return _option("sql_dir", callback=_configured)(command)  # type: ignore[no-any-return]


_ELSEWHERE = {
    "csv": "",
    "json": "",
    "html": "`figshare-warehouse report` writes pages",
    "xlsx": "`figshare-warehouse export` writes workbooks",
    "parquet": "`figshare-warehouse export` writes Parquet",
}
"""Ending of a file → what writes such files, where a command does not."""


def format_of(given: str | None, output: Path | None, written: Sequence[str]) -> str:
    """Returns the format: the given one, otherwise that of the file's ending, otherwise `table`.

    Args:
        given: the value of `--format`; None for none.
        output: the value of `--output`; None for the terminal.
        written: the formats that the command writes, `table` apart.

    Raises:
        UsageError: by its ending it is a file that the command does not write.
    """
    ending = output.suffix.lower().removeprefix(".") if output else ""
    if given or ending not in _ELSEWHERE:
        return given or "table"
    if ending not in written:
        names = [f"*.{one}" for one in written]
        raise UsageError(
            f"--output takes a file {', '.join(names[:-1])} or {names[-1]} here, not *.{ending}: {_ELSEWHERE[ending]}."
        )
    return ending


DEFAULT_FORMAT = "By default as the ending of --output says, else table."


def format_options(command: Callable[..., Any], more: str = "") -> Callable[..., Any]:
    """The format and the file; without a format the file's ending decides."""
    written = ["csv", "json", *(["html"] if more else [])]

    @wraps(command)
    def with_format(*args: Any, format_: str | None, output: Path | None, **options: Any) -> Any:
        return command(*args, format_=format_of(format_, output, written), output=output, **options)

    for option in (
        overwrite_option("--output"),
        click.option("--output", type=PathOf(), help="Write to this file instead of the terminal."),
        click.option(
            "--format",
            "format_",
            type=click.Choice(["table", *written]),
            help=f"table for people, csv for the rows, json for everything{more}. {DEFAULT_FORMAT}",
        ),
    ):
        with_format = option(with_format)
    return with_format


def page_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """As `format_options`, with pages."""
    return format_options(command, ", html for a page with charts and a map")


def refresh_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options of `refresh`, `schedule` and `plan`."""
    return warehouse_option(_options(command, is_planned=True))


def run_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Further options of `refresh` and `schedule`."""
    log_file = click.option("--log-file", type=PathOf(), help="Append a log to this file, one JSON object a line.")
    # A refresh reads configured values with all other settings; an entry of schedule leaves them to it.
    return log_file(_options(command, is_planned=False))


def _options(command: Callable[..., Any], is_planned: bool) -> Callable[..., Any]:
    for name, setting in reversed(SETTINGS.items()):
        if setting.option and setting.is_planned == is_planned:
            command = _option(name)(command)
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
    lists: dict[str, Any] = {name: list(value) or None for name, value in options.items() if isinstance(value, tuple)}
    plain = {name: str(value) if isinstance(value, Path) else value for name, value in options.items()}
    return {**plain, **lists, "searches": searches or None}
