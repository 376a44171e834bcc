-- One row per listing and article that the listing currently holds, whether or not the article is
-- loaded.
--
-- A listing holds what its last complete reading showed, or a later reading that was broken off.
-- What was not shown once more stays until it is known to have left. Withdrawn articles are left
-- out, also where a listing still shows them. While a listing has never been read to its end,
-- nothing counts as listed by it.
--
-- columns:
--   listing: The listing.
--   institution_id: The institution that the listing is limited to; NULL for a search.
--   search: Name of the search; NULL for an institution or a group.
--   article_id: The article.
--   group_id: The group that the listing puts the article in; NULL when it names none.
--   title: Title as the listing gives it; may hold HTML.
--   seen_at: When the listing last showed it (UTC).

with

listed_articles as (

    select * from figshare.listed_articles
    where left_at is null

),

listings as (

    select * from figshare.listings

),

withdrawals as (

    select * from staging.stg_withdrawals

),

current_articles as (

    select
        listings.listing,
        listings.institution_id,
        listings.search,
        listed_articles.article_id,
        coalesce(nullif(listed_articles.group_id, 0), nullif(listings.group_id, 0)) as group_id,
        listed_articles.title,
        listed_articles.seen_at

    from listed_articles
    inner join listings on listed_articles.listing = listings.listing
    left join withdrawals on listed_articles.article_id = withdrawals.article_id
    where withdrawals.article_id is null

)

select * from current_articles
