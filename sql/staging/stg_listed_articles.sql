-- One row per institution and article that the institution currently lists, whether or not the
-- article is loaded.
--
-- Currently listed means shown by the last complete reading of one of the institution's listings
-- (the whole institution or one of its groups), or since. An article that several of them show is
-- one row. While a listing has never been read to its end, nothing counts as listed by it.
--
-- columns:
--   institution_id: The institution.
--   article_id: The article.
--   group_id: The group that the listings put the article in; NULL when they name none.

with

listed_articles as (

    select * from figshare.listed_articles

),

listings as (

    select * from figshare.listings

),

current_articles as (

    select
        listings.institution_id,
        listed_articles.article_id,
        max(coalesce(nullif(listed_articles.group_id, 0), nullif(listings.group_id, 0))) as group_id

    from listed_articles
    inner join listings on listed_articles.listing = listings.listing
    -- A reading that was broken off has put its own, later id on what it saw, which is still there.
    -- Ids of refreshes sort by time.
    where listed_articles.refresh_id >= listings.refresh_id
    group by listings.institution_id, listed_articles.article_id

)

select * from current_articles
