-- One row per account that the list just read does not show, though this token saw it before.
--
-- One that was found there all the same is not asked for again for some days.
--
-- parameters:
--   token_mark: the token.
--   refresh_id: the refresh that read the list to its end.
--   started_at: when it started (UTC).
--   confirmed_days: so long an account is known to be there.
--
-- columns:
--   account_id: the account.
--   listed_mark: a digest of what the list last showed of it.

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
left join gone on accounts.account_id = gone.account_id
where
    gone.account_id is null
    and accounts.refresh_id <> $refresh_id
    and accounts.token_mark = $token_mark
    and (accounts.missed_at is null or accounts.missed_at < $started_at - to_seconds(86400.0 * $confirmed_days))
order by accounts.account_id
