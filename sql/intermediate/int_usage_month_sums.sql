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
    from intermediate.int_usage_months_added
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
