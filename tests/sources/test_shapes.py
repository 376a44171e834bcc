"""Records that fit the contract are taken over in one go, others field by field: what holds for both ways."""

from __future__ import annotations

import ast
import copy
import gzip
import subprocess
import sys
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from figshare_warehouse.sources.figshare.records.arrow import article_tables, records_table
from figshare_warehouse.sources.figshare.records.drift import Drift
from figshare_warehouse.sources.figshare.records.shapes import Record, shape_of
from figshare_warehouse.sources.http.responses import decoded
from figshare_warehouse.tables import ARTICLE_CHILDREN, ARTICLES, LISTED_ARTICLES, TABLES, Table

PIPELINES = Path(__file__).resolve().parents[2] / "pipelines"
SHAPES = "figshare_warehouse/sources/figshare/records/shapes.py"
RECORDS = Path(__file__).resolve().parents[3] / "shared" / "figshare-records" / "software-2023.ndjson.gz"
AT = datetime(2026, 1, 1)

FITS: dict[str, Any] = {
    "id": 5,
    "title": "A <i>title</i>",
    "group_id": 0,
    "size": 2**53,
    "is_public": 1,
    "published_date": "2026-06-30T10:00:00Z",
    "timeline": {"posted": "2026-06-30", "firstOnline": "2026-06-30T10:00:00"},
    "license": {"value": 1, "name": "CC BY 4.0", "url": "https://example.org"},
    "authors": [{"id": 7, "full_name": "Ada", "is_active": False}, {"id": 8, "full_name": "Ben"}],
    "tags": ["soil", None],
    "files": [],
    "references": None,
    "custom_fields": [{"name": "Site", "value": ["A", 2], "is_mandatory": True}],
    "keywords": ["known and left out"],
}

MOMENTS = ["2026-06-30", "2026-06-30T10:00:00+02:00", "2026-06-30Z", " 2026-06-30 10:00:00 ", "0001-01-01T00:00:00Z"]
NUMBERS = [0, 1, 2, 2**53 + 1, 2**63, 2**64, -(2**63) - 1, 1.0, 1.5]
ODD: list[Any] = ["", "7", "true", "1.5", *NUMBERS, True, [], {}, None, *MOMENTS]
PLAIN = st.sampled_from([one for one in ODD if not isinstance(one, list | dict)]) | st.text(max_size=3)
ANYTHING = st.recursive(PLAIN, lambda one: st.lists(one, max_size=3) | st.dictionaries(st.text(max_size=2), one))


