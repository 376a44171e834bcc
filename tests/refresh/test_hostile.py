"""The API, the user and the machine at their worst: each of these once broke something."""

from __future__ import annotations

import gzip
import itertools
import os
import threading
from datetime import datetime
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import orjson
import pytest
from click.testing import CliRunner

from figshare_sandbox import Sandbox
from figshare_warehouse.cli import cli
from figshare_warehouse.configuration import resolve_settings
from figshare_warehouse.errors import UsageError
from figshare_warehouse.settings import LIMITS
from figshare_warehouse.sources.figshare import batch_tables
from figshare_warehouse.sources.figshare.articles import Batch, Detail, Wanted, read_article
from figshare_warehouse.sources.figshare.client import FigshareClient
from figshare_warehouse.sources.figshare.institutions import find_institution, institution_reference
from figshare_warehouse.sources.figshare.paging import article_pages
from figshare_warehouse.sources.figshare.records.arrow import article_tables
from figshare_warehouse.sources.figshare.records.drift import Drift
from figshare_warehouse.sources.http import connections, responses
from figshare_warehouse.sources.http.errors import RequestError
from figshare_warehouse.tables import ARTICLE_VERSIONS, ARTICLES, TABLES
from tests.hostile import send, served
from tests.support import Refreshed, change, count, rows


def test_half_a_character_spoils_nothing_else() -> None:
    text = rb'[{"id": 1, "title": "a \ud83d b \ud83d\ude00 \\ud83d \u0000"}]'
    with served(lambda handler: send(handler, text)) as client:
        assert client.get("any", "/any").data == [{"id": 1, "title": "a ? b \U0001f600 \\ud83d "}]


@pytest.mark.parametrize("body", [b"[" * 100_000, b"[NaN]", b'["\xff"]', b'["\\ud83d', b"9" * 5000 + b"]"])
def test_what_is_no_json_is_a_bad_answer(body: bytes) -> None:
    with served(lambda handler: send(handler, body)) as client, pytest.raises(RequestError, match="not JSON"):
        client.get("any", "/any")


def test_a_message_of_figshares_cannot_command_a_terminal() -> None:
    said = orjson.dumps({"message": "no\x1b]0;owned\x07 \x1b[31msuch\u202e \x9bthing"})
    with served(lambda handler: send(handler, said, 400)) as client, pytest.raises(RequestError) as raised:
        client.get("any", "/any")
    assert str(raised.value).isprintable()
    assert "such thing" in str(raised.value)


