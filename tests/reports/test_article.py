"""The report on one article, over warehouses that were counted by hand (see tests/models)."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from contextlib import nullcontext
from datetime import date, datetime
from typing import Any

import duckdb
import pytest
from click.testing import CliRunner

from figshare_warehouse.cli import cli, main
from figshare_warehouse.errors import UsageError
from figshare_warehouse.periods import Period
from figshare_warehouse.reports.article import article
from figshare_warehouse.reports.html.page import render as render_page
from figshare_warehouse.reports.html.page_data import page_of
from figshare_warehouse.reports.in_period import in_period
from figshare_warehouse.reports.report import Report
from figshare_warehouse.reports.terminal import render
from figshare_warehouse.warehouse.publish.published import Published
from tests.models.small_world import READ, WITHDRAWN
from tests.models.used_world import APRIL, GERMANY, JUNE, MAY, SAID, country, month, used_world
from tests.reports.conftest import as_tables
from tests.reports.page_text import Read, tiles
from tests.support import insert

YEAR = Period(date(2026, 1, 1), date(2026, 12, 31))


@pytest.fixture(scope="module")
def world() -> Iterator[duckdb.DuckDBPyConnection]:
    """The used world, in which 101 was moved and has two versions, and 301 was viewed seven times in May 2026."""
    with used_world() as connection:
        connection.execute("update figshare.articles set doi = '10.5555/figshare.301.v2' where article_id = 301")
        for id_, doi in ((102, "10.1234/PAPER"), (101, "10.1234/both"), (103, "10.1234/both")):
            connection.execute("update figshare.articles set resource_doi = ? where article_id = ?", [doi, id_])
        connection.execute("update figshare.article_files set computed_md5 = 'c0ffee' where file_id = 1001")
        connection.execute("update figshare.article_files set supplied_md5 = 'cafe' where file_id = 1002")
        for number in (1, 2):
            insert(connection, "article_versions", article_id=101, version=number, url=f"https://a/{number}")
        for id_ in (101, 104):
            first = {"first_seen_at": datetime(2025, 1, 1)}
            insert(connection, "first_listed", listing="institution 1", article_id=id_, **first)
        moved = {"field": "group", "old_value": "13", "new_value": "11", "old_read_at": datetime(2026, 2, 1)}
        insert(connection, "article_changes", article_id=101, changed_at=datetime(2026, 2, 3), **moved)
        failed = {"path": "/articles/101/files", "message": "It ended.", "failed_at": READ, "tries": 5}
        for refresh_id in ("r1", "r2"):
            insert(connection, "refreshes", refresh_id=refresh_id)
        insert(connection, "failed_requests", refresh_id="r2", article_id=101, **failed)
        insert(connection, "failed_requests", refresh_id="r1", article_id=103, **failed)
        month(connection, 301, "views", MAY, 7)
        country(connection, "article", 301, "views", MAY, GERMANY, 7)
        as_tables(connection)
        yield connection


def values(report: Report, *names: str) -> Any:
    return tuple(report.headline[name] for name in names)


def section(report: Report, name: str, *columns: str) -> Any:
    [found] = [one for one in (report.rows, *report.others) if one.name == name]
    places = [found.columns.index(column) for column in columns]
    return [tuple(row[place] for place in places) for row in found.rows]


def lines(report: Report) -> dict[str, str]:
    """The headline in the terminal."""
    text = render(report, "table", 100).partition("\n\n")[0]
    return {label.strip(): rest.strip() for label, _, rest in (line.partition("  ") for line in text.splitlines()[1:])}


def after(report: Report, title: str) -> list[str]:
    """The lines below a title in the terminal."""
    blocks = render(report, "table", 100).split("\n\n")
    [block] = [block for block in blocks if block.startswith(f"{title}\n")]
    return block.splitlines()[1:]


def test_what_an_institution_lists(world: duckdb.DuckDBPyConnection) -> None:
    report = article(world, "101")
    assert report.title == "Light"
    assert values(report, "state", "views", "downloads", "shares", "usage_complete_to", "version", "file_count") == (
        *("public", 100, 14, 2, JUNE.replace(day=30), 2, 2),
    )
    assert section(report, "authors", "full_name", "orcid", "affiliations") == [
        ("Jane Doe", "0000-0002-1825-0097", None),
        ("John Smith", None, "Northfield; Southmoor College"),
    ]
    assert section(report, "files", "file_name", "size_bytes", "md5", "is_link_only") == [
        ("data.CSV", 1000, "c0ffee", False),
        ("README.txt", 2000, "cafe", False),
    ]
    assert section(report, "versions", "version", "is_latest", "published_on") == [
        (2, True, date(2020, 1, 5)),
        (1, False, date(2019, 12, 31)),
    ]
    assert section(report, "changes", "changed_at", "kind", "old_value", "new_value") == [
        (datetime(2026, 2, 3), "regrouped", "Arts (13)", "Physics (11)"),
        (datetime(2025, 1, 1), "added", None, None),
    ]
    assert section(report, "countries", "country", "views", "downloads") == [
        ("Germany", 83, 14),
        ("Unknown", 12, 0),
        ("Atlantis", 5, 0),
    ]
    months = section(report, "rows", "month", "views", "downloads")
    assert months[:3] == [(JUNE, 16, 0), (MAY, 20, 8), (APRIL.replace(year=2026), 0, 0)]
    assert (months[-1], sum(views for _, views, _ in months), len(months)) == ((date(2019, 12, 1), 0, 0), 100, 79)
    assert section(report, "attention", "report", "finding") == [
        ("failed_requests", "A request failed in the last refresh: It ended."),
        ("metadata_completeness", "Parts of the metadata are missing: description."),
    ]


def test_the_terminal_shows_a_year_of_months_and_the_other_formats_all(world: duckdb.DuckDBPyConnection) -> None:
    report = article(world, "101")
    shown = after(report, "Usage by month")
    assert [line.split()[0] for line in shown[1:13]] == [
        *("2026-06-01", "2026-05-01", "2026-04-01", "2026-03-01", "2026-02-01", "2026-01-01"),
        *("2025-12-01", "2025-11-01", "2025-10-01", "2025-09-01", "2025-08-01", "2025-07-01"),
    ]
    assert shown[13:] == ["… and 67 more"]
    assert len(json.loads(render(report, "json"))["rows"]) == 79
    rows = list(csv.reader(io.StringIO(render(report, "csv"), newline="")))
    assert rows[0] == ["article_id", "month", "views", "downloads", "shares", "observed_at"]
    assert (len(rows), rows[1][:4]) == (80, ["101", "2026-06-01", "16", "0"])


def test_what_is_not_known_is_not_none(world: duckdb.DuckDBPyConnection) -> None:
    unread, without = article(world, "103"), article(world, "102")
    assert (lines(unread)["Files"], lines(without)["Files"]) == ("not known", "0")
    assert (after(unread, "Files"), after(without, "Files")) == (["not known"], ["none"])
    assert lines(without) | {"Downloads": "not known", "Views": "30", "DOI": "none"} == lines(without)
    assert "Found withdrawn (UTC)" not in lines(without)
    assert after(without, "Usage by country") == [
        "not known; a refresh reads them when asked: --usage countries, or --usage-report NAME"
    ]
    # Known to be none.
    assert lines(unread) | {"Views": "0", "Downloads": "0", "Shares": "0", "Keywords": "none"} == lines(unread)
    assert ("never_used", "It was never viewed or downloaded.") in section(unread, "attention", "report", "finding")


def test_what_only_a_search_finds(world: duckdb.DuckDBPyConnection) -> None:
    report = article(world, "301")
    assert values(report, "state", "followed_by", "institution_id", "views", "downloads", "file_count") == (
        *("public", "search Uni", None, 7, None, 1),
    )
    assert section(report, "files", "file_name", "size_bytes", "is_link_only") == [("x.tar.gz", 0, True)]
    assert section(report, "authors", "full_name") == [("Jane Elsewhere",), ("John Smith",)]
    assert section(report, "rows", "month", "views", "downloads") == [(MAY, 7, None)]
    assert section(report, "countries", "country", "views") == [("Germany", 7)]
    assert lines(report)["Followed by"] == "search Uni"


@pytest.mark.parametrize(
    ("id_", "state", "words"),
    [
        (104, "withdrawn", "Figshare does not find it any more, as found on 2026-11-02 (gone from the listing)."),
        (105, "public", "Its record is not read yet."),
        (303, "left", "Nothing that is followed lists it any more."),
        # The listing was never read to its end.
        (201, None, None),
    ],
)
def test_what_no_listing_holds(
    world: duckdb.DuckDBPyConnection, id_: int, state: str | None, words: str | None
) -> None:
    report = article(world, str(id_))
    assert values(report, "state", "withdrawn_at") == (state, WITHDRAWN if id_ == 104 else None)
    said = [finding for (finding,) in section(report, "attention", "finding")]
    assert (words in said) if words else said == []
    assert lines(report)["State"] == (state or "not known")
    if id_ == 105:
        assert lines(report)["DOI"] == "not known"


@pytest.mark.parametrize(
    ("wanted", "id_", "found_by"),
    [
        ("101", 101, "id"),
        ("https://figshare.com/articles/dataset/Light/101", 101, "id"),
        ("10.5555/FIGSHARE.301.V2", 301, "DOI"),
        ("https://doi.org/10.5555/figshare.301.v1", 301, "DOI"),
        ("doi:10.5555/figshare.301", 301, "DOI"),
        # Not read yet.
        ("10.5555/figshare.105.v1", 105, "id in the DOI"),
        ("10.1234/paper", 102, "DOI of its publication"),
    ],
)
def test_an_article_is_found(world: duckdb.DuckDBPyConnection, wanted: str, id_: int, found_by: str) -> None:
    report = article(world, wanted)
    assert values(report, "article_id", "found_by") == (id_, found_by)
    assert ("Found by" in lines(report)) == (found_by in ("DOI of its publication", "id in the DOI"))


def test_a_publication_with_several_articles_is_ambiguous(world: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(UsageError) as caught:
        article(world, "10.1234/BOTH")
    assert str(caught.value) == (
        "'10.1234/BOTH' can be 2 articles (DOI of its publication): say which with an id: 101 'Light'; 103 'Title 103'."
    )


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        ("999", "There is no article 999 in the published file"),
        ("10.1234/none", "There is no article with the DOI 10.1234/none in the published file"),
        ("Light", "`report article` takes an article's id, DOI or URL, not 'Light'"),
        # Its DOI is another one.
        ("10.5555/figshare.101", "There is no article with the DOI 10.5555/figshare.101 in the published file"),
    ],
)
def test_what_is_not_there_is_said(world: duckdb.DuckDBPyConnection, wanted: str, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        article(world, wanted)


def test_a_period(world: duckdb.DuckDBPyConnection) -> None:
    report = in_period(world, article(world, "101"), YEAR)
    assert report.title == "Light, 2026-01-01 to 2026-12-31"
    assert values(report, "views", "downloads", "months_known_ratio", "usage_complete_to") == (
        # Listed in November, with usage up to June.
        *(48, 8, 6 / 11, SAID.date()),
    )
    assert len(section(report, "rows", "month")) == 6
    assert section(report, "changes", "kind") == [("regrouped",)]
    assert section(report, "versions", "version") == []
    assert section(report, "countries", "country", "views") == [("Germany", 31), ("Unknown", 12), ("Atlantis", 5)]
    assert [name for name in ("authors", "files") if any(one.name == name for one in report.others)] == []
    begun = in_period(world, article(world, "101"), Period(date(2019, 1, 1), date(2019, 12, 31)))
    assert section(begun, "versions", "version") == [(1,)]


def test_a_version_outside_the_period_is_known(world: duckdb.DuckDBPyConnection) -> None:
    assert after(in_period(world, article(world, "101"), YEAR), "Versions") == ["none in the period"]
    world.execute("begin")
    # It may be one of the period.
    world.execute("update reports.article_versions set published_on = null where article_id = 101 and version = 2")
    assert after(in_period(world, article(world, "101"), YEAR), "Versions") == ["not known"]
    world.execute("rollback")
    assert after(in_period(world, article(world, "103"), YEAR), "Versions") == ["not known"]


def test_the_page_of_a_period(world: duckdb.DuckDBPyConnection) -> None:
    text = render_page(page_of(world, in_period(world, article(world, "101"), YEAR)))
    read = Read(text)
    assert tiles(text) == {"Downloads": "8", "Views": "48", "Shares": "–", "Months known": "54.5\u00a0%"}
    assert "1 Jan 2026 to 31 Dec 2026" in read.text
    assert [row[0] for row in read.rows["months"][1:]] == [
        *("Jun 2026", "May 2026", "Apr 2026", "Mar 2026", "Feb 2026", "Jan 2026"),
    ]
    assert read.rows["countries"][1:] == [
        ["Germany", "8", "100.0\u00a0%", "31"],
        ["Not known to Figshare", "0", "0.0\u00a0%", "12"],
        ["Atlantis", "0", "0.0\u00a0%", "5"],
    ]
    assert read.rows["changes"][1:] == [["2026-02-03", "regrouped: group", "Arts (13)", "Physics (11)"]]
    assert "None is known to be published in the period." in read.text
    assert "files" not in read.rows


def test_a_period_of_what_only_a_search_finds(world: duckdb.DuckDBPyConnection) -> None:
    found = article(world, "301")
    report = in_period(world, found, YEAR)
    assert values(report, "views", "downloads", "usage_complete_to") == (7, None, None)
    before = in_period(world, found, Period(date(2019, 1, 1), date(2019, 12, 31)))
    assert values(before, "views", "downloads", "months_known_ratio") == (0, 0, 1.0)
    unknown = in_period(world, found, Period(date(2025, 1, 1), date(2025, 12, 31)))
    assert values(unknown, "views", "downloads", "months_known_ratio") == (None, None, 0.0)


def test_the_command(world: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Published, "opened", lambda *_: nullcontext(world))
    ran = CliRunner().invoke(cli, ["report", "article", "101", "--format", "json"])
    assert ran.exit_code == 0
    said = json.loads(ran.output)
    assert list(said) == [
        *("report", "headline", "rows", "attention", "authors", "files", "versions", "changes", "countries"),
    ]
    assert (said["report"], said["headline"]["title"]) == ("article", "Light")
    ran = CliRunner().invoke(cli, ["report", "article", "101", "--year", "2026"])
    assert ran.output.startswith("Light, 2026-01-01 to 2026-12-31\n")
    for wanted in ("999", "Light"):
        with pytest.raises(SystemExit) as ended:
            main(["report", "article", wanted])
        assert ended.value.code == 2
