"""The source by itself, in somebody else's pipeline; and what it asks, held against Figshare's own description."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

import dlt
import duckdb
import jsonschema
import pyarrow.parquet as pq
import pytest

from figshare_sandbox import Fault, Sandbox
from figshare_warehouse.errors import UsageError
from figshare_warehouse.sources.figshare import figshare_source
from tests.support import ROOT, SHARED


@pytest.fixture(autouse=True)
def _no_telemetry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RUNTIME__DLTHUB_TELEMETRY", "false")


def _source(figshare: Sandbox, **options: Any) -> Any:
    return figshare_source(
        institution=figshare.institution_id, api_url=figshare.api_url, requests_per_second=0.0, **options
    )


@pytest.mark.slow
def test_in_a_plain_pipeline_with_duckdb(figshare: Sandbox, tmp_path: Path) -> None:
    file = tmp_path / "mine.duckdb"
    pipeline = dlt.pipeline(
        "mine", destination=dlt.destinations.duckdb(str(file)), dataset_name="raw", pipelines_dir=str(tmp_path / "dlt")
    )
    for _ in range(2):  # merged, not appended
        pipeline.run(_source(figshare, token=figshare.token))
    expected = figshare.world.expected_counts()
    with duckdb.connect(str(file)) as connection:
        for table, name in {"articles": "articles", "article_authors": "authors", "groups": "groups"}.items():
            assert connection.execute(f"select count(*) from raw.{table}").fetchone() == (expected[name],)


def test_with_parquet_files_as_the_destination(figshare: Sandbox, tmp_path: Path) -> None:
    folder = tmp_path / "lake"
    pipeline = dlt.pipeline(
        "lake",
        destination=dlt.destinations.filesystem(folder.as_uri()),
        dataset_name="raw",
        pipelines_dir=str(tmp_path / "dlt"),
    )
    pipeline.run(_source(figshare).with_resources("articles", "article_authors"))
    rows = sum(pq.ParquetFile(path).metadata.num_rows for path in (folder / "raw" / "articles").glob("*.parquet"))
    assert rows == 160


@pytest.mark.slow
def test_the_example_to_parquet_runs_as_it_stands(figshare: Sandbox, tmp_path: Path) -> None:
    given = {"INSTITUTION": str(figshare.institution_id), "API_URL": figshare.api_url, "REQUESTS_PER_SECOND": "0"}
    done = subprocess.run(
        [sys.executable, str(ROOT / "examples" / "to_parquet.py")],
        cwd=tmp_path,
        env={
            **os.environ,
            **{f"SOURCES__FIGSHARE__{name}": value for name, value in given.items()},
            "DESTINATION__FILESYSTEM__BUCKET_URL": (tmp_path / "lake").as_uri(),
            "DLT_DATA_DIR": str(tmp_path / "dlt"),
            "PYTHONPATH": str(ROOT / "pipelines"),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "WARNING" not in done.stderr
    names = {"articles": "articles", "article_categories": "article_categories", "categories": "categories"}
    names |= {
        name: f"article_{name}" for name in ("authors", "tags", "files", "funding", "references", "custom_fields")
    }
    expected = figshare.world.expected_counts()
    found = {}
    for name, table in names.items():
        rows = duckdb.execute(f"select count(*) from '{tmp_path}/lake/figshare/{table}/*.parquet'").fetchall()
        found[name] = rows[0][0]
    assert found == {name: expected[name] for name in names}


def test_each_page_is_asked_for_once_and_what_fails_is_told(
    figshare: Sandbox, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    gone = figshare.world.public_ids()[3]
    figshare.faults.add(Fault("status", status=404, path=rf"/articles/{gone}$"))
    pipeline = dlt.pipeline(
        "once",
        destination=dlt.destinations.duckdb(str(tmp_path / "once.duckdb")),
        dataset_name="raw",
        pipelines_dir=str(tmp_path / "dlt"),
    )
    pipeline.run(_source(figshare, article_ids=[figshare.world.public_ids()[0], 1]))
    # The page with the articles, and what tells that no more follow.
    assert sum(exchange.path == "/v2/articles" for exchange in figshare.requests) == 2
    left_out = [record.args for record in caplog.records if "left out" in record.message]
    assert [args[0] for args in left_out if isinstance(args, tuple)] == [gone, 1]


def test_settings_come_from_dlts_configuration(figshare: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCES__FIGSHARE__API_URL", figshare.api_url)
    monkeypatch.setenv("SOURCES__FIGSHARE__REQUESTS_PER_SECOND", "0")
    rows = list(figshare_source(institution=figshare.institution_id).with_resources("licenses"))
    assert sum(table.num_rows for table in rows) == figshare.world.expected_counts()["licenses"]


@pytest.mark.parametrize(
    "given",
    [
        {"article_ids": "123"},
        {"article_ids": [-1]},
        {"article_ids": ["x"]},
        {"groups": 5},
        {"institution": 0},
        {"institution": "abc"},
        {"searches": ["soil"]},
        {"institution": 990, "modified_since": "yesterday"},
    ],
)
def test_what_can_be_no_id_is_refused(given: dict[str, Any]) -> None:
    with pytest.raises(UsageError, match=f"^{list(given)[-1]} takes"):
        figshare_source(**given)


def test_a_later_run_can_read_only_what_was_modified(tmp_path: Path) -> None:
    with Sandbox(items=30, seed=3) as figshare:
        pipeline = dlt.pipeline(
            "later",
            destination=dlt.destinations.duckdb(str(tmp_path / "later.duckdb")),
            dataset_name="figshare",
            pipelines_dir=str(tmp_path / "dlt"),
        )
        pipeline.run(_source(figshare))
        figshare.clear_requests()
        # As in docs/dlt-source.md.
        with pipeline.sql_client() as client:
            query = "select strftime(max(modified_date) - interval 1 day, '%Y-%m-%d') from articles"
            [[day]] = client.execute_sql(query) or []
        figshare.world.set_today(figshare.world.today + timedelta(days=2))
        changed = figshare.world.public_ids()[4]
        figshare.world.edit(changed, title="Another title")
        pipeline.run(_source(figshare, modified_since=day))
        with pipeline.sql_client() as client:
            titles = [*(client.execute_sql("select title from articles") or [])]
    read = [path for path in (exchange.path for exchange in figshare.requests) if "/articles/" in path]
    assert 1 <= len(read) < 10
    assert len(titles) == 30
    assert ("Another title",) in [*map(tuple, titles)]


def test_ids_may_be_text(figshare: Sandbox) -> None:
    # As configuration gives them.
    wanted = figshare.world.public_ids()[0]
    source = figshare_source(article_ids=cast(Any, [str(wanted)]), api_url=figshare.api_url, requests_per_second=0.0)
    tables = list(source.with_resources("articles"))
    assert [row["article_id"] for table in tables for row in table.to_pylist()] == [wanted]


def test_nothing_to_load_is_refused() -> None:
    with pytest.raises(UsageError, match="Say what to load"):
        figshare_source()


@pytest.mark.slow
@pytest.mark.skipif(not SHARED.is_dir(), reason="needs the OpenAPI description in ../shared")
def test_every_request_is_valid_by_figshares_description(tmp_path: Path) -> None:
    v2, v3 = (
        json.loads((SHARED / "figshare-api" / f"openapi-{version}.0.json").read_text(encoding="utf-8"))
        for version in ("v2", "v3")
    )
    with Sandbox(items=1200, seed=3, record_bodies=True) as figshare:
        pipeline = dlt.pipeline(
            "valid",
            destination=dlt.destinations.duckdb(str(tmp_path / "valid.duckdb")),
            dataset_name="raw",
            pipelines_dir=str(tmp_path / "dlt"),
        )
        pipeline.run(_source(figshare, token=figshare.token, modified_since="2000-01-01"))
        exchanges = figshare.requests
    assert len(exchanges) > 1200
    for exchange in exchanges:
        description, path = (v3 if exchange.path.startswith("/v3") else v2), exchange.path[len("/v2") :]
        _assert_valid(description, exchange.method, path, exchange.query, exchange.headers)
        assert exchange.status == (200 if description is v2 else 403)


def _assert_valid(
    description: dict[str, Any], method: str, path: str, query: dict[str, str], headers: dict[str, str]
) -> None:
    operation = next(
        operations[method.lower()]
        for template, operations in description["paths"].items()
        if re.fullmatch(re.sub(r"\{[^}]+\}", r"[^/]+", template), urlsplit(path).path) and method.lower() in operations
    )
    known = (
        {(p["in"], p["name"].lower() if p["in"] == "header" else p["name"]): p for p in operation["parameters"]}
        if ("parameters" in operation)
        else {}
    )
    for name, value in query.items():
        schema = known["query", name]["schema"]
        jsonschema.validate(int(value) if schema["type"] == "integer" else value, schema)
    if any(name.lower() == "x-cursor" for name in headers):
        assert ("header", "x-cursor") in known
    # Some public operations list OAuth2 as well; below /account it is not optional.
    if operation.get("security") and path.startswith("/account"):
        assert any(name.lower() == "authorization" for name in headers)


def test_no_pipeline_folder_of_the_user_is_touched() -> None:
    assert not Path(os.environ["HOME"]).exists()
