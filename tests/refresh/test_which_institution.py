"""The institution's id, found from what people have: a portal or an article; asked for once, refused where wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from figshare_sandbox import Fault, Sandbox
from figshare_sandbox.world.vocabulary import INSTITUTION_ID, INSTITUTION_NAME, OTHER_INSTITUTION_ID
from figshare_warehouse.cli.summary import summary_lines
from figshare_warehouse.clock import utc_now
from figshare_warehouse.configuration import resolve_settings
from figshare_warehouse.errors import FigshareWarehouseError, UsageError
from figshare_warehouse.refresh import followed, refresh
from figshare_warehouse.refresh.plan import plan
from figshare_warehouse.sources.figshare.client import FigshareClient
from figshare_warehouse.sources.figshare.institutions import find_institution, institution_reference
from tests.support import Quiet, Refreshed, count, rows

NAMES = "select institution_name from reports.institution_summary"


def _client(figshare: Sandbox) -> FigshareClient:
    return FigshareClient(figshare.api_url, requests_per_second=0.0, max_tries=1)


def _article(figshare: Sandbox, institution: int = INSTITUTION_ID, has_doi: bool = True) -> int:
    items = figshare.world.items
    public = figshare.world.public_ids(everywhere=True)
    return min(n for n in public if items[n].institution == institution and bool(items[n].detail["doi"]) == has_doi)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (" 990 ", (990, None, None)),
        ("Northfield", (None, None, "northfield")),
        ("https://repository.lboro.ac.uk/", (None, None, "repository.lboro.ac.uk")),
        ("lboro.figshare.com", (None, None, "lboro.figshare.com")),
        ("https://lboro.figshare.com/articles/dataset/A_title/123456", (None, 123456, None)),
        ("10.17028/rd.lboro.123456.v1", (None, 123456, None)),
        # A page of a portal that is no article's is the portal.
        ("https://data.northfield.example/collections/5", (None, None, "data.northfield.example")),
    ],
)
def test_references(text: str, expected: tuple[object, ...]) -> None:
    found = institution_reference(text)
    assert (found.institution_id, found.article and found.article.article_id, found.portal) == expected


@pytest.mark.parametrize("text", ["", "-", "a b", "https://", "https://[", "figshare.com", "x_y", "\x1b[2J"])
def test_what_is_no_institution(text: str) -> None:
    with pytest.raises(UsageError, match="institution takes an institution's id, its portal, or the URL") as told:
        resolve_settings({"institution": text})
    assert str(told.value).isprintable()


def test_an_article_tells_the_id_in_one_request(figshare: Sandbox) -> None:
    article = _article(figshare)
    doi = figshare.world.items[article].detail["doi"]
    with _client(figshare) as client:
        for text in (f"https://anything.example/articles/dataset/Title/{article}", f"https://doi.org/{doi}"):
            figshare.clear_requests()
            found = find_institution(client, institution_reference(text))
            assert (found.institution_id, found.article_id) == (INSTITUTION_ID, article)
            assert str(found) == f"{text} is institution 990 (found from article {article})."
            assert [one.path for one in figshare.requests] == ["/v2/oai"]


def test_a_doi_that_does_not_hold_the_id_takes_two(figshare: Sandbox) -> None:
    article = _article(figshare, OTHER_INSTITUTION_ID)
    # Its end is another article's id.
    doi = f"10.5072/Rd.{_article(figshare)}"
    figshare.world.items[article].detail["doi"] = doi
    with _client(figshare) as client:
        figshare.clear_requests()
        found = find_institution(client, institution_reference(doi))
        assert (found.institution_id, found.article_id) == (OTHER_INSTITUTION_ID, article)
        assert [one.path for one in figshare.requests] == ["/v2/oai", "/v2/articles", "/v2/oai"]


@pytest.mark.parametrize(
    ("text", "institution"),
    [
        ("https://data.northfield.example", INSTITUTION_ID),
        ("northfield", INSTITUTION_ID),
        ("northfield.figshare.com", INSTITUTION_ID),
        ("southmoor", OTHER_INSTITUTION_ID),
        ("southmoor.figshare.com/about", OTHER_INSTITUTION_ID),
    ],
)
def test_a_portal_is_looked_up_in_the_list(figshare: Sandbox, text: str, institution: int) -> None:
    with _client(figshare) as client:
        found = find_institution(client, institution_reference(text))
        assert (found.institution_id, found.article_id) == (institution, None)
        assert str(found).endswith("(found from Figshare's list of portals).")


def test_what_figshare_does_not_tell_is_said_with_what_to_give(figshare: Sandbox) -> None:
    items = figshare.world.items
    of_nobody = min(n for n in figshare.world.public_ids(everywhere=True) if not items[n].institution)
    told = "give --institution the URL or DOI of"
    with _client(figshare) as client:
        for text, message in (
            ("nowhere", f"Figshare does not say whose portal nowhere is: {told} one of its articles, from which"),
            ("nowhere.figshare.com", "Figshare does not say whose portal nowhere.figshare.com is: give"),
            ("10.5072/7777777", f"Figshare shows no public article 10.5072/7777777: {told} another article"),
            (f"https://figshare.com/articles/a/{of_nobody}", f"Figshare names no institution for article {of_nobody}:"),
        ):
            with pytest.raises(UsageError) as error:
                find_institution(client, institution_reference(text))
            assert str(error.value).startswith(message)
        # Nobody promised that list.
        figshare.faults.add(Fault("status", status=403, path=r"/v2/altmetric/institutions$"))
        with pytest.raises(
            UsageError, match=r"whose portal northfield is \(http.* answered 403.*\): give --institution"
        ):
            find_institution(client, institution_reference("northfield"))
        figshare.faults.add(Fault("status", status=500, path=r"/v2/oai$"))
        with pytest.raises(FigshareWarehouseError, match="answered 500"):
            find_institution(client, institution_reference("https://figshare.com/articles/a/5000"))


def test_a_refresh_finds_it_once_and_remembers_it(figshare: Sandbox, refreshed: Refreshed, tmp_path: Path) -> None:
    warehouse = tmp_path / "warehouse.duckdb"
    settings = resolve_settings({"institution": "northfield", "api_url": figshare.api_url, "usage": ["none"]})
    planned = plan(settings, followed(settings), warehouse, utc_now())
    assert planned.headline["listings"] == "the institution of northfield"
    assert ("institution_id", 2, "estimated", "the id of the institution of northfield") in planned.rows.rows
    outcome = refreshed(figshare, warehouse, institution="northfield", token=None)
    assert outcome.outcome == "done"
    assert summary_lines(outcome, warehouse, 0)[0] == (
        f"northfield is institution 990, {INSTITUTION_NAME} (found from Figshare's list of portals)."
    )
    assert rows(warehouse, "select distinct listing from figshare.listed_articles") == [("institution 990",)]
    # Figshare told the name with it; the user's own wins.
    assert rows(warehouse, NAMES) == [(INSTITUTION_NAME,)]
    figshare.clear_requests()
    outcome = refreshed(figshare, warehouse, institution=" northfield", token=None, institution_name="Mine")
    assert outcome.found_institution is None
    assert [one for one in figshare.requests if "altmetric" in one.path or "oai" in one.path] == []
    assert rows(warehouse, NAMES) == [("Mine",)]
    planned = plan(settings, followed(settings), warehouse, utc_now())
    assert planned.headline["listings"] == "institution 990"
    assert "institution_id" not in {row[0] for row in planned.rows.rows}
    # Another portal is another institution.
    with pytest.raises(UsageError, match="holds institution 990: give another --warehouse for institution 991"):
        refreshed(figshare, warehouse, institution="southmoor")


def test_what_is_not_found_leaves_nothing_behind(figshare: Sandbox, tmp_path: Path) -> None:
    folder = tmp_path / "new"
    folder.mkdir()
    settings = {"institution": "nowhere", "api_url": figshare.api_url, "requests_per_second": 0.0}
    with pytest.raises(UsageError, match="whose portal nowhere is"):
        refresh(resolve_settings(settings), folder / "w.duckdb", Quiet())
    assert list(folder.iterdir()) == []


def test_an_id_is_held_against_the_listing(figshare: Sandbox, refreshed: Refreshed, loaded: Path) -> None:
    article = _article(figshare)
    figshare.world.items[article].institution = OTHER_INSTITUTION_ID
    figshare.world.hidden_from_listings.add(article)
    before = {name: count(loaded, f"figshare.{name}") for name in ("articles", "listed_articles", "listings")}
    with pytest.raises(UsageError, match=r"is institution 991 \(found from article \d+\). But Figshare does not list"):
        refreshed(figshare, loaded, institution=f"https://x.example/articles/a/{article}", add_institution=True)
    assert {name: count(loaded, f"figshare.{name}") for name in before} == before
    assert rows(loaded, "from figshare.found_institutions") == []
    assert rows(loaded, "select count(*) from figshare.api_versions where institution_id = 991") == [(0,)]
