-- One row per country and month of which Figshare, now that it was asked again, gives another figure than it gave when
-- the month was already over.
--
-- `fetched` is what was just read, with the columns of usage_by_country. A country that is named no more had 0; one
-- whose figure is not known on either side is left out.
--
-- columns:
--   entity_type: what it is.
--   entity_id: Figshare's id of it.
--   counter: views, downloads or shares.
--   month: first day of the month (UTC).
--   country: the country as Figshare names it.
--   old_observed_at: when the old figure was given (UTC).
--   old_event_count: the old figure, all cities together.
--   new_observed_at: when the new figure was given (UTC).
--   new_event_count: the new figure, all cities together.

with
old_months as (
    select
        entity_type,
        entity_id,
        counter,
        month,
        max(observed_at) as old_observed_at
    from figshare.usage_by_country
    where observed_at >= month + to_months(1)
    group by entity_type, entity_id, counter, month
),

new_months as (
    select
        entity_type,
        entity_id,
        counter,
        month,
        max(observed_at) as new_observed_at
    from fetched
    group by entity_type, entity_id, counter, month
),

months as (
    select
        old_months.*,
        new_months.new_observed_at
    from old_months
    inner join new_months
        on
            old_months.entity_type = new_months.entity_type
            and old_months.entity_id = new_months.entity_id
            and old_months.counter = new_months.counter
            and old_months.month = new_months.month
),

figures as (
    select
        entity_type,
        entity_id,
        counter,
        month,
        country,
        event_count as old_count,
        0 as new_count
    from figshare.usage_by_country
    union all
    select
        entity_type,
        entity_id,
        counter,
        month,
        country,
        0 as old_count,
        event_count as new_count
    from fetched
)

select
    months.entity_type,
    months.entity_id,
    months.counter,
    months.month,
    figures.country,
    months.old_observed_at,
    cast(sum(figures.old_count) as bigint) as old_event_count,
    months.new_observed_at,
    cast(sum(figures.new_count) as bigint) as new_event_count
from months
inner join figures
    on
        months.entity_type = figures.entity_type
        and months.entity_id = figures.entity_id
        and months.counter = figures.counter
        and months.month = figures.month
group by
    months.entity_type,
    months.entity_id,
    months.counter,
    months.month,
    figures.country,
    months.old_observed_at,
    months.new_observed_at
having
    sum(figures.old_count) <> sum(figures.new_count)
    and count(*) = count(figures.old_count)
    and count(*) = count(figures.new_count)
