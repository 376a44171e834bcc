"""The column contract of the usage tables: views, downloads and shares as Figshare's Stats API counts them.

These are Figshare's own counts, not COUNTER's. Every row is known: 0 means that Figshare reports none; what was never
asked for has no row. `usage_coverage` says what was asked for, when, and how it ended.

Source: Figshare's Stats API (https://docs.figshare.com, 2026). Months and days are UTC.
"""

from __future__ import annotations

from figshare_warehouse.tables.contract import Column, Table, computed

NOT_COUNTER = "Figshare's own counts, not COUNTER's."


_ITEM = (
    computed("entity_type", "text", "What was used: article, author, collection, group or project.", is_key=True),
    computed("entity_id", "bigint", "Figshare's id of it.", is_key=True),
    computed("counter", "text", "What is counted: views, downloads or shares.", is_key=True),
)
_OBSERVED = (
    computed("observed_at", "timestamp", "When Figshare said so (UTC)."),
    computed("refresh_id", "text", "The refresh that asked: refreshes.refresh_id."),
)

USAGE_TOTALS = Table(
    "usage_totals",
    f"All-time total of one counter of one item as observed on one day; the last one of the day and source stays. "
    f"{NOT_COUNTER}",
    (
        *_ITEM,
        computed("observed_on", "date", "Day (UTC) of the observation.", is_key=True),
        computed("total", "bigint", f"Views, downloads or shares since the beginning. {NOT_COUNTER}"),
        computed(
            "source",
            "text",
            "Where it is from: `total` (asked for this item), `top` (in a list of many items), `months` (the sum of "
            "all months, where one response gave both).",
            is_key=True,
        ),
        *_OBSERVED,
    ),
)

USAGE_BY_MONTH = Table(
    "usage_by_month",
    f"One counter of one item in one month; a month that was asked and had none is there with 0. {NOT_COUNTER}",
    (
        *_ITEM,
        computed("month", "date", "First day of the month (UTC).", is_key=True),
        computed(
            "event_count", "bigint", f"Views, downloads or shares in the month, up to `observed_at`. {NOT_COUNTER}"
        ),
        *_OBSERVED,
    ),
)

USAGE_BY_DAY = Table(
    "usage_by_day",
    f"One counter of one item on one day; a day that was asked and had none is there with 0. {NOT_COUNTER}",
    (
        *_ITEM,
        computed("day", "date", "The day (UTC).", is_key=True),
        computed("event_count", "bigint", f"Views, downloads or shares on the day, up to `observed_at`. {NOT_COUNTER}"),
        *_OBSERVED,
    ),
)

USAGE_BY_COUNTRY = Table(
    "usage_by_country",
    "One counter of one item in one month from one city of one country. Figshare names at most 10 cities of a country "
    f"and 200 countries: what it does not name is in rows of its own, so that parts add up. {NOT_COUNTER}",
    (
        *_ITEM,
        computed("month", "date", "First day of the month (UTC).", is_key=True),
        computed(
            "country",
            "text",
            "Country as Figshare names it; `Unknown` where it does not know (which it also spells `Unkown`); `(other)` "
            "for all that it leaves out of a month of 200 countries or more; `(none)` for a month without any use.",
            is_key=True,
        ),
        computed(
            "city",
            "text",
            "City as Figshare names it; `(other)` for all that are not named, `(none)` for a month without any use.",
            is_key=True,
        ),
        computed(
            "country_code",
            "text",
            "ISO 3166-1 alpha-2 code by the name, `XK` for Kosovo; NULL where no one country is meant.",
        ),
        computed(
            "event_count",
            "bigint",
            "Views, downloads or shares, up to `observed_at`; NULL for `(other)` when the month's own figure was not "
            f"known then. {NOT_COUNTER}",
        ),
        *_OBSERVED,
    ),
    replaced=("entity_type", "entity_id", "counter", "month"),
)


def _top(name: str, what: Column, description: str) -> Table:
    return Table(
        name,
        f"{description} {NOT_COUNTER}",
        (
            *_ITEM,
            computed("first_on", "date", "First day (UTC) that is counted: the start of a year.", is_key=True),
            what,
            computed(
                "last_on", "date", "Last day (UTC) that is counted: the end of the year, or the day it was asked."
            ),
            computed("event_count", "bigint", f"Views, downloads or shares in that time. {NOT_COUNTER}"),
            *_OBSERVED,
        ),
        replaced=("entity_type", "entity_id", "counter", "first_on"),
    )


USAGE_REFERRALS = _top(
    "usage_referrals",
    computed(
        "referral", "text", "The site that people came from, as Figshare names it; `(none)` for none.", is_key=True
    ),
    "One counter of one group in one year by the site that people came from: the largest as Figshare gives them.",
)

USAGE_CATEGORIES = _top(
    "usage_categories",
    computed("category_id", "bigint", "Category: categories.id; 0 where there was none.", is_key=True),
    "One counter of one group in one year by subject category; an article in several counts in each.",
)

