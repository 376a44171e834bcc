-- One row per row of `fetched`, months that are due, with when they were read where all of them just were, in bulk.
--
-- All months of the item have to add up to the total, too, if they did before: the total as asked for lies between the
-- sums without and with the month in which that was.
--
-- parameters:
--   entity_type: article or group.
--   unclosed_from: months from this one on may still change.
--   since: what was read of a month that was over counts if it was read later.
--   now: the time of this refresh (UTC).
--
-- columns:
--   answered_at: when the last of the months was read (UTC); NULL where not all were, or they do not add up.
--   *: the columns of `fetched`.

with
months as (
    select
        *,
        month < cast($unclosed_from as date) and observed_at >= month + to_months(1) as is_closed
    from figshare.usage_by_month
    where entity_type = $entity_type
),

sums as (
    select
        due.entity_id,
        due.counter,
        due.needed_from,
        sum(months.event_count) filter (where months.month < date_trunc('month', totals.asked_at)) as sum_before,
        sum(months.event_count) filter (where months.month <= totals.asked_at) as sum_to,
        max(totals.asked_total) as asked_total,
        count(*) filter (
            where
            months.month between due.needed_from and due.window_end
            and (
                months.observed_at >= cast($now as timestamp)
                or (months.observed_at >= cast($since as timestamp) and months.is_closed)
            )
        ) as month_count,
        max_by(months.observed_at, months.month) filter (
            where months.month between due.needed_from and due.window_end
        ) as read_at
    from fetched as due
    inner join months
        on
            due.entity_id = months.entity_id
            and due.counter = months.counter
    inner join intermediate.int_usage_totals as totals
        on
            totals.entity_type = $entity_type
            and due.entity_id = totals.entity_id
            and due.counter = totals.counter
    group by due.entity_id, due.counter, due.needed_from
)

select
    case
        when
            sums.month_count = date_diff('month', due.needed_from, due.window_end) + 1
            and (
                due.is_doubtful
                or sums.asked_total between coalesce(sums.sum_before, 0) and coalesce(sums.sum_to, 0)
            )
            then sums.read_at
    end as answered_at,
    due.*
from fetched as due
left join sums
    on due.entity_id = sums.entity_id and due.counter = sums.counter and due.needed_from = sums.needed_from
