-- One row per row of `fetched`, with the count of what Figshare leaves out where it leaves out countries: what the
-- month has beyond the countries that are named, so that parts add up.
--
-- `fetched` is what was just read, with the columns of usage_by_country, which these are, too.
--
-- columns:
--   entity_type: what it is.
--   entity_id: Figshare's id of it.
--   counter: views, downloads or shares.
--   month: first day of the month (UTC).
--   country: the country as Figshare names it.
--   city: the city as Figshare names it.
--   country_code: ISO 3166-1 alpha-2 code by the name; NULL when the name has none.
--   event_count: the count; NULL for what is left out of a month whose own figure is not known.
--   observed_at: when Figshare said so (UTC).
--   refresh_id: the refresh that asked.

with
named as (
    select
        entity_type,
        entity_id,
        counter,
        month,
        sum(event_count) as event_count
    from fetched
    group by entity_type, entity_id, counter, month
    having count(*) > count(event_count)
),

remainders as (
    select
        named.entity_type,
        named.entity_id,
        named.counter,
        named.month,
        greatest(months.event_count - named.event_count, 0) as event_count
    from named
    inner join figshare.usage_by_month as months
        on
            named.entity_type = months.entity_type
            and named.entity_id = months.entity_id
            and named.counter = months.counter
            and named.month = months.month
)

select
    fetched.entity_type,
    fetched.entity_id,
    fetched.counter,
    fetched.month,
    fetched.country,
    fetched.city,
    fetched.country_code,
    cast(coalesce(fetched.event_count, remainders.event_count) as bigint) as event_count,
    fetched.observed_at,
    fetched.refresh_id
from fetched
left join remainders
    on
        fetched.entity_type = remainders.entity_type
        and fetched.entity_id = remainders.entity_id
        and fetched.counter = remainders.counter
        and fetched.month = remainders.month
