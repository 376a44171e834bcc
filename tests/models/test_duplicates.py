"""People who are perhaps one person: which pairs are found, and that a common name does not fill the disk."""

from __future__ import annotations

from datetime import date
from typing import Any

import duckdb

from figshare_warehouse.models import views
from figshare_warehouse.models.dry_run import empty_warehouse
from tests.models.small_world import ORCID, article, listed, listing
from tests.support import insert

PAIRS = (
    "select author_id, other_author_id, name_match, shared_coauthor_count, shared_group_count, shared_article_count "
    "from reports.author_duplicates order by all"
)


def _built(articles: dict[int, list[tuple[Any, ...]]], **values: Any) -> duckdb.DuckDBPyConnection:
    connection = empty_warehouse()
    listing(connection, "institution 1", institution_id=1)
    for number, authors in articles.items():
        listed(connection, "institution 1", number)
        article(connection, number, authors, published_date=date(2026, 1, number), **values)
    views.build(connection)
    return connection


def test_an_initial_needs_a_coauthor_or_a_group() -> None:
    articles: dict[int, list[tuple[Any, ...]]] = {
        1: [(1, "Jane Doe", None), (9, "Ada Byron", None)],
        2: [(2, "J. Doe", None), (9, "Ada Byron", None)],
        # Of the same initial and last name, and shares nothing.
        3: [(3, "J. Doe", None)],
        # Another name with the same coauthor.
        4: [(4, "Jack Doe", None), (9, "Ada Byron", None)],
    }
    with _built(articles) as connection:
        assert connection.execute(PAIRS).fetchall() == [
            (1, 2, "initial", 1, 0, 0),
            (2, 3, "same name", 0, 0, 0),
            (2, 4, "initial", 1, 0, 0),
        ]


def test_what_is_shared_is_counted_once_however_often_a_name_is_written() -> None:
    articles: dict[int, list[tuple[Any, ...]]] = {
        1: [(1, "Jane Doe", None), (9, "Ada Byron", None)],
        2: [(1, "J. Doe", None), (9, "Ada Byron", None), (8, "Al Turing", None)],
        3: [(2, "Doe, Jane", None), (9, "Ada Byron", None), (8, "Al Turing", None)],
        4: [(2, "J Doe", None), (1, "Jane Doe", None)],
    }
    with _built(articles, group_id=7) as connection:
        insert(connection, "groups", id=7, name="Physics", parent_id=0, institution_id=1)
        assert connection.execute(PAIRS).fetchall() == [(1, 2, "same name", 2, 1, 1)]


def test_two_orcid_ids_are_two_people_and_one_is_none() -> None:
    other = "0000-0001-5109-3700"
    articles: dict[int, list[tuple[Any, ...]]] = {
        1: [(1, "Jane Doe", ORCID)],
        2: [(2, "Jane Doe", other)],
        3: [(3, "Jane Doe", None)],
    }
    with _built(articles) as connection:
        found = connection.execute(PAIRS).fetchall()
        assert [pair[:2] for pair in found] == [(1, 3), (2, 3)]


def test_a_name_of_more_than_a_thousand_people_tells_nothing() -> None:
    with _built({1: [(3001, "Rare Name", None)], 2: [(3002, "Rare Name", None)]}) as connection:
        # 1,001 people of one name, each with an article.
        for table, columns in {
            "listed_articles": "'institution 1' as listing, range as article_id, 'r2' as refresh_id",
            "articles": "range as article_id, 1 as author_count, timestamp '2026-01-01' as fetched_at",
            "article_authors": "range as article_id, 1 as position, range as author_id, 'Common Name' as full_name",
        }.items():
            connection.execute(f"insert into figshare.{table} by name select {columns} from range(1001, 2002)")
        assert [pair[:2] for pair in connection.execute(PAIRS).fetchall()] == [(3001, 3002)]
        connection.execute("delete from figshare.article_authors where author_id = 1001")
        # 1,000 people are 1,000 * 999 / 2 pairs.
        query = "select count(*), max(shared_article_count) from reports.author_duplicates where author_id < 3000"
        assert connection.execute(query).fetchall() == [(499_500, 0)]
