-- One row per collection or project of which any total is known, with its totals as last known.
--
-- Figshare's own counts, not COUNTER's.
--
-- columns:
--   entity_type: collection or project.
--   entity_id: Figshare's id of it.
--   views: Views since the beginning; NULL when not known.
--   downloads: Downloads since the beginning; NULL when not known.
--   shares: Shares since the beginning; NULL when not known.
--   usage_as_of: When views and downloads were last known, the earlier of the two (UTC); NULL when one of them is not
--     known.

with
pivoted as (
    select
        entity_type,
        entity_id,
        max(case when counter = 'views' then total end) as views,
        max(case when counter = 'downloads' then total end) as downloads,
        max(case when counter = 'shares' then total end) as shares,
        max(case when counter = 'views' then observed_at end) as views_at,
        max(case when counter = 'downloads' then observed_at end) as downloads_at
    from intermediate.int_usage_totals
    where entity_type in ('collection', 'project')
    group by entity_type, entity_id
)

select
    entity_type,
    entity_id,
    views,
    downloads,
    shares,
    case
        when views_at is not null and downloads_at is not null then least(views_at, downloads_at)
    end as usage_as_of
from pivoted
