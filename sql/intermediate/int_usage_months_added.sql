-- One row per item and counter whose months are all known, from the first with any usage to the day that they were
-- read, with what they add up to and the totals that this is compared with.
--
-- columns:
--   entity_type: article, author, collection, group or project.
--   entity_id: Figshare's id of it.
--   counter: views, downloads or shares.
--   total: The sum of all months.
--   observed_at: When the last months were read (UTC).
--   asked_total: The total as last asked for.
--   asked_at: When that was (UTC).
--   total_before: The total as it was known when the months were read.
--   oldest_at: When the month was read that was not read for longest (UTC), of those in which there can be usage or is
--     some.
--   sum_before: What the months before the one in which the total was asked for add up to.
--   sum_to: What they add up to with that month.
--   asked_month_read_on: The day on which that month was read.

with
covered as (select * from intermediate.int_usage_windows where kind = 'months'),

whole as (
    select
        entity_counters.entity_type,
        entity_counters.entity_id,
        entity_counters.counter,
        entity_counters.months_from,
        entity_counters.asked_total,
        entity_counters.asked_at,
        cast(date_trunc('month', entity_counters.asked_at) as date) as asked_month,
        covered.fetched_at as observed_at,
        covered.total as total_before
    from intermediate.int_usage_counters as entity_counters
    inner join covered
        on
            entity_counters.entity_type = covered.entity_type
            and entity_counters.entity_id = covered.entity_id
            and entity_counters.counter = covered.counter
    where
        covered.gap_count = 0
        and covered.is_to_date
        and covered.covered_from <= entity_counters.months_from
)

select
    whole.entity_type,
    whole.entity_id,
    whole.counter,
    cast(sum(months.event_count) as bigint) as total,
    whole.observed_at,
    whole.asked_total,
    whole.asked_at,
    whole.total_before,
    min(
        case
            when months.month >= whole.months_from or months.event_count > 0
                then months.observed_at
        end
    ) as oldest_at,
    sum(case when months.month < whole.asked_month then months.event_count else 0 end)
        as sum_before,
    sum(case when months.month <= whole.asked_month then months.event_count else 0 end)
        as sum_to,
    max(case when months.month = whole.asked_month then cast(months.observed_at as date) end)
        as asked_month_read_on
from whole
inner join figshare.usage_by_month as months
    on
        whole.entity_type = months.entity_type
        and whole.entity_id = months.entity_id
        and whole.counter = months.counter
group by
    whole.entity_type,
    whole.entity_id,
    whole.counter,
    whole.observed_at,
    whole.asked_total,
    whole.asked_at,
    whole.asked_month,
    whole.total_before
