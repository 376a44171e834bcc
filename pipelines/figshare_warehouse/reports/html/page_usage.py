"""Usage by month and country for a page, from `reports.usage_by_month` and `usage_by_country`."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import duckdb

from figshare_warehouse.models import queries
from figshare_warehouse.periods import Period
from figshare_warehouse.reports.html import charts
from figshare_warehouse.reports.html.cells import long_day, month_words, number, percent, share, words
from figshare_warehouse.reports.html.page import Cell, Column, Counter, Table, Usage
from figshare_warehouse.reports.report import Section, Value
from figshare_warehouse.reports.text import harmless

COUNTERS = {"downloads": "Downloads", "views": "Views"}

_YEAR = 12
_NO_MONTHS = "No usage by month is known, which does not mean that there was none."
_PALE = "Months that are not complete are pale; those that are not known have no bar."


def usage(
    connection: duckdb.DuckDBPyConnection, entity_type: str, entity_id: Value | list[Value], institution_id: Value
) -> Usage:
    """Returns usage by month and country, of all time.

    Args:
        connection: where the reports are.
        entity_type: institution, group, author or article.
        entity_id: its id; for several articles, theirs.
        institution_id: whose; None for all.
    """
    several = isinstance(entity_id, list)
    which = {
        "entity_type": entity_type,
        "entity_id": None if several else entity_id,
        "article_ids": entity_id if several else None,
        "institution_id": institution_id,
    }
    months = queries.rows(connection, "pages/usage_by_month", **which)
    countries = queries.rows(connection, "pages/usage_by_country", **which, from_day=None, to_day=None)
    return usage_of(months, countries, entity_type)


def usage_of(found: Sequence[dict[str, Any]], countries: Sequence[dict[str, Any]], entity_type: str) -> Usage:
    """Returns usage by month and country.

    Args:
        found: rows as those of `pages/usage_by_month`.
        countries: rows as those of `pages/usage_by_country`.
        entity_type: institution, group, author or article.
    """
    months = _months(found)
    return _usage(entity_type, months, _months_note(months), months_summary, countries)


def in_period(
    connection: duckdb.DuckDBPyConnection,
    entity_type: str,
    entity_id: Value,
    institution_id: Value,
    period: Period,
    months: Section,
) -> Usage:
    """Returns usage by month and country in a period.

    Args:
        connection: where the reports are.
        entity_type: institution, group or author.
        entity_id: its id.
        institution_id: whose; None for all.
        period: the period.
        months: its months, as `reports.in_period` has them.
    """
    which = {"entity_type": entity_type, "entity_id": entity_id, "article_ids": None, "institution_id": institution_id}
    countries = queries.rows(connection, "pages/usage_by_country", **which, **period.parameters)
    rows = [dict(zip(months.columns, row, strict=True)) for row in months.rows]
    if all(row[name] is None for row in rows for name in COUNTERS):
        rows = []
    note = _NO_MONTHS if not rows else "" if all(row["is_complete"] for row in rows) else _PALE
    return _usage(entity_type, rows, note, _period_summary, countries)


def _usage(
    entity_type: str,
    months: list[dict[str, Any]],
    note: str,
    summary: Callable[[str, list[dict[str, Any]]], str],
    countries: Sequence[dict[str, Any]],
) -> Usage:
    known = [name for name in COUNTERS if any(row[name] is not None for row in months)]
    mapped = [name for name in COUNTERS if any(row[name] is not None for row in countries)]
    bounds = {name: charts.steps([(row[name] or 0) for row in countries]) for name in mapped}
    shapes = {id_: row for row in countries if (id_ := charts.country_id(row["country_code"])) in charts.shape_ids()}
    figures: dict[str, Any] = {
        "months": [
            {"month": row["month"].isoformat(), "label": _label(row), "is_complete": row["is_complete"]}
            | {name: row[name] for name in COUNTERS}
            for row in months
        ],
        "countries": [
            {"id": id_, "country": harmless(row["country"])}
            | {name: row[name] for name in COUNTERS}
            | {f"{name}_level": charts.level(row[name], bounds.get(name, [])) for name in COUNTERS}
            for id_, row in shapes.items()
        ],
    }
    return Usage(
        note=note,
        counters=tuple(Counter(name, COUNTERS[name], summary(name, months)) for name in known),
        months=_months_table(months),
        countries=_countries_table(countries, entity_type),
        countries_note=_countries_note(countries, entity_type),
        map_summary=_map_summary(countries, mapped[0] if mapped else "views"),
        legends={name: _legend(steps) for name, steps in bounds.items()},
        figures=figures,
    )


def _months(found: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each month from the first with usage to the last that is known; None is not known."""
    if not found:
        return []
    by_month: dict[Any, dict[str, Any]] = {row["month"]: row for row in found}
    ends = [row["complete_to"] for row in found]
    complete_to: date | None = None if None in ends else min(ends)
    last = max([*by_month, complete_to] if complete_to else by_month)
    has = {name: any(row[name] is not None for row in found) for name in COUNTERS}
    month, rows = min(by_month), []
    while month <= last:
        end = month.replace(day=monthrange(month.year, month.month)[1])
        is_complete = complete_to is not None and end <= complete_to
        row: dict[str, Any] = {"month": month, "is_complete": is_complete, "complete_to": complete_to}
        for name in COUNTERS:
            # A month without a row had no usage up to the last known month, and is not known after it.
            nothing = 0 if is_complete and has[name] else None
            row[name] = by_month[month][name] if month in by_month else nothing
        row["known_ratio"] = found[0]["known_ratio"]
        rows.append(row)
        month = date(month.year + month.month // _YEAR, month.month % _YEAR + 1, 1)
    return rows


def _label(row: dict[str, Any]) -> str:
    month = month_words(row["month"])
    return month if row["is_complete"] else f"{month} (not complete)"


def _months_note(months: Sequence[dict[str, Any]]) -> str:
    if not months:
        return _NO_MONTHS
    complete_to, covered = months[0]["complete_to"], months[0]["known_ratio"]
    text = (
        "Up to when the months are known is not recorded."
        if complete_to is None
        else f"Complete to {long_day(complete_to)}."
    )
    if isinstance(covered, float) and covered < 1:
        text += f" The months of {percent(covered)} of the items are known; the others are left out."
    if any(not row["is_complete"] for row in months):
        text += f" {_PALE}"
    return text


def months_summary(name: str, months: Sequence[dict[str, Any]]) -> str:
    """Returns what the months show, in words.

    Args:
        name: views or downloads.
        months: the months, in order, of which one at least has a figure.
    """
    complete = [row for row in months if row[name] is not None and row["is_complete"]]
    last = sum((row[name] or 0) for row in complete[-_YEAR:])
    text = _most(name, months)
    if len(complete) > _YEAR:
        before = sum((row[name] or 0) for row in complete[-2 * _YEAR : -_YEAR])
        is_whole = len(complete) >= 2 * _YEAR
        text += f" Last 12 complete months: {last:,}" + (f"; the 12 before: {before:,}." if is_whole else ".")
    return text


def _period_summary(name: str, months: Sequence[dict[str, Any]]) -> str:
    values = [row[name] for row in months if row[name] is not None]
    total = f"In the period: {sum(values):,}."
    return f"{_most(name, months)} {total}" if any(values) else total


def _most(name: str, months: Sequence[dict[str, Any]]) -> str:
    values = [row for row in months if row[name] is not None]
    # A month that is not over may be overtaken.
    most = max([row for row in values if row["is_complete"]] or values, key=lambda row: row[name] or 0)
    return f"Most in {month_words(most['month'])}: {most[name]:,}."


def _months_table(months: Sequence[dict[str, Any]]) -> Table:
    rows = []
    for row in reversed(months):
        month: date = row["month"]
        rows.append((Cell(_label(row), month.isoformat()), *(number(row[name]) for name in COUNTERS)))
    columns = (Column("Month", "date", sorted="descending"), *(Column(label, "number") for label in COUNTERS.values()))
    return Table("months", "Usage by month", columns, rows, "")


def _countries_table(countries: Sequence[dict[str, Any]], entity_type: str) -> Table:
    most = max(((row["downloads"] or 0) for row in countries), default=0)
    total = sum((row["downloads"] or 0) for row in countries)
    rows = [
        (
            words(_country_words(row["country"])),
            number(row["downloads"], most),
            share(None if row["downloads"] is None or not total else int(row["downloads"]) / total),
            number(row["views"]),
        )
        for row in countries
    ]
    columns = (
        Column("Country"),
        Column("Downloads", "number", sorted="descending"),
        Column("Share", "number", is_lesser=True),
        Column("Views", "number"),
    )
    why = (
        ""
        if entity_type in ("group", "institution")
        else (" Countries of single items are only read when a refresh is asked for them (--usage countries).")
    )
    return Table("countries", "Usage by country", columns, rows, f"From which countries it was used is not known.{why}")


def _countries_note(countries: Sequence[dict[str, Any]], entity_type: str) -> str:
    if not countries:
        return ""
    first = month_words(min(row["first_month"] for row in countries))
    last = month_words(max(row["last_month"] for row in countries))
    whose = {
        "institution": "Figshare’s own figures of the institution’s top groups",
        "group": "Figshare’s own figures of the group",
    }.get(entity_type, "The items whose countries are known")
    return f"{whose}, {first} to {last}; they need not add up to the figures of the items."


def _map_summary(countries: Sequence[dict[str, Any]], counter: str) -> str:
    named = sorted(
        (row for row in countries if row["country_code"] and row[counter]), key=lambda row: -(row[counter] or 0)
    )
    if not named:
        return f"World map: no {counter} are counted in a country."
    top = ", ".join(f"{row['country']} ({row[counter]:,})" for row in named[:3])
    places = "1 country or territory" if len(named) == 1 else f"{len(named):,} countries and territories"
    return f"{COUNTERS[counter]} came from {places}, most from {top}."


def _country_words(country: str) -> str:
    return {"Unknown": "Not known to Figshare", "(other)": "Others, not named"}.get(country, country)


def _legend(bounds: Sequence[int]) -> list[str]:
    ends = [bound - 1 for bound in bounds[1:]]
    closed = [f"{low:,}" if low == high else f"{low:,}–{high:,}" for low, high in zip(bounds, ends, strict=False)]
    return [*closed, f"{bounds[-1]:,} or more"] if bounds else []
