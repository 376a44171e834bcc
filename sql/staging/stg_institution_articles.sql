-- One row per institution and loaded article that it currently lists: what every count of articles
-- counts.
--
-- columns:
--   institution_id: The institution.
--   article_id: The article: stg_articles.article_id.
--   group_id: The group it lies in, by its own record, else by the listings; NULL when in none.

with

listed_articles as (

    select * from staging.stg_listed_articles

),

articles as (

    select * from staging.stg_articles

),

institution_articles as (

    -- The listing of the institution and those of its groups can show the same article.
    select
        listed_articles.institution_id,
        listed_articles.article_id,
        coalesce(max(articles.group_id), max(listed_articles.group_id)) as group_id

    from listed_articles
    inner join articles on listed_articles.article_id = articles.article_id
    where listed_articles.institution_id is not null
    group by listed_articles.institution_id, listed_articles.article_id

)

select * from institution_articles
