"""Every cell of the reports over a warehouse that was counted by hand, and its odd neighbours."""

from datetime import date, datetime

import pytest
from small_world import ORCID, READ, article, empty_warehouse, insert, listed, listing, rows, small_world

from pipelines.warehouse import views


@pytest.fixture(scope="module")
def world():
    with small_world() as connection:
        yield connection


@pytest.fixture(scope="module")
def built():
    with empty_warehouse() as connection:
        yield connection


@pytest.fixture
def warehouse(built):
    # Building takes longer than any of the tests: they share it, each in a transaction that is undone.
    built.begin()
    yield built
    built.rollback()


USAGE_SUMS = (
    "views_full, downloads_full, shares_full, views_fractional, downloads_fractional, shares_fractional, "
    "usage_covered_share, usage_as_of"
)
NOTHING_SAID = dict.fromkeys(
    [
        *(
            "doi",
            "handle",
            "group_id",
            "group_name",
            "parent_group_id",
            "parent_group_name",
            "school",
            "faculty",
            "license",
            "first_online_at",
        ),
        *(
            "posted_at",
            "published_at",
            "created_at",
            "modified_at",
            "revised_at",
            "submitted_at",
            "version",
            "file_count",
        ),
        *("size_bytes", "categories", "tags", "funders", "funding", "resource_doi", "resource_title", "is_embargoed"),
        *("resource_accepted_at", "resource_published_at", "embargo_type", "embargo_ends_on", "is_metadata_record"),
        *("has_linked_file", "is_download_disabled", "views", "downloads", "shares", "usage_as_of"),
    ]
)


def test_articles(world):
    assert rows(world, "select * from reports.articles order by article_id") == [
        {
            "institution_id": 1,
            "institution_name": "Uni",
            "article_id": 101,
            "title": "Light",
            "doi": "10.1/light",
            "handle": None,
            "url": "https://figshare.com/101",
            "item_type": "dataset",
            "group_id": 11,
            "group_name": "Physics",
            "parent_group_id": 10,
            "parent_group_name": "Science",
            "school": None,
            "faculty": None,
            "license": "CC BY 4.0",
            "published_on": date(2019, 12, 31),
            "first_online_at": datetime(2019, 12, 31, 23, 59),
            "posted_at": datetime(2020, 1, 2),
            "published_at": datetime(2020, 1, 5),
            "created_at": datetime(2020, 1, 6),
            "modified_at": datetime(2020, 1, 7),
            "revised_at": datetime(2020, 1, 8),
            "submitted_at": datetime(2019, 11, 1),
            "version": 2,
            "authors": "Jane Doe; John Smith",
            "author_count": 2,
            "file_count": 2,
            "size_bytes": 3000,
            "categories": "Physics; Optics",
            "tags": "x; a, b",
            "funders": "ARC",
            "funding": "Grant A (A1); By hand; Grant B",
            "resource_doi": None,
            "resource_title": None,
            "resource_accepted_at": datetime(2019, 12, 1),
            "resource_published_at": datetime(2019, 12, 2),
            "is_embargoed": False,
            "embargo_type": None,
            "embargo_ends_on": None,
            "is_metadata_record": False,
            "has_linked_file": False,
            "is_download_disabled": False,
            "views": None,
            "downloads": None,
            "shares": None,
            "usage_as_of": None,
            "fetched_at": READ,
        },
        NOTHING_SAID
        | {
            "institution_id": 1,
            "institution_name": "Uni",
            "article_id": 102,
            "title": "Title 102",
            "url": "https://figshare.com/a/102",
            "item_type": "thesis",
            "group_id": 12,
            "group_name": "Optics",
            "parent_group_id": 11,
            "parent_group_name": "Physics",
            "license": "CC BY 4.0",
            "published_on": date(2021, 5, 1),
            "published_at": datetime(2021, 5, 1, 8),
            "authors": "John Smith; J. Doe",
            "author_count": 2,
            "file_count": 0,
            "size_bytes": 0,
            "resource_doi": "10.1/paper",
            "is_metadata_record": True,
            "fetched_at": READ,
        },
        NOTHING_SAID
        | {
            "institution_id": 1,
            "institution_name": "Uni",
            "article_id": 103,
            "title": "Title 103",
            "url": "https://api.figshare.com/v2/articles/103",
            "item_type": "dataset",
            "license": "Own",
            "published_on": date(2022, 7, 1),
            "posted_at": datetime(2022, 7, 1),
            "authors": "Jane A. Doe; A Stranger",
            "author_count": 2,
            "funding": "free text",
            "resource_doi": "10.1/abc",
            "resource_title": "Paper",
            "is_embargoed": True,
            "embargo_type": "file",
            "embargo_ends_on": date(2030, 1, 1),
            "fetched_at": READ,
        },
    ]


