-- One row per counter and month that was asked for in bulk, for all items of a type: it was read not long ago and was
-- over then, and need not be asked for again, or it did not come.
--
-- parameters:
--   entity_type: article or group.
--   unclosed_from: months from this one on may still change.
--   since: closed months that were read later are good.
--   now: the time of this refresh (UTC).
--   bad_since: what did not come before is tried again.
--
-- columns:
--   counter: views, downloads or shares.
--   month: first day of the month (UTC).
--   is_good: whether it was read.
--   state: if not: denied, failed, or truncated where Figshare left out items.

with
months as (
    select
        counter,
        window_start as month,
        state in ('fetched', 'empty')
        and fetched_at >= cast(if(window_start < cast($unclosed_from as date), $since, $now) as timestamp) as is_good,
        state in ('truncated', 'denied', 'failed') and asked_at >= cast($bad_since as timestamp) as is_bad,
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
where is_good or is_bad
