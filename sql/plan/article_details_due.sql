-- One row per article whose detail has to be read, most wanted first.
--
-- An article is due when a listing shows it and the warehouse does not hold its detail (new),
-- holds it from a load that was broken off (interrupted), or holds an older state than the
-- listing shows (changed, moved). An article that was read in this refresh is not due again in it.
--
-- parameters:
--   started_at: when this refresh started (UTC).
--
-- columns:
--   article_id: the article.
--   reason: new, interrupted, changed or moved.

with

listed_articles as (

    select * from figshare.listed_articles

),

listings as (

    select * from figshare.listings

),

articles as (

    select * from figshare.articles

),

whole_loads as (

    select load_id from figshare._dlt_loads
    where status = 0

),

listed as (

    select
        listed_articles.article_id,
        max(listed_articles.published_date) as published_date,
        max(listed_articles.modified_date) as modified_date,
        max(listed_articles.group_id) as group_id

    from listed_articles
    inner join listings on listed_articles.listing = listings.listing
    where listed_articles.refresh_id >= listings.refresh_id
    group by listed_articles.article_id

),

compared as (

    select
        listed.article_id,
        listed.published_date,
        case
            when articles.id is null then 'new'
            when whole_loads.load_id is null then 'interrupted'
            when articles.fetched_at >= $started_at then null
            when listed.modified_date > articles.modified_date then 'changed'
            when listed.published_date > articles.published_date then 'changed'
            when listed.group_id <> coalesce(articles.group_id, 0) then 'moved'
        end as reason

    from listed
    left join articles on listed.article_id = articles.id
    left join whole_loads on articles._dlt_load_id = whole_loads.load_id

),

due as (

    select
        article_id,
        reason

    from compared
    where reason is not null
    order by published_date desc nulls last, article_id asc

)

select * from due
