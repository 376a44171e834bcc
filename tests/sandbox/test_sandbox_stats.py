from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from figshare_sandbox import World
from figshare_sandbox.world.figures import periods
from tests.sandbox.sandbox_client import TODAY, Client

COUNTERS = ["views", "downloads", "shares"]
WORLD = World(40, seed=6, today=TODAY)


def years_of(months: dict[str, int]) -> Counter[str]:
    sums: Counter[str] = Counter()
    for month, n in months.items():
        sums[month[:4]] += n
    return sums


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(WORLD.public_ids()), st.sampled_from(COUNTERS))
def test_days_months_places_and_total_agree(number: int, counter: str) -> None:
    total = WORLD.usage_total(counter, "article", number)
    days = WORLD.usage_by_day(counter, "article", number)
    months = WORLD.usage_by_month(counter, "article", number)
    places = WORLD.usage_by_month_country(counter, "article", number)
    assert total == sum(days.values()) == sum(months.values())
    assert Counter({m: sum(n for d, n in days.items() if d.startswith(m)) for m in months}) == Counter(months)
    assert {m: sum(c["total"] for c in countries.values()) for m, countries in places.items()} == months
    for countries in places.values():
        for cities in countries.values():
            assert cities["total"] == sum(n for city, n in cities.items() if city != "total")
    assert all(day <= TODAY.isoformat() for day in days)


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(WORLD.public_ids()), st.dates(date(2012, 1, 1), date(2026, 12, 31)), st.integers(0, 900),
    st.integers(0, 900),
)  # fmt: skip
def test_windows_next_to_each_other_add_up(number: int, start: date, first: int, second: int) -> None:
    middle = start + timedelta(days=first)
    end = middle + timedelta(days=1 + second)

    def used(low: date, high: date) -> int:
        return sum(WORLD.usage_by_day("views", "article", number, low, high).values())

    assert used(start, middle) + used(middle + timedelta(days=1), end) == used(start, end)


@given(st.dates(date(2012, 1, 1), date(2030, 1, 1)), st.integers(0, 1000), st.sampled_from(["day", "month", "year"]))
def test_periods_cover_each_day_once(start: date, days: int, granularity: str) -> None:
    spans = periods(start.toordinal(), start.toordinal() + days, granularity)
    covered = [day for _, first, last in spans for day in range(first, last + 1)]
    assert covered == list(range(start.toordinal(), start.toordinal() + days + 1))
    assert len({key for key, _, _ in spans}) == len(spans)


def test_figures_of_others_are_sums_of_their_articles() -> None:
    counted = [i for i in WORLD.items.values() if i.state != "draft"]

    def summed(items: list[Any]) -> int:
        return sum(WORLD.usage_total("views", "article", i.id) for i in items)

    author = counted[0].detail["authors"][0]["id"]
    by_author = [i for i in counted if any(a["id"] == author for a in i.detail["authors"])]
    assert WORLD.usage_total("views", "author", author) == summed(by_author) > 0
    own = [i for i in counted if i.institution == WORLD.institution_id]
    assert WORLD.usage_total("views", "group", WORLD.top_group_id) == summed(own)
    parents = {g["id"]: g["parent_id"] for g in WORLD.groups}
    leaf = next(i.detail["group_id"] for i in own if parents.get(i.detail["group_id"]) not in (None, 0))
    below = [i for i in own if leaf in (i.detail["group_id"], parents.get(i.detail["group_id"] or 0))]
    assert WORLD.usage_total("views", "group", leaf) == summed(below)
    for shelf in WORLD.collections.values():
        assert WORLD.usage_total("views", "collection", shelf.id) == summed([WORLD.items[n] for n in shelf.articles])
    for shelf in WORLD.projects.values():
        assert WORLD.usage_total("views", "project", shelf.id) == summed([WORLD.items[n] for n in shelf.articles])


def test_a_group_factor_keeps_the_sums_in_step(client: Client) -> None:
    world = client.sandbox.world
    before = world.usage_total("views", "group", world.top_group_id)
    world.group_usage_factor = 1.03
    total = world.usage_total("views", "group", world.top_group_id)
    months = world.usage_by_month("views", "group", world.top_group_id)
    assert total == round(before * 1.03) == sum(months.values())
    places = world.usage_by_month_country("views", "group", world.top_group_id)
    assert {m: sum(c["total"] for c in countries.values()) for m, countries in places.items()} == months


def test_http_and_truth_agree(shared: Client) -> None:
    world = shared.sandbox.world
    for number in world.public_ids()[:25]:
        for counter in COUNTERS:
            total = world.usage_total(counter, "article", number)
            assert shared.stats(f"/total/{counter}/article/{number}").json() == {"totals": total}
            window: dict[str, Any] = {"start_date": "2024-07-01", "end_date": "2026-06-30"}
            months = world.usage_by_month(counter, "article", number, date(2024, 7, 1), TODAY)
            answer = shared.stats(f"/timeline/month/{counter}/article/{number}", **window).json()
            assert answer == {"timeline": months or None}
            breakdown = shared.stats(f"/breakdown/month/{counter}/article/{number}", **window).json()["breakdown"]
            assert {m: sum(c["total"] for c in countries.values()) for m, countries in breakdown.items()} == months


