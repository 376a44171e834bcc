"""Pages of a period: their figures are those of the terminal and of the workbook, counted by hand.

See tests/models/period_world.py: 603 was never used, 602 was published in the period, 604 is not known, 605 was
withdrawn, 601 moved from Arts to Physics.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import nullcontext
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import duckdb
import openpyxl
import pytest
from click.testing import CliRunner

from figshare_warehouse.cli import cli
from figshare_warehouse.periods import Period
from figshare_warehouse.reports import subjects
from figshare_warehouse.reports.annual import write_annual
from figshare_warehouse.reports.html import page_data
from figshare_warehouse.reports.html.page import render
from figshare_warehouse.reports.html.site import write_site
from figshare_warehouse.reports.in_period import in_period
from figshare_warehouse.reports.report import Report
from figshare_warehouse.reports.terminal import to_json
from figshare_warehouse.warehouse.publish.published import Published
from tests.reports.conftest import period_reports
from tests.reports.page_text import Read, tiles
from tests.reports.pages_world import HOSTILE, small

YEAR = Period(date(2025, 7, 1), date(2026, 6, 30))
IN_ALL = {"Items in all": "5"}


def page(connection: duckdb.DuckDBPyConnection, report: Report, period: Period = YEAR) -> str:
    return render(page_data.page_of(connection, in_period(connection, report, period)))


def text_of(value: Any) -> str:
    return "–" if value is None else f"{value:,}" if isinstance(value, int) else str(value)


def test_the_institution(periods: duckdb.DuckDBPyConnection) -> None:
    text = page(periods, subjects.institution(periods))
    read = Read(text)
    assert "<title>Uni, 1 Jul 2025 to 30 Jun 2026</title>" in text
    assert '<p class="period">1 Jul 2025 to 30 Jun 2026</p>' in text
    assert tiles(text) == {"Published": "1", "Views": "27", "Downloads": "3", "Months known": "72.7\u00a0%"} | IN_ALL
    assert "of all years, as of 15 Aug 2026" in read.text
    assert "Known are 72.7 % of the months of the items: the others are in no figure." in read.text
    assert read.rows["item_types"][1:] == [
        ["dataset", "0", "17", "3", "100.0\u00a0%"],
        ["thesis", "1", "10", "0", "100.0\u00a0%"],
        ["figure", "0", "–", "–", "0.0\u00a0%"],
    ]
    assert [row[:4] for row in read.rows["schools"][1:]] == [
        ["Matter", "0", "17", "3"],
        ["Light", "1", "10", "0"],
        ["In no school", "0", "–", "–"],
        ["Empty", "0", "0", "0"],
    ]
    assert [row[:4] for row in read.rows["groups"][1:]] == [
        ["Science", "0", "17", "3"],
        ["Physics", "0", "17", "3"],
        ["Arts", "1", "10", "0"],
        ["In no group", "0", "0", "0"],
        ["Law", "0", "0", "0"],
    ]
    assert [row[:4] for row in read.rows["authors"][1:]] == [
        ["John", "1", "27", "3"],
        ["Jane", "0", "17", "3"],
        ["Zoe", "0", "–", "–"],
    ]
    assert read.rows["published"][1:] == [["Title 602", "thesis", "Arts", "2025-11-20", "10", "0"]]
    assert [[row[0], *row[4:6]] for row in read.rows["items"][1:]] == [
        ["Title 601", "17", "3"],
        ["Title 602", "10", "0"],
        ["Title 603", "0", "0"],
        ["Title 606", "0", "0"],
        ["Title 604", "–", "–"],
    ]
    months = {row[0]: row[1:] for row in read.rows["months"][1:]}
    assert len(months) == 12
    assert {month: row for month, row in months.items() if row != ["0", "0"]} == {
        "Jul 2025": ["2", "10"],
        "Nov 2025": ["0", "4"],
        "Dec 2025": ["0", "6"],
        "Jan 2026": ["1", "7"],
    }


def test_nothing_of_all_time_is_shown_as_of_the_period(periods: duckdb.DuckDBPyConnection) -> None:
    """22 are the views of 601 of all time, 50 those of 604, 100 those of the one that was withdrawn, 3 those of 606."""
    for report in (subjects.institution(periods), subjects.group(periods, "Arts"), subjects.author(periods, "Jane")):
        read = Read(page(periods, report))
        shown = {cell for rows in read.rows.values() for row in rows for cell in row[1:]}
        assert not shown & {"22", "50", "100", "122"}
        assert "Title 605" not in read.text
        assert not {"licences", "funders", "top"} & set(read.rows)


def test_what_is_not_known_is_not_none(periods: duckdb.DuckDBPyConnection) -> None:
    text = page(periods, subjects.author(periods, "Zoe"))
    assert tiles(text) == {
        "Published": "0",
        "Views": "not known",
        "Downloads": "not known",
        "Months known": "0.0\u00a0%",
        "Items in all": "2",
    }
    assert "Usage in the period is not known." in Read(text).text
    assert "No usage by month is known, which does not mean that there was none." in Read(text).text


def test_months_before_anything_began_are_none_and_others_without_a_figure_not_known(
    periods: duckdb.DuckDBPyConnection,
) -> None:
    # The first of John's began in March 2024; in Arts 604 began in 2022, and is not known.
    before = Period(date(2024, 1, 1), date(2024, 4, 30))
    john = Read(page(periods, subjects.author(periods, "John"), before))
    assert john.rows["months"][1:] == [[f"{month} 2024", "0", "0"] for month in ("Apr", "Mar", "Feb", "Jan")]
    arts = Read(page(periods, subjects.group(periods, "Arts"), Period(date(2025, 9, 1), date(2025, 12, 31))))
    assert arts.rows["months"][1:] == [
        ["Dec 2025", "0", "6"],
        ["Nov 2025", "0", "4"],
        ["Oct 2025 (not complete)", "–", "–"],
        ["Sep 2025 (not complete)", "–", "–"],
    ]
    # August is read to the 15th, and later months are to come.
    later = Read(page(periods, subjects.institution(periods), Period(date(2026, 7, 1), date(2026, 9, 30))))
    assert later.rows["months"][1:] == [
        ["Sep 2026 (not complete)", "–", "–"],
        ["Aug 2026 (not complete)", "0", "0"],
        ["Jul 2026", "0", "3"],
    ]


def test_terminal_workbook_and_page_have_equal_figures(periods: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    report = in_period(periods, subjects.institution(periods), YEAR)
    terminal = json.loads(to_json(report))
    path = tmp_path / "annual.xlsx"
    write_annual(periods, None, YEAR, path)
    book: dict[str, Any] = {sheet.title: [*sheet.iter_rows(values_only=True)] for sheet in openpyxl.load_workbook(path)}
    text = render(page_data.page_of(periods, report))
    read = Read(text)
    figures = ("published_article_count", "views", "downloads")
    shown = tiles(text)
    summary = {name: value for name, value, _ in book["Summary"]}
    for name, tile, cell in zip(
        (*figures, "article_count"),
        ("Published", "Views", "Downloads", "Items in all"),
        (
            "Articles published in the period",
            "Views in the period",
            "Downloads in the period",
            "Articles now, of all years",
        ),
        strict=True,
    ):
        assert shown[tile] == text_of(terminal["headline"][name]) == text_of(summary[cell])
    assert shown["Months known"].replace("\u00a0", "") == summary["How much of the usage is known"]

    def of_sheet(sheet: str, *headings: str) -> list[list[str]]:
        places = [book[sheet][0].index(heading) for heading in headings]
        return [[text_of(row[place]) for place in places] for row in book[sheet][1:]]

    named = {"rows": "groups", "item_types": "item_types", "schools": "schools"}
    for (section, table), sheet in zip(named.items(), ("By group", "By item type", "By school"), strict=True):
        told = [[text_of(row[name]) for name in figures] for row in terminal[section]]
        assert [row[1:4] for row in read.rows[table][1:]] == told
        assert of_sheet(sheet, "Published in the period", "Views", "Downloads") == told
    told = [[text_of(row[name]) for name in ("title", "views", "downloads")] for row in terminal["articles"]]
    assert [[row[0], *row[4:6]] for row in read.rows["items"][1:]] == told
    assert of_sheet("Top items", "Title", "Views", "Downloads") == told
    told = [[text_of(row[name]) for name in ("downloads", "views")] for row in terminal["months"]]
    assert [row[1:] for row in reversed(read.rows["months"][1:])] == told
    assert of_sheet("Use by month", "Downloads", "Views") == told
    sums = periods.execute(
        "select sum(views), sum(downloads) from reports.usage_between('2025-07-01', '2026-06-30')"
    ).fetchone()
    assert sums == (terminal["headline"]["views"], terminal["headline"]["downloads"]) == (27, 3)


def test_a_site_of_a_period_stays_within_it(periods: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    made = write_site(periods, subjects.institution(periods), tmp_path, 1, period=YEAR)
    assert (made.group_count, made.author_count) == (4, 3)
    reached, waiting = set(), ["index.html"]
    while waiting:
        name = waiting.pop()
        reached.add(name)
        text = (tmp_path / name).read_text(encoding="utf-8")
        assert ", 1 Jul 2025 to 30 Jun 2026</title>" in text
        links = [attributes.get("href") or "" for tag, attributes in Read(text).elements if tag == "a"]
        waiting += [link for link in links if link.endswith(".html") and link not in reached]
        assert {urlsplit(link).scheme for link in links} <= {"", "https"}
    assert reached == {path.name for path in tmp_path.glob("*.html")}
    science = (tmp_path / "group-10.html").read_text(encoding="utf-8")
    assert (tiles(science)["Published"], tiles(science)["Views"]) == ("0", "17")
    assert Read(science).rows["groups"][1:] == [["Physics", "0", "17", "3"]]
    arts = (tmp_path / "group-13.html").read_text(encoding="utf-8")
    assert tiles(arts) == {
        "Published": "1",
        "Views": "10",
        "Downloads": "0",
        "Months known": "40.0\u00a0%",
        "Items in all": "2",
    }
    jane = (tmp_path / "author-1.html").read_text(encoding="utf-8")
    assert [row[0] for row in Read(jane).rows["items"][1:]] == ["Title 601", "Title 603"]
    assert "Nothing was published in the period." in Read(jane).text


def test_a_search_has_what_was_published_and_no_usage_of_all_time(empty: duckdb.DuckDBPyConnection) -> None:
    with small(empty) as connection:
        text = page(connection, subjects.search(connection, "light"), Period(date(2026, 1, 2), date(2026, 1, 31)))
        assert tiles(text) == {"Published": "1"}
        assert Read(text).rows == {"published": [["Title", "Type", "Published"], ["Found 101", "–", "2026-01-02"]]}


@pytest.fixture
def hostile() -> Iterator[duckdb.DuckDBPyConnection]:
    with period_reports() as connection:
        for table, columns in (
            ("articles", ("title", "item_type", "group_name", "doi")),
            ("groups", ("group_name", "path")),
            ("group_articles", ("group_name",)),
            ("author_articles", ("full_name", "orcid")),
            ("authors", ("full_name", "orcid")),
            ("schools", ("school",)),
            ("school_articles", ("school",)),
            ("institution_summary", ("institution_name",)),
        ):
            for column in columns:
                connection.execute(f"update reports.{table} set {column} = ? || coalesce({column}, '')", [HOSTILE])
        connection.execute("update reports.articles set url = 'javascript:document.title=1'")
        yield connection


def test_hostile_texts_and_links_are_inert(hostile: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    write_site(hostile, subjects.institution(hostile), tmp_path, 1, period=YEAR)
    texts = [path.read_text(encoding="utf-8") for path in tmp_path.glob("*.html")]
    texts.append(page(hostile, subjects.institution(hostile)))
    assert len(texts) == 9
    for text in texts:
        read = Read(text)
        assert not {tag for tag, _ in read.elements} & {"img", "b", "iframe", "object", "form"}
        assert not [name for _, attributes in read.elements for name in attributes if name.startswith("on")]
        addresses = [attributes.get("href") or attributes.get("src") or "" for _, attributes in read.elements]
        assert {urlsplit(address).scheme for address in addresses} <= {"", "https"}
        assert "document.title='owned'" in read.text
        assert not re.search("[\u202e\u2028]", text)


def test_from_the_command_line(
    periods: duckdb.DuckDBPyConnection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Published, "opened", lambda self, writes=(): nullcontext(periods))
    monkeypatch.chdir(tmp_path)
    year = ("--from", "2025-07-01", "--to", "2026-06-30")
    arguments = ["report", "group", "Arts", *year, "--format", "html", "--output", "arts.html"]
    assert CliRunner().invoke(cli, arguments, catch_exceptions=False).exit_code == 0
    assert tiles(Path("arts.html").read_text(encoding="utf-8"))["Views"] == "10"
    made = CliRunner().invoke(cli, ["site", "--year", "2025-07", "--output", "site"], catch_exceptions=False)
    assert "with at least 5 items, 2025-07-01 to 2026-06-30, " in made.stdout
    assert tiles(Path("site/index.html").read_text(encoding="utf-8"))["Views"] == "27"
