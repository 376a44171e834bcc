-- One row per item and counter of which any month was read, with what all of them add up to and the first with usage.
--
-- columns:
--   entity_type: article, author, collection, group or project.
--   entity_id: Figshare's id of it.
--   counter: views, downloads or shares.
--   total: The sum of the months that were read, all or not.
--   first_month: First day (UTC) of the first month with any; NULL when there is none.

select
    entity_type,
    entity_id,
    counter,
    sum(event_count) as total,
    min(case when event_count > 0 then month end) as first_month
from figshare.usage_by_month
group by entity_type, entity_id, counter
