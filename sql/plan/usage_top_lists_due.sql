-- One row per group, counter and year whose sites or categories have to be asked for, earliest first; last what failed,
-- of that first what was not asked for for longest.
--
-- Asked for are this year and the last one; again when they were read too long ago and the months of the year moved
-- since, as Figshare mends past months, too, or an article got other categories. Where no months are known, or none
-- since the total moved, the total shows whether anything moved. What has no views has none from anywhere.
--
-- parameters:
--   kind: referrals or categories.
--   now: the time (UTC).
--   today: its day.
--   max_age_days: older figures are asked for again.
--   is_estimate: whether items without a known total count as used, and months of this year as moved, to estimate what
--     may become due.
--
-- columns:
--   entity_type: what it is.
--   entity_id: Figshare's id of it.
--   institution_id: the institution it belongs to.
--   counter: views.
--   window_start: first day of the year (UTC).
--   window_end: last day of the year, or today.
--   total: the views of the year as known now, from its months; the all-time total where no months are known.
--   reason: new or aged.
--   known_end: up to when an earlier answer for this year covers it; NULL without one.
--   known_at: when that was read.
--   known_total: the same as known then.
--   failed_at: when it was last asked for, where that failed (UTC); NULL where it did not.
--   is_sure: false where it is due only if it turns out to be used.

with
coverage as (
    select
        *,
        $is_estimate and window_end >= date_trunc('year', cast($today as date)) as may_have_moved
    from figshare.usage_coverage
    where kind = $kind
),

years as (
    select
        entity_counters.*,
        cast(
            unnest(
                generate_series(
                    date_trunc(
                        'year',
                        greatest(cast(entity_counters.started_on as timestamp), cast($today as date) - to_years(1))
                    ),
                    cast(cast($today as date) as timestamp),
                    to_years(1)
                )
            ) as date
        ) as window_start
    from temp.int_usage_counters as entity_counters
    where
        entity_counters.entity_type = 'group'
        and entity_counters.counter = 'views'
        and (entity_counters.total > 0 or (entity_counters.total is null and $is_estimate))
),

month_sums as (
    select
        entity_id,
        cast(date_trunc('year', month) as date) as window_start,
        cast(sum(event_count) as bigint) as views
    from figshare.usage_by_month
    where entity_type = 'group' and counter = 'views'
    group by entity_id, date_trunc('year', month)
),

months_read as (
    select * from temp.int_usage_windows
    where kind = 'months' and entity_type = 'group' and counter = 'views'
),

figures as (
    select
        years.*,
        case
            when years.entity_id in (select summed.entity_id from month_sums as summed)
                then coalesce(month_sums.views, 0)
            else years.total
        end as year_views,
        -- Months that failed are asked for again after everything else.
        coalesce(
            years.asked_at > months_read.fetched_at and years.asked_total <> months_read.total, false
        ) as are_months_late
    from years
    left join month_sums
        on years.entity_id = month_sums.entity_id and years.window_start = month_sums.window_start
    left join months_read on years.entity_id = months_read.entity_id
),

recategorized as (
    select
        group_wholes.group_id,
        max(changes.changed_at) as changed_at
    from figshare.article_changes as changes
    inner join intermediate.int_group_wholes as group_wholes on changes.article_id = group_wholes.article_id
    where changes.field = 'categories' and $kind = 'categories'
    group by group_wholes.group_id
),

judged as (
    select
        years.entity_type,
        years.entity_id,
        years.institution_id,
        years.counter,
        years.window_start,
        years.year_views as total,
        cast(least(cast($today as date), years.window_start + to_years(1) - to_days(1)) as date) as window_end,
        coverage.fetched_at >= years.window_start + to_years(1)
        and coverage.window_end >= years.window_start + to_years(1) - to_days(1) as was_over,
        case
            when coverage.fetched_at is null then 'new'
            when
                not coverage.may_have_moved
                and not years.are_months_late
                and years.year_views = coverage.total
                and (years.observed_at >= coverage.fetched_at or was_over)
                and coalesce(recategorized.changed_at <= coverage.fetched_at, true)
                then null
            when
                coverage.fetched_at < cast($now as timestamp) - to_seconds(cast($max_age_days as double) * 86400)
                or (coverage.window_end < date_trunc('year', cast($today as date)) and not was_over)
                then 'aged'
        end as reason,
        coverage.window_end as known_end,
        coverage.fetched_at as known_at,
        coverage.total as known_total,
        case when coverage.state in ('failed', 'denied') then coverage.asked_at end as failed_at,
        years.total is not null as is_sure
    from figures as years
    left join coverage
        on
            years.entity_type = coverage.entity_type
            and years.entity_id = coverage.entity_id
            and years.counter = coverage.counter
            and years.window_start = coverage.window_start
    left join recategorized on years.entity_id = recategorized.group_id
)

select
    entity_type,
    entity_id,
    institution_id,
    counter,
    window_start,
    window_end,
    total,
    reason,
    known_end,
    known_at,
    known_total,
    failed_at,
    is_sure
from judged
where reason is not null
order by failed_at asc nulls first, entity_id asc, window_start asc
