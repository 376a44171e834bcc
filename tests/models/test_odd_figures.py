"""Figures of Figshare that do not fit each other, and what is 0 or not known because of them."""

from datetime import date, datetime, timedelta
from typing import Any

import duckdb

from figshare_warehouse.models.dry_run import empty_warehouse
from figshare_warehouse.warehouse import store
from tests.models.small_world import article, listed, listing
from tests.models.used_world import END, JUNE, MAY, SAID, country, month, read, total
from tests.support import insert

LONG_AFTER = SAID + timedelta(days=30)


def lists(warehouse: duckdb.DuckDBPyConnection, *groups: Any) -> None:
    """An institution with a list of groups, each (id, the one above)."""
    listing(warehouse, "institution 1", institution_id=1)
    for id_, parent in groups:
        insert(warehouse, "groups", id=id_, name=f"Group {id_}", parent_id=parent, institution_id=1)


def test_no_date_is_too_old_for_its_usage_to_be_known(warehouse: duckdb.DuckDBPyConnection) -> None:
    lists(warehouse, (10, 0))
    long_ago = datetime(1987, 3, 1)
    article(warehouse, 1, [], group_id=10, timeline_first_online=long_ago, published_date=long_ago)
    listed(warehouse, "institution 1", 1)
    for counter in ("views", "downloads"):
        total(warehouse, 1, counter, 5)
        month(warehouse, 1, counter, MAY, 5)
        read(warehouse, 1, counter, "months", date(2008, 1, 1))
    query = "select entity_type, started_on from intermediate.int_usage_items order by all"
    assert warehouse.execute(query).fetchall() == [("article", date(2008, 1, 1)), ("group", date(2008, 1, 1))]
    query = "select distinct usage_complete_to, usage_known_ratio from reports.usage_by_month where entity_type = "
    assert warehouse.execute(f"{query} 'article'").fetchall() == [(END, 1.0)]
    assert due(warehouse, "usage_windows_due") == []


def due(warehouse: duckdb.DuckDBPyConnection, question: str, now: datetime = SAID, **more: Any) -> Any:
    """What is due of the articles' views."""
    if question == "usage_windows_due":
        more |= {"kind": "months", "article_ids": None, "since": date(2008, 1, 1)}
        more |= {"window_months": 24, "is_whole": False, "is_estimate": False}
    asked: dict[str, Any] = {"entity_types": ["article"], "only_named": [], "now": now}
    asked |= {"today": now.date(), "max_age_days": 7}
    found = store.ask(warehouse, question, **asked, **more)
    return [(row["entity_id"], row["reason"]) for row in found if row["counter"] == "views"]


def test_months_that_do_not_add_up_to_the_total_do_not_replace_it(warehouse: duckdb.DuckDBPyConnection) -> None:
    listing(warehouse, "institution 1", institution_id=1)
    for id_, asked in ((1, 45), (2, 25), (3, 9)):
        article(warehouse, id_, [], timeline_first_online=datetime(2026, 5, 1))
        listed(warehouse, "institution 1", id_)
        # Asked for on 10 June; months were read on the 30th: 10 in May, 20 in June.
        total(warehouse, id_, "views", asked, datetime(2026, 6, 10))
        month(warehouse, id_, "views", MAY, 10)
        month(warehouse, id_, "views", JUNE, 20)
        read(warehouse, id_, "views", "months", MAY)
    # 45 in all by 10 June, or 9, cannot be of the same figures; 25 can.
    told = [(row["entity_id"], row["total"]) for row in store.ask(warehouse, "usage_sums")]
    assert told == [(2, 30)]
    summed = {"observed_on": END, "observed_at": SAID, "source": "months", "total": 30}
    insert(warehouse, "usage_totals", entity_type="article", entity_id=2, counter="views", **summed)
    query = "select article_id, views from reports.articles order by all"
    assert warehouse.execute(query).fetchall() == [(1, 45), (2, 30), (3, 9)]
    query = "select entity_id, figure, other_figure, difference from reports.usage_reconciliation order by all"
    # Compared is what the total was and what the months were by then: of June's 20 it is not known how many were in
    # its first ten days, so that 10 to 30 would have been right.
    assert warehouse.execute(query).fetchall() == [(1, 45, 30, 15), (2, 25, 25, 0), (3, 9, 10, -1)]
    # They are asked for anew by themselves, when they are old.
    assert due(warehouse, "usage_totals_due", datetime(2026, 6, 12)) == []
    assert due(warehouse, "usage_totals_due", LONG_AFTER) == [(1, "check"), (3, "check")]


