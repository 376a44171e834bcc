"""Whole reports as files: the same values in each format, text that stays text, all files or none."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pytest
from click.testing import CliRunner

from figshare_warehouse.cli import cli
from figshare_warehouse.errors import FigshareWarehouseError, UsageError
from figshare_warehouse.reports.export import DASHBOARD, FORMATS, WORKBOOK, Format, export
from figshare_warehouse.reports.workbook import CUT, LONGEST_CELL, MOST_LINKS, MOST_ROWS, sheet_names
from figshare_warehouse.warehouse.publish.published import Published

HOSTILE = (
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "{=1+1}",
    "\t=1+1",
    '=HYPERLINK("http://evil.example","x")',
    "https://evil.example",
    "mailto:a@b.example",
    "internal:Sheet2!A1",
    "<r><t>x</t></r>",
    "<r></r></is></c><c><f>1+1</f></c><c><is><r></r>",
    "a\x1b[31mb\x00c",
    "_x0041_ \ufffe",
    " padded ",
    "1234",
    "'=1",
    "two\r\nlines",
    "שלום",
    "",
)


@pytest.fixture
def few() -> Iterator[duckdb.DuckDBPyConnection]:
    """Three rows computed by hand, every type that reports have, and a text of each kind that could do harm."""
    with duckdb.connect(":memory:") as made:
        made.execute("create schema reports")
        made.execute(
            "create table reports.few (item_id bigint, title varchar, url varchar, doi varchar, is_open boolean, "
            "view_count bigint, article_ratio double, published_on date, posted_at timestamp, note varchar)"
        )
        at = datetime(2024, 2, 29, 12, 30, 15)
        url, doi = "https://figshare.com/articles/x/3?a=1&b=#c", "10.6084/m9.figshare.3"
        made.executemany(
            "insert into reports.few values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (3, 'Thrée, "3"', url, doi, True, 1234567, 0.25, date(2024, 2, 29), at, None),
                (1, "One", "javascript:alert(1)", "none", False, 0, 0.0, date(1899, 12, 31), datetime(1850, 1, 1), ""),
                (2**60, "Two", None, None, None, None, None, None, None, None),
            ],
        )
        made.execute("create table reports.hostile (position bigint, text varchar)")
        made.executemany("insert into reports.hostile values (?, ?)", list(enumerate(HOSTILE)))
        yield made


def _sheet(path: Path, name: str) -> Any:
    return openpyxl.load_workbook(path)[name]


def _csv(path: Path) -> list[list[str]]:
    return list(csv.reader(io.StringIO(path.read_bytes().decode(), newline="")))


def _cells(sheet: Any) -> list[tuple[Any, ...]]:
    return [tuple(cell.value for cell in row) for row in sheet.iter_rows(min_row=2)]


@pytest.mark.parametrize("format_", FORMATS)
def test_a_dashboard_is_what_is_exported_by_default(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, format_: Format
) -> None:
    expected = list(DASHBOARD)
    done = export(connection, [], format_, tmp_path / "out")
    assert list(done.rows) == expected
    for name, count in done.rows.items():
        assert connection.execute(f"select count(*) from reports.{name}").fetchall() == [(count,)]
    assert done.rows["article_main_wide"] == 4
    files = [f"{name}.{format_}" for name in expected] if format_ != "xlsx" else ["figshare_reports.xlsx"]
    assert sorted(file.name for file in (tmp_path / "out").iterdir()) == sorted(files)
    if format_ == "xlsx":
        assert len(openpyxl.load_workbook(done.files[0]).sheetnames) == 8


def test_the_command_exports_what_is_published(loaded: Path, tmp_path: Path) -> None:
    loaded.unlink()
    output = tmp_path / "dashboard.xlsx"
    options = ["--warehouse", str(loaded), "--format", "xlsx", "--output", str(output)]
    done = CliRunner().invoke(cli, ["export", *options], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    book = openpyxl.load_workbook(output, read_only=True)
    names = ["main", "authors", "categories", "tags", "funding", "files", "usage_by_month"]
    names.append("group_usage_by_country")
    assert book.sheetnames == names
    with Published.of(loaded).opened() as connection:
        for sheet, report in zip(names, DASHBOARD, strict=True):
            [[count]] = connection.execute(f"select count(*) from reports.{report}").fetchall()
            assert sum(1 for _ in book[sheet].iter_rows()) == count + 1


def test_parquet_has_the_types_and_the_values(few: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    export(few, ["reports.few"], "parquet", tmp_path / "few.parquet")
    read = few.execute(f"select * from '{tmp_path}/few.parquet'")
    assert read.fetchall() == few.execute("select * from reports.few order by item_id").fetchall()
    types = "select column_name, column_type from (describe {})"
    of_file = few.execute(types.format(f"select * from '{tmp_path}/few.parquet'")).fetchall()
    assert of_file == few.execute(types.format("reports.few")).fetchall()


def test_no_report_has_a_type_that_parquet_does_not_keep(connection: duckdb.DuckDBPyConnection) -> None:
    query = (
        "select table_name, column_name, data_type from duckdb_columns() where schema_name in ('reports', 'operations')"
    )
    kept = {"BIGINT", "INTEGER", "DOUBLE", "BOOLEAN", "VARCHAR", "DATE", "TIMESTAMP"}
    assert [row for row in connection.execute(query).fetchall() if row[2] not in kept] == []


def test_json_is_an_array_with_a_row_a_line(few: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    export(few, ["few", "hostile"], "json", tmp_path)
    text = (tmp_path / "few.json").read_text(encoding="utf-8")
    rows = json.loads(text)
    assert len(text.splitlines()) == len(rows) + 2
    assert rows[1] == {
        "item_id": 3,
        "title": 'Thrée, "3"',
        "url": "https://figshare.com/articles/x/3?a=1&b=#c",
        "doi": "10.6084/m9.figshare.3",
        "is_open": True,
        "view_count": 1234567,
        "article_ratio": 0.25,
        "published_on": "2024-02-29",
        "posted_at": "2024-02-29T12:30:15.000000",
        "note": None,
    }
    assert rows[0]["note"] == ""
    assert rows[2]["item_id"] == 2**60
    hostile = json.loads((tmp_path / "hostile.json").read_text(encoding="utf-8"))
    assert tuple(row["text"] for row in hostile) == HOSTILE


def test_csv_is_harmless_in_a_spreadsheet_and_exact_when_asked_for(
    few: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    export(few, ["few", "hostile"], "csv", tmp_path)
    lines = _csv(tmp_path / "few.csv")
    assert lines[0] == [column[0] for column in few.execute("select * from reports.few").description]
    assert lines[2][:2] == ["3", 'Thrée, "3"']
    assert lines[2][4:] == ["true", "1234567", "0.25", "2024-02-29", "2024-02-29T12:30:15", ""]
    cells = [line[1] for line in _csv(tmp_path / "hostile.csv")]
    assert cells[1:6] == ["'=1+1", "'+1", "'-1", "'@SUM(A1)", "{=1+1}"]
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in cells)
    export(few, ["few", "hostile"], "csv", tmp_path / "exact", is_exact=True)
    for name in ("few", "hostile"):
        types = few.execute(f"select column_name, column_type from (describe reports.{name})").fetchall()
        options = f"columns = {dict(types)}, allow_quoted_nulls = false"
        read = few.execute(f"select * from read_csv('{tmp_path}/exact/{name}.csv', {options})").fetchall()
        assert read == few.execute(f"select * from reports.{name} order by all").fetchall()


def test_a_workbook_has_real_numbers_dates_and_links(few: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    export(few, ["few"], "xlsx", tmp_path / "few.xlsx")
    sheet = _sheet(tmp_path / "few.xlsx", "few")
    one, three, large = _cells(sheet)
    assert three[:2] == (3, 'Thrée, "3"')
    assert three[4:] == (True, 1234567, 0.25, datetime(2024, 2, 29), datetime(2024, 2, 29, 12, 30, 15), None)
    assert one[4:] == (False, 0, 0, "1899-12-31", "1850-01-01T00:00:00", "")
    assert large[0] == str(2**60)
    assert large[2:] == (None,) * 8
    row = sheet[3]
    assert row[2].hyperlink.target == "https://figshare.com/articles/x/3?a=1&b="
    assert row[2].hyperlink.location == "c"
    assert row[3].hyperlink.target == "https://doi.org/10.6084/m9.figshare.3"
    assert row[3].value == "10.6084/m9.figshare.3"
    assert [cell.hyperlink for cell in sheet[2]] == [None] * 10
    formats = [row[place].number_format for place in (5, 6, 7, 8)]
    assert formats == ["#,##0", "0.0%", "yyyy-mm-dd", "yyyy-mm-dd hh:mm:ss"]
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:J4"
    assert sheet["A1"].font.bold
    assert sheet.column_dimensions["C"].width > sheet.column_dimensions["A"].width >= 9


def test_no_cell_of_a_workbook_is_a_formula(few: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    few.execute('alter table reports.hostile rename "text" to "=cmd|\'/c calc\'!A1"')
    export(few, ["hostile"], "xlsx", tmp_path / "hostile.xlsx")
    sheet = _sheet(tmp_path / "hostile.xlsx", "hostile")
    values = [cell.value for row in sheet.iter_rows(min_row=2) for cell in row[1:]]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n", "inlineStr"}
    assert not any(cell.hyperlink for row in sheet.iter_rows() for cell in row)
    # Escaped, since a spreadsheet would read _x0041_ as A.
    changed = {"_x0041_ \ufffe": "_x005F_x0041_ \ufffd"}
    changed |= {"a\x1b[31mb\x00c": "a[31mbc", "two\r\nlines": "two\nlines"}
    marked = {text: f"{text} " for text in HOSTILE if text.startswith("<r>")}
    assert values == [(changed | marked).get(text, text) for text in HOSTILE]
    assert sheet["B1"].value == "=cmd|'/c calc'!A1"
    assert sheet["B2"].quotePrefix
    with zipfile.ZipFile(tmp_path / "hostile.xlsx") as parts:
        assert "<f>" not in parts.read("xl/worksheets/sheet1.xml").decode()


@pytest.mark.slow
def test_what_a_cell_or_a_sheet_cannot_hold_is_told(few: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    few.execute("create table reports.long as select repeat('x', 40000) as one, repeat('😀', 16384) as two, 'é' as url")
    done = export(few, ["long"], "xlsx", tmp_path / "long.xlsx")
    ((one, two, _),) = _cells(_sheet(done.files[0], "long"))
    assert one == "x" * (LONGEST_CELL - len(CUT)) + CUT
    assert two.endswith(CUT)
    assert set(two.removesuffix(CUT)) == {"😀"}
    assert len(two.encode("utf-16-le")) // 2 <= LONGEST_CELL
    assert "2 texts longer" in done.notes[0]
    few.execute(
        f"create table reports.many as select 'https://a.example/' || i as url from range({MOST_LINKS + 2}) r(i)"
    )
    done = export(few, ["many"], "xlsx", tmp_path / "many.xlsx")
    assert "2 further addresses are plain text" in done.notes[0]


@pytest.mark.slow
def test_more_rows_than_a_sheet_holds_are_refused_before_anything_is_written(
    few: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    few.execute(f"create view reports.huge as select i from range({MOST_ROWS + 1}) r(i)")
    with pytest.raises(UsageError, match=r"huge has 1,048,576 rows.*--format parquet"):
        export(few, ["few", "huge"], "xlsx", tmp_path / "out")
    assert list(tmp_path.iterdir()) == []
    few.execute(f"create view reports.wide as select {', '.join(f'1 as c{i}' for i in range(16_385))}")
    with pytest.raises(UsageError, match=r"wide has 16,385 columns"):
        export(few, ["wide"], "xlsx", tmp_path / "wide.xlsx")


def test_sheets_have_names_that_excel_takes() -> None:
    assert sheet_names(["article_main_wide", "article_main", "authors", "article_authors"]) == [
        *("main", "article_main", "authors", "article_authors"),
    ]
    odd = sheet_names(["a" * 40, "a" * 41, "History", "it's [a] 'name'", "A" * 40])
    assert odd == ["a" * 31, "a" * 26 + " (2)", "History (2)", "it's _a_ 'name", "A" * 26 + " (3)"]
    assert all(len(name) <= 31 for name in odd)


@pytest.mark.parametrize("format_", FORMATS)
def test_what_goes_wrong_leaves_the_old_files(few: duckdb.DuckDBPyConnection, tmp_path: Path, format_: Format) -> None:
    [old] = export(few, ["few"], format_, tmp_path).files
    before = old.read_bytes()
    few.execute("create view reports.broken as select cast(title as integer) as number from reports.few")
    with pytest.raises(FigshareWarehouseError, match="cannot be exported"):
        export(few, ["few", "broken"], format_, tmp_path)
    assert [(file, file.read_bytes()) for file in tmp_path.iterdir()] == [(old, before)]
    with pytest.raises(FigshareWarehouseError, match="cannot be exported"):
        export(few, ["broken"], format_, tmp_path / "new")
    assert list(tmp_path.iterdir()) == [old]


@pytest.mark.parametrize("format_", FORMATS)
def test_where_no_file_can_be_it_is_told(few: duckdb.DuckDBPyConnection, tmp_path: Path, format_: Format) -> None:
    with pytest.raises(FigshareWarehouseError, match="few"):
        export(few, ["few"], format_, tmp_path / "no" / f"few.{format_}")
    with pytest.raises(FigshareWarehouseError, match="cannot be created"):
        export(few, ["few"], format_, tmp_path / "no" / "folder")
    wrong = "xlsx" if format_ != "xlsx" else "csv"
    with pytest.raises(UsageError, match="give --output"):
        export(few, ["few"], format_, tmp_path / f"few.{wrong}")
    assert list(tmp_path.iterdir()) == []


def test_a_dashboard_that_lacks_a_table_is_refused(few: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    for name in DASHBOARD[:-1]:
        few.execute(f"create view reports.{name} as select 1 as item_id")
    with pytest.raises(UsageError, match=r"group_usage_by_country.*is not there"):
        export(few, [], "xlsx", tmp_path / "out.xlsx")
    assert list(tmp_path.iterdir()) == []


def test_names_are_checked(few: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no report 'hostle'; near it: hostile"):
        export(few, ["few", "hostle"], "csv", tmp_path / "out")
    with pytest.raises(UsageError, match="describe"):
        export(few, ["zzzzzz"], "csv", tmp_path / "out")
    with pytest.raises(UsageError, match="2 reports do not go into one csv file"):
        export(few, ["few", "hostile"], "csv", tmp_path / "out.csv")
    assert list(tmp_path.iterdir()) == []
    assert list(export(few, ["few", "FEW", "reports.few"], "csv", tmp_path / "out.csv").rows) == ["few"]


def test_reports_of_both_schemas_are_exported(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    names = ["operations.listings", "schema_drift", "reports.licenses"]
    done = export(connection, names, "json", tmp_path / "out")
    assert {name: len(json.loads((tmp_path / "out" / f"{name}.json").read_text())) for name in done.rows} == done.rows
    assert done.rows["listings"] == 2
    assert done.rows.keys() == {"listings", "schema_drift", "licenses"}


def test_an_empty_report_is_a_file_with_its_columns(few: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    few.execute("create view reports.none as select * from reports.few where false")
    for format_ in FORMATS:
        assert export(few, ["none"], format_, tmp_path).rows == {"none": 0}
    assert (tmp_path / "none.csv").read_text(encoding="utf-8").startswith("item_id,title")
    assert json.loads((tmp_path / "none.json").read_text(encoding="utf-8")) == []
    assert few.execute(f"select count(*) from '{tmp_path}/none.parquet'").fetchall() == [(0,)]
    assert _sheet(tmp_path / WORKBOOK, "none")["A1"].value == "item_id"


def test_the_same_data_give_the_same_files(few: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    for folder in ("one", "two"):
        for format_ in ("csv", "json"):
            export(few, ["few"], format_, tmp_path / folder)
    for name in ("few.csv", "few.json"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
