"""Every cell of the reports over a warehouse that was counted by hand."""

from collections.abc import Iterator
from datetime import date, datetime

import duckdb
import pytest

from figshare_warehouse.models import views
from tests.models.small_world import ORCID, READ, rows, small_world


@pytest.fixture(scope="module")
def world() -> Iterator[duckdb.DuckDBPyConnection]:
    with small_world() as connection:
        yield connection


USAGE_SUMS = (
    "views_full, downloads_full, shares_full, views_fractional, downloads_fractional, shares_fractional, "
    "usage_known_ratio, usage_as_of, citations, citations_fractional, citations_known_ratio, citations_as_of"
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
        *("citations", "citations_as_of"),
    ]
)


def test_articles(world: duckdb.DuckDBPyConnection) -> None:
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
            "citations": None,
            "citations_as_of": None,
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


def test_authors(world: duckdb.DuckDBPyConnection) -> None:
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


def test_author_articles(world: duckdb.DuckDBPyConnection) -> None:
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


def test_groups(world: duckdb.DuckDBPyConnection) -> None:
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


def test_institution_summary(world: duckdb.DuckDBPyConnection) -> None:
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
            "orcid_author_ratio": pytest.approx(1 / 3),
            "group_count": 2,
            "embargoed_article_count": 1,
            "metadata_record_count": 1,
            "publication_article_count": 2,
            "first_published_on": date(2019, 12, 31),
            "last_published_on": date(2022, 7, 1),
            "views": None,
            "downloads": None,
            "shares": None,
            "usage_known_ratio": 0,
            "usage_as_of": None,
            "citations": None,
            "citations_known_ratio": 0,
            "citations_as_of": None,
        },
        unknown | {"institution_id": 2},
    ]
