-- One row per account that is gone, or was not seen, since before a time.
--
-- parameters:
--   before: the time (UTC).
--
-- columns:
--   account_id: the account.

with
gone as (
    select
        account_id,
        max(left_at) as left_at
    from figshare_internal.account_leavings
    where returned_at is null
    group by account_id
)

select accounts.account_id
from figshare_internal.accounts as accounts
left join gone on accounts.account_id = gone.account_id
where coalesce(gone.left_at, accounts.seen_at) < $before
