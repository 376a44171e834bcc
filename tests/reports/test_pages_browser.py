"""Pages in headless Chromium without a network: charts are drawn, nothing is asked for, nothing hostile runs."""

from __future__ import annotations

import base64
import json
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from figshare_warehouse.periods import Period
from figshare_warehouse.reports import subjects
from figshare_warehouse.reports.article import article
from figshare_warehouse.reports.html import page_data
from figshare_warehouse.reports.html.page import render
from figshare_warehouse.reports.html.site import write_site
from tests.reports.pages_world import long, small

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
DRIVER = shutil.which("chromedriver")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not (CHROMIUM and DRIVER), reason="needs Chromium and chromedriver, which are not installed"),
]

NAMES = ("institution", "group", "author", "search", "article")


@pytest.fixture(scope="module")
def folder(
    empty: duckdb.DuckDBPyConnection, periods: duckdb.DuckDBPyConnection, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """Pages and a site of the small world, plain and hostile; long ones; and a site of a period."""
    made = tmp_path_factory.mktemp("pages")
    for kind in ("plain", "hostile"):
        with small(empty, hostile=kind == "hostile") as connection:
            reports = (
                subjects.institution(connection, "1"),
                subjects.group(connection, "10"),
                subjects.author(connection, "1"),
                subjects.search(connection, "light"),
                article(connection, "101"),
            )
            for name, report in zip(NAMES, reports, strict=True):
                path = made / f"{kind}-{name}.html"
                path.write_text(render(page_data.page_of(connection, report)), encoding="utf-8")
            write_site(connection, reports[0], made / f"{kind}-site", 1)
    with long(empty) as connection:
        for name, report in (
            ("institution", subjects.institution(connection, "1")),
            ("group", subjects.group(connection, "10")),
        ):
            text = render(page_data.page_of(connection, report))
            (made / f"long-{name}.html").write_text(text, encoding="utf-8")
    year = Period(date(2025, 7, 1), date(2026, 6, 30))
    write_site(periods, subjects.institution(periods), made / "period-site", 1, period=year)
    return made


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from selenium.webdriver import Chrome, ChromeOptions
    from selenium.webdriver.chrome.service import Service

    options = ChromeOptions()
    options.binary_location = str(CHROMIUM)
    for argument in (
        *("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars"),
        *("--disable-background-networking", "--disable-component-update", "--no-first-run"),
        "--host-resolver-rules=MAP * ~NOTFOUND",
    ):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    chrome = Chrome(options=options, service=Service(str(DRIVER)))
    try:
        chrome.execute_cdp_cmd("Network.enable", {})
        chrome.execute_cdp_cmd(
            "Network.emulateNetworkConditions",
            {"offline": True, "latency": 0, "downloadThroughput": 0, "uploadThroughput": 0},
        )
        yield chrome
    finally:
        chrome.quit()


def open_page(browser: Any, path: Path, width: int = 1400, charts: int | None = None) -> list[str]:
    """Opens a page, waits for its charts, and returns the addresses that it asked for."""
    from selenium.webdriver.support.ui import WebDriverWait

    size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    browser.get_log("performance"), browser.get_log("browser")
    browser.get(path.as_uri())
    drawn = "return [document.querySelectorAll('.chart').length, document.querySelectorAll('.chart svg').length]"
    WebDriverWait(browser, 60).until(lambda chrome: len(set(chrome.execute_script(drawn))) == 1)
    if charts is not None:
        assert browser.execute_script(drawn) == [charts, charts]
    said = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]
    return [event["params"]["request"]["url"] for event in said if event["method"] == "Network.requestWillBeSent"]


@pytest.mark.parametrize("name", NAMES)
def test_a_page_draws_its_charts_from_its_one_file(browser: Any, folder: Path, name: str) -> None:
    path = folder / f"plain-{name}.html"
    assert open_page(browser, path, charts=2 if name == "author" else 3) == [path.as_uri()]
    assert browser.get_log("browser") == []
    bars = (
        "return [...document.querySelectorAll('[data-chart=downloads] .mark-rect path')].map(p => p.getBBox().height)"
    )
    # January and March of the months; the search and the author hold the same.
    heights = [height for height in browser.execute_script(bars) if height > 1]
    assert len(heights) == 2
    assert heights[0] > 2.5 * heights[1]


def test_the_map_has_the_countries_in_their_classes(browser: Any, folder: Path) -> None:
    open_page(browser, folder / "plain-institution.html")
    fills = (
        "return [...document.querySelectorAll('[data-chart=world] .mark-shape path')].map(p => p.getAttribute('fill'))"
    )
    by_downloads = browser.execute_script(fills)
    assert len(by_downloads) == 176  # 177 shapes without Antarctica
    (germany,) = [fill for fill in by_downloads if fill != "var(--level-0)"]
    assert germany in {f"var(--level-{level})" for level in range(1, 6)}
    shown = "return getComputedStyle([...document.querySelectorAll('[data-chart=world] .mark-shape path')]"
    shown += ".find(p => p.getAttribute('fill') !== 'var(--level-0)')).fill"
    assert browser.execute_script(shown).startswith("rgb(")
    browser.find_element("css selector", "input[value=views]").click()
    assert browser.find_element("css selector", "[data-legend=views]").is_displayed()
    assert not browser.find_element("css selector", "[data-legend=downloads]").is_displayed()