def test_an_answer_that_does_not_end_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "LONGEST_ANSWER", 0.02)

    def endless(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Transfer-Encoding", "chunked")
        handler.end_headers()
        try:
            for _ in range(500):
                handler.wfile.write(b"1\r\n \r\n")
                threading.Event().wait(0.01)
        except OSError:
            handler.close_connection = True

    with served(endless) as client, pytest.raises(RequestError, match="did not end its response"):
        client.get("any", "/any")


def test_a_small_answer_that_unpacks_to_a_huge_one_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(responses, "LARGEST_OTHER", 2**20)
    packed = gzip.compress(b" " * 2**25)
    with (
        served(lambda handler: send(handler, packed, Content_Encoding="gzip")) as client,
        pytest.raises(RequestError, match="more than 1 MB"),
    ):
        client.get("any", "/any")


@pytest.mark.parametrize("size", [1000, 160])
@pytest.mark.parametrize("length", [1, 2])
def test_a_cursor_that_leads_in_a_circle_ends(length: int, size: int) -> None:
    numbers = itertools.count()

    def circle(handler: BaseHTTPRequestHandler) -> None:
        number = next(numbers) % length
        page = [{"id": number * 1000 + n} for n in range(size)]
        send(handler, orjson.dumps(page), X_Cursor=f"place-{number}")

    with served(circle) as client, pytest.raises(RequestError, match="again and again"):
        for _ in article_pages(client, {}):
            pass
    assert next(numbers) <= 7


def test_a_listing_that_always_gives_the_same_articles_ends() -> None:
    numbers = itertools.count()

    def same(handler: BaseHTTPRequestHandler) -> None:
        next(numbers)
        send(handler, orjson.dumps([{"id": 5, "published_date": "2024-01-01T00:00:00Z"}]))

    with served(same) as client, pytest.raises(RequestError, match="again and again"):
        for _ in article_pages(client, {}):
            pass
    assert next(numbers) <= 7


@pytest.mark.parametrize("part", ["<header ", "<header>", "<header><x:identifier ", "<header></header><identifier> "])
def test_an_answer_in_xml_that_repeats_itself_is_looked_at_once(part: str) -> None:
    # In a time that grows with its square it would take hours.
    text = b"<OAI-PMH>" + part.encode() * 150_000
    reference = institution_reference("https://figshare.com/articles/dataset/A_title/123456")
    with served(lambda handler: send(handler, text)) as client, pytest.raises(UsageError, match="Figshare "):
        find_institution(client, reference)


def test_the_name_of_a_portal_shows_a_terminal_nothing_to_obey() -> None:
    listed = [{"id": 2, "name": "\x1b[31mUni\u202e\n<b>", "custom_domain": "uni.figshare.com"}]
    with served(lambda handler: send(handler, orjson.dumps(listed))) as client:
        found = find_institution(client, institution_reference("uni"))
    assert str(found).isprintable()
    assert found.institution_name == "\ufffd[31mUni\ufffd <b>"


def test_a_redirect_is_not_followed_with_the_token() -> None:
    asked = []

    def redirect(handler: BaseHTTPRequestHandler) -> None:
        asked.append(handler.path)
        send(handler, b"", 302, Location="http://127.0.0.1:9/account")

    with served(redirect) as client, pytest.raises(RequestError, match="a redirect"):
        client.get("any", "/account")
    assert len(asked) == 1


@pytest.mark.parametrize("token", ["sec ret", "s\u00e9cret", "sec\nret"])
def test_a_token_that_can_be_none_is_not_repeated(token: str) -> None:
    with pytest.raises(UsageError, match="copy it again") as raised:
        FigshareClient(token=token)
    assert token not in str(raised.value)


def test_a_line_break_around_the_token_is_none_of_it(figshare: Sandbox) -> None:
    with FigshareClient(figshare.api_url, token=f" {figshare.token}\n", requests_per_second=0) as client:
        assert isinstance(client.get("institution", "/account/institution").data, dict)


def test_the_warehouse_is_never_published_over(figshare: Sandbox, refreshed: Refreshed, loaded: Path) -> None:
    link = loaded.with_name("link.duckdb")
    link.symlink_to(loaded)
    for published in (loaded, loaded.parent / "." / loaded.name, link):
        with pytest.raises(UsageError, match="name another file for the reports"):
            refreshed(figshare, loaded, publish=True, published=str(published))
        told = CliRunner().invoke(cli, ["publish", "--warehouse", str(loaded), "--published", str(published)])
        assert isinstance(told.exception, UsageError)
    assert count(loaded, "figshare.articles") == 160


def test_a_size_that_is_no_whole_number_is_noted_and_not_cut() -> None:
    drift = Drift()
    details = [{"id": 1, "size": 1.5, "files": [{"id": 7, "size": 2.5}, {"id": 8, "size": 3.0}, {"id": 9, "size": 4}]}]
    tables = article_tables(details, [datetime(2026, 1, 1)], drift)
    assert tables[ARTICLES].column("size").to_pylist() == [None]
    assert tables[TABLES["article_files"]].column("size").to_pylist() == [None, 3, 4]
    assert set(drift.found) == {("articles", "size", "not a bigint"), ("article_files", "size", "not a bigint")}


def test_what_is_written_never_replaces_a_database(loaded: Path) -> None:
    for file in (loaded, loaded.with_name("warehouse_reports.duckdb")):
        before = file.read_bytes()
        for command in (["status"], ["report", "institution"], ["export", "--format", "csv", "authors"]):
            told = CliRunner().invoke(cli, [*command, "--warehouse", str(loaded), "--output", str(file)])
            assert isinstance(told.exception, UsageError), command
        assert file.read_bytes() == before


def test_the_log_is_never_written_into_a_database(figshare: Sandbox, loaded: Path) -> None:
    for file in (loaded, loaded.with_name("warehouse_reports.duckdb"), loaded.with_name("new.duckdb")):
        before = file.read_bytes() if file.exists() else None
        warehouse = loaded.with_name("new.duckdb") if before is None else loaded
        options = ["--institution", "1", "--api-url", figshare.api_url, "--warehouse", str(warehouse)]
        told = CliRunner().invoke(cli, ["refresh", *options, "--log-file", str(file)])
        assert isinstance(told.exception, UsageError), file
        assert (file.read_bytes() if file.exists() else None) == before


def test_ids_go_on_where_a_clock_was_set_back(figshare: Sandbox, refreshed: Refreshed, loaded: Path) -> None:
    named = "select table_name from duckdb_columns() where column_name = 'refresh_id' and schema_name = 'figshare'"
    for (table,) in rows(loaded, named):
        change(loaded, f"update figshare.{table} set refresh_id = '2099' || refresh_id[5:]")
    edited, gone, *_ = figshare.world.public_ids()
    figshare.world.edit(edited, title="Changed")
    figshare.world.withdraw(gone)
    assert refreshed(figshare, loaded).outcome == "done"
    assert rows(loaded, f"select title from reports.articles where article_id = {edited}") == [("Changed",)]
    assert count(loaded, "reports.articles") == 159
    newest = rows(loaded, "select max(refresh_id) from figshare.refreshes where outcome = 'done'")
    assert rows(loaded, "select distinct refresh_id from figshare.listings") == newest


def test_what_was_read_by_a_clock_that_was_ahead_is_asked_for_again(
    figshare: Sandbox, refreshed: Refreshed, loaded: Path
) -> None:
    for table, column in (("articles", "fetched_at"), ("article_checks", "checked_at"), ("listings", "completed_at")):
        change(loaded, f"update figshare.{table} set {column} = {column} + interval 300 days")
    edited = figshare.world.public_ids()[0]
    figshare.world.edit(edited, title="Changed")
    assert refreshed(figshare, loaded).outcome == "done"
    assert rows(loaded, f"select title from reports.articles where article_id = {edited}") == [("Changed",)]


@pytest.mark.parametrize("value", [2**53 + 1, -(2**63), 2**63 - 1, 2**64, str(2**53 + 1)])
def test_a_number_that_can_be_no_size_is_noted_and_spoils_no_sum(value: object) -> None:
    drift = Drift()
    details: list[Any] = [{"id": 1, "size": value}, {"id": 2, "size": 2**53}]
    read = article_tables(details, [datetime(2026, 1, 1)] * 2, drift)[ARTICLES]
    assert read["size"].to_pylist() == [None, 2**53]
    assert [(key, entry[1:]) for key, entry in drift.found.items()] == [(("articles", "size", "not a bigint"), [1, 1])]


def test_what_is_nested_too_deep_to_be_written_is_noted() -> None:
    deep: Any = "x"
    for _ in range(400):
        deep = [deep]
    drift = Drift()
    fields = [{"name": "deep", "value": deep}, {"name": "plain", "value": ["y"]}]
    details = [{"id": 1, "title": deep, "custom_fields": fields}]
    tables = article_tables(details, [datetime(2026, 1, 1)], drift)
    assert tables[ARTICLES]["title"].to_pylist() == [None]
    assert tables[TABLES["article_custom_fields"]]["value"].to_pylist() == [None, '["y"]']
    assert {field for _, field, _ in drift.found} == {"title", "value"}


def test_a_file_whose_id_is_none_spoils_no_other_article() -> None:
    files = [{"id": [number], "name": "f"} for number in range(10)]

    def answer(handler: BaseHTTPRequestHandler) -> None:
        shown = files if "/files" in handler.path else {"id": 1, "title": "Soil", "version": 1, "files": files}
        send(handler, orjson.dumps(shown))

    with served(answer) as client:
        found = read_article(client, Wanted(1))
    assert isinstance(found, Detail)
    assert isinstance(found.record, dict)
    assert found.record["files"] == files


def test_a_version_that_is_told_twice_is_one_row() -> None:
    versions = [{"version": 1, "url": "a"}, {"version": 2, "url": "b"}, {"version": 2, "url": "c"}]
    batch = Batch([Detail(Wanted(1), {"id": 1}, datetime(2026, 1, 1), versions)])
    drift = Drift()
    read = batch_tables(batch, drift)[ARTICLE_VERSIONS]
    assert read.select(["version", "url"]).to_pylist() == [{"version": 1, "url": "a"}, {"version": 2, "url": "c"}]
    assert drift.found == {("article_versions", "version", "given twice"): ["number", 1, 1]}


@pytest.mark.parametrize("with_length", [True, False])
def test_an_answer_that_trickles_in_is_cut_off(monkeypatch: pytest.MonkeyPatch, with_length: bool) -> None:
    monkeypatch.setattr(connections, "LONGEST_ANSWER", 0.02)
    sent = 0

    def trickle(handler: BaseHTTPRequestHandler) -> None:
        nonlocal sent
        handler.send_response(200)
        if with_length:
            handler.send_header("Content-Length", "500")
        handler.end_headers()
        handler.close_connection = True
        try:
            for sent in range(500):  # noqa: B007
                handler.wfile.write(b" ")
                threading.Event().wait(0.01)
        except OSError:
            pass

    with served(trickle) as client, pytest.raises(RequestError, match="did not end its response"):
        client.get("any", "/any")
    assert sent < 400


def test_a_secret_that_is_repeated_is_blotted_out() -> None:
    def repeat(handler: BaseHTTPRequestHandler) -> None:
        send(handler, orjson.dumps({"message": f"Invalid header {handler.headers['Authorization']}"}), 400)

    with served(repeat) as client:
        asking = FigshareClient(client.api_url, token="5ecret\n", requests_per_second=0, max_tries=1)
        with asking, pytest.raises(RequestError) as raised:
            asking.get("groups", "/account/institution/groups")
    assert "Invalid header token ***" in str(raised.value)


def test_publications_of_the_year_one_are_listed() -> None:
    first = orjson.dumps([{"id": number, "published_date": "0001-01-01T00:00:00Z"} for number in range(1, 1001)])
    with served(lambda handler: send(handler, b"[]" if "since" in handler.path else first)) as client:
        assert len(next(iter(article_pages(client, {})))) == 1000
        assert sum(map(len, article_pages(client, {}))) == 1000


@pytest.mark.parametrize("name", ["TOKEN", "SOURCES__TOKEN", "INSTITUTION", "SOURCES__MAX_REQUESTS"])
def test_another_programs_variables_are_none_of_ours(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "42")
    settings = resolve_settings({})
    assert (settings.token, settings.institution, settings.max_requests) == (None, None, None)
    assert os.environ[name] == "42"


@pytest.mark.parametrize(
    "options",
    [
        *(["--article-max-age", age] for age in ("nan", "inf", "90", "-1d", "1e9d", "90 days", "")),
        ["--max-minutes", "nan"],
        ["--usage-max-age", f"{10**12}d"],
        ["--search", "a=foo bar", "--search", "a=baz qux"],
        ["--warehouse", f"{'x' * 200}.duckdb"],
        ["--warehouse", "a?b.duckdb"],
        ["--warehouse", "pg_catalog.duckdb"],
        ["--warehouse", "figshare_warehouse_published.duckdb"],
        ["--requests-per-second", "1e-300"],
    ],
)
def test_what_cannot_be_is_refused_before_anything_is_asked(
    figshare: Sandbox, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, options: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    arguments = ["refresh", "--institution", "1", "--api-url", figshare.api_url, "--requests-per-second", "0", *options]
    told = CliRunner().invoke(cli, arguments)
    assert isinstance(told.exception, UsageError) or told.exit_code == 2
    assert not figshare.requests
    assert not list(tmp_path.glob("*.duckdb"))


@pytest.mark.parametrize(
    ("name", "most"),
    [
        ("chunk_articles", 1_000_000),
        ("usage_days", 100_000),
        *((name, 100_000) for name, limit in sorted(LIMITS.items()) if limit.is_age),
    ],
)
def test_as_many_days_as_can_be_reckoned_with_are_taken_and_no_more(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str, most: int
) -> None:
    asked = ["plan", "--institution", "1", "--usage", "days", "--warehouse", str(tmp_path / "none.duckdb")]
    unit = "d" if LIMITS[name].is_age else ""
    monkeypatch.setenv(f"SOURCES__FIGSHARE__{name.upper()}", f"{most}{unit}")
    assert CliRunner().invoke(cli, asked, catch_exceptions=False).exit_code == 0
    monkeypatch.setenv(f"SOURCES__FIGSHARE__{name.upper()}", f"{most + 1}{unit}")
    told = CliRunner().invoke(cli, asked)
    assert isinstance(told.exception, UsageError)
    assert f"{name} must be from" in str(told.exception)
    assert f" to {most:,}{unit}, not {most + 1:,}" in str(told.exception)


def test_a_figshare_that_is_not_there_is_a_failure_and_binds_to_nothing(
    figshare: Sandbox, refreshed: Refreshed, tmp_path: Path
) -> None:
    warehouse = tmp_path / "warehouse.duckdb"
    outcome = refreshed(figshare, warehouse, api_url="https://localhost:9/v2", token="", max_tries=1, publish=True)
    assert outcome.outcome == "failed"
    assert "Nothing could be read" in str(outcome.error)
    assert not (tmp_path / "warehouse_reports.duckdb").exists()
    change(warehouse, "update figshare.refreshes set api_url = 'https://elsewhere.example/v2'")
    assert refreshed(figshare, warehouse).outcome == "done"
