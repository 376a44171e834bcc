"""The reports for administrators: reviews, an account, and what needs them. Reads the file of internal reports only.

They name people, so they are no part of a site, and a file that is written of them is only its owner's.
"""

from __future__ import annotations

import duckdb

from figshare_warehouse.errors import UsageError
from figshare_warehouse.models import queries
from figshare_warehouse.reports.report import Report, Section, Value
from figshare_warehouse.reports.subjects import AmbiguousError, orcid_in, several
from figshare_warehouse.reports.text import harmless, quoted

NAMES = frozenset({"reviews", "account", "administration"})
"""The names of these reports."""

MONTHS_SHOWN = 12
TOP = 10
"""So many rows of a table the terminal shows where others follow."""
_NOT_READ = "It is read with `refresh --internal`."

_QUEUE = {
    "waiting_days": "Days",
    "title": "Title",
    "reviewer_name": "With",
    "round": "Round",
    "owner_name": "Owner",
    "group_name": "Group",
    "review_id": "Review",
}
_MONTHS = {
    "month": "Month",
    "review_count": "Ended",
    "approved_count": "Approved",
    "rejected_count": "Rejected",
    "closed_count": "Closed",
    "median_days": "Median days",
    "p90_days": "Nine of ten",
}
_REVIEWERS = {
    "reviewer_name": "Reviewer",
    "review_count": "Ended",
    "approved_count": "Approved",
    "rejected_count": "Rejected",
    "closed_count": "Closed",
}
_COUNTS = {
    "waiting_count": "Waiting",
    "unassigned_count": "With no reviewer",
    "longest_waiting_days": "Longest wait (days)",
    "decided_month": "Last month with decisions",
    "decided_count": "Decided in it",
    "median_days": "Median days to a decision",
    "p90_days": "Nine of ten within (days)",
    "seen_at": "Reviews as of (UTC)",
}
_NONE = {"longest_waiting_days": "none", "decided_month": "none", "median_days": "none", "p90_days": "none"}


def reviews(connection: duckdb.DuckDBPyConnection) -> Report:
    """Returns what waits for review, what waits for longest first; decisions by month, and by reviewer.

    Args:
        connection: the file of internal reports.
    """
    [headline] = queries.rows(connection, "select/internal/review_counts")
    others = (_months(connection), _reviewers(connection))
    return Report("reviews", "Reviews", headline, _COUNTS, _queue(connection), others, _NONE)


def account(connection: duckdb.DuckDBPyConnection, wanted: str | None = None) -> Report:
    """Returns one account: its articles in every state, what was modified last first; its roles, and its storage.

    Args:
        connection: the file of internal reports.
        wanted: an e-mail address, a name in whole or in part, an ORCID iD or Figshare's id of the account; optional
            where there is only one.

    Raises:
        AmbiguousError: there are several.
        UsageError: there is no such account.
    """
    found = _find_accounts(connection, wanted)
    if len(found) != 1:
        said = several(wanted, "accounts", found, _account_words, "an id or e-mail address")
        raise AmbiguousError(said, found)
    (row,) = found
    id_ = row["account_id"]
    shown = {
        "title": "Title",
        "state": "State",
        "review_status": "Review",
        "modified_at": "Modified (UTC)",
        "published_at": "Published (UTC)",
        "article_id": "Id",
    }
    articles = _section(connection, "Articles", shown, "internal/account_articles", "rows", account_id=id_)
    shown = {"group_name": "Group", "role_name": "Role", "read_at": "Read (UTC)"}
    roles = _section(connection, "Roles", shown, "internal/account_roles", "roles", account_id=id_)
    shown = {"on_date": "Day", "used_bytes": "Used", "quota_bytes": "Quota"}
    storage = _section(connection, "Storage", shown, "internal/account_days", "storage", account_id=id_)
    labels = {
        "account_id": "Figshare's id",
        "email": "E-mail",
        "orcid": "ORCID iD",
        "group_name": "Group",
        "is_active": "Can be used",
        "created_at": "Made (UTC)",
        "deposits": "Deposits",
        "owned_article_count": "Articles it owns",
        "owned_published_count": "Published",
        "owned_draft_count": "Drafts",
        "last_deposited_at": "Last deposited (UTC)",
        "used_bytes": "Storage used",
        "quota_bytes": "Quota",
        "full_on": "Full on, at the present pace",
        "seen_at": "As of (UTC)",
    }
    title = str(row["account_name"] or f"Account {id_}")
    none = {"orcid": "none", "last_deposited_at": "none", "full_on": "not foreseen"}
    return Report("account", title, row, labels, articles, (roles, storage), none)


