-- One row per account whose roles have to be read: they never were, or are old.
--
-- Only accounts that this token sees, that can be used, and that are not gone.
--
-- parameters:
--   token_mark: the token.
--   started_at: when this refresh started (UTC).
--   max_age_days: after so many days they are read again.
--
-- columns:
--   account_id: the account.

with
gone as (
    select account_id
    from figshare_internal.account_leavings
    where returned_at is null
)

select accounts.account_id
from figshare_internal.accounts as accounts
left join figshare_internal.account_role_readings as readings on accounts.account_id = readings.account_id
left join gone on accounts.account_id = gone.account_id
where
    gone.account_id is null
    and accounts.is_active
    and accounts.token_mark = $token_mark
    and (readings.read_at is null or readings.read_at < $started_at - to_seconds(86400.0 * $max_age_days))
order by readings.read_at nulls first, accounts.account_id
