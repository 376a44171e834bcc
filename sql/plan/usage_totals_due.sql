-- One row per item and counter whose total has to be asked for by itself, most wanted first.
--
-- A total is due when it was never asked for, or was 0 the last time and that was long ago. What has usage gets its
-- total with its months; where these do not add up to what Figshare says in all it is requested as often, too, and
-- where they do seven to twelve times as rarely (spread over the items), since past months may have been corrected.
-- Shares are 0 for 97.5 % of items: where they were 0 they are asked for twelve times as rarely. First comes what was
-- never asked for, then what was published or changed since, then what was not asked for for longest; last what failed,
-- of that first what was not asked for for longest.
--
-- parameters:
--   entity_types: the types of items.
--   only_named: those of which only what was asked for by name counts.
--   now: the time (UTC).
--   today: its day.
--   max_age_days: older totals are asked for again.
--
-- columns:
--   entity_type: what it is.
--   entity_id: Figshare's id of it.
--   institution_id: the institution it belongs to; NULL when not known.
--   counter: views, downloads or shares.
--   window_start: 2008-01-01, from which totals count.
--   window_end: today.
--   total: NULL, as for what does not compare with a total.
--   reason: new; aged, where it was 0; or check, where there was usage.
--   known_end: up to when an earlier answer covers it; NULL without one.
--   known_at: when that was read.
--   known_total: NULL, as total.
--   failed_at: when it was last asked for, where that failed (UTC); NULL where it did not.

with
named as (select * from figshare.usage_items),

entity_counters as (
    select * from temp.int_usage_counters
    where
        entity_type in (select unnest($entity_types))
        and (
            not list_contains($only_named, entity_type)
            or (entity_type, entity_id) in (select (named.entity_type, named.entity_id) from named)
        )
),

coverage as (select * from figshare.usage_coverage where kind = 'total'),
month_sums as (select * from temp.int_usage_month_sums where not is_total),

-- How many times as old as others a total may get.
patience as (
    select
        entity_counters.*,
        case
            when entity_counters.total = 0 and entity_counters.counter = 'shares' then 12
            when entity_counters.total = 0 or month_sums.entity_id is not null then 1
            -- What is not read again soon is not all read again on one day.
            else 12 - entity_counters.entity_id % 6
        end as factor
    from entity_counters
    left join month_sums
        on
            entity_counters.entity_type = month_sums.entity_type
            and entity_counters.entity_id = month_sums.entity_id
            and entity_counters.counter = month_sums.counter
),

judged as (
    select
        *,
        case
            when asked_total is null then 'new'
            when
                asked_at < cast($now as timestamp) - to_seconds(cast($max_age_days as double) * 86400 * factor)
                then case when total = 0 then 'aged' else 'check' end
        end as reason
    from patience
)

select
    judged.entity_type,
    judged.entity_id,
    judged.institution_id,
    judged.counter,
    date '2008-01-01' as window_start,
    cast($today as date) as window_end,
    cast(null as bigint) as total,
    judged.reason,
    coverage.window_end as known_end,
    coverage.fetched_at as known_at,
    cast(null as bigint) as known_total,
    case when coverage.state in ('failed', 'denied') then coverage.asked_at end as failed_at
from judged
left join coverage
    on
        judged.entity_type = coverage.entity_type
        and judged.entity_id = coverage.entity_id
        and judged.counter = coverage.counter
where judged.reason is not null
order by
    failed_at asc nulls first,
    judged.entity_type desc,
    judged.counter = 'shares' asc,
    judged.reason = 'new' desc,
    judged.reason = 'aged' desc,
    coalesce(judged.changed_at > judged.observed_at, true) desc,
    judged.observed_at asc nulls first,
    judged.changed_at desc nulls first,
    judged.entity_id asc,
    judged.counter desc
