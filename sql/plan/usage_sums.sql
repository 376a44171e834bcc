-- One row per item and counter whose months are all known and tell the total, where no total was
-- asked for on the day that they were read.
--
-- One request for months gives the total, too; so the series of totals goes on without a request of
-- its own.
--
-- columns:
--   item_type: what it is.
--   item_id: Figshare's id of it.
--   counter: views, downloads or shares.
--   observed_on: day that the last months were read (UTC).
--   total: the sum of all months.
--   observed_at: when the last months were read (UTC).

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
        cast(covered.fetched_at as date) as observed_on,
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
        and covered.fetched_at > coalesce(item_counters.observed_at, timestamp '2008-01-01')
        and cast(covered.fetched_at as date)
        > coalesce(cast(item_counters.asked_at as date), date '2008-01-01')

),

sums as (

    select
        whole.item_type,
        whole.item_id,
        whole.counter,
        whole.observed_on,
        cast(sum(months.event_count) as bigint) as total,
        whole.observed_at

    from whole
    inner join months
        on
            whole.item_type = months.item_type
            and whole.item_id = months.item_id
            and whole.counter = months.counter
    group by
        whole.item_type, whole.item_id, whole.counter, whole.observed_on, whole.observed_at

)

select * from sums
