"""Removing internal records that are older than the user keeps them (`--internal-max-age`)."""

from __future__ import annotations

from datetime import timedelta

from figshare_warehouse.refresh.run import Run
from figshare_warehouse.tables import Table
from figshare_warehouse.tables.internal import (
    ACCOUNT_DETAILS,
    ACCOUNT_LEAVINGS,
    ACCOUNT_ROLE_READINGS,
    ACCOUNT_ROLES,
    ACCOUNT_STORAGE,
    ACCOUNTS,
    ARTICLES,
    LISTED_ARTICLES,
    OWN_ACCOUNTS,
    REFUSALS,
    REVIEW_COMMENT_READINGS,
    REVIEW_COMMENTS,
    REVIEWS,
    RIGHTS,
)

EXPIRED: dict[str, tuple[Table, ...]] = {
    "internal/expired_accounts": (
        *(ACCOUNT_DETAILS, ACCOUNT_STORAGE, ACCOUNT_LEAVINGS, ACCOUNT_ROLES, ACCOUNT_ROLE_READINGS, OWN_ACCOUNTS),
        ACCOUNTS,
    ),
    "internal/expired_storage": (ACCOUNT_STORAGE,),
    "internal/expired_articles": (ARTICLES, LISTED_ARTICLES),
    "internal/expired_reviews": (REVIEW_COMMENTS, REVIEW_COMMENT_READINGS, REVIEWS),
    "internal/expired_rights": (RIGHTS,),
    "internal/expired_refusals": (REFUSALS,),
}
"""The query of what is too old → the tables whose rows with these values go."""


def remove_expired(run: Run) -> None:
    """Removes what is older than the user keeps it, if anything.

    Lists still show decided reviews, so this comes between a list and what is read because of it.

    Raises:
        FigshareWarehouseError: the warehouse cannot be written.
    """
    if run.settings.internal_max_age is None:
        return
    run.load_kept()
    before = run.started_at - timedelta(days=run.settings.days("internal_max_age"))
    for question, tables in EXPIRED.items():
        found = run.ask_arrow(question, before=before)
        if found.num_rows:
            run.loader.remove(dict.fromkeys(tables, found))
