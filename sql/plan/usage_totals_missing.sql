-- One row per item and counter that had usage and is not in the bulk totals that were just read, in the form of
-- usage_totals_due: the most used ones, a few of each counter.
--
-- `fetched` has the items that are in them.
--
-- parameters:
--   entity_type: article or group.
--   institution_id: the institution whose bulk totals they are.
--   counters: the counters that were read.
--   most: how many of each counter.
--   today: its day.
--
-- columns:
--   entity_type: what it is.
--   entity_id: Figshare's id of it.
--   institution_id: the institution.
--   counter: views, downloads or shares.
--   window_start: 2008-01-01, from which totals count.
--   window_end: today.
--   total: NULL, as for what does not compare with a total.
--   reason: missing.
--   known_end: up to when an earlier answer covers it.
--   known_at: when that was read.
--   known_total: NULL, as total.
--   failed_at: NULL.

select
    entity_counters.entity_type,
    entity_counters.entity_id,
    entity_counters.institution_id,
    entity_counters.counter,
    date '2008-01-01' as window_start,
    cast($today as date) as window_end,
    cast(null as bigint) as total,
    'missing' as reason,
    cast(entity_counters.asked_at as date) as known_end,
    entity_counters.asked_at as known_at,
    cast(null as bigint) as known_total,
    cast(null as timestamp) as failed_at
from temp.int_usage_counters as entity_counters
anti join fetched
    on entity_counters.counter = fetched.counter and entity_counters.entity_id = fetched.entity_id
where
    entity_counters.entity_type = $entity_type
    and entity_counters.institution_id = $institution_id
    and entity_counters.counter in (select unnest($counters))
    and entity_counters.asked_total > 0
qualify
    row_number() over (
        partition by entity_counters.counter
        order by entity_counters.asked_total desc, entity_counters.entity_id asc
    ) <= $most
