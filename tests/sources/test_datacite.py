"""DataCite's responses, as captured ones look, and what is wrong with some; the source in somebody's pipeline."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

import dlt
import pytest

from figshare_sandbox import Fault, Sandbox
from figshare_warehouse.errors import UsageError
from figshare_warehouse.sources.datacite import datacite_source
from figshare_warehouse.sources.datacite.client import FAILURES_BEFORE_GIVING_UP, DataciteClient
from figshare_warehouse.sources.datacite.dois import doi_count, doi_pages, dois_table, in_requests, named_dois
from figshare_warehouse.sources.datacite.events import doi_in, read_citations
from figshare_warehouse.sources.datacite.handles import read_handle
from figshare_warehouse.sources.figshare.records.drift import Drift
from figshare_warehouse.sources.http.errors import OutageError, RequestError
from tests.hostile import send, served

PREFIX = "10.5072"
# A page with all attributes, as the server gives it where it ignores `fields`.
RECORD: dict[str, Any] = {
    "id": "10.5072/faber.1000411.v1",
    "type": "dois",
    "attributes": {
        "doi": "10.5072/Faber.1000411.v1",
        "creators": [{"name": "Brindlemoor, Maren", "affiliation": [], "nameIdentifiers": []}],
        "titles": [{"title": "Clinical survey imaging of rural alloy"}],
        "publisher": "Faber University",
        "relatedIdentifiers": [{"relationType": "IsIdenticalTo", "relatedIdentifier": "10.5072/faber.1000411"}],
        "version": None,
        "url": "https://faber.figshare.com/articles/dataset/Clinical_survey/1000411/1",
        "state": "findable",
        "viewCount": 0,
        "downloadCount": 0,
        "referenceCount": 1,
        "citationCount": 4,
        "created": "2015-11-24T22:22:47.000Z",
        "registered": "2015-11-24T22:22:48Z",
        "published": None,
        "updated": "2021-09-16T01:14:15Z",
    },
    "relationships": {"client": {"data": {"id": "BL.FABER", "type": "clients"}}},
}


@contextmanager
def serving(body: Any, status: int = 200) -> Iterator[str]:
    """The address of a server that always answers so."""
    content = json.dumps(body).encode()
    with served(lambda handler: send(handler, content, status)) as figshare:
        yield figshare.api_url


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(items=20, seed=5, today=date(2026, 6, 30)) as sandbox:
        yield sandbox


@pytest.fixture
def client(sandbox: Sandbox) -> Iterator[DataciteClient]:
    client = client_of(sandbox.datacite_url)
    yield client
    client.close()
    sandbox.faults.clear()


def client_of(url: str, **options: Any) -> DataciteClient:
    return DataciteClient(url, requests_per_second=0, retry_wait_seconds=0.001, **{"max_tries": 2, **options})


def test_a_page_as_the_server_gives_it() -> None:
    with serving(body={"data": [RECORD], "meta": {"total": 1, "totalPages": 1}, "links": {}}) as url:
        [page] = doi_pages(client_of(url), [PREFIX])
    drift = Drift()
    [row] = dois_table(page.records, drift, "r", datetime(2026, 1, 1)).to_pylist()
    assert drift.rows("r") == []
    assert row == {
        "doi": "10.5072/faber.1000411.v1",
        "prefix": PREFIX,
        "client_id": "bl.faber",
        "state": "findable",
        "url": "https://faber.figshare.com/articles/dataset/Clinical_survey/1000411/1",
        "created_at": datetime(2015, 11, 24, 22, 22, 47),
        "registered_at": datetime(2015, 11, 24, 22, 22, 48),
        "updated_at": datetime(2021, 9, 16, 1, 14, 15),
        "citation_count": 4,
        "reference_count": 1,
        "view_count": 0,
        "download_count": 0,
        "missing_since": None,
        "seen_at": datetime(2026, 1, 1),
        "refresh_id": "r",
    }


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"data": {}, "meta": {"total": 1}}, "something that is not a list with its total"),
        ({"data": []}, "something that is not a list with its total"),
        ([], "something that is not a list with its total"),
        ({"data": [RECORD], "meta": {"total": 2}, "links": {}}, "answered with 1 of 2 DOIs"),
        (
            {"data": [RECORD], "meta": {"total": 2}, "links": {"next": "https://x/?page%5Bcursor%5D=1"}},
            "no further one",
        ),
        ({"data": [RECORD], "meta": {"total": 2}, "links": {"next": "https://x/"}}, "no further one"),
    ],
)
def test_a_page_that_cannot_be_used(body: Any, said: str) -> None:
    with serving(body=body) as url, pytest.raises(RequestError, match=said):
        list(doi_pages(client_of(url), [PREFIX]))


def test_records_that_are_none_are_left_out() -> None:
    odd = [None, {}, {"attributes": None}, {"attributes": {"doi": 5}}, {"id": "x", "attributes": {}}]
    with serving(body={"data": [*odd, RECORD], "meta": {"total": 1}, "links": {}}) as url:
        [page] = doi_pages(client_of(url), [PREFIX])
    assert [record["doi"] for record in page.records] == ["10.5072/faber.1000411.v1"]


def test_the_words_of_an_error() -> None:
    errors: dict[str, Any] = {"errors": {"title": 'parse_exception: Encountered "<EOF>" at line 1,\n column 17.'}}
    with serving(errors, 400) as url, pytest.raises(RequestError, match=r"400: 'parse_exception: Enc.* 17"):
        doi_count(client_of(url), [PREFIX])
    errors = {"errors": [{"status": "404", "title": "The resource you are looking for doesn't exist."}]}
    with serving(errors, 404) as url, pytest.raises(RequestError, match="404: 'The resource"):
        doi_count(client_of(url), [PREFIX])


def test_pages_changes_names_and_counts(sandbox: Sandbox, client: DataciteClient) -> None:
    registry = sandbox.world.registry
    truth = {one.doi for one in registry.findable()}
    assert {record["doi"] for page in doi_pages(client, [PREFIX]) for record in page.records} == truth
    assert doi_count(client, [PREFIX]) == len(truth)
    assert doi_count(client, ["10.1"]) == 0
    since = datetime(2026, 1, 1)
    changed = {record["doi"] for page in doi_pages(client, [PREFIX], since) for record in page.records}
    assert changed == {one.doi for one in registry.findable() if one.updated >= since}
    named = [*sorted(truth)[:3], "10.5072/none"]
    assert sorted(record["doi"] for record in named_dois(client, named)) == named[:3]
    cited = [doi for doi in sorted(truth) if registry.citing(doi)]
    found = read_citations(client, cited)
    assert {(one.cited_doi, one.citing_doi) for one in found} == {(d, w) for d in cited for w in registry.citing(d)}
    assert read_handle(client, named[0]).url == registry.records()[named[0]].url
    assert not read_handle(client, "10.5072/none").is_registered


@pytest.mark.slow
def test_ten_thousand_five_hundred_dois_are_read_by_cursor() -> None:
    with Sandbox(items=3, seed=5, today=date(2026, 6, 30)) as sandbox:
        registry = sandbox.world.registry
        for number in range(10_500):
            registry.register(f"{PREFIX}/others.{number}", f"https://others.example/articles/{number}")
        total = len(registry.findable())
        pages = list(doi_pages(client_of(sandbox.datacite_url), [PREFIX]))
        assert len(pages) == total // 1000 + 1
        assert len({record["doi"] for page in pages for record in page.records}) == total


def test_dois_are_named_in_requests_that_are_not_too_long() -> None:
    parts = list(in_requests([*(f"10.5072/{'x' * 100}{number}" for number in range(500)), "10.5072/a,b"]))
    assert sum(map(len, parts)) == 500
    assert max(len(",".join(part)) for part in parts) < 6000
    assert max(map(len, in_requests([f"10.1/{number}" for number in range(400)]))) == 150
    assert list(in_requests([])) == []


def test_it_gives_up_after_some_failures_in_a_row(sandbox: Sandbox, client: DataciteClient) -> None:
    sandbox.faults.add(Fault("status", status=503, path="/datacite/"))
    for _ in range(FAILURES_BEFORE_GIVING_UP):
        with pytest.raises(RequestError, match=r"answered 503.* \(2 tries\)"):
            doi_count(client, [PREFIX])
    with pytest.raises(OutageError, match="DataCite no longer responds"):
        doi_count(client, [PREFIX])


@pytest.mark.parametrize(
    ("text", "doi"),
    [
        ("https://doi.org/10.5072/A", "10.5072/a"),
        ("http://dx.doi.org/10.5072/a", "10.5072/a"),
        ("10.5072/a", "10.5072/a"),
        ("https://github.com/a", None),
        (None, None),
        (5, None),
    ],
)
def test_a_doi_in_an_address(text: Any, doi: str | None) -> None:
    assert doi_in(text) == doi


@pytest.mark.slow
@pytest.mark.dlt
def test_the_source_in_a_pipeline(sandbox: Sandbox, client: DataciteClient, tmp_path: Any) -> None:
    with pytest.raises(UsageError, match=r"takes the prefix of DOIs, such as 10.17028, not '10.5072/x'"):
        datacite_source(prefix="10.5072/x")
    pipeline = dlt.pipeline("datacite", destination=dlt.destinations.duckdb(str(tmp_path / "d.duckdb")))
    for _ in range(2):
        pipeline.run(datacite_source(prefix=PREFIX, client=client))
    registry = sandbox.world.registry
    with pipeline.sql_client() as sql:
        assert sql.execute_sql("select count(*) from dois") == [(len(registry.findable()),)]
        pairs = sum(len(registry.citing(one.doi)) for one in registry.findable())
        assert sql.execute_sql("select count(distinct (cited_doi, citing_doi)) from citations") == [(pairs,)]
