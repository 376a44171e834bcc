"""The user's own list of schools: read, refused with its line, loaded, kept, cleared."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from figshare_sandbox import Sandbox
from figshare_warehouse.cli import cli
from figshare_warehouse.cli.summary import summary_lines
from figshare_warehouse.errors import UsageError
from figshare_warehouse.schools import read_schools
from tests.support import rows

ORCID = "0000-0002-1825-0097"
ALL = "select line, group_id, author_id, orcid, school, faculty from figshare.schools order by line"


def _file(folder: Path, content: str | bytes) -> Path:
    path = folder / "schools.csv"
    path.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
    return path


def _read(folder: Path, content: str | bytes) -> list[tuple[object, ...]]:
    names = ("line", "group_id", "author_id", "orcid", "school", "faculty")
    return [tuple(row[name] for name in names) for row in read_schools(_file(folder, content))]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("group_id,school,faculty\n11,Physics,Science\n", [(2, 11, None, None, "Physics", "Science")]),
        # As Excel saves it: a mark, semicolons, CRLF, columns in any order and case, empty lines, a column more.
        (
            '\ufeffSchool; GROUP_ID ;\r\n" Fine\u00a0 Arts; new "; 12;\r\n;;\r\n\r\nMusic;13;\r\n',
            [(2, 12, None, None, "Fine Arts; new", None), (5, 13, None, None, "Music", None)],
        ),
        ("author_id\tschool\n7\tA, B\n", [(2, None, 7, None, "A, B", None)]),
        # An ORCID iD in any usual form; a value over two lines; the last line without an end.
        (
            f'orcid,school\nhttps://orcid.org/{ORCID},"A\nB"\n000000021694233x,C',
            [(2, None, None, ORCID, "A B", None), (4, None, None, "0000-0002-1694-233X", "C", None)],
        ),
        # Several ids in a line; said twice and alike is no contradiction; the same number for a group and an author.
        (
            f"group_id,author_id,orcid,school\n1,2,{ORCID},A\n1,,,A\n,1,,B\n",
            [(2, 1, 2, ORCID, "A", None), (3, 1, None, None, "A", None), (4, None, 1, None, "B", None)],
        ),
        ("group_id,school\n", []),
        # What looks like SQL or HTML is a name like any other.
        ("group_id,school\n1,'); drop table x; --\n", [(2, 1, None, None, "'); drop table x; --", None)]),
    ],
)
def test_lines_are_read(tmp_path: Path, content: str, expected: list[tuple[object, ...]]) -> None:
    assert _read(tmp_path, content) == expected


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "Line 1 of --schools {} has no column school"),
        ("group_id,school\n1,A\n2,B\0\n", "Line 3 of --schools {} holds the character NUL"),
        ("11,Physics\n", "Line 1 of --schools {} has the unknown column '11'"),
        ("group_id,faculty\n1,A\n", "Line 1 of --schools {} has no column school"),
        ("school,faculty\nA,B\n", "Line 1 of --schools {} has no column group_id, author_id or orcid"),
        ("group_id,school,dean\n1,A,B\n", "Line 1 of --schools {} has the unknown column 'dean'"),
        ("group_id,school,School\n1,A,B\n", "Line 1 of --schools {} names the column school twice"),
        ("group_id,school\n1,A\nx2,B\n", "Line 3 of --schools {} has the group_id 'x2', which is not a number"),
        ("author_id,school\n1e5,A\n", "Line 2 of --schools {} has the author_id '1e5', which is not a number"),
        ("author_id,school\n²,A\n", "Line 2 of --schools {} has the author_id '²', which is not a number"),
        ("group_id,school\n1" + 18 * "0" + ",A\n", "Line 2 of --schools {} has the group_id '1000"),
        (f"orcid,school\n{ORCID[:-1]}8,A\n", "Line 2 of --schools {} has the orcid '0000-0002-1825-0098', which"),
        ("group_id,school\n1,\n", "Line 2 of --schools {} has no school"),
        ("group_id,school\n1\n", "Line 2 of --schools {} has no school"),
        ("group_id,school\n,A\n", "Line 2 of --schools {} has no group_id, author_id or orcid"),
        ("group_id,school\n1,A,B\n", "Line 2 of --schools {} has 3 values, and the first line names 2 columns"),
        (
            "group_id,school,faculty\n1,A,F\n2,A,F\n1,B,F\n",
            "Line 4 of --schools {} puts group_id 1 into 'B' of 'F', and line 2 puts it into 'A' of 'F'",
        ),
        ("author_id,school,faculty\n1,A,F\n1,A,\n", "Line 3 of --schools {} puts author_id 1 into 'A', and line 2"),
        (
            f"orcid,school\n{ORCID},A\n{ORCID},B\n",
            f"Line 3 of --schools {{}} puts orcid {ORCID} into 'B', and line",
        ),
        ('group_id,school\n1,A\n2,"B\n3,C\n', "Line 3 of --schools {} is not a CSV"),
        ("group_id,school\n1,Zürich\n".encode("latin-1"), "Line 2 of --schools {} is not in UTF-8"),
        ("group_id,school\n1,A\n".encode("utf-16"), "Line 1 of --schools {} is not in UTF-8"),
        ("group_id,school\n\x1b[2J,A\n", "Line 2 of --schools {} has the group_id '?[2J', which is not a number"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(tmp_path: Path, content: str | bytes, message: str) -> None:
    with pytest.raises(UsageError) as told:
        _read(tmp_path, content)
    assert str(told.value).startswith(message.format(tmp_path / "schools.csv"))
    assert "\n" not in str(told.value)


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        read_schools(tmp_path)


def test_the_list_is_loaded_kept_and_cleared(figshare: Sandbox, loaded: Path, refreshed: Any, tmp_path: Path) -> None:
    hostile = "'); drop table figshare.articles; --"
    given = {"schools": str(_file(tmp_path, f"group_id,school,faculty\n1,{hostile},<b>F</b>\n2,B,\n"))}
    outcome = refreshed(figshare, loaded, **given)
    assert outcome.outcome == "done"
    assert outcome.mapped is not None
    assert outcome.mapped.line_count == 2
    ((groups,),) = rows(loaded, "select count(*) from reports.groups where group_id is not null")
    assert outcome.mapped.found == {"group without school": groups, "unknown group": 2}
    assert (
        "2 lines of your list of schools were loaded; reports.schools_unmapped has what to check: "
        f"group without school ({groups}), unknown group (2)."
    ) in summary_lines(outcome, loaded, 0)
    assert rows(loaded, "select school from reports.schools") == [(None,)]
    assert rows(loaded, ALL) == [(2, 1, None, None, hostile, "<b>F</b>"), (3, 2, None, None, "B", None)]
    assert refreshed(figshare, loaded).mapped is None
    assert len(rows(loaded, ALL)) == 2
    # One that is wrong is refused before Figshare is asked anything, and changes nothing.
    before = len(figshare.requests)
    with pytest.raises(UsageError, match="Line 2"):
        refreshed(figshare, loaded, schools=str(_file(tmp_path, "group_id,school\n1,\n")))
    assert len(figshare.requests) == before
    assert len(rows(loaded, ALL)) == 2
    assert refreshed(figshare, loaded, schools=str(_file(tmp_path, "group_id,school\n"))).outcome == "done"
    assert rows(loaded, ALL) == []


def test_schedule_names_the_file_by_its_whole_path(tmp_path: Path) -> None:
    path = _file(tmp_path, "group_id,school\n1,A\n")
    options = ["schedule", "cron", "--institution", "12", "--schools", path.name]
    assert f"--schools {path}" in CliRunner().invoke(cli, options, catch_exceptions=False).output
