"""Every cell of the reports by scope and of the reports on what articles hold, counted by hand (see wide_world.py)."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import duckdb
import pytest

from figshare_warehouse.models import views
from tests.models.small_world import ORCID, READ, rows
from tests.models.wide_world import wide_world

THIRD = pytest.approx(1 / 3)
TWO_THIRDS = pytest.approx(2 / 3)

WHOLE, NO_GROUP, FOUND = "institution 1", "institution 1 no group", "search Uni"
PHYSICS, OPTICS = "institution 1 group 11", "institution 1 group 12"
SCIENCE_DOWN, PHYSICS_DOWN, OPTICS_DOWN = (f"institution 1 group {id_} with subgroups" for id_ in (10, 11, 12))

# 101 lies in Physics and 102 in Optics below it, so Science and Physics hold both with their subgroups; 103 lies in
# no group. Science by itself, Arts and institution 2 hold nothing and have no rows.
SCOPES = {
    WHOLE: ("institution", 1, None, "Uni"),
    NO_GROUP: ("no_group", 1, None, None),
    PHYSICS: ("group", 1, 11, "Physics"),
    OPTICS: ("group", 1, 12, "Optics"),
    SCIENCE_DOWN: ("group_with_subgroups", 1, 10, "Science"),
    PHYSICS_DOWN: ("group_with_subgroups", 1, 11, "Physics"),
    OPTICS_DOWN: ("group_with_subgroups", 1, 12, "Optics"),
    FOUND: ("search", None, None, "Uni"),
}


@pytest.fixture(scope="module")
def world() -> Iterator[duckdb.DuckDBPyConnection]:
    with wide_world() as connection:
        yield connection


def by_scope(connection: duckdb.DuckDBPyConnection, report: str, order: str) -> Any:
    """Scope → its rows without the columns that say which scope it is, which are checked here."""
    found: dict[str, Any] = {}
    query = f"select * from reports.{report} order by scope_id, {order}"
    for row in rows(connection, query):
        # Nothing is known of usage here; test_used_world.py has a world where it is.
        assert {row.pop(name, None) for name in ("views", "downloads", "views_per_article")} == {None}
        assert row.pop("usage_known_ratio", 0) == 0
        scope_id, kind, institution, group, name, *rest = row.values()
        assert (kind, institution, group, name) == SCOPES[scope_id]
        found.setdefault(scope_id, []).append(tuple(rest))
    return found


def test_item_types(world: duckdb.DuckDBPyConnection) -> None:
    # 101 and 103 are datasets (103 does not tell its files), 102 is a thesis without files, 301 a dataset.
    both = [("dataset", 1, 0.5, 2, 3000), ("thesis", 1, 0.5, 0, 0)]
    assert by_scope(world, "item_types", "item_type") == {
        WHOLE: [("dataset", 2, TWO_THIRDS, 2, 3000), ("thesis", 1, THIRD, 0, 0)],
        NO_GROUP: [("dataset", 1, 1.0, None, None)],
        PHYSICS: [("dataset", 1, 1.0, 2, 3000)],
        OPTICS: [("thesis", 1, 1.0, 0, 0)],
        SCIENCE_DOWN: both,
        PHYSICS_DOWN: both,
        OPTICS_DOWN: [("thesis", 1, 1.0, 0, 0)],
        FOUND: [("dataset", 2, 1.0, 3, 3000)],
    }


def test_licenses(world: duckdb.DuckDBPyConnection) -> None:
    # 101, 102 and 301 have licence 1, which is listed as CC BY 4.0; 103 has one that only it names.
    assert by_scope(world, "licenses", "license") == {
        WHOLE: [("CC BY 4.0", 2, TWO_THIRDS), ("Own", 1, THIRD)],
        NO_GROUP: [("Own", 1, 1.0)],
        PHYSICS: [("CC BY 4.0", 1, 1.0)],
        OPTICS: [("CC BY 4.0", 1, 1.0)],
        SCIENCE_DOWN: [("CC BY 4.0", 2, 1.0)],
        PHYSICS_DOWN: [("CC BY 4.0", 2, 1.0)],
        OPTICS_DOWN: [("CC BY 4.0", 1, 1.0)],
        FOUND: [("CC BY 4.0", 2, 1.0)],
    }


def test_hosts(world: duckdb.DuckDBPyConnection) -> None:
    # 103 has only an API address, which is no page.
    assert by_scope(world, "hosts", "host nulls last") == {
        WHOLE: [("figshare.com", 2, TWO_THIRDS, 2), (None, 1, THIRD, 0)],
        NO_GROUP: [(None, 1, 1.0, 0)],
        PHYSICS: [("figshare.com", 1, 1.0, 1)],
        OPTICS: [("figshare.com", 1, 1.0, 1)],
        SCIENCE_DOWN: [("figshare.com", 2, 1.0, 2)],
        PHYSICS_DOWN: [("figshare.com", 2, 1.0, 2)],
        OPTICS_DOWN: [("figshare.com", 1, 1.0, 1)],
        FOUND: [("figshare.com", 1, 0.5, 1), ("other.figshare.com", 1, 0.5, 1)],
    }


def test_funders(world: duckdb.DuckDBPyConnection) -> None:
    # Credit: 101 is half ARC's and half written; 102 is ARC's; 103 is written (free text; 101's free text does not
    # count beside its list). Grants: ARC's are A (101, 102) and B (101); written are `By hand` and `free text`.
    both = [("linked", "ARC", 2, 1.0, 1.5, 2), ("written", None, 1, 0.5, 0.5, 1)]
    assert by_scope(world, "funders", "funding_kind, funder") == {
        WHOLE: [("linked", "ARC", 2, TWO_THIRDS, 1.5, 2), ("written", None, 2, TWO_THIRDS, 1.5, 2)],
        NO_GROUP: [("written", None, 1, 1.0, 1.0, 1)],
        PHYSICS: [("linked", "ARC", 1, 1.0, 0.5, 2), ("written", None, 1, 1.0, 0.5, 1)],
        OPTICS: [("linked", "ARC", 1, 1.0, 1.0, 1)],
        SCIENCE_DOWN: both,
        PHYSICS_DOWN: both,
        OPTICS_DOWN: [("linked", "ARC", 1, 1.0, 1.0, 1)],
        FOUND: [("linked", "ARC", 1, 0.5, 0.5, 2), ("written", None, 1, 0.5, 0.5, 1)],
    }


def test_grants(world: duckdb.DuckDBPyConnection) -> None:
    def a(count: int) -> Any:
        return ("linked", "linked 21", 21, "Grant A", "A1", "ARC", "https://g/A1", count)

    b = ("linked", "linked 23", 23, "Grant B", None, "ARC", None, 1)
    by_hand = ("written", "written by hand", None, "By hand", None, None, None, 1)
    text = ("written", "written free text", None, "free text", None, None, None, 1)
    assert by_scope(world, "grants", "grant_key") == {
        WHOLE: [a(2), b, by_hand, text],
        NO_GROUP: [text],
        PHYSICS: [a(1), b, by_hand],
        OPTICS: [a(1)],
        SCIENCE_DOWN: [a(2), b, by_hand],
        PHYSICS_DOWN: [a(2), b, by_hand],
        OPTICS_DOWN: [a(1)],
        FOUND: [a(1), b, by_hand],
    }


def test_top_tags(world: duckdb.DuckDBPyConnection) -> None:
    # 101 writes x (twice) and `a, b`, 102 writes X: one tag, as often written either way, so the first in order.
    both = [("X", 2, 1.0, 1), ("a, b", 1, 0.5, 2)]
    assert by_scope(world, "top_tags", "tag_rank") == {
        WHOLE: [("X", 2, TWO_THIRDS, 1), ("a, b", 1, THIRD, 2)],
        PHYSICS: [("X", 1, 1.0, 1), ("a, b", 1, 1.0, 2)],
        OPTICS: [("X", 1, 1.0, 1)],
        SCIENCE_DOWN: both,
        PHYSICS_DOWN: both,
        OPTICS_DOWN: [("X", 1, 1.0, 1)],
        FOUND: [("X", 1, 0.5, 1), ("a, b", 1, 0.5, 2)],
    }


def test_top_categories(world: duckdb.DuckDBPyConnection) -> None:
    # 101 is half Physics and half Optics, 102 Physics, 301 Optics; 103 has none.
    both = [("Physics", 2, 1.0, 1.5, 1), ("Optics", 1, 0.5, 0.5, 2)]
    assert by_scope(world, "top_categories", "category_rank") == {
        WHOLE: [("Physics", 2, TWO_THIRDS, 1.5, 1), ("Optics", 1, THIRD, 0.5, 2)],
        PHYSICS: [("Optics", 1, 1.0, 0.5, 1), ("Physics", 1, 1.0, 0.5, 2)],
        OPTICS: [("Physics", 1, 1.0, 1.0, 1)],
        SCIENCE_DOWN: both,
        PHYSICS_DOWN: both,
        OPTICS_DOWN: [("Physics", 1, 1.0, 1.0, 1)],
        FOUND: [("Optics", 2, 1.0, 1.5, 1), ("Physics", 1, 0.5, 0.5, 2)],
    }


def test_articles_published_by_month(world: duckdb.DuckDBPyConnection) -> None:
    december, may, july = date(2019, 12, 1), date(2021, 5, 1), date(2022, 7, 1)
    first, second = (december, 2019, 1, 1, 2, 3000), (may, 2021, 1, 2, 0, 0)
    assert by_scope(world, "articles_published_by_month", "published_month") == {
        WHOLE: [first, second, (july, 2022, 1, 3, None, None)],
        NO_GROUP: [(july, 2022, 1, 1, None, None)],
        PHYSICS: [first],
        OPTICS: [(may, 2021, 1, 1, 0, 0)],
        SCIENCE_DOWN: [first, second],
        PHYSICS_DOWN: [first, second],
        OPTICS_DOWN: [(may, 2021, 1, 1, 0, 0)],
        FOUND: [first, (may, 2021, 1, 2, 1, 0)],
    }


def test_storage(world: duckdb.DuckDBPyConnection) -> None:
    # Type, articles, files, linked ones, bytes, then articles that do not tell their files and the bytes they say.
    light, thesis = ("dataset", 1, 2, 0, 3000, 0, 0), ("thesis", 1, 0, 0, 0, 0, 0)
    assert by_scope(world, "storage", "item_type") == {
        WHOLE: [("dataset", 2, 2, 0, 3000, 1, 0), thesis],
        NO_GROUP: [("dataset", 1, 0, 0, 0, 1, 0)],
        PHYSICS: [light],
        OPTICS: [thesis],
        SCIENCE_DOWN: [light, thesis],
        PHYSICS_DOWN: [light, thesis],
        OPTICS_DOWN: [thesis],
        FOUND: [("dataset", 2, 3, 1, 3000, 0, 0)],
    }


def test_files_by_type(world: duckdb.DuckDBPyConnection) -> None:
    # Ending, files, linked ones, articles, bytes.
    both = [("csv", 1, 0, 1, 1000), ("txt", 1, 0, 1, 2000)]
    assert by_scope(world, "files_by_type", "file_extension") == {
        WHOLE: both,
        PHYSICS: both,
        SCIENCE_DOWN: both,
        PHYSICS_DOWN: both,
        FOUND: [both[0], ("gz", 1, 1, 1, 0), both[1]],
    }


def test_metadata_ratios(world: duckdb.DuckDBPyConnection) -> None:
    # Articles, complete ones, missing on average; then licence, description, categories, keywords, ORCID iD, funding,
    # references, README. 101 lacks the description; 102 lacks nothing; 103 lacks description and ORCID iD, and does
    # not tell its categories, keywords and files; 301 lacks description, ORCID iD and README, and does not tell its
    # keywords, funding and references.
    second = [(1, 1, 0.0, 1, 1, 1, 1, 1, 1, 1, None)]
    both = [(2, 1, 0.5, 1, 0.5, 1, 1, 1, 1, 1, 1)]
    assert by_scope(world, "metadata_ratios", "scope_id") == {
        WHOLE: [(3, 1, 1.0, 1, THIRD, 1, 1, TWO_THIRDS, 1, 1, 1)],
        NO_GROUP: [(1, 0, 2.0, 1, 0, None, None, 0, 1, 1, None)],
        PHYSICS: [(1, 0, 1.0, 1, 0, 1, 1, 1, 1, 1, 1)],
        OPTICS: second,
        SCIENCE_DOWN: both,
        PHYSICS_DOWN: both,
        OPTICS_DOWN: second,
        FOUND: [(2, 0, 2.0, 1, 0, 1, 1, 0.5, 1, 1, 0.5)],
    }


FIRST = (1, 101, "Light", "https://figshare.com/101", "dataset", 11, "Physics")
SECOND = (1, 102, "Title 102", "https://figshare.com/a/102", "thesis", 12, "Optics")
THIRD_ARTICLE = (1, 103, "Title 103", "https://api.figshare.com/v2/articles/103", "dataset", None, None)


def test_metadata_completeness(world: duckdb.DuckDBPyConnection) -> None:
    # Licence, characters, description, categories, keywords, ORCID iD, funding, references, README, missing, which.
    assert world.execute("select * from reports.metadata_completeness order by article_id").fetchall() == [
        (*FIRST, True, 8, False, True, True, True, True, True, True, 1, "description"),
        (*SECOND, True, 100, True, True, True, True, True, True, None, 0, None),
        (*THIRD_ARTICLE, True, 0, False, None, None, False, True, True, None, 2, "description; orcid"),
    ]


def test_embargoes(world: duckdb.DuckDBPyConnection) -> None:
    # As of 1 November 2026: 2,861 days after 1 January 2019 (seven years with two leap days, and 304 days), 1,157
    # before 1 January 2030 (61 days, and three years with one leap day).
    as_of = date(2026, 11, 1)
    assert world.execute("select * from reports.embargoes order by article_id").fetchall() == [
        (*FIRST, "ended", "file", date(2019, 1, 1), -2861, None, None, as_of, READ),
        (*THIRD_ARTICLE, "running", "file", date(2030, 1, 1), 1157, None, None, as_of, READ),
    ]


def test_linked_publications(world: duckdb.DuckDBPyConnection) -> None:
    # 102 says it by a related material, 103 by the record's own related paper.
    paper, abc = "https://doi.org/10.1/paper", "https://doi.org/10.1/abc"
    assert world.execute("select * from reports.linked_publications order by article_id").fetchall() == [
        (*SECOND, None, "10.1/paper", True, "IsSupplementTo", None, paper),
        (*THIRD_ARTICLE, None, "10.1/abc", True, None, "Paper", abc),
    ]


def test_article_custom_fields(world: duckdb.DuckDBPyConnection) -> None:
    assert world.execute("select * from reports.article_custom_fields order by article_id, position").fetchall() == [
        (101, 1, "Ethics", "text", None, "Yes", 1),
        (101, 2, "Sites", "dropdown", None, "A; B", 2),
        (101, 3, "ethics", None, None, None, 0),
        (102, 1, "Ethics", "text", True, "No", 1),
    ]


def test_article_custom_fields_wide(world: duckdb.DuckDBPyConnection) -> None:
    assert rows(world, "select * from reports.article_custom_fields_wide order by article_id") == [
        {"article_id": 101, "Ethics": "Yes", "Sites": "A; B", "ethics (2)": None},
        {"article_id": 102, "Ethics": "No", "Sites": None, "ethics (2)": None},
    ]


def test_author_coauthors(world: duckdb.DuckDBPyConnection) -> None:
    # Jane (1 and 3) wrote 101 with John 2 and 102 with John 4; 103's stranger has no id.
    december, may = date(2019, 12, 31), date(2021, 5, 1)
    assert world.execute("select * from reports.author_coauthors order by author_id, coauthor_id").fetchall() == [
        (1, "Jane A. Doe", 2, "John Smith", None, 1, december, december),
        (1, "Jane A. Doe", 4, "John Smith", None, 1, may, may),
        (2, "John Smith", 1, "Jane A. Doe", ORCID, 1, december, december),
        (4, "John Smith", 1, "Jane A. Doe", ORCID, 1, may, may),
    ]


def test_author_duplicates(world: duckdb.DuckDBPyConnection) -> None:
    # The two Johns share the coauthor Jane; one is in Physics, the other in Optics; no article names both.
    assert world.execute("select * from reports.author_duplicates").fetchall() == [
        (2, "John Smith", None, 1, 4, "John Smith", None, 1, "same name", 1, 0, 0)
    ]


def test_what_only_a_search_found_makes_nobody_an_author(world: duckdb.DuckDBPyConnection) -> None:
    # 301 is by Jane (1), too, and by a John Smith (9) who has nothing here.
    query = "select author_id, name_variants, article_count, coauthor_count from reports.authors order by author_id"
    assert world.execute(query).fetchall() == [
        (1, "J. Doe; Jane A. Doe; Jane Doe", 3, 2),
        (2, "John Smith", 1, 1),
        (4, "John Smith", 1, 1),
    ]


def test_search_summary(world: duckdb.DuckDBPyConnection) -> None:
    # Found: 101, 301, 302. Loaded: 101, 301, which lie in groups and on two hosts. Listed by institution 1: 101.
    assert world.execute("select * from reports.search_summary").fetchall() == [
        ("Uni", ':institution: "Uni"', READ, 3, 1, 2, 2, TWO_THIRDS, 1, 2, None, None, 0.0, None)
    ]


def test_article_main(world: duckdb.DuckDBPyConnection) -> None:
    articles = rows(world, "select * from reports.articles order by article_id")
    dates = ("first_online", "posted", "created", "modified", "revised", "submitted")
    renamed = {"article_id": "article_id"} | {f"{name}_at": f"{name}_on" for name in dates}
    shown = views.find_view("article_main").columns
    # What reports.articles says of each, which test_small_world.py asserts, with times cut to days …
    expected = []
    for article in articles:
        row = {renamed.get(name, name): value for name, value in article.items()}
        row |= {name: row[name] and row[name].date() for name in renamed.values() if name != "article_id"}
        expected.append({name: value for name, value in row.items() if name in shown})
    others = "published_year, published_month_number, usage_complete_to"
    found = rows(world, f"select * exclude ({others}) from reports.article_main order by 1")
    assert [row["article_id"] for row in found] == [101, 102, 103]
    assert found == expected
    # … and the day split; usage is not known here.
    query = (
        "select published_year, published_month_number, usage_complete_to from reports.article_main order by article_id"
    )
    assert world.execute(query).fetchall() == [(2019, 12, None), (2021, 5, None), (2022, 7, None)]


def test_article_main_wide(world: duckdb.DuckDBPyConnection) -> None:
    main = rows(world, "select * from reports.article_main order by article_id")
    fields = [("Yes", "A; B", None), ("No", None, None), (None, None, None)]
    names = ("Ethics", "Sites", "ethics (2)")
    assert rows(world, "select * from reports.article_main_wide order by article_id") == [
        row | dict(zip(names, values, strict=True)) for row, values in zip(main, fields, strict=True)
    ]


def test_the_lists_of_articles(world: duckdb.DuckDBPyConnection) -> None:
    def all_of(report: str) -> Any:
        return world.execute(f"select * from reports.article_{report} order by article_id, position").fetchall()

    assert all_of("authors") == [
        (101, 1, 1, "Jane Doe", ORCID, None),
        (101, 2, 2, "John Smith", None, "Northfield; Southmoor College"),
        (102, 1, 4, "John Smith", None, None),
        (102, 2, 3, "J. Doe", ORCID, None),
        (103, 1, 1, "Jane A. Doe", None, None),
        (103, 2, None, "A Stranger", None, None),
    ]
    assert all_of("categories") == [(101, 1, 7, "Physics"), (101, 2, 8, "Optics"), (102, 1, 7, "Physics")]
    assert all_of("tags") == [(101, 1, "X"), (101, 2, "a, b"), (102, 1, "X")]
    assert all_of("funding") == [
        (101, 1, "linked", 21, "Grant A", "A1", "ARC", None),
        (101, 2, "written", 22, "By hand", None, None, None),
        (101, 3, "linked", 23, "Grant B", None, "ARC", None),
        (102, 1, "linked", 21, "Grant A", "A1", "ARC", "https://g/A1"),
        (103, 1, "written", None, "free text", None, None, None),
    ]
    assert all_of("files") == [
        (101, 1, 1001, "data.CSV", "csv", "text/csv", 1000, None, False, "https://f/1001"),
        (101, 2, 1002, "README.txt", "txt", None, 2000, None, False, "https://f/1002"),
    ]
