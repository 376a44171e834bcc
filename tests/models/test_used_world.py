"""Every cell of usage in the reports over a warehouse that was counted by hand (see used_world.py)."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import duckdb
import pytest

from figshare_warehouse.models.data_tests import run_data_tests
from tests.models.small_world import ORCID
from tests.models.used_world import APRIL, DECEMBER, END, JANUARY, JUNE, MAY, MAY_BEFORE, SAID, used_world

WHOLE, NO_GROUP, FOUND = "institution 1", "institution 1 no group", "search Uni"
PHYSICS, OPTICS = "institution 1 group 11", "institution 1 group 12"
SCIENCE_DOWN, PHYSICS_DOWN, OPTICS_DOWN = (f"institution 1 group {id_} with subgroups" for id_ in (10, 11, 12))

# Views, downloads, views per article whose views are known, share of articles of which both are known. Which articles a
# row counts is in test_wide_world.py.
FIRST, SECOND, ALONE = (100, 14, 100.0, 1.0), (30, None, 30.0, 0.0), (0, 0, 0.0, 1.0)
FIRST_SECOND, FIRST_ALONE, FIRST_OTHER = (130, 14, 65.0, 0.5), (100, 14, 50.0, 1.0), (107, 14, 53.5, 0.5)
OTHER = (7, None, 7.0, 0.0)

USAGE, SUMS = "views, downloads, views_per_article, usage_known_ratio", "views, downloads, usage_known_ratio"
THIRD, TWO_THIRDS = pytest.approx(1 / 3), pytest.approx(2 / 3)


@pytest.fixture(scope="module")
def world() -> Iterator[duckdb.DuckDBPyConnection]:
    with used_world() as connection:
        yield connection


def by_scope(connection: duckdb.DuckDBPyConnection, report: str, key: str, usage: str = USAGE) -> Any:
    """Scope → what a row is about → its usage."""
    found: dict[str, dict[Any, tuple[Any, ...]]] = {}
    query = f"select scope_id, {key}, {usage} from reports.{report}"
    for scope_id, what, *figures in connection.execute(query).fetchall():
        found.setdefault(scope_id, {})[what] = tuple(figures)
    return found


def without_means(expected: Any) -> Any:
    """The same for reports that do not say views per article."""
    return {scope: {what: (*sums[:2], sums[3]) for what, sums in of_it.items()} for scope, of_it in expected.items()}


def test_item_types(world: duckdb.DuckDBPyConnection) -> None:
    both = {"dataset": FIRST, "thesis": SECOND}
    assert by_scope(world, "item_types", "item_type") == {
        WHOLE: {"dataset": FIRST_ALONE, "thesis": SECOND},
        NO_GROUP: {"dataset": ALONE},
        PHYSICS: {"dataset": FIRST},
        OPTICS: {"thesis": SECOND},
        SCIENCE_DOWN: both,
        PHYSICS_DOWN: both,
        OPTICS_DOWN: {"thesis": SECOND},
        FOUND: {"dataset": FIRST_OTHER},
    }


def test_licenses(world: duckdb.DuckDBPyConnection) -> None:
    assert by_scope(world, "licenses", "license") == {
        WHOLE: {"CC BY 4.0": FIRST_SECOND, "Own": ALONE},
        NO_GROUP: {"Own": ALONE},
        PHYSICS: {"CC BY 4.0": FIRST},
        OPTICS: {"CC BY 4.0": SECOND},
        SCIENCE_DOWN: {"CC BY 4.0": FIRST_SECOND},
        PHYSICS_DOWN: {"CC BY 4.0": FIRST_SECOND},
        OPTICS_DOWN: {"CC BY 4.0": SECOND},
        FOUND: {"CC BY 4.0": FIRST_OTHER},
    }


def test_funders(world: duckdb.DuckDBPyConnection) -> None:
    # ARC is named by 101 and 102, written entries are in 101 and 103.
    both = {"linked": FIRST_SECOND, "written": FIRST}
    assert by_scope(world, "funders", "funding_kind") == {
        WHOLE: {"linked": FIRST_SECOND, "written": FIRST_ALONE},
        NO_GROUP: {"written": ALONE},
        PHYSICS: {"linked": FIRST, "written": FIRST},
        OPTICS: {"linked": SECOND},
        SCIENCE_DOWN: both,
        PHYSICS_DOWN: both,
        OPTICS_DOWN: {"linked": SECOND},
        FOUND: {"linked": FIRST, "written": FIRST},
    }


def test_grants(world: duckdb.DuckDBPyConnection) -> None:
    a, b, by_hand, text = "linked 21", "linked 23", "written by hand", "written free text"
    both = {a: FIRST_SECOND, b: FIRST, by_hand: FIRST}
    first = {a: FIRST, b: FIRST, by_hand: FIRST}
    assert by_scope(world, "grants", "grant_key") == {
        WHOLE: both | {text: ALONE},
        NO_GROUP: {text: ALONE},
        PHYSICS: first,
        OPTICS: {a: SECOND},
        SCIENCE_DOWN: both,
        PHYSICS_DOWN: both,
        OPTICS_DOWN: {a: SECOND},
        FOUND: first,
    }


def test_top_tags(world: duckdb.DuckDBPyConnection) -> None:
    both, first = {"X": FIRST_SECOND, "a, b": FIRST}, {"X": FIRST, "a, b": FIRST}
    assert by_scope(world, "top_tags", "tag", SUMS) == without_means(
        {
            WHOLE: both,
            PHYSICS: first,
            OPTICS: {"X": SECOND},
            SCIENCE_DOWN: both,
            PHYSICS_DOWN: both,
            OPTICS_DOWN: {"X": SECOND},
            FOUND: first,
        }
    )


def test_top_categories(world: duckdb.DuckDBPyConnection) -> None:
    both = {"Physics": FIRST_SECOND, "Optics": FIRST}
    assert by_scope(world, "top_categories", "category", SUMS) == without_means(
        {
            WHOLE: both,
            PHYSICS: {"Physics": FIRST, "Optics": FIRST},
            OPTICS: {"Physics": SECOND},
            SCIENCE_DOWN: both,
            PHYSICS_DOWN: both,
            OPTICS_DOWN: {"Physics": SECOND},
            FOUND: {"Physics": FIRST, "Optics": FIRST_OTHER},
        }
    )


def test_hosts(world: duckdb.DuckDBPyConnection) -> None:
    host, other = "figshare.com", "other.figshare.com"
    assert by_scope(world, "hosts", "host", SUMS) == without_means(
        {
            WHOLE: {host: FIRST_SECOND, None: ALONE},
            NO_GROUP: {None: ALONE},
            PHYSICS: {host: FIRST},
            OPTICS: {host: SECOND},
            SCIENCE_DOWN: {host: FIRST_SECOND},
            PHYSICS_DOWN: {host: FIRST_SECOND},
            OPTICS_DOWN: {host: SECOND},
            FOUND: {host: FIRST, other: OTHER},
        }
    )


def test_top_articles(world: duckdb.DuckDBPyConnection) -> None:
    light = (101, "Light", "10.1/light", "https://figshare.com/101", "dataset", date(2019, 12, 31), 100, 14, 2, SAID)
    thesis = (102, "Title 102", None, "https://figshare.com/a/102", "thesis", date(2021, 5, 1), 30, None, None, None)
    url = "https://api.figshare.com/v2/articles/103"
    alone = (103, "Title 103", None, url, "dataset", date(2022, 7, 1), 0, 0, 0, SAID)
    url = "https://Other.figshare.com/articles/x/301"
    other = (301, "Title 301", None, url, "dataset", date(2021, 5, 20), 7, None, None, None)
    found: dict[str, list[tuple[Any, ...]]] = {}
    for scope_id, *row in world.execute("select * from reports.top_articles order by 1, views_rank").fetchall():
        found.setdefault(scope_id, []).append(tuple(row[4:-3]))
    # Before citations are the places by views and by downloads; what is not known has none.
    both = [(*light, 1, 1), (*thesis, 2, None)]
    assert found == {
        WHOLE: [*both, (*alone, 3, 2)],
        NO_GROUP: [(*alone, 1, 1)],
        PHYSICS: [(*light, 1, 1)],
        OPTICS: [(*thesis, 1, None)],
        SCIENCE_DOWN: both,
        PHYSICS_DOWN: both,
        OPTICS_DOWN: [(*thesis, 1, None)],
        FOUND: [(*light, 1, 1), (*other, 2, None)],
    }
    query = "select distinct scope_id, scope, institution_id, group_id, scope_name from reports.top_articles"
    assert set(world.execute(query).fetchall()) == {
        (WHOLE, "institution", 1, None, "Uni"),
        (NO_GROUP, "no_group", 1, None, None),
        (PHYSICS, "group", 1, 11, "Physics"),
        (OPTICS, "group", 1, 12, "Optics"),
        (SCIENCE_DOWN, "group_with_subgroups", 1, 10, "Science"),
        (PHYSICS_DOWN, "group_with_subgroups", 1, 11, "Physics"),
        (OPTICS_DOWN, "group_with_subgroups", 1, 12, "Optics"),
        (FOUND, "search", None, None, "Uni"),
    }


def test_rising_articles(world: duckdb.DuckDBPyConnection) -> None:
    # In May 2026 101 had 20 views; in the twelve months before 12 and 12, so 2 on average; April 2025 is before those.
    # Its 8 downloads are below the floor, and of 102, which had 30 views in May, the downloads are not known.
    place = (1, 101, "Light", "https://figshare.com/101", "dataset", 11, "Physics", date(2019, 12, 31))
    assert world.execute("select * from reports.rising_articles").fetchall() == [
        (*place, "views", MAY, 20, 2.0, 12, 18.0, 10.0, 1, 16, END)
    ]


def test_never_used(world: duckdb.DuckDBPyConnection) -> None:
    # 103's record does not tell its files, and whether it is a metadata record or cannot be downloaded.
    assert world.execute("select * from reports.never_used").fetchall() == [
        (
            *(1, 103, "Title 103", "https://api.figshare.com/v2/articles/103", "dataset", None, None),
            *(date(2022, 7, 1), None, None, True, None, SAID),
        )
    ]


JANE, JOHN, OTHER_JOHN = (1, 1, "Jane A. Doe", ORCID), (1, 2, "John Smith", None), (1, 4, "John Smith", None)


def test_author_usage_by_month(world: duckdb.DuckDBPyConnection) -> None:
    # Full, then fractional: views, downloads, shares. Jane has half of 101 and 102 and all of 103, John half of 101,
    # the other John half of 102. Of Jane's three the months of 101 and 103 are known, and of shares those of 103.
    used = "where views_full > 0 or downloads_full > 0"
    query = f"select * from reports.author_usage_by_month {used} order by author_id, month"
    found = world.execute(query).fetchall()
    known = (TWO_THIRDS, END, SAID)
    assert found == [
        (*JANE, APRIL, 40, 0, 0, 20.0, 0.0, 0.0, *known),
        (*JANE, MAY_BEFORE, 12, 0, 0, 6.0, 0.0, 0.0, *known),
        (*JANE, DECEMBER, 0, 6, 0, 0.0, 3.0, 0.0, *known),
        (*JANE, JANUARY, 12, 0, 0, 6.0, 0.0, 0.0, *known),
        (*JANE, MAY, 50, 8, 0, 25.0, 4.0, 0.0, *known),
        (*JANE, JUNE, 16, 0, 0, 8.0, 0.0, 0.0, *known),
        (*JOHN, APRIL, 40, 0, None, 20.0, 0.0, None, 1.0, END, SAID),
        (*JOHN, MAY_BEFORE, 12, 0, None, 6.0, 0.0, None, 1.0, END, SAID),
        (*JOHN, DECEMBER, 0, 6, None, 0.0, 3.0, None, 1.0, END, SAID),
        (*JOHN, JANUARY, 12, 0, None, 6.0, 0.0, None, 1.0, END, SAID),
        (*JOHN, MAY, 20, 8, None, 10.0, 4.0, None, 1.0, END, SAID),
        (*JOHN, JUNE, 16, 0, None, 8.0, 0.0, None, 1.0, END, SAID),
        (*OTHER_JOHN, MAY, 30, None, None, 15.0, None, None, 0.0, None, SAID),
    ]


def test_author_usage_by_country(world: duckdb.DuckDBPyConnection) -> None:
    # The countries of 102 are not known, those of 103 are none.
    def of(who: tuple[Any, ...], share: Any) -> Any:
        return [
            (*who, APRIL, "DE", "Germany", 40, 0, None, 20.0, 0.0, None, share, SAID),
            (*who, MAY_BEFORE, "DE", "Germany", 12, 0, None, 6.0, 0.0, None, share, SAID),
            (*who, DECEMBER, "DE", "Germany", 0, 6, None, 0.0, 3.0, None, share, SAID),
            (*who, JANUARY, None, "Unknown", 12, 0, None, 6.0, 0.0, None, share, SAID),
            (*who, MAY, None, "Atlantis", 5, 0, None, 2.5, 0.0, None, share, SAID),
            (*who, MAY, "DE", "Germany", 15, 8, None, 7.5, 4.0, None, share, SAID),
            (*who, JUNE, "DE", "Germany", 16, 0, None, 8.0, 0.0, None, share, SAID),
        ]

    query = "select * from reports.author_usage_by_country order by author_id, month, country"
    assert world.execute(query).fetchall() == [*of(JANE, TWO_THIRDS), *of(JOHN, 1.0)]


def test_usage_by_country(world: duckdb.DuckDBPyConnection) -> None:
    countries = "month, country_code, country, views, downloads, shares, observed_at"
    ordered = f"select institution_id, entity_id, entity_name, {countries} from reports.usage_by_country "
    ordered += "where entity_type = ? order by entity_id, month, country"
    assert world.execute(ordered, ["group"]).fetchall() == [
        (1, 10, "Science", MAY, "FR", "France", 2, 0, None, SAID),
        (1, 10, "Science", MAY, "DE", "Germany", 30, 9, None, SAID),
        (1, 11, "Physics", MAY, "DE", "Germany", 18, None, None, SAID),
    ]
    # The institution is its top groups: Science, and Arts of which nothing is known.
    assert world.execute(ordered, ["institution"]).fetchall() == [
        (1, 1, "Uni", MAY, "FR", "France", 2, 0, None, SAID),
        (1, 1, "Uni", MAY, "DE", "Germany", 30, 9, None, SAID),
    ]
    assert world.execute(ordered, ["article"]).fetchall() == [
        (1, 101, "Light", APRIL, "DE", "Germany", 40, 0, None, SAID),
        (1, 101, "Light", MAY_BEFORE, "DE", "Germany", 12, 0, None, SAID),
        (1, 101, "Light", DECEMBER, "DE", "Germany", 0, 6, None, SAID),
        (1, 101, "Light", JANUARY, None, "Unknown", 12, 0, None, SAID),
        (1, 101, "Light", MAY, None, "Atlantis", 5, 0, None, SAID),
        (1, 101, "Light", MAY, "DE", "Germany", 15, 8, None, SAID),
        (1, 101, "Light", JUNE, "DE", "Germany", 16, 0, None, SAID),
    ]
    by_author = "select author_id, month, country, views_full from reports.author_usage_by_country order by all"
    said = "select entity_id, month, country, views from reports.usage_by_country "
    said += "where entity_type = 'author' order by all"
    assert world.execute(said).fetchall() == world.execute(by_author).fetchall()


def test_usage_by_month(world: duckdb.DuckDBPyConnection) -> None:
    columns = (
        "institution_id, entity_id, entity_name, month, views_full, downloads_full, shares_full, views_fractional, "
        "downloads_fractional, shares_fractional, usage_known_ratio, usage_complete_to, observed_at"
    )
    used = "(views_full > 0 or downloads_full > 0)"
    query = f"select {columns} from reports.usage_by_month where entity_type = ? and {used} order by entity_id, month"
    first = [(APRIL, 40, 0), (MAY_BEFORE, 12, 0), (DECEMBER, 0, 6), (JANUARY, 12, 0), (MAY, 20, 8), (JUNE, 16, 0)]
    # Science and Physics hold 101 and 102, Optics 102; only 102's May adds to 101's months. 103 was never used, so the
    # institution knows two of three, and of shares these.
    both = [(of, views + 30 * (of == MAY), downloads) for of, views, downloads in first]

    def of(type_: str) -> Any:
        return world.execute(query, [type_]).fetchall()

    def known(share: Any, end: date | None = END) -> Any:
        return (share, end, SAID)

    assert of("article") == [
        *((1, 101, "Light", m, v, d, None, float(v), float(d), None, *known(1.0)) for m, v, d in first),
        (1, 102, "Title 102", MAY, 30, None, None, 30.0, None, None, *known(0.0, None)),
    ]
    assert of("group") == [
        *((1, 10, "Science", m, v, d, None, 0.0, 0.0, None, *known(0.5)) for m, v, d in both),
        *(
            (1, 11, "Physics", m, v, d, None, float(own), float(d), None, *known(0.5))
            for (m, v, d), (_, own, _) in zip(both, first, strict=True)
        ),
        (1, 12, "Optics", MAY, 30, None, None, 30.0, None, None, *known(0.0, None)),
    ]
    assert of("institution") == [
        (1, 1, "Uni", m, v, d, 0, float(v), float(d), 0.0, *known(TWO_THIRDS)) for m, v, d in both
    ]
    # Each month from the first date on has a row: December 2019, May 2021, July 2022.
    query = "select entity_id, min(month), max(month), count(*) from reports.usage_by_month where entity_type = ? "
    assert world.execute(f"{query} group by entity_id order by all", ["article"]).fetchall() == [
        (101, date(2019, 12, 1), JUNE, 79),
        (102, date(2021, 5, 1), JUNE, 62),
        (103, date(2022, 7, 1), JUNE, 48),
    ]
    by_author = "select author_id, month, views_full from reports.author_usage_by_month order by all"
    said = "select entity_id, month, views_full from reports.usage_by_month where entity_type = 'author' order by all"
    assert world.execute(said).fetchall() == world.execute(by_author).fetchall()


def test_search_summary_and_results(world: duckdb.DuckDBPyConnection) -> None:
    query = "select views, downloads, usage_known_ratio, usage_as_of from reports.search_summary"
    assert world.execute(query).fetchall() == [(107, 14, 0.5, SAID)]
    query = "select article_id, views, downloads from reports.search_results order by article_id"
    assert world.execute(query).fetchall() == [
        (101, 100, 14),
        (301, 7, None),
        (302, None, None),
        (303, None, None),
    ]


def test_the_institution_its_groups_and_people(world: duckdb.DuckDBPyConnection) -> None:
    usage = "usage_known_ratio, usage_as_of"
    query = f"select views, downloads, shares, {usage} from reports.institution_summary where institution_id = 1"
    assert world.execute(query).fetchall() == [(130, 14, 2, TWO_THIRDS, SAID)]
    sums = ", ".join(
        f"{counter}_{how}" for how in ("full", "fractional") for counter in ("views", "downloads", "shares")
    )
    query = f"select group_id, {sums}, {usage} from reports.groups order by group_id nulls last"
    assert world.execute(query).fetchall() == [
        (10, 130, 14, 2, 0.0, 0.0, 0.0, 0.5, SAID),
        (11, 130, 14, 2, 100.0, 14.0, 2.0, 0.5, SAID),
        (12, 30, None, None, 30.0, None, None, 0.0, None),
        (13, 0, 0, 0, 0.0, 0.0, 0.0, None, None),
        (None, 0, 0, 0, 0.0, 0.0, 0.0, 1.0, SAID),
    ]
    query = f"select author_id, {sums}, {usage} from reports.authors order by author_id"
    assert world.execute(query).fetchall() == [
        (1, 130, 14, 2, 65.0, 7.0, 1.0, TWO_THIRDS, SAID),
        (2, 100, 14, 2, 50.0, 7.0, 1.0, 1.0, SAID),
        (4, 30, None, None, 15.0, None, None, 0.0, None),
    ]
    query = "select author_id, article_id, views, downloads from reports.author_articles order by all"
    assert world.execute(query).fetchall() == [
        (1, 101, 100, 14),
        (1, 102, 30, None),
        (1, 103, 0, 0),
        (2, 101, 100, 14),
        (4, 102, 30, None),
    ]


def test_article_main(world: duckdb.DuckDBPyConnection) -> None:
    query = "select article_id, views, downloads, usage_as_of, usage_complete_to from reports.{} order by article_id"
    for report in ("article_main", "article_main_wide"):
        assert world.execute(query.format(report)).fetchall() == [
            (101, 100, 14, SAID, END),
            (102, 30, None, None, None),
            (103, 0, 0, SAID, END),
        ]


def test_article_usage_by_month(world: duckdb.DuckDBPyConnection) -> None:
    query = "select * from reports.article_usage_by_month where views > 0 or downloads > 0 order by article_id, month"
    assert world.execute(query).fetchall() == [
        (101, APRIL, 2025, 4, 40, 0, SAID),
        (101, MAY_BEFORE, 2025, 5, 12, 0, SAID),
        (101, DECEMBER, 2025, 12, 0, 6, SAID),
        (101, JANUARY, 2026, 1, 12, 0, SAID),
        (101, MAY, 2026, 5, 20, 8, SAID),
        (101, JUNE, 2026, 6, 16, 0, SAID),
        (102, MAY, 2026, 5, 30, None, SAID),
    ]


def test_group_usage_by_country(world: duckdb.DuckDBPyConnection) -> None:
    assert world.execute("select * from reports.group_usage_by_country order by group_id, country").fetchall() == [
        (1, 10, "Science", None, 1, MAY, "FR", "France", 2, 0, SAID),
        (1, 10, "Science", None, 1, MAY, "DE", "Germany", 30, 9, SAID),
        (1, 11, "Physics", "Science", 2, MAY, "DE", "Germany", 18, None, SAID),
    ]


def test_only_what_is_wrong_in_the_wide_world_fails(world: duckdb.DuckDBPyConnection) -> None:
    failed = [(test.name, test.error) for test in run_data_tests(world) if not test.passed]
    assert failed == [("children_are_as_many_as_said", None)]
