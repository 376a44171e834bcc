"""Forgetting an institution: what is left is what a warehouse has that never followed it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from click.testing import CliRunner

from figshare_sandbox import Sandbox
from figshare_sandbox.world.vocabulary import OTHER_INSTITUTION_ID
from figshare_warehouse.cli import cli, main
from figshare_warehouse.cli import forgetting as forgetting_command
from figshare_warehouse.database import statements
from figshare_warehouse.tables import TABLES, schema_of
from figshare_warehouse.warehouse import forgetting, store
from figshare_warehouse.warehouse.publish import working_files
from figshare_warehouse.warehouse.publish.published import Published
from tests.support import TODAY, Refreshed, contents, count, rows

SEARCH = {"data": "data"}
ITEMS = ["author:5000"]


@pytest.fixture(scope="module")
def small() -> Iterator[Sandbox]:
    with Sandbox(items=40, seed=3, today=TODAY) as sandbox:
        yield sandbox


@pytest.fixture
def both(small: Sandbox, refreshed: Refreshed, tmp_path: Path) -> Path:
    """A warehouse of the sandbox's institution and a search that finds some of its articles and others."""
    warehouse = tmp_path / "both.duckdb"
    names = tmp_path / "names.csv"
    names.write_text("group_id,name\n31007,Physics\n", encoding="utf-8")
    given: dict[str, Any] = {"institution_name": "Mine", "group_names": str(names), "usage_items": ITEMS}
    assert refreshed(small, warehouse, usage=["months"], **given).outcome == "done"
    more = {"searches": SEARCH, "token": None, "usage": ["months"], "usage_items": ITEMS}
    outcome = refreshed(small, warehouse, publish=True, **more)
    assert outcome.outcome == "done"
    return warehouse


def _forget(warehouse: Path, *options: str) -> Any:
    return CliRunner().invoke(cli, ["forget", "--warehouse", str(warehouse), *options], catch_exceptions=False)


def _alone(small: Sandbox, refreshed: Refreshed, warehouse: Path, **given: Any) -> Path:
    given = {"institution": None, "token": None, "usage": ["months"], "usage_items": ITEMS, **given}
    assert refreshed(small, warehouse, **given).outcome == "done"
    return warehouse


@pytest.mark.slow
def test_what_is_left_equals_a_warehouse_that_never_had_it(
    small: Sandbox, refreshed: Refreshed, both: Path, tmp_path: Path
) -> None:
    fresh = _alone(small, refreshed, tmp_path / "fresh.duckdb", searches=SEARCH)
    before = count(both, "figshare.articles")
    done = _forget(both, "--institution", str(small.institution_id), "--yes")
    assert done.exit_code == 0
    left = count(fresh, "figshare.articles")
    assert 0 < left < before
    of_search = "select count(*) from figshare.listed_articles where listing like 'search %'"
    assert rows(both, of_search) == [(left,)]
    assert f"Institution 990: {before - left} articles and " in done.output
    assert "of its articles stay: another feed has them." in done.output
    with Published.of(both).opened() as connection:
        assert connection.execute("from reports.institution_summary").fetchall() == []
        assert len(connection.execute("from reports.search_results").fetchall()) == left
    assert _untimed(both) == _untimed(fresh)
    for table in ("groups", "institutions", "institution_names", "group_names", "api_versions", "group_counts"):
        assert count(both, f"figshare.{table}") == 0
    assert rows(both, "from figshare.listings where institution_id is not null") == []
    assert rows(both, "from figshare.first_listed where listing like 'institution%'") == []
    # What is left is refreshed as before, and nothing of it is read again.
    small.clear_requests()
    assert refreshed(small, both, institution=None, token=None, searches=SEARCH).outcome == "done"
    assert [one.path for one in small.requests if "/articles/" in one.path and "search" not in one.path] == []


def _untimed(warehouse: Path) -> dict[str, list[Any]]:
    """What is in a warehouse and published of it, without the times at which it was read: they are after today."""
    after = datetime.combine(TODAY + timedelta(days=1), time())

    def value(one: Any) -> Any:
        return None if isinstance(one, datetime) and one > after else one

    found = contents(warehouse)
    return {name: sorted((tuple(map(value, row)) for row in rows_), key=repr) for name, rows_ in found.items()}


