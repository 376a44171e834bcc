-- One row per institution, type of item, counter and kind of figures: how much of usage is known,
-- and how the asking went.
--
-- Counted are the items whose usage is followed. For judging what a figure is worth.
--
-- columns:
--   institution_id: The institution; NULL for items that are not known to belong to one.
--   item_type: article, author, collection, group or project.
--   counter: views, downloads or shares.
--   kind: total, months, days, countries, referrals or categories.
--   item_count: Items that are followed.
--   known_item_count: Those of which figures were read, with usage or without. For totals also
--     those whose total came in a list of many, but not those of which only the sum of the months
--     is known; for other kinds also those with a total of 0, of which nothing else is asked for.
--   empty_item_count: Those of them without any usage.
--   truncated_item_count: Those of them of which Figshare left out something beyond its limits.
--   failed_item_count: Items of which something could not be read the last time it was asked for,
--     and is still to be read: where the total turned out to be 0 nothing is.
--   due_item_count: Items of which nothing was read yet: of countries and days of articles also
--     those that they are not asked of.
--   denied_scope_count: Parts of the Stats API that did not answer this the last time, without
--     credentials or with those used then.
--   as_of: When the figures were given, the earliest of them (UTC); NULL when there are none.

with

item_counters as (

    select * from staging.stg_usage_counters

),

coverage as (

    select * from figshare.usage_coverage

),

scopes as (

    select * from figshare.usage_scopes
    where state = 'denied'

),

failures as (

    select * from staging.stg_usage_failures

),

kinds as (

    -- Totals and months are asked of everything, the rest of what it was ever asked of: what is not
    -- followed any more says nothing of the others.
    select distinct
        coverage.item_type,
        coverage.counter,
        coverage.kind

    from coverage
    inner join item_counters
        on
            coverage.item_type = item_counters.item_type
            and coverage.item_id = item_counters.item_id
            and coverage.counter = item_counters.counter

    union

    select distinct
        item_type,
        counter,
        'total' as kind

    from item_counters

    union

    select distinct
        item_type,
        counter,
        'months' as kind

    from item_counters

),

entries as (

    select
        item_type,
        item_id,
        counter,
        kind,
        count(fetched_at) as good_count,
        count(case when state = 'truncated' then 1 end) as truncated_count,
        max(fetched_at) as fetched_at

    from coverage
    group by item_type, item_id, counter, kind

),

denials as (

    select
        kind,
        item_type,
        count(*) as scope_count

    from scopes
    group by kind, item_type

),

judged as (

    select
        item_counters.institution_id,
        item_counters.item_type,
        item_counters.counter,
        kinds.kind,
        coalesce(item_counters.total = 0, false) as is_empty,
        case
            when kinds.kind = 'total' then item_counters.asked_total is not null
            else
                coalesce(entries.good_count, 0) > 0
                or coalesce(item_counters.total = 0, false)
        end as is_known,
        coalesce(entries.truncated_count, 0) > 0 as is_truncated,
        failures.item_id is not null as is_failed,
        case
            when kinds.kind = 'total' or item_counters.total = 0 then item_counters.observed_at
            else entries.fetched_at
        end as as_of,
        coalesce(denials.scope_count, 0) as denied_scope_count

    from item_counters
    inner join kinds
        on
            item_counters.item_type = kinds.item_type
            and item_counters.counter = kinds.counter
    left join entries
        on
            item_counters.item_type = entries.item_type
            and item_counters.item_id = entries.item_id
            and item_counters.counter = entries.counter
            and kinds.kind = entries.kind
    left join failures
        on
            item_counters.item_type = failures.item_type
            and item_counters.item_id = failures.item_id
            and item_counters.counter = failures.counter
            and kinds.kind = failures.kind
    left join denials
        on
            item_counters.item_type = denials.item_type
            and kinds.kind = denials.kind

),

counted as (

    select
        institution_id,
        item_type,
        counter,
        kind,
        count(*) as item_count,
        count(case when is_known then 1 end) as known_item_count,
        count(case when is_known and is_empty then 1 end) as empty_item_count,
        count(case when is_truncated then 1 end) as truncated_item_count,
        count(case when is_failed then 1 end) as failed_item_count,
        count(case when not is_known then 1 end) as due_item_count,
        max(denied_scope_count) as denied_scope_count,
        min(case when is_known then as_of end) as as_of

    from judged
    group by institution_id, item_type, counter, kind

)

select * from counted
