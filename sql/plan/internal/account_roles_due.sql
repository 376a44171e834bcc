-- One row per account whose roles have to be read: they never were, or are old.
--
-- Only accounts that this token sees, that can be used, and that are not gone. One whose roles this token was refused
-- is not asked for again for some days, and is asked for last then.
--
-- parameters:
--   token_mark: the token.
--   refused_days: so long a refusal holds.
--   started_at: when this refresh started (UTC).
--   max_age_days: after so many days they are read again.
--
-- columns:
--   account_id: the account.
--   listed_mark: NULL, since the list does not show roles.
--   is_held: whether its roles were ever read.

with
gone as (
    select account_id
    from figshare_internal.account_leavings
    where returned_at is null
),

refusals as (
    select
        record_id,
        refused_at
    from figshare_internal.refusals
    where part = 'account roles' and token_mark = $token_mark
)

select
    accounts.account_id,
    cast(null as varchar) as listed_mark,
    readings.read_at is not null as is_held
from figshare_internal.accounts as accounts
left join figshare_internal.account_role_readings as readings on accounts.account_id = readings.account_id
left join gone on accounts.account_id = gone.account_id
left join refusals on accounts.account_id = refusals.record_id
where
    gone.account_id is null
    and accounts.is_active
    and accounts.token_mark = $token_mark
    and not (
        refusals.record_id is not null
        and refusals.refused_at >= coalesce(readings.read_at, refusals.refused_at)
        and refusals.refused_at >= $started_at - to_seconds(86400.0 * $refused_days)
    )
    and (readings.read_at is null or readings.read_at < $started_at - to_seconds(86400.0 * $max_age_days))
order by refusals.record_id is not null, readings.read_at nulls first, accounts.account_id
