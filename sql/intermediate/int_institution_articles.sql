-- One row per institution and loaded article that it currently lists: what every count of articles counts.
--
-- columns:
--   institution_id: The institution.
--   article_id: The article: int_articles.article_id.
--   group_id: The group it lies in, by its own record, else by the listings; NULL when in none.
--   published_on: Day (UTC) it was first public.

-- The listing of the institution and those of its groups can show the same article.
select
    listed_articles.institution_id,
    listed_articles.article_id,
    coalesce(max(dates.group_id), max(listed_articles.group_id)) as group_id,
    max(dates.published_on) as published_on
from intermediate.int_listed_articles as listed_articles
inner join staging.stg_article_dates as dates on listed_articles.article_id = dates.article_id
where listed_articles.institution_id is not null
group by listed_articles.institution_id, listed_articles.article_id
