-- One row per item, counter and window of time whose figures have to be asked for, most wanted
-- first; one row is one request.
--
-- Due are the parts of the time since the item's beginning that no window in the ledger covers;
-- and, when the total has moved since the last window was read or that was long ago, the time from
-- the last complete month on. What is known to have a total of 0 is not asked for. Windows that are
-- longer than Figshare answers are split.
--
-- parameters:
--   kind: months, days or countries.
--   item_types: the types of items.
--   now: the time (UTC).
--   today: its day.
--   since: no earlier day is asked for.
--   window_months: the longest window that Figshare answers.
--   max_age_days: older figures are asked for again.
--
-- columns:
--   item_type: what it is.
--   item_id: Figshare's id of it.
--   institution_id: the institution it belongs to; NULL when not known.
--   counter: views, downloads or shares.
--   window_start: first day to ask for (UTC).
--   window_end: last day to ask for (UTC).
--   total: the total as known now, to be kept with the answer: whether it moves tells when to ask
--     again. NULL where months are what gives it.
--   reason: new, moved or aged.

with

item_counters as (

    select * from staging.stg_usage_counters
    where item_type in (select unnest($item_types))

),

coverage as (

    select * from figshare.usage_coverage
    where kind = $kind and fetched_at is not null

),

covered as (

    select * from staging.stg_usage_windows
    where kind = $kind

),

month_sums as (

    select
        item_type,
        item_id,
        counter,
        sum(event_count) as total

    from figshare.usage_by_month
    group by item_type, item_id, counter

),

wanted as (

    select
        *,
        greatest(months_from, cast($since as date)) as needed_from,
        -- Months are what totals are summed from, so they are compared with what was asked for.
        case when $kind = 'months' then asked_total else total end as known_total,
        case when $kind = 'months' then asked_at else observed_at end as known_at

    from item_counters
    where
        case
            when total is not null then total > 0
            else
                $kind = 'months'
                and item_type = 'article'
                and counter <> 'shares'
                and started_on > cast($today as date) - to_months(24)
        end

),

judged as (

    select
        wanted.*,
        covered.covered_to,
        covered.fetched_at,
        case
            when covered.covered_to is null then 'new'
            when
                wanted.known_at > covered.fetched_at
                and wanted.known_total <> coalesce(covered.total, month_sums.total)
                then 'moved'
            when
                greatest(covered.fetched_at, wanted.known_at)
                < cast($now as timestamp) - to_seconds(cast($max_age_days as double) * 86400)
                then 'aged'
        end as reason

    from wanted
    left join covered
        on
            wanted.item_type = covered.item_type
            and wanted.item_id = covered.item_id
            and wanted.counter = covered.counter
    left join month_sums
        on
            wanted.item_type = month_sums.item_type
            and wanted.item_id = month_sums.item_id
            and wanted.counter = month_sums.counter

),

windows as (

    select
        judged.*,
        coverage.window_start,
        coalesce(
            max(coverage.window_end) over (
                partition by coverage.item_type, coverage.item_id, coverage.counter
                order by coverage.window_start
                rows between unbounded preceding and 1 preceding
            ) + 1,
            judged.needed_from
        ) as open_from

    from judged
    inner join coverage
        on
            judged.item_type = coverage.item_type
            and judged.item_id = coverage.item_id
            and judged.counter = coverage.counter

),

gaps as (

    select
        * exclude (window_start, open_from, reason),
        greatest(open_from, needed_from) as gap_from,
        window_start - 1 as gap_to,
        'new' as reason

    from windows
    where window_start > greatest(open_from, needed_from)

    union all

    select
        * exclude (reason),
        case
            when covered_to is null then needed_from
            when $kind = 'days' then greatest(least(covered_to, cast($today as date) - 1), needed_from)
            else
                greatest(
                    least(
                        cast(date_trunc('month', covered_to) as date),
                        cast(
                            date_trunc('month', cast($today as date)) - to_months(1) as date
                        )
                    ),
                    needed_from
                )
        end as gap_from,
        cast($today as date) as gap_to,
        reason

    from judged
    where reason is not null

),

starts as (

    select
        *,
        unnest(
            generate_series(
                cast(
                    case
                        when $kind = 'days' then gap_from
                        else date_trunc('month', gap_from)
                    end as timestamp
                ),
                cast(gap_to as timestamp),
                to_months(cast($window_months as integer))
            )
        ) as start_at

    from gaps

),

due as (

    select
        item_type,
        item_id,
        institution_id,
        counter,
        cast(start_at as date) as window_start,
        least(
            gap_to,
            cast(start_at + to_months(cast($window_months as integer)) - to_days(1) as date)
        ) as window_end,
        known_total as total,
        reason

    from starts
    order by
        item_type desc,
        covered_to is null desc,
        changed_at desc nulls first,
        fetched_at asc nulls first,
        item_id asc,
        counter desc,
        start_at asc

)

select * from due
