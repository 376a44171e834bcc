"""The column contract of every table of the schema `figshare_internal`: personal data that only administrators see.

They are declared as the public ones are, and are none of them: the public file is made without them. A warehouse has
them once `--internal` or `--account` was used.
"""

from __future__ import annotations

from figshare_warehouse.tables.contract import Table
from figshare_warehouse.tables.internal.accounts import (
    ACCOUNT_DETAILS,
    ACCOUNT_LEAVINGS,
    ACCOUNT_ROLE_READINGS,
    ACCOUNT_ROLES,
    ACCOUNT_STORAGE,
    ACCOUNTS,
    EMBARGO_OPTIONS,
    OWN_ACCOUNTS,
    ROLES,
)
from figshare_warehouse.tables.internal.articles import ARTICLES, LISTED_ARTICLES
from figshare_warehouse.tables.internal.notes import PUBLISHED_FILES, READINGS, REFUSALS, RIGHTS
from figshare_warehouse.tables.internal.reviews import REVIEW_COMMENT_READINGS, REVIEW_COMMENTS, REVIEWS

__all__ = [
    "ACCOUNTS",
    "ACCOUNT_DETAILS",
    "ACCOUNT_LEAVINGS",
    "ACCOUNT_ROLES",
    "ACCOUNT_ROLE_READINGS",
    "ACCOUNT_STORAGE",
    "ARTICLES",
    "EMBARGO_OPTIONS",
    "INTERNAL_TABLES",
    "LISTED_ARTICLES",
    "OWN_ACCOUNTS",
    "PUBLISHED_FILES",
    "READINGS",
    "REFUSALS",
    "REVIEWS",
    "REVIEW_COMMENTS",
    "REVIEW_COMMENT_READINGS",
    "RIGHTS",
    "ROLES",
]

INTERNAL_TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        ACCOUNTS,
        ACCOUNT_LEAVINGS,
        ACCOUNT_DETAILS,
        ACCOUNT_STORAGE,
        OWN_ACCOUNTS,
        ROLES,
        ACCOUNT_ROLES,
        ACCOUNT_ROLE_READINGS,
        EMBARGO_OPTIONS,
        LISTED_ARTICLES,
        ARTICLES,
        REVIEWS,
        REVIEW_COMMENTS,
        REVIEW_COMMENT_READINGS,
        READINGS,
        REFUSALS,
        RIGHTS,
        PUBLISHED_FILES,
    )
}
"""Every table of the schema `figshare_internal` by name."""
