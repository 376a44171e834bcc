"""Names that the user gives: read, refused with their line, loaded, kept, taken back; and which win."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from figshare_sandbox import Sandbox
from figshare_sandbox.world.vocabulary import OTHER_INSTITUTION_ID
from figshare_warehouse.cli import cli
from figshare_warehouse.cli.summary import summary_lines
from figshare_warehouse.errors import UsageError
from figshare_warehouse.given_names import institution_named, read_group_names
from tests.models.small_world import article, listed, listing
from tests.support import empty_warehouse, insert, rows

NAMES = "select institution_id, group_id, group_name, parent_group_id, line from figshare.group_names order by all"
INSTITUTIONS = "select institution_name from reports.institution_summary"


def _file(folder: Path, content: str | bytes) -> Path:
    path = folder / "groups.csv"
    path.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
    return path


def _read(folder: Path, content: str | bytes) -> list[tuple[object, ...]]:
    return [tuple(row.values()) for row in read_group_names(_file(folder, content), True)]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("group_id,name\n11,Physics\n", [(11, "Physics", None, 2)]),
        # As Excel saves it: a mark, semicolons, CRLF, columns in any order and case, empty lines; 0 is at the top.
        (
            '\ufeffName; GROUP_ID ;Parent_ID\r\n" Fine\u00a0 Arts; new "; 12;0\r\n;;\r\n\r\nMusic;13;12\r\n',
            [(12, "Fine Arts; new", None, 2), (13, "Music", 12, 5)],
        ),
        # Said twice and alike is no contradiction; a parent may come later, or not at all.
        (
            "group_id,name,parent_id\n3,C,2\n2,B,9\n3,C,2\n",
            [(3, "C", 2, 2), (2, "B", 9, 3)],
        ),
        ("group_id,name\n", []),
        ("group_id,name\n1,'); drop table x; --\n", [(1, "'); drop table x; --", None, 2)]),
    ],
)
def test_lines_are_read(tmp_path: Path, content: str, expected: list[tuple[object, ...]]) -> None:
    assert _read(tmp_path, content) == expected


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "Line 1 of --group-names {} has no column group_id"),
        ("group_id,parent_id\n1,2\n", "Line 1 of --group-names {} has no column name; name group_id and name, and"),
        ("group_id,name,school\n1,A,B\n", "Line 1 of --group-names {} has the unknown column 'school'"),
        ("group_id,name\n1,A\nx2,B\n", "Line 3 of --group-names {} has the group_id 'x2', which is not a number"),
        ("group_id,name,parent_id\n1,A,top\n", "Line 2 of --group-names {} has the parent_id 'top', which is not"),
        ("group_id,name\n1,\n", "Line 2 of --group-names {} has no name"),
        ("group_id,name\n,A\n", "Line 2 of --group-names {} has no group_id"),
        ("group_id,name\n1,A\n1,B\n", "Line 3 of --group-names {} names group_id 1 'B', and line 2 names it 'A'; keep"),
        (
            "group_id,name,parent_id\n1,A,2\n1,A,\n",
            "Line 3 of --group-names {} names group_id 1 'A', and line 2 names it 'A' below 2; keep one",
        ),
        ("group_id,name,parent_id\n1,A,1\n", "Line 2 of --group-names {} puts group_id 1 below itself"),
        ("group_id,name,parent_id\n1,A,2\n2,B,3\n3,C,2\n", "Line 3 of --group-names {} puts group_id 2 below itself"),
        ('group_id,name\n1,A\n2,"B\n3,C\n', "Line 3 of --group-names {} is not a CSV"),
        ("group_id,name\n1,Zürich\n".encode("latin-1"), "Line 2 of --group-names {} is not in UTF-8"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(tmp_path: Path, content: str | bytes, message: str) -> None:
    with pytest.raises(UsageError) as told:
        _read(tmp_path, content)
    assert str(told.value).startswith(message.format(tmp_path / "groups.csv"))
    assert "\n" not in str(told.value)


def test_names_belong_to_an_institution(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="which institution the groups of --group-names belong to"):
        read_group_names(_file(tmp_path, "group_id,name\n1,A\n"), False)
    with pytest.raises(UsageError, match="write ID=NAME"):
        institution_named("Uni", False)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (" University \u00a0of X=Y ", ("University of X=Y",)),
        ("2=Uni", (2, "Uni")),
        ("2 = A=B", (2, "A=B")),
        ("2=", (2, None)),
        ("", (None,)),
    ],
)
def test_an_institution_is_named(text: str, expected: tuple[int | str | None, ...]) -> None:
    assert tuple(institution_named(text, True).values()) == expected


@pytest.mark.slow
def test_names_are_loaded_kept_and_taken_back(figshare: Sandbox, refreshed: Any, tmp_path: Path) -> None:
    warehouse, hostile = tmp_path / "warehouse.duckdb", "<b>Uni</b>'); drop table figshare.articles; --"

    def refresh(**given: Any) -> Any:
        outcome = refreshed(figshare, warehouse, token=None, **given)
        assert outcome.outcome == "done"
        return outcome

    refresh(institution_name=hostile)
    assert rows(warehouse, INSTITUTIONS) == [(hostile,)]
    ((group, unnamed),) = rows(
        warehouse, "select min(group_id), count(group_id) - 1 from reports.groups where group_name is null"
    )
    file = _file(tmp_path, f"group_id,name,parent_id\n{group},{hostile},7\n7,Top,\n8,Nowhere,9\n")
    outcome = refresh(group_names=str(file))
    assert rows(warehouse, INSTITUTIONS) == [(hostile,)]
    assert (
        "3 names of groups were loaded; check: below a group without a name (1), without a name "
        f"({unnamed}), without a public article (1)."
    ) in summary_lines(outcome, warehouse, 0)
    named = "select group_id, group_name, path, article_count > 0 from reports.groups where group_name is not null"
    assert rows(warehouse, f"{named} order by group_id") == [
        (7, "Top", "Top", False),
        (8, "Nowhere", "Nowhere", False),
        (group, hostile, f"Top / {hostile}", True),
    ]
    assert refresh().named is None
    assert len(rows(warehouse, NAMES)) == 3
    # One that is wrong is refused before Figshare is asked anything, and changes nothing.
    before = len(figshare.requests)
    with pytest.raises(UsageError, match="Line 2"):
        refresh(group_names=str(_file(tmp_path, "group_id,name\n1,\n")))
    assert len(figshare.requests) == before
    # Names of another institution's groups stay.
    none = str(_file(tmp_path, "group_id,name\n"))
    refresh(institution=OTHER_INSTITUTION_ID, add_institution=True, group_names=none)
    assert len(rows(warehouse, NAMES)) == 3
    refresh(group_names=none, institution_name="")
    assert rows(warehouse, NAMES) == []
    assert rows(warehouse, f"{INSTITUTIONS} where institution_id = {figshare.institution_id}") == [(None,)]


def test_the_user_names_an_institution_and_figshare_groups() -> None:
    with empty_warehouse() as connection:
        insert(connection, "institutions", id=1, name="Uni")
        for id_, name, parent in ((10, "Science", 0), (11, "", 10)):
            insert(connection, "groups", id=id_, name=name, parent_id=parent, institution_id=1)
        listing(connection, "institution 1", institution_id=1)
        listed(connection, "institution 1", 101, 102)
        article(connection, 101, [], group_id=11)
        article(connection, 102, [], group_id=12)
        insert(connection, "institution_names", institution_id=1, institution_name="The Uni")
        for id_, name, parent_id in ((10, "Old Science", 13), (11, "Physics", None), (12, "Optics", 11)):
            given = {"group_id": id_, "group_name": name, "parent_group_id": parent_id}
            insert(connection, "group_names", institution_id=1, **given)
        found = connection.execute("select institution_name from reports.institution_summary").fetchall()
        assert found == [("The Uni",)]
        found = connection.execute(
            "select group_id, group_name, parent_group_name, path, level, article_count, article_count_with_subgroups "
            "from reports.groups order by group_id"
        ).fetchall()
        assert found == [
            (10, "Science", None, "Science", 1, 0, 2),
            (11, "Physics", "Science", "Science / Physics", 2, 1, 2),
            (12, "Optics", "Physics", "Science / Physics / Optics", 3, 1, 1),
        ]


def test_schedule_names_the_file_by_its_whole_path(tmp_path: Path) -> None:
    path = _file(tmp_path, "group_id,name\n1,A\n")
    options = ["schedule", "cron", "--institution", "12", "--group-names", path.name, "--institution-name", "The Uni"]
    output = CliRunner().invoke(cli, options, catch_exceptions=False).output
    assert f"--group-names {path}" in output
    assert "--institution-name 'The Uni'" in output
