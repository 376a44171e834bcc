"""The report reference: its pages are up to date, each report has its place, and no other file is replaced."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from figshare_warehouse.cli import cli
from figshare_warehouse.errors import UsageError
from figshare_warehouse.models.dictionary import describe_all
from figshare_warehouse.models.macros import read_macros
from figshare_warehouse.models.reference import questions, reference_pages, subjects, write_reference
from figshare_warehouse.warehouse.publish.published import Published
from tests.support import ROOT

FOLDER = ROOT / "docs" / "reports"


def test_the_pages_are_up_to_date() -> None:
    there = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.md")}
    assert there == reference_pages(FOLDER), "run: figshare-warehouse describe --markdown docs/reports"


def test_each_report_is_on_one_page() -> None:
    described = describe_all()
    placed = {name: use for subject in subjects(described) for name, use in subject.uses.items()}
    assert placed.keys() == {item.view.name for item in described if item.view.is_report}
    assert all(placed.values()), "sql/subjects.toml: say what a report is for"


def test_there_are_thirty_questions() -> None:
    there = {item.view.name for item in describe_all() if item.view.is_report} | {each.name for each in read_macros()}
    assert len(questions()) == 30
    for one in questions():
        assert one.report in there, one.question
        assert re.search(rf"reports\.{one.report}\b", one.sql), one.question
        assert len(one.sql.splitlines()) <= 3, one.question


# In this world no usage was read, nobody gave a list of schools, and nothing was withdrawn.
EMPTY = {
    *("usage_by_month", "top_articles", "rising_articles", "never_used", "usage_by_country", "usage_coverage"),
    *("school_articles", "withdrawn_articles"),
}


def test_the_questions_have_answers(loaded: Path) -> None:
    with Published.of(loaded).opened() as connection:
        for one in questions():
            answer = connection.execute(one.sql).fetchall()
            assert answer or one.report in EMPTY, one.question


@pytest.mark.slow
def test_the_command_writes_pages_and_removes_old_ones(tmp_path: Path) -> None:
    mine, pages = tmp_path / "mine", tmp_path / "pages"
    mine.mkdir()
    (mine / "one.sql").write_text("-- One row.\n--\n-- columns:\n--   one: 1.\n\nselect 1 as one\n", encoding="utf-8")
    written = CliRunner().invoke(cli, ["describe", "--markdown", str(pages), "--sql-dir", str(mine)])
    assert written.output == f"{pages / 'README.md'}: the index of 19 pages.\n"
    assert "[one](others.md#one)" in (pages / "README.md").read_text(encoding="utf-8")
    assert "SQL: `mine/one.sql`." in (pages / "others.md").read_text(encoding="utf-8")
    (pages / "notes.md").write_text("Mine.", encoding="utf-8")
    write_reference(pages)
    assert not (pages / "others.md").exists()
    assert (pages / "notes.md").exists()


def test_another_file_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "usage.md").write_text("Mine.", encoding="utf-8")
    with pytest.raises(UsageError, match=r"usage\.md exists and is not a page of the report reference"):
        write_reference(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["usage.md"]
    write_reference(tmp_path, may_overwrite=True)
    assert "# Usage" in (tmp_path / "usage.md").read_text(encoding="utf-8")
