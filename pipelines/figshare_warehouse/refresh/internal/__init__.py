"""Reading what only a token may see: part by part, each loaded as it is read, into the schema `figshare_internal`.

A part that the token may not see is noted and not asked for again for a while; the others are read. Nothing that was
loaded before is removed because of it.
"""

from __future__ import annotations

from figshare_warehouse.errors import FigshareWarehouseError
from figshare_warehouse.refresh.internal.accounts import read_account_details, read_accounts, read_own_account
from figshare_warehouse.refresh.internal.articles import read_article_details, read_articles, read_own_articles
from figshare_warehouse.refresh.internal.expiry import remove_expired
from figshare_warehouse.refresh.internal.reviews import read_review_comments, read_reviews
from figshare_warehouse.refresh.internal.rights import InvalidTokenError, Rights
from figshare_warehouse.refresh.internal.roles import read_account_roles, read_embargo_options, read_roles
from figshare_warehouse.refresh.internal.wanted import Reader, wanted_parts
from figshare_warehouse.refresh.run import Run
from figshare_warehouse.warehouse import store

READERS: dict[str, Reader] = {
    "own account": read_own_account,
    "accounts": read_accounts,
    "account details": read_account_details,
    "roles": read_roles,
    "account roles": read_account_roles,
    "embargo options": read_embargo_options,
    "own articles": read_own_articles,
    "articles": read_articles,
    "reviews": read_reviews,
    "review comments": read_review_comments,
    # Last: a detail is read again when a review of its article changed.
    "article details": read_article_details,
}
"""What reads each part. The parts are in the order in which they are read."""


def read_internal(run: Run) -> None:
    """Reads and loads the parts that the settings ask for.

    Raises:
        FigshareWarehouseError: the warehouse cannot be written; what was loaded before stays.
    """
    if store.has_internal(run.connection):
        remove_expired(run)
    parts = wanted_parts(run.settings)
    if not parts or run.is_stopped or run.is_token_refused:
        return
    run.load_kept()
    rights = Rights(run)
    for part in READERS:
        if part not in parts or rights.is_denied(part):
            continue
        if run.is_stopped:
            return
        try:
            with rights.found_out(part):
                READERS[part](run, rights)
        except InvalidTokenError:
            return
        except FigshareWarehouseError:
            # Nothing more can be asked.
            if run.is_stopped:
                return
            raise
        run.load_kept()
        remove_expired(run)
    given = {"token_mark": rights.token_mark, "refresh_id": run.refresh_id}
    [older] = run.ask("internal/seen_by_older_tokens", **given)
    run.outcome.seen_before_count = older["record_count"]
