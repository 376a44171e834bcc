-- One row per item and counter whose total has to be asked for by itself, most wanted first.
--
-- A total is due when it is not known and months alone will not give it with one request (the item
-- is older than one answer reaches back, or it is a counter that is nearly always 0), or when it
-- was 0 the last time and that was long ago. What has usage gets its total with its months, but
-- where these do not add up to what Figshare says in all it is asked for anew, too. Shares are 0
-- for 97.5 % of items: where they were 0 they are asked for twelve times as rarely. First comes
-- what was never asked for, then what was published or changed since, then what was not asked for
-- for longest; last what failed, of that first what was not asked for for longest.
--
-- parameters:
--   item_types: the types of items.
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
--   known_end: up to when an earlier answer covers it; NULL without one.
--   known_at: when that was read.
--   known_total: NULL, as total.
--   failed_at: when it was last asked for, where that failed (UTC); NULL where it did not.

with

item_counters as (

    select * from staging.stg_usage_counters
    where item_type in (select unnest($item_types))

),

coverage as (

    select * from figshare.usage_coverage
    where kind = 'total'

),

month_sums as (

    select * from staging.stg_usage_month_sums
    where not is_total

),

judged as (

    select
        item_counters.*,
        case
            when
                item_counters.total is null
                and (
                    item_counters.item_type <> 'article'
                    or item_counters.counter = 'shares'
                    or item_counters.started_on <= cast($today as date) - to_months(24)
                )
                then 'new'
            when
                (item_counters.total = 0 or month_sums.item_id is not null)
                and item_counters.observed_at
                < cast($now as timestamp)
                - to_seconds(
                    cast($max_age_days as double)
                    * 86400
                    * case
                        when item_counters.counter = 'shares' and item_counters.total = 0 then 12
                        else 1
                    end
                )
                then 'aged'
        end as reason

    from item_counters
    left join month_sums
        on
            item_counters.item_type = month_sums.item_type
            and item_counters.item_id = month_sums.item_id
            and item_counters.counter = month_sums.counter

),

due as (

    select
        judged.item_type,
        judged.item_id,
        judged.institution_id,
        judged.counter,
        date '2008-01-01' as window_start,
        cast($today as date) as window_end,
        cast(null as bigint) as total,
        judged.reason,
        coverage.window_end as known_end,
        coverage.fetched_at as known_at,
        cast(null as bigint) as known_total,
        case when coverage.state in ('failed', 'denied') then coverage.asked_at end as failed_at

    from judged
    left join coverage
        on
            judged.item_type = coverage.item_type
            and judged.item_id = coverage.item_id
            and judged.counter = coverage.counter
    where judged.reason is not null
    order by
        failed_at asc nulls first,
        judged.item_type desc,
        judged.counter = 'shares' asc,
        judged.reason desc,
        coalesce(judged.changed_at > judged.observed_at, true) desc,
        judged.observed_at asc nulls first,
        judged.changed_at desc nulls first,
        judged.item_id asc,
        judged.counter desc

)

select * from due
