"""What is asked again, and what counts as known, where Figshare's figures changed after they were read.

It is noon of 28 November 2026. Figures are asked for again after a week.
"""

from datetime import date, datetime, timedelta
from typing import Any

import duckdb
import pytest

from figshare_warehouse.warehouse import store
from tests.models.small_world import article, listed, listing
from tests.models.used_world import GERMANY, country, total
from tests.support import insert

NOW = datetime(2026, 11, 28, 12)
BEFORE = datetime(2026, 10, 19, 12)
MAY, OCTOBER, NOVEMBER = date(2020, 5, 1), date(2026, 10, 1), date(2026, 11, 1)
BLOCK = (date(2024, 12, 1), NOW.date())
"""As many months as one response has."""
ALL = [
    (date(2018, 12, 1), date(2020, 11, 30)),
    (date(2020, 12, 1), date(2022, 11, 30)),
    (date(2022, 12, 1), date(2024, 11, 30)),
    BLOCK,
]


@pytest.fixture
def world(warehouse: duckdb.DuckDBPyConnection) -> Any:
    listing(warehouse, "institution 1", institution_id=1)
    return warehouse


def published(world: duckdb.DuckDBPyConnection, *ids: int, on: date = MAY) -> None:
    for id_ in ids:
        article(world, id_, [], timeline_first_online=datetime.combine(on, datetime.min.time()))
        listed(world, "institution 1", id_)


def read(
    world: duckdb.DuckDBPyConnection,
    id_: int,
    months: dict[date, int],
    at: datetime,
    start: date = date(2018, 12, 1),
    counter: str = "views",
    asked: Any = None,
) -> None:
    """The months of an article's views, read at some time: month → count; and the total as it was known then."""
    what = {"entity_type": "article", "entity_id": id_, "counter": counter}
    window = {"kind": "months", "window_start": start, "window_end": at.date(), "fetched_at": at, "asked_at": at}
    insert(world, "usage_coverage", state="fetched", refresh_id=f"r {at}", total=asked, **what, **window)
    for first, count in months.items():
        insert(world, "usage_by_month", month=first, event_count=count, observed_at=at, **what)


def due(
    world: duckdb.DuckDBPyConnection,
    now: datetime = NOW,
    question: str = "usage_windows_due",
    counter: str = "views",
    kind: str = "months",
) -> Any:
    """Article → the windows of its views that are due, and why."""
    given: dict[str, Any] = {"entity_types": ["article"], "only_named": [], "now": now}
    given |= {"today": now.date(), "max_age_days": 7}
    if question == "usage_windows_due":
        given |= {"kind": kind, "article_ids": None, "since": date(2008, 1, 1)}
        given |= {"window_months": 24, "is_whole": False, "is_estimate": False}
    found: dict[int, tuple[str, list[tuple[date, date]]]] = {}
    for row in store.ask(world, question, **given):
        if row["counter"] == counter:
            reason, windows = found.setdefault(row["entity_id"], (row["reason"], []))
            windows.append((row["window_start"], row["window_end"]))
            found[row["entity_id"]] = (max(reason, row["reason"]), windows)
    return found


