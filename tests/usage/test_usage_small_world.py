"""Reports of usage over a few figures that were counted by hand, and the reading of odd answers.

The articles, groups and people are those of tests/models/small_world.py: 101 (Jane, John) in Physics, 102 (another
John, Jane) in Optics below it, 103 (Jane, and a stranger without an id) in no group.

    101: views 10 in May, 20 in June; downloads 4 in June; no shares
    102: views 6 in June; downloads not known; shares not known
    103: nothing known
    Physics (11), by Figshare itself: 40 views, of which 30 in June
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import duckdb
import pytest

from figshare_warehouse.models.sqlfiles import sql_folder
from figshare_warehouse.sources.figshare.usage.rows import country_code, country_rows, month_rows
from figshare_warehouse.sources.figshare.usage.stats import Question, Reading
from tests.models.small_world import rows, small_world
from tests.support import insert

MAY, JUNE = date(2026, 5, 1), date(2026, 6, 1)
SAID, LATER = datetime(2026, 6, 30, 12), datetime(2026, 6, 30, 18)


@pytest.fixture(scope="module")
def world() -> Iterator[duckdb.DuckDBPyConnection]:
    with small_world() as connection:
        for number, counter, total, at in (
            (101, "views", 30, LATER),
            (101, "downloads", 4, SAID),
            (101, "shares", 0, SAID),
            (102, "views", 6, SAID),
        ):
            _total(connection, "article", number, counter, total, at)
        _total(connection, "group", 11, "views", 40, SAID)
        for number, counter, month, count in (
            (101, "views", MAY, 10),
            (101, "views", JUNE, 20),
            (101, "downloads", MAY, 0),
            (101, "downloads", JUNE, 4),
            (102, "views", JUNE, 6),
        ):
            _insert(connection, "usage_by_month", "article", number, counter, month=month, event_count=count)
        _insert(connection, "usage_by_month", "group", 11, "views", month=JUNE, event_count=30)
        for country, code, city, count in (
            ("Germany", "DE", "Berlin", 7),
            ("Germany", "DE", "(other)", 2),
            ("Atlantis", None, "Unknown", 1),
            # Figshare named 10 of the 30 views of June.
            ("(other)", None, "(other)", 20),
        ):
            place = {"country": country, "country_code": code, "city": city, "event_count": count}
            _insert(connection, "usage_by_country", "group", 11, "views", month=JUNE, **place)
        window = {"kind": "countries", "window_start": JUNE, "window_end": date(2026, 6, 30), "fetched_at": SAID}
        _insert(connection, "usage_coverage", "group", 11, "views", state="truncated", **window)
        for counter in ("views", "downloads"):
            window = {"kind": "months", "window_start": date(2019, 11, 1), "window_end": date(2026, 6, 30)}
            _insert(connection, "usage_coverage", "article", 101, counter, fetched_at=SAID, **window)
        yield connection


def _insert(connection: duckdb.DuckDBPyConnection, table: str, type_: str, id_: int, counter: str, **row: Any) -> None:
    if table != "usage_coverage":
        row = {"observed_at": SAID, **row}
    insert(connection, table, entity_type=type_, entity_id=id_, counter=counter, **row)


def _total(connection: duckdb.DuckDBPyConnection, type_: str, id_: int, counter: str, total: int, at: datetime) -> None:
    row = {"observed_on": at.date(), "total": total, "source": "total", "observed_at": at}
    _insert(connection, "usage_totals", type_, id_, counter, **row)


def test_articles(world: duckdb.DuckDBPyConnection) -> None:
    query = "select article_id, views, downloads, shares, usage_as_of from reports.articles order by article_id"
    assert world.execute(query).fetchall() == [
        (101, 30, 4, 0, SAID),
        (102, 6, None, None, None),
        (103, None, None, None, None),
    ]


SUMS = (
    "views_full, downloads_full, shares_full, views_fractional, downloads_fractional, shares_fractional, "
    "usage_known_ratio, usage_as_of"
)


def test_authors(world: duckdb.DuckDBPyConnection) -> None:
    assert world.execute(f"select author_id, {SUMS} from reports.authors order by author_id").fetchall() == [
        (1, 36, 4, 0, 18.0, 2.0, 0.0, pytest.approx(1 / 3), SAID),
        (2, 30, 4, 0, 15.0, 2.0, 0.0, 1.0, SAID),
        (4, 6, None, None, 3.0, None, None, 0.0, None),
    ]


def test_groups(world: duckdb.DuckDBPyConnection) -> None:
    query = f"select group_id, {SUMS} from reports.groups where institution_id = 1 order by group_id"
    assert world.execute(query).fetchall() == [
        (10, 36, 4, 0, 0.0, 0.0, 0.0, 0.5, SAID),
        (11, 36, 4, 0, 30.0, 4.0, 0.0, 0.5, SAID),
        (12, 6, None, None, 6.0, None, None, 0.0, None),
        (13, 0, 0, 0, 0.0, 0.0, 0.0, None, None),
        (None, None, None, None, None, None, None, 0.0, None),
    ]


def test_institution(world: duckdb.DuckDBPyConnection) -> None:
    query = "select views, downloads, shares, usage_known_ratio, usage_as_of from reports.institution_summary"
    assert world.execute(f"{query} where institution_id = 1").fetchall() == [(36, 4, 0, pytest.approx(1 / 3), SAID)]


def test_fractional_sums_are_the_institutions(world: duckdb.DuckDBPyConnection) -> None:
    check = (sql_folder() / "tests" / "usage_fractional_sums.sql").read_text(encoding="utf-8")
    assert world.execute(check).fetchall() == []
    world.begin()
    wrong = "99.0 as views_fractional, 4.0 as downloads_fractional, 0.0 as shares_fractional"
    world.execute(f"create or replace view reports.groups as select 1 as institution_id, {wrong}")
    assert world.execute(check).fetchall() == [("groups", 1, "views", 99.0, 36)]
    world.rollback()


def test_months(world: duckdb.DuckDBPyConnection) -> None:
    columns = "entity_id, month, views_full, downloads_full, shares_full, views_fractional, usage_known_ratio"
    query = f"select {columns}, usage_complete_to from reports.usage_by_month where entity_type = ? "
    query += "and views_full + coalesce(downloads_full, 0) > 0 order by all"
    third, end = pytest.approx(1 / 3), date(2026, 6, 30)
    assert world.execute(query, ["article"]).fetchall() == [
        (101, MAY, 10, 0, 0, 10.0, 1.0, end),
        (101, JUNE, 20, 4, 0, 20.0, 1.0, end),
        (102, JUNE, 6, None, None, 6.0, 0.0, None),
    ]
    assert world.execute(query, ["author"]).fetchall() == [
        (1, MAY, 10, 0, 0, 5.0, third, end),
        (1, JUNE, 26, 4, 0, 13.0, third, end),
        (2, MAY, 10, 0, 0, 5.0, 1.0, end),
        (2, JUNE, 20, 4, 0, 10.0, 1.0, end),
        (4, JUNE, 6, None, None, 3.0, 0.0, None),
    ]
    assert world.execute(query, ["group"]).fetchall() == [
        (10, MAY, 10, 0, 0, 0.0, 0.5, end),
        (10, JUNE, 26, 4, 0, 0.0, 0.5, end),
        (11, MAY, 10, 0, 0, 10.0, 0.5, end),
        (11, JUNE, 26, 4, 0, 20.0, 0.5, end),
        (12, JUNE, 6, None, None, 6.0, 0.0, None),
    ]
    assert world.execute(query, ["institution"]).fetchall() == [
        (1, MAY, 10, 0, 0, 10.0, third, end),
        (1, JUNE, 26, 4, 0, 26.0, third, end),
    ]


def test_months_without_use_have_rows_from_the_beginning_to_the_last_known(world: duckdb.DuckDBPyConnection) -> None:
    # 101 began in December 2019, and was asked for from the month before. Of 102 one month is known, and which others
    # had none is not.
    query = "select entity_type, entity_id, count(*), min(month), max(month), sum(views_full), count(downloads_full) "
    query += "from reports.usage_by_month group by all order by all"
    whole = (79, date(2019, 12, 1), JUNE)
    assert world.execute(query).fetchall() == [
        ("article", 101, *whole, 30, 79),
        ("article", 102, 1, JUNE, JUNE, 6, 0),
        ("author", 1, *whole, 36, 79),
        ("author", 2, *whole, 30, 79),
        ("author", 4, 1, JUNE, JUNE, 6, 0),
        ("group", 10, *whole, 36, 79),
        ("group", 11, *whole, 36, 79),
        ("group", 12, 1, JUNE, JUNE, 6, 0),
        ("institution", 1, *whole, 36, 79),
    ]


def test_countries_with_the_rest_that_was_cut(world: duckdb.DuckDBPyConnection) -> None:
    columns = "entity_type, entity_id, month, country_code, country, views, downloads, shares"
    assert world.execute(f"select {columns} from reports.usage_by_country order by country").fetchall() == [
        ("group", 11, JUNE, None, "(other)", 20, None, None),
        ("group", 11, JUNE, None, "Atlantis", 1, None, None),
        ("group", 11, JUNE, "DE", "Germany", 9, None, None),
    ]


def test_reconciliation_hides_nothing(world: duckdb.DuckDBPyConnection) -> None:
    query = (
        "select * exclude (institution_id, figure_at, other_figure_at) from reports.usage_reconciliation order by all"
    )
    assert [tuple(row.values()) for row in rows(world, query)] == [
        ("group and articles", "group", 11, "views", 40, 36, 4, 2, 0),
        ("months and countries", "group", 11, "views", 30, 30, 0, None, None),
        ("total and months", "article", 101, "downloads", 4, 4, 0, None, None),
        ("total and months", "article", 101, "views", 30, 30, 0, None, None),
    ]


def _reading(kind: Any, data: Any) -> Reading:
    return Reading(Question(kind, "group", 1, "views", date(2026, 4, 1), date(2026, 6, 30)), data, SAID)


def test_missing_months_are_zero_where_they_were_asked_for() -> None:
    found = month_rows([_reading("months", {JUNE: 3, date(2026, 4, 1): 1, date(2025, 1, 1): 9})], "r")
    assert found.select(["month", "event_count"]).to_pylist() == [
        {"month": date(2026, 4, 1), "event_count": 1},
        {"month": MAY, "event_count": 0},
        {"month": JUNE, "event_count": 3},
    ]


def test_cities_add_up_and_the_unknown_is_one() -> None:
    answer = {
        MAY: {"Unknown": {"total": 2, "Unknown": 2}, "Unkown": {"total": 3, "Unkown": 2}},
        JUNE: {"Germany": {"total": 9, "Berlin": 7}},
    }
    found = country_rows([_reading("countries", answer)], "r").select(["month", "country", "city", "event_count"])
    assert [tuple(row.values()) for row in found.to_pylist()] == [
        (date(2026, 4, 1), "(none)", "(none)", 0),
        (MAY, "Unknown", "Unknown", 4),
        (MAY, "Unknown", "(other)", 1),
        (JUNE, "Germany", "Berlin", 7),
        (JUNE, "Germany", "(other)", 2),
    ]


def test_a_full_list_of_countries_counts_as_cut() -> None:
    full = {f"Country {n}": {"total": 1} for n in range(200)}
    assert _reading("countries", {JUNE: full}).state == "truncated"
    full.popitem()
    assert _reading("countries", {JUNE: full}).state == "fetched"
    assert _reading("months", {}).state == "empty"


@pytest.mark.parametrize(
    ("name", "code"),
    [("Germany", "DE"), ("Russia", "RU"), ("Türkiye", "TR"), ("Turkey", "TR"), ("Kosovo", "XK"), ("Unknown", None)],
)
def test_country_codes(name: str, code: str | None) -> None:
    assert country_code(name) == code
