"""Every figure of the macros for periods over a warehouse that was counted by hand (see period_world.py)."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import duckdb
import pytest

from figshare_sandbox import Sandbox
from tests.models.period_world import END, SAID, period_world
from tests.models.used_world import total
from tests.support import ROOT, TODAY

JULY, JUNE = date(2025, 7, 1), date(2026, 6, 30)
PAGE = (ROOT / "docs" / "periods.md").read_text(encoding="utf-8")
SECTION = PAGE.partition("## Twelve questions")[2]
OF_THE_DEMO = {"group_id = 31007": "group_id = 10", "author_id = 7000001": "author_id = 1", "Wellbeing Trust": "ARC"}
"""What the page's questions are about, and what they are about in this world."""


def _here(query: str) -> str:
    for theirs, ours in OF_THE_DEMO.items():
        query = query.replace(theirs, ours)
    return query


QUESTIONS = {asked: _here(query) for asked, query in re.findall(r"^-- (.+)\n([^;]+);", SECTION, re.MULTILINE)}


@pytest.fixture(scope="module")
def world() -> Iterator[duckdb.DuckDBPyConnection]:
    with period_world() as connection:
        yield connection


def found(connection: duckdb.DuckDBPyConnection, macro: str, columns: str, first: Any = JULY, last: Any = JUNE) -> Any:
    """What a row is about → its figures."""
    rows = connection.execute(f"select {columns} from reports.{macro}(?, ?)", [first, last]).fetchall()
    return {row[0]: row[1:] for row in rows}


USAGE = "article_id, views, downloads, month_count, known_month_count, months_known_ratio, usage_complete_to"


def test_articles(world: duckdb.DuckDBPyConnection) -> None:
    assert found(world, "usage_between", USAGE) == {
        601: (17, 3, 12, 12, 1.0, JUNE),
        602: (10, 0, 8, 8, 1.0, JUNE),
        603: (0, 0, 12, 12, 1.0, JUNE),
        604: (None, None, 12, 0, 0.0, None),
        606: (0, 0, 0, 0, 1.0, JUNE),
    }


def test_0_of_one_counter_is_not_the_use_where_no_month_is_known_of_all() -> None:
    with period_world() as connection:
        total(connection, 604, "downloads", 0, SAID)
        columns = "item_type, views, downloads, months_known_ratio"
        assert found(connection, "usage_by_item_type_between", columns)["figure"] == (None, None, 0.0)


def test_outputs_have_the_usage_of_the_period(world: duckdb.DuckDBPyConnection) -> None:
    columns = "article_id, views, downloads, shares, months_known_ratio"
    assert found(world, "outputs_between", columns) == {602: (10, 0, None, 1.0)}
    # Of all time it is 10.
    assert found(world, "outputs_between", columns, "2025-11-01", "2025-11-30") == {602: (4, 0, None, 1.0)}


def test_months_are_whole_and_those_to_come_do_not_count(world: duckdb.DuckDBPyConnection) -> None:
    assert found(world, "usage_between", USAGE, "2025-06-30", "2025-07-01")[601] == (15, 2, 2, 2, 1.0, date(2025, 7, 1))
    # Listed in August.
    assert found(world, "usage_between", USAGE, "2026-07-01", "2026-12-31") == {
        **dict.fromkeys((601, 602, 603), (0, 0, 2, 2, 1.0, END)),
        604: (None, None, 2, 0, 0.0, None),
        606: (3, 0, 2, 2, 1.0, END),
    }
    whole = found(
        world, "usage_by_institution_between", "institution_id, views, months_known_ratio", JULY, "2030-12-31"
    )
    # Of 601, 603 and 604 fourteen months, of 602 ten, of 606 two; of 604 none is known.
    assert whole == {1: (30, pytest.approx(40 / 54))}


def test_of_a_period_that_is_all_to_come_nothing_is_known(world: duckdb.DuckDBPyConnection) -> None:
    figures = found(
        world, "usage_between", "article_id, views, month_count, months_known_ratio", "2026-10-01", "2026-12-31"
    )
    assert set(figures.values()) == {(None, 1, 0.0)}
    columns = "institution_id, views, downloads, months_known_ratio"
    assert found(world, "usage_by_institution_between", columns, "2026-10-01", "2026-12-31") == {1: (None, None, 0.0)}


def test_before_everything_there_is_none(world: duckdb.DuckDBPyConnection) -> None:
    figures = set(
        found(world, "usage_between", "article_id, views, months_known_ratio", "2019-01-01", "2019-12-31").values()
    )
    assert figures == {(0, 1.0)}
    whole = found(world, "usage_by_institution_between", "institution_id, views, downloads", "2019-01-01", "2019-12-31")
    assert whole == {1: (0, 0)}


def test_where_nothing_is_known_of_what_had_begun_nothing_is_said(world: duckdb.DuckDBPyConnection) -> None:
    # In 2022 there was only 604: that the others had no usage yet says nothing of it.
    columns = "institution_id, views, downloads, months_known_ratio"
    assert found(world, "usage_by_institution_between", columns, "2022-01-01", "2022-12-31") == {1: (None, None, 0.0)}


def test_a_period_that_ends_before_it_begins_has_no_row(world: duckdb.DuckDBPyConnection) -> None:
    for macro in ("usage_between", "usage_by_group_between", "outputs_between"):
        assert found(world, macro, "*", JUNE, JULY) == {}


PART = "article_count, published_article_count, views, downloads, months_known_ratio"


