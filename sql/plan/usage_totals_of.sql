-- One row per item and counter of `fetched`, with its total as last asked for.
--
-- columns:
--   entity_type: what it is.
--   entity_id: Figshare's id of it.
--   counter: views, downloads or shares.
--   reason: why it was asked for, as in `fetched`.
--   total: the total as last asked for; NULL when never asked.

select
    fetched.entity_type,
    fetched.entity_id,
    fetched.counter,
    fetched.reason,
    totals.asked_total as total
from fetched
left join intermediate.int_usage_totals as totals
    on
        fetched.entity_type = totals.entity_type
        and fetched.entity_id = totals.entity_id
        and fetched.counter = totals.counter
