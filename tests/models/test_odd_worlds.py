"""The reports over warehouses with one oddity each."""

from datetime import datetime
from typing import Any

import duckdb
import pytest

from figshare_warehouse.models import views
from tests.models.small_world import ORCID, READ, article, listed, listing, rows
from tests.support import insert


@pytest.mark.slow
def test_an_empty_warehouse_has_empty_reports(warehouse: duckdb.DuckDBPyConnection) -> None:
    for view in views.list_views():
        if view.name == "int_doi_finding_texts":
            # What each finding means, found or not.
            continue
        counts = "where record_count > 0" if view.name == "loaded_records" else ""
        assert rows(warehouse, f"select * from {view.relation} {counts}") == []


def test_without_a_token_groups_are_known_from_their_articles(warehouse: duckdb.DuckDBPyConnection) -> None:
    article(warehouse, 1, [], group_id=5, file_count=1, size=10)
    listing(warehouse, "institution 1", institution_id=1)
    listed(warehouse, "institution 1", 1)
    assert rows(warehouse, "select * from reports.groups") == [
        dict.fromkeys(views.find_view("groups").columns)
        | {"institution_id": 1, "group_id": 5, "article_count": 1, "article_count_with_subgroups": 1}
        | {"file_count": 1, "file_count_with_subgroups": 1, "size_bytes": 10, "size_bytes_with_subgroups": 10}
        | {"author_count": 0, "author_count_with_subgroups": 0, "usage_known_ratio": 0}
        | {"citations_known_ratio": 0}
    ]
    assert rows(warehouse, "select group_name, parent_group_name from reports.articles") == [
        {"group_name": None, "parent_group_name": None}
    ]


def test_what_no_listing_covers_is_unknown_and_not_zero(warehouse: duckdb.DuckDBPyConnection) -> None:
    for id_, parent in ((10, 0), (11, 10), (12, 0)):
        insert(warehouse, "groups", id=id_, name=f"G{id_}", parent_id=parent, institution_id=1)
    query = "select article_count, article_count_with_subgroups from reports.groups order by group_id"
    assert warehouse.execute(query).fetchall() == [(None, None)] * 3
    listing(warehouse, "institution 1 group 11", institution_id=1, group_id=11)
    # What lies in 10 is not known, so neither is what lies in it with 11 below it.
    assert warehouse.execute(query).fetchall() == [(None, None), (0, 0), (None, None)]
    counts = "size_bytes_with_subgroups, author_count_with_subgroups, views_full, views_fractional"
    found = warehouse.execute(f"select {counts} from reports.groups order by group_id").fetchall()
    assert found == [(None,) * 4, (0,) * 4, (None,) * 4]
    assert rows(warehouse, "select article_count, completed_at from reports.institution_summary") == [
        {"article_count": 0, "completed_at": READ}
    ]


def test_what_is_listed_in_part_is_not_compared_with_figshares_number(warehouse: duckdb.DuckDBPyConnection) -> None:
    for id_, parent in ((10, 0), (11, 10), (12, 11)):
        insert(warehouse, "groups", id=id_, name=f"G{id_}", parent_id=parent, institution_id=1)
        insert(warehouse, "group_counts", group_id=id_, article_count=5)
    article(warehouse, 1, [], group_id=11)
    article(warehouse, 2, [], group_id=10)
    listing(warehouse, "institution 1 group 11", institution_id=1, group_id=11)
    listed(warehouse, "institution 1 group 11", 1, 2)
    query = "select * exclude (institution_id, group_name, counted_at) from reports.completeness order by group_id"
    # The listing of 11 shows an article of 10, whose own is not followed, and neither is 12's.
    assert warehouse.execute(query).fetchall() == [
        (10, 1, 2, 5, None, None),
        (11, 1, 1, 5, -4, None),
        (12, None, None, 5, None, None),
    ]
    listing(warehouse, "institution 1 group 12", institution_id=1, group_id=12)
    assert warehouse.execute(query).fetchall()[1:] == [(11, 1, 1, 5, -4, -4), (12, 0, 0, 5, -5, -5)]