def test_long_windows_are_cut_without_a_word(shared: Client) -> None:
    top = shared.sandbox.world.top_group_id
    wide: dict[str, Any] = {"start_date": "2010-01-01", "end_date": "2026-06-30"}

    def keys(granularity: str, **query: Any) -> list[str]:
        answer = shared.stats(f"/northfield/timeline/{granularity}/views/group/{top}", auth=True, **query)
        return list(answer.json()["timeline"])

    assert min(keys("day", **wide)) >= "2025-06-30"
    assert min(keys("month", **wide)) == "2024-06"
    assert min(keys("year", **wide)) == "2021"
    total = shared.stats(f"/timeline/total/views/group/{top}", **wide).json()["timeline"]["total"]
    world = shared.sandbox.world
    assert total == sum(world.usage_by_day("views", "group", top, date(2025, 6, 30), TODAY).values())
    # Without dates: 25 months, which is more than may be asked for.
    assert sorted(keys("month"))[0] == "2024-06"
    assert len(keys("month")) == 25
    assert keys("month") != sorted(keys("month"))  # in no order


def test_cities_and_countries_are_cut(shared: Client) -> None:
    world = shared.sandbox.world
    top = world.top_group_id
    window = {"start_date": "2025-07-01", "end_date": "2026-06-30"}
    answer = shared.stats(f"/northfield/breakdown/total/views/group/{top}", auth=True, **window)
    countries = answer.json()["breakdown"]["total"]
    cities = countries["United States"]
    assert len(cities) == 11
    assert sum(n for city, n in cities.items() if city != "total") < cities["total"]
    world_places = world.usage_by_month_country("views", "group", top)
    seen = {country for found in world_places.values() for country in found}
    assert {"Unknown", "Unkown", "United States", "United Kingdom"} <= seen
    assert len(seen) > 200


def test_scopes_and_their_keys(shared: Client) -> None:
    world = shared.sandbox.world
    number = world.public_ids()[0]
    paths = [
        f"/timeline/month/views/article/{number}",
        f"/breakdown/month/views/article/{number}",
        "/top/views/article",
    ]
    for path in paths:
        assert shared.stats(path).status_code == 200
        answer = shared.stats("/northfield" + path)
        assert answer.status_code == 403
        assert answer.json()["code"] == "Forbidden"
        wrong = shared.session.get(f"{shared.sandbox.stats_url}/northfield{path}", auth=("sandbox", "wrong"))
        assert wrong.status_code == 403
        assert shared.stats("/northfield" + path, auth=True).status_code == 200
        assert shared.stats("/elsewhere" + path, auth=True).status_code == 404
    assert shared.stats(f"/northfield/total/views/article/{number}").status_code == 200
    stranger = next(n for n in world.public_ids(everywhere=True) if world.items[n].institution != 990)
    assert shared.stats(f"/northfield/total/views/article/{stranger}").json() == {"totals": 0}
    assert shared.stats(f"/total/views/article/{stranger}").json()["totals"] > 0


@pytest.mark.parametrize("kind", ["article", "author", "collection", "group", "project"])
def test_unknown_ids_are_empty_and_not_404(shared: Client, kind: str) -> None:
    assert shared.stats(f"/total/views/{kind}/5").json() == {"totals": 0}
    assert shared.stats(f"/timeline/month/views/{kind}/5").json() == {"timeline": None}
    assert shared.stats(f"/breakdown/month/views/{kind}/5").json() == {"breakdown": {}}


def test_bad_requests(shared: Client) -> None:
    assert shared.stats("/timeline/week/views/article/5").status_code == 404
    assert shared.stats("/timeline/day/cites/article/5").status_code == 404
    assert shared.stats("/total/views/article/x").status_code == 404
    assert shared.stats("/timeline/day/views/article/5", start_date="1.1.2020").status_code == 400
    assert shared.stats("/timeline/day/views/article/5", start_date="2020-02-30").status_code == 400
    missing = shared.stats("/timeline/day/views/article/5", sub_item="category")
    assert (missing.status_code, missing.json()["code"]) == (400, "MissingParams")
    assert shared.stats("/top/views/article", count="many").status_code == 400
    assert shared.session.post(shared.sandbox.stats_url + "/total/views/article/5").status_code == 404


def test_top_without_dates_is_all_time(shared: Client) -> None:
    world = shared.sandbox.world
    answer = shared.stats("/northfield/top/views/article", auth=True, count=100_000).json()["top"]
    own = [i.id for i in world.items.values() if i.institution == 990 and i.state != "draft"]
    totals = {str(n): world.usage_total("views", "article", n) for n in own}
    assert answer == {n: total for n, total in totals.items() if total}
    ten = shared.stats("/northfield/top/views/article", auth=True).json()["top"]
    assert sorted(ten.values()) == sorted(totals.values())[-10:]


