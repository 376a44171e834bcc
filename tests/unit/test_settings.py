"""Each setting is declared once: its option, configuration key, row in the docs and client argument follow."""

from __future__ import annotations

import inspect
import os
from dataclasses import fields
from pathlib import Path

import pytest

from figshare_warehouse.cli.loading import plan, refresh, schedule
from figshare_warehouse.configuration import make_client, resolve_settings
from figshare_warehouse.settings import (
    SETTINGS,
    TYPES,
    ClientSettings,
    FigshareSettings,
    datacite_table,
    settings_table,
)
from figshare_warehouse.sources.figshare import figshare_source
from tests.support import ROOT

PAGE = ROOT / "docs" / "loading.md"
OTHER_OPTIONS = {"warehouse", "log_file", "overwrite", "confirm_withdrawals", "add_institution", "forget_internal"}
WITHOUT_OPTION = {
    *("token", "portal", "stats_username", "stats_password", "api_version", "undated_article_max_age", "usage_days"),
    *("timeout_seconds", "max_tries", "retry_wait_seconds", "concurrency"),
    *("chunk_articles", "chunk_seconds", "notify_seconds", "link_max_age"),
}
VALUES = {
    bool: "true",
    int: "7",
    float: "7",
    str: "8d",
    list[int]: "[7]",
    list[str]: '["author:7"]',
    dict[str, str]: '{"a": "b"}',
}


def test_each_setting_has_an_option_or_says_that_it_has_none() -> None:
    named = {str(one.name): max(one.opts, key=len) for one in refresh.params}
    assert {name: option for name, option in named.items() if name not in OTHER_OPTIONS} == {
        name: setting.option for name, setting in SETTINGS.items() if setting.option
    }
    assert {name for name, setting in SETTINGS.items() if not setting.option} == WITHOUT_OPTION
    assert {one.name for one in schedule.params} == {*named, "kind"} - {
        "overwrite",
        "confirm_withdrawals",
        "add_institution",
        "forget_internal",
    }
    planned = {name for name, setting in SETTINGS.items() if setting.option and setting.is_planned}
    assert {one.name for one in plan.params} == planned | {"warehouse", "format_", "output", "overwrite"}


@pytest.mark.parametrize("name", SETTINGS)
def test_each_setting_is_a_configuration_key(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str) -> None:
    if name == "usage":
        text = '["days"]'
    elif name == "without":
        text = '["roles"]'
    elif name == "articles":
        text = '["10.6084/m9.figshare.5616445"]'
    elif name == "api_version":
        text = "v3"
    elif name.startswith("stats_") and name != "stats_url":
        text = "x"
    else:
        [kind] = [kind for kind in VALUES if TYPES[name] in (kind, kind | None)]
        text = "false" if getattr(FigshareSettings, name) is True else VALUES[kind]
        if kind is int and (limit := SETTINGS[name].limit):
            text = str(max(int(text), int(limit.least)))
    monkeypatch.setenv(f"SOURCES__FIGSHARE__{name.upper()}", text)
    assert getattr(resolve_settings({}), name) != getattr(FigshareSettings(), name)
    # dlt would also take a bare variable, which may be another program's.
    monkeypatch.delenv(f"SOURCES__FIGSHARE__{name.upper()}")
    monkeypatch.setenv(name.upper(), text)
    assert resolve_settings({}) == FigshareSettings()
    assert os.environ[name.upper()] == text


def test_secrets_are_not_shown() -> None:
    secret = {name: "s3cret" for name, setting in SETTINGS.items() if setting.is_secret}
    assert len(secret) == 3
    assert "s3cret" not in repr(FigshareSettings(**secret))  # type: ignore[arg-type]


def test_the_client_and_the_source_have_the_settings_defaults() -> None:
    with make_client(resolve_settings({}), "test") as client:
        for one in fields(ClientSettings):
            if one.name != "stats_url":
                assert getattr(client, one.name) == one.default
    for name, argument in inspect.signature(figshare_source).parameters.items():
        if name in SETTINGS and name != "groups":
            assert argument.default == getattr(FigshareSettings, name)


def test_the_table_of_settings_is_in_the_docs() -> None:
    text = PAGE.read_text(encoding="utf-8")
    start = text.index("| setting | option |")
    assert text[start:] == settings_table(), f"`just docs` writes the table at the end of {PAGE.name}"
    page = PAGE.with_name("citations.md")
    text = page.read_text(encoding="utf-8")
    start = text.index("| setting | default |")
    assert text[start:] == datacite_table(), f"`just docs` writes the table at the end of {page.name}"
