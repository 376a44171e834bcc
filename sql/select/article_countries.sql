-- One row per country that an article's usage came from, the one with the most downloads first.
--
-- parameters:
--   article_id: the article.
--   from_day: only months that the days from this one on touch; NULL for all.
--   to_day: and up to this one.
--
-- columns:
--   country: as in reports.usage_by_country.
--   country_code: its ISO 3166-1 code; NULL when the name has none.
--   views: views from there; NULL when not known.
--   downloads: downloads from there; NULL when not known.
--   first_month: the first month from which there are any.
--   last_month: the last one.

with
countries as (
    select distinct
        month,
        country,
        country_code,
        views,
        downloads
    from reports.usage_by_country
    where entity_type = 'article' and entity_id = $article_id
    union all
    select
        month,
        country,
        country_code,
        views,
        downloads
    from reports.other_article_usage_by_country
    where article_id = $article_id
)

select
    country,
    country_code,
    cast(sum(views) as bigint) as views,
    cast(sum(downloads) as bigint) as downloads,
    min(month) as first_month,
    max(month) as last_month
from countries
where $from_day is null or month between date_trunc('month', cast($from_day as date)) and $to_day
group by country, country_code
order by sum(downloads) desc nulls last, sum(views) desc nulls last, country
