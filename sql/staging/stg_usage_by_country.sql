-- One row per item, month and country of which anything is known, as Figshare counts it for the
-- item itself.
--
-- Figshare's own counts, not COUNTER's. Where Figshare cuts its list of countries, what is left of
-- the month is a row of its own, with the country `(other)`, so that the parts add up.
--
-- columns:
--   item_type: article, author, collection, group or project.
--   item_id: Figshare's id of it.
--   month: First day of the month (UTC).
--   country: Country as Figshare names it; `Unknown` where it does not know, `(other)` for all that
--     it does not name.
--   country_code: ISO 3166-1 alpha-2 code; NULL when the name has none.
--   views: Views; NULL when views by country are not known for the month.
--   downloads: Downloads; NULL when not known.
--   shares: Shares; NULL when not known.
--   observed_at: When the figures were given, the earliest of them (UTC).

with

countries as (

    select
        item_type,
        item_id,
        counter,
        month,
        country,
        max(country_code) as country_code,
        sum(event_count) as event_count,
        max(observed_at) as observed_at

    from figshare.usage_by_country
    group by item_type, item_id, counter, month, country

),

months as (

    select * from figshare.usage_by_month

),

truncated as (

    select * from figshare.usage_coverage
    where kind = 'countries' and state = 'truncated'

),

answers as (

    select
        item_type,
        item_id,
        counter,
        month,
        sum(event_count) as event_count,
        max(observed_at) as observed_at

    from countries
    group by item_type, item_id, counter, month

),

rests as (

    select distinct
        answers.item_type,
        answers.item_id,
        answers.counter,
        answers.month,
        '(other)' as country,
        cast(null as varchar) as country_code,
        months.event_count - answers.event_count as event_count,
        answers.observed_at

    from answers
    inner join months
        on
            answers.item_type = months.item_type
            and answers.item_id = months.item_id
            and answers.counter = months.counter
            and answers.month = months.month
    inner join truncated
        on
            answers.item_type = truncated.item_type
            and answers.item_id = truncated.item_id
            and answers.counter = truncated.counter
            and answers.month between truncated.window_start and truncated.window_end
    -- A month that was read later than its countries may have grown since.
    where months.event_count > answers.event_count and months.observed_at <= answers.observed_at

),

parts as (

    select * from countries

    union all

    select * from rests

),

asked as (

    select
        item_type,
        item_id,
        month,
        bool_or(counter = 'views') as has_views,
        bool_or(counter = 'downloads') as has_downloads,
        bool_or(counter = 'shares') as has_shares

    from answers
    group by item_type, item_id, month

),

pivoted as (

    select
        parts.item_type,
        parts.item_id,
        parts.month,
        parts.country,
        max(parts.country_code) as country_code,
        sum(case when parts.counter = 'views' then parts.event_count end) as views,
        sum(case when parts.counter = 'downloads' then parts.event_count end) as downloads,
        sum(case when parts.counter = 'shares' then parts.event_count end) as shares,
        min(parts.observed_at) as observed_at

    from parts
    where parts.country <> '(none)'
    group by parts.item_type, parts.item_id, parts.month, parts.country

),

filled as (

    select
        pivoted.item_type,
        pivoted.item_id,
        pivoted.month,
        pivoted.country,
        pivoted.country_code,
        cast(
            coalesce(pivoted.views, case when asked.has_views then 0 end) as bigint
        ) as views,
        cast(
            coalesce(pivoted.downloads, case when asked.has_downloads then 0 end) as bigint
        ) as downloads,
        cast(
            coalesce(pivoted.shares, case when asked.has_shares then 0 end) as bigint
        ) as shares,
        pivoted.observed_at

    from pivoted
    inner join asked
        on
            pivoted.item_type = asked.item_type
            and pivoted.item_id = asked.item_id
            and pivoted.month = asked.month

)

select * from filled
