-- One row per account whose detail has to be read: it is new, the list shows it changed, or its detail is old.
--
-- Only accounts that this token sees, and that are not gone. One that this token was refused is not asked for again for
-- some days, unless the list shows it changed, and is asked for last then.
--
-- parameters:
--   token_mark: the token.
--   refused_days: so long a refusal holds.
--   started_at: when this refresh started (UTC).
--   max_age_days: after so many days a detail is read again.
--
-- columns:
--   account_id: the account.
--   listed_mark: a digest of what the list shows of it.
--   is_held: whether its detail was ever read.

with
gone as (
    select account_id
    from figshare_internal.account_leavings
    where returned_at is null
),

refusals as (
    select
        record_id,
        listed_mark,
        refused_at
    from figshare_internal.refusals
    where part = 'account details' and token_mark = $token_mark
)

select
    accounts.account_id,
    accounts.listed_mark,
    details.account_id is not null as is_held
from figshare_internal.accounts as accounts
left join figshare_internal.account_details as details on accounts.account_id = details.account_id
left join gone on accounts.account_id = gone.account_id
left join refusals on accounts.account_id = refusals.record_id
where
    gone.account_id is null
    and accounts.token_mark = $token_mark
    and not (
        refusals.record_id is not null
        and refusals.listed_mark is not distinct from accounts.listed_mark
        and refusals.refused_at >= coalesce(details.fetched_at, refusals.refused_at)
        and refusals.refused_at >= $started_at - to_seconds(86400.0 * $refused_days)
    )
    and (
        details.account_id is null
        or details.listed_mark is distinct from accounts.listed_mark
        or details.fetched_at < $started_at - to_seconds(86400.0 * $max_age_days)
    )
order by refusals.record_id is not null, details.fetched_at nulls first, accounts.account_id
