-- One row per all-time total that was asked for, with the one before it.
--
-- Figshare's own counts, not COUNTER's.
--
-- columns:
--   entity_type: article, author, collection, group or project.
--   entity_id: Figshare's id of it.
--   counter: views, downloads or shares.
--   old_event_count: The total before; NULL for the first.
--   new_event_count: The total.
--   old_observed_at: When Figshare gave the one before (UTC); NULL for the first.
--   new_observed_at: When Figshare gave this one (UTC).

select
    entity_type,
    entity_id,
    counter,
    lag(total) over (partition by entity_type, entity_id, counter order by observed_at) as old_event_count,
    total as new_event_count,
    lag(observed_at) over (partition by entity_type, entity_id, counter order by observed_at) as old_observed_at,
    observed_at as new_observed_at
from figshare.usage_totals
where source <> 'months'
