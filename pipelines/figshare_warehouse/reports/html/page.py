"""The content of an HTML page, whatever its subject, and how it becomes HTML; `page_data` collects it."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import jinja2

from figshare_warehouse.reports.html import charts
from figshare_warehouse.reports.text import harmless

_HERE = Path(__file__).parent
GENERATOR = "figshare-warehouse"
"""The page's generator mark; the `site` command overwrites and removes only pages with it."""

SHARED = {"page.css": "assets/page.css", "page.js": "assets/page.js", "charts.js": "assets/charts.js"}
"""The shared files of a site: what it is → its path in the site."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One value of a page, as text.

    Attributes:
        text: the text; text from records unchanged, since the template escapes it.
        sort: the sort key; None sorts last, whatever the order.
        href: the link; only http, https or a page of the same site.
        bar: length of a bar beside it, 0 to 1.
        below: small text below it.
        is_lesser: whether `below` is shown only on screens too narrow for the lesser columns.
        depth: its indentation in a tree.
    """

    text: str
    sort: str | float | None = None
    href: str | None = None
    bar: float | None = None
    below: tuple[Cell, ...] = ()
    is_lesser: bool = False
    depth: int = 0


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table.

    Attributes:
        label: its heading.
        kind: `text`, `number` or `date`.
        is_lesser: whether a narrow screen leaves it out.
        sorted: `ascending` or `descending` when the rows come in its order.
    """

    label: str
    kind: str = "text"
    is_lesser: bool = False
    sorted: str | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """One table of a page.

    Attributes:
        id: its place in the page's address.
        title: its heading.
        columns: its columns; the first names the row.
        rows: its rows, a cell per column.
        empty: the text when there are no rows.
        note: a remark on its figures; empty for none.
        is_filtered: whether it can be searched.
        left_out: how many further rows there are that the page does not have.
    """

    id: str
    title: str
    columns: tuple[Column, ...]
    rows: Sequence[tuple[Cell, ...]]
    empty: str
    note: str = ""
    is_filtered: bool = False
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class Tile:
    """One headline figure."""

    label: str
    value: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Counter:
    """One counter by month.

    Attributes:
        name: `downloads` or `views`.
        title: its heading.
        summary: what the chart shows, in a sentence.
    """

    name: str
    title: str
    summary: str


@dataclass(frozen=True, slots=True)
class Usage:
    """Usage by month and by country.

    Attributes:
        note: how far the months are known.
        counters: the charts by month; none when nothing is known.
        months: the same months as a table, the latest first.
        countries: the countries as a table, the most used first.
        countries_note: a remark on them.
        map_summary: what the map shows, in a sentence.
        legends: for each counter, the labels of the map's classes from 1.
        figures: the charts' data: `months` and `countries`.
    """

    note: str
    counters: tuple[Counter, ...]
    months: Table
    countries: Table
    countries_note: str
    map_summary: str
    legends: dict[str, list[str]]
    figures: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Page:
    """One page.

    Attributes:
        kind: `institution`, `group`, `author`, `search` or `article`.
        title: its name.
        period: the days that it is about; empty for all time.
        way: the pages above it, from the top.
        facts: labelled facts about it.
        as_of: how current the figures are, in a sentence.
        tiles: the headline figures.
        overview: tables that come first, side by side where they fit.
        usage: usage by month and country; None for none.
        sections: rows of tables: those of one row are side by side where they fit.
        notes: how the figures are counted, a sentence each.
    """

    kind: str
    title: str
    period: str
    way: tuple[Cell, ...]
    facts: tuple[tuple[str, Cell], ...]
    as_of: str
    tiles: tuple[Tile, ...]
    overview: tuple[Table, ...]
    usage: Usage | None
    sections: tuple[tuple[Table, ...], ...]
    notes: tuple[str, ...] = field(default=())


def render(page: Page, shared: Mapping[str, str] | None = None) -> str:
    """Returns a page as HTML that loads nothing from the network.

    Args:
        page: the page.
        shared: for a page of a site, where its style and scripts lie (`SHARED`); None puts them into the page.
    """
    has_charts = page.usage is not None and bool(page.usage.counters or page.usage.countries.rows)
    scripts = {"charts.js": charts_script()} if has_charts else {}
    scripts["page.js"] = _asset("page.js")
    if shared is None:
        sources = " ".join(f"'sha256-{_hash(script)}'" for script in scripts.values())
        style_source = "'unsafe-inline'"
    else:
        # `file:` for pages that are opened from disk, where browsers differ in the meaning of 'self'.
        sources, style_source = "'self' file:", "'self' file: 'unsafe-inline'"
    return _template().render(
        page=page,
        has_charts=has_charts,
        figures=charts.data(page.usage.figures) if page.usage is not None else "",
        policy=f"default-src 'none'; script-src {sources}; style-src {style_source}; img-src data:; "
        "base-uri 'none'; form-action 'none'",
        generator=GENERATOR,
        scripts=scripts,
        style=_asset("page.css"),
        shared=shared,
    )


def shared_files() -> dict[str, str]:
    """Returns the texts of a site's shared files, by their paths in the site."""
    texts = {"page.css": _asset("page.css"), "page.js": _asset("page.js"), "charts.js": charts_script()}
    return {SHARED[name]: text for name, text in texts.items()}


@cache
def charts_script() -> str:
    """Returns the script that draws the charts, made once."""
    return charts.script()


@cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["harmless"] = harmless
    return environment.get_template("page.html")


@cache
def _asset(name: str) -> str:
    return (_HERE / "assets" / name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")
