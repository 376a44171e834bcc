"""The lists inside an article: what fails, is odd or comes twice in one leaves the article and all its other lists."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from figshare_sandbox import Fault, Sandbox
from figshare_warehouse.sources.figshare.articles import Detail, Wanted, read_article
from figshare_warehouse.sources.figshare.client import FigshareClient
from figshare_warehouse.sources.figshare.records.arrow import article_tables, records_table
from figshare_warehouse.sources.figshare.records.drift import Drift
from figshare_warehouse.sources.figshare.records.shapes import Record
from figshare_warehouse.sources.figshare.records.values import plain_text
from figshare_warehouse.sources.http.responses import decoded
from figshare_warehouse.tables import ARTICLES, CATEGORIES, GROUPS, ITEM_TYPES, LICENSES, TABLES, Table
from tests.support import LISTED, Refreshed, change, count, is_fresh, requests_of, rows

AT = datetime(2026, 1, 1)


def read(*details: Record) -> tuple[dict[Table, list[dict[str, Any]]], dict[Any, Any]]:
    drift = Drift()
    tables = article_tables(details, [AT] * len(details), drift)
    return {table: arrow.to_pylist() for table, arrow in tables.items()}, drift.found


def with_many_files(figshare: Sandbox, version: int | None = None) -> int:
    """An article whose detail does not show all its files."""
    details = (figshare.world.detail(i) for i in figshare.world.public_ids())
    return next(
        int(detail["id"])
        for detail in details
        if 10 <= len(detail.get("files") or ()) < 1000 and version in (None, detail["version"])
    )


# Lists that fail


@pytest.mark.slow
@pytest.mark.parametrize(("name", "status"), [("files", 404), ("files", 500), ("versions", 500)])
def test_an_article_is_loaded_without_a_list_that_fails_and_the_list_is_asked_for_again(
    figshare: Sandbox, refreshed: Refreshed, tmp_path: Path, name: str, status: int
) -> None:
    warehouse = tmp_path / "warehouse.duckdb"
    chosen = with_many_files(figshare)
    figshare.world.new_version(chosen)
    detail = figshare.world.detail(chosen)
    figshare.faults.add(Fault("status", status=status, path=rf"/articles/{chosen}/{name}$"))
    for _ in range(2):
        # The next one fails in the same way.
        outcome = refreshed(figshare, warehouse, max_tries=1)
        assert outcome.outcome == "incomplete"
        failed = [(failure["path"], failure["article_id"], failure["status"]) for failure in outcome.failures]
        assert failed == [(f"/articles/{chosen}/{name}", chosen, status)]
        assert outcome.failed_data_tests == []
        assert outcome.articles_withdrawn == 0
        assert count(warehouse, "reports.articles") == 160
        columns = "version, size_bytes, author_count, file_count"
        files = len(detail["files"]) if name == "versions" else None
        found = rows(warehouse, f"select {columns} from reports.articles where article_id = {chosen}")
        assert found == [(detail["version"], detail["size"], len(detail["authors"]), files)]
        assert count(warehouse, f"figshare.article_files where article_id = {chosen}") == (files or 0)
    figshare.faults.clear()
    made = requests_of(refreshed(figshare, warehouse))
    assert made.pop("group_counts") == 1
    assert made == {**LISTED, "article": 1, "files": 1} | ({"versions": 1} if name == "versions" else {})
    assert is_fresh(figshare, refreshed, warehouse)
    assert requests_of(refreshed(figshare, warehouse)) == LISTED


@pytest.mark.slow
def test_files_that_still_hold_are_kept_and_no_change_is_made_of_what_is_not_known(
    figshare: Sandbox, refreshed: Refreshed, loaded: Path
) -> None:
    world, chosen = figshare.world, with_many_files(figshare)
    held = f"figshare.article_files where article_id = {chosen}"
    files = len(world.detail(chosen)["files"])
    said = f"select file_count from figshare.articles where article_id = {chosen}"
    noted = "select field from figshare.article_changes where field in ('title', 'files', 'file_count') order by 1"
    world.edit(chosen, title="Other")
    figshare.faults.add(Fault("status", status=500, path=rf"/articles/{chosen}/files$"))
    assert refreshed(figshare, loaded, max_tries=1).outcome == "incomplete"
    # It is the version whose files are held.
    assert rows(loaded, said) == [(files,)]
    assert count(loaded, held) == files
    world.new_version(chosen, add_files=2)
    assert refreshed(figshare, loaded, max_tries=1).failed_data_tests == []
    assert rows(loaded, said) == [(None,)]
    assert count(loaded, held) == 0
    figshare.faults.clear()
    refreshed(figshare, loaded)
    assert rows(loaded, said) == [(files + 2,)]
    assert rows(loaded, noted) == [("title",)]
    assert is_fresh(figshare, refreshed, loaded)


@pytest.mark.dlt
@pytest.mark.slow
def test_a_load_that_was_broken_off_keeps_no_files(figshare: Sandbox, refreshed: Refreshed, loaded: Path) -> None:
    chosen = with_many_files(figshare)
    change(loaded, f"update figshare.articles set _dlt_load_id = 'broken' where article_id = {chosen}")
    change(loaded, f"delete from figshare.article_files where article_id = {chosen} and position > 3")
    figshare.faults.add(Fault("status", status=500, path=rf"/articles/{chosen}/files$"))
    assert refreshed(figshare, loaded, max_tries=1).failed_data_tests == []
    assert rows(loaded, f"select file_count from figshare.articles where article_id = {chosen}") == [(None,)]
    assert count(loaded, f"figshare.article_files where article_id = {chosen}") == 0


# Long lists


def file(number: int | None, **fields: Any) -> dict[str, Any]:
    return {"id": number, "name": f"{number}.csv", "size": 1, "is_link_only": False} | fields


@contextmanager
def holding(files: list[dict[str, Any]], **fields: Any) -> Iterator[tuple[Sandbox, FigshareClient, int]]:
    """A client of a Figshare with one article that holds the files."""
    with Sandbox(items=1) as figshare, FigshareClient(figshare.api_url, requests_per_second=0, max_tries=1) as client:
        [article_id] = figshare.world.public_ids()
        figshare.world.edit(article_id, files=files, version=1, **fields)
        yield figshare, client, article_id


@pytest.mark.parametrize(
    ("files", "size", "known"),
    [
        (8_999, 8_999, 8_999),
        (9_000, 9_000, 9_000),
        # The size says that there are more, or does not say.
        (9_000, 9_001, None),
        (9_000, None, None),
        (9_500, 9_500, None),
    ],
)
def test_as_many_files_as_can_be_listed_are_all_when_their_sizes_add_up(
    files: int, size: int | None, known: int | None
) -> None:
    with holding([file(number) for number in range(1, files + 1)], size=size) as (_, client, article_id):
        found = read_article(client, Wanted(article_id))
    assert isinstance(found, Detail)
    tables, drift = read(found.record)
    assert tables[ARTICLES][0]["file_count"] == known
    assert drift == {}
    messages = [str(failure.error) for failure in found.failures]
    assert len(messages) == (known is None)
    assert all("9,000" in message for message in messages)


def test_as_many_files_as_can_be_listed_without_a_size_prove_nothing() -> None:
    files = [file(number, size=0, is_link_only=True) for number in range(1, 9_001)]
    with holding(files, size=0) as (_, client, article_id):
        found = read_article(client, Wanted(article_id))
    assert isinstance(found, Detail)
    assert len(found.failures) == 1
    assert isinstance(found.record, dict)
    assert found.record["files"] is None


def test_files_without_an_id_are_told_apart_by_their_place() -> None:
    # 300 without one, and one that comes twice.
    files = [file(None) for _ in range(300)] + [file(7), file(7)]
    with holding(files) as (_, client, article_id):
        found = read_article(client, Wanted(article_id))
    assert isinstance(found, Detail)
    assert found.failures == ()
    tables, _ = read(found.record)
    assert tables[ARTICLES][0]["file_count"] == 301
    held = tables[TABLES["article_files"]]
    assert [row["position"] for row in held] == list(range(1, 302))
    assert [row["file_id"] for row in held[-2:]] == [None, 7]


# What comes twice, or without structure


@pytest.mark.parametrize("table", [GROUPS, CATEGORIES, LICENSES, ITEM_TYPES], ids=lambda table: table.name)
def test_an_id_that_a_short_list_gives_twice_is_kept_once_and_noted(table: Table) -> None:
    drift = Drift()
    [key] = table.key
    records: list[Any] = [{key: 3, "name": "A"}, {key: 4, "name": "B"}, {key: "3", "name": "C"}]
    kept = records_table(table, records, drift)
    assert sorted(kept.column(key).to_pylist()) == [3, 4]
    assert drift.found[table.name, key, "given twice"] == ["number", None, 1]


@pytest.mark.slow
def test_a_group_and_an_item_type_that_come_twice_double_no_article(
    figshare: Sandbox, refreshed: Refreshed, tmp_path: Path
) -> None:
    warehouse = tmp_path / "warehouse.duckdb"
    figshare.world.groups += [dict(group) for group in figshare.world.groups]
    figshare.world.item_types += [dict(item_type) for item_type in figshare.world.item_types]
    outcome = refreshed(figshare, warehouse)
    assert outcome.failed_data_tests == []
    assert count(warehouse, "reports.articles") == 160
    noted = "select table_name, field, problem from operations.schema_drift order by 1"
    assert rows(warehouse, noted) == [("groups", "id", "given twice"), ("item_types", "id", "given twice")]


@pytest.mark.parametrize(
    ("source", "child", "column"),
    [
        ("authors", "article_authors", "author_id"),
        ("categories", "article_categories", "category_id"),
        ("files", "article_files", "file_id"),
        ("funding_list", "article_funding", "funding_id"),
        ("related_materials", "article_related_materials", "related_material_id"),
    ],
)
def test_an_id_that_an_article_gives_twice_is_one_row_at_its_first_place(source: str, child: str, column: str) -> None:
    elements = [{"id": 5}, {"id": None}, {"id": 5}, {"id": 0}, {"id": 6}, {"id": None}, {"id": 0}]
    tables, drift = read({"id": 1, source: elements}, {"id": 2, source: [{"id": 5}]})
    found = [(row["article_id"], row["position"], row[column]) for row in tables[TABLES[child]] if not row["_deleted"]]
    places = [(1, 5), (2, None), (4, 0), (5, 6), (6, None), (7, 0)]
    assert found == [(1, *place) for place in places] + [(2, 1, 5)]
    assert [row[TABLES[child].count_column] for row in tables[ARTICLES]] == [6, 1]
    assert drift == {(child, "id", "given twice"): ["number", 1, 1]}


@pytest.mark.parametrize(
    ("authors", "author_count", "held"),
    [
        (["Jane Plain"], None, []),
        ([None], None, []),
        (["Jane Plain", {"id": 501, "full_name": "Ada"}], None, [(2, "Ada")]),
        ([{"id": None, "full_name": "Closed"}, {"id": 501, "full_name": "Ada"}], 2, [(1, "Closed"), (2, "Ada")]),
        ([], 0, []),
    ],
)
def test_authors_that_cannot_be_read_are_not_known_to_be_none(
    authors: list[Any], author_count: int | None, held: list[tuple[int, str]]
) -> None:
    tables, _ = read({"id": 1, "authors": authors})
    assert tables[ARTICLES][0]["author_count"] == author_count
    found = [(row["position"], row["full_name"]) for row in tables[TABLES["article_authors"]] if not row["_deleted"]]
    assert found == held


# Texts and moments


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("Part one<br>Part two", "Part one Part two"),
        ("Part one<BR />Part two", "Part one Part two"),
        ("<p>First</p><p class='x'>Second</p>", "First Second"),
        ("<ul><li>One</li><li>two</li></ul>", "One two"),
        ("<table><tr><td>a</td><td>b</td></tr></table>", "a b"),
        ("<h2>Head</h2>text", "Head text"),
        ("CO<sub>2</sub> and <i>E.</i><b>coli</b>", "CO2 and E.coli"),
        ("x <y> z", "x <y> z"),
    ],
)
def test_tags_that_begin_a_line_separate_words_and_others_do_not(html: str, text: str) -> None:
    assert plain_text(html) == text


def test_no_text_holds_the_character_nul() -> None:
    said = rb'{"id": 1, "title": "a\u0000b \\u0000 \\\u0000c", "ta\u0000gs": ["\u0000\u0000", "x"], "custom_fields": '
    said += rb'[{"name": "n\u0000", "value": ["v\u0000", {"k\u0000": 1}]}]}'
    tables, _ = read(decoded(said))
    assert tables[ARTICLES][0]["title"] == "ab \\u0000 \\c"
    assert [row["tag"] for row in tables[TABLES["article_tags"]]] == ["", "x"]
    [field] = tables[TABLES["article_custom_fields"]]
    assert (field["name"], field["value"]) == ("n", '["v",{"k":1}]')


@pytest.mark.parametrize(
    ("given", "unreadable"),
    [("31/12/2027", True), (20271231, True), ("2027-12-31", False), ("", None), (None, None)],
)
def test_an_end_of_an_embargo_that_is_no_date_is_not_taken_for_none(given: object, unreadable: bool | None) -> None:
    tables, drift = read({"id": 1, "is_embargoed": True, "embargo_date": given}, {"id": 2})
    assert [row["is_embargo_date_unreadable"] for row in tables[ARTICLES]] == [unreadable, None]
    noted = {("articles", "embargo_date", "not a timestamp"): ["string" if given == "31/12/2027" else "number", 1, 1]}
    assert drift == (noted if unreadable else {})