def places(table: Table, prefix: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Where a record can differ: each field that is read or left out, each list and its first element, and new ones."""
    for name in [column.source for column in table.columns if column.source] + [*table.unread, "unheard_of"]:
        if (*prefix, name) != ("id",):
            yield (*prefix, *name.split("."))
    for child in ARTICLE_CHILDREN if table is ARTICLES else ():
        yield (child.source,)
        yield from [(child.source, 0), *places(child, (child.source, 0))]
    if table is ARTICLES:
        yield from [("license",), ("license", "unheard_of"), ("timeline", "unheard_of")]


PLACES = sorted(places(ARTICLES), key=str)


@st.composite
def details(draw: st.DrawFn) -> list[dict[str, Any]]:
    """One to three details, most of which fit, with some fields replaced or left out."""
    found = [copy.deepcopy(FITS) | {"id": place} for place in range(1, draw(st.integers(2, 4)))]
    for _ in range(draw(st.integers(0, 6))):
        *way, name = draw(st.sampled_from(PLACES))
        where: Any = draw(st.sampled_from(found))
        for step in way:
            if isinstance(where, dict):
                where = where.setdefault(step, {})
            elif isinstance(where, list) and where:
                where = where[0]
        if isinstance(where, list) and where:
            where[0] = draw(ANYTHING)
        elif isinstance(where, dict) and draw(st.booleans()):
            where[name] = draw(st.sampled_from(ODD) | ANYTHING)
        elif isinstance(where, dict):
            where.pop(name, None)
    return found


def read(details: Sequence[Record]) -> tuple[dict[Table, pa.Table], dict[Any, Any]]:
    drift = Drift()
    tables = article_tables(details, [AT] * len(details), drift)
    return tables, {what: count for what, (_, _, count) in drift.found.items()}


@settings(max_examples=150, deadline=None)
@given(details())
def test_bytes_and_what_they_say_are_read_alike(found: list[dict[str, Any]]) -> None:
    decoder = shape_of(ARTICLES).decoder
    content = [msgspec.json.encode(detail) for detail in found]
    assert read([decoded(one, decoder) for one in content]) == read([decoded(one) for one in content])


@settings(max_examples=150, deadline=None)
@given(details())
def test_a_record_is_read_the_same_whatever_is_read_with_it(found: list[dict[str, Any]]) -> None:
    together, drift = read(found)
    apart = [read([detail]) for detail in found]
    for table, rows in together.items():
        ordered = sorted(rows.to_pylist(), key=str)
        assert ordered == sorted((row for tables, _ in apart for row in tables[table].to_pylist()), key=str), table.name
    sums: dict[Any, int] = {}
    for _, one in apart:
        for what, count in one.items():
            sums[what] = sums.get(what, 0) + count
    assert drift == sums


@settings(max_examples=150, deadline=None)
@given(details(), ANYTHING)
def test_an_unknown_field_is_noted_and_changes_nothing(found: list[dict[str, Any]], value: Any) -> None:
    tables, drift = read(found)
    marked, marked_drift = read([detail | {"brand_new": value} for detail in found])
    assert marked == tables
    assert marked_drift == drift | {("articles", "brand_new", "unknown field"): len(found)}


def test_a_list_keeps_each_record_that_has_its_key() -> None:
    drift = Drift()
    found: list[Any] = [
        {"id": 1, "title": ["odd"]},
        {"title": "no id"},
        {"id": "x"},
        {"id": None},
        {"id": "4"},
        {"id": 5},
    ]
    kept = records_table(LISTED_ARTICLES, found, drift)
    assert kept.select(["article_id", "title"]).to_pylist() == [
        {"article_id": 1, "title": '["odd"]'},
        {"article_id": 4, "title": None},
        {"article_id": 5, "title": None},
    ]
    assert {(field, problem): entry[2] for (_, field, problem), entry in drift.found.items()} == {
        ("title", "not a text"): 1,
        ("id", "no key"): 3,
        ("id", "not a bigint"): 1,
    }


def test_what_fits_is_not_noted() -> None:
    tables, drift = read([FITS])
    assert drift == {}
    [article] = tables[ARTICLES].to_pylist()
    known = {name: value for name, value in article.items() if value is not None}
    assert known == {
        "article_id": 5,
        "title": "A <i>title</i>",
        "title_text": "A title",
        "size": 2**53,
        "is_public": True,
        "published_date": datetime(2026, 6, 30, 10),
        "timeline_posted": datetime(2026, 6, 30),
        "timeline_first_online": datetime(2026, 6, 30, 10),
        "license_value": 1,
        "license_name": "CC BY 4.0",
        "license_url": "https://example.org",
        "author_count": 2,
        "tag_count": 2,
        "file_count": 0,
        "custom_field_count": 1,
        "fetched_at": AT,
    }


@pytest.mark.parametrize(
    ("odd", "table", "column", "kept", "drift"),
    [
        ({"license": "CC BY"}, "articles", "license_name", [None], {("articles", "license", "not an object"): 1}),
        ({"tags": "soil"}, "articles", "tag_count", [None], {("article_tags", "tags", "not a list"): 1}),
        ({"tags": ["a", 2]}, "article_tags", "tag", ["a", "2"], {("article_tags", "tag", "not a text"): 1}),
        (
            {"authors": ["Ada", {"id": 8}, None, {"id": "9"}]},
            "article_authors",
            "position",
            [2, 4],
            {("article_authors", "authors", "not an object"): 2, ("article_authors", "id", "not a bigint"): 1},
        ),
        ({"is_public": "true"}, "articles", "is_public", [True], {("articles", "is_public", "not a bool"): 1}),
        ({"is_public": 2}, "articles", "is_public", [None], {("articles", "is_public", "not a bool"): 1}),
        ({"group_id": "0"}, "articles", "group_id", [None], {("articles", "group_id", "not a bigint"): 1}),
        (
            {"timeline": {"posted": "soon", "lost": 1}},
            "articles",
            "timeline_posted",
            [None],
            {("articles", "timeline.posted", "not a timestamp"): 1, ("articles", "timeline.lost", "unknown field"): 1},
        ),
        ({"custom_fields": [{"value": 2**64}]}, "article_custom_fields", "value", ["1.8446744073709552e+19"], {}),
    ],
)
def test_what_does_not_fit_is_kept_as_far_as_it_can_be_read(
    odd: dict[str, Any], table: str, column: str, kept: list[Any], drift: dict[Any, int]
) -> None:
    for decoder in (None, shape_of(ARTICLES).decoder):
        tables, noted = read([decoded(msgspec.json.encode({"id": 5} | odd), decoder)])
        assert tables[TABLES[table]].column(column).to_pylist() == kept
        assert noted == drift


@pytest.mark.skipif(not RECORDS.exists(), reason="no real records here (shared/figshare-records)")
def test_real_records_fit_as_they_are() -> None:
    shape = shape_of(ARTICLES)
    with gzip.open(RECORDS) as file:
        assert all(isinstance(decoded(line, shape.decoder), shape.record) for line in file)


BUILT_AT_IMPORT = """
from figshare_warehouse.sources.figshare.client import FigshareClient
from figshare_warehouse.sources.figshare.records import shapes
from figshare_warehouse.tables import INTERNAL_TABLES, TABLES

before = shapes.shape_of.cache_info().misses
assert before == len(TABLES) + len(INTERNAL_TABLES)
for table in (*TABLES.values(), *INTERNAL_TABLES.values()):
    shapes.shape_of(table)
assert shapes.shape_of.cache_info().misses == before
"""


def test_every_decoder_is_built_before_a_thread_can_ask_for_it() -> None:
    subprocess.run([sys.executable, "-c", BUILT_AT_IMPORT], cwd=PIPELINES.parent, check=True)


def test_nothing_else_makes_msgspec_build_what_it_knows_of_a_type() -> None:
    builders = {"decode", "Decoder", "defstruct", "Struct"}
    found = {
        (path.relative_to(PIPELINES).as_posix(), node.func.attr)
        for path in PIPELINES.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in builders
        and ast.unparse(node.func.value).startswith("msgspec")
    }
    assert found == {(SHAPES, "Decoder"), (SHAPES, "defstruct")}


FIRST_DECODES = """
import os, random, sys, threading, time
from figshare_warehouse.sources.http.responses import decoded
from figshare_warehouse.sources.figshare.records.shapes import shape_of
from figshare_warehouse.tables import ARTICLES

detail = b'{"id": 1, "authors": [{"id": 1}], "files": [{"id": 1}], "license": {"value": 1}, "tags": ["soil"]}'
draw, failed = random.Random(1), 0
for _ in range(int(sys.argv[1])):
    gap, process = draw.random() * 0.004, os.fork()
    if not process:
        sys.setswitchinterval(1e-6)
        together = threading.Barrier(4)

        def decode(place):
            together.wait()
            time.sleep(gap * place)
            decoded(detail, shape_of(ARTICLES).decoder)

        threads = [threading.Thread(target=decode, args=[place]) for place in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        os._exit(0)
    failed += os.waitpid(process, 0)[1] != 0
print(failed)
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="Windows cannot fork, and a new process takes a second to import")
def test_a_process_survives_its_first_decodes_in_four_threads_at_once() -> None:
    command = [sys.executable, "-c", FIRST_DECODES, "300"]
    done = subprocess.run(command, cwd=PIPELINES.parent, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["0"]
