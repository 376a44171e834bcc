from __future__ import annotations

import gzip
from pathlib import Path

import orjson
import pytest
from sandbox_client import TODAY, Client

from pipelines.sandbox import Sandbox, World

SHARED = Path(__file__).parents[3] / "shared" / "figshare-records" / "software-2023.ndjson.gz"
RECORDS = [
    {"id": 11, "title": "One", "doi": "", "group_id": None, "published_date": "2023-01-02T03:04:05Z", "timeline": {},
     "authors": [{"id": 1, "full_name": "A", "orcid_id": ""}], "tags": ["x", "x"], "project_id": 5, "defined_type": 9,
     "defined_type_name": "software", "resource_title": "", "resource_doi": ""},
    {"id": 12, "title": "Two", "doi": "10.5072/x", "group_id": 77, "published_date": None, "timeline": {},
     "defined_type": 9, "defined_type_name": "software", "project_id": None},
]  # fmt: skip


@pytest.mark.parametrize("name", ["records.ndjson", "records.ndjson.gz"])
def test_records_are_served_as_they_are(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    lines = b"\n".join(orjson.dumps(r) for r in RECORDS) + b"\n\n"
    path.write_bytes(gzip.compress(lines) if name.endswith("gz") else lines)
    with Sandbox(records=path, today=TODAY) as sandbox:
        client = Client(sandbox)
        for record in RECORDS:
            detail = client.get(f"/articles/{record['id']}").json()
            assert detail == {k: v for k, v in record.items() if k != "project_id"}
        listed = {r["id"]: r for r in client.get("/articles", institution=sandbox.institution_id).json()}
        assert listed[11]["group_id"] is None
        assert "handle" not in listed[11]
        assert "project_id" not in listed[11]
        assert {r["id"]: r["project_id"] for r in client.search("software").json()} == {11: 5, 12: None}
        assert [r["id"] for r in client.get("/articles").json()] == [11, 12]
        assert [r["id"] for r in client.get("/articles", published_since="2000-01-01").json()] == [11]
        groups = client.get("/account/institution/groups", token=True).json()
        assert [g["id"] for g in groups] == [77, sandbox.world.top_group_id] or 77 in {g["id"] for g in groups}
        world = sandbox.world
        assert world.expected_counts()["tags"] == 2
        assert "modified_date" not in world.detail(world.edit(11, title="New"))
        assert {r["id"] for r in client.get("/articles", modified_since="2026-06-30").json()} == {11}
        assert world.publish()[0] not in {11, 12}
        client.session.close()


@pytest.mark.skipif(not SHARED.exists(), reason="../shared/figshare-records is not here")
def test_real_records() -> None:
    world = World(records=SHARED, today=TODAY)
    counts = world.expected_counts()
    expected = {
        "articles": 4974,
        "authors": 9230,
        "article_categories": 9585,
        "files": 13425,
        "funding": 1332,
        "tags": 23798,
    }
    assert {name: counts[name] for name in expected} == expected
    with Sandbox(world=world) as sandbox:
        client = Client(sandbox)
        found: list[int] = []
        answer = client.get("/articles", institution=sandbox.institution_id, page_size=1000)
        while answer.json():
            found += [r["id"] for r in answer.json()]
            cursor = answer.headers["X-Cursor"]
            answer = client.get("/articles", cursor=cursor, institution=sandbox.institution_id, page_size=1000)
        assert len(found) == len(set(found)) == 4974
        assert found[-1] == 21026773  # the one without a date
        for number in (22327882, 5471770):
            detail = client.get(f"/articles/{number}").json()
            assert not {"authors", "files", "tags", "citation"} & detail.keys()
            assert client.get(f"/articles/{number}/files").json() == []
        assert client.stats(f"/total/views/article/{found[0]}").json()["totals"] >= 0
        client.session.close()
