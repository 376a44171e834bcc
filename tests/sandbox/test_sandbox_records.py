from __future__ import annotations

import gzip
from pathlib import Path

import orjson
import pytest
from click.testing import CliRunner

from figshare_sandbox import Sandbox, World
from figshare_warehouse.cli import cli
from figshare_warehouse.errors import FigshareWarehouseError
from tests.sandbox.sandbox_client import TODAY, Client

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


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ('[{"id": 5}]', "line 1 is an array; write one article detail on each line"),
        ('[\n  {"id": 5}\n]', "line 1 is not JSON; write one article detail on each line"),
        ('{"id": 5}\n\nnot json\n', "line 3 is not JSON"),
        ('{"id": 5}\n{"title": "x"}\n', "line 2 has no id"),
        ('{"id": "5"}\n', "line 1 has an id that is not a whole number"),
        ('{"id": 5}\n5\n', "line 2 is not an article detail"),
        ('{"id": 5}\n{"id": 6}\n{"id": 5}\n', "line 3 has the id 5, and so has a line before it"),
        ('{"id": 5, "timeline": "soon"}\n', "line 1 has something else in timeline than articles have there"),
        ('{"id": 5, "categories": [{"title": "x"}]}\n', "line 1 has a category without an id"),
    ],
)
def test_records_that_cannot_be_served_are_one_sentence_with_the_line(tmp_path: Path, lines: str, said: str) -> None:
    path = tmp_path / "records.ndjson"
    path.write_text(lines, encoding="utf-8")
    result = CliRunner().invoke(cli, ["sandbox", "--port", "0", "--records", str(path)])
    assert isinstance(result.exception, FigshareWarehouseError)
    assert str(result.exception).startswith(f"{path} cannot be served: {said}")


def test_half_a_character_in_records_is_served_as_a_question_mark(tmp_path: Path) -> None:
    path = tmp_path / "records.ndjson"
    path.write_text('{"id": 5, "title": "\\ud83d half"}\n', encoding="utf-8")
    with Sandbox(records=path, today=TODAY) as sandbox:
        client = Client(sandbox)
        assert client.get("/articles/5").json()["title"] == "? half"
        client.session.close()
