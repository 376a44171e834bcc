"""A column per custom field, whatever the fields are called."""

import json
from collections.abc import Iterator
from typing import Any

import duckdb
import pytest

from figshare_warehouse.models import views
from figshare_warehouse.models.custom_fields import column_names
from tests.models.small_world import article, listed, listing, rows
from tests.support import empty_warehouse, insert

HOSTILE = [
    'a" from reports.articles; drop table figshare.articles --',
    "'; drop schema figshare cascade; --",
    "`x`",
    "$1 ? %s {}",
    "\x00nul\x1b[31m\x07",
    "  two   words \u00a0",
    "Two words",
    "two words",
    "",
    " ",
    "select",
    "article_id",
    "ARTICLE_ID",
    "title",
    "שלום \u202eevil",
    "x" * 300,
    "x" * 299 + "y",
    "😀",
    "a.b.c",
    "ä",
    "Ä",
]


@pytest.fixture
def warehouse() -> Iterator[duckdb.DuckDBPyConnection]:
    with empty_warehouse() as connection:
        listing(connection, "institution 1", institution_id=1)
        listed(connection, "institution 1", 1, 2)
        article(connection, 1, [])
        article(connection, 2, [])
        yield connection


def field(connection: duckdb.DuckDBPyConnection, article_id: int, position: int, name: str, value: Any) -> None:
    row = {"name": name, "value": json.dumps(value)}
    insert(connection, "article_custom_fields", article_id=article_id, position=position, **row)


def test_without_fields_there_is_only_the_article(warehouse: duckdb.DuckDBPyConnection) -> None:
    views.build(warehouse)
    columns = [column for column, *_ in warehouse.execute("describe reports.article_custom_fields_wide").fetchall()]
    assert columns == ["article_id"]
    assert rows(warehouse, "select * from reports.article_custom_fields_wide") == []
    assert warehouse.execute("select count(*) from reports.article_main_wide").fetchall() == [(2,)]


def test_hostile_names_have_a_column_each(warehouse: duckdb.DuckDBPyConnection) -> None:
    for position, name in enumerate(HOSTILE, start=1):
        field(warehouse, 1, position, name, f"value {position}")
    views.build(warehouse)
    (row,) = rows(warehouse, "select * from reports.article_custom_fields_wide")
    columns = [name for name in row if name != "article_id"]
    assert len({name.casefold() for name in columns}) == len(columns)
    # Three names come in two writings that white space and control characters alone tell apart.
    values = [value for name in columns for value in row[name].split("; ")]
    assert sorted(values) == sorted(f"value {position}" for position in range(1, len(HOSTILE) + 1))
    assert row["(no name)"] == "value 9; value 10"
    assert row["article_id"] == 1
    assert {"article_id (2)", "ARTICLE_ID (3)"} & set(columns) or {"ARTICLE_ID (2)", "article_id (3)"} <= set(columns)
    (wide,) = rows(warehouse, "select * from reports.article_main_wide where article_id = 1")
    assert {name: wide[name] for name in columns} == {name: row[name] for name in columns}
    assert warehouse.execute("select count(*) from figshare.articles").fetchall() == [(2,)]
    query = "select count(*) from duckdb_columns() where schema_name = 'reports' and coalesce(comment, '') = ''"
    assert warehouse.execute(query).fetchall() == [(0,)]


def test_the_view_follows_the_fields(warehouse: duckdb.DuckDBPyConnection) -> None:
    field(warehouse, 1, 1, "A", "x")
    views.build(warehouse)
    field(warehouse, 2, 1, "B", ["y", "z", 3, None, " "])
    warehouse.execute("delete from figshare.article_custom_fields where name = 'A'")
    # To plan what does not follow them takes DuckDB far longer.
    query = "select view_oid from duckdb_views() where view_name = 'articles' union all "
    query += "select function_oid from duckdb_functions() where function_name = 'usage_between' order by all"
    before = warehouse.execute(query).fetchall()
    views.build(warehouse)
    assert rows(warehouse, "select * from reports.article_custom_fields_wide") == [{"article_id": 2, "B": "y; z; 3"}]
    assert warehouse.execute(query).fetchall() == before


@pytest.mark.parametrize(
    ("value", "text", "count"),
    [
        ('"a"', "a", 1),
        ('""', None, 0),
        ("null", None, 0),
        (None, None, 0),
        ("[]", None, 0),
        ('["a", "b; c"]', "a; b; c", 2),
        ('[" a ", "", null]', "a", 1),
        ("3", "3", 1),
        ("true", "true", 1),
        ('{"a": 1}', '{"a":1}', 1),
        ('[{"a": 1}, ["b"]]', '{"a":1}; ["b"]', 2),
        ("not JSON", "not JSON", 1),
    ],
)
def test_values_of_every_shape_are_text(
    warehouse: duckdb.DuckDBPyConnection, value: Any, text: str, count: int
) -> None:
    insert(warehouse, "article_custom_fields", article_id=1, position=1, name="A", value=value)
    query = "select value, value_count from reports.article_custom_fields"
    assert warehouse.execute(query).fetchall() == [(text, count)]


def test_clashing_names_are_numbered_in_the_order_of_the_alphabet() -> None:
    assert column_names(["b", "B", "a", "B (2)"], ["a"]) == {"B": "B", "B (2)": "B (2)", "a": "a (2)", "b": "b (3)"}
    assert column_names([], ["a"]) == {}
