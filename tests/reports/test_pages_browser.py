"""Pages in headless Chromium without a network: charts are drawn, nothing is asked for, nothing hostile runs."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from figshare_warehouse.reports import subjects
from figshare_warehouse.reports.html import page_data
from figshare_warehouse.reports.html.page import render
from figshare_warehouse.reports.html.site import write_site
from tests.reports.pages_world import small

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
DRIVER = shutil.which("chromedriver")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not (CHROMIUM and DRIVER), reason="needs Chromium and chromedriver, which are not installed"),
]

NAMES = ("institution", "group", "author", "search")


@pytest.fixture(scope="module")
def folder(empty: duckdb.DuckDBPyConnection, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Pages and a site of the small world, plain and hostile."""
    made = tmp_path_factory.mktemp("pages")
    for kind in ("plain", "hostile"):
        with small(empty, hostile=kind == "hostile") as connection:
            reports = (
                subjects.institution(connection, "1"),
                subjects.group(connection, "10"),
                subjects.author(connection, "1"),
                subjects.search(connection, "light"),
            )
            for name, report in zip(NAMES, reports, strict=True):
                path = made / f"{kind}-{name}.html"
                path.write_text(render(page_data.page_of(connection, report)), encoding="utf-8")
            write_site(connection, reports[0], made / f"{kind}-site", 1)
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
    assert len(paths) == 9
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
    for path in [folder / f"{kind}-{name}.html" for name in NAMES] + [folder / f"{kind}-site" / "index.html"]:
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


def test_a_page_has_names_for_all_that_is_used_and_drawn(browser: Any, folder: Path) -> None:
    open_page(browser, folder / "plain-institution.html")
    for chart in browser.find_elements("css selector", ".chart"):
        assert chart.aria_role in ("img", "image")
        assert len(chart.accessible_name) > 20
    for element in browser.find_elements("css selector", "button, input, table, [role=region]"):
        if element.is_displayed():
            assert element.accessible_name
    assert len(browser.find_elements("css selector", "h1")) == 1


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
