-- One row per article that a complete reading of a listing did not show any more, and of which it is now known what
-- that means, as it is to be loaded into listed_articles.
--
-- It left a search at once. It left an institution's or group's listing when it is withdrawn, was never loaded, lies in
-- another group than the one listed, or is not shown by a second complete reading; until then, when its detail is still
-- there, it has only been missed (`missed_at`). Nothing is said of articles whose detail could not be asked for since.
--
-- parameters:
--   now: the time to note (UTC).
--
-- columns:
--   listing: the listing.
--   article_id: the article.
--   title: as in listed_articles, and so are the others.
--   missed_at: when it was first missed (UTC).
--   left_at: when it was found that the listing does not hold it any more (UTC).

with
unlisted as (
    select
        listed_articles.*,
        listings.search,
        listings.completed_at,
        listings.group_id as listing_group_id
    from figshare.listed_articles as listed_articles
    inner join figshare.listings on listed_articles.listing = listings.listing
    where listed_articles.left_at is null and listed_articles.refresh_id < listings.refresh_id
),

withdrawals as (
    select withdrawals.*
    from figshare.withdrawals as withdrawals
    left join figshare.articles on withdrawals.article_id = articles.article_id
    where
        withdrawals.returned_at is null
        and (articles.article_id is null or articles.fetched_at <= withdrawals.checked_at)
),

judged as (
    select
        unlisted.*,
        greatest(articles.fetched_at, article_checks.checked_at)
        >= unlisted.completed_at as is_there,
        unlisted.search is not null
        or articles.article_id is null
        or withdrawals.article_id is not null
        or unlisted.missed_at < unlisted.completed_at
        or (
            greatest(articles.fetched_at, article_checks.checked_at) >= unlisted.completed_at
            and articles.group_id is distinct from unlisted.listing_group_id
            and unlisted.listing_group_id is not null
        ) as has_left
    from unlisted
    left join figshare.articles on unlisted.article_id = articles.article_id
    left join figshare.article_checks on unlisted.article_id = article_checks.article_id
    left join withdrawals on unlisted.article_id = withdrawals.article_id
)

select
    listing,
    article_id,
    title,
    doi,
    published_date,
    created_date,
    modified_date,
    defined_type,
    group_id,
    url_public_html,
    api_version,
    seen_at,
    refresh_id,
    coalesce(missed_at, $now) as missed_at,
    case when has_left then $now end as left_at
from judged
where has_left or (is_there and missed_at is null)
