"""The small world (see tests/models/small_world.py) with what an administrator sees, read on 1 November 2026:

accounts   1 Ada Reed, 2 Bo Lind (owns everything), 3 Cy Noor (never read: no name is known)
articles   101 public, its next version waits; 102 public and the same; 501 a draft; 502 wholly under embargo;
           503 unpublished; 504 deleted

reviews    submitted       round  reviewer  group         ended
1   501    1 October         1       1      11 Physics    5 October, rejected; 2 comments, the last is Ada's
2   501    20 October, 0 h   2       –      11 Physics    waits
3   101    2 October         1       1      11 Physics    4 October, approved
4   102    10 October        2       3      12 Optics     20 October, approved
5   103    11 October        1       –      none          12 October, closed
6   101    6 October         2       1      11 Physics    approved 25 October at 18 h, opened again, waits
7   103    1 October         1       1      11 Physics    deleted
8   103    1 September       1       1      11 Physics    approved, nobody says when
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import duckdb
import orjson

from figshare_warehouse.database import statements
from figshare_warehouse.models import views
from figshare_warehouse.models.sqlfiles import INTERNAL_SCHEMAS, LOADED_INTERNAL
from figshare_warehouse.tables import INTERNAL_TABLES, duckdb_columns
from tests.models.small_world import small_world

SEEN = datetime(2026, 11, 1, 12, 30)


def day(number: int, month: int = 10, hour: int = 12) -> datetime:
    """A moment of the autumn of 2026."""
    return datetime(2026, month, number, hour)


def insert_internal(connection: duckdb.DuckDBPyConnection, table: str, **values: Any) -> None:
    """One row of a table of personal data; lists are written as JSON, columns that are not named are NULL."""
    given = {k: orjson.dumps(v).decode() if isinstance(v, list) else v for k, v in values.items()}
    marks = ", ".join(f'? as "{name}"' for name in given)
    connection.execute(f"insert into {LOADED_INTERNAL}.{table} by name select {marks}", list(given.values()))


def internal_world() -> duckdb.DuckDBPyConnection:
    """The warehouse described above, with the internal views."""
    connection = small_world()
    for report in ("articles", "groups"):
        # As they are published: a table is read in a fraction of the time that a view of views takes.
        connection.execute(f"create table main.{report} as from reports.{report}")
        connection.execute(f"drop view reports.{report} cascade")
        connection.execute(f"create table reports.{report} as from main.{report}")
    for schema in (LOADED_INTERNAL, *INTERNAL_SCHEMAS):
        connection.execute(statements.create_schema(schema))
    for table, columns in duckdb_columns(INTERNAL_TABLES).items():
        connection.execute(statements.create_table(LOADED_INTERNAL, table, columns))
    for item in views.parsed_files(schemas=views.EVERY):
        if item.sql.schema in INTERNAL_SCHEMAS:
            connection.execute(statements.create_view(item.sql.schema, item.sql.name, item.sql.text))
    _people(connection)
    _articles(connection)
    _reviews(connection)
    return connection


def _people(connection: duckdb.DuckDBPyConnection) -> None:
    for account_id, first, last in ((1, "Ada", "Reed"), (2, "Bo", "Lind")):
        insert_internal(
            connection,
            "accounts",
            account_id=account_id,
            first_name=first,
            last_name=last,
            email=f"{first.lower()}@uni.edu",
            is_active=True,
            seen_at=SEEN,
        )


PUBLIC_101 = {
    "title": "Light", "title_text": "Light", "defined_type_name": "dataset", "group_id": 11, "license_value": 1,
    "license_name": "CC BY", "version": 2, "size": 3000, "funding": "free text", "is_embargoed": False,
    "is_metadata_record": False, "status": "public", "published_date": datetime(2020, 1, 5),
    "modified_date": datetime(2020, 1, 7),
}  # fmt: skip


def _article(connection: duckdb.DuckDBPyConnection, article_id: int, **values: Any) -> None:
    seen = {"part": "articles", "seen_at": SEEN, "refresh_id": "r2"}
    insert_internal(connection, "listed_articles", article_id=article_id, **seen)
    insert_internal(connection, "articles", article_id=article_id, account_id=2, fetched_at=SEEN, **values)


def _articles(connection: duckdb.DuckDBPyConnection) -> None:
    columns = "doi, resource_doi, resource_title, authors, categories, tags, funding"
    [light] = connection.execute(f"select {columns} from reports.articles where article_id = 101").fetchall()
    [dark] = connection.execute(
        "select title, item_type, group_id, license, authors, size_bytes, is_embargoed, is_metadata_record, version, "
        "resource_doi "
        "from reports.articles where article_id = 102"
    ).fetchall()
    same = {
        "resource_doi": light[1], "resource_title": light[2],
        "authors": [{"full_name": name} for name in light[3].split("; ")],
        "categories": [{"title": title} for title in ("Physics", "Optics", "Physics")],
        "tags": ["x", "a, b", "x"],
        "funding_list": [{"title": "Grant A", "grant_code": "A1"}, {"title": "By hand"}, {"title": "Grant B"}],
    }  # fmt: skip
    waiting = {
        "version": 3, "title_text": "Light, again", "size": 4000, "status": "draft", "license_value": 2,
        "license_name": "CC0", "tags": ["x"], "modified_date": day(30),
    }  # fmt: skip
    _article(connection, 101, **PUBLIC_101 | same | waiting)
    names = dark[4].split("; ") if dark[4] else []
    _article(
        connection,
        102,
        title_text=dark[0],
        defined_type_name=dark[1],
        group_id=dark[2],
        license_name=dark[3],
        authors=[{"full_name": name} for name in names],
        size=dark[5],
        is_embargoed=dark[6],
        is_metadata_record=dark[7],
        related_materials=[{"relation": "IsSupplementTo", "identifier": dark[9], "identifier_type": "DOI"}],
        version=dark[8],
        status="public",
        published_date=day(1, 1),
    )
    _article(
        connection,
        501,
        title_text="A draft",
        group_id=11,
        status="draft",
        created_date=day(1, 9),
        modified_date=day(22, 10, 0),
        version=0,
        size=0,
        files=[],
        authors=[{"full_name": "", "first_name": "Bo", "last_name": "Lind"}, {"full_name": "Ann  Other"}],
        tags=[" new ", "new", ""],
        categories=[],
        custom_fields=[
            {"name": "Site", "value": "", "is_mandatory": True},
            {"name": "Method", "value": ["survey"], "is_mandatory": True},
            {"name": "Notes", "value": [], "is_mandatory": False},
        ],
        related_materials=[
            {"relation": "Cites", "identifier": "10.1/other", "identifier_type": "DOI"},
            {"relation": "IsSupplementTo", "identifier": "https://doi.org/10.1/paper", "identifier_type": "DOI",
             "title": "The paper"},
        ],
    )  # fmt: skip
    _article(
        connection,
        502,
        title_text="Not yet",
        defined_type_name="thesis",
        status="public",
        is_embargoed=True,
        embargo_type="article",
        embargo_date=datetime(2027, 1, 1),
        license_name="CC0",
        description="<p>Secret</p>",
        authors=[{"full_name": "Bo Lind"}],
        categories=[{"title": "Physics"}],
        tags=["t"],
        files=[{"id": n} for n in range(10)],
        size=5,
        created_date=day(1, 9),
        modified_date=day(1, 9),
    )
    _article(
        connection,
        503,
        title_text="Back again",
        status="draft",
        published_date=day(1, 3),
        is_metadata_record=True,
        files=[],
        created_date=day(1, 2),
        modified_date=day(1, 4),
    )
    insert_internal(connection, "listed_articles", article_id=504, part="articles", left_at=day(1), seen_at=SEEN)


def _reviews(connection: duckdb.DuckDBPyConnection) -> None:
    rows: list[dict[str, Any]] = [
        {"article_id": 501, "created_date": day(1), "review_date": day(5), "status": "rejected", "assigned_to": 1,
         "group_id": 11, "comments_count": 2, "resolution_comment": "No data"},
        {"article_id": 501, "created_date": day(20, 10, 0), "status": "pending", "request_number": 2, "group_id": 11,
         "comments_count": 0},
        {"article_id": 101, "created_date": day(2), "review_date": day(4), "status": "approved", "assigned_to": 1,
         "group_id": 11, "comments_count": 0},
        {"article_id": 102, "created_date": day(10), "review_date": day(20), "status": "approved", "assigned_to": 3,
         "group_id": 12, "request_number": 2, "comments_count": 3},
        {"article_id": 103, "created_date": day(11), "review_date": day(12), "status": "closed"},
        {"article_id": 101, "created_date": day(6), "status": "pending", "request_number": 2, "assigned_to": 1,
         "group_id": 11, "comments_count": 1},
        {"article_id": 103, "created_date": day(1), "status": "pending", "left_at": day(2)},
        {"article_id": 103, "created_date": day(1, 9), "status": "approved", "assigned_to": 1, "group_id": 11},
    ]  # fmt: skip
    for number, row in enumerate(rows, start=1):
        given = {"account_id": 2, "request_number": 1, "seen_at": SEEN} | row
        insert_internal(connection, "reviews", review_id=number, **given)
    for comment_id, review_id, account_id, kind, at in (
        (11, 1, 2, "comment", day(3)),
        (12, 1, 1, "rejected", day(5)),
        (13, 6, 1, "approved", day(25, 10, 18)),
    ):
        insert_internal(
            connection,
            "review_comments",
            comment_id=comment_id,
            review_id=review_id,
            account_id=account_id,
            comment_type=kind,
            created_date=at,
        )
