-- One row per item whose usage is known of any time: from when on there can be usage, and up to when a month without a
-- figure has none.
--
-- columns:
--   entity_type: article, author, collection, group or project.
--   entity_id: Figshare's id of it.
--   first_month: First day of the month in which it began, or of that of its first usage where that was earlier or it
--     has no first date.
--   none_to: Last day up to which a month without any figure has none of some counter.
--   views_none_to: Last day up to which a month without views has none.
--   downloads_none_to: Likewise for downloads.
--   shares_none_to: Likewise for shares.
--   views_none_at: When that was known (UTC).
--   downloads_none_at: Likewise for downloads.
--   shares_none_at: Likewise for shares.

with
item_none as (
    select
        entity_type,
        entity_id,
        min(case when entity_type = 'article' then started_on end) as started_on,
        max(none_to) as none_to,
        max(case when counter = 'views' then none_to end) as views_none_to,
        max(case when counter = 'downloads' then none_to end) as downloads_none_to,
        max(case when counter = 'shares' then none_to end) as shares_none_to,
        max(case when counter = 'views' then none_at end) as views_none_at,
        max(case when counter = 'downloads' then none_at end) as downloads_none_at,
        max(case when counter = 'shares' then none_at end) as shares_none_at
    from intermediate.int_usage_known
    group by entity_type, entity_id
),

item_used as (
    select
        entity_type,
        entity_id,
        min(month) as used_from
    from figshare.usage_by_month
    where event_count > 0
    group by entity_type, entity_id
)

select
    coalesce(item_none.entity_type, item_used.entity_type) as entity_type,
    coalesce(item_none.entity_id, item_used.entity_id) as entity_id,
    least(item_none.started_on, item_used.used_from) as first_month,
    item_none.none_to,
    item_none.views_none_to,
    item_none.downloads_none_to,
    item_none.shares_none_to,
    item_none.views_none_at,
    item_none.downloads_none_at,
    item_none.shares_none_at
from item_none
full outer join item_used
    on item_none.entity_type = item_used.entity_type and item_none.entity_id = item_used.entity_id