def test_months_that_no_longer_add_up_are_read_again_and_once(world: duckdb.DuckDBPyConnection) -> None:
    published(world, 1, 2, 3, 4, 5, 6)
    for id_, then, now in ((1, 10, 80), (2, 50, 20), (3, 90, 91), (4, 10, 10), (5, 10, 25), (6, 5, 0)):
        total(world, id_, "views", then, BEFORE)
        total(world, id_, "views", now, NOW)
        # What 3 has more than its months add up to, then and now, is in none that can be asked for.
        start = date(2010, 1, 1) if id_ == 3 else date(2018, 12, 1)
        read(world, id_, {MAY: 0, OCTOBER: 20 if id_ == 3 else then}, BEFORE, start, asked=then)
    # The total moved: the last two years are read again. 5 had 15 more in November, 3 one; of the rest nothing is new.
    moved = ("moved", [BLOCK])
    assert due(world) == {1: moved, 2: moved, 3: moved, 5: moved, 6: moved}
    world.execute("update figshare.usage_by_month set observed_at = ? where month = ?", [NOW, OCTOBER])
    for id_, november, now in ((1, 0, 80), (2, 0, 20), (3, 1, 91), (5, 15, 25), (6, 0, 0)):
        read(world, id_, {NOVEMBER: november}, NOW, BLOCK[0], asked=now)
    # Then all of what differs: there is more than before, or less. That 6 had none in other months is known.
    assert due(world) == dict.fromkeys((1, 2), ("differs", ALL))

    # 1 is the same when it is read again: that is what Figshare has. Before December 2018 there may be something.
    world.execute("update figshare.usage_by_month set observed_at = ? where entity_id = 1", [NOW])
    earlier = [(date(year, 12, 1), date(year + 2, 11, 30)) for year in range(2008, 2018, 2)]
    assert due(world)[1] == ("new", earlier)
    query = "select known_to from intermediate.int_usage_known where entity_id = 1 and counter = 'views'"
    assert world.execute(query).fetchall() == [(None,)]
    read(world, 1, {}, NOW.replace(year=2018, day=30), date(2008, 12, 1))
    assert 1 not in due(world)
    assert world.execute(query).fetchall() == [(NOW.date(),)]
    query = "select figure, other_figure, difference from reports.usage_reconciliation where entity_id = 1"
    assert world.execute(query).fetchall() == [(80, 10, 70)]
    # New usage is no reason to read all again, though the total and the months differ by as much as before.
    later = NOW + timedelta(days=1)
    total(world, 1, "views", 83, later)
    assert due(world, later)[1] == ("moved", [(BLOCK[0], later.date())])
    read(world, 1, {}, later, date(2024, 12, 1) + timedelta(days=1), asked=83)
    world.execute("update figshare.usage_by_month set event_count = 3, observed_at = ? "
                  "where entity_id = 1 and month = ?", [later, NOVEMBER])  # fmt: skip
    assert 1 not in due(world, later)
    # A total that fell is a restatement, too.
    query = "select entity_id, month, old_event_count, new_event_count, difference, new_observed_at "
    query += "from reports.usage_restatements order by entity_id"
    assert world.execute(query).fetchall() == [(2, None, 50, 20, -30, NOW), (6, None, 5, 0, -5, NOW)]


def test_old_months_and_totals_are_asked_for_again_in_time_and_not_all_at_once(
    world: duckdb.DuckDBPyConnection,
) -> None:
    published(world, 26, 38, 51)
    for id_ in (26, 38, 51):
        total(world, id_, "views", 7, BEFORE)
        read(world, id_, {MAY: 3, OCTOBER: 4}, BEFORE, asked=7)

    def found(weeks: int, question: str = "usage_windows_due") -> Any:
        now = BEFORE + timedelta(weeks=weeks, minutes=1)
        # As if the last two years had been read each week.
        world.execute("update figshare.usage_coverage set window_end = ?, fetched_at = ?", [now.date(), now])
        world.execute("update figshare.usage_by_month set observed_at = ? where month = ?", [now, OCTOBER])
        return {id_: reason for id_, (reason, _) in due(world, now, question).items()}

    assert found(6, "usage_totals_due") == {}
    assert found(8, "usage_totals_due") == {}
    assert found(9, "usage_totals_due") == {51: "check"}
    assert found(10, "usage_totals_due") == {26: "check", 38: "check", 51: "check"}
    assert found(26) == {}
    assert found(27) == {51: "old"}
    assert found(40) == {38: "old", 51: "old"}
    assert found(52) == {26: "old", 38: "old", 51: "old"}
    # From the first month that there can be any of.
    now = BEFORE + timedelta(weeks=52, minutes=1)
    assert due(world, now)[26][1][0] == (date(2019, 11, 1), date(2021, 10, 31))


