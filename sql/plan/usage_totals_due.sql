-- One row per item and counter whose total has to be asked for by itself, most wanted first.
--
-- A total is due when it is not known and months alone will not give it with one request (the item
-- is older than one answer reaches back, or it is a counter that is nearly always 0), or when it
-- was 0 the last time and that was long ago. What has usage gets its total with its months. Shares
-- are 0 for 97.5 % of items: where they were 0 they are asked for twelve times as rarely.
--
-- parameters:
--   now: the time (UTC).
--   today: its day.
--   max_age_days: older totals are asked for again.
--
-- columns:
--   item_type: what it is.
--   item_id: Figshare's id of it.
--   institution_id: the institution it belongs to; NULL when not known.
--   counter: views, downloads or shares.
--   window_start: 2008-01-01, from which totals count.
--   window_end: today.
--   total: NULL, as for what does not compare with a total.
--   reason: new or aged.

with

item_counters as (

    select * from staging.stg_usage_counters

),

judged as (

    select
        *,
        case
            when
                total is null
                and (
                    item_type <> 'article'
                    or counter = 'shares'
                    or started_on <= cast($today as date) - to_months(24)
                )
                then 'new'
            when
                total = 0
                and observed_at
                < cast($now as timestamp)
                - to_seconds(
                    cast($max_age_days as double)
                    * 86400
                    * case when counter = 'shares' then 12 else 1 end
                )
                then 'aged'
        end as reason

    from item_counters

),

due as (

    select
        item_type,
        item_id,
        institution_id,
        counter,
        date '2008-01-01' as window_start,
        cast($today as date) as window_end,
        cast(null as bigint) as total,
        reason

    from judged
    where reason is not null
    order by
        counter = 'shares' asc,
        reason desc,
        changed_at desc nulls first,
        observed_at asc nulls first,
        item_id asc,
        counter desc

)

select * from due