def test_the_month_in_which_usage_began_is_not_known_to_be_without(warehouse: duckdb.DuckDBPyConnection) -> None:
    listing(warehouse, "institution 1", institution_id=1)
    for id_ in (1, 2):
        article(warehouse, id_, [], timeline_first_online=datetime(2026, 5, 1))
        listed(warehouse, "institution 1", id_)
        for first in (MAY, JUNE):
            month(warehouse, id_, "downloads", first, 1)
        total(warehouse, id_, "views", 0, datetime(2026, 6, 15))
    total(warehouse, 1, "views", 5)
    query = "select entity_id, month, views_full from reports.usage_by_month where entity_type = 'article' order by all"
    assert warehouse.execute(query).fetchall() == [(1, MAY, 0), (1, JUNE, None), (2, MAY, 0), (2, JUNE, 0)]


def test_what_lies_in_a_group_itself_is_not_0_where_it_is_not_known(warehouse: duckdb.DuckDBPyConnection) -> None:
    lists(warehouse, (10, 0), (11, 10), (20, 0), (21, 20))
    for id_, group in ((1, 10), (2, 11), (3, 21)):
        article(warehouse, id_, [], group_id=group, timeline_first_online=datetime(2026, 5, 1))
        listed(warehouse, "institution 1", id_)
    total(warehouse, 1, "views", 500)
    for id_ in (2, 3):
        month(warehouse, id_, "views", MAY, 7)
    query = "select entity_id, views_full, views_fractional from reports.usage_by_month where entity_type = 'group'"
    # 10 holds an article whose months are not known, 20 none.
    assert warehouse.execute(f"{query} order by all").fetchall() == [(10, 7, None), (11, 7, 7), (20, 7, 0), (21, 7, 7)]


def test_countries_that_are_left_out_are_not_compared(warehouse: duckdb.DuckDBPyConnection) -> None:
    lists(warehouse, (10, 0), (11, 0))
    for id_ in (10, 11):
        insert(
            warehouse, "usage_by_month", entity_type="group", entity_id=id_, counter="views", month=MAY, event_count=30
        )
        country(warehouse, "group", id_, "views", MAY, ("Germany", "DE"), 10)
    warehouse.execute("update figshare.usage_by_month set observed_at = ?", [SAID])
    left_out = {"country": "(other)", "city": "(other)", "month": MAY, "observed_at": SAID}
    insert(warehouse, "usage_by_country", entity_type="group", entity_id=11, counter="views", **left_out)
    article(warehouse, 1, [], group_id=10)
    listed(warehouse, "institution 1", 1)
    query = "select entity_id, difference from reports.usage_reconciliation where comparison = 'months and countries'"
    assert warehouse.execute(query).fetchall() == [(10, 20)]


