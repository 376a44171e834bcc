-- One row per item and counter whose months are all known, from the first with any usage to the day that they were
-- read, with what they add up to.
--
-- Figshare's own counts, not COUNTER's.
--
-- columns:
--   entity_type: article, author, collection, group or project.
--   entity_id: Figshare's id of it.
--   counter: views, downloads or shares.
--   total: The sum of all months.
--   observed_at: When the last months were read (UTC).
--   oldest_at: When the month was read that was not read for longest (UTC), of those in which there can be usage or is
--     some.
--   sum_at_total: What the months add up to at the time when the total was last asked for. Of the month in which that
--     was, as much is counted as comes nearest to the total where the month was read again on a later day, for what it
--     had by then is not known. NULL when no total was ever asked for.
--   is_total: Whether the sum of all months can stand for the all-time total: Figshare's months do not always add up to
--     what it says in all. The total as last asked for has to lie between the sums without and with the month in which
--     it was asked for.
--   is_short: Whether the months add up to less than the total was before they were read: there is usage in months that
--     were not asked for, or Figshare's figures disagree.
--   is_different: Whether the months, as last read, do not add up to the total as it was known then.

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
),

sums as (
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
),

month_sums as (
    select
        entity_type,
        entity_id,
        counter,
        total,
        observed_at,
        oldest_at,
        cast(
            case
                when asked_month_read_on = cast(asked_at as date) then sum_to
                when asked_total is not null then greatest(sum_before, least(asked_total, sum_to))
            end as bigint
        ) as sum_at_total,
        coalesce(asked_total between sum_before and sum_to, false) as is_total,
        coalesce(
            case
                when asked_at > observed_at then total_before > total
                else asked_total > sum_to
            end,
            false
        ) as is_short,
        asked_total,
        asked_at,
        total_before
    from sums
)

select
    * exclude (asked_total, asked_at, total_before),
    coalesce(
        case
            when asked_at > observed_at then total_before <> total
            else asked_total <> sum_at_total
        end,
        false
    ) as is_different
from month_sums