def test_nothing_hostile_runs(browser: Any, folder: Path) -> None:
    paths = [folder / f"hostile-{name}.html" for name in NAMES] + sorted((folder / "hostile-site").glob("*.html"))
    assert len(paths) == 10
    for path in paths:
        asked = open_page(browser, path)
        assert [address for address in asked if not address.startswith("file:")] == []
        assert browser.get_log("browser") == []
        assert "owned" not in browser.title.replace("document.title='owned'", "")
        assert browser.find_elements("css selector", "img") == []
        for link in browser.find_elements("css selector", "a"):
            assert not (link.get_attribute("href") or "").startswith("javascript")


def test_what_is_put_into_a_page_does_not_run_and_cannot_reach_out(browser: Any, folder: Path) -> None:
    open_page(browser, folder / "plain-author.html")
    browser.execute_script(
        "const s = document.createElement('script'); s.textContent = 'window.ran = 1'; document.body.append(s);"
        "document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=\"window.ran = 1\">');"
    )
    reached = browser.execute_async_script(
        "const done = arguments[0]; fetch('data:text/plain,x').then(() => done(true), () => done(false))"
    )
    assert reached is False
    assert browser.execute_script("return window.ran === undefined")


def test_tables_are_sorted_with_the_keyboard(browser: Any, folder: Path) -> None:
    from selenium.webdriver.common.keys import Keys

    open_page(browser, folder / "plain-institution.html")
    heading = browser.find_element("css selector", "#items th:nth-child(6)")
    button = heading.find_element("css selector", "button")

    def titles() -> list[str]:
        return [cell.text for cell in browser.find_elements("css selector", "#items tbody th > a")]

    assert titles() == ["Item 103", "Dark", "Light"]
    browser.execute_script("document.querySelector('#items th:nth-child(5) button').focus()")
    browser.switch_to.active_element.send_keys(Keys.TAB)
    assert browser.switch_to.active_element == button
    button.send_keys(Keys.ENTER)
    assert (heading.get_attribute("aria-sort"), titles()) == ("descending", ["Light", "Dark", "Item 103"])
    button.send_keys(Keys.SPACE)
    # What is not known is the last in either order.
    assert (heading.get_attribute("aria-sort"), titles()) == ("ascending", ["Dark", "Light", "Item 103"])
    assert len(browser.find_elements("css selector", "#items th[aria-sort]")) == 1


@pytest.mark.parametrize("kind", ["plain", "hostile"])
def test_no_page_is_wider_than_a_narrow_screen(browser: Any, folder: Path, kind: str) -> None:
    paths = [folder / f"{kind}-{name}.html" for name in NAMES] + [folder / f"{kind}-site" / "index.html"]
    for path in [*paths, *(folder / "period-site" / name for name in ("index.html", "group-13.html"))]:
        for width in (360, 1600):
            open_page(browser, path, width)
            assert browser.execute_script("return document.documentElement.scrollWidth") <= width, path
            charts = (
                "return [...document.querySelectorAll('.chart')].every(c => c.firstChild.scrollWidth <= c.clientWidth)"
            )
            assert browser.execute_script(charts)


def test_a_site_is_walked_from_disk(browser: Any, folder: Path) -> None:
    index = folder / "plain-site" / "index.html"
    asked = open_page(browser, index, charts=3)
    assets = {(folder / "plain-site" / "assets" / name).as_uri() for name in ("page.css", "page.js", "charts.js")}
    assert set(asked) == assets | {index.as_uri()}
    browser.find_element("link text", "Ada").click()
    assert browser.current_url.endswith("/author-1.html")
    browser.find_element("link text", "Science").click()
    assert browser.current_url.endswith("/group-10.html")
    browser.find_element("link text", "Northfield").click()
    assert browser.current_url == index.as_uri()


def test_the_months_of_a_period_have_their_places(browser: Any, folder: Path) -> None:
    open_page(browser, folder / "period-site" / "group-13.html", charts=2)
    labels = "return [...document.querySelectorAll('[data-chart=views] .role-axis-label text')].map(t => t.textContent)"
    months = [label for label in browser.execute_script(labels) if " 20" in label]
    assert (months[0], months[-1], len(months)) == ("Jul 2025", "Jun 2026", 12)
    # In Arts nothing is known before November, the fifth of the twelve.
    lefts = """
    const left = (part) => part.getBoundingClientRect().left;
    const frame = document.querySelector("[data-chart=views] .background");
    const bars = [...document.querySelectorAll("[data-chart=views] .mark-rect path")];
    return bars.map((bar) => (left(bar) - left(frame)) / frame.getBoundingClientRect().width * 12);
    """
    places = sorted(browser.execute_script(lefts))
    assert [int(place) for place in places] == [4, 5, 6, 7, 8, 9, 10, 11]
    browser.find_element("link text", "Uni").click()
    assert browser.title == "Uni, 1 Jul 2025 to 30 Jun 2026"