def test_parts(world: duckdb.DuckDBPyConnection) -> None:
    assert found(world, "usage_by_institution_between", f"institution_name, {PART}") == {
        "Uni": (5, 1, 27, 3, pytest.approx(32 / 44))
    }
    assert found(world, "usage_by_group_between", f"group_id, {PART}") == {
        10: (2, 0, 17, 3, 1.0),
        11: (2, 0, 17, 3, 1.0),
        13: (2, 1, 10, 0, 0.4),
        14: (0, 0, 0, 0, 1.0),
        None: (1, 0, 0, 0, 1.0),
    }
    assert found(world, "usage_by_author_between", f"full_name, {PART}") == {
        "Jane": (2, 0, 17, 3, 1.0),
        "John": (2, 1, 27, 3, 1.0),
        "Zoe": (2, 0, None, None, 0.0),
    }
    assert found(world, "usage_by_item_type_between", f"item_type, {PART}") == {
        "dataset": (3, 0, 17, 3, 1.0),
        "thesis": (1, 1, 10, 0, 1.0),
        "figure": (1, 0, None, None, 0.0),
    }
    assert found(world, "usage_by_school_between", f"school, faculty, {PART}") == {
        "Matter": ("Science", 2, 0, 17, 3, 1.0),
        "Light": (None, 1, 1, 10, 0, 1.0),
        "Empty": (None, 0, 0, 0, 0, 1.0),
        None: (None, 2, 0, None, None, 0.0),
    }


def test_outputs(world: duckdb.DuckDBPyConnection) -> None:
    assert list(found(world, "outputs_between", "article_id")) == [602]
    both = found(world, "outputs_between", "article_id", "2025-11-20", "2026-07-10")
    assert sorted(both) == [602, 606], "the first and the last day are in it"


ANSWERS: dict[str, list[tuple[Any, ...]]] = {
    "Which articles were used most?": [
        (601, "Title 601", 17, 3, 1.0),
        (602, "Title 602", 10, 0, 1.0),
        (603, "Title 603", 0, 0, 1.0),
        (606, "Title 606", 0, 0, 1.0),
        (604, "Title 604", None, None, 0.0),
    ],
    "Which were never used in the period, and are known not to have been?": [(603, "Title 603")],
    "How were item types used?": [
        ("dataset", 3, 17, 3, 1.0),
        ("figure", 1, None, None, 0.0),
        ("thesis", 1, 10, 0, 1.0),
    ],
    "How were schools used?": [
        ("Empty", 0, 0, 0, 0, 1.0),
        ("Light", 1, 1, 10, 0, 1.0),
        ("Matter", 2, 0, 17, 3, 1.0),
        (None, 2, 0, None, None, 0.0),
    ],
    "How were the articles of one department used, with all groups below it?": [
        (601, "Title 601", 17),
        (603, "Title 603", 0),
    ],
    "Which articles count for a school, why, and how were they used?": [
        ("Light", "author", 602, 10),
        ("Matter", "group", 601, 17),
        ("Matter", "group", 603, 0),
    ],
    "How was one author's work used, month by month?": [
        (date(2025 + number // 12, number % 12 + 1, 1), {6: 10, 12: 7}.get(number, 0), {6: 2, 12: 1}.get(number, 0))
        for number in range(6, 18)
    ],
    "What was published, by month and item type?": [("2025-11", "thesis", 1)],
    "What did a funder pay for, published under none of the licences that you call open?": [
        (602, "Title 602", "CC BY-NC")
    ],
    "Which new versions are known to have been published?": [(602, 2, date(2026, 1, 15)), (602, 3, date(2026, 2, 1))],
    "How do two years compare?": [(10, 17, 5), (11, 17, 5), (13, 10, None), (14, 0, 0)],
    "What left or moved?": [
        ("regrouped", 601, "Arts (13)", "Physics (11)"),
        ("withdrawn", 605, None, "not found"),
    ],
}


def test_the_demo_has_what_the_page_asks_for() -> None:
    for theirs in OF_THE_DEMO:
        assert SECTION.count(theirs) == 1
    figshare = Sandbox(items=300, seed=1, today=TODAY)
    details = [figshare.world.detail(id_) for id_ in figshare.world.public_ids()]
    assert any(group["id"] == 31007 for group in figshare.world.groups)
    assert any(author["id"] == 7000001 for detail in details for author in detail["authors"])
    assert any(grant["funder_name"] == "Wellbeing Trust" for detail in details for grant in detail["funding_list"])


def test_there_are_twelve() -> None:
    assert list(QUESTIONS) == list(ANSWERS)
    assert len(ANSWERS) == 12
    assert all(len(query.splitlines()) <= 3 for query in QUESTIONS.values())


@pytest.mark.parametrize("question", ANSWERS)
def test_a_natural_query_is_right(world: duckdb.DuckDBPyConnection, question: str) -> None:
    answer = world.execute(QUESTIONS[question]).fetchall()
    if "order by" not in QUESTIONS[question]:
        answer.sort(key=lambda row: (row[0] is None, row[0]))
    assert answer == ANSWERS[question]


def test_the_natural_join_is_right(world: duckdb.DuckDBPyConnection) -> None:
    query = """
        select article_id, sum(views_full)
        from reports.articles
        left join reports.usage_by_month on entity_type = 'article' and entity_id = article_id
            and month between '2025-07-01' and '2026-06-30'
        group by article_id
    """
    # 606 began later, and has no month.
    assert dict(world.execute(query).fetchall()) == {601: 17, 602: 10, 603: 0, 604: None, 606: None}
