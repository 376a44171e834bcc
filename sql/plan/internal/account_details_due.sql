-- One row per account whose detail has to be read: it is new, the list shows it changed, or its detail is old.
--
-- Only accounts that this token sees, and that are not gone.
--
-- parameters:
--   token_mark: the token.
--   started_at: when this refresh started (UTC).
--   max_age_days: after so many days a detail is read again.
--
-- columns:
--   account_id: the account.
--   listed_mark: a digest of what the list shows of it.

with
gone as (
    select account_id
    from figshare_internal.account_leavings
    where returned_at is null
)

select
    accounts.account_id,
    accounts.listed_mark
from figshare_internal.accounts as accounts
left join figshare_internal.account_details as details on accounts.account_id = details.account_id
left join gone on accounts.account_id = gone.account_id
where
    gone.account_id is null
    and accounts.token_mark = $token_mark
    and (
        details.account_id is null
        or details.listed_mark is distinct from accounts.listed_mark
        or details.fetched_at < $started_at - to_seconds(86400.0 * $max_age_days)
    )
order by details.fetched_at nulls first, accounts.account_id
