"""A refresh brings everything, once, whatever goes wrong on the way."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner

from figshare_sandbox import Fault, Sandbox
from figshare_warehouse.cli import cli
from figshare_warehouse.errors import FigshareWarehouseError, LockedError, RefusedError, UsageError
from figshare_warehouse.version import is_newer
from figshare_warehouse.warehouse import store
from tests.support import LISTED, ROOT, SHARED, TODAY, Refreshed, change, contents, count, rows, start_refresh

OF_ARTICLES = ("authors", "tags", "files", "funding", "references", "related_materials", "custom_fields")
TABLE_OF = {name: f"article_{name}" for name in OF_ARTICLES}


@pytest.mark.dlt
def test_a_first_refresh_brings_everything_that_is_public(
    figshare: Sandbox, refreshed: Refreshed, tmp_path: Path
) -> None:
    warehouse = tmp_path / "warehouse.duckdb"
    outcome = refreshed(figshare, warehouse)
    assert outcome.outcome == "done"
    for name, expected in figshare.world.expected_counts().items():
        assert count(warehouse, f"figshare.{TABLE_OF.get(name, name)}") == expected, name
    assert count(warehouse, "reports.articles") == len(figshare.world.public_ids())
    assert outcome.drift == []


def test_one_institution_asks_for_each_thing_once(figshare: Sandbox, refreshed: Refreshed, tmp_path: Path) -> None:
    outcome = refreshed(figshare, tmp_path / "warehouse.duckdb")
    with_more_files = sum(
        len(figshare.world.detail(article_id).get("files") or ()) >= 10 for article_id in figshare.world.public_ids()
    )
    made = {kind: n.requests for kind, n in outcome.requests_by_kind.items()}
    assert made["article"] == 160
    assert made["listing"] == LISTED["listing"]
    assert with_more_files <= made["files"] <= with_more_files + 1  # one more page for the item with 1,143 files
    assert outcome.requests == len(figshare.requests)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="a console's Ctrl-C cannot be sent to one process there")
@pytest.mark.parametrize("is_slow", [False, True])
def test_ctrl_c_keeps_what_was_read_and_waits_for_no_answer(figshare: Sandbox, tmp_path: Path, is_slow: bool) -> None:
    warehouse = tmp_path / "warehouse.duckdb"
    if is_slow:
        figshare.faults.add(Fault("slow", path=r"/articles/\d+$", after=20, seconds=60))
    process = start_refresh(figshare, warehouse, ["--requests-per-second", "40"])
    deadline = time.monotonic() + 60
    while len(figshare.requests) < 40 and time.monotonic() < deadline and not (is_slow and _hangs(figshare)):
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=30)
    assert process.returncode == 130, errors
    assert "Interrupted" in errors
    assert "Traceback" not in errors
    assert count(warehouse, "figshare.articles") >= 10


def _hangs(figshare: Sandbox) -> bool:
    """Whether the requests under way are the ones that take a minute."""
    before = len(figshare.requests)
    time.sleep(0.3)
    return before > 20 and len(figshare.requests) == before


@pytest.mark.parametrize(
    "fault",
    [
        Fault("status", status=429, path=r"/articles/\d+$", times=2),
        Fault("html", status=200, path=r"/articles/\d+$", times=2),
        Fault("half_body", path=r"/articles/\d+$", times=3),
        Fault("empty_page", path=r"/articles$", times=1),
        *(
            pytest.param(fault, marks=pytest.mark.slow)
            for fault in (
                Fault("status", status=500, path=r"/articles/\d+$", times=3),
                Fault("status", status=503, path=r"/articles$", times=2),
                Fault("html", status=502, path=r"/articles/\d+$", times=3),
                Fault("reset", path=r"/articles/\d+$", times=3),
                Fault("bad_json", path=r"/categories$", times=2),
            )
        ),
    ],
    ids=lambda fault: f"{fault.kind}-{fault.status}",
)
def test_a_passing_fault_changes_nothing(figshare: Sandbox, refreshed: Refreshed, tmp_path: Path, fault: Fault) -> None:
    figshare.faults.add(fault)
    warehouse = tmp_path / "warehouse.duckdb"
    outcome = refreshed(figshare, warehouse)
    assert outcome.outcome == "done"
    assert count(warehouse, "figshare.articles") == 160


def test_what_fails_for_good_is_set_aside_and_tried_again(
    figshare: Sandbox, refreshed: Refreshed, tmp_path: Path
) -> None:
    warehouse = tmp_path / "warehouse.duckdb"
    bad = figshare.world.public_ids()[10]
    figshare.faults.add(Fault("status", status=500, path=rf"/articles/{bad}$"))
    outcome = refreshed(figshare, warehouse, max_tries=2)
    assert outcome.outcome == "incomplete"
    assert [failure["article_id"] for failure in outcome.failures] == [bad]
    assert count(warehouse, "figshare.articles") == 159
    assert count(warehouse, "figshare.failed_requests") == 1
    figshare.faults.clear()
    assert refreshed(figshare, warehouse).requests_by_kind["article"].requests == 1
    assert count(warehouse, "figshare.articles") == 160


@pytest.mark.slow
def test_a_limit_of_requests_stops_cleanly_and_the_next_run_goes_on(
    figshare: Sandbox, refreshed: Refreshed, tmp_path: Path
) -> None:
    warehouse = tmp_path / "warehouse.duckdb"
    outcome = refreshed(figshare, warehouse, max_requests=80)
    assert outcome.outcome == "stopped"
    assert outcome.error is not None
    assert outcome.error.exit_code == 4
    assert len(figshare.requests) == 80
    kept = count(warehouse, "figshare.articles")
    assert kept >= 40
    assert refreshed(figshare, warehouse).articles_loaded == 160 - kept
    fresh = tmp_path / "fresh.duckdb"
    refreshed(figshare, fresh)
    assert contents(warehouse) == contents(fresh)


def test_a_broken_listing_loses_nothing(figshare: Sandbox, refreshed: Refreshed, tmp_path: Path) -> None:
    warehouse = tmp_path / "warehouse.duckdb"
    refreshed(figshare, warehouse)
    figshare.faults.add(Fault("status", status=500, path=r"/v2/articles$"))
    outcome = refreshed(figshare, warehouse, max_tries=2)
    assert outcome.outcome == "incomplete"
    assert count(warehouse, "reports.articles") == 160


def test_unknown_and_changed_fields_are_noted_and_the_rest_is_loaded(
    figshare: Sandbox, refreshed: Refreshed, tmp_path: Path
) -> None:
    figshare.faults.add(Fault("unknown_field", name="impact", value=3, path=r"/articles/\d+$"))
    figshare.faults.add(Fault("changed_type", field="size", value={"bytes": 1}, path=r"/articles/\d+$", times=1))
    warehouse = tmp_path / "warehouse.duckdb"
    outcome = refreshed(figshare, warehouse)
    assert outcome.outcome == "done"
    noted = {(row["field"], row["problem"], row["example"]) for row in outcome.drift}
    assert noted == {("impact", "unknown field", "number"), ("size", "not a bigint", "object")}
    assert count(warehouse, "figshare.articles") == 160


def test_a_refused_token_stops_at_once(figshare: Sandbox, refreshed: Refreshed, tmp_path: Path) -> None:
    outcome = refreshed(figshare, tmp_path / "warehouse.duckdb", token="wrong-token")
    assert isinstance(outcome.error, RefusedError)
    assert outcome.error.exit_code == 6
    assert "wrong-token" not in str(outcome.error)
    assert "article" not in outcome.requests_by_kind


def test_without_a_token_everything_public_is_there(figshare: Sandbox, refreshed: Refreshed, tmp_path: Path) -> None:
    warehouse = tmp_path / "warehouse.duckdb"
    assert refreshed(figshare, warehouse, token="").outcome == "done"
    assert count(warehouse, "figshare.groups") == 0
    assert count(warehouse, "reports.articles") == 160


def test_the_token_is_nowhere_in_the_files(figshare: Sandbox, refreshed: Refreshed, tmp_path: Path) -> None:
    refreshed(figshare, tmp_path / "warehouse.duckdb")
    for path in tmp_path.rglob("*"):
        assert path.is_dir() or figshare.token.encode() not in path.read_bytes(), path


def test_a_second_refresh_is_told_who_holds_the_lock(figshare: Sandbox, refreshed: Refreshed, tmp_path: Path) -> None:
    warehouse = tmp_path / "warehouse.duckdb"
    with store.locked(warehouse), pytest.raises(LockedError, match=f"process {os.getpid()}, since"):
        refreshed(figshare, warehouse)


def test_a_reader_in_the_way_is_one_sentence(figshare: Sandbox, refreshed: Refreshed, tmp_path: Path) -> None:
    warehouse = tmp_path / "warehouse.duckdb"
    refreshed(figshare, warehouse)
    held = "import duckdb, sys, time; c = duckdb.connect(sys.argv[1], read_only=True); print(1, flush=True)"
    held += "; time.sleep(60)"
    reader = subprocess.Popen([sys.executable, "-c", held, str(warehouse)], stdout=subprocess.PIPE)
    try:
        assert reader.stdout is not None
        reader.stdout.readline()
        with pytest.raises(LockedError, match="Another program has"):
            refreshed(figshare, warehouse)
    finally:
        reader.kill()
        reader.communicate()


@pytest.mark.parametrize("name", ["figshare.duckdb", "reports.duckdb", "Staging.db", "figshare_staging.db"])
def test_a_name_that_clashes_with_a_schema_is_refused(
    figshare: Sandbox, refreshed: Refreshed, tmp_path: Path, name: str
) -> None:
    with pytest.raises(UsageError, match="confuse"):
        refreshed(figshare, tmp_path / name)


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason='Windows takes no " in names')
def test_any_other_name_works(refreshed: Refreshed, tmp_path: Path) -> None:
    folder = tmp_path / 'it\'s 100% %d "odd"'
    folder.mkdir()
    warehouse, published = folder / "it's\n100% %s.duckdb", folder / 'it\'s "100%".duckdb'
    with Sandbox(items=5, today=TODAY) as figshare:
        assert refreshed(figshare, warehouse, publish=True, published=str(published)).outcome == "done"
    assert count(warehouse, "figshare.articles") == count(published, "reports.articles") == 5
    names = {warehouse.name, published.name}
    assert {path.name for path in folder.iterdir()} == names


def test_two_figshares_never_meet_in_one_warehouse(figshare: Sandbox, refreshed: Refreshed, tmp_path: Path) -> None:
    warehouse = tmp_path / "warehouse.duckdb"
    refreshed(figshare, warehouse)
    with pytest.raises(UsageError, match="collide"):
        refreshed(figshare, warehouse, api_url="https://figshare.example/v2", token="")
    assert refreshed(figshare, warehouse).outcome == "done"


def test_a_warehouse_of_a_newer_version_is_left_alone(figshare: Sandbox, refreshed: Refreshed, loaded: Path) -> None:
    change(loaded, "update figshare.refreshes set package_version = '99.1.0'")
    with pytest.raises(FigshareWarehouseError, match=r"made by figshare-warehouse 99\.1\.0.*pip install -U"):
        refreshed(figshare, loaded)
    assert not figshare.requests
    for command in (["views", "build"], ["publish"]):
        told = CliRunner().invoke(cli, [*command, "--warehouse", str(loaded)])
        assert isinstance(told.exception, FigshareWarehouseError), command
        assert "made by figshare-warehouse 99.1.0" in str(told.exception)


@pytest.mark.parametrize(("other", "expected"), [("99.1.0", True), ("0.0.1", False), ("of my own", False), ("", False)])
def test_which_version_is_newer(other: str, expected: bool) -> None:
    assert is_newer(other) is expected


def test_a_lock_that_a_dead_process_left_is_no_lock(figshare: Sandbox, refreshed: Refreshed, loaded: Path) -> None:
    (loaded.parent / "warehouse.duckdb.lock").write_text("")
    (loaded.parent / "warehouse.duckdb.lock.txt").write_text("process 1, since 2020-01-01 00:00:00 UTC")
    assert refreshed(figshare, loaded).outcome == "done"


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="needs a folder that nobody can write to")
def test_a_folder_that_cannot_be_written_is_one_sentence(figshare: Sandbox, refreshed: Refreshed) -> None:
    # Root may write anywhere but here.
    with pytest.raises(FigshareWarehouseError, match=r"cannot be written.*--warehouse"):
        refreshed(figshare, Path("/proc/self/warehouse.duckdb"))


FULL = """
import resource, sys
# No file can grow beyond this, as on a disk that is full.
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), resource.getrlimit(resource.RLIMIT_FSIZE)[1]))
from figshare_warehouse.cli import main
main(sys.argv[2:])
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit of file sizes")
@pytest.mark.parametrize("size", [8192])
def test_a_full_disk_is_one_sentence_and_loses_nothing(
    figshare: Sandbox, refreshed: Refreshed, loaded: Path, size: int
) -> None:
    warehouse = loaded.with_name("full.duckdb")
    arguments = ["refresh", "--institution", str(figshare.institution_id), "--api-url", figshare.api_url]
    arguments += ["--requests-per-second", "0", "--usage", "none", "--warehouse", str(warehouse)]
    done = subprocess.run(
        [sys.executable, "-c", FULL, str(size), *arguments], cwd=ROOT, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 1, done.stderr
    assert done.stderr.startswith("Error: The disk is full")
    assert len(done.stderr.splitlines()) == 1
    assert refreshed(figshare, warehouse).outcome == "done"
    assert contents(warehouse) == contents(loaded)


INTERRUPTED = """
import json, pathlib, signal, sys
from figshare_warehouse.refresh import refresh
from figshare_warehouse.configuration import resolve_settings

class Told:
    is_shown = True
    def step(self, text):
        if text == "Building the views":
            signal.raise_signal(signal.SIGINT)
    def expect(self, requests, is_sure):
        pass
    def requests(self, made):
        pass

outcome = refresh(resolve_settings(json.loads(sys.argv[1])), pathlib.Path(sys.argv[2]), Told())
print(outcome.outcome, outcome.error.exit_code, outcome.articles_loaded)
"""


@pytest.mark.slow
def test_ctrl_c_while_the_views_are_built_ends_there(figshare: Sandbox, refreshed: Refreshed, loaded: Path) -> None:
    figshare.world.edit(figshare.world.public_ids()[0], title="Other")
    given = {"institution": figshare.institution_id, "api_url": figshare.api_url, "token": figshare.token}
    given |= {"requests_per_second": 0.0, "usage": ["none"]}
    done = subprocess.run(
        [sys.executable, "-c", INTERRUPTED, json.dumps(given), str(loaded)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.stdout.split() == ["stopped", "130", "1"], done.stderr
    last = "select outcome from figshare.refreshes order by refresh_id desc limit 1"
    assert rows(loaded, last) == [("stopped",)]
    assert "article" not in refreshed(figshare, loaded).requests_by_kind


def test_a_damaged_file_is_left_alone(figshare: Sandbox, refreshed: Refreshed, loaded: Path) -> None:
    content = bytearray(loaded.read_bytes())
    content[12:20] = (9999).to_bytes(8, "little")
    loaded.write_bytes(content)
    with pytest.raises(FigshareWarehouseError, match=r"is damaged \(.*Corrupt.*restore it from a backup"):
        refreshed(figshare, loaded)
    assert loaded.read_bytes() == content


def test_a_file_that_is_no_database_is_left_alone(figshare: Sandbox, refreshed: Refreshed, tmp_path: Path) -> None:
    warehouse = tmp_path / "notes.duckdb"
    warehouse.write_text("not a database, but somebody's" * 500)
    with pytest.raises(Exception, match="not a DuckDB file"):
        refreshed(figshare, warehouse)
    assert warehouse.read_text().startswith("not a database")


def test_nothing_is_kept_in_the_home_folder(figshare: Sandbox, refreshed: Refreshed, tmp_path: Path) -> None:
    refreshed(figshare, tmp_path / "warehouse.duckdb")
    assert not (tmp_path / "home").exists()
    assert {path.name for path in tmp_path.iterdir()} <= {*("warehouse.duckdb", "warehouse_reports.duckdb")}


def test_only_the_groups_asked_for(figshare: Sandbox, refreshed: Refreshed, tmp_path: Path) -> None:
    warehouse = tmp_path / "warehouse.duckdb"
    groups = [figshare.world.detail(article_id)["group_id"] for article_id in figshare.world.public_ids()]
    wanted = max({group for group in groups if group}, key=groups.count)
    refreshed(figshare, warehouse, groups=[wanted])
    assert count(warehouse, "reports.articles") == groups.count(wanted)


@pytest.mark.slow
@pytest.mark.parametrize("has_cursor", [True, False])
def test_more_than_the_offset_limit(refreshed: Refreshed, tmp_path: Path, has_cursor: bool) -> None:
    from figshare_warehouse.sources.figshare.client import FigshareClient
    from figshare_warehouse.sources.figshare.paging import article_pages

    with Sandbox(items=9500, seed=2, today=TODAY) as sandbox:
        sandbox.world.cursor_supported = has_cursor
        with FigshareClient(sandbox.api_url, requests_per_second=0) as client:
            pages = list(article_pages(client, {"institution": sandbox.institution_id}))
        assert {record["id"] for page in pages for record in page} == set(sandbox.world.public_ids())
        assert client.request_count <= 11


@pytest.mark.slow
@pytest.mark.skipif(not SHARED.is_dir(), reason="needs the real records in ../shared")
def test_real_records(refreshed: Refreshed, tmp_path: Path) -> None:
    warehouse = tmp_path / "warehouse.duckdb"
    with Sandbox(records=SHARED / "figshare-records" / "software-2023.ndjson.gz", today=TODAY) as sandbox:
        outcome = refreshed(sandbox, warehouse)
    assert outcome.outcome == "done"
    assert count(warehouse, "figshare.articles") == 4974
    assert count(warehouse, "figshare.article_authors") == 9230
    assert count(warehouse, "figshare.article_categories") == 9585
    assert count(warehouse, "figshare.article_files") == 13425
    assert count(warehouse, "figshare.article_funding") == 1332
    assert count(warehouse, "figshare.article_tags") == 23798
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        whole = connection.execute(
            "select count(*) from figshare.articles where article_id in (22327882, 5471770) and author_count is null"
        ).fetchone()
        name = connection.execute(
            "select full_name from figshare.article_authors where author_id = 12959306"
        ).fetchone()
    assert outcome.failed_data_tests == []
    assert whole == (2,)
    assert name == ("Natã Rahhal",)
