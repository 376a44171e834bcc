-- One row per item and counter whose total is known, with the total as last known.
--
-- Figshare's own counts, not COUNTER's.
--
-- columns:
--   entity_type: article, author, collection, group or project.
--   entity_id: Figshare's id of it.
--   counter: views, downloads or shares.
--   total: All-time total as last known; 0 when there is none.
--   observed_at: When that was so (UTC).
--   asked_total: The total as last asked for, not summed from months; NULL when never asked.
--   asked_at: When that was so (UTC); NULL when never asked.
--   zero_on: Last day (UTC) on which the total was 0; NULL when it never was.
--   zero_at: When it was so the last time (UTC); NULL when it never was.

select
    entity_type,
    entity_id,
    counter,
    arg_max(total, observed_at) as total,
    max(observed_at) as observed_at,
    arg_max(total, observed_at) filter (where source <> 'months') as asked_total,
    max(observed_at) filter (where source <> 'months') as asked_at,
    max(observed_on) filter (where total = 0) as zero_on,
    max(observed_at) filter (where total = 0) as zero_at
from figshare.usage_totals
group by entity_type, entity_id, counter