def test_authors(world):
    john = {
        "full_name": "John Smith",
        "orcid": None,
        "name_variants": "John Smith",
        "article_count": 1,
        "coauthor_count": 1,
        "group_count": 1,
        "school": None,
        "faculty": None,
    }
    # What follows is usage, of which this world knows nothing: tests/usage has one that does.
    query = f"select * exclude ({USAGE_SUMS}) from reports.authors order by author_id"
    assert rows(world, query) == [
        {
            "author_id": 1,
            "full_name": "Jane A. Doe",
            "orcid": ORCID,
            "author_ids": "1, 3",
            "name_variants": "J. Doe; Jane A. Doe; Jane Doe",
            "article_count": 3,
            "first_published_on": date(2019, 12, 31),
            "last_published_on": date(2022, 7, 1),
            "coauthor_count": 2,
            "group_count": 2,
            "main_group_id": 11,
            "main_group_name": "Physics",
            "school": None,
            "faculty": None,
        },
        john
        | {
            "author_id": 2,
            "author_ids": "2",
            "first_published_on": date(2019, 12, 31),
            "last_published_on": date(2019, 12, 31),
            "main_group_id": 11,
            "main_group_name": "Physics",
        },
        john
        | {
            "author_id": 4,
            "author_ids": "4",
            "first_published_on": date(2021, 5, 1),
            "last_published_on": date(2021, 5, 1),
            "main_group_id": 12,
            "main_group_name": "Optics",
        },
    ]


def test_author_articles(world):
    light = {
        "article_id": 101,
        "author_count": 2,
        "title": "Light",
        "doi": "10.1/light",
        "url": "https://figshare.com/101",
        "item_type": "dataset",
        "published_on": date(2019, 12, 31),
        "institution_id": 1,
        "group_id": 11,
        "group_name": "Physics",
        "views": None,
        "downloads": None,
    }
    thesis = {
        "article_id": 102,
        "author_count": 2,
        "title": "Title 102",
        "doi": None,
        "url": "https://figshare.com/a/102",
        "item_type": "thesis",
        "published_on": date(2021, 5, 1),
        "institution_id": 1,
        "group_id": 12,
        "group_name": "Optics",
        "views": None,
        "downloads": None,
    }
    alone = {
        "article_id": 103,
        "author_count": 2,
        "title": "Title 103",
        "doi": None,
        "url": "https://api.figshare.com/v2/articles/103",
        "item_type": "dataset",
        "published_on": date(2022, 7, 1),
        "institution_id": 1,
        "group_id": None,
        "group_name": None,
        "views": None,
        "downloads": None,
    }
    jane = {"author_id": 1, "full_name": "Jane A. Doe", "orcid": ORCID}
    john = {"full_name": "John Smith", "orcid": None, "name_as_written": "John Smith"}
    assert rows(world, "select * from reports.author_articles order by author_id, article_id") == [
        jane | light | {"position": 1, "name_as_written": "Jane Doe"},
        jane | thesis | {"position": 2, "name_as_written": "J. Doe"},
        jane | alone | {"position": 1, "name_as_written": "Jane A. Doe"},
        john | light | {"author_id": 2, "position": 2},
        john | thesis | {"author_id": 4, "position": 1},
    ]


