"""Paths, numbers and texts that cannot be: each is refused with one sentence that names it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from figshare_warehouse.cli import cli, main
from figshare_warehouse.configuration import resolve_settings
from figshare_warehouse.errors import UsageError
from figshare_warehouse.outputs import check_path, check_text
from figshare_warehouse.reports.terminal import csv_value
from figshare_warehouse.setting import LARGEST_ID
from figshare_warehouse.settings import LIMITS, SETTINGS, has_type

ODD = {
    "empty": "",
    "blank": " ",
    "root": "/",
    "long": "x" * 300 + ".csv",
    "deep": "/".join(["x" * 100] * 50),
    "not UTF-8": os.fsdecode(b"caf\xe9\xff.duckdb"),
    "NUL": "a\0b",
}
# What a command needs besides.
NEEDED = {
    "export": ["--format", "csv", "authors"],
    "site": ["--output", "site"],
    "refresh": ["--institution", "1", "--api-url", "http://127.0.0.1:9"],
    "plan": ["--institution", "1"],
    "schedule": ["cron", "--institution", "1"],
    "report author": ["x"],
    "report group": ["x"],
    "report search": ["x"],
    "views show": ["articles"],
}


def _paths(command: click.Command, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str]]:
    """Every command with each of its options that is a path."""
    for option in command.params:
        if isinstance(option.type, click.Path):
            yield path, max(option.opts, key=len)
    if isinstance(command, click.Group):
        for name, sub in command.commands.items():
            yield from _paths(sub, (*path, name))


def _refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """Types a command that is wrongly used; returns the sentence about it."""
    with pytest.raises(SystemExit) as ended:
        main(list(arguments))
    captured = capsys.readouterr()
    assert ended.value.code == 2, captured
    assert "unexpected" not in captured.err
    assert captured.err.startswith("Error: ")
    assert captured.err.count("\n") == 1
    assert captured.err.encode()
    return captured.err


PATHS = list(_paths(cli))


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize(("command", "option"), PATHS, ids=[f"{' '.join(c)} {o}" for c, o in PATHS])
def test_a_path_that_can_be_none_is_one_sentence_which_names_the_option(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], command: tuple[str, ...], option: str, odd: str
) -> None:
    if option == "--sql-dir" and odd == "root":
        pytest.skip("a folder that is there, and is only read")
    more = NEEDED.get(" ".join(command), [])
    for typed in ([option, ODD[odd]], [f"{option}={ODD[odd]}"]):
        assert option in _refused(capsys, *command, *more, *typed)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["published", "sql_dir", "schools"])
@pytest.mark.parametrize("odd", ["long", "not UTF-8"])
def test_a_configured_path_that_can_be_none_is_told_by_its_setting(
    monkeypatch: pytest.MonkeyPatch, name: str, odd: str
) -> None:
    monkeypatch.setenv(f"SOURCES__FIGSHARE__{name.upper()}", ODD[odd])
    with pytest.raises(UsageError, match=f"^{name} takes"):
        resolve_settings({})


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["report", "author", "caf\udce9"], "Argument 3"),
        (["refresh", "--search", "caf\udce9=soil"], "--search"),
        (["refresh", "--search=caf\udce9=soil"], "--search"),
        (["refresh", "--caf\udce9=soil"], "Argument 2"),
        (["plan", "--notify-command", "a\0b"], "--notify-command"),
    ],
)
def test_any_argument_is_utf8(capsys: pytest.CaptureFixture[str], arguments: list[str], named: str) -> None:
    assert f"Error: {named} takes" in _refused(capsys, *arguments)


def test_a_secret_that_is_not_utf8_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCES__FIGSHARE__STATS_PASSWORD", "s3cret\udce9")
    with pytest.raises(UsageError, match=r"^stats_password takes UTF-8") as told:
        resolve_settings({})
    assert "s3cret" not in str(told.value)


def test_names_of_255_bytes_are_taken() -> None:
    for name in ("x" * 255, "é" * 127, "a/b", "it's 100%\n"):
        check_path(name, "--output")
    check_path(".", "--output", "folder")
    check_text("שלום \U0001f600", "--search")
    for name in ("é" * 128, "a/" + "x" * 256 + "/b"):
        with pytest.raises(UsageError, match="at most 255 bytes"):
            check_path(name, "--output")


WRONG = [
    *(("institution", value) for value in (-5, 0, LARGEST_ID + 1)),
    *(("requests_per_second", value) for value in (-1.0, float("nan"), float("inf"), 1e6)),
    *(("timeout_seconds", value) for value in (0.0, -1.0, float("inf"), float("nan"), 1e9)),
    *(("retry_wait_seconds", value) for value in (-1.0, float("inf"), float("nan"))),
    *(("notify_seconds", value) for value in (0.0, float("inf"), -1.0)),
    *(("chunk_seconds", value) for value in (-1.0, float("inf"), float("nan"))),
    *(("max_minutes", value) for value in (0.0, -1.0, float("inf"))),
    *(("max_tries", value) for value in (0, 101)),
    *(("concurrency", value) for value in (0, -1, 33, 100_000)),
    *(("max_requests", value) for value in (0, -1)),
    *(("article_max_age", value) for value in ("0.5d", "20000w")),
]


@pytest.mark.parametrize(("name", "value"), WRONG)
def test_a_setting_outside_its_limits_is_refused_wherever_it_was_set(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str, value: float | str
) -> None:
    with pytest.raises(UsageError, match=f"^{name} must be (from|more than) .*, not "):
        resolve_settings({name: value})
    monkeypatch.setenv(f"SOURCES__FIGSHARE__{name.upper()}", str(value))
    with pytest.raises(UsageError, match=f"^{name} must be (from|more than) .*, not "):
        resolve_settings({})


def test_each_group_has_to_be_one() -> None:
    with pytest.raises(UsageError, match=r"^groups must be from 1 to 9,223,372,036,854,775,807, not -5\.$"):
        resolve_settings({"groups": [3, -5]})


def test_every_number_has_limits_and_the_defaults_are_within_them() -> None:
    assert {name for name in SETTINGS if has_type(name, int, float)} | {"groups", "institution"} == {
        name for name, limit in LIMITS.items() if not limit.is_age
    }
    resolve_settings({})
    for name, limit in LIMITS.items():
        most = limit.most if has_type(name, float) else int(limit.most)
        resolve_settings({name: f"{most}d" if limit.is_age else [most] if name == "groups" else most})


@pytest.mark.parametrize(
    ("option", "value"),
    [
        *(("--institution", value) for value in ("-5", "0", "9223372036854775808")),
        *(("--group", value) for value in ("-5", "0")),
        *(("--max-requests", value) for value in ("0", "-1")),
        *(("--max-minutes", value) for value in ("0", "inf", "nan")),
        *(("--requests-per-second", value) for value in ("-1", "inf", "nan", "1001")),
        *(("--article-max-age", value) for value in ("0.5d", "23h", "100001d")),
        ("--usage-max-age", "20000w"),
    ],
)
def test_an_option_has_the_limits_of_its_setting(capsys: pytest.CaptureFixture[str], option: str, value: str) -> None:
    told = _refused(capsys, "plan", "--institution", "1", f"{option}={value}")
    assert told.startswith((f"Error: {option} must be from ", f"Error: {option} must be more than "))


@pytest.mark.parametrize(("command", "most"), [("demo", "20000"), ("sandbox", "100000")])
def test_as_many_items_as_end_in_time(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, command: str, most: str
) -> None:
    for items in ("-1", str(int(most) + 1), "1" + "0" * 30):
        with pytest.raises(SystemExit, match="2"):
            main([command, "--items", items])
        assert f"0<=x<={most}" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_an_age_that_is_none_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert "--max-age takes a number" in _refused(capsys, "status", "--max-age", "")


@pytest.mark.parametrize(
    "text",
    [
        *("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "\nx", "＝1+1", "＋1", "－1", "＠SUM(A1)"),
        *(" =1", "\u00a0=1", "\ufeff=1", "\u200b=1", "\u2060@x", "\u202e=1", " \n \u3000＝1", "\x00=1", "\x0b=1"),
    ],
)
def test_text_that_a_spreadsheet_may_take_for_a_formula_is_marked(text: str) -> None:
    assert str(csv_value(text)).startswith("'")


@pytest.mark.parametrize("text", ["", " ", "a=1", "'=1", "– 1", "{=1+1}", "שלום", " a", "(-1)", "\u200b", "x\n=1"])
def test_other_text_stays(text: str) -> None:
    assert csv_value(text) == text
