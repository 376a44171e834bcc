"""All reports of two warehouses side by side, and what of them a fresh one cannot know."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

from figshare_warehouse.database.names import quoted
from figshare_warehouse.models import views
from figshare_warehouse.models.computed import Computation, snapshot
from figshare_warehouse.models.lineage import Parsed
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
    "usage_by_group_as_of": "the group in which an article lay then",
    "usage_by_author_as_of": "the authors whom an article listed then",
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
# What these conditions read.
_ASKED_OF = ("intermediate.int_listed_articles", "operations.listings")
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
    # Where the record names no group, that of the listing that last held it.
    "other_articles": {"institution_id", "group_id", "withdrawn_at", "left_at"},
}


def _condition(name: str, unseen: Mapping[str, frozenset[int]]) -> str:
    groups, categories = (", ".join(map(str, sorted(unseen[of]))) for of in ("groups", "categories"))
    condition, _reason = ROWS.get(name, ("true", ""))
    if groups and name in ROWS_OF_GROUPS:
        condition = f"({condition}) and {ROWS_OF_GROUPS[name]}"
    if categories and name in ROWS_OF_CATEGORIES:
        condition = f"({condition}) and {ROWS_OF_CATEGORIES[name]}"
    return condition.format(groups=groups or "NULL", categories=categories)


@contextmanager
def _computed(warehouse: Path) -> Iterator[tuple[duckdb.DuckDBPyConnection, list[Parsed]]]:
    """Computes the reports that are compared, and what they read, each once."""
    files = views.parsed_files(schemas=SCHEMAS)
    compared = [file for file in files if file.sql.is_report and file.sql.name not in HISTORIES]
    with store.connected(warehouse) as connection, snapshot(connection):
        computation = Computation(connection, files)
        computation.need(_ASKED_OF)
        for file in compared:
            computation.compute_report(file.sql.relation)
        if computation.failed:
            raise AssertionError(f"cannot be computed: {computation.failed}")
        yield connection, compared


def differences(old: Path, fresh: Path, unseen: Mapping[str, frozenset[int]]) -> list[str]:
    """Returns in words how the reports of two warehouses differ.

    Args:
        old: one with a history.
        fresh: one of the same moment without.
        unseen: the groups whose past usage Figshare would now tell otherwise, and whose usage by category.
    """
    told = []
    with _computed(old) as (one, files), _computed(fresh) as (other, _):
        for file in files:
            name = file.sql.name
            query = _compared(one, file, unseen)
            # Few differ: the rows of others never become objects.
            first, second = (connection.execute(_DIGEST.format(query)).fetchall() for connection in (one, other))
            if first != second:
                rows, other_rows = (_rows(connection, query) for connection in (one, other))
                told.append(f"{name}: {_words(rows - other_rows, other_rows - rows)}")
    return told


_DIGEST = "select count(*), sum(hash(each)) from ({}) as each"


def _compared(connection: duckdb.DuckDBPyConnection, file: Parsed, unseen: Mapping[str, frozenset[int]]) -> str:
    """A query of the rows of a report without what a fresh warehouse cannot have."""
    left_out = WHEN | _FROM_HISTORY.get(file.sql.name, set())
    columns = connection.execute(f"describe {file.sql.relation}").fetchall()
    # Sums of fractions depend on their order in the last digit.
    rounded = "format('{{:.9g}}', {0} + 0) as {0}"
    listed = ", ".join(
        rounded.format(quoted(column)) if kind == "DOUBLE" else quoted(column)
        for column, kind, *_ in columns
        if column not in left_out
    )
    return f"select {listed} from {file.sql.relation} where {_condition(file.sql.name, unseen)}"


def _rows(connection: duckdb.DuckDBPyConnection, query: str) -> Counter[tuple[Any, ...]]:
    result = connection.execute(query)
    names = [column[0] for column in result.description or ()]
    return Counter(tuple(zip(names, row, strict=True)) for row in result.fetchall())


def _words(more: Counter[Any], less: Counter[Any]) -> str:
    first, second = next(iter(more), None), next(iter(less), None)
    counts = f"{more.total()} rows only in the old, {less.total()} only in the fresh"
    if first is None or second is None:
        return f"{counts}, such as {dict(first or second or ())}"
    nearest = min(less, key=lambda row: sum(a != b for a, b in zip(first, row, strict=True)))
    apart = {a[0]: (a[1], b[1]) for a, b in zip(first, nearest, strict=True) if a != b}
    key = dict(list(first)[:3])
    return f"{counts}, such as {key}: {apart}"
