-- One row per counter and month that was asked for in bulk, for all items of a type: it was read when it was over, and
-- need not be asked for again, or it did not come.
--
-- parameters:
--   entity_type: article or group.
--   unclosed_from: months from this one on may still change.
--   since: what was asked for earlier is asked for again.
--   now: the time of this refresh (UTC).
--
-- columns:
--   counter: views, downloads or shares.
--   month: first day of the month (UTC).
--   is_good: whether it need not be read again.
--   state: if not: fetched or empty where it was read, and may have changed; denied, failed, or truncated where
--     Figshare left out items.

with
months as (
    select
        counter,
        window_start as month,
        state in ('fetched', 'empty')
        and case
            when window_start < cast($unclosed_from as date)
                then fetched_at >= cast($since as timestamp) and fetched_at >= window_start + to_months(1)
            else fetched_at >= cast($now as timestamp)
        end as is_good,
        state in ('truncated', 'denied', 'failed') and asked_at >= cast($since as timestamp) as is_bad,
        state
    from figshare.usage_coverage
    where kind = 'top_months' and entity_id = 0 and entity_type = $entity_type
)

select
    counter,
    month,
    is_good,
    state
from months
where is_good or is_bad or state in ('fetched', 'empty')
