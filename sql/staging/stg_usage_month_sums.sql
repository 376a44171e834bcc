-- One row per item and counter whose months are all known, from the first with any usage to the day
-- that they were read, with what they add up to.
--
-- Figshare's own counts, not COUNTER's.
--
-- columns:
--   item_type: article, author, collection, group or project.
--   item_id: Figshare's id of it.
--   counter: views, downloads or shares.
--   total: The sum of all months.
--   observed_at: When the last months were read (UTC).
--   is_total: Whether it can stand for the all-time total: Figshare's months do not always add up
--     to what it says in all. Where a total was ever asked for, it has to lie between the sums
--     without and with the month in which it was asked for.

with

item_counters as (

    select * from staging.stg_usage_counters

),

covered as (

    select * from staging.stg_usage_windows
    where kind = 'months'

),

months as (

    select * from figshare.usage_by_month

),

whole as (

    select
        item_counters.item_type,
        item_counters.item_id,
        item_counters.counter,
        item_counters.asked_total,
        cast(date_trunc('month', item_counters.asked_at) as date) as asked_month,
        covered.fetched_at as observed_at

    from item_counters
    inner join covered
        on
            item_counters.item_type = covered.item_type
            and item_counters.item_id = covered.item_id
            and item_counters.counter = covered.counter
    where
        covered.gap_count = 0
        and covered.is_to_date
        and covered.covered_from <= item_counters.months_from

),

sums as (

    select
        whole.item_type,
        whole.item_id,
        whole.counter,
        cast(sum(months.event_count) as bigint) as total,
        whole.observed_at,
        whole.asked_total,
        sum(case when months.month < whole.asked_month then months.event_count else 0 end)
            as total_before,
        sum(case when months.month <= whole.asked_month then months.event_count else 0 end)
            as total_to

    from whole
    inner join months
        on
            whole.item_type = months.item_type
            and whole.item_id = months.item_id
            and whole.counter = months.counter
    group by
        whole.item_type,
        whole.item_id,
        whole.counter,
        whole.observed_at,
        whole.asked_total,
        whole.asked_month

),

month_sums as (

    select
        item_type,
        item_id,
        counter,
        total,
        observed_at,
        coalesce(asked_total between total_before and total_to, true) as is_total

    from sums

)

select * from month_sums
