"""The command `sql`: the user's queries over the published file, which read no other file and change nothing."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pytest

from figshare_warehouse.cli import main
from figshare_warehouse.cli.asking import MOST_ROWS

SECRET = "not to be read"


@pytest.fixture
def published(tmp_path: Path) -> Path:
    path = tmp_path / "figshare_reports.duckdb"
    with duckdb.connect(str(path)) as made:
        made.execute("create schema reports")
        made.execute("create schema operations")
        made.execute("create table reports.about as select timestamp '2026-08-15' as published_at")
        made.execute("create table reports.things as select i as thing_id, '=' || i as text from range(3) as t(i)")
        made.execute("create table operations.runs as select 7 as run")
        made.execute(
            "create macro reports.things_from(first) as table select * from reports.things where thing_id >= first"
        )
    (tmp_path / "secret.txt").write_text(SECRET, encoding="utf-8")
    return path


class Typed:
    """What a command ended with."""

    def __init__(self, capsys: pytest.CaptureFixture[str], *arguments: str) -> None:
        self.status: Any = 0
        try:
            main(["sql", *arguments])
        except SystemExit as ended:
            self.status = ended.code or 0
        self.out, self.error = capsys.readouterr()


def test_a_table_by_the_names_alone(published: Path, capsys: pytest.CaptureFixture[str]) -> None:
    done = Typed(capsys, "select thing_id, /* é */ run from things_from(1), runs order by 1 desc; -- 'é'; the latest")
    assert (done.status, done.error) == (0, "")
    assert [line.split() for line in done.out.splitlines()] == [["thing_id", "run"], ["2", "7"], ["1", "7"]]


@pytest.mark.parametrize("comment", ["-- How many?\n", "--\n", "--how\n-- many\n"])
def test_a_query_may_begin_with_a_comment(published: Path, capsys: pytest.CaptureFixture[str], comment: str) -> None:
    query = f"{comment}select count(*) as things from things;\n"
    for arguments in ([query], [query, "--format", "table"], ["--format=table", query]):
        done = Typed(capsys, *arguments)
        assert (done.status, done.out.split()) == (0, ["things", "3"])


@pytest.mark.parametrize("option", ["--formt", "--formt=csv", "--formt=a b"])
def test_a_mistyped_option_is_no_comment(published: Path, capsys: pytest.CaptureFixture[str], option: str) -> None:
    done = Typed(capsys, "from things", option, "csv")
    assert (done.status, done.out) == (2, "")
    assert "No such option" in done.error


def test_describing_a_macro_says_how(published: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for query in ("describe things_from(1)", "-- It.\nDESCRIBE reports.things_from (1)"):
        done = Typed(capsys, query)
        assert done.status == 2
        assert done.error.startswith("Error: The query was refused: Parser Error: ")
        name = query.split()[-2 if query.endswith(" (1)") else -1].partition("(")[0]
        assert done.error.endswith(f": write `describe select * from {name}(…)`.\n")
    assert Typed(capsys, "describe select * from things_from(1)").status == 0
    assert "write" not in Typed(capsys, "describe things things").error


def test_the_terminal_shows_some_rows_and_says_so(published: Path, capsys: pytest.CaptureFixture[str]) -> None:
    done = Typed(capsys, "select i from range(1000000) as t(i)")
    lines = done.out.splitlines()
    assert len(lines) == MOST_ROWS + 2
    assert lines[-1].startswith("… and more: only 100 rows are shown")
    assert len(Typed(capsys, "select i from range(100) as t(i)").out.splitlines()) == MOST_ROWS + 1
    assert Typed(capsys, "from things where false").out == "none\n"


def test_the_terminal_names_columns_that_do_not_fit(
    published: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    columns = ", ".join(f"'{'x' * 20}' as column_{number}" for number in range(9))
    done = Typed(capsys, f"select {columns}")
    assert all(len(line) <= 40 for line in done.out.splitlines())
    assert "Columns that do not fit: column_" in done.out


def test_csv_and_json(published: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = Typed(capsys, "select *, thing_id from things order by 1", "--format", "csv").out
    assert [*csv.reader(io.StringIO(text))] == [
        ["thing_id", "text", "thing_id_1"],
        *([str(number), f"'={number}", str(number)] for number in range(3)),
    ]
    odd = (
        "1.5 as a, 'nan'::double as b, [1] as c, date '2026-01-02' as d, null as e, 2::hugeint ** 80 as f, '\x1b' as g"
    )
    text = Typed(capsys, f"select {odd}", "--format", "json").out
    assert "\x1b" not in text
    assert json.loads(text) == [
        {"a": 1.5, "b": "nan", "c": "[1]", "d": "2026-01-02", "e": None, "f": 2**80, "g": "\x1b"}
    ]
    assert json.loads(Typed(capsys, "from things where false", "--format", "json").out) == []


def test_files(published: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    query = "from things order by thing_id desc"
    for ending in ("csv", "json", "parquet", "xlsx"):
        for _ in range(2):  # an earlier output of the same kind is replaced
            done = Typed(capsys, query, "--output", f"out.{ending}")
            assert (done.status, done.out, done.error) == (0, f"out.{ending}: 3 rows.\n", "")
    rows = [(2, "=2"), (1, "=1"), (0, "=0")]
    assert duckdb.execute(f"select * from '{tmp_path / 'out.parquet'}'").fetchall() == rows
    [_, *found] = openpyxl.load_workbook(tmp_path / "out.xlsx").worksheets[0].iter_rows(values_only=True)
    assert found == rows
    assert [tuple(row.values()) for row in json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))] == rows
    done = Typed(capsys, "select 1 as other", "--output", "secret.txt", "--format", "csv")
    assert done.status == 2
    assert (tmp_path / "secret.txt").read_text(encoding="utf-8") == SECRET
    assert sorted(path.suffix for path in tmp_path.iterdir() if path.name.startswith(".")) == []


@pytest.mark.parametrize(
    "query",
    [
        *("select * from read_text('secret.txt')", "from 'secret.txt'", "select * from glob('*')"),
        *("from read_csv('secret.txt')", "from query('from read_text(''secret.txt'')')"),
        *("from parquet_metadata('secret.txt')", "select * from read_text('https://example.org')"),
        *("copy things to 'out.csv'", "attach 'other.duckdb' as other", "set enable_external_access = true"),
        *("insert into things values (9, '')", "drop table things", "select 1; select 2", "", "/* nothing */", "selct"),
        *("select nix from things", "from nowhere", "select $1", "select error('no')", "install httpfs", "checkpoint"),
        *("select 1) as a, (select 2", "explain select 1", "call pragma_version()", "create table x as select 1"),
    ],
)
@pytest.mark.parametrize("output", [(), ("--output", "out.parquet")])
def test_what_is_refused(
    published: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path, query: str, output: tuple[str, ...]
) -> None:
    before = published.read_bytes()
    done = Typed(capsys, query, *output)
    assert (done.status, done.out) == (2, "")
    assert done.error.startswith("Error: The query ")
    assert len(done.error.splitlines()) == 1
    assert SECRET not in done.error
    assert published.read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["figshare_reports.duckdb", "secret.txt"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--format", "xlsx"), "Error: xlsx is a file: name it with --output FILE."),
        (("--output", "out.txt"), "Error: A table is for the terminal: name a file"),
        (
            ("--output", "out.html"),
            "Error: --output takes a file *.csv, *.xlsx, *.json or *.parquet here, not *.html: ",
        ),
        (("--format", "table", "--output", "out.csv"), "Error: A table is for the terminal: name a file"),
    ],
)
def test_options_that_do_not_fit(
    published: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], said: str
) -> None:
    done = Typed(capsys, "from things", *arguments)
    assert (done.status, done.error[: len(said)]) == (2, said)


def test_from_standard_input(
    published: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("select count(*) as things\nfrom things\n"))
    assert Typed(capsys, "-").out.split() == ["things", "3"]
