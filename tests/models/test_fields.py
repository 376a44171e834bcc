"""What columns mean stands once in `sql/fields.md`; a view's file says only what differs."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from figshare_warehouse.models import views
from figshare_warehouse.models.column_texts import read_fields
from figshare_warehouse.models.sqlfiles import REPORT_SCHEMAS, read_files, sql_folder

FIELDS = "# What columns mean\n\n- a: What a is,\n  in two lines.\n- b: What b is.\n"
HEAD = "-- One row.\n--\n-- columns:\n--   b: Something else.\n--   c: What c is.\n\n"
QUERY = "select article_id as a, version as b, size as c from figshare.articles"


@pytest.fixture
def folder(tmp_path: Path) -> Any:
    def make(view: str, fields: str = FIELDS) -> Any:
        (tmp_path / "sql" / "reports").mkdir(parents=True, exist_ok=True)
        (tmp_path / "sql" / "fields.md").write_text(fields, encoding="utf-8")
        (tmp_path / "sql" / "reports" / "some.sql").write_text(view, encoding="utf-8")
        return tmp_path / "sql"

    return make


@pytest.mark.parametrize(
    "query",
    [
        QUERY,
        f"with x as ({QUERY}) select * from x",
        f"with x as ({QUERY}), y as (select * from x) select * from x union all select * from y",
    ],
)
def test_a_column_has_the_shared_text_unless_its_file_says_otherwise(folder: Callable[..., Path], query: str) -> None:
    sql = folder(HEAD + query)
    assert views.check(sql) == []
    (view,) = views.list_views(sql)
    texts = {"a": "What a is, in two lines.", "b": "Something else.", "c": "What c is."}
    assert list(view.columns.items()) == list(texts.items())


def test_a_column_needs_a_text_from_somewhere(folder: Callable[..., Path]) -> None:
    (problem,) = views.check(folder(HEAD + QUERY, fields=FIELDS.replace("- a:", "- z:")))
    assert str(problem) == "sql/reports/some.sql:5: output column `a` has no description"


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        (FIELDS + "- a: Again.\n", "6: column `a` is described twice"),
        (FIELDS + "text\n", "6: this line is neither `- name: description` nor the continuation of one"),
    ],
)
def test_a_wrong_line_is_a_problem(folder: Callable[..., Path], fields: str, wrong: Any) -> None:
    (problem,) = views.check(folder(HEAD + QUERY, fields=fields))
    assert str(problem) == f"sql/fields.md:{wrong}"


def test_each_text_is_shared_and_none_is_repeated() -> None:
    texts, problems = read_fields(sql_folder())
    assert problems == []
    assert list(texts) == sorted(texts)
    files, _ = read_files(sql_folder(), schemas=REPORT_SCHEMAS)
    described = {file.relation: {note.name: note.description for note in file.notes} for file in files}
    inherited = Counter(
        column
        for view in views.list_views()
        if view.is_report
        for column in view.columns
        if column not in described[view.relation]
    )
    assert [column for column in texts if inherited[column] < 2] == []
    repeated = [name for name, notes in described.items() for column in notes if notes[column] == texts.get(column)]
    assert repeated == []
