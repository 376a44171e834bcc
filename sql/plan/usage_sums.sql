-- One row per item and counter whose months are all known and tell the total, where no total was asked for on the day
-- that they were read, or they tell a later one.
--
-- One request for months gives the total, too; so the series of totals continues without another request. Where
-- months do not add up to Figshare's total, they are not used as one.
--
-- columns:
--   entity_type: what it is.
--   entity_id: Figshare's id of it.
--   counter: views, downloads or shares.
--   observed_on: day that the last months were read (UTC).
--   total: the sum of all months.
--   observed_at: when the last months were read (UTC).

with
month_sums as (select * from temp.int_usage_month_sums where is_total)

select
    month_sums.entity_type,
    month_sums.entity_id,
    month_sums.counter,
    cast(month_sums.observed_at as date) as observed_on,
    month_sums.total,
    month_sums.observed_at
from month_sums
left join intermediate.int_usage_totals as totals
    on
        month_sums.entity_type = totals.entity_type
        and month_sums.entity_id = totals.entity_id
        and month_sums.counter = totals.counter
where
    month_sums.observed_at > coalesce(totals.observed_at, timestamp '2008-01-01')
    and (
        cast(month_sums.observed_at as date) > coalesce(cast(totals.asked_at as date), date '2008-01-01')
        or month_sums.total <> totals.total
    )