USAGE_ITEMS = Table(
    "usage_items",
    "One author, collection, project or other item whose usage was asked for by name, besides articles and groups.",
    (
        computed("entity_type", "text", "What it is: author, collection, group, project or article.", is_key=True),
        computed("entity_id", "bigint", "Figshare's id of it.", is_key=True),
        computed("refresh_id", "text", "The last refresh that was given it: refreshes.refresh_id."),
    ),
    replaced="all",
)

USAGE_COVERAGE = Table(
    "usage_coverage",
    "The ledger of usage: one counter of one item, one kind of figure and one window of time that was asked for, and "
    "how that ended. What has no row here was never asked.",
    (
        *_ITEM,
        computed(
            "kind",
            "text",
            "Figures asked for: total, months, days, countries, referrals, categories; or of all items at once, with "
            "entity_id 0: top (totals), top_months.",
            is_key=True,
        ),
        computed("window_start", "date", "First day (UTC) asked for; 2008-01-01 for totals.", is_key=True),
        computed("window_end", "date", "Last day (UTC) that the last good response covers; NULL when there was none."),
        computed(
            "state",
            "text",
            "How the last request ended: `fetched`, `empty` (Figshare says none), `truncated` (good, but Figshare left "
            "out what is beyond its limits), `denied` (Figshare refuses it, with 401 or 403; usage_scopes says whether "
            "it refuses all of that kind), `failed`.",
        ),
        computed("fetched_at", "timestamp", "When the last good response was given (UTC); NULL when there was none."),
        computed("asked_at", "timestamp", "When it was last asked for (UTC)."),
        computed("total", "bigint", "The item's total as it was known then; NULL when none was known from elsewhere."),
        computed("message", "text", "What went wrong the last time, in a sentence; NULL when nothing did."),
        computed("refresh_id", "text", "The refresh that last asked: refreshes.refresh_id."),
    ),
)

USAGE_SCOPES = Table(
    "usage_scopes",
    "One part of the Stats API, and whether it is open. It is denied when Figshare refused several items, at two "
    "moments, and answered none; then one item a day is asked for, and all of it when the credentials change.",
    (
        computed(
            "scope",
            "text",
            "A portal's name; `public` for the institution's items asked for without credentials; `elsewhere` for "
            "items of others, which are always asked for without.",
            is_key=True,
        ),
        computed(
            "kind",
            "text",
            "What is asked for there: total, months, days, countries, top, referrals …; or how that is answered: "
            "top_absent (open: what bulk totals leave out has none), top_months (open: bulk requests for a month can "
            "be relied on), long_months (open: more months are answered than documented).",
            is_key=True,
        ),
        computed("entity_type", "text", "Of what: article, author, collection, group or project.", is_key=True),
        computed("state", "text", "`open`, `denied`, or `unusable`: answered, but not as it has to be."),
        computed(
            "credentials",
            "text",
            "A few digits that change with the credentials but do not reveal them; empty without credentials.",
        ),
        computed("asked_at", "timestamp", "When that was last found (UTC)."),
        computed("message", "text", "What Figshare said, in a sentence; NULL when open."),
        computed("refresh_id", "text", "The refresh that found it: refreshes.refresh_id."),
    ),
)

USAGE_RESTATEMENTS = Table(
    "usage_restatements",
    "One figure of a past month that Figshare later changed. usage_by_month has the new one; with these rows earlier "
    f"reports can be reproduced. {NOT_COUNTER}",
    (
        *_ITEM,
        computed("month", "date", "First day of the month (UTC).", is_key=True),
        computed("old_observed_at", "timestamp", "When Figshare gave the old figure (UTC).", is_key=True),
        computed("old_event_count", "bigint", f"The old figure. {NOT_COUNTER}"),
        computed("new_observed_at", "timestamp", "When Figshare gave another (UTC)."),
        computed("new_event_count", "bigint", f"The figure that took its place. {NOT_COUNTER}"),
        computed("refresh_id", "text", "The refresh that found it: refreshes.refresh_id."),
    ),
)

USAGE_COUNTRY_RESTATEMENTS = Table(
    "usage_country_restatements",
    "One figure of a country in a past month that Figshare later changed. usage_by_country has the new one. "
    f"{NOT_COUNTER}",
    (
        *_ITEM,
        computed("month", "date", "First day of the month (UTC).", is_key=True),
        computed("country", "text", "Country, as in usage_by_country.", is_key=True),
        computed("old_observed_at", "timestamp", "When Figshare gave the old figure (UTC).", is_key=True),
        computed("old_event_count", "bigint", f"The old figure, all cities together; 0 for none. {NOT_COUNTER}"),
        computed("new_observed_at", "timestamp", "When Figshare gave another (UTC)."),
        computed("new_event_count", "bigint", f"The figure that took its place; 0 for none. {NOT_COUNTER}"),
        computed("refresh_id", "text", "The refresh that found it: refreshes.refresh_id."),
    ),
)

USAGE_TABLES = (
    USAGE_TOTALS,
    USAGE_BY_MONTH,
    USAGE_BY_DAY,
    USAGE_BY_COUNTRY,
    USAGE_REFERRALS,
    USAGE_CATEGORIES,
    USAGE_ITEMS,
    USAGE_COVERAGE,
    USAGE_SCOPES,
    USAGE_RESTATEMENTS,
    USAGE_COUNTRY_RESTATEMENTS,
)
"""Every usage table."""
