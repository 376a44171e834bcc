"""All reports of two warehouses side by side, and what of them a fresh one cannot know."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from figshare_warehouse.models import views
from figshare_warehouse.models.computed import compute, snapshot
from figshare_warehouse.models.sqlfiles import SCHEMAS
from figshare_warehouse.warehouse import store

# Reports of what happened, not of what is.
HISTORIES: dict[str, str] = {
    "refreshes": "the refreshes that there were",
    "refresh_requests": "the requests that they made",
    "failed_requests": "the requests that failed",
    "api_versions": "the versions of the API that were found",
    "usage_scopes": "how the Stats API answered",
    "schema_drift": "what differed from the contract at some time",
    "changes": "what changed from one reading to the next",
    "withdrawn_articles": "a fresh warehouse never saw what is withdrawn",
    "usage_restatements": "figures that Figshare changed after they were read",
    "loaded_records": "all that was ever loaded is counted, and when",
}

# Columns of when something was read, counted or seen, in any report.
WHEN = frozenset(
    {
        *("fetched_at", "observed_at", "usage_as_of", "as_of", "counted_at", "completed_at", "refresh_id"),
        *("figure_at", "other_figure_at", "first_seen_at", "last_seen_at"),
        # A figure that did not move since is not asked for again.
        "counted_to",
    }
)

# Rows that are compared, by report, where only the old warehouse can have the others, with the reason.
_OF_PUBLIC = "entity_type <> 'article' or entity_id in (select article_id from intermediate.int_listed_articles)"
_OF_LISTED = "article_id in (select article_id from intermediate.int_listed_articles)"
_OF_YEARS = "usage_year >= (select year(max(completed_at)) - 1 from operations.listings)"
_USED = "the usage of an article that is withdrawn was read while it was public"
_ASKED = "this year and the last one are asked for, and earlier ones were while they were the last"
ROWS: dict[str, tuple[str, str]] = {
    "usage_by_month": (_OF_PUBLIC, _USED),
    "usage_by_country": (_OF_PUBLIC, _USED),
    "usage_reconciliation": (_OF_PUBLIC, _USED),
    "usage_by_category": (_OF_YEARS, _ASKED),
    "usage_by_referral": (_OF_YEARS, _ASKED),
    "article_versions": (_OF_LISTED, "what is withdrawn stays"),
    **dict.fromkeys(
        (
            *("other_articles", "other_article_authors", "other_article_files"),
            *("other_article_usage_by_month", "other_article_usage_by_country"),
        ),
        (_OF_LISTED, "what left or is withdrawn stays"),
    ),
    "search_results": ("is_found", "what a search does not find any more stays"),
}

# A group's past usage is as Figshare said when it was asked, by the articles that the group had then; it is read again
# when the total shows that. The institution's countries are those of its top groups.
_NOT_OF = "not (entity_type = 'group' and entity_id in ({groups}))"
ROWS_OF_GROUPS = {
    "usage_by_country": f"{_NOT_OF} and entity_type <> 'institution'",
    "usage_reconciliation": f"{_NOT_OF} and entity_type <> 'institution'",
    "group_usage_by_country": "group_id not in ({groups})",
    "usage_by_referral": "group_id not in ({groups})",
}
# By the categories that articles had then, too, which are not public any more.
ROWS_OF_CATEGORIES = {
    "usage_by_category": "group_id not in ({categories})",
}

# What the old warehouse knows of the time before.
_FROM_HISTORY = {
    # What was refused in public, or with other credentials, is so until it is asked for so again.
    "usage_coverage": {"denied_scope_count"},
    "article_versions": {"published_on"},
    "other_articles": {"institution_id", "withdrawn_at", "left_at"},
}


def _condition(name: str, unseen: Mapping[str, frozenset[int]]) -> str:
    groups, categories = (", ".join(map(str, sorted(unseen[of]))) for of in ("groups", "categories"))
    condition, _reason = ROWS.get(name, ("true", ""))
    if groups and name in ROWS_OF_GROUPS:
        condition = f"({condition}) and {ROWS_OF_GROUPS[name]}"
    if categories and name in ROWS_OF_CATEGORIES:
        condition = f"({condition}) and {ROWS_OF_CATEGORIES[name]}"
    return condition.format(groups=groups or "NULL", categories=categories)


def contents(warehouse: Path, unseen: Mapping[str, frozenset[int]]) -> dict[str, Counter[tuple[Any, ...]]]:
    """Computes every report, and returns its rows without the columns that a fresh warehouse cannot have."""
    found: dict[str, Counter[tuple[Any, ...]]] = {}
    with store.connected(warehouse) as connection, snapshot(connection):
        files = views.parsed_files(schemas=SCHEMAS)
        computed = compute(connection, files)
        if computed.failed:
            raise AssertionError(f"cannot be computed: {computed.failed}")
        for file in files:
            if file.sql.is_report and file.sql.name not in HISTORIES:
                left_out = _FROM_HISTORY.get(file.sql.name, set())
                names = [note.name for note in file.sql.notes if note.name not in WHEN | left_out]
                listed = ", ".join(f'"{name}"' for name in names)
                condition = _condition(file.sql.name, unseen)
                rows = connection.execute(f"select {listed} from {file.sql.relation} where {condition}").fetchall()
                found[file.sql.name] = Counter(
                    tuple((name, _rounded(value)) for name, value in zip(names, row, strict=True)) for row in rows
                )
    return found


def _rounded(value: Any) -> Any:
    # Sums of fractions depend on their order in the last digit.
    return float(f"{value:.9g}") if isinstance(value, float) else value


def differences(old: Path, fresh: Path, unseen: Mapping[str, frozenset[int]]) -> list[str]:
    """Returns in words how the reports of two warehouses differ.

    Args:
        old: one with a history.
        fresh: one of the same moment without.
        unseen: the groups whose past usage Figshare would now tell otherwise, and whose usage by category.
    """
    one, other = (contents(warehouse, unseen) for warehouse in (old, fresh))
    told = []
    for name in one:
        more, less = one[name] - other[name], other[name] - one[name]
        if more or less:
            told.append(f"{name}: {_words(more, less)}")
    return told


def _words(more: Counter[Any], less: Counter[Any]) -> str:
    first, second = next(iter(more), None), next(iter(less), None)
    counts = f"{more.total()} rows only in the old, {less.total()} only in the fresh"
    if first is None or second is None:
        return f"{counts}, such as {dict(first or second or ())}"
    nearest = min(less, key=lambda row: sum(a != b for a, b in zip(first, row, strict=True)))
    apart = {a[0]: (a[1], b[1]) for a, b in zip(first, nearest, strict=True) if a != b}
    key = dict(list(first)[:3])
    return f"{counts}, such as {key}: {apart}"