def test_groups(world):
    query = (
        f"select * exclude (institution_id, {USAGE_SUMS}) from reports.groups where institution_id = 1 "
        "order by group_id nulls last"
    )
    found = [tuple(row.values()) for row in rows(world, query)]
    light, thesis, alone = date(2019, 12, 31), date(2021, 5, 1), date(2022, 7, 1)
    assert found == [
        # id, name, above, its name, school, faculty, level, path, then pairs in it and with subgroups: articles, files,
        # bytes, people
        (10, "Science", None, None, None, None, 1, "Science", 0, 2, 0, 2, 0, 3000, 0, 3, None),
        (11, "Physics", 10, "Science", None, None, 2, "Science / Physics", 1, 2, 2, 2, 3000, 3000, 2, 3, light),
        (12, "Optics", 11, "Physics", None, None, 3, "Science / Physics / Optics", 1, 1, 0, 0, 0, 0, 2, 2, thesis),
        (13, "Arts", None, None, None, None, 1, "Arts", 0, 0, 0, 0, 0, 0, 0, 0, None),
        (None, None, None, None, None, None, None, None, 1, 1, None, None, None, None, 1, 1, alone),
    ]
    assert rows(world, "select institution_id from reports.groups where institution_id <> 1") == []


def test_institution_summary(world):
    unknown = dict.fromkeys(views.find_view("institution_summary").columns)
    assert rows(world, "select * from reports.institution_summary order by institution_id") == [
        {
            "institution_id": 1,
            "institution_name": "Uni",
            "completed_at": READ,
            "listed_article_count": 4,
            "unloaded_article_count": 1,
            "article_count": 3,
            "file_count": 2,
            "size_bytes": 3000,
            "unknown_files_article_count": 1,
            "author_count": 3,
            "orcid_author_count": 1,
            "orcid_author_share": pytest.approx(1 / 3),
            "group_count": 2,
            "embargoed_article_count": 1,
            "metadata_record_count": 1,
            "publication_article_count": 2,
            "first_published_on": date(2019, 12, 31),
            "last_published_on": date(2022, 7, 1),
            "views": None,
            "downloads": None,
            "shares": None,
            "usage_covered_share": 0,
            "usage_as_of": None,
        },
        unknown | {"institution_id": 2},
    ]


def test_an_empty_warehouse_has_empty_reports(warehouse):
    for view in views.list_views():
        counts = "where record_count > 0" if view.name == "loaded_records" else ""
        assert rows(warehouse, f"select * from {view.relation} {counts}") == []


def test_without_a_token_groups_are_known_from_their_articles(warehouse):
    article(warehouse, 1, [], group_id=5, file_count=1, size=10)
    listing(warehouse, "institution 1", institution_id=1)
    listed(warehouse, "institution 1", 1)
    assert rows(warehouse, "select * from reports.groups") == [
        dict.fromkeys(views.find_view("groups").columns)
        | {"institution_id": 1, "group_id": 5, "article_count": 1, "article_count_with_subgroups": 1}
        | {"file_count": 1, "file_count_with_subgroups": 1, "size_bytes": 10, "size_bytes_with_subgroups": 10}
        | {"author_count": 0, "author_count_with_subgroups": 0, "usage_covered_share": 0}
    ]
    assert rows(warehouse, "select group_name, parent_group_name from reports.articles") == [
        {"group_name": None, "parent_group_name": None}
    ]


def test_what_no_listing_covers_is_unknown_and_not_zero(warehouse):
    for id_, parent in ((10, 0), (11, 10), (12, 0)):
        insert(warehouse, "groups", id=id_, name=f"G{id_}", parent_id=parent, institution_id=1)
    query = "select article_count, article_count_with_subgroups from reports.groups order by group_id"
    assert warehouse.execute(query).fetchall() == [(None, None)] * 3
    listing(warehouse, "institution 1 group 11", institution_id=1, group_id=11)
    assert warehouse.execute(query).fetchall() == [(None, 0), (0, 0), (None, None)]
    assert rows(warehouse, "select article_count, completed_at from reports.institution_summary") == [
        {"article_count": 0, "completed_at": READ}
    ]


