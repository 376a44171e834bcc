-- One row per followed item and counter: up to which day its months are known, and up to which a month without a figure
-- had none.
--
-- columns:
--   entity_type: article, author, collection, group or project.
--   entity_id: Figshare's id of it.
--   counter: views, downloads or shares.
--   started_on: First day (UTC) of the month from which there can be usage.
--   known_to: Last day (UTC) up to which every month is known; NULL when one before is not.
--   none_to: Last day (UTC) up to which a month that Figshare gave no figure of had no usage; NULL when that cannot be
--     said of any. Where months are not all known, these are those before a day on which the total was 0.
--   none_at: When that was so (UTC).

with
totals as (select * from intermediate.int_usage_totals where zero_on is not null),

covered as (
    select * from intermediate.int_usage_windows
    where kind = 'months' and gap_count = 0 and is_to_date
),

known as (
    select
        entity_counters.entity_type,
        entity_counters.entity_id,
        entity_counters.counter,
        entity_counters.started_on,
        case
            when entity_counters.total is null then null
            when entity_counters.total = 0 and coalesce(month_sums.total, 0) = 0 then 'none'
            when covered.covered_from > entity_counters.months_from then null
            -- There is usage in months that were not asked for yet; nothing is from before Figshare began.
            when month_sums.is_short and covered.covered_from > staging.usage_began() then null
            -- What has the same total as when its months were read has had nothing since.
            when
                entity_counters.asked_at > covered.fetched_at
                and entity_counters.asked_total = covered.total
                then 'unmoved'
            when covered.covered_to is not null then 'read'
        end as how,
        entity_counters.observed_at,
        entity_counters.asked_at,
        covered.covered_to,
        covered.fetched_at,
        case when not coalesce(month_sums.is_short, false) then totals.zero_on end as zero_on,
        totals.zero_at
    from intermediate.int_usage_counters as entity_counters
    left join totals
        on
            entity_counters.entity_type = totals.entity_type
            and entity_counters.entity_id = totals.entity_id
            and entity_counters.counter = totals.counter
    left join covered
        on
            entity_counters.entity_type = covered.entity_type
            and entity_counters.entity_id = covered.entity_id
            and entity_counters.counter = covered.counter
    left join intermediate.int_usage_month_sums as month_sums
        on
            entity_counters.entity_type = month_sums.entity_type
            and entity_counters.entity_id = month_sums.entity_id
            and entity_counters.counter = month_sums.counter
),

dated as (
    select
        *,
        case how
            when 'none' then cast(observed_at as date)
            when 'unmoved' then cast(asked_at as date)
            when 'read' then covered_to
        end as known_to,
        case how
            when 'none' then observed_at
            when 'unmoved' then asked_at
            when 'read' then fetched_at
        end as known_at
    from known
)

select
    entity_type,
    entity_id,
    counter,
    started_on,
    known_to,
    -- The month of the day on which the total was 0 the last time may have had usage since.
    coalesce(known_to, cast(date_trunc('month', zero_on + 1) as date) - 1) as none_to,
    coalesce(known_at, zero_at) as none_at
from dated