def test_a_group_is_compared_with_its_articles_only_where_it_is_known_what_lies_below(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    lists(warehouse, (10, 0))
    for id_, group in ((1, 10), (2, 99)):
        article(warehouse, id_, [], group_id=group)
        listed(warehouse, "institution 1", id_)
        total(warehouse, id_, "views", 3)
        said = {"observed_on": END, "observed_at": SAID, "source": "total", "total": 8}
        insert(warehouse, "usage_totals", entity_type="group", entity_id=group, counter="views", **said)
    query = "select entity_id, difference from reports.usage_reconciliation where comparison = 'group and articles'"
    assert warehouse.execute(query).fetchall() == [(10, 5)]


def test_where_people_came_from_and_what_they_looked_at(warehouse: duckdb.DuckDBPyConnection) -> None:
    lists(warehouse, (10, 0))
    insert(warehouse, "categories", id=4, title="Optics")
    year = {"first_on": date(2026, 1, 1), "last_on": END, "observed_at": SAID, "entity_type": "group", "entity_id": 10}
    insert(warehouse, "usage_referrals", **year, counter="views", referral="scholar.example", event_count=7)
    for category, count in ((4, 5), (99, 2)):
        insert(warehouse, "usage_categories", **year, counter="views", category_id=category, event_count=count)
    query = "select group_name, level, usage_year, referral, views, counted_to from reports.usage_by_referral"
    assert warehouse.execute(query).fetchall() == [("Group 10", 1, 2026, "scholar.example", 7, END)]
    query = "select group_id, usage_year, category_id, category, views from reports.usage_by_category order by all"
    assert warehouse.execute(query).fetchall() == [(10, 2026, 4, "Optics", 5), (10, 2026, 99, None, 2)]


def test_what_figshare_said_before_is_kept_beside_what_it_says_now(warehouse: duckdb.DuckDBPyConnection) -> None:
    listing(warehouse, "institution 1", institution_id=1)
    article(warehouse, 1, [])
    listed(warehouse, "institution 1", 1)
    for id_ in (1, 2):
        old = {"old_event_count": 9, "old_observed_at": datetime(2026, 6, 2)}
        new = {"new_event_count": 4, "new_observed_at": SAID}
        item = {"entity_type": "article", "entity_id": id_, "counter": "views", "month": MAY}
        insert(warehouse, "usage_restatements", **item, **old, **new)
    query = "select institution_id, entity_id, month, difference from reports.usage_restatements order by entity_id"
    assert warehouse.execute(query).fetchall() == [(1, 1, MAY, -5), (None, 2, MAY, -5)]


def embargoed(connection: duckdb.DuckDBPyConnection) -> None:
    """An article under an embargo to 1 June, read in May."""
    listing(connection, "institution 1", institution_id=1)
    article(connection, 1, [], is_embargoed=True, embargo_date=datetime(2026, 6, 1), fetched_at=datetime(2026, 5, 1))
    listed(connection, "institution 1", 1)


def test_an_embargo_is_overdue_when_the_record_still_says_so(warehouse: duckdb.DuckDBPyConnection) -> None:
    embargoed(warehouse)
    query = "select embargo_state from reports.embargoes"
    assert warehouse.execute(query).fetchall() == [("ended since read",)]
    # Figshare says that its record is as it was.
    insert(warehouse, "article_checks", article_id=1, checked_at=datetime(2026, 6, 2, 1))
    assert warehouse.execute(query).fetchall() == [("overdue",)]


def test_an_embargo_that_has_ended_is_asked_about_once() -> None:
    def due_at(now: datetime) -> Any:
        asked: dict[str, Any] = {"started_at": now, "now": now, "listings": ["institution 1"]}
        found = store.ask(
            connection, "article_details_due", article_ids=[], max_age_days=365, undated_max_age_days=365, **asked
        )
        return [(row["article_id"], row["reason"]) for row in found]

    with empty_warehouse() as connection:
        embargoed(connection)
        connection.execute("update figshare.articles set _dlt_load_id = 'l'")
        connection.execute("insert into figshare._dlt_loads values ('l', 0)")
        assert due_at(datetime(2026, 6, 1, 23)) == []
        assert due_at(datetime(2026, 6, 2, 1)) == [(1, "embargo ended")]
        insert(connection, "article_checks", article_id=1, checked_at=datetime(2026, 6, 2, 1), _dlt_load_id="l")
        assert due_at(datetime(2026, 6, 9)) == []
