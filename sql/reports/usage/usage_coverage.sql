-- One row per institution, type of item, counter and kind of figures: how much of usage is known, and how the asking
-- went.
--
-- Counted are the items whose usage is followed. For judging what a figure is worth.
--
-- key: institution_id, entity_type, counter, kind
-- columns:
--   institution_id: The institution; NULL for items that are not known to belong to one.
--   entity_type: article, author, collection, group or project.
--   kind: total, months, days, countries, referrals or categories.
--   entity_count: Items that are followed.
--   known_entity_count: Those of which figures were read, with usage or without. For totals also those whose total came
--     in a list of many, but not those of which only the sum of the months is known; for other kinds also those with a
--     total of 0, of which nothing else is asked for.
--   empty_entity_count: Those of them without any usage.
--   truncated_entity_count: Those of them of which Figshare left out something beyond its limits.
--   failed_entity_count: Items of which something could not be read the last time it was asked for, and is still to be
--     read: where the total turned out to be 0 nothing is.
--   due_entity_count: Items of which nothing was read yet: of countries and days of articles also those that they are
--     not asked of.
--   denied_scope_count: Parts of the Stats API that did not answer this the last time, without credentials or with
--     those used then.
--   as_of: When the figures were given, the earliest of them (UTC); NULL when there are none.

with
entity_counters as (select * from intermediate.int_usage_counters),

kinds as (
    -- Totals and months are asked of everything, the rest of what it was ever asked of: what is not
    -- followed any more says nothing of the others.
    select distinct
        coverage.entity_type,
        coverage.counter,
        coverage.kind
    from figshare.usage_coverage as coverage
    inner join entity_counters
        on
            coverage.entity_type = entity_counters.entity_type
            and coverage.entity_id = entity_counters.entity_id
            and coverage.counter = entity_counters.counter
    union
    select distinct
        entity_type,
        counter,
        'total' as kind
    from entity_counters
    union
    select distinct
        entity_type,
        counter,
        'months' as kind
    from entity_counters
),

entries as (
    select
        entity_type,
        entity_id,
        counter,
        kind,
        count(fetched_at) as good_count,
        count(case when state = 'truncated' then 1 end) as truncated_count,
        max(fetched_at) as fetched_at
    from figshare.usage_coverage
    group by entity_type, entity_id, counter, kind
),

denials as (
    select
        kind,
        entity_type,
        count(*) as scope_count
    from figshare.usage_scopes
    where state = 'denied'
    group by kind, entity_type
),

judged as (
    select
        entity_counters.institution_id,
        entity_counters.entity_type,
        entity_counters.counter,
        kinds.kind,
        coalesce(entity_counters.total = 0, false) as is_empty,
        case
            when kinds.kind = 'total' then entity_counters.asked_total is not null
            else
                coalesce(entries.good_count, 0) > 0
                or coalesce(entity_counters.total = 0, false)
        end as is_known,
        coalesce(entries.truncated_count, 0) > 0 as is_truncated,
        failures.entity_id is not null as is_failed,
        case
            when kinds.kind = 'total' or entity_counters.total = 0 then entity_counters.observed_at
            else entries.fetched_at
        end as as_of,
        coalesce(denials.scope_count, 0) as denied_scope_count
    from entity_counters
    inner join kinds on entity_counters.entity_type = kinds.entity_type and entity_counters.counter = kinds.counter
    left join entries
        on
            entity_counters.entity_type = entries.entity_type
            and entity_counters.entity_id = entries.entity_id
            and entity_counters.counter = entries.counter
            and kinds.kind = entries.kind
    left join intermediate.int_usage_failures as failures
        on
            entity_counters.entity_type = failures.entity_type
            and entity_counters.entity_id = failures.entity_id
            and entity_counters.counter = failures.counter
            and kinds.kind = failures.kind
    left join denials on entity_counters.entity_type = denials.entity_type and kinds.kind = denials.kind
)

select
    institution_id,
    entity_type,
    counter,
    kind,
    count(*) as entity_count,
    count(case when is_known then 1 end) as known_entity_count,
    count(case when is_known and is_empty then 1 end) as empty_entity_count,
    count(case when is_truncated then 1 end) as truncated_entity_count,
    count(case when is_failed then 1 end) as failed_entity_count,
    count(case when not is_known then 1 end) as due_entity_count,
    max(denied_scope_count) as denied_scope_count,
    min(case when is_known then as_of end) as as_of
from judged
group by institution_id, entity_type, counter, kind