def administration(connection: duckdb.DuckDBPyConnection) -> Report:
    """Returns what needs an administrator: reviews that wait, how long decisions take, storage, and drafts.

    Args:
        connection: the file of internal reports.
    """
    [headline] = queries.rows(connection, "select/internal/review_counts")
    [counts] = queries.rows(connection, "select/internal/account_counts")
    shown = {
        "account_name": "Account",
        "used_bytes": "Used",
        "quota_bytes": "Quota",
        "used_ratio": "Share",
        "full_on": "Full on",
        "email": "E-mail",
    }
    storage = _section(connection, "Storage that runs out first", shown, "internal/storage", "storage", TOP)
    shown = {
        "idle_days": "Days untouched",
        "title": "Title",
        "account_name": "Owner",
        "missing": "Missing",
        "article_id": "Id",
    }
    drafts = _section(connection, "Drafts", shown, "internal/drafts", "drafts", TOP)
    shown = {
        "school": "School",
        "account_count": "Accounts",
        "active_count": "Deposited in a year",
        "never_count": "Never",
    }
    depositors = _section(connection, "Depositors by school", shown, "internal/depositors_by_school", "depositors", TOP)
    labels = _COUNTS | {
        "account_count": "Accounts",
        "never_deposited_count": "Accounts that never deposited",
        "draft_count": "Drafts",
        "full_count": "Accounts without storage left",
        "quota_request_count": "Requests for storage that wait",
    }
    drafts.absent["missing"] = "nothing"
    others = (_months(connection), storage, drafts, depositors)
    return Report("administration", "Administration", headline | counts, labels, _queue(connection), others, _NONE)


def _queue(connection: duckdb.DuckDBPyConnection) -> Section:
    section = _section(connection, "Waiting for review", _QUEUE, "internal/review_queue")
    section.absent.update(reviewer_name="nobody", group_name="none")
    return section


def _months(connection: duckdb.DuckDBPyConnection) -> Section:
    return _section(connection, "Decisions by month", _MONTHS, "internal/review_months", "months", MONTHS_SHOWN)


def _reviewers(connection: duckdb.DuckDBPyConnection) -> Section:
    return _section(connection, "Reviewers in the last twelve months", _REVIEWERS, "internal/reviewers", "reviewers")


def _find_accounts(connection: duckdb.DuckDBPyConnection, wanted: str | None) -> list[dict[str, Value]]:
    asked: dict[str, object] = {"account_id": None, "orcid": None, "name": None}
    text = " ".join((wanted or "").split())
    if orcid := orcid_in(text):
        asked["orcid"] = orcid
    elif text.isdecimal():
        # Longer ones are no id.
        asked["account_id"] = int(text[:18])
    else:
        asked["name"] = text or None
    found = queries.rows(connection, "select/internal/accounts", **asked)
    if exact := [row for row in found if text and str(row["email"] or "").lower() == text.lower()]:
        return exact
    if not found:
        if wanted:
            raise UsageError(
                f"There is no account {quoted(wanted)}: give an e-mail address, a name, an ORCID iD or Figshare's id "
                "of the account."
            )
        raise UsageError(f"No account is known. {_NOT_READ}")
    return found


def _account_words(row: dict[str, Value]) -> str:
    return harmless(f"{row['account_id']} {row['account_name'] or '(no name)'}, {row['email'] or 'no e-mail address'}")


def _section(
    connection: duckdb.DuckDBPyConnection,
    title: str,
    shown: dict[str, str],
    query: str,
    name: str = "rows",
    most: int | None = None,
    **parameters: object,
) -> Section:
    columns, rows = queries.table(connection, f"select/{query}", **parameters)
    return Section(name, title, columns, rows, shown, most=most)
