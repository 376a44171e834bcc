-- One row per account that the list just read does not show, though this token saw it before.
--
-- One that was found there all the same, or was not found, is asked for again after some days; one that was refused
-- after some more.
--
-- parameters:
--   token_mark: the token.
--   refresh_id: the refresh that read the list to its end.
--   started_at: when it started (UTC).
--   confirmed_days: so long what was found out of one holds.
--   refused_days: so long a refusal holds.
--
-- columns:
--   account_id: the account.
--   listed_mark: a digest of what the list last showed of it.
--   is_second: whether it was not found some days ago, and not seen since.

with
gone as (
    select account_id
    from figshare_internal.account_leavings
    where returned_at is null
),

asked as (
    select
        record_id,
        status,
        refused_at
    from figshare_internal.refusals
    where part = 'missing accounts' and token_mark = $token_mark
)

select
    accounts.account_id,
    accounts.listed_mark,
    coalesce(asked.status = 404, false) as is_second
from figshare_internal.accounts as accounts
left join gone on accounts.account_id = gone.account_id
left join asked
    on accounts.account_id = asked.record_id and asked.refused_at >= greatest(accounts.seen_at, accounts.missed_at)
where
    gone.account_id is null
    and accounts.refresh_id <> $refresh_id
    and accounts.token_mark = $token_mark
    and (accounts.missed_at is null or accounts.missed_at < $started_at - to_seconds(86400.0 * $confirmed_days))
    and (
        asked.record_id is null
        or asked.refused_at
        <= $started_at - to_seconds(86400.0 * case when asked.status = 404 then $confirmed_days else $refused_days end)
    )
order by accounts.account_id
