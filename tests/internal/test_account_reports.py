"""Reports of accounts over a world that was counted by hand."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

import duckdb
import pytest

from figshare_warehouse.models import views
from figshare_warehouse.models.sqlfiles import INTERNAL_SCHEMAS
from figshare_warehouse.reports import administration
from figshare_warehouse.reports.subjects import AmbiguousError
from tests.internal.in_memory import asked, internal_warehouse, put
from tests.support import insert

READ = datetime(2026, 6, 30, 12)
ADA, BEN, CY, DEE, EVE = 1, 2, 3, 4, 5
DAY = date(2026, 6, 1)


def public_article(connection: duckdb.DuckDBPyConnection, article_id: int, published: str, *author_ids: int) -> None:
    insert(
        connection,
        "articles",
        article_id=article_id,
        title=f"Article {article_id}",
        published_date=datetime.fromisoformat(published),
        author_count=len(author_ids),
        fetched_at=READ,
    )
    insert(connection, "listed_articles", listing="institution 9", article_id=article_id, seen_at=READ, refresh_id="r")
    for position, author_id in enumerate(author_ids, start=1):
        insert(connection, "article_authors", article_id=article_id, position=position, author_id=author_id)


@pytest.fixture(scope="module")
def world() -> Iterator[duckdb.DuckDBPyConnection]:
    """Ada published two and has a draft, Ben has a draft only, Cy has nothing, Dee is gone, Eve embargoed one."""
    with internal_warehouse() as connection:
        insert(connection, "refreshes", refresh_id="r", started_at=READ, outcome="done")
        insert(
            connection,
            "listings",
            listing="institution 9",
            institution_id=9,
            article_count=3,
            completed_at=READ,
            refresh_id="r",
        )
        insert(connection, "groups", id=70, name="Physics", parent_id=0, institution_id=9)
        insert(connection, "schools", line=2, group_id=70, school="Sciences")
        public_article(connection, 101, "2025-03-04", 901, 902)
        public_article(connection, 102, "2026-02-01", 901)
        public_article(connection, 103, "2024-01-01", 999)
        for account_id, first, author_id in ((ADA, "Ada", 901), (BEN, "Ben", 902), (CY, "Cy", 903), (EVE, "Eve", None)):
            put(
                connection,
                "accounts",
                account_id=account_id,
                author_id=author_id,
                first_name=first,
                last_name="Lee",
                email=f"{first.lower()}@example.org",
                is_active=account_id != CY,
                orcid_id="",
                quota=1000,
                used_quota=10 * account_id,
                seen_at=READ,
            )
        put(connection, "accounts", account_id=DEE, is_active=True, quota=1000, used_quota=40, seen_at=READ)
        put(connection, "account_leavings", account_id=DEE, left_at=READ)
        # Cy left once, and came back.
        put(connection, "account_leavings", account_id=CY, left_at=READ, returned_at=READ)
        put(connection, "account_details", account_id=ADA, group_id=70, used_quota_public=7, used_quota_private=3)
        for article_id, account_id, published in ((101, ADA, "2025-03-04"), (102, ADA, "2026-02-01"), (104, ADA, None)):
            owned(connection, article_id, account_id, published)
        owned(connection, 105, BEN, None)
        owned(connection, 106, EVE, None, is_embargoed=True, embargo_type="article")
        put(connection, "readings", part="articles", record_count=5, completed_at=READ)
        yield connection


def owned(
    connection: duckdb.DuckDBPyConnection, article_id: int, account_id: int, published: str | None, **more: object
) -> None:
    when = None if published is None else datetime.fromisoformat(published)
    put(connection, "articles", article_id=article_id, account_id=account_id, published_date=when, **more)
    put(connection, "listed_articles", article_id=article_id, part="articles", seen_at=READ)


def test_depositors(world: duckdb.DuckDBPyConnection) -> None:
    columns = (
        "account_id, account_name, is_active, group_name, school, deposits, owned_article_count, "
        "owned_published_count, owned_draft_count, last_deposited_at, article_count, last_published_on"
    )
    february = datetime(2026, 2, 1)
    assert asked(world, f"select {columns} from internal.depositors order by account_id") == [
        (ADA, "Ada Lee", True, "Physics", "Sciences", "published", 3, 2, 1, february, 2, date(2026, 2, 1)),
        (BEN, "Ben Lee", True, None, None, "drafts only", 1, 0, 1, None, 1, date(2025, 3, 4)),
        (CY, "Cy Lee", False, None, None, "never", 0, 0, 0, None, 0, None),
        (EVE, "Eve Lee", True, None, None, "published", 1, 1, 0, None, None, None),
    ]


def test_who_never_deposited_is_not_known_before_every_article_was_read(world: duckdb.DuckDBPyConnection) -> None:
    query = "select deposits, owned_article_count from internal.depositors order by account_id"
    world.begin()
    put(world, "listed_articles", article_id=107, part="articles", seen_at=READ)
    assert asked(world, query) == [(None, None)] * 4
    world.rollback()
    world.begin()
    world.execute("delete from figshare_internal.readings")
    assert asked(world, query) == [(None, None)] * 4
    put(world, "readings", part="own articles", completed_at=READ)
    put(world, "own_accounts", account_id=BEN, read_at=READ)
    assert asked(world, query) == [(None, None), ("drafts only", 1), (None, None), (None, None)]
    world.rollback()


def test_the_state_of_an_article_that_no_listing_shows(world: duckdb.DuckDBPyConnection) -> None:
    world.begin()
    cases: list[tuple[str | None, dict[str, object], str]] = [
        ("2025-01-01", {"status": "draft", "is_public": True}, "public"),
        ("2025-01-01", {"status": "public", "is_public": None}, "public"),
        ("2025-01-01", {"status": "draft", "is_public": False}, "unpublished"),
        (None, {"status": "public", "is_public": True}, "public"),
        (None, {"status": "draft", "is_public": False}, "draft"),
        (None, {}, "draft"),
        (None, {"status": "public", "is_public": True, "is_embargoed": True, "embargo_type": "article"}, "embargoed"),
    ]
    for number, (when, values, _) in enumerate(cases, start=200):
        owned(world, number, CY, when, **values)
    found = asked(world, "select state from internal.account_articles where account_id = 3 order by article_id")
    assert [state for (state,) in found] == [state for *_, state in cases]
    # What depositors count as published is what is no draft here.
    counts = "select owned_published_count, owned_draft_count from internal.depositors where account_id = 3"
    assert asked(world, counts) == [(5, 2)]
    world.rollback()


def test_storage_of_any_size_is_shown(world: duckdb.DuckDBPyConnection) -> None:
    world.begin()
    most = 2**63 - 1
    stored(world, ADA, most, {0: -10, 10: -5})
    stored(world, BEN, -most, {0: -most, 10: most})
    stored(world, CY, most, {0: 0, 10: 1})
    found = asked(world, "select used_bytes, quota_bytes, is_full, full_on from internal.account_storage order by all")
    assert found == [(-5, most, False, None), (1, most, False, None), (most, -most, True, None)]
    world.rollback()


def stored(connection: duckdb.DuckDBPyConnection, account_id: int, quota: int | None, used: dict[int, int]) -> None:
    for day, used_quota in used.items():
        on_date = DAY + timedelta(days=day)
        put(connection, "account_storage", account_id=account_id, on_date=on_date, used_quota=used_quota, quota=quota)


def test_storage_is_full_on_the_day_that_its_pace_leads_to(world: duckdb.DuckDBPyConnection) -> None:
    world.begin()
    # 10 bytes a day: 900 at the end of June's first ten days, so 100 are left, for 10 days.
    stored(world, ADA, 1000, {0: 810, 3: 840, 9: 900})
    # 0, 30, 30 on days 0, 5 and 10: the line through them rises by 3 a day, 70 are left: 23.3 days, so on the 24th.
    stored(world, BEN, 100, {0: 0, 5: 30, 10: 30})
    # Less than a week says nothing of a pace; what is full is.
    stored(world, CY, 50, {0: 10, 6: 50})
    # One that shrinks is never full; older figures than of 90 days do not count.
    stored(world, EVE, None, {-200: 0, 0: 90, 10: 80})
    stored(world, DEE, 1000, {0: 0, 10: 100})
    columns = "account_id, used_bytes, used_ratio, measured_day_count, growth_bytes_per_day, is_full, full_on"
    found = asked(world, f"select {columns} from internal.account_storage order by account_id")
    assert [tuple(round(value, 6) if isinstance(value, float) else value for value in row) for row in found] == [
        (ADA, 900, 0.9, 3, 10.0, False, date(2026, 6, 20)),
        (BEN, 30, 0.3, 3, 3.0, False, date(2026, 7, 5)),
        (CY, 50, 1.0, 2, None, True, None),
        (EVE, 80, None, 3, -1.0, None, None),
    ]
    by_day = "select count(*), count(account_name) from internal.account_storage_by_day"
    assert asked(world, by_day) == [(13, 11)]
    world.rollback()


def test_an_account_without_an_address_is_not_called_none(world: duckdb.DuckDBPyConnection) -> None:
    world.begin()
    for account_id, name, email in ((11, "Nonesuch", None), (12, "Canone", "bo@example.org")):
        put(world, "accounts", account_id=account_id, last_name=name, email=email, seen_at=READ)
    with pytest.raises(AmbiguousError, match="'none' can be 2 accounts"):
        administration.account(world, "none")
    world.rollback()


def test_roles(world: duckdb.DuckDBPyConnection) -> None:
    world.begin()
    put(world, "roles", role_id=7, name="Reviewer", category="group", description="Decides.")
    put(world, "account_roles", account_id=ADA, group_id=70, role_id=7, name="Reviewer", category="group")
    put(world, "account_roles", account_id=CY, group_id=71, role_id=8, name="Owner", category="group")
    put(world, "account_role_readings", account_id=ADA, role_count=1, read_at=READ)
    columns = "account_name, is_active, group_name, role_id, role_name, description, read_at"
    assert asked(world, f"select {columns} from internal.roles order by account_id") == [
        ("Ada Lee", True, "Physics", 7, "Reviewer", "Decides.", READ),
        ("Cy Lee", False, None, 8, "Owner", None, None),
    ]
    world.rollback()


def test_the_catalogue_says_how_often_each_field_is_filled(world: duckdb.DuckDBPyConnection) -> None:
    world.begin()
    insert(world, "fields", id=1, name="Data  steward", field_type="text", internal_type="custom", institution_id=9)
    insert(world, "fields", id=2, name="Nobody", field_type="text", internal_type="custom", institution_id=9)
    for article_id, value in ((101, '"x"'), (102, '""')):
        insert(world, "article_custom_fields", article_id=article_id, position=1, name="Data steward", value=value)
    insert(world, "article_custom_fields", article_id=103, position=1, name="Old", value='["a", "b"]')
    drafts = {104: '[{"name": "Data steward", "value": "y"}, {"name": "Draft only", "value": ""}]', 105: "[]"}
    for article_id, fields in drafts.items():
        world.execute(
            "update figshare_internal.articles set custom_fields = ? where article_id = ?", [fields, article_id]
        )
    columns = "field_name, is_set_up, article_count, round(filled_ratio, 3), draft_count, filled_draft_count"
    query = f"select {columns} from internal.field_catalogue where internal_type = 'custom' order by field_name"
    assert asked(world, query) == [
        ("Data steward", True, 2, 0.5, 1, 1),
        ("Nobody", True, 0, None, 0, 0),
        ("Old", False, 1, 1.0, 0, 0),
    ]
    query = "select article_count, filled_ratio from internal.field_catalogue where field_name = 'license'"
    assert asked(world, query) == [(3, 0.0)]
    world.rollback()


@pytest.mark.slow
def test_each_internal_report_has_one_row_per_key(world: duckdb.DuckDBPyConnection) -> None:
    for view in views.list_views(schemas=INTERNAL_SCHEMAS):
        if view.is_report:
            assert view.key, view.relation
            key = ", ".join(view.key)
            [(count, different)] = asked(world, f"select count(*), count(distinct row({key})) from {view.relation}")
            assert count == different, view.relation
