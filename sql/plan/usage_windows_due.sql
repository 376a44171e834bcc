-- One row per item, counter and window of time whose figures have to be asked for, most wanted
-- first; one row is one request.
--
-- Due are the parts of the time since the item's beginning that no window in the ledger covers;
-- and, when the total has moved since the last window was read or that was long ago, the time from
-- the last complete month on. What is known to have a total of 0 is not asked for. Windows that are
-- longer than Figshare answers are split. First comes what was never asked for, then what was
-- published or changed since, then what was not asked for for longest. Last comes what failed, of
-- that first what was not asked for for longest: after many failures in a row nothing more is
-- asked, and it must not be the same ones each time.
--
-- parameters:
--   kind: months, days or countries.
--   item_types: the types of items.
--   article_ids: only these articles; NULL for all.
--   is_foretold: whether what has no known total counts as used, for telling what may become due.
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
--   known_end: up to when an earlier answer for a window of this start covers it; NULL without one.
--   known_at: when that was read.
--   known_total: the total as known then.
--   failed_at: when something of it was last asked for and failed (UTC); NULL where nothing did.
--   is_sure: false where it is due only if it turns out to be used.

with

item_counters as (

    select * from staging.stg_usage_counters
    where
        item_type in (select unnest($item_types))
        and (
            item_type <> 'article'
            or cast($article_ids as bigint[]) is null
            or item_id in (select unnest(cast($article_ids as bigint[])))
        )

),

failed as (

    select
        item_type,
        item_id,
        counter,
        max(asked_at) as failed_at

    from figshare.usage_coverage
    where kind = $kind and state in ('failed', 'denied')
    group by item_type, item_id, counter

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
        sum(event_count) as total,
        min(case when event_count > 0 then month end) as first_month

    from figshare.usage_by_month
    group by item_type, item_id, counter

),

told_articles as (

    -- For telling only: articles that were withdrawn, and are not known, count on.
    select
        item_id as article_id,
        started_on

    from staging.stg_usage_items
    where item_type = 'article' and $is_foretold

),

group_beginnings as (

    select
        group_wholes.group_id as item_id,
        min(told_articles.started_on) as began_on

    from staging.stg_group_wholes as group_wholes
    inner join told_articles on group_wholes.article_id = told_articles.article_id
    group by group_wholes.group_id

),

wanted as (

    select
        item_counters.*,
        greatest(
            item_counters.months_from,
            cast($since as date),
            -- Where months say that there was none, there is none from anywhere.
            case
                when $kind <> 'months'
                    then coalesce(month_sums.first_month, group_beginnings.began_on)
            end
        ) as needed_from,
        -- Months are what totals are summed from, so they are compared with what was asked for.
        case
            when $kind = 'months' then item_counters.asked_total
            else item_counters.total
        end as known_total,
        case
            when $kind = 'months' then item_counters.asked_at
            else item_counters.observed_at
        end as known_at,
        month_sums.total as month_total,
        failed.failed_at,
        item_counters.total is not null
        or (
            $kind = 'months'
            and item_counters.item_type = 'article'
            and item_counters.counter <> 'shares'
            and item_counters.started_on > cast($today as date) - to_months(24)
        ) as is_sure

    from item_counters
    left join month_sums
        on
            item_counters.item_type = month_sums.item_type
            and item_counters.item_id = month_sums.item_id
            and item_counters.counter = month_sums.counter
    left join group_beginnings
        on item_counters.item_type = 'group' and item_counters.item_id = group_beginnings.item_id
    left join failed
        on
            item_counters.item_type = failed.item_type
            and item_counters.item_id = failed.item_id
            and item_counters.counter = failed.counter

),

used as (

    select * from wanted
    where
        case
            when total is not null then total > 0
            else is_sure or $is_foretold
        end

),

judged as (

    select
        used.*,
        covered.covered_to,
        covered.fetched_at,
        case
            when covered.covered_to is null or not covered.is_to_date then 'new'
            when
                used.known_at > covered.fetched_at
                and used.known_total <> coalesce(covered.total, used.month_total)
                then 'moved'
            when
                greatest(covered.fetched_at, used.known_at)
                < cast($now as timestamp) - to_seconds(cast($max_age_days as double) * 86400)
                then 'aged'
        end as reason

    from used
    left join covered
        on
            used.item_type = covered.item_type
            and used.item_id = covered.item_id
            and used.counter = covered.counter

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
            when $kind = 'days'
                then greatest(least(covered_to, cast($today as date) - 1), needed_from)
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
        starts.item_type,
        starts.item_id,
        starts.institution_id,
        starts.counter,
        cast(starts.start_at as date) as window_start,
        least(
            starts.gap_to,
            cast(
                starts.start_at + to_months(cast($window_months as integer)) - to_days(1) as date
            )
        ) as window_end,
        starts.known_total as total,
        starts.reason,
        coverage.window_end as known_end,
        coverage.fetched_at as known_at,
        coverage.total as known_total,
        starts.failed_at,
        starts.is_sure

    from starts
    left join coverage
        on
            starts.item_type = coverage.item_type
            and starts.item_id = coverage.item_id
            and starts.counter = coverage.counter
            and cast(starts.start_at as date) = coverage.window_start
    order by
        starts.failed_at asc nulls first,
        starts.item_type desc,
        starts.covered_to is null desc,
        coalesce(starts.changed_at > starts.fetched_at, true) desc,
        starts.fetched_at asc nulls first,
        starts.changed_at desc nulls first,
        starts.item_id asc,
        starts.counter desc,
        starts.start_at asc

)

select * from due
