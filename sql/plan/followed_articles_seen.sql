-- One row per article that is followed by itself and is public, as it is to be loaded into listed_articles: its detail
-- is what shows it.
--
-- parameters:
--   article_ids: articles that are followed by themselves.
--   refresh_id: this refresh.
--
-- columns:
--   listing: the article as a listing.
--   article_id: the article.
--   title: NULL, since its record says it, and so are the others but those below.
--   api_version: the version of Figshare's API that gave its detail.
--   seen_at: when Figshare last gave its detail or said that it still holds (UTC).
--   refresh_id: this refresh.

select
    'article ' || cast(articles.article_id as varchar) as listing,
    articles.article_id,
    cast(null as varchar) as title,
    cast(null as varchar) as doi,
    cast(null as timestamp) as published_date,
    cast(null as timestamp) as created_date,
    cast(null as timestamp) as modified_date,
    cast(null as bigint) as defined_type,
    cast(null as bigint) as group_id,
    cast(null as varchar) as url_public_html,
    article_checks.api_version,
    greatest(articles.fetched_at, article_checks.checked_at) as seen_at,
    cast($refresh_id as varchar) as refresh_id,
    cast(null as timestamp) as missed_at,
    cast(null as timestamp) as left_at
from figshare.articles
left join figshare.article_checks on articles.article_id = article_checks.article_id
left join figshare.withdrawals
    on
        articles.article_id = withdrawals.article_id
        and withdrawals.returned_at is null
        and articles.fetched_at <= withdrawals.checked_at
where list_contains(cast($article_ids as bigint[]), articles.article_id) and withdrawals.article_id is null
