-- One row per item, month and country of which anything is known, as Figshare counts it for the item itself.
--
-- Figshare's own counts, not COUNTER's. Where Figshare cuts its list of countries, what the month has beyond them is a
-- row of its own, with the country `(other)`, so that the parts add up. What has none in a month has none from any
-- country, whether its countries were asked for or not.
--
-- key: entity_type, entity_id, month, country
-- columns:
--   entity_type: article, author, collection, group or project.
--   entity_id: Figshare's id of it.
--   month: First day of the month (UTC).
--   country: Country as Figshare names it; `Unknown` where it does not know, `(other)` for all that it does not name.
--   country_code: ISO 3166-1 alpha-2 code; NULL when the name has none.
--   views: Views; NULL when views by country are not known for the month, or of `(other)` when the month's own figure
--     was not.
--   downloads: Downloads; NULL when not known.
--   shares: Shares; NULL when not known.
--   observed_at: When the figures were given, the earliest of them (UTC).

with
countries as (
    select
        entity_type,
        entity_id,
        counter,
        month,
        country,
        max(country_code) as country_code,
        sum(event_count) as event_count,
        -- What was left out can be known to be there, and not how much it was.
        count(*) > count(event_count) as is_unknown,
        max(observed_at) as observed_at
    from figshare.usage_by_country
    group by entity_type, entity_id, counter, month, country
),

asked as (
    select
        entity_type,
        entity_id,
        month,
        bool_or(counter = 'views') as has_views,
        bool_or(counter = 'downloads') as has_downloads,
        bool_or(counter = 'shares') as has_shares
    from countries
    group by entity_type, entity_id, month
),

pivoted as (
    select
        countries.entity_type,
        countries.entity_id,
        countries.month,
        countries.country,
        max(countries.country_code) as country_code,
        sum(case when countries.counter = 'views' then countries.event_count end) as views,
        sum(case when countries.counter = 'downloads' then countries.event_count end) as downloads,
        sum(case when countries.counter = 'shares' then countries.event_count end) as shares,
        coalesce(bool_or(countries.is_unknown) filter (where countries.counter = 'views'), false) as views_unknown,
        coalesce(
            bool_or(countries.is_unknown) filter (where countries.counter = 'downloads'), false
        ) as downloads_unknown,
        coalesce(bool_or(countries.is_unknown) filter (where countries.counter = 'shares'), false) as shares_unknown,
        min(countries.observed_at) as observed_at
    from countries
    where countries.country <> '(none)'
    group by countries.entity_type, countries.entity_id, countries.month, countries.country
)

select
    pivoted.entity_type,
    pivoted.entity_id,
    pivoted.month,
    pivoted.country,
    pivoted.country_code,
    cast(
        case
            when pivoted.views_unknown then null
            else
                coalesce(pivoted.views, case when asked.has_views or months.views = 0 then 0 end)
        end as bigint
    ) as views,
    cast(
        case
            when pivoted.downloads_unknown then null
            else
                coalesce(
                    pivoted.downloads,
                    case when asked.has_downloads or months.downloads = 0 then 0 end
                )
        end as bigint
    ) as downloads,
    cast(
        case
            when pivoted.shares_unknown then null
            else
                coalesce(pivoted.shares, case when asked.has_shares or months.shares = 0 then 0 end)
        end as bigint
    ) as shares,
    pivoted.observed_at
from pivoted
inner join asked
    on pivoted.entity_type = asked.entity_type and pivoted.entity_id = asked.entity_id and pivoted.month = asked.month
left join intermediate.int_usage_by_month as months
    on
        pivoted.entity_type = months.entity_type
        and pivoted.entity_id = months.entity_id
        and pivoted.month = months.month
