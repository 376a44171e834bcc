-- One row per named search and article that it still finds, whether or not the article is loaded.
--
-- A real search can show an article several times; it is one row. What a search does not find any
-- more is left out.
--
-- columns:
--   search: The search: stg_searches.search.
--   article_id: The article.
--   group_id: The group it lies in, by its own record, else by the search; NULL when in none, so
--     that it lies in no institution's repository.
--   is_loaded: Whether its record is loaded.

with

listings as (

    select * from figshare.listings

),

listed_articles as (

    select * from figshare.listed_articles

),

articles as (

    select * from staging.stg_articles

),

found_articles as (

    select
        listings.search,
        listed_articles.article_id,
        max(nullif(listed_articles.group_id, 0)) as group_id

    from listed_articles
    inner join listings on listed_articles.listing = listings.listing
    where
        listings.search is not null
        and listed_articles.left_at is null
    group by listings.search, listed_articles.article_id

),

search_articles as (

    select
        found_articles.search,
        found_articles.article_id,
        coalesce(articles.group_id, found_articles.group_id) as group_id,
        articles.article_id is not null as is_loaded

    from found_articles
    left join articles on found_articles.article_id = articles.article_id

)

select * from search_articles
