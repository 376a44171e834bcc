"""What is said where a published file cannot be opened or read."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from figshare_warehouse.cli import main
from figshare_warehouse.errors import FigshareWarehouseError, LockedError
from figshare_warehouse.warehouse import store
from figshare_warehouse.warehouse.publish.published import Published
from tests.support import change


def _opened(path: Path) -> None:
    with Published(path, path.with_name("warehouse.duckdb")).opened():
        pass


def test_a_file_is_not_held_because_its_folder_is_named_so(tmp_path: Path) -> None:
    folder = tmp_path / "set lock on blocks, conflicting lock"
    folder.mkdir()
    path = folder / "notes.duckdb"
    path.write_text("Dear reader," * 2000, encoding="utf-8")
    with pytest.raises(FigshareWarehouseError, match="is not a DuckDB file: choose another with --published") as told:
        _opened(path)
    assert not isinstance(told.value, LockedError)
    with (
        pytest.raises(FigshareWarehouseError, match="is not a DuckDB file: choose another with --warehouse") as told,
        store.connected(path),
    ):
        pass
    assert not isinstance(told.value, LockedError)


@pytest.mark.skipif(sys.platform == "win32", reason="another message")
def test_a_file_that_another_program_writes_is_held(tmp_path: Path) -> None:
    path = tmp_path / "shown.duckdb"
    script = "import sys, duckdb; c = duckdb.connect(sys.argv[1]); print(flush=True); sys.stdin.read()"
    command = [sys.executable, "-c", script, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as writer:
        assert writer.stdout is not None
        writer.stdout.readline()
        with pytest.raises(LockedError, match="for writing: close it there, and set it to read-only"):
            _opened(path)
        with pytest.raises(LockedError, match="perhaps a refresh"), store.connected(path):
            pass
        writer.communicate()


@pytest.mark.parametrize(
    ("statement", "command"),
    [
        ("drop table operations.loaded_records", "status"),
        ("alter table reports.about drop column data_tests_failed", "status"),
        ("drop table reports.institution_summary", "report institution"),
        ("alter table reports.author_articles drop column published_on", "report author lindqvist --format json"),
        ("drop table reports.funders", "report institution --format html --output page.html"),
        ("alter table reports.usage_by_month drop column views_full", "site --output site"),
    ],
)
def test_a_file_of_another_version_is_one_sentence(
    published: Path, capsys: pytest.CaptureFixture[str], statement: str, command: str
) -> None:
    change(published, f"{statement}; update reports.about set package_version = '0.0.1'")
    with pytest.raises(SystemExit, match="1"):
        main([*command.split(), "--published", str(published)])
    said = capsys.readouterr().err
    assert f"{published} was published by figshare-warehouse 0.0.1, and lacks what this one, " in said
    assert "run `figshare-warehouse publish`" in said
    assert said.count("\n") == 1, said


def test_a_file_that_does_not_say_who_published_it_is_one_sentence(
    published: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    change(published, "alter table reports.about drop column package_version; drop table operations.loaded_records")
    with pytest.raises(SystemExit, match="1"):
        main(["status", "--published", str(published)])
    assert "by figshare-warehouse of an unknown version, and lacks" in capsys.readouterr().err


def test_a_damaged_file_is_one_sentence_while_it_is_read(published: Path) -> None:
    target = Published(published, published.with_name("warehouse.duckdb"))
    # As DuckDB says of a block whose check sum is another.
    with pytest.raises(FigshareWarehouseError, match=r"is damaged \(.*Corrupt .*publish it again"), target.opened():
        raise duckdb.IOException("Corrupt database file: computed checksum 1 does not match stored checksum 2")


@pytest.mark.parametrize("command", ["export --format csv --output rows.csv authors", "report author lindqvist"])
def test_a_file_that_somebody_tampered_with_reads_no_other_file(
    published: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    secret = tmp_path / "secrets.toml"
    secret.write_text("token = 'do not tell'", encoding="utf-8")
    columns = "* replace ((select content from read_text('{}')) as full_name)"
    change(
        published,
        "alter table reports.authors rename to authors_as_published; create view reports.authors as "
        f"select {columns.format(secret)} from reports.authors_as_published",
    )
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit, match="1"):
        main([*command.split(), "--published", str(published)])
    told = capsys.readouterr()
    assert "do not tell" not in told.out + told.err
    assert not (tmp_path / "rows.csv").exists()


@pytest.mark.parametrize("ending", ["parquet", "json", "csv"])
@pytest.mark.parametrize("is_linked", [False, True])
def test_duckdb_writes_what_is_exported_and_nothing_else(
    published: Path, tmp_path: Path, ending: str, is_linked: bool
) -> None:
    output = tmp_path / f"it's.{ending}"
    if is_linked:
        output.symlink_to(tmp_path / f"there.{ending}")
    exact = ["--exact"] if ending == "csv" else []
    command = ["export", "--format", ending, *exact, "--published", str(published), "--output"]
    main([*command, str(output), "authors"])
    assert output.stat().st_size > 0
    main([*command, str(tmp_path / "all")])
    assert len(list((tmp_path / "all").glob(f"*.{ending}"))) == 8
