"""Reports as text: they fit, they tell unknown from none, and hostile text does no harm in any format."""

import csv
import io
import json
import re
import stat
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from figshare_warehouse.cli.output import print_report
from figshare_warehouse.errors import FigshareWarehouseError
from figshare_warehouse.outputs import Kind
from figshare_warehouse.reports import subjects
from figshare_warehouse.reports.html import cells
from figshare_warehouse.reports.report import Report, Section, Value
from figshare_warehouse.reports.report_files import write
from figshare_warehouse.reports.terminal import Format, render, rows_table, to_csv, to_json, to_table
from figshare_warehouse.reports.text import harmless, quoted, spreadsheet_cell

NOT_SHOWN = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def report_of(
    *rows: Any, columns: Any = ("title", "article_count", "size_bytes", "published_on", "orcid_ratio", "is_embargoed")
) -> Any:
    shown = {name: name.split("_")[0].title() for name in columns}
    return Report(
        "r",
        "Title",
        {"size_bytes": 1500, "a_count": None},
        {"size_bytes": "Size", "a_count": "As"},
        Section("rows", "Rows", columns, list(rows), shown),
    )


@pytest.fixture(scope="module")
def reports(connection: duckdb.DuckDBPyConnection) -> Any:
    return {
        "author": subjects.author(connection, "1"),
        "hostile": subjects.author(connection, "6"),
        "group": subjects.group(connection, "Science"),
        "empty group": subjects.group(connection, "Arts"),
        "institution": subjects.institution(connection, "1"),
        "other institution": subjects.institution(connection, "2"),
        "top": subjects.top_authors(connection),
    }


@pytest.mark.parametrize("width", [1, 20, 40, 80, 132])
def test_tables_fit_the_terminal(reports: dict[str, Report], width: int) -> None:
    for report in reports.values():
        text = to_table(report, width=width, max_rows=1, says_more=True)
        assert max(cell_len(line) for line in text.splitlines()) <= width
        assert not NOT_SHOWN.search(text)


def test_a_table_at_80_columns(reports: dict[str, Report]) -> None:
    assert to_table(reports["institution"], width=80) == (
        "University of Northfield\n"
        "Figshare id                1\n"
        "Listing as of (UTC)        2026-11-01 12:30\n"
        "Articles                   3\n"
        "Still to be read           0\n"
        "Files                      2\n"
        "Size                       1.5 MB\n"
        "Authors                    5\n"
        "Authors with ORCID iD      20.0%\n"
        "Under embargo              0\n"
        "Metadata only              0\n"
        "Linked to a publication    0\n"
        "First published            2020-01-01\n"
        "Last published             2020-01-03\n"
        "Views                      unknown\n"
        "Downloads                  unknown\n"
        "Articles with known usage  0.0%\n"
        "Usage as of (UTC)          unknown\n"
        "\n"
        "Item types\n"
        "Item type             Articles  Views  Downloads  Files    Size\n"
        "journal contribution         3      –          –      2  1.5 MB\n"
        "\n"
        "Years\n"
        "Year  Articles  Files    Size\n"
        "2020         3      2  1.5 MB\n"
        "\n"
        "Groups\n"
        "  Id  Group    Articles  Views  Downloads  Files    Size  Authors  Level\n"
        "  10  Science         2      –          –      2  1.5 MB        3      1\n"
        "  11  Physics         1      –          –      1     0 B        2      2\n"
        "none  –               1      –          –      –       –        2      –\n"
        "  20  Arts            0      0          0      0     0 B        0      1\n"
        "  21  Library         0      0          0      0     0 B        0      2\n"
        "  22  Library         0      0          0      0     0 B        0      2\n"
    )


def test_long_text_is_cut_and_the_rest_stays_whole(reports: dict[str, Report]) -> None:
    lines = to_table(reports["author"], width=80).splitlines()
    (line,) = [line for line in lines if "Light" in line]
    assert line.startswith("2020-01-01  Light Light")
    assert "…" in line
    assert "none" in next(line for line in lines if line.lstrip("\u200e").startswith("2020-01-02"))


def test_in_a_narrow_terminal_columns_are_left_out_before_names_are_cut() -> None:
    shown = {"name": "Name", "views": "Views", "downloads": "Downloads", "size_bytes": "Size", "note": "Note"}
    rows: list[tuple[Value, ...]] = [("University of the Northern Fields", 10, 20, 30, "Some long text about it")]
    text = rows_table(Section("rows", "", tuple(shown), rows, shown), width=40)
    assert text.startswith("Name              Views  Downloads  Size\nUniversity of t…     10         20  30 B\n")
    assert "Columns that do not fit: note." in text


def test_right_to_left_text_keeps_its_column(reports: dict[str, Report]) -> None:
    lines = to_table(reports["author"], width=80).splitlines()
    (line,) = [line for line in lines if "ש" in line]
    assert line.count("\u200e") == 5
    assert line.index("ש") > line.index("\u200e")


