-- One row per item and counter whose months are all known; where they do not add up, with the totals as they were known
-- when the last and when the oldest of them were read.
--
-- A day keeps the last of its totals; one that was known when months were read earlier that day is in the ledger. Where
-- an earlier day has the same total, that one may have been meant.
--
-- columns:
--   entity_type: article, author, collection, group or project.
--   entity_id: Figshare's id of it.
--   counter: views, downloads or shares.
--   oldest_at: When the month was read that was not read for longest (UTC).
--   is_short: Whether the months add up to less than the total was before they were read.
--   total_now: The total when the last months were read; NULL where the months add up.
--   now_at: When that was asked for (UTC).
--   total_then: The total when the oldest month was read; NULL where none was known then.
--   then_at: When that was asked for (UTC).

with
month_sums as (select * from intermediate.int_usage_month_sums),
day_totals as (select * from figshare.usage_totals where source <> 'months'),

replaced_totals as (
    select
        coverage.entity_type,
        coverage.entity_id,
        coverage.counter,
        coverage.total,
        coverage.fetched_at as observed_at
    from figshare.usage_coverage as coverage
    inner join month_sums
        on
            coverage.entity_type = month_sums.entity_type
            and coverage.entity_id = month_sums.entity_id
            and coverage.counter = month_sums.counter
            and month_sums.is_different
    inner join day_totals
        on
            coverage.entity_type = day_totals.entity_type
            and coverage.entity_id = day_totals.entity_id
            and coverage.counter = day_totals.counter
    where coverage.kind = 'months' and coverage.total is not null
    group by
        coverage.entity_type,
        coverage.entity_id,
        coverage.counter,
        coverage.total,
        coverage.fetched_at
    having
        bool_or(
            day_totals.observed_at > coverage.fetched_at
            and day_totals.observed_on = cast(coverage.fetched_at as date)
        )
        and not bool_or(day_totals.total = coverage.total and day_totals.observed_at <= coverage.fetched_at)
),

totals as (
    select
        entity_type,
        entity_id,
        counter,
        total,
        observed_at
    from day_totals
    union all
    select
        entity_type,
        entity_id,
        counter,
        total,
        observed_at
    from replaced_totals
)

select
    month_sums.entity_type,
    month_sums.entity_id,
    month_sums.counter,
    month_sums.oldest_at,
    month_sums.is_short,
    max_by(totals.total, totals.observed_at) as total_now,
    max(totals.observed_at) as now_at,
    max_by(totals.total, totals.observed_at) filter (where totals.observed_at <= month_sums.oldest_at) as total_then,
    max(totals.observed_at) filter (where totals.observed_at <= month_sums.oldest_at) as then_at
from month_sums
left join totals
    on
        month_sums.is_different
        and month_sums.entity_type = totals.entity_type
        and month_sums.entity_id = totals.entity_id
        and month_sums.counter = totals.counter
        and month_sums.observed_at >= totals.observed_at
group by
    month_sums.entity_type,
    month_sums.entity_id,
    month_sums.counter,
    month_sums.oldest_at,
    month_sums.is_short
