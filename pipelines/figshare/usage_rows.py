"""Answers of the Stats API as rows of the usage tables, in Arrow.

The counts are Figshare's own, not COUNTER's. What was asked for and is not in an answer was 0.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

import pyarrow as pa
import pycountry

from pipelines.figshare.parse import arrow_schema
from pipelines.figshare.stats import MAX_COUNTRIES, Question, Reading, months
from pipelines.tables import Table
from pipelines.tables.usage import (
    USAGE_BY_COUNTRY,
    USAGE_BY_DAY,
    USAGE_BY_MONTH,
    USAGE_CATEGORIES,
    USAGE_REFERRALS,
    USAGE_TOTALS,
)

OTHER, NONE, UNKNOWN = "(other)", "(none)", "Unknown"

# Names that services which locate addresses use, and that pycountry does not know under any of its names.
_OTHER_NAMES = {
    "Bonaire, Sint Eustatius, and Saba": "BQ",
    "British Virgin Islands": "VG",
    "Brunei": "BN",
    "Burma": "MM",
    "Cape Verde": "CV",
    "Caribbean Netherlands": "BQ",
    "Cocos [Keeling] Islands": "CC",
    "Congo Republic": "CG",
    "Curacao": "CW",
    "DR Congo": "CD",
    "Democratic Republic of Congo": "CD",
    "Democratic Republic of the Congo": "CD",
    "East Timor": "TL",
    "Falkland Islands": "FK",
    "Ivory Coast": "CI",
    "Macau": "MO",
    "Macedonia": "MK",
    "Micronesia": "FM",
    "Myanmar (Burma)": "MM",
    "Palestine": "PS",
    "Palestinian Territory": "PS",
    "Pitcairn Islands": "PN",
    "Republic of Korea": "KR",
    "Republic of the Congo": "CG",
    "Reunion": "RE",
    "Russia": "RU",
    "Saint Helena": "SH",
    "Saint Martin": "MF",
    "Sint Maarten": "SX",
    "South Georgia and South Sandwich Islands": "GS",
    "St Helena": "SH",
    "St Kitts and Nevis": "KN",
    "St Martin": "MF",
    "St Pierre and Miquelon": "PM",
    "St Vincent and Grenadines": "VC",
    "Swaziland": "SZ",
    "São Tomé and Príncipe": "ST",
    "The Bahamas": "BS",
    "The Gambia": "GM",
    "The Netherlands": "NL",
    "Turkey": "TR",
    "U.S. Virgin Islands": "VI",
    "Vatican City": "VA",
    "Åland": "AX",
}


def total_rows(readings: Sequence[Reading], source: str, refresh_id: str) -> pa.Table:
    """Returns totals as rows of `usage_totals`."""
    return _table(
        USAGE_TOTALS,
        [(*_item(r.question), r.read_at.date(), r.data, source, r.read_at, refresh_id) for r in readings],
    )


def month_rows(readings: Sequence[Reading], refresh_id: str) -> pa.Table:
    """Returns timelines by month as rows of `usage_by_month`: each month asked for, 0 where Figshare names none."""
    return _table(
        USAGE_BY_MONTH,
        [
            (*_item(r.question), month, r.data.get(month, 0), r.read_at, refresh_id)
            for r in readings
            for month in months(r.question.first, r.question.last)
        ],
    )


def day_rows(readings: Sequence[Reading], refresh_id: str) -> pa.Table:
    """Returns timelines by day as rows of `usage_by_day`: each day asked for, 0 where Figshare names none."""
    return _table(
        USAGE_BY_DAY,
        [
            (*_item(r.question), day, r.data.get(day, 0), r.read_at, refresh_id)
            for r in readings
            for day in _days(r.question.first, r.question.last)
        ],
    )


def country_rows(readings: Sequence[Reading], refresh_id: str) -> pa.Table:
    """Returns breakdowns as rows of `usage_by_country`; a month asked for without any use is one row with 0.

    A month in which Figshare leaves out countries gets a row for what they had, with a count that is still null.
    """
    rows: list[tuple[Any, ...]] = []
    for r in readings:
        for month in months(r.question.first, r.question.last):
            countries = r.data.get(month) or {}
            places: dict[tuple[str, str], int | None] = {**_places(countries)} or {(NONE, NONE): 0}
            if len(countries) >= MAX_COUNTRIES:
                places[OTHER, OTHER] = None
            for (country, city), count in places.items():
                code = country_code(country)
                rows.append((*_item(r.question), month, country, city, code, count, r.read_at, refresh_id))
    return _table(USAGE_BY_COUNTRY, rows)


def referral_rows(readings: Sequence[Reading], refresh_id: str) -> pa.Table:
    """Returns tops by referral as rows of `usage_referrals`."""
    return _table(
        USAGE_REFERRALS,
        [
            (*_item(r.question), r.question.first, site, r.question.last, count, r.read_at, refresh_id)
            for r in readings
            for site, count in (r.data or {NONE: 0}).items()
        ],
    )


def category_rows(readings: Sequence[Reading], refresh_id: str) -> pa.Table:
    """Returns tops by category as rows of `usage_categories`."""
    return _table(
        USAGE_CATEGORIES,
        [
            (*_item(r.question), r.question.first, category, r.question.last, count, r.read_at, refresh_id)
            for r in readings
            for category, count in (r.data or {0: 0}).items()
        ],
    )


@lru_cache(maxsize=1024)
def country_code(name: str) -> str | None:
    """Returns the ISO 3166-1 alpha-2 code of a country's name; None when no country is known by that name."""
    if name in _OTHER_NAMES:
        return _OTHER_NAMES[name]
    try:
        return str(pycountry.countries.lookup(name).alpha_2)
    except LookupError:
        return None


def _places(countries: Mapping[str, Mapping[str, int]]) -> dict[tuple[str, str], int]:
    """(country, city) → count. What a country's total has beyond its cities is a city of its own."""
    places: dict[tuple[str, str], int] = {}
    for country, cities in countries.items():
        named = {city: n for city, n in cities.items() if city != "total"}
        rest = cities.get("total", sum(named.values())) - sum(named.values())
        for city, n in [*named.items(), *([(OTHER, rest)] if rest else [])]:
            place = (_known(country), _known(city))
            places[place] = places.get(place, 0) + n
    return places


def _known(name: str) -> str:
    # Figshare writes the unknown in two ways.
    return UNKNOWN if name in ("Unkown", "unknown", "") else name


def _item(question: Question) -> tuple[str, int, str]:
    return question.item_type, question.item_id, question.counter


def _days(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=n) for n in range((last - first).days + 1))


def _table(table: Table, rows: Sequence[tuple[Any, ...]]) -> pa.Table:
    schema = arrow_schema(table)
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(schema)
    arrays = [pa.array(values, field.type) for values, field in zip(columns, schema, strict=True)]
    return pa.Table.from_arrays(arrays, schema=schema)