def test_rows_beyond_the_limit_are_counted(reports: dict[str, Report]) -> None:
    text = to_table(reports["institution"], max_rows=2)
    assert "… and 4 more\n" in text
    assert "more" not in to_table(reports["institution"], max_rows=None)


def test_a_report_that_is_cut_ends_with_how_to_see_the_rest(reports: dict[str, Report]) -> None:
    columns = {"title": "Title", "views": "Views"}
    main = Section("rows", "Main", tuple(columns), [("a", 1), ("b", 2)], columns)
    other = replace(main, name="others", title="Others")
    report = Report("status", "Title", {}, {}, main, (other,))

    def last(report: Report, width: int = 80, max_rows: int | None = 20) -> str:
        return to_table(report, width, max_rows, says_more=True).splitlines()[-1]

    assert last(report, max_rows=1) == "--format json shows all rows."
    assert last(replace(report, others=()), max_rows=1) == "--format csv shows all rows."
    page = replace(report, name="author", others=())
    assert last(page, max_rows=1) == "--format csv or --output FILE.html shows all rows."
    assert last(page, max_rows=1, width=60) != last(page, width=60) == "b          2"
    narrow = to_table(replace(report, others=()), 8, 20, says_more=True)
    assert " ".join(narrow.split()).endswith("Some columns do not fit. --format csv shows them.")
    narrow = to_table(replace(report, others=()), 8, 1, says_more=True)
    assert " ".join(narrow.split()).endswith("Some columns do not fit. --format csv shows all rows.")
    assert to_table(report, 80, 1).splitlines()[-1] == "… and 1 more"


def test_only_the_terminal_says_how_to_see_the_rest(capsysbinary: Any, tmp_path: Path) -> None:
    report = report_of(*[(f"title {number}", *[None] * 5) for number in range(21)])
    print_report(report)
    print_report(report, has_options=False)
    assert capsysbinary.readouterr().out.decode().count("--format csv shows all rows.") == 1
    print_report(report, output=tmp_path / "out.txt")
    assert "--format" not in (tmp_path / "out.txt").read_text(encoding="utf-8")


def test_unknown_is_told_from_none_and_numbers_are_readable() -> None:
    text = to_table(report_of(("a", 1234567, 0, date(2020, 1, 2), 0.25, True), ("b", 0, None, None, None, None)))
    assert text == (
        "Title\n"
        "Size  1.5 kB\n"
        "As    unknown\n"
        "\n"
        "Rows\n"
        "Title    Article  Size  Published   Orcid  Is\n"
        "a      1,234,567   0 B  2020-01-02  25.0%  yes\n"
        "b              0     –  –               –  –\n"
    )


@pytest.mark.parametrize(
    ("ratio", "words"), [(0.0, "0.0%"), (0.0004, "< 0.1%"), (0.0006, "0.1%"), (1 / 3, "33.3%"), (1.0, "100.0%")]
)
def test_a_ratio_that_is_little_is_not_called_nothing(ratio: float, words: str) -> None:
    table = to_table(report_of((ratio,), columns=("orcid_ratio",)))
    assert table.splitlines()[-1].strip() == words
    assert cells.percent(ratio) == words.replace("%", "\u00a0%")


@pytest.mark.parametrize(
    ("size", "words"),
    [(0, "0 B"), (999, "999 B"), (1000, "1.0 kB"), (999_949, "999.9 kB"), (999_950, "1.0 MB"), (95 * 10**9, "95.0 GB")],
)
def test_sizes_are_readable(size: int, words: str) -> None:
    assert f" {words}\n" in to_table(report_of(("a", size), columns=("title", "size_bytes")))


def test_ids_and_years_have_no_separators() -> None:
    assert "12345678" in to_table(report_of((12345678,), columns=("article_id",)))


def test_color_is_only_where_it_is_asked_for(reports: dict[str, Report]) -> None:
    report = reports["top"]
    assert "\x1b[1m" in to_table(report, color=True)
    assert "\x1b" not in to_table(report)


def test_markup_and_emoji_names_are_text() -> None:
    assert "[bold]x[/bold] :smile:" in to_table(report_of(("[bold]x[/bold] :smile:",), columns=("title",)))


def test_csv_has_all_columns_raw(reports: dict[str, Report]) -> None:
    report = reports["author"]
    lines = list(csv.reader(io.StringIO(to_csv(report), newline="")))
    assert tuple(lines[0]) == report.rows.columns
    assert len(lines) == 3
    assert to_csv(report).count("\r\n") == 3
    assert dict(zip(lines[0], lines[1], strict=True))["published_on"] == "2020-01-02"
    assert dict(zip(lines[0], lines[1], strict=True))["doi"] == ""