@pytest.mark.slow
def test_another_institution_stays(small: Sandbox, refreshed: Refreshed, tmp_path: Path) -> None:
    both = tmp_path / "both.duckdb"
    assert refreshed(small, both).outcome == "done"
    other = {"institution": OTHER_INSTITUTION_ID, "usage": ["none"], "usage_items": []}
    assert refreshed(small, both, add_institution=True, publish=True, **{**other, "token": None}).outcome == "done"
    fresh = _alone(small, refreshed, tmp_path / "fresh.duckdb", **other)
    assert _forget(both, "--institution", str(small.institution_id), "--yes").exit_code == 0
    assert _untimed(both) == _untimed(fresh)


@pytest.mark.slow
def test_the_only_institution_leaves_an_empty_warehouse(loaded: Path) -> None:
    done = _forget(loaded, "--institution", "990", "--yes")
    assert done.exit_code == 0
    assert "Institution 990 is not in" in done.output
    assert "MB of the warehouse's file are free" in done.output
    held = {name for name in TABLES if count(loaded, f"{schema_of(name)}.{name}")}
    assert held <= forgetting.KEPT | {"list_readings"}
    assert rows(loaded, "select count(*) from figshare.list_readings") == [(3,)]


def test_it_asks_first(loaded: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    before, published = loaded.read_bytes(), Published.of(loaded).path.read_bytes()
    with pytest.raises(SystemExit, match="2"):
        main(["forget", "--institution", "990", "--warehouse", str(loaded)])
    assert "add --yes, or answer in a terminal. Nothing was changed." in capsys.readouterr().err
    monkeypatch.setattr(forgetting_command, "_is_asked", lambda: True)
    done = CliRunner().invoke(cli, ["forget", "--institution", "990", "--warehouse", str(loaded)], input="n\n")
    assert done.exit_code == 0
    assert done.output.endswith("It cannot be undone. [y/N]: n\nNothing was changed.\n")
    assert (loaded.read_bytes(), Published.of(loaded).path.read_bytes()) == (before, published)
    done = CliRunner().invoke(cli, ["forget", "--institution", "990", "--warehouse", str(loaded)], input="y\n")
    assert (done.exit_code, count(loaded, "figshare.articles")) == (0, 0)


def test_what_it_refuses(loaded: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["forget", "--warehouse", str(loaded), "--yes", "--institution"]
    with pytest.raises(SystemExit, match="2"):
        main([*arguments, "5"])
    assert "does not hold institution 5; it holds 990." in capsys.readouterr().err
    with store.locked(loaded), pytest.raises(SystemExit, match="5"):
        main([*arguments, "990"])
    assert "Another refresh holds" in capsys.readouterr().err


def test_where_it_cannot_publish_it_says_what_is_still_shown(loaded: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = Published.of(loaded)
    before = target.path.read_bytes()
    # Nothing can be written where a folder is.
    working_files(target)[0].mkdir()
    with pytest.raises(SystemExit, match="1"):
        main(["forget", "--warehouse", str(loaded), "--yes", "--institution", "990"])
    said = capsys.readouterr().err
    assert said.startswith(
        f"Institution 990 is not in {loaded} any more. {target.path} still shows it.\nError: The rep"
    )
    assert target.path.read_bytes() == before
    assert rows(loaded, "select count(*) from figshare.articles") == [(0,)]


@pytest.mark.slow
def test_killed_in_the_middle_it_forgets_nothing(loaded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Killed(BaseException):
        pass

    def held(path: Path) -> dict[str, int]:
        return {name: count(path, f"{schema_of(name)}.{name}") for name in TABLES}

    before = held(loaded)
    made = statements.delete_found
    deleted: list[str] = []

    def delete(schema: str, name: str, *more: Any) -> str:
        if name == "refreshes":
            # What a killed process leaves: the file as it is, and its log.
            for file in (loaded, loaded.with_name(loaded.name + ".wal")):
                if file.exists():
                    shutil.copy(file, tmp_path / f"killed{file.name.removeprefix(loaded.stem)}")
            raise Killed
        deleted.append(name)
        return made(schema, name, *more)

    monkeypatch.setattr(statements, "delete_found", delete)
    with pytest.raises(Killed), store.connected(loaded, must_be_loaded=True) as connection:
        forgetting.forget(connection, 990)
    assert "articles" in deleted
    assert held(loaded) == before
    assert held(tmp_path / "killed.duckdb") == before


def test_every_table_is_forgotten_or_kept() -> None:
    none = pa.table({})
    of_entities = {"collection_id": none, "project_id": none}
    nothing = forgetting.Forgotten(none, none, none, none, of_entities, none, none, none, none, none, 0)
    assert {name for name, table in TABLES.items() if not forgetting._rows(table, nothing, 1)} == forgetting.KEPT