def test_a_school_is_known_to_be_empty_when_all_its_groups_are(warehouse: duckdb.DuckDBPyConnection) -> None:
    for line, id_ in enumerate((11, 12), start=2):
        insert(warehouse, "groups", id=id_, name=f"G{id_}", parent_id=0, institution_id=1)
        insert(warehouse, "schools", line=line, group_id=id_, school="A")
    query = "select article_count, article_count_fractional, author_count, size_bytes, views from reports.schools"
    listing(warehouse, "institution 1 group 11", institution_id=1, group_id=11)
    assert warehouse.execute(query).fetchall() == [(None,) * 5]
    article(warehouse, 1, [(1, "A", None)], group_id=11, file_count=1, size=3)
    listed(warehouse, "institution 1 group 11", 1)
    assert warehouse.execute(query).fetchall() == [(1, 1, 1, 3, None)]
    listing(warehouse, "institution 1 group 12", institution_id=1, group_id=12)
    warehouse.execute("update figshare.listed_articles set left_at = '2026-11-02'")
    assert warehouse.execute(query).fetchall() == [(0,) * 5]


def test_a_reading_that_was_broken_off_loses_nothing(warehouse: duckdb.DuckDBPyConnection) -> None:
    for id_ in (1, 2):
        article(warehouse, id_, [])
    listing(warehouse, "institution 1", institution_id=1, refresh_id="r2")
    listed(warehouse, "institution 1", 1)
    listed(warehouse, "institution 1", 2, refresh_id="r3")
    assert warehouse.execute("select count(*) from reports.articles").fetchall() == [(2,)]


def test_a_circle_of_groups_ends(warehouse: duckdb.DuckDBPyConnection) -> None:
    for id_, parent in ((1, 2), (2, 1), (3, 3)):
        insert(warehouse, "groups", id=id_, name=f"G{id_}", parent_id=parent, institution_id=1)
    article(warehouse, 1, [], group_id=1)
    listing(warehouse, "institution 1", institution_id=1)
    listed(warehouse, "institution 1", 1)
    query = "select article_count, article_count_with_subgroups, path from reports.groups order by group_id"
    assert warehouse.execute(query).fetchall() == [(1, 1, "G2 / G1"), (0, 1, "G1 / G2"), (0, 0, "G3")]


def test_a_parent_that_is_not_listed_is_none(warehouse: duckdb.DuckDBPyConnection) -> None:
    insert(warehouse, "groups", id=1, name="G1", parent_id=99, institution_id=1)
    query = "select parent_group_id, level, path from reports.groups"
    assert warehouse.execute(query).fetchall() == [(None, 1, "G1")]


def test_the_group_is_the_listings_where_the_record_names_none(warehouse: duckdb.DuckDBPyConnection) -> None:
    article(warehouse, 1, [], group_id=None)
    listing(warehouse, "institution 1 group 7", institution_id=1, group_id=7)
    listed(warehouse, "institution 1 group 7", 1)
    assert warehouse.execute("select group_id from reports.articles").fetchall() == [(7,)]


def test_a_person_twice_on_an_article_is_once_at_the_first_place(warehouse: duckdb.DuckDBPyConnection) -> None:
    article(warehouse, 1, [(9, "B", None), (5, "Jane", ORCID), (7, "J", ORCID), (5, "Jane", ORCID)])
    listing(warehouse, "institution 1", institution_id=1)
    listed(warehouse, "institution 1", 1)
    assert warehouse.execute("select author_id, position from reports.author_articles order by 1").fetchall() == [
        (5, 2),
        (9, 1),
    ]
    assert warehouse.execute(
        "select author_id, article_count, coauthor_count from reports.authors order by 1"
    ).fetchall() == [
        (5, 1, 1),
        (9, 1, 1),
    ]


