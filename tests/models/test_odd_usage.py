"""The reports of usage over warehouses with one oddity each."""

from datetime import date, datetime
from typing import Any

import duckdb

from tests.models.small_world import article, listed, listing, rows
from tests.models.used_world import (
    END,
    JUNE,
    MAY,
    SAID,
    month,
    read,
    total,
)


def used(
    connection: duckdb.DuckDBPyConnection,
    id_: int,
    started: Any,
    months: dict[date, int],
    end: date = END,
    unknown: Any = None,
) -> None:
    """An article whose usage is known from its beginning on; months: first day → views."""
    article(connection, id_, [], timeline_first_online=datetime.combine(started, datetime.min.time()))
    listed(connection, "institution 1", id_)
    for counter in ("views", "downloads"):
        if counter == unknown:
            continue
        counts = months if counter == "views" else dict.fromkeys(months, 0)
        total(connection, id_, counter, sum(counts.values()), datetime.combine(end, SAID.time()))
        read(connection, id_, counter, "months", started.replace(day=1), end)
        for first, count in counts.items():
            month(connection, id_, counter, first, count)


RISING = (
    "select article_id, month, event_count, mean_before, month_count_before, rise_ratio from reports.rising_articles"
)


def test_a_young_article_is_compared_with_the_months_it_had(warehouse: duckdb.DuckDBPyConnection) -> None:
    listing(warehouse, "institution 1", institution_id=1)
    used(warehouse, 1, date(2026, 3, 20), {date(2026, 3, 1): 2, MAY: 30})  # March and April: 1 on average
    used(warehouse, 2, date(2026, 4, 1), {MAY: 30})  # April: none, so there is no ratio
    used(warehouse, 3, date(2026, 5, 2), {MAY: 30})  # nothing to compare with
    used(warehouse, 4, date(2026, 6, 2), {JUNE: 30})  # began after the month
    assert warehouse.execute(f"{RISING} order by article_id").fetchall() == [
        (1, MAY, 30, 1.0, 2, 30.0),
        (2, MAY, 30, 0.0, 1, None),
    ]
    assert warehouse.execute("select article_id from reports.rising_articles order by rise_rank").fetchall() == [
        (2,),
        (1,),
    ]


def test_what_is_not_known_in_the_month_does_not_rise(warehouse: duckdb.DuckDBPyConnection) -> None:
    listing(warehouse, "institution 1", institution_id=1)
    before = date(2026, 4, 1)
    used(warehouse, 1, date(2020, 1, 1), {before: 12, MAY: 12})
    used(warehouse, 2, date(2020, 1, 1), {before: 50}, end=date(2026, 5, 20))  # May is not over there
    used(warehouse, 3, date(2020, 1, 1), {MAY: 50}, unknown="downloads")
    used(warehouse, 4, date(2020, 1, 1), {MAY: 9})  # below the floor
    used(warehouse, 5, date(2020, 1, 1), {date(2025, 5, 1): 360, MAY: 30})  # not above the mean
    assert warehouse.execute(RISING).fetchall() == [(1, MAY, 12, 1.0, 12, 12.0)]


def test_zero_is_not_unknown(warehouse: duckdb.DuckDBPyConnection) -> None:
    listing(warehouse, "institution 1", institution_id=1)
    for id_ in (1, 2, 3, 4):
        article(warehouse, id_, [])
        listed(warehouse, "institution 1", id_)
    for id_, views, downloads in ((1, 0, 0), (2, 0, None), (3, 0, 1), (4, None, None)):
        for counter, count in (("views", views), ("downloads", downloads)):
            if count is not None:
                total(warehouse, id_, counter, count)
    assert warehouse.execute("select article_id from reports.never_used").fetchall() == [(1,)]
    query = "select article_id, views_rank, downloads_rank from reports.top_articles where scope = 'institution'"
    assert warehouse.execute(f"{query} order by article_id").fetchall() == [
        (1, 1, 2),
        (2, 2, None),
        (3, 3, 1),
        (4, None, None),
    ]


def test_a_search_whose_articles_are_still_to_be_read_says_no_zero(warehouse: duckdb.DuckDBPyConnection) -> None:
    listing(warehouse, "search a", search="a")
    listed(warehouse, "search a", 1)
    listing(warehouse, "search b", search="b")
    query = "select search, found_article_count, views, usage_known_ratio from reports.search_summary order by search"
    assert warehouse.execute(query).fetchall() == [("a", 1, None, None), ("b", 0, 0, None)]


def test_the_usage_columns_of_every_report_are_empty_without_usage(warehouse: duckdb.DuckDBPyConnection) -> None:
    listing(warehouse, "institution 1", institution_id=1)
    listed(warehouse, "institution 1", 1)
    article(warehouse, 1, [(1, "A", None)], group_id=7)
    for report in ("rising_articles", "never_used", "author_usage_by_month", "author_usage_by_country"):
        assert rows(warehouse, f"select * from reports.{report}") == []
    for report in ("article_usage_by_month", "group_usage_by_country", "usage_by_month", "usage_by_country"):
        assert rows(warehouse, f"select * from reports.{report}") == []
    query = (
        "select table_name, string_agg(column_name, ', ') from duckdb_columns() where schema_name = 'reports' "
        "and column_name ~ '^(views|downloads|shares)(_full|_fractional|_per_article|_rank)?$' group by table_name"
    )
    found = warehouse.execute(query).fetchall()
    assert len(found) > 20
    for table, columns in found:
        values = {
            value for row in warehouse.execute(f"select {columns} from reports.{table}").fetchall() for value in row
        }
        assert values <= {None}, table