def test_what_two_warehouses_know_shows_as_the_same_months_whatever_was_asked(world: duckdb.DuckDBPyConnection) -> None:
    first = date(2026, 9, 20)
    published(world, 1, 2, 3, 4, on=first)
    september = date(2026, 9, 1)
    for id_ in (1, 2, 3, 4):
        total(world, id_, "downloads", 0, NOW)
        total(world, id_, "shares", 0, NOW)
        total(world, id_, "views", 0 if id_ == 4 else 5, NOW)
    # Asked from before the beginning on; in two parts; in October, and had nothing since.
    read(world, 1, dict.fromkeys((date(2026, 7, 1), date(2026, 8, 1), september, NOVEMBER), 0) | {OCTOBER: 5}, NOW,
         date(2024, 12, 1), asked=5)  # fmt: skip
    read(world, 2, {september: 0, OCTOBER: 5}, NOW.replace(month=10, day=31), september)
    read(world, 2, {NOVEMBER: 0}, NOW, NOVEMBER, asked=5)
    read(world, 3, {OCTOBER: 5}, BEFORE, september, asked=5)
    query = "select entity_id, month, views_full, downloads_full, shares_full, usage_complete_to "
    query += "from reports.usage_by_month where entity_type = 'article' order by all"
    assert world.execute(query).fetchall() == [
        (id_, first_of_month, 5 if first_of_month == OCTOBER and id_ < 4 else 0, 0, 0, NOW.date())
        for id_ in (1, 2, 3, 4)
        for first_of_month in (september, OCTOBER, NOVEMBER)
    ]


def test_use_before_the_first_date_has_rows(world: duckdb.DuckDBPyConnection) -> None:
    published(world, 1, on=date(2026, 10, 5))
    total(world, 1, "views", 25, NOW)
    read(world, 1, {date(2026, 7, 1): 0, date(2026, 8, 1): 20, OCTOBER: 5}, NOW, date(2024, 12, 1), asked=25)
    query = (
        "select month, views_full, downloads_full from reports.usage_by_month where entity_id = 1 and entity_type = "
    )
    query += "'article' order by month"
    assert world.execute(query).fetchall() == [
        (date(2026, number, 1), views, None) for number, views in ((8, 20), (9, 0), (10, 5), (11, 0))
    ]


def test_a_counter_whose_total_did_not_move_had_none_in_the_new_months(world: duckdb.DuckDBPyConnection) -> None:
    published(world, 1, on=date(2026, 9, 20))
    september = date(2026, 9, 1)
    for counter, count in (("views", 9), ("downloads", 4)):
        total(world, 1, counter, 4, BEFORE)
        total(world, 1, counter, count, NOW)
        read(world, 1, {september: 3, OCTOBER: 1}, BEFORE, september, counter, asked=4)
    read(world, 1, {NOVEMBER: 5}, NOW, OCTOBER, asked=9)
    query = "select month, views_full, downloads_full, usage_known_ratio, usage_complete_to, observed_at "
    query += "from reports.usage_by_month where entity_type = 'article' order by month"
    known = (1.0, NOW.date())
    assert world.execute(query).fetchall() == [
        (september, 3, 3, *known, BEFORE),
        (OCTOBER, 1, 1, *known, BEFORE),
        (NOVEMBER, 5, 0, *known, NOW),
    ]


def test_a_total_that_was_never_asked_for_is_not_known_and_not_compared(world: duckdb.DuckDBPyConnection) -> None:
    published(world, 1)
    read(world, 1, {MAY: 3}, NOW)
    summed = {"observed_on": NOW.date(), "observed_at": NOW, "source": "months", "total": 3}
    insert(world, "usage_totals", entity_type="article", entity_id=1, counter="views", **summed)
    query = "select known_entity_count from reports.usage_coverage where counter = 'views' and kind = 'total'"
    assert world.execute(query).fetchall() == [(0,)]
    assert world.execute("select count(*) from reports.usage_reconciliation").fetchall() == [(0,)]
    assert due(world, question="usage_totals_due") == {1: ("new", [(date(2008, 1, 1), NOW.date())])}


