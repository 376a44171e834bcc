"""Reports from the user's folder: published, described without their files, and dropped."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from figshare_warehouse import cli
from figshare_warehouse.warehouse.publish import Publication
from tests.support import rows

Publish = Callable[..., Publication]

TEXT = """-- One row.
--
-- columns:
--   text: A text.

select max(title) as text
from reports.articles
"""


def _report(folder: Path) -> Path:
    folder.mkdir()
    (folder / "mine.sql").write_text(TEXT, encoding="utf-8")
    return folder


def test_a_report_of_ones_own_is_published_too(loaded: Path, tmp_path: Path, publish_again: Publish) -> None:
    done = publish_again(loaded, user_folder=_report(tmp_path / "mine"))
    assert rows(done.path, "select text from reports.mine") == rows(loaded, "select max(title) from reports.articles")
    assert rows(done.path, "select comment from duckdb_columns() where table_name = 'mine'") == [("A text.",)]
    assert done.dropped == ()


@pytest.mark.slow
def test_what_is_published_no_longer_is_said(
    loaded: Path, tmp_path: Path, publish_again: Publish, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = _report(tmp_path / "mine")
    publish_again(loaded, user_folder=folder)
    cli.main(["publish", "--warehouse", str(loaded)])
    said = "No longer published, since no SQL file makes it: reports.mine. Your reports need --sql-dir.\n"
    assert capsys.readouterr().out.endswith(said)
    assert publish_again(loaded).dropped == (), "said once"


@pytest.mark.slow
def test_a_published_report_without_its_file_is_described_by_its_comments(
    loaded: Path, tmp_path: Path, publish_again: Publish, capsys: pytest.CaptureFixture[str]
) -> None:
    publish_again(loaded, user_folder=_report(tmp_path / "mine"))
    described = []
    for words in (["mine"], ["reports.mine"], []):
        cli.main(["describe", *words, "--warehouse", str(loaded)])
        described.append(capsys.readouterr().out)
    assert described[0] == described[1]
    assert described[0].startswith("reports.mine\n")
    assert "  text (VARCHAR)\n      A text.\n" in described[0]
    assert "\nreports.mine\n" in described[2]
    with pytest.raises(SystemExit):
        cli.main(["describe", "mine", "--warehouse", str(tmp_path / "none.duckdb")])
    assert "No report has 'mine'" in capsys.readouterr().err
