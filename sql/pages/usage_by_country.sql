-- One row per country that usage came from, the one with the most downloads first.
--
-- parameters:
--   entity_type: article, author, group or institution.
--   entity_id: whose; NULL for several articles.
--   article_ids: those; NULL for one entity.
--   institution_id: as this institution lists them; NULL for any.
--   from_day: the first day of a period; NULL for all time.
--   to_day: the last day of it.
--
-- columns:
--   country: as in reports.usage_by_country.
--   country_code: its ISO 3166-1 code; NULL when the name has none.
--   views: views from there; NULL when not known.
--   downloads: downloads from there; NULL when not known.
--   first_month: the first month from which there are any.
--   last_month: the last one.

select
    country,
    country_code,
    cast(sum(views) as bigint) as views,
    cast(sum(downloads) as bigint) as downloads,
    min(month) as first_month,
    max(month) as last_month
from reports.usage_by_country
where
    entity_type = $entity_type
    and ($entity_id is null or entity_id = $entity_id)
    and ($article_ids is null or list_contains(cast($article_ids as bigint[]), entity_id))
    and ($institution_id is null or institution_id = $institution_id)
    and ($from_day is null or month between cast(date_trunc('month', cast($from_day as date)) as date) and $to_day)
group by country, country_code
order by sum(downloads) desc nulls last, sum(views) desc nulls last, country
