-- One row per item and month of which anything is known, as Figshare counts it for the item itself.
--
-- Figshare's own counts, not COUNTER's. An item that was never used at all has no rows.
--
-- columns:
--   item_type: article, author, collection, group or project.
--   item_id: Figshare's id of it.
--   month: First day of the month (UTC).
--   views: Views in the month; NULL when not known.
--   downloads: Downloads in the month; NULL when not known.
--   shares: Shares in the month; NULL when not known.
--   observed_at: When the figures were given, the earliest of them (UTC).

with

months as (

    select * from figshare.usage_by_month

),

totals as (

    select * from staging.stg_usage_totals

),

zero_totals as (

    select
        item_type,
        item_id,
        counter,
        case
            when total = 0 then zero_on
            else cast(date_trunc('month', zero_on + 1) as date) - 1
        end as zero_to

    from totals
    where zero_on is not null

),

zeros as (

    -- Until the day on which a total was 0, each month was 0, and nothing else was asked for. The
    -- month of that day is 0 as far as it is known, if the total is 0 still, and not known else.
    select
        item_type,
        item_id,
        max(case when counter = 'views' then zero_to end) as views_zero_to,
        max(case when counter = 'downloads' then zero_to end) as downloads_zero_to,
        max(case when counter = 'shares' then zero_to end) as shares_zero_to

    from zero_totals
    group by item_type, item_id

),

pivoted as (

    select
        item_type,
        item_id,
        month,
        max(case when counter = 'views' then event_count end) as views,
        max(case when counter = 'downloads' then event_count end) as downloads,
        max(case when counter = 'shares' then event_count end) as shares,
        min(observed_at) as observed_at

    from months
    group by item_type, item_id, month

),

filled as (

    select
        pivoted.item_type,
        pivoted.item_id,
        pivoted.month,
        coalesce(
            pivoted.views, case when pivoted.month <= zeros.views_zero_to then 0 end
        ) as views,
        coalesce(
            pivoted.downloads, case when pivoted.month <= zeros.downloads_zero_to then 0 end
        ) as downloads,
        coalesce(
            pivoted.shares, case when pivoted.month <= zeros.shares_zero_to then 0 end
        ) as shares,
        pivoted.observed_at

    from pivoted
    left join zeros
        on pivoted.item_type = zeros.item_type and pivoted.item_id = zeros.item_id

)

select * from filled