def test_csv_of_an_institution_tells_unknown_from_none(reports: dict[str, Report]) -> None:
    report = reports["institution"]
    lines = list(csv.DictReader(io.StringIO(to_csv(report), newline="")))
    sizes = [(line["group_id"], line["size_bytes"], line["size_bytes_with_subgroups"]) for line in lines]
    assert sizes[:4] == [("10", "1500000", "1500000"), ("11", "0", "0"), ("", "", ""), ("20", "0", "0")]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_csv_formulas_are_text(start: str) -> None:
    text = to_csv(report_of((start + "1+1", -5), columns=("title", "article_count")))
    assert list(csv.reader(io.StringIO(text, newline="")))[1] == ["'" + start + "1+1", "-5"]


def test_csv_of_hostile_text(reports: dict[str, Report]) -> None:
    text = to_csv(reports["hostile"])
    assert "\x1b" not in text
    (line,) = list(csv.DictReader(io.StringIO(text, newline="")))
    assert line["title"].startswith('\'=1+1[31m[bold]"a",\r\n')


def test_json_has_everything(reports: dict[str, Report]) -> None:
    found = json.loads(to_json(reports["institution"]))
    assert list(found) == ["report", "headline", "rows", "item_types", "years"]
    assert found["headline"]["completed_at"] == "2026-11-01T12:30:00"
    assert found["headline"]["first_published_on"] == "2020-01-01"
    assert found["rows"][2]["group_id"] is None
    assert found["rows"][2]["size_bytes"] is None
    assert found["rows"][3]["size_bytes"] == 0


def test_json_keeps_hostile_text_and_does_no_harm(reports: dict[str, Report]) -> None:
    report = reports["hostile"]
    assert not NOT_SHOWN.search(to_json(report))
    title = report.rows.rows[0][report.rows.columns.index("title")]
    assert "\x1b" in str(title)
    assert json.loads(to_json(report))["rows"][0]["title"] == title


@given(st.text())
def test_any_text_is_harmless(text: str) -> None:
    assert not NOT_SHOWN.search(harmless(text))
    assert "\n" not in harmless(text)
    assert not spreadsheet_cell(text).startswith(("=", "+", "-", "@", "\t", "\r"))
    assert len(quoted(text)) <= 62
    report = report_of((text, 5), columns=("title", "article_count"))
    assert json.loads(to_json(report))["rows"] == [{"title": text, "article_count": 5}]
    table = to_table(report, width=30)
    assert not NOT_SHOWN.search(table)
    assert table.count("\n") == 7
    ((cell, number),) = list(csv.reader(io.StringIO(to_csv(report), newline="")))[1:]
    assert (cell, number) == (spreadsheet_cell(text), "5")


@pytest.mark.parametrize("format_", ["table", "csv", "json"])
def test_an_empty_report_renders(empty: Any, format_: Format) -> None:
    text = render(subjects.top_authors(empty), format_)
    assert text.endswith("\n")
    assert ("none" in text) == (format_ == "table")


def test_times_are_shown_to_the_minute() -> None:
    assert "2020-01-02 03:04\n" in to_table(report_of((datetime(2020, 1, 2, 3, 4, 5),), columns=("completed_at",)))


OLD = Kind("an old report", lambda path: path.read_text(encoding="utf-8") == "old")


def test_a_file_is_written_whole(tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    path.write_text("old", encoding="utf-8")
    write(path, "é\r\n", OLD)
    assert path.read_bytes() == "é\r\n".encode()
    assert [file.name for file in tmp_path.iterdir()] == ["r.csv"]
    assert stat.S_IMODE(path.stat().st_mode) & 0o400


def test_a_file_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(FigshareWarehouseError, match=r"r\.csv cannot be written: the folder .* does not exist;"):
        write(tmp_path / "no" / "r.csv", "x", OLD)
    (tmp_path / "folder").mkdir()
    with pytest.raises(FigshareWarehouseError, match="is a folder"):
        write(tmp_path / "folder", "x", OLD)
    assert [file.name for file in tmp_path.iterdir()] == ["folder"]


def test_text_that_cannot_be_encoded_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    path.write_text("old", encoding="utf-8")
    with pytest.raises(UnicodeEncodeError):
        write(path, "\ud800", OLD)
    assert path.read_text(encoding="utf-8") == "old"
    assert [file.name for file in tmp_path.iterdir()] == ["r.csv"]


def test_sentences_are_broken_into_lines_and_not_cut() -> None:
    text = "An institution's articles are as many as the articles of its groups and those without a group."
    section = Section(
        "rows",
        "",
        ("data_test", "text"),
        [("a_test", text)],
        {"data_test": "Data test", "text": "What"},
        whole=("text",),
    )
    report = Report("check", "Data tests", {"said": text}, {"said": "Said"}, section)
    shown = render(report, "table", 60, None, False)
    assert "…" not in shown
    assert max(map(len, shown.splitlines())) <= 60
    words = shown.split()
    assert all(words.count(word) >= 2 for word in text.split())
