"""What the charts are made of: the files are those that their note names, and classes and codes are right."""

from __future__ import annotations

import hashlib
import json
import re

import pycountry
import pytest

from figshare_warehouse.reports.html import charts


def test_the_files_are_those_that_the_note_names() -> None:
    note = (charts.ASSETS / "README.md").read_text(encoding="utf-8")
    named = dict(re.findall(r"^\| `([^`]+)` \|.*`([0-9a-f]{64})` \|", note, re.MULTILINE))
    brought = {path.name for path in charts.ASSETS.iterdir()} - {"README.md", "page.css", "page.js"}
    assert set(named) == brought
    for name, digest in named.items():
        assert hashlib.sha256((charts.ASSETS / name).read_bytes()).hexdigest() == digest, name


def test_the_script_ends_nothing_and_asks_for_nothing() -> None:
    script = charts.script()
    assert script == charts.script()
    assert "</script" not in script.lower()
    assert "<!--" not in script
    assert "\r" not in script
    assert "sourceMappingURL" not in script
    assert "import {" not in script


def test_charts_are_described_in_the_vega_lite_that_is_brought() -> None:
    for made in (charts.months_chart("views"), charts.world_chart()):
        assert "url" not in json.dumps(made)
        assert "$schema" not in made


def test_countries_are_known_by_their_codes() -> None:
    assert charts.country_id("DE") == "276"
    assert charts.country_id("AF") == "004"
    assert charts.country_id(None) is None
    assert charts.country_id("ZZ") is None
    codes = {country.numeric for country in pycountry.countries}
    assert charts.shape_ids() <= codes
    assert len(charts.shape_ids()) == 173


@pytest.mark.parametrize(
    ("values", "bounds"),
    [
        ([], []),
        ([0, 0], []),
        ([1], [1]),
        ([0, 2, 3], [1, 2]),
        ([40], [1, 2, 5, 10]),
        ([22_684, 3], [1, 5, 50, 200, 2000]),
    ],
)
def test_classes_of_the_map_are_round(values: list[int], bounds: list[int]) -> None:
    assert charts.steps(values) == bounds
    levels = [charts.level(value, bounds) for value in values]
    assert all((level == 0) == (value == 0) for level, value in zip(levels, values, strict=True))
    assert max(levels, default=0) <= charts.LEVELS


def test_what_is_not_known_is_in_no_class() -> None:
    assert charts.level(None, [1, 5]) == 0
    assert [charts.level(value, [1, 5]) for value in (0, 1, 4, 5, 99)] == [0, 1, 1, 2, 2]
