-- One row per figure of a month that was over, as Figshare had it before it said otherwise; and per total that fell.
--
-- The other reports show what Figshare says now; with these rows what was reported before can be explained, and
-- reproduced. Figshare's own counts, not COUNTER's.
--
-- key: entity_type, entity_id, counter, month, old_observed_at
-- columns:
--   institution_id: The institution; NULL when the item is not known to belong to one.
--   entity_type: article, author, collection, group or project.
--   month: First day of the month (UTC); NULL for the all-time total.
--   old_event_count: The old figure.
--   new_event_count: The figure that took its place.
--   difference: The new figure less the old one.
--   old_observed_at: When Figshare gave the old figure (UTC).
--   new_observed_at: When Figshare gave the other (UTC).

with
restatements as (
    select
        entity_type,
        entity_id,
        counter,
        month,
        old_event_count,
        new_event_count,
        old_observed_at,
        new_observed_at
    from figshare.usage_restatements
    union all
    select
        entity_type,
        entity_id,
        counter,
        cast(null as date) as month,
        old_event_count,
        new_event_count,
        old_observed_at,
        new_observed_at
    from intermediate.int_usage_successive_totals
    where new_event_count < old_event_count
)

select
    items.institution_id,
    restatements.entity_type,
    restatements.entity_id,
    restatements.counter,
    restatements.month,
    restatements.old_event_count,
    restatements.new_event_count,
    restatements.new_event_count - restatements.old_event_count as difference,
    restatements.old_observed_at,
    restatements.new_observed_at
from restatements
left join intermediate.int_usage_items as items
    on restatements.entity_type = items.entity_type and restatements.entity_id = items.entity_id
