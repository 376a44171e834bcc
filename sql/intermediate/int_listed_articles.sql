-- One row per listing and article that the listing currently holds, whether or not the article is loaded.
--
-- A listing holds what its last complete reading showed, or a later reading that was broken off. What was not shown
-- once more stays until it is known to have left. Withdrawn articles are left out, also where a listing still shows
-- them. While a listing has never been read to its end, nothing counts as listed by it; nor by the listing of a group
-- that was last read before that of its whole institution.
--
-- columns:
--   listing: The listing.
--   institution_id: The institution that the listing is limited to; NULL for others.
--   search: Name of the search; NULL for others.
--   article_id: The article.
--   group_id: The group that the listing puts the article in; NULL when it names none.

with
listed_articles as (select * from figshare.listed_articles where left_at is null),

listings as (
    select
        listing,
        institution_id,
        group_id,
        search,
        refresh_id,
        max(case when group_id is null then refresh_id end) over (partition by institution_id) as whole_refresh_id
    from figshare.listings
),

present_listings as (
    select * from listings
    where
        search is not null
        or group_id is null
        or whole_refresh_id is null
        or refresh_id > whole_refresh_id
)

select
    present_listings.listing,
    present_listings.institution_id,
    present_listings.search,
    listed_articles.article_id,
    coalesce(nullif(listed_articles.group_id, 0), nullif(present_listings.group_id, 0)) as group_id
from listed_articles
inner join present_listings on listed_articles.listing = present_listings.listing
left join intermediate.int_withdrawals as withdrawals on listed_articles.article_id = withdrawals.article_id
where withdrawals.article_id is null
