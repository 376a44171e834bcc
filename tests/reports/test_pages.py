"""Pages as text: their numbers are the reports', unknown is not zero, and texts from records are inert."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

import duckdb
import pytest

from figshare_warehouse.errors import FigshareWarehouseError, UsageError
from figshare_warehouse.reports import subjects
from figshare_warehouse.reports.article import article
from figshare_warehouse.reports.html import cells, charts, page_data, page_tables, page_usage
from figshare_warehouse.reports.html.page import SHARED, render
from figshare_warehouse.reports.html.site import write_site
from tests.reports.page_text import Read, tiles
from tests.reports.pages_world import HOSTILE, insert, reports_of, small


@pytest.fixture(scope="module")
def world(empty: duckdb.DuckDBPyConnection) -> Iterator[duckdb.DuckDBPyConnection]:
    with small(empty) as connection:
        yield connection


@pytest.fixture(scope="module")
def hostile(empty: duckdb.DuckDBPyConnection) -> Iterator[duckdb.DuckDBPyConnection]:
    with small(empty, hostile=True) as connection:
        yield connection


def pages(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    reports = {
        "institution": subjects.institution(connection, "1"),
        "group": subjects.group(connection, "10"),
        "author": subjects.author(connection, "1"),
        "author without countries": subjects.author(connection, "2"),
        "search": subjects.search(connection, "light"),
        "article": article(connection, "101"),
    }
    return {name: render(page_data.page_of(connection, report)) for name, report in reports.items()}


def test_the_headline_has_the_reports_numbers(world: duckdb.DuckDBPyConnection) -> None:
    made = pages(world)
    common = {"Items": "3", "Downloads": "40", "Views": "107"}
    assert tiles(made["institution"]) == common | {"Files": "5", "Authors": "2"}
    assert tiles(made["group"]) == common | {"Authors": "2"}
    assert tiles(made["author"]) == {"Items": "2", "Downloads": "40", "Views": "107", "Coauthors": "1"}
    assert tiles(made["author without countries"])["Downloads"] == "–"
    found = {"Items found": "2", "In a repository": "1", "Listed here": "1", "Web sites": "–"}
    assert tiles(made["search"]) == found | {"Downloads": "40", "Views": "100"}


def test_the_tables_have_the_reports_rows(world: duckdb.DuckDBPyConnection) -> None:
    read = Read(pages(world)["institution"])
    assert read.rows["top"][1:] == [["Light", "2026-01-02", "40", "100"]]
    assert [row[-1] for row in read.rows["items"][1:]] == ["–", "7", "100"]
    assert read.rows["items"][1] == ["Item 103", "dataset", "Physics", "–", "2026-01-04", "–", "–"]
    assert read.rows["licences"][1:] == [["CC BY 4.0", "2", "66.7\u00a0%", "40"], ["–", "1", "33.3\u00a0%", "–"]]
    assert read.rows["funders"][1:] == [
        ["Board", "1", "40"],
        ["Trust", "1", "40"],
        ["Written by depositors", "1", "40"],
    ]
    assert read.rows["groups"][1:] == [["Science", "3", "40", "107"], ["Physics", "2", "0", "7"]]
    assert read.rows["authors"][1:] == [["Ada", "2", "40", "107"], ["Bo", "2", "–", "7"]]


@pytest.mark.parametrize("name", ["institution", "group"])
def test_types_years_and_metadata_care(world: duckdb.DuckDBPyConnection, name: str) -> None:
    read = Read(pages(world)[name])
    assert list(read.rows)[:3] == ["item_types", "years", "months"], "what is asked first comes first"
    assert read.rows["item_types"][1:] == [
        ["dataset", "2", "66.7\u00a0%", "40", "–"],
        ["Not known", "1", "33.3\u00a0%", "–", "–"],
    ]
    assert read.rows["years"][1:] == [["2026", "2", "–", "–"], ["2025", "1", "–", "5.0 kB"]]
    assert read.rows["metadata"][1:] == [
        ["Reference or linked publication", "0", "3", "0.0\u00a0%"],
        ["Funding", "2", "1", "66.7\u00a0%"],
        ["Licence", "2", "1", "66.7\u00a0%"],
        ["ORCID iD of an author", "1", "1", "50.0\u00a0%"],
        ["Subject category", "3", "0", "100.0\u00a0%"],
        ["Description of 100 characters or more", "3", "0", "100.0\u00a0%"],
        ["Keyword", "3", "0", "100.0\u00a0%"],
        ["README file", "2", "0", "100.0\u00a0%"],
    ]
    assert read.rows["metadata_missing"][1:] == [
        ["Dark", "ORCID iD, funding, references", "3"],
        ["Item 103", "licence, references", "2"],
        ["Light", "references", "1"],
    ]
    assert "Items to complete (3)" in read.text


def test_metadata_care_of_a_group_is_that_of_its_items(world: duckdb.DuckDBPyConnection) -> None:
    read = Read(render(page_data.page_of(world, subjects.group(world, "11"))))
    assert [row[0] for row in read.rows["metadata_missing"][1:]] == ["Dark", "Item 103"]
    assert ["ORCID iD of an author", "0", "1", "0.0\u00a0%"] in read.rows["metadata"]


def test_an_authors_licences_and_funders_are_those_of_their_items(world: duckdb.DuckDBPyConnection) -> None:
    read = Read(pages(world)["author"])
    assert read.rows["licences"][1:] == [["CC BY 4.0", "2", "100.0\u00a0%", "40"]]
    assert read.rows["funders"][1:] == [["Board", "1", "40"], ["Trust", "1", "40"]]
    assert read.rows["coauthors"][1:] == [["Bo", "1"]]
    assert read.rows["groups"][1:] == [["Science", "1"], ["Physics", "1"]]


def test_months_without_usage_are_none_where_they_are_known(world: duckdb.DuckDBPyConnection) -> None:
    read = Read(pages(world)["institution"])
    assert read.rows["months"][1:] == [
        ["Mar 2026 (not complete)", "10", "47"],
        ["Feb 2026", "0", "0"],
        ["Jan 2026", "30", "60"],
    ]
    months = json.loads(read.json)["months"]
    assert [(row["month"], row["downloads"], row["is_complete"]) for row in months] == [
        ("2026-01-01", 30, True),
        ("2026-02-01", 0, True),
        ("2026-03-01", 10, False),
    ]
    assert "Complete to 15 Mar 2026." in read.text


def test_a_month_that_is_not_known_is_not_none(empty: duckdb.DuckDBPyConnection) -> None:
    with small(empty) as connection:
        connection.execute("update reports.usage_by_month set usage_complete_to = null, usage_known_ratio = 0.5")
        read = Read(pages(connection)["institution"])
    assert read.rows["months"][2] == ["Feb 2026 (not complete)", "–", "–"]
    assert "Up to when the months are known is not recorded. The months of 50.0 % of the items are known" in read.text


def test_countries_are_put_on_the_map_by_code_and_all_are_in_the_table(world: duckdb.DuckDBPyConnection) -> None:
    read = Read(pages(world)["institution"])
    assert read.rows["countries"][1:] == [
        ["Germany", "25", "62.5\u00a0%", "60"],
        ["Not known to Figshare", "12", "30.0\u00a0%", "40"],
        ["Monaco", "3", "7.5\u00a0%", "–"],
    ]
    (germany,) = json.loads(read.json)["countries"]
    assert (germany["id"], germany["downloads"], germany["views"]) == ("276", 25, 60)
    assert 1 <= germany["downloads_level"] <= charts.LEVELS


def test_what_is_not_known_is_said(world: duckdb.DuckDBPyConnection, empty: duckdb.DuckDBPyConnection) -> None:
    made = Read(pages(world)["author without countries"]).text
    assert "No usage by month is known, which does not mean that there was none." in made
    assert "From which countries it was used is not known. Countries of single items" in made
    with reports_of(empty) as connection:
        insert(connection, "institution_summary", {"institution_id": 7, "article_count": 0})
        text = render(page_data.page_of(connection, subjects.institution(connection)))
    read = Read(text)
    assert "The list of items is not complete. Usage is not known." in read.text
    assert "There are no items." in read.text
    assert tiles(text)["Downloads"] == "–"
    assert len(text) < 50_000  # nothing that draws charts, where there are none


@pytest.mark.parametrize("name", ["institution", "group", "author", "search"])
def test_every_page_says_what_its_figures_are(world: duckdb.DuckDBPyConnection, name: str) -> None:
    text = Read(pages(world)[name]).text
    assert "Items as of 16 Mar 2026. Views and downloads since the beginning, as of 15 Mar 2026 or later" in text
    assert "Figshare’s own counts, not COUNTER’s" in text
    assert "– means not known; 0 means none." in text
    assert "Full counting" in text


def test_the_page_of_an_article(world: duckdb.DuckDBPyConnection) -> None:
    text = pages(world)["article"]
    read = Read(text)
    assert tiles(text) == {"Downloads": "40", "Views": "100", "Shares": "–", "Files": "–", "Latest version": "–"}
    assert read.rows["months"][1:] == [
        ["Mar 2026 (not complete)", "10", "47"],
        ["Feb 2026", "0", "0"],
        ["Jan 2026", "30", "60"],
    ]
    assert read.rows["countries"][1] == ["Germany", "25", "62.5\u00a0%", "60"]
    assert read.rows["authors"][1:] == [["Ada"]]
    assert read.rows["files"][1:] == [["light.csv", "1.0 kB", "c0ffee"]]
    assert read.rows["versions"][1:] == [["1", "2026-01-02"]]
    assert read.rows["changes"][1:] == [["2026-03-16", "changed: title", "Lite", "Light"]]
    assert read.rows["attention"][1:] == [["Parts of the metadata are missing: references.", "metadata_completeness"]]
    links = {attributes.get("href") for tag, attributes in read.elements if tag == "a"}
    assert {"https://doi.org/10.5/101", "https://orcid.org/0000-0002-1825-0097"} <= links
    assert "https://northfield.example/articles/101" in links
    assert "Its record is not read. Views and downloads since the beginning, as of 15 Mar 2026." in read.text


def test_the_page_of_an_article_tells_none_from_not_known(empty: duckdb.DuckDBPyConnection) -> None:
    with reports_of(empty) as connection:
        insert(connection, "other_articles", {"article_id": 1, "is_loaded": True, "file_count": 0, "views": 0})
        text = render(page_data.page_of(connection, article(connection, "1")))
    read = Read(text)
    assert tiles(text) | {"Files": "0", "Views": "0", "Downloads": "–"} == tiles(text)
    assert [part in read.text for part in ("Files None.", "Authors Not known.", "Versions Not known.")] == [True] * 3
    assert "No usage by month is known, which does not mean that there was none." in read.text


def test_hostile_texts_and_links_are_inert(hostile: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    report = subjects.institution(hostile, "1")
    site = write_site(hostile, report, tmp_path / "site", 1)
    made = list(pages(hostile).values())
    made += [path.read_text(encoding="utf-8") for path in site.index.parent.glob("*.html")]
    assert len(made) == 6 + 1 + 2 + 2
    for text in made:
        read = Read(text)
        tags = {tag for tag, _ in read.elements}
        assert not tags & {"img", "b", "iframe", "object", "form"}
        assert not [name for _, attributes in read.elements for name in attributes if name.startswith("on")]
        scripts = [attributes for tag, attributes in read.elements if tag == "script"]
        assert len(scripts) <= 3
        for _, attributes in read.elements:
            address = attributes.get("href") or attributes.get("src") or ""
            assert urlsplit(address).scheme in ("", "https"), address
        assert "document.title='owned'" in read.text
        assert "\u202e" not in text
        assert "\u2028" not in text
        assert json.loads(read.json)["countries"] is not None if read.json else True


def test_json_in_a_page_is_inert_and_whole() -> None:
    text = charts.data({"a": HOSTILE})
    assert not re.search("[<>&\u2028\u2029]", text)
    assert json.loads(text) == {"a": HOSTILE}


@pytest.mark.parametrize(
    ("address", "leads"),
    [
        ("https://a.example/1", True),
        ("http://a.example", True),
        ("HTTPS://a.example", True),
        *(
            (text, False)
            for text in ("javascript:alert(1)", "java\nscript:alert(1)", "data:text/html,x", "//a.example")
        ),
        *(
            (text, False)
            for text in ("https:", "https://a.example/\u202e", "ht\ttps://a.example", "", "http://[", None)
        ),
    ],
)
def test_only_addresses_of_the_web_lead_anywhere(address: str | None, leads: bool) -> None:
    assert (cells.web_address(address) == address) is leads if address is not None else not cells.web_address(address)
    assert bool(cells.web_address(address)) is leads


def test_a_page_by_itself_asks_for_nothing(world: duckdb.DuckDBPyConnection) -> None:
    for text in pages(world).values():
        read = Read(text)
        assert not [tag for tag, attributes in read.elements if attributes.get("src") or tag in ("link", "base")]
        (policy,) = [a["content"] for tag, a in read.elements if a.get("http-equiv") == "Content-Security-Policy"]
        assert policy is not None
        assert policy.startswith("default-src 'none'; script-src 'sha256-")
        assert "http" not in policy
        assert "unsafe-eval" not in policy


def test_the_same_data_make_the_same_site_and_nothing_of_others_is_touched(
    world: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    folder = tmp_path / "site"
    report = subjects.institution(world, "1")
    first = write_site(world, report, folder, 1)
    assert (first.group_count, first.author_count, first.removed_count) == (2, 2, 0)
    names = {"author-1.html", "author-2.html", "group-10.html", "group-11.html", "index.html"}
    assert {path.name for path in folder.glob("*.html")} == names
    assert {path.relative_to(folder).as_posix() for path in (folder / "assets").iterdir()} == set(SHARED.values())

    def content() -> dict[str, str]:
        return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.rglob("*.*")}

    before = content()
    (folder / "author-9.html").write_text("mine", encoding="utf-8")
    write_site(world, report, folder, 1)
    assert content() == before | {"author-9.html": hashlib.sha256(b"mine").hexdigest()}
    assert write_site(world, report, folder, 3).removed_count == 2
    assert {path.name for path in folder.glob("author-*.html")} == {"author-9.html"}


def test_every_link_within_the_site_leads_to_a_page(world: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    index = write_site(world, subjects.institution(world, "1"), tmp_path, 1).index
    reached, waiting = set(), ["index.html"]
    while waiting:
        name = waiting.pop()
        reached.add(name)
        for tag, attributes in Read((tmp_path / name).read_text(encoding="utf-8")).elements:
            target = attributes.get("href") or ""
            if tag == "a" and target.endswith(".html") and target not in reached:
                waiting.append(target)
    assert reached == {path.name for path in index.parent.glob("*.html")}


def test_a_folder_with_somebodys_index_is_left_alone(world: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    report = subjects.institution(world, "1")
    (tmp_path / "index.html").write_text("my home", encoding="utf-8")
    with pytest.raises(UsageError, match=r"index\.html exists and is not a page that figshare-warehouse wrote"):
        write_site(world, report, tmp_path, 1)
    assert [path.name for path in tmp_path.iterdir()] == ["index.html"]
    with pytest.raises(UsageError, match=r"is not a folder, and --output takes one"):
        write_site(world, report, tmp_path / "index.html", 1)
    with pytest.raises(FigshareWarehouseError, match="cannot be created"):
        write_site(world, report, tmp_path / "index.html" / "site", 1)


def test_a_long_list_of_items_is_cut_and_says_so(
    world: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("figshare_warehouse.reports.html.page_tables.ITEMS_SHOWN", 2)
    read = Read(pages(world)["institution"])
    assert len(read.rows["items"]) == 1 + 2
    assert "Items (3)" in read.text
    assert "The latest first; `figshare-warehouse export articles` has all. The first 2 of 3." in read.text


def test_a_search_is_found_by_its_name(world: duckdb.DuckDBPyConnection) -> None:
    report = subjects.search(world, "LIGHT")
    ids = [row[report.rows.columns.index("article_id")] for row in report.rows.rows]
    assert (report.headline["found_article_count"], ids) == (2, [101, 900])
    assert subjects.search(world, "lig").title == "light"
    with pytest.raises(UsageError, match=r"There is no search 'soil': there is 'light'\.$"):
        subjects.search(world, "soil")
    insert(world, "search_summary", {"search": "lights"})
    with pytest.raises(subjects.AmbiguousError, match=r"'ig' can be 2 searches: say which with its whole name"):
        subjects.search(world, "ig")
    world.execute("delete from reports.search_summary where search = 'lights'")


def test_a_search_that_finds_nothing_of_the_repository_has_a_page(empty: duckdb.DuckDBPyConnection) -> None:
    with reports_of(empty) as connection:
        insert(connection, "search_summary", {"search": "else", "found_article_count": 1, "usage_known_ratio": 0.0})
        insert(connection, "search_results", {"search": "else", "article_id": 900, "is_found": True})
        text = render(page_data.page_of(connection, subjects.search(connection, "else")))
    assert Read(text).rows["items"][1:] == [["Item 900", "–", "–", "–", "–", "–", "–"]]
    assert tiles(text)["Items found"] == "1"
    assert tiles(text)["Downloads"] == "–"


def test_without_a_search_it_is_said_how_to_make_one(empty: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(UsageError, match=r"There is no search 'soil': `figshare-warehouse refresh --search"):
        subjects.search(empty, "soil")


@pytest.mark.parametrize(("level", "said"), [(1, "with the groups below it"), (None, "by itself")])
def test_what_lies_below_a_group_is_not_said_where_it_is_not_known(level: int | None, said: str) -> None:
    row = dict.fromkeys(["group_name", "path", "downloads_full", "views_full"])
    rows = [{**row, "group_id": 5, "level": level, "article_count_with_subgroups": 1}]
    rows.append({**row, "group_id": None, "level": None, "article_count_with_subgroups": 1})
    assert said in page_tables.groups(rows, page_tables.NO_LINKS, "Groups").note


def test_the_month_with_most_is_over() -> None:
    months = [
        {"month": date(2026, 1, 1), "views": 60, "is_complete": True},
        {"month": date(2026, 2, 1), "views": 90, "is_complete": False},
    ]
    assert page_usage.months_summary("views", months).startswith("Most in Jan 2026: 60.")
    assert page_usage.months_summary("views", months[1:]).startswith("Most in Feb 2026: 90.")
