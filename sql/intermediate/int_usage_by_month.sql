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
        entity_type,
        entity_id,
        month,
        counter,
        event_count,
        observed_at
    from figshare.usage_by_month
    union all
    -- The months that may have no row there.
    select
        entity_type,
        entity_id,
        cast(
            unnest(generate_series(cast(first_month as timestamp), cast(none_to as timestamp), to_months(1))) as date
        ) as month,
        cast(null as varchar) as counter,
        cast(null as bigint) as event_count,
        cast(null as timestamp) as observed_at
    from items
),

pivoted as (
    select
        entity_type,
        entity_id,
        month,
        max(case when counter = 'views' then event_count end) as views,
        max(case when counter = 'downloads' then event_count end) as downloads,
        max(case when counter = 'shares' then event_count end) as shares,
        min(observed_at) as observed_at
    from figures
    group by entity_type, entity_id, month
),

filled as (
    select
        pivoted.entity_type,
        pivoted.entity_id,
        pivoted.month,
        coalesce(pivoted.views, case when pivoted.month <= items.views_none_to then 0 end) as views,
        coalesce(pivoted.downloads, case when pivoted.month <= items.downloads_none_to then 0 end) as downloads,
        coalesce(pivoted.shares, case when pivoted.month <= items.shares_none_to then 0 end) as shares,
        least(
            pivoted.observed_at,
            case
                when pivoted.views is null and pivoted.month <= items.views_none_to
                    then items.views_none_at
            end,
            case
                when pivoted.downloads is null and pivoted.month <= items.downloads_none_to
                    then items.downloads_none_at
            end,
            case
                when pivoted.shares is null and pivoted.month <= items.shares_none_to
                    then items.shares_none_at
            end
        ) as observed_at
    from pivoted
    inner join items
        on
            pivoted.entity_type = items.entity_type
            and pivoted.entity_id = items.entity_id
            and pivoted.month >= items.first_month
)

select * from filled
where views is not null or downloads is not null or shares is not null