def test_an_article_of_two_institutions_counts_once_for_each(warehouse: duckdb.DuckDBPyConnection) -> None:
    article(warehouse, 1, [(5, "Jane", None)])
    for id_ in (1, 2):
        listing(warehouse, f"institution {id_}", institution_id=id_)
        listed(warehouse, f"institution {id_}", 1)
    counts = "select institution_id, article_count, author_count from reports.institution_summary order by 1"
    assert warehouse.execute(counts).fetchall() == [(1, 1, 1), (2, 1, 1)]
    assert warehouse.execute("select count(*), min(institution_id) from reports.author_articles").fetchall() == [(1, 1)]
    assert warehouse.execute("select article_count from reports.authors").fetchall() == [(1,)]


def test_an_id_with_two_orcids_counts_with_that_of_its_latest_article(warehouse: duckdb.DuckDBPyConnection) -> None:
    other = "0000-0001-5109-3700"
    article(warehouse, 1, [(5, "Jane", ORCID)], published_date=datetime(2020, 1, 1))
    article(warehouse, 2, [(5, "Jane", other)], published_date=datetime(2021, 1, 1))
    article(warehouse, 3, [(5, "Jane", None)], published_date=datetime(2022, 1, 1))
    article(warehouse, 4, [(6, "June", ORCID)], published_date=datetime(2022, 1, 1))
    listing(warehouse, "institution 1", institution_id=1)
    listed(warehouse, "institution 1", 1, 2, 3, 4)
    assert warehouse.execute("select author_id, orcid, article_count from reports.authors order by 1").fetchall() == [
        (5, other, 3),
        (6, ORCID, 1),
    ]


@pytest.mark.parametrize(
    ("given", "orcid"),
    [
        ("0000-0002-1825-0097", ORCID),
        (" https://orcid.org/0000-0002-1825-0097/ ", ORCID),
        ("orcid.org/0000000218250097", ORCID),
        ("0000-0002-1694-233x", "0000-0002-1694-233X"),
        ("0000-0002-1825-0098", None),
        ("1234-5678-9123-1234", None),
        ("0000-0000-0000-0000", None),
        ("00000-0002-1825-0097", None),
        ("0000-0002-1825-00977", None),
        ("no", None),
        ("", None),
        (None, None),
    ],
)
def test_orcids_are_bare_and_valid_or_none(warehouse: duckdb.DuckDBPyConnection, given: Any, orcid: str | None) -> None:
    article(warehouse, 1, [(1, "A", given), (2, "B", "0000-0002-1694-233X"), (3, "C", "none")])
    query = "select orcid from intermediate.int_article_authors order by position"
    assert warehouse.execute(query).fetchall() == [(orcid,), ("0000-0002-1694-233X",), (None,)]


@pytest.mark.parametrize(
    ("own", "own_title", "doi", "title"),
    [
        ("10.1/own", "", "10.1/own", None),
        ("10.1/own", "Own", "10.1/own", "Own"),
        ("https://doi.org/10.1/Other", "", "10.1/Other", "Other"),
        ("", "", "10.1/other", "Other"),
        ("", "Own", "10.1/other", "Own"),
    ],
)
def test_a_paper_has_no_other_papers_title(
    warehouse: duckdb.DuckDBPyConnection, own: Any, own_title: Any, doi: str | None, title: str | None
) -> None:
    article(warehouse, 1, [], resource_doi=own, resource_title=own_title)
    related = {"relation": "IsSupplementTo", "identifier_type": "DOI", "identifier": "10.1/other", "title": "Other"}
    insert(warehouse, "article_related_materials", article_id=1, position=1, **related)
    listing(warehouse, "institution 1", institution_id=1)
    listed(warehouse, "institution 1", 1)
    query = "select resource_doi, resource_title from reports.articles"
    assert warehouse.execute(query).fetchall() == [(doi, title)]
    expected = {"10.1/other": "Other", str(doi).lower(): title}
    query = "select publication, publication_title from reports.linked_publications"
    assert dict(warehouse.execute(query).fetchall()) == expected


