"""Values of records and reports as cells of an HTML page."""

from __future__ import annotations

from datetime import date, datetime
from urllib.parse import quote, urlsplit

from figshare_warehouse.reports.html.page import Cell
from figshare_warehouse.reports.report import Value
from figshare_warehouse.reports.terminal import percent as percent_words
from figshare_warehouse.reports.terminal import size as size_words

UNKNOWN = "–"


def words(value: Value, href: str | None = None, absent: str = UNKNOWN) -> Cell:
    """Returns a text as a cell.

    Args:
        value: the text; None is not known.
        href: where it leads, None for nowhere.
        absent: what stands for None.
    """
    return Cell(absent, None) if value is None or value == "" else Cell(str(value), str(value).lower(), href)


def number(value: Value, most: Value = None) -> Cell:
    """Returns a count as a cell.

    Args:
        value: the count; None is not known.
        most: the greatest in the column, for a bar; None for none.
    """
    if not isinstance(value, int | float):
        return Cell(UNKNOWN, None)
    bar = value / most if isinstance(most, int | float) and most > 0 else None
    return Cell(f"{value:,}", value, bar=bar)


def share(value: Value) -> Cell:
    """Returns a share, 0 to 1, as a cell."""
    return Cell(percent(value), value) if isinstance(value, int | float) else Cell(UNKNOWN, None)


def percent(value: float) -> str:
    """Returns a share in words, as a page has it."""
    return percent_words(value).replace("%", "\u00a0%")


def size(value: Value) -> Cell:
    """Returns a number of bytes as a cell."""
    return Cell(size_words(value), value) if isinstance(value, int) else Cell(UNKNOWN, None)


def day(value: Value) -> Cell:
    """Returns a date or a time (UTC) as a cell that shows the day."""
    if not isinstance(value, date):
        return Cell(UNKNOWN, None)
    text = (value.date() if isinstance(value, datetime) else value).isoformat()
    return Cell(text, text)


def long_day(value: date) -> str:
    """Returns a day as people write it."""
    return f"{value.day} {_MONTHS[value.month - 1]} {value.year}"


def month_words(value: date) -> str:
    """Returns a month as people write it."""
    return f"{_MONTHS[value.month - 1]} {value.year}"


def web_address(value: Value) -> str | None:
    """Returns an address from a record when it is one of the web's, else None: `javascript:` leads nowhere."""
    if not isinstance(value, str):
        return None
    try:
        parts = urlsplit(value)
        is_web = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return None
    # Browsers drop white space and controls within an address, and so read another one than is checked here.
    return value if is_web and not any(c.isspace() or not c.isprintable() for c in value) else None


def doi_address(doi: Value) -> str | None:
    """Returns where a DOI leads; None when there is none or it is not one."""
    return f"https://doi.org/{quote(doi, safe='/:;()._-')}" if isinstance(doi, str) and doi.startswith("10.") else None


def orcid_address(orcid: Value) -> str | None:
    """Returns the page of an ORCID iD; None when there is none."""
    return f"https://orcid.org/{quote(orcid, safe='')}" if isinstance(orcid, str) and orcid else None


_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
