"""Records with metadata by item type, read as v2 would give them."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import msgspec
import pytest

from figshare_sandbox.api import formats_v3
from figshare_sandbox.world.world import World
from figshare_warehouse.sources.figshare.records.arrow import article_tables
from figshare_warehouse.sources.figshare.records.drift import Drift
from figshare_warehouse.sources.figshare.records.itemtype import Catalogue, flat, light
from figshare_warehouse.sources.figshare.records.shapes import Record, field_of, shape_of
from figshare_warehouse.tables import ARTICLES
from tests.support import SHARED, TODAY

SAMPLES = SHARED / "figshare-api" / "samples"
UNKNOWN = Catalogue()


def tables(record: Record) -> tuple[dict[str, list[dict[str, Any]]], Drift]:
    drift = Drift()
    made = article_tables([record], [datetime(2026, 1, 1)], drift)
    return {table.name: rows.to_pylist() for table, rows in made.items()}, drift


def item(**fields: Any) -> dict[str, Any]:
    return {"id": 5, "item_type_id": 3, "url": "https://x/v3/items/5", "fields": {"title": "A title", **fields}}


def test_what_is_in_v2_s_shape_is_left_alone() -> None:
    for detail in (one.detail for one in World(items=20, today=TODAY).items.values()):
        assert flat(detail, UNKNOWN) is detail
        assert light(detail) is detail


@pytest.mark.parametrize("way", [formats_v3.item, formats_v3.suppressed])
def test_every_record_reads_as_in_v2(way: Any) -> None:
    left_out = {"fields", "publisher", "journal", "author_affiliation_count", "citation", "funding", "has_linked_file"}
    for one in World(items=160, today=TODAY).items.values():
        old, _ = tables(one.detail)
        new, drift = tables(flat(way(one.detail), UNKNOWN))
        for name, rows in old.items():
            told = {"settings", "field_order", "field_type", "is_mandatory", "is_linkout"} | (
                left_out if name == "articles" else set()
            )
            if name != "article_author_affiliations":
                assert [{k: v for k, v in row.items() if k not in told} for row in new[name]] == [
                    {k: v for k, v in row.items() if k not in told} for row in rows
                ], name
        assert drift.found == {}


def test_a_suppressed_record_that_fits_v2_s_shape_is_read_too() -> None:
    detail = World(items=20, today=TODAY).items
    record = formats_v3.suppressed(next(iter(detail.values())).detail)
    shaped = shape_of(ARTICLES).decoder.decode(json.dumps(record).encode())
    assert isinstance(shaped, msgspec.Struct)
    assert field_of(shaped, "title") is None
    assert field_of(flat(shaped, UNKNOWN), "title") == record["fields"]["title"]


def test_what_stands_on_top_counts() -> None:
    record = item(title="In fields", language="English") | {"title": "On top", "tags": ["a"]}
    made = flat(record, UNKNOWN)
    assert isinstance(made, dict)
    assert (made["title"], made["tags"], made["fields"]) == ("On top", ["a"], {"language": "English"})


def test_custom_fields_keep_name_value_and_order() -> None:
    record = item(
        **{"Zoo": "z", "publisher": None, "Area": ["B & C", "École"], "Empty": "", "issue": "4", "Unset": None}
    )
    rows = tables(flat(record, UNKNOWN))[0]["article_custom_fields"]
    assert [(row["position"], row["name"], row["value"]) for row in rows] == [
        (1, "Zoo", '"z"'), (2, "Area", '["B & C","École"]'), (3, "Empty", '""'), (4, "Unset", None),
    ]  # fmt: skip


def test_the_catalogue_says_what_is_custom() -> None:
    row = {"item_type_id": 3, "field_type": "text", "is_mandatory": True, "order": 7, "settings": {"a": 1}}
    catalogue = Catalogue.of(
        [{**row, "name": "language", "internal_type": "custom"}, {**row, "name": "x", "internal_type": "stock"}]
    )
    made = flat(item(language="English", x="y"), catalogue)
    assert isinstance(made, dict)
    assert made["custom_fields"] == [
        {"name": "language", "value": "English", "field_type": "text", "is_mandatory": True, "order": 7,
         "settings": {"a": 1}}
    ]  # fmt: skip
    assert made["fields"] == {"x": "y"}


def test_affiliations_are_rows_of_their_own() -> None:
    authors = [
        {"id": 7, "name": "Ada", "affiliations": [{"id": 1, "name": "U"}, {"id": 2, "name": "V"}]},
        {"id": 8, "name": "Ben", "affiliations": ["W"]},
        {"id": 9, "full_name": "Eve", "affiliations": []},
    ]
    made, drift = tables(flat(item(authors=authors), UNKNOWN))
    rows = [
        (row["position"], row["author_position"], row["author_id"], row["affiliation_id"], row["name"])
        for row in made["article_author_affiliations"]
    ]
    assert rows == [(1, 1, 7, 1, "U"), (2, 1, 7, 2, "V"), (3, 2, 8, None, "W")]
    assert [row["full_name"] for row in made["article_authors"]] == ["Ada", "Ben", "Eve"]
    assert made["articles"][0]["author_affiliation_count"] == 3
    assert drift.found == {}
    # Without them on any author they are not known.
    made, _ = tables(flat(item(authors=[{"id": 7, "name": "Ada"}]), UNKNOWN))
    assert made["articles"][0]["author_affiliation_count"] is None


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"authors": {"id": 1}}, "authors"),
        ({"licence": "CC BY"}, "license"),
        ({"related_materials": "x"}, "related_materials"),
        ({"keywords": {"a": 1}}, "tags"),
        ({"authors": [{"id": 1, "name": "Ada", "affiliations": [{"id": 1, "name": "U", "city": "X"}]}]}, "city"),
    ],
)
def test_what_does_not_fit_is_drift_and_the_rest_is_read(fields: dict[str, Any], field: str) -> None:
    made, drift = tables(flat(item(**fields), UNKNOWN))
    assert made["articles"][0]["title"] == "A title"
    assert {name for _, name, _ in drift.found} == {field}


def test_what_fields_lack_is_not_known() -> None:
    [article] = tables(flat(item(), UNKNOWN))[0]["articles"]
    assert {article[f"{name}_count"] for name in ("author", "category", "tag", "file", "funding", "reference")} == {
        None
    }
    assert article["custom_field_count"] == 0


def test_collections_and_projects_are_read_by_the_same_reader() -> None:
    world = World(items=60, today=TODAY)
    for shelf in (*world.collections.values(), *world.projects.values()):
        for is_version_2 in (True, False):
            made = flat(formats_v3.shelf(shelf.detail, is_version_2), UNKNOWN)
            assert isinstance(made, dict)
            for name in ("title", "description", "tags", "categories", "url", "articles_count"):
                assert made.get(name) == shelf.detail.get(name) or name not in shelf.detail, name
            names = [author["full_name"] for author in made.get("authors") or ()]
            assert names == [author["full_name"] for author in shelf.detail.get("authors") or ()]


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="../shared/figshare-api/samples is not here")
def test_the_sample_of_a_detail_is_read_whole() -> None:
    body = json.loads((SAMPLES / "v3-item-detail.json").read_text(encoding="utf-8"))["body"]
    made, drift = tables(flat(body, UNKNOWN))
    [article] = made["articles"]
    assert (article["title"], article["license_value"], article["defined_type_name"]) == (
        *("Clinical sensor imaging of local puppets", 98, "figure"),
    )
    assert article["timeline_first_online"] == datetime(2023, 12, 14)
    assert [row["name"] for row in made["article_custom_fields"]] == ["Volume", "Department"]
    assert [row["reference"] for row in made["article_references"]] == [
        f"https://doi.org/10.1000/{n}" for n in range(3)
    ]
    assert len(made["article_author_affiliations"]) == 3
    assert article["fields"] == '{"language":"English"}'
    assert drift.found == {}


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="../shared/figshare-api/samples is not here")
def test_the_sample_of_a_listing_is_read_whole() -> None:
    body = json.loads((SAMPLES / "v3-items-list.json").read_text(encoding="utf-8"))["body"]
    assert {light(record)["defined_type"] for record in body} == {3}
    assert light(body[0])["url"] == "https://api.figshare.com/v2/articles/1003514"
