-- One row per item and month of which anything is known, as Figshare counts it for the item itself.
--
-- There is a row for each month, with usage or without, from the one in which the item began to the last one of which
-- anything is known; from that of its first usage where that was earlier. Where an item has no first date (it is not an
-- article) the first usage is the beginning. Which months were asked for does not matter. Figshare's own counts, not
-- COUNTER's.
--
-- key: entity_type, entity_id, month
-- columns:
--   entity_type: article, author, collection, group or project.
--   entity_id: Figshare's id of it.
--   month: First day of the month (UTC).
--   views: Views in the month; NULL when not known.
--   downloads: Downloads in the month; NULL when not known.
--   shares: Shares in the month; NULL when not known.
--   observed_at: When the figures were given, the earliest of them (UTC).

with
items as (select * from intermediate.int_usage_unused),

figures as (
    select
        months.entity_type,
        months.entity_id,
        months.month,
        case when months.counter = 'views' then months.event_count end as views,
        case when months.counter = 'downloads' then months.event_count end as downloads,
        case when months.counter = 'shares' then months.event_count end as shares,
        months.observed_at,
        cast(null as date) as views_none_to,
        cast(null as date) as downloads_none_to,
        cast(null as date) as shares_none_to,
        cast(null as timestamp) as views_none_at,
        cast(null as timestamp) as downloads_none_at,
        cast(null as timestamp) as shares_none_at
    from figshare.usage_by_month as months
    inner join items
        on
            months.entity_type = items.entity_type
            and months.entity_id = items.entity_id
            and months.month >= items.first_month
    union all
    -- The months that may have no row there. What is known of them is aggregated with the rest: a join with so many
    -- groups would need more memory than there is.
    select
        entity_type,
        entity_id,
        cast(
            unnest(generate_series(cast(first_month as timestamp), cast(none_to as timestamp), to_months(1))) as date
        ) as month,
        cast(null as bigint) as views,
        cast(null as bigint) as downloads,
        cast(null as bigint) as shares,
        cast(null as timestamp) as observed_at,
        views_none_to,
        downloads_none_to,
        shares_none_to,
        views_none_at,
        downloads_none_at,
        shares_none_at
    from items
),

pivoted as (
    select
        entity_type,
        entity_id,
        month,
        max(views) as views,
        max(downloads) as downloads,
        max(shares) as shares,
        min(observed_at) as observed_at,
        max(case when month <= views_none_to then 0 end) as no_views,
        max(case when month <= downloads_none_to then 0 end) as no_downloads,
        max(case when month <= shares_none_to then 0 end) as no_shares,
        max(views_none_at) as views_none_at,
        max(downloads_none_at) as downloads_none_at,
        max(shares_none_at) as shares_none_at
    from figures
    group by entity_type, entity_id, month
)

select
    entity_type,
    entity_id,
    month,
    coalesce(views, no_views) as views,
    coalesce(downloads, no_downloads) as downloads,
    coalesce(shares, no_shares) as shares,
    least(
        observed_at,
        case when views is null and no_views = 0 then views_none_at end,
        case when downloads is null and no_downloads = 0 then downloads_none_at end,
        case when shares is null and no_shares = 0 then shares_none_at end
    ) as observed_at
from pivoted
where coalesce(views, no_views, downloads, no_downloads, shares, no_shares) is not null
