-- One row per article of reports.other_articles, month and country that its usage came from.
--
-- Figshare's own counts, not COUNTER's. Countries of articles are only read when asked for (`--usage countries`).
--
-- key: article_id, month, country_code, country
-- columns:
--   article_id: The article: reports.other_articles.article_id.
--   views: Views; NULL when views by country are not known for the month.
--   downloads: Downloads; NULL when not known.
--   shares: Shares; NULL when not known.

select
    other_articles.article_id,
    countries.month,
    countries.country_code,
    countries.country,
    countries.views,
    countries.downloads,
    countries.shares,
    countries.observed_at
from intermediate.int_other_articles as other_articles
inner join intermediate.int_usage_by_country as countries
    on countries.entity_type = 'article' and other_articles.article_id = countries.entity_id
