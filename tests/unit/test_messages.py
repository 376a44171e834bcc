"""Messages: what commands print when something is missing, wrong or in doubt."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner

from figshare_sandbox import Fault, Sandbox
from figshare_warehouse.cli import cli, main
from figshare_warehouse.cli.progress import ProgressBar
from figshare_warehouse.cli.summary import say_summary, summary_lines
from figshare_warehouse.errors import FigshareWarehouseError, UsageError
from figshare_warehouse.refresh import Outcome
from figshare_warehouse.refresh.interrupts import InterruptedRefreshError
from figshare_warehouse.reports import subjects
from figshare_warehouse.reports.status import status
from figshare_warehouse.sources.http.errors import StoppedError
from figshare_warehouse.warehouse.publish.published import Published
from tests.support import Refreshed, change, rows


@pytest.mark.slow
@pytest.mark.parametrize("path", [r"/v2/articles$", r"/v3/items(/search)?$"])
def test_a_refresh_that_read_no_listing_is_not_the_last_good_one(
    figshare: Sandbox, refreshed: Refreshed, loaded: Path, path: str
) -> None:
    if "v3" in path:
        figshare.world.switch()
        refreshed(figshare, loaded, publish=True)
    asked = "select refreshed_at, refresh_outcome from reports.about"
    with Published.of(loaded).opened() as connection:
        [(before, _)] = connection.execute(asked).fetchall()
    figshare.faults.add(Fault("status", status=404, path=path))
    outcome = refreshed(figshare, loaded, publish=True, max_tries=1)
    assert outcome.outcome == "incomplete"
    assert outcome.failure_summary == "1 request failed; the next refresh tries again"
    with Published.of(loaded).opened() as connection:
        assert connection.execute(asked).fetchall() == [(before, "incomplete")]
        last = status(connection, Published.of(loaded).path).rows
    # It was no article that failed.
    shown = dict(zip(last.columns, last.rows[0], strict=True))
    assert (shown["articles_failed"], shown["failed_requests"]) == (0, 1)


def test_an_institution_that_never_showed_an_article_is_refused_and_harmless(
    figshare: Sandbox, refreshed: Refreshed, loaded: Path, tmp_path: Path
) -> None:
    names = tmp_path / "names.csv"
    names.write_text("group_id,name\n1,A\n", encoding="utf-8")
    given = {"institution": 1234, "institution_name": "None", "group_names": str(names)}
    held = ("figshare.listings", "figshare.listed_articles", "figshare.institution_names", "figshare.group_names")
    before = [rows(loaded, f"from {table}") for table in held]
    with pytest.raises(UsageError, match=r"^Figshare shows no public article of institution 1234: is the id right\?"):
        refreshed(figshare, loaded, publish=True, add_institution=True, **given)
    assert [rows(loaded, f"from {table}") for table in held] == before
    with Published.of(loaded).opened() as connection:
        assert subjects.institution(connection).headline["institution_id"] == figshare.institution_id


@pytest.mark.slow
def test_a_wrong_id_is_an_error_of_the_command(
    figshare: Sandbox, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    options = ["--api-url", figshare.api_url, "--requests-per-second", "0", "--usage", "none"]
    arguments = ["refresh", *options, "--warehouse", str(tmp_path / "w.duckdb"), "--institution"]
    with pytest.raises(SystemExit, match="2"):
        main([*arguments, "1234"])
    said = capsys.readouterr()
    assert said.err.endswith(
        "Error: Figshare shows no public article of institution 1234: is the id right? Give --institution the URL or "
        "DOI of one of its articles, and the id is found.\n"
    )
    assert said.out == ""
    assert list(tmp_path.iterdir()) == []
    # One that was there stays; it does not hold that institution, so the right one needs no option.
    figshare.faults.add(Fault("status", status=404, path=r"/v2/articles$"))
    monkeypatch.setenv("SOURCES__FIGSHARE__MAX_TRIES", "1")
    with pytest.raises(SystemExit, match="3"):
        main([*arguments, "1234"])
    figshare.faults.clear()
    with pytest.raises(SystemExit, match="2"):
        main([*arguments, "1234"])
    assert (tmp_path / "w.duckdb").exists()
    capsys.readouterr()
    main([*arguments, str(figshare.institution_id)])
    assert "no public article" not in capsys.readouterr().err


def test_an_institution_of_which_a_search_or_all_is_gone_is_not_doubted(
    figshare: Sandbox, refreshed: Refreshed, loaded: Path
) -> None:
    outcome = refreshed(figshare, loaded, searches={"none": ":title: nothingness"})
    assert outcome.empty_listings == ["search none"]
    for number in figshare.world.public_ids():
        figshare.world.withdraw(number)
    outcome = refreshed(figshare, loaded, confirm_withdrawals=True)
    name = f"institution {figshare.institution_id}"
    assert f"Figshare shows no public article of {name}." in summary_lines(outcome, loaded, 3)


def test_another_institution_is_refused_until_it_is_added(
    figshare: Sandbox, refreshed: Refreshed, loaded: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = loaded.read_bytes()
    with pytest.raises(UsageError, match=r"holds institution 990: give another --warehouse .* --add-institution"):
        refreshed(figshare, loaded, institution=991)
    assert loaded.read_bytes() == before
    main(["plan", "--institution", "991", "--api-url", figshare.api_url, "--warehouse", str(loaded)])
    assert "holds institution 990: give another" in " ".join(capsys.readouterr().out.split())
    # A search belongs to no institution.
    assert refreshed(figshare, loaded, institution=None, searches={"mine": "data"}).outcome == "done"
    assert refreshed(figshare, loaded, institution=991, add_institution=True).outcome == "done"
    # From then on either is refreshed without the option.
    assert refreshed(figshare, loaded, institution=991).outcome == "done"
    assert refreshed(figshare, loaded).outcome == "done"


def test_the_demo_stays_out_of_another_institutions_warehouse(
    figshare: Sandbox, refreshed: Refreshed, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    warehouse = tmp_path / "w.duckdb"
    refreshed(figshare, warehouse, institution=991)
    with pytest.raises(SystemExit, match="2"):
        main(["demo", "--items", "10", "--warehouse", str(warehouse)])
    assert "holds institution 991: give another --warehouse" in capsys.readouterr().err


def test_a_refresh_says_where_the_reports_are(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    at = datetime(2026, 6, 30)
    outcome = Outcome("r", at, finished_at=at, published=tmp_path / "shown.duckdb")
    say_summary(outcome, Path("w.duckdb"), is_short=True)
    assert capsys.readouterr().out.endswith(", 0 requests, 0 s. The reports are in shown.duckdb.\n")
    outcome.published = tmp_path.parent / "shown.duckdb"
    assert f"The reports are in {outcome.published}." in summary_lines(outcome, Path("w.duckdb"), 3)
    outcome.published = None
    assert len(summary_lines(outcome, Path("w.duckdb"), 3)) == 2


def test_without_the_list_of_groups_it_is_not_said_that_there_are_no_subgroups(loaded: Path) -> None:
    with Published.of(loaded).opened() as connection:
        placed = subjects.group(connection, "31000")
    assert "Articles with subgroups" in placed.shown.values()
    assert [section.title for section in placed.others] == ["Subgroups"]
    change(loaded, "delete from figshare.groups")
    with duckdb.connect(str(loaded)) as connection:
        lone = subjects.group(connection, "31000")
    assert "Articles, subgroups not known" in lone.shown.values()
    assert not lone.others


@pytest.mark.parametrize("number", ["0", "-5"])
def test_a_number_that_no_institution_has_is_refused(number: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["refresh", "--institution", number])
    assert "--institution" in capsys.readouterr().err


@pytest.mark.slow
def test_building_checks_own_reports_and_says_how_readers_get_them(
    loaded: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    own = tmp_path / "mine"
    own.mkdir()
    build = ["views", "build", "--warehouse", str(loaded), "--sql-dir", str(own)]
    (own / "mine.sql").write_text("select 1 as one\n", encoding="utf-8")
    with pytest.raises(SystemExit, match="2"):
        main(build)
    assert "One of your reports is wrong: mine/mine.sql:1" in capsys.readouterr().err
    (own / "mine.sql").write_text("-- One row.\n--\n-- columns:\n--   one: 1.\n\nselect 1 as one\n", encoding="utf-8")
    main(build)
    assert f"publish --sql-dir {own}" in capsys.readouterr().out


def test_a_bar_that_goes_beyond_what_was_expected_has_no_end() -> None:
    bar = ProgressBar()
    bar.expect(10, True)
    bar.requests(10)
    [task] = bar._bar.tasks
    assert (task.total, task.fields["expected"]) == (10, "10")
    bar.requests(11)
    assert (task.total, task.fields["expected"]) == (None, "11 or more")


def test_a_report_that_the_terminal_does_not_show_is_elsewhere() -> None:
    result = CliRunner().invoke(cli, ["report", "licences"])
    assert isinstance(result.exception, UsageError)
    assert "not 'licences': `figshare-warehouse describe` lists all reports" in str(result.exception)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (StoppedError("The limit of 6 requests (--max-requests) was reached."), "The limit of 6 requests "),
        (InterruptedRefreshError("Interrupted."), "Interrupted."),
        (UsageError("There is none."), "Error: There is none."),
    ],
)
def test_what_only_stopped_is_no_error(
    error: FigshareWarehouseError, said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def stop(**options: object) -> None:
        raise error

    monkeypatch.setattr(cli, "main", stop)
    with pytest.raises(SystemExit) as ended:
        main([])
    assert ended.value.code == error.exit_code
    assert capsys.readouterr().err.startswith(said)


def test_one_article_is_one() -> None:
    outcome = Outcome("r", datetime(2026, 6, 30), articles_withdrawn=1, articles_unchanged=1)
    assert summary_lines(outcome, Path("w.duckdb"), 3)[0].endswith(" 1 was unchanged, 1 is withdrawn,")
    outcome.articles_withdrawn = outcome.articles_unchanged = 1000
    assert summary_lines(outcome, Path("w.duckdb"), 3)[0].endswith(" 1,000 were unchanged, 1,000 are withdrawn,")