def test_top_with_dates_sub_items_and_a_maximum(client: Client) -> None:
    world = client.sandbox.world
    window: dict[str, Any] = {"start_date": "2026-01-01", "end_date": "2026-03-31"}
    answer = client.stats("/top/views/article", count=1000, **window).json()["top"]
    for number, n in answer.items():
        days = world.usage_by_day("views", "article", int(number), date(2026, 1, 1), date(2026, 3, 31))
        assert n == sum(days.values())
    whole: dict[str, Any] = {
        "start_date": "2008-01-01",
        "end_date": "2026-06-30",
        "count": 1000,
        "item_id": world.top_group_id,
    }
    total = world.usage_total("views", "group", world.top_group_id)
    types = client.stats("/top/views/group", sub_item="item_type", **whole).json()["top"]
    assert sum(types.values()) == total
    referrals = client.stats("/top/views/group", sub_item="referral", **whole).json()["top"]
    assert sum(referrals.values()) == total
    assert client.stats("/top/views/group", sub_item="category", **whole).json()["top"]
    assert client.stats("/top/views/group", sub_item="colour", **whole).status_code == 400
    world.top_max_count = 25
    assert len(client.stats("/top/views/article", count=1000).json()["top"]) == 25


def test_filtered_timelines_add_up(shared: Client) -> None:
    world = shared.sandbox.world
    path = f"/timeline/year/views/group/{world.top_group_id}"
    whole = Counter(shared.stats(path).json()["timeline"])
    parts: Counter[str] = Counter()
    for number in {i.detail["defined_type"] for i in world.items.values()}:
        parts.update(shared.stats(path, sub_item="item_type", sub_item_id=number).json()["timeline"] or {})
    assert parts == whole


def test_count(client: Client) -> None:
    world = client.sandbox.world
    url = client.sandbox.stats_url + "/count/articles"
    numbers = [g["id"] for g in world.groups]
    body = {"groups": [{"id": n} for n in numbers]}
    counted = client.session.post(url, json=body).json()
    own = [world.detail(n)["group_id"] for n in world.public_ids()]
    assert counted == {str(n): own.count(n) for n in numbers}
    world.count_includes_subgroups = True
    assert client.session.post(url, json=body).json()[str(world.top_group_id)] == len(own)
    assert client.session.post(url, json={}).status_code == 400
    assert client.session.post(url, data="x").status_code == 400


def test_usage_goes_on_and_stays(client: Client) -> None:
    world = client.sandbox.world
    number = world.public_ids()[-1]
    before = world.usage_by_day("views", "article", number)
    world.edit(number, title="New", group_id=None)
    world.withdraw(number)
    assert world.usage_by_day("views", "article", number) == before
    assert client.stats(f"/total/views/article/{number}").json() == {"totals": sum(before.values())}
    world.set_today(date(2027, 6, 30))
    after = world.usage_by_day("views", "article", number)
    assert {day: n for day, n in after.items() if day <= "2026-06-30"} == before
    assert sum(after.values()) > sum(before.values())


def test_added_usage_counts_everywhere(client: Client) -> None:
    world = client.sandbox.world
    number = world.public_ids()[0]
    total = world.usage_total("shares", "article", number)
    day = date(2026, 6, 15)
    world.add_usage(number, "shares", day, "Atlantis", "Poseidonis", 7)
    world.add_usage(number, "shares", date(2026, 7, 1), "Atlantis", "Poseidonis", 100)
    assert world.usage_total("shares", "article", number) == total + 7
    assert world.usage_by_day("shares", "article", number)["2026-06-15"] >= 7
    found = world.usage_by_month_country("shares", "article", number)["2026-06"]["Atlantis"]
    assert found == {"total": 7, "Poseidonis": 7}
    world.set_today(date(2026, 7, 1))
    assert world.usage_total("shares", "article", number) >= total + 107


@pytest.fixture(scope="module")
def totals() -> list[int]:
    world = World(1500, seed=7, today=TODAY)
    return [world.usage_total("views", "article", n) for n in world.public_ids()]


def test_views_are_distributed_like_real_ones(totals: list[int]) -> None:
    ordered = sorted(totals)
    assert 70 < ordered[len(ordered) // 2] < 160
    assert 350 < ordered[len(ordered) * 9 // 10] < 800
    assert ordered[-1] > 2500


def test_years_add_up() -> None:
    number = WORLD.public_ids()[0]
    months = WORLD.usage_by_month("views", "article", number)
    spans = periods(date(2008, 1, 1).toordinal(), TODAY.toordinal(), "year")
    years = WORLD.figures.series("views", [WORLD.items[number]], spans, "article")
    assert years == years_of(months)
