"""Responses of the Stats API as Arrow rows of the usage tables.

The counts are Figshare's own, not COUNTER's. What was requested and is not in the response was 0.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

import pyarrow as pa
import pycountry

from figshare_warehouse.sources.figshare.facts import MAX_COUNTRIES
from figshare_warehouse.sources.figshare.records.arrow import arrow_schema, table_of
from figshare_warehouse.sources.figshare.usage.stats import Question, Reading, months
from figshare_warehouse.tables import Table
from figshare_warehouse.tables.usage import (
    USAGE_BY_COUNTRY,
    USAGE_BY_DAY,
    USAGE_BY_MONTH,
    USAGE_CATEGORIES,
    USAGE_REFERRALS,
    USAGE_TOTALS,
)

OTHER, NONE, UNKNOWN = "(other)", "(none)", "Unknown"
# Figshare spells it in two ways.
_UNKNOWN = {"Unkown", "unknown", ""}

# Names that ISO 3166-1 does not have: those of geolocation services, of the UN, and older ones. A country that has
# split, or a name that can mean several countries, has no code.
_OTHER_NAMES = {
    "AX": "Aland",
    "AE": "UAE|Emirates",
    "BA": "Bosnia",
    "BF": "Burkina",
    "BQ": "Caribbean Netherlands|Netherlands Caribbean|Bonaire|Bonaire Saint Eustatius and Saba",
    "BN": "Brunei",
    "CC": "Cocos Islands|Keeling Islands",
    "CD": "Congo Kinshasa|Congo DR|Congo DRC|DRC|Democratic Congo|Zaire",
    "CF": "Central Africa",
    "CG": "Congo Brazzaville|Congo Republic",
    "CI": "Ivory Coast|Cote d Ivoire",
    "CN": "Mainland China",
    "CV": "Cape Verde",
    "FK": "Falkland Islands|Islas Malvinas|Malvinas|Falklands",
    "FM": "Micronesia",
    "FR": "Metropolitan France",
    "FO": "Faeroe Islands|Faeroes|Faroes",
    "GB": "UK|Great Britain|Britain|England|Scotland|Wales|Northern Ireland",
    "GS": "South Georgia and South Sandwich",
    "HK": "Hong Kong China",
    "HM": "Heard and McDonald Islands",
    "IE": "Republic of Ireland|Eire",
    "IO": "Chagos Archipelago",
    "KP": "North Korea|DPRK|DPR Korea|Korea DPR|Korea Democratic Peoples",
    "KR": "South Korea|Korea South Republic",
    "LA": "Laos|Lao PDR|Lao",
    "LY": "Libyan Arab Jamahiriya",
    "MF": "Saint Martin|Saint Martin French",
    "MK": "Macedonia|FYROM|Former Yugoslav Republic Macedonia|FYR Macedonia|Macedonia FYR",
    "MM": "Burma",
    "MO": "Macau|Macao China|Macau China",
    "NL": "Holland",
    "PN": "Pitcairn Islands",
    "PS": "Palestine|Palestinian Territory|Palestinian Territories|Palestinian Territory Occupied|"
    "Occupied Palestinian Territory|Occupied Palestinian Territories|West Bank and Gaza",
    "RE": "La Reunion",
    "RU": "Russia",
    "SH": "Saint Helena",
    "SX": "Sint Maarten|Saint Martin Dutch|Saint Martin Dutch part|Saint Maarten",
    "SY": "Syria",
    "SZ": "Swaziland",
    "TC": "Turks and Caicos",
    "TF": "French Southern and Antarctic Lands",
    "TL": "East Timor",
    "TR": "Turkey",
    "UM": "US Outlying Islands|US Minor Outlying Islands",
    "US": "USA|US|America United States",
    "VA": "Vatican City|Vatican|Vatican City State|Holy See",
    "VC": "Saint Vincent",
    "VI": "United States Virgin Islands|American Virgin Islands",
    "WF": "Wallis and Futuna Islands",
    "WS": "Western Samoa",
    # ISO has no code for it; this is the user-assigned one in common use.
    "XK": "Kosovo|Republic of Kosovo",
}

_WORDS = {"st": "saint", "ste": "saint", "is": "islands", "isl": "islands", "rep": "republic", "dem": "democratic"}
_NO_WORDS = {"and", "of", "the", "sar"}
_LETTERS = str.maketrans(
    {"&": " and ", "ø": "o", "ł": "l", "ı": "i", "æ": "ae", "œ": "oe", "đ": "d", **dict.fromkeys(".'’‘ʼ`´")}
)


def total_rows(readings: Sequence[Reading], source: str, refresh_id: str) -> pa.Table:
    """Returns totals as rows of `usage_totals`."""
    return _table(
        USAGE_TOTALS,
        [(*_item(r.question), r.read_at.date(), r.data, source, r.read_at, refresh_id) for r in readings],
    )


def month_rows(readings: Sequence[Reading], refresh_id: str) -> pa.Table:
    """Returns timelines as rows of `usage_by_month`: each requested month, 0 where Figshare has none."""
    return _table(
        USAGE_BY_MONTH,
        [
            (*_item(r.question), month, r.data.get(month, 0), r.read_at, refresh_id)
            for r in readings
            for month in months(r.question.first, r.question.last)
        ],
    )


def day_rows(readings: Sequence[Reading], refresh_id: str) -> pa.Table:
    """Returns timelines as rows of `usage_by_day`: each requested day, 0 where Figshare has none."""
    return _table(
        USAGE_BY_DAY,
        [
            (*_item(r.question), day, r.data.get(day, 0), r.read_at, refresh_id)
            for r in readings
            for day in _days(r.question.first, r.question.last)
        ],
    )


def country_rows(readings: Sequence[Reading], refresh_id: str) -> pa.Table:
    """Returns breakdowns as rows of `usage_by_country`; a requested month without usage is one row with 0.

    A month in which Figshare leaves out countries gets a row for the rest, whose count is still null.
    """
    # There can be thousands of cities in a month: what those of a country share is repeated in Arrow.
    shared: list[tuple[Any, ...]] = []
    places: list[int] = []
    cities: list[str] = []
    counts: list[int | None] = []
    for r in readings:
        item = _item(r.question)
        for month in months(r.question.first, r.question.last):
            countries = r.data.get(month) or {}
            found: dict[str, Mapping[str, int | None]] = {**(_places(countries) or {NONE: {NONE: 0}})}
            if len(countries) >= MAX_COUNTRIES:
                found[OTHER] = {OTHER: None}
            for country, named in found.items():
                places += [len(shared)] * len(named)
                cities += named
                counts += named.values()
                shared.append((*item, month, country, country_code(country), r.read_at, refresh_id))
    schema = arrow_schema(USAGE_BY_COUNTRY)
    own = {"city": cities, "event_count": counts}
    repeated = table_of(shared, pa.schema([field for field in schema if field.name not in own]))
    repeated = repeated.take(pa.array(places, pa.int64()))
    arrays = [
        pa.array(own[field.name], field.type) if field.name in own else repeated.column(field.name) for field in schema
    ]
    return pa.Table.from_arrays(arrays, schema=schema)


def referral_rows(readings: Sequence[Reading], refresh_id: str) -> pa.Table:
    """Returns top lists by referral as rows of `usage_referrals`."""
    return _table(
        USAGE_REFERRALS,
        [
            (*_item(r.question), r.question.first, site, r.question.last, count, r.read_at, refresh_id)
            for r in readings
            for site, count in (r.data or {NONE: 0}).items()
        ],
    )


def category_rows(readings: Sequence[Reading], refresh_id: str) -> pa.Table:
    """Returns top lists by category as rows of `usage_categories`."""
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
    """Returns the ISO 3166-1 alpha-2 code of a country's name, `XK` for Kosovo; None where it is not one country.

    Only names: `NA` means "not available" more often than Namibia. Accents, word order (`Korea, Republic of`) and
    abbreviations do not matter, but part of a name is never enough.
    """
    codes = _codes()
    if code := codes.get(_key(name)):
        return code
    # Two names of one country, such as Myanmar (Burma).
    outer, _, inner = name.replace("[", "(").replace("]", ")").rstrip(" )").partition("(")
    found = {codes.get(_key(part)) for part in (outer, inner)}
    return found.pop() if len(found) == 1 else None


@lru_cache(maxsize=1)
def _codes() -> dict[tuple[str, ...], str]:
    """Key of each name → code; names that two countries share are left out."""
    names = [
        (_key(name), str(country.alpha_2))
        for country in pycountry.countries
        for field in ("name", "official_name", "common_name")
        if (name := getattr(country, field, None))
    ]
    names += [(_key(name), code) for code, others in _OTHER_NAMES.items() for name in others.split("|")]
    codes: dict[tuple[str, ...], set[str]] = {}
    for key, code in names:
        codes.setdefault(key, set()).add(code)
    return {key: found.pop() for key, found in codes.items() if len(found) == 1}


def _key(name: str) -> tuple[str, ...]:
    """The words of a name without accents, in any order: `Korea, Republic of` is `Republic of Korea`."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(c))
    words = re.findall(r"[^\W_]+", plain.translate(_LETTERS))
    return tuple(sorted(_WORDS.get(word, word) for word in words if word not in _NO_WORDS))


def _places(countries: Mapping[str, Mapping[str, int]]) -> dict[str, dict[str, int]]:
    """Country → city → count. The rest of a country's total beyond its cities is one more city."""
    places: dict[str, dict[str, int]] = {}
    for country, cities in countries.items():
        named = {**cities}
        total = named.pop("total", None)
        if total is not None and (rest := total - sum(named.values())):
            named[OTHER] = named.get(OTHER, 0) + rest
        known = UNKNOWN if country in _UNKNOWN else country
        if known not in places and _UNKNOWN.isdisjoint(named):
            if named:
                places[known] = named
            continue
        found = Counter(places.get(known))
        for city, count in named.items():
            found[UNKNOWN if city in _UNKNOWN else city] += count
        places[known] = found
    return places


def _item(question: Question) -> tuple[str, int, str]:
    return question.entity_type, question.entity_id, question.counter


def _days(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=n) for n in range((last - first).days + 1))


def _table(table: Table, rows: Sequence[tuple[Any, ...]]) -> pa.Table:
    return table_of(rows, arrow_schema(table))
