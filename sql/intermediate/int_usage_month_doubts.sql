-- One row per item and counter whose months are all known, with whether the total tells that they have to be read
-- again.
--
-- Figshare mends past months, after an outage or when robots are taken out: the total shows it, and the months have to
-- be read again. Where they were, and still differ by as much, Figshare's figures disagree, and there is nothing to be
-- read. How much they differed when the oldest of them were read is known but for what there was in that month, which
-- counted on.
--
-- columns:
--   entity_type: article, author, collection, group or project.
--   entity_id: Figshare's id of it.
--   counter: views, downloads or shares.
--   oldest_at: When the month was read that was not read for longest (UTC).
--   is_short: Whether the months add up to less than the total was before they were read.
--   is_doubtful: Whether the months, as last read, do not add up to the total as it was known then.
--   is_new: Whether they cannot have differed by as much when the oldest was read; NULL where they do not differ.

with
known as (select * from intermediate.int_usage_month_totals),

sums as (
    select
        known.entity_type,
        known.entity_id,
        known.counter,
        sum(
            case
                when months.month < date_trunc('month', known.now_at) then months.event_count
                -- Both were read on one day.
                when
                    months.month <= known.now_at
                    and cast(months.observed_at as date) = cast(known.now_at as date)
                    then months.event_count
                else 0
            end
        ) as least_now,
        sum(case when months.month <= known.now_at then months.event_count else 0 end)
            as most_now,
        sum(
            case
                when months.month < date_trunc('month', known.then_at) then months.event_count
                else 0
            end
        ) as least_then,
        sum(case when months.month <= known.then_at then months.event_count else 0 end)
            as most_then
    from known
    inner join figshare.usage_by_month as months
        on
            known.entity_type = months.entity_type
            and known.entity_id = months.entity_id
            and known.counter = months.counter
    group by known.entity_type, known.entity_id, known.counter
),

differences as (
    select
        known.entity_type,
        known.entity_id,
        known.counter,
        coalesce(
            known.total_now - sums.most_now > known.total_then - sums.least_then
            or known.total_now - sums.least_now < known.total_then - sums.most_then,
            true
        ) as is_new
    from known
    inner join sums
        on known.entity_type = sums.entity_type and known.entity_id = sums.entity_id and known.counter = sums.counter
    where known.total_now not between sums.least_now and sums.most_now
)

select
    known.entity_type,
    known.entity_id,
    known.counter,
    known.oldest_at,
    known.is_short,
    differences.entity_id is not null as is_doubtful,
    differences.is_new
from known
left join differences
    on
        known.entity_type = differences.entity_type
        and known.entity_id = differences.entity_id
        and known.counter = differences.counter