def test_what_failed_counts_as_long_as_it_is_to_be_read(world: duckdb.DuckDBPyConnection) -> None:
    published(world, 1, 2, 3)
    failed = {"entity_type": "article", "counter": "views", "kind": "months", "state": "failed", "asked_at": BEFORE}
    for id_ in (1, 2, 3):
        insert(world, "usage_coverage", entity_id=id_, window_start=date(2024, 11, 1), refresh_id="r 1", **failed)
        total(world, id_, "views", 0 if id_ == 1 else 4, NOW)
    # 2 was asked for again a month later, when the window began a month later.
    read(world, 2, {OCTOBER: 4}, NOW, asked=4)
    query = "select failed_entity_count from reports.usage_coverage where counter = 'views' and kind = 'months'"
    assert world.execute(query).fetchall() == [(1,)]


def test_countries_that_were_never_asked_for_are_none_where_the_month_has_none(
    world: duckdb.DuckDBPyConnection,
) -> None:
    # 1 had no downloads before this month, 2 has none at all; those of 3 are not known.
    published(world, 1, 2, 3, on=OCTOBER)
    for id_ in (1, 2, 3):
        total(world, id_, "views", 5, NOW)
        read(world, id_, {OCTOBER: 4, NOVEMBER: 1}, NOW, asked=5)
        country(world, "article", id_, "views", OCTOBER, GERMANY, 4)
        country(world, "article", id_, "views", NOVEMBER, GERMANY, 1)
    total(world, 2, "downloads", 0, NOW)
    total(world, 1, "downloads", 0, NOW.replace(day=2))
    total(world, 1, "downloads", 2, NOW)
    read(world, 1, {NOVEMBER: 2}, NOW, NOVEMBER, "downloads", asked=2)
    query = (
        "select entity_id, month, views, downloads, shares from reports.usage_by_country where entity_type = 'article' "
    )
    assert world.execute(f"{query} order by entity_id, month").fetchall() == [
        (1, OCTOBER, 4, 0, None),
        (1, NOVEMBER, 1, None, None),
        (2, OCTOBER, 4, 0, None),
        (2, NOVEMBER, 1, 0, None),
        (3, OCTOBER, 4, None, None),
        (3, NOVEMBER, 1, None, None),
    ]


def test_what_was_asked_of_withdrawn_articles_only_has_no_row_of_coverage(world: duckdb.DuckDBPyConnection) -> None:
    published(world, 1)
    asked = {"entity_type": "article", "counter": "shares", "window_start": NOVEMBER, "fetched_at": NOW}
    insert(world, "usage_coverage", entity_id=1, kind="countries", **asked)
    insert(world, "usage_coverage", entity_id=2, kind="days", **asked)
    query = "select kind from reports.usage_coverage where counter = 'shares' order by kind"
    assert world.execute(query).fetchall() == [("countries",), ("months",), ("total",)]


def test_countries_of_a_month_that_was_mended_are_read_again_once(world: duckdb.DuckDBPyConnection) -> None:
    published(world, 1, 2)
    for id_ in (1, 2):
        total(world, id_, "views", 9, BEFORE)
        read(world, id_, {MAY: 4, OCTOBER: 5}, BEFORE, asked=9)
    query = "insert into figshare.usage_coverage by name select * replace ('countries' as kind, date '2020-05-01' as "
    query += "window_start) from figshare.usage_coverage"
    world.execute(query)
    restated = {"old_event_count": 7, "new_event_count": 4, "old_observed_at": BEFORE, "month": MAY}
    at = BEFORE + timedelta(hours=1)
    insert(
        world, "usage_restatements", entity_type="article", entity_id=1, counter="views", new_observed_at=at, **restated
    )
    countries = [(date(2020 + 2 * n, 5, 1), date(2022 + 2 * n, 4, 30)) for n in range(3)]
    assert due(world, at, kind="countries") == {1: ("restated", [*countries, (date(2026, 5, 1), at.date())])}
    world.execute("update figshare.usage_coverage set fetched_at = ? where kind = 'countries'", [at])
    assert due(world, at, kind="countries") == {}