def test_a_reading_that_was_broken_off_loses_nothing(warehouse):
    for id_ in (1, 2):
        article(warehouse, id_, [])
    listing(warehouse, "institution 1", institution_id=1, refresh_id="r2")
    listed(warehouse, "institution 1", 1)
    listed(warehouse, "institution 1", 2, refresh_id="r3")
    assert warehouse.execute("select count(*) from reports.articles").fetchall() == [(2,)]


def test_a_circle_of_groups_ends(warehouse):
    for id_, parent in ((1, 2), (2, 1), (3, 3)):
        insert(warehouse, "groups", id=id_, name=f"G{id_}", parent_id=parent, institution_id=1)
    article(warehouse, 1, [], group_id=1)
    listing(warehouse, "institution 1", institution_id=1)
    listed(warehouse, "institution 1", 1)
    query = "select article_count, article_count_with_subgroups, path from reports.groups order by group_id"
    assert warehouse.execute(query).fetchall() == [(1, 1, "G2 / G1"), (0, 1, "G1 / G2"), (0, 0, "G3")]


def test_a_parent_that_is_not_listed_is_none(warehouse):
    insert(warehouse, "groups", id=1, name="G1", parent_id=99, institution_id=1)
    query = "select parent_group_id, level, path from reports.groups"
    assert warehouse.execute(query).fetchall() == [(None, 1, "G1")]


def test_the_group_is_the_listings_where_the_record_names_none(warehouse):
    article(warehouse, 1, [], group_id=None)
    listing(warehouse, "institution 1 group 7", institution_id=1, group_id=7)
    listed(warehouse, "institution 1 group 7", 1)
    assert warehouse.execute("select group_id from reports.articles").fetchall() == [(7,)]


def test_a_person_twice_on_an_article_is_once_at_the_first_place(warehouse):
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


def test_an_article_of_two_institutions_counts_once_for_each(warehouse):
    article(warehouse, 1, [(5, "Jane", None)])
    for id_ in (1, 2):
        listing(warehouse, f"institution {id_}", institution_id=id_)
        listed(warehouse, f"institution {id_}", 1)
    counts = "select institution_id, article_count, author_count from reports.institution_summary order by 1"
    assert warehouse.execute(counts).fetchall() == [(1, 1, 1), (2, 1, 1)]
    assert warehouse.execute("select count(*), min(institution_id) from reports.author_articles").fetchall() == [(1, 1)]
    assert warehouse.execute("select article_count from reports.authors").fetchall() == [(1,)]


def test_an_id_with_two_orcids_counts_with_that_of_its_latest_article(warehouse):
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
def test_orcids_are_bare_and_valid_or_none(warehouse, given, orcid):
    article(warehouse, 1, [(1, "A", given), (2, "B", "0000-0002-1694-233X"), (3, "C", "none")])
    query = "select orcid from staging.stg_article_authors order by position"
    assert warehouse.execute(query).fetchall() == [(orcid,), ("0000-0002-1694-233X",), (None,)]


def test_a_licence_has_one_name(warehouse):
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


def test_sizes_are_the_files_where_the_record_does_not_say(warehouse):
    for id_, count in ((1, 2), (2, 0), (3, None)):
        article(warehouse, id_, [], file_count=count)
    for position, size, is_link in ((1, 5, False), (2, 0, True)):
        insert(warehouse, "article_files", article_id=1, position=position, size=size, is_link_only=is_link)
    listing(warehouse, "institution 1", institution_id=1)
    listed(warehouse, "institution 1", 1, 2, 3)
    query = "select file_count, size_bytes, has_linked_file from reports.articles order by article_id"
    assert warehouse.execute(query).fetchall() == [(2, 5, True), (0, 0, None), (None, None, None)]
