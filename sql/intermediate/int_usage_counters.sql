-- One row per followed item and counter, with its total as last known.
--
-- Figshare's own counts, not COUNTER's.
--
-- columns:
--   entity_type: article, author, collection, group or project.
--   entity_id: Figshare's id of it.
--   institution_id: The institution it belongs to; NULL when not known to belong to one that is followed.
--   counter: views, downloads or shares.
--   started_on: First day (UTC) of the month from which there can be usage.
--   changed_at: When the item was last published or modified (UTC); NULL when it is no article.
--   months_from: First day (UTC) of the month from which months have to be known: what came before is known to be 0,
--     since the total was.
--   total: All-time total as last known; NULL when not known, 0 when there is none.
--   observed_at: When that was so (UTC); NULL when not known.
--   asked_total: The total as last asked for, not summed from months; NULL when never asked.
--   asked_at: When that was so (UTC); NULL when never asked.

with
counters as (
    select unnest(['views', 'downloads', 'shares']) as counter
)

select
    items.entity_type,
    items.entity_id,
    items.institution_id,
    counters.counter,
    items.started_on,
    items.changed_at,
    greatest(items.started_on, cast(date_trunc('month', latest.zero_on) as date)) as months_from,
    latest.total,
    latest.observed_at,
    latest.asked_total,
    latest.asked_at
from intermediate.int_usage_items as items
cross join counters
left join intermediate.int_usage_totals as latest
    on
        items.entity_type = latest.entity_type
        and items.entity_id = latest.entity_id
        and counters.counter = latest.counter