def test_a_funder_that_a_depositor_wrote_is_no_funder_of_a_linked_grant(warehouse: duckdb.DuckDBPyConnection) -> None:
    article(warehouse, 1, [], funding_count=5)
    for position, (id_, title, funder, is_written) in enumerate(
        (
            (1, "A", "ARC", False),
            (2, "By hand", "Mine", True),
            (3, "B", "Wellcome ", None),
            (4, "C", "ARC", None),
            (5, "D", "", None),
        ),
        start=1,
    ):
        row = {"funding_id": id_, "title": title, "funder_name": funder, "is_user_defined": is_written}
        insert(warehouse, "article_funding", article_id=1, position=position, **row)
    listing(warehouse, "institution 1", institution_id=1)
    listed(warehouse, "institution 1", 1)
    query = "select funders, funding from reports.articles"
    assert warehouse.execute(query).fetchall() == [("ARC; Wellcome", "A; By hand; B; C; D")]
    query = "select funding_kind, funder from reports.article_funding order by position"
    assert warehouse.execute(query).fetchall() == [
        ("linked", "ARC"),
        ("written", None),
        ("linked", "Wellcome"),
        ("linked", "ARC"),
        ("written", None),
    ]


def test_a_licence_has_one_name(warehouse: duckdb.DuckDBPyConnection) -> None:
    for id_, value, name in (
        (1, 1, "CC BY"),
        (2, 1, "CC BY 4.0"),
        (3, 2, "B"),
        (4, 2, "A"),
        (5, 2, "B"),
        (6, None, "Z"),
    ):
        article(warehouse, id_, [], license_value=value, license_name=name)
    insert(warehouse, "licenses", value=1, name="CC BY 4.0 International")
    listing(warehouse, "institution 1", institution_id=1)
    listed(warehouse, "institution 1", *range(1, 7))
    found = warehouse.execute("select license from reports.articles order by article_id").fetchall()
    official = "CC BY 4.0 International"
    assert [name for (name,) in found] == [official, official, "B", "B", "B", "Z"]


def test_sizes_are_the_files_where_the_record_does_not_say(warehouse: duckdb.DuckDBPyConnection) -> None:
    for id_, count in ((1, 2), (2, 0), (3, None)):
        article(warehouse, id_, [], file_count=count)
    for position, size, is_link in ((1, 5, False), (2, 0, True)):
        insert(warehouse, "article_files", article_id=1, position=position, size=size, is_link_only=is_link)
    listing(warehouse, "institution 1", institution_id=1)
    listed(warehouse, "institution 1", 1, 2, 3)
    query = "select file_count, size_bytes, has_linked_file from reports.articles order by article_id"
    assert warehouse.execute(query).fetchall() == [(2, 5, True), (0, 0, None), (None, None, None)]


def test_files_that_an_embargo_hides_are_not_known_to_be_none(warehouse: duckdb.DuckDBPyConnection) -> None:
    article(warehouse, 1, [], is_embargoed=True, file_count=0, size=10)
    article(warehouse, 2, [], file_count=0, size=0)
    article(warehouse, 3, [], file_count=0, size=None)
    listing(warehouse, "institution 1", institution_id=1)
    for id_ in (1, 2, 3):
        listed(warehouse, "institution 1", id_)
    query = "select file_count, size_bytes from reports.articles order by article_id"
    assert warehouse.execute(query).fetchall() == [(None, 10), (0, 0), (0, 0)]
    query = "select unknown_files_article_count from reports.institution_summary"
    assert warehouse.execute(query).fetchall() == [(1,)]


def test_an_end_of_an_embargo_that_cannot_be_read_is_not_no_end(warehouse: duckdb.DuckDBPyConnection) -> None:
    article(warehouse, 1, [], is_embargoed=True, is_embargo_date_unreadable=True)
    article(warehouse, 2, [], is_embargoed=True)
    article(warehouse, 3, [], is_embargoed=False, is_embargo_date_unreadable=True)
    listing(warehouse, "institution 1", institution_id=1)
    listed(warehouse, "institution 1", 1, 2, 3)
    query = "select article_id, embargo_state, embargo_ends_on, days_left from reports.embargoes order by 1"
    assert warehouse.execute(query).fetchall() == [(1, "end not known", None, None), (2, "no end", None, None)]
    assert warehouse.execute("select embargoed_article_count from reports.institution_summary").fetchall() == [(2,)]
