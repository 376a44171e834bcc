"""Reports and workbooks of a period, over a warehouse that was counted by hand (see tests/models/period_world.py)."""

from __future__ import annotations

import csv
from contextlib import nullcontext
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pytest
from click.testing import CliRunner

from figshare_warehouse.cli import cli, main
from figshare_warehouse.errors import UsageError
from figshare_warehouse.periods import Period
from figshare_warehouse.reports import subjects
from figshare_warehouse.reports.annual import write_annual
from figshare_warehouse.reports.export import OF_PERIOD, export
from figshare_warehouse.reports.in_period import in_period
from figshare_warehouse.reports.report import Report, Section
from figshare_warehouse.reports.terminal import render
from figshare_warehouse.reports.workbook import write_workbook
from figshare_warehouse.warehouse.publish.published import Published

YEAR = Period(date(2025, 7, 1), date(2026, 6, 30))
KNOWN = pytest.approx(32 / 44)


@pytest.fixture
def world(periods: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    return periods


def figures(report: Report) -> Any:
    names = ("published_article_count", "article_count", "views", "downloads", "months_known_ratio")
    return tuple(report.headline[name] for name in (*names, "usage_complete_to"))


def rows(section: Section, *columns: str) -> Any:
    places = [section.columns.index(column) for column in columns]
    return [tuple(row[place] for place in places) for row in section.rows]


def test_the_institution(world: duckdb.DuckDBPyConnection) -> None:
    report = in_period(world, subjects.institution(world), YEAR)
    assert figures(report) == (1, 5, 27, 3, KNOWN, YEAR.last)
    assert rows(report.rows, "part_id", "views") == [(10, 17), (11, 17), (13, 10), (None, 0), (14, 0)]
    months, types, schools, articles = report.others
    assert [row for row in rows(months, "views", "downloads") if row != (0, 0)] == [
        (10, 2),
        (4, 0),
        (6, 0),
        (7, 1),
    ]
    assert rows(types, "part_name", "views") == [("dataset", 17), ("thesis", 10), ("figure", None)]
    assert rows(schools, "part_name", "views") == [("Matter", 17), ("Light", 10), (None, None), ("Empty", 0)]
    assert rows(articles, "article_id", "views") == [(601, 17), (602, 10), (603, 0), (606, 0), (604, None)]
    lines = [line.split("  ") for line in render(report, "table", 100).splitlines()[:8]]
    assert [(line[0], line[-1].strip()) for line in lines] == [
        ("Uni, 2025-07-01 to 2026-06-30", "Uni, 2025-07-01 to 2026-06-30"),
        ("Published in it", "1"),
        ("Articles in all", "5"),
        ("Views in it", "27"),
        ("Downloads in it", "3"),
        ("Shares in it", "unknown"),
        ("Months known", "72.7%"),
        ("Usage known to", "2026-06-30"),
    ]


def test_of_a_month_in_part_the_whole_counts_and_that_is_said(world: duckdb.DuckDBPyConnection) -> None:
    report = in_period(world, subjects.institution(world), Period(date(2025, 7, 15), date(2026, 6, 14)))
    assert (report.headline["views"], report.headline["downloads"]) == (27, 3)
    words = render(report, "table", 100).split()
    assert " ".join(words).find("Usage counted in whole months, 2025-07 to 2026-06 ") > 0
    assert "usage_counted" not in in_period(world, subjects.institution(world), YEAR).headline


def test_a_group_with_its_subgroups(world: duckdb.DuckDBPyConnection) -> None:
    report = in_period(world, subjects.group(world, "Science"), YEAR)
    assert figures(report) == (0, 2, 17, 3, 1.0, YEAR.last)
    assert rows(report.rows, "article_id", "views", "is_published_in_period") == [(601, 17, False), (603, 0, False)]


def test_an_author(world: duckdb.DuckDBPyConnection) -> None:
    report = in_period(world, subjects.author(world, "John"), YEAR)
    assert figures(report) == (1, 2, 27, 3, 1.0, YEAR.last)
    assert rows(report.rows, "article_id", "views", "is_published_in_period") == [(601, 17, False), (602, 10, True)]
    unknown = in_period(world, subjects.author(world, "Zoe"), YEAR)
    assert figures(unknown) == (0, 2, None, None, 0.0, YEAR.last)


def test_the_annual_report(world: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    path = tmp_path / "annual.xlsx"
    done = write_annual(world, None, YEAR, path)
    assert (done.files, done.notes) == ((path,), ())
    book = openpyxl.load_workbook(path)
    sheets: dict[str, Any] = {sheet.title: [*sheet.iter_rows(values_only=True)] for sheet in book}
    assert list(sheets) == [
        *("Summary", "Outputs", "Use by month", "By group", "By school", "By item type", "Top items", "Countries"),
        *("Withdrawn", "Not known", "Sources"),
    ]
    summary = {figure: value for figure, value, _ in sheets["Summary"]}
    assert summary["Articles published in the period"] == 1
    assert (summary["Views in the period"], summary["Downloads in the period"]) == (27, 3)
    assert summary["Shares in the period"] == "not known", "it was never asked for"
    assert summary["How much of the usage is known"] == "72.7%"
    assert summary["Articles found withdrawn in the period"] == 1
    assert summary["Articles of which not all months are known"] == 1
    [header, output] = sheets["Outputs"]
    assert header[:4] == ("Published", "Title", "Authors", "Item type")
    assert output[:4] == (datetime(2025, 11, 20), "Title 602", "John", "thesis")
    assert output[-4:-2] == (10, 0)
    months = {row[0]: row[1:3] for row in sheets["Use by month"][1:]}
    assert len(months) == 12
    assert months[datetime(2025, 7, 1)] == (10, 2)
    assert months[datetime(2026, 6, 1)] == (0, 0)
    assert sum(views for views, _ in months.values()) == 27
    assert [row[:5] for row in sheets["By school"]] == [
        ("School", "Faculty", "Articles in all", "Published in the period", "Views"),
        ("Matter", "Science", 2, 0, 17),
        ("Light", None, 1, 1, 10),
        ("In no school", None, 2, 0, None),
        ("Empty", None, 0, 0, 0),
    ]
    assert [row[1] for row in sheets["By group"][1:]] == ["Science", "Physics", "Arts", "In no group", "Law"]
    assert sheets["By group"][2][:4] == (11, "Physics", 2, "Science")
    assert [row[1] for row in sheets["Withdrawn"][1:]] == ["Title 605"]
    assert [row[0] for row in sheets["Not known"][1:]] == [604]
    headings = {cell for rows_ in sheets.values() for cell in rows_[0]}
    assert not any("_" in heading for heading in headings), "every column has a heading"
    named = {row[0] for row in sheets["Sources"][1:]}
    assert named == set(sheets) - {"Sources"}


def test_the_annual_report_of_a_group(world: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    path = tmp_path / "annual.xlsx"
    write_annual(world, None, YEAR, path, group="Science")
    book = openpyxl.load_workbook(path)
    sheets: dict[str, Any] = {sheet.title: [*sheet.iter_rows(values_only=True)] for sheet in book}
    assert list(sheets) == [
        *("Summary", "Outputs", "Use by month", "By group", "Top items", "Countries", "Withdrawn", "Not known"),
        "Sources",
    ]
    summary = {figure: value for figure, value, _ in sheets["Summary"]}
    assert summary["Group, with the groups below it"] == "Science"
    assert [summary[f"{name} in the period"] for name in ("Articles published", "Views", "Downloads")] == [0, 17, 3]
    assert sum(row[1] for row in sheets["Use by month"][1:]) == 17
    assert [row[1] for row in sheets["By group"][1:]] == ["Physics"]
    assert {row[0] for row in sheets["Top items"][1:]} == {601, 603}
    assert sheets["Outputs"][1:] == []
    write_annual(world, None, YEAR, path, group="Arts")
    book = openpyxl.load_workbook(path)
    assert [row[1] for row in book["Outputs"].iter_rows(min_row=2, values_only=True)] == ["Title 602"]
    assert [row[0] for row in book["Not known"].iter_rows(min_row=2, values_only=True)] == [604]
    assert "By group" not in book.sheetnames


def test_the_annual_report_can_be_printed_and_read(world: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    path = tmp_path / "annual.xlsx"
    write_annual(world, None, YEAR, path)
    book: Any = openpyxl.load_workbook(path)
    for sheet in book:
        assert (sheet.page_setup.orientation, sheet.print_title_rows) == ("landscape", "$1:$1")
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 0)
    months = book["Use by month"]
    assert months["A2"].number_format == "mmm yyyy"
    assert {row[0] for row in months.iter_rows(min_row=2, min_col=6, max_col=6, values_only=True)} == {"yes"}
    summary = book["Summary"]
    values = {row[0].value: row[1] for row in summary.iter_rows()}
    assert values["Views in the period"].number_format == "#,##0"
    assert values["How it is counted"].alignment.wrap_text


def test_wrapped_rows_are_as_high_as_their_texts(tmp_path: Path) -> None:
    path = tmp_path / "wrapped.xlsx"
    address = "https://northfield.example/articles/1"
    rows = [("word " * 40, None, address), ("word", True, address), ("word", False, None)]
    write_workbook(path, [("one", ("title", "is_x", "url"), rows)], {"title": "Title"})
    [sheet] = openpyxl.load_workbook(path)
    widths = [sheet.column_dimensions[letter].width for letter in "ABC"]
    assert 59 < widths[0] < 61
    assert widths[1] < 13
    assert sheet.row_dimensions[2].height == 15 * 4
    assert [sheet.row_dimensions[row].height or 15 for row in (1, 3, 4)] == [15, 15, 15]
    assert [row[1].value for row in sheet.iter_rows(min_row=2)] == [None, "yes", "no"]
    write_workbook(path, [("one", ("title", "is_x", "url"), rows)])
    [sheet] = openpyxl.load_workbook(path)
    assert (sheet["B3"].value, sheet["A2"].alignment.wrap_text) == (True, None)


def test_exports_of_a_period(world: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    names = ("articles", "article_main", "usage_by_month", "changes", "usage_by_school_between")
    done = export(world, names, "csv", tmp_path, period=YEAR)
    # 12 months of everything that had begun; of 602, what is its alone, 8.
    assert {name: done.rows[name] for name in names if name != "usage_by_month"} == {
        "articles": 1,
        "article_main": 1,
        "changes": 4,
        "usage_by_school_between": 4,
    }
    # A report can have several dates: which one counts is said.
    assert done.notes[0] == "articles: rows whose published_on is from 2025-07-01 to 2026-06-30."
    assert len(done.notes) == 4
    with (tmp_path / "usage_by_month.csv").open(encoding="utf-8", newline="") as file:
        months = {row["month"] for row in csv.DictReader(file)}
    assert (min(months), max(months), len(months)) == ("2025-07-01", "2026-06-01", 12)
    done = export(world, (), "xlsx", tmp_path / "period.xlsx", period=YEAR)
    assert list(done.rows) == [*OF_PERIOD]


def test_what_has_no_period_is_told(world: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"^licenses has no days or months: leave out the period"):
        export(world, ("licenses",), "csv", tmp_path, period=YEAR)
    with pytest.raises(UsageError, match=r"^usage_between is of a period: give --from and --to, --year or --last\.$"):
        export(world, ("usage_between",), "csv", tmp_path)
    with pytest.raises(UsageError, match=r"^There is no report 'usage_betwen'; near it: usage_between"):
        export(world, ("usage_betwen",), "csv", tmp_path, period=YEAR)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ("report institution --year 25", "Error: --year takes a year such as 2025"),
        ("export --report annual --output a.xlsx", "Error: --report annual is of a period: "),
        ("export --report annual --year 2025 --output a.csv", "Error: --report annual is a workbook: "),
        ("export --report annual --year 2025 --format csv --output a.xlsx", "Error: --report annual is a workbook: "),
        ("export --report annual --year 2025 --output a.xlsx articles", "Error: --report annual chooses its reports"),
        ("export --institution 1 --format csv --output a", "Error: --institution is for --report annual"),
        ("export --group 1 --format csv --output a", "Error: --group is for --report annual"),
        ("export --output a", "Error: Choose a --format: "),
    ],
)
def test_arguments_that_do_not_fit(arguments: str, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments.split())
    error = capsys.readouterr().err
    assert (ended.value.code, error[: len(said)]) == (2, said)
    assert len(error.splitlines()) == 1


def test_from_the_command_line(
    world: duckdb.DuckDBPyConnection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Published, "opened", lambda self, writes=(): nullcontext(world))
    year = ("--year", "2025-07")
    shown = CliRunner().invoke(cli, ["report", "institution", *year], catch_exceptions=False)
    assert shown.exit_code == 0
    assert "Views in it      27\n" in shown.stdout
    made = CliRunner().invoke(
        cli, ["export", "--report", "annual", *year, "--output", "a.xlsx"], catch_exceptions=False
    )
    assert made.exit_code == 0
    assert made.stdout.splitlines()[-1].startswith("a.xlsx, 2025-07-01 to 2026-06-30, ")