def test_a_page_has_names_for_all_that_is_used_and_drawn(browser: Any, folder: Path) -> None:
    open_page(browser, folder / "plain-institution.html")
    for chart in browser.find_elements("css selector", ".chart"):
        assert chart.aria_role in ("img", "image")
        assert len(chart.accessible_name) > 20
    for element in browser.find_elements("css selector", "button, input, table, [role=region]"):
        if element.is_displayed():
            assert element.accessible_name
    assert len(browser.find_elements("css selector", "h1")) == 1


@contextmanager
def on_paper(browser: Any) -> Iterator[None]:
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print", "features": []})
    try:
        yield
    finally:
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "", "features": []})


# In pixels, less the margins of 15 mm; in inches.
PAPERS = {"A4": (680, 8.27, 11.69), "Letter": (702, 8.5, 11)}
# What is wider than its box, or reaches out of the one around it.
OUTSIDE = """
const shown = (element) => element.getClientRects().length > 0;
const reaches = (element, frame) => {
  const [box, around] = [element.getBoundingClientRect(), frame.getBoundingClientRect()];
  return box.left < around.left - 1 || box.right > around.right + 1;
};
const all = (names) => [...document.querySelectorAll(names)].filter(shown);
return [
  ...all("th, td, .wide, figure, .tiles div").filter((box) => box.scrollWidth > box.clientWidth + 1),
  ...all("th, td").filter((cell) => reaches(cell, cell.closest(".wide"))),
  ...all("th > *, td > *").filter((part) => reaches(part, part.parentElement)),
  ...all("main section, .wide, figure, .chart svg, .tiles").filter((part) => reaches(part, document.body)),
].map((element) => element.tagName + ": " + element.textContent.slice(0, 60));
"""


@pytest.mark.parametrize("paper", PAPERS)
def test_on_paper_nothing_is_wider_than_its_box(browser: Any, folder: Path, paper: str) -> None:
    names = [f"{kind}-{name}.html" for kind in ("plain", "hostile") for name in NAMES]
    for name in (*names, "long-institution.html", "long-group.html", "period-site/index.html"):
        with on_paper(browser):
            open_page(browser, folder / name, PAPERS[paper][0])
            assert browser.execute_script(OUTSIDE) == [], name
            lefts = "return [...new Set([...document.querySelectorAll('main section')].map(s => s.offsetLeft))]"
            assert len(browser.execute_script(lefts)) == 1, "one column"


@pytest.mark.parametrize("paper", PAPERS)
def test_300_items_take_few_sheets(browser: Any, folder: Path, paper: str) -> None:
    open_page(browser, folder / "long-institution.html")
    _, width, height = PAPERS[paper]
    printed = browser.execute_cdp_cmd("Page.printToPDF", {"paperWidth": width, "paperHeight": height})
    sheets = re.findall(rb"/Type\s*/Page\b", base64.b64decode(printed["data"]))
    assert 3 <= len(sheets) <= 10


def test_long_tables_are_cut_on_paper_and_say_so(browser: Any, folder: Path) -> None:
    from selenium.webdriver.common.keys import Keys

    open_page(browser, folder / "long-institution.html")

    def printed(table: str) -> tuple[int, str]:
        with on_paper(browser):
            rows = browser.find_elements("css selector", f"#{table} tbody tr")
            [more] = browser.find_elements("css selector", f"#{table} .more")
            return sum(row.is_displayed() for row in rows), more.text

    assert not browser.find_element("css selector", "#items .more").is_displayed()
    # 152 and 153 in all, of which the page has 100.
    assert [printed(table) for table in ("items", "authors", "funders", "countries")] == [
        (20, "and 280 more"),
        (20, "and 132 more"),
        (20, "and 133 more"),
        (20, "and 83 more"),
    ]
    find = browser.find_element("css selector", "#items input")
    find.send_keys("part 296")
    assert printed("items") == (2, ""), "one by its title, one by its downloads"
    find.send_keys(Keys.BACKSPACE)
    assert printed("items") == (20, "and 6 more")
    with on_paper(browser):
        buttons = browser.find_elements("css selector", "thead button")
        assert {button.value_of_css_property("display") for button in buttons} == {"contents"}


def test_paper_shows_whole_tables_and_is_light(browser: Any, folder: Path) -> None:
    open_page(browser, folder / "plain-institution.html")
    scheme = [{"name": "prefers-color-scheme", "value": "dark"}]
    ground = "return getComputedStyle(document.body).backgroundColor"
    try:
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "screen", "features": scheme})
        assert browser.execute_script(ground) == "rgb(17, 22, 27)"
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print", "features": scheme})
        assert browser.execute_script(ground) == "rgb(255, 255, 255)"
        clipped = (
            "return [...document.querySelectorAll('.wide')].filter(w => getComputedStyle(w).overflowY !== 'visible')"
        )
        assert browser.execute_script(clipped) == []
    finally:
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "", "features": []})
