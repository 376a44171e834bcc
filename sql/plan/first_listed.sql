-- One row per listing and article whose first sighting is not noted yet, as it is to be loaded into first_listed.
--
-- What a listing shows before it was once read to its end was there when it was first read: it is its baseline. So is
-- what a search shows that looks for something else than before. Sightings of an older version, which did not note it,
-- are noted again: there the baseline is what was first seen by the end of the first refresh that saw any.
--
-- `fetched_followed` are the listings that are followed now, with the columns of listings.
--
-- columns:
--   listing: the listing.
--   article_id: the article.
--   first_seen_at: when the listing first showed it (UTC).
--   is_baseline: whether it was there when the listing was first read.

with
read_to_the_end as (
    select listings.listing
    from figshare.listings
    left join fetched_followed as followed on listings.listing = followed.listing
    where followed.listing is null or listings.search_for is not distinct from followed.search_for
),

first_refreshes as (
    select
        sightings.listing,
        min(refreshes.updated_at) as ended_at
    from (
        select
            listing,
            min(first_seen_at) as first_seen_at
        from figshare.first_listed
        group by listing
    ) as sightings
    inner join figshare.refreshes on sightings.first_seen_at <= refreshes.updated_at
    group by sightings.listing
)

select
    listed_articles.listing,
    listed_articles.article_id,
    listed_articles.seen_at as first_seen_at,
    read_to_the_end.listing is null as is_baseline
from figshare.listed_articles
left join figshare.first_listed
    on listed_articles.listing = first_listed.listing and listed_articles.article_id = first_listed.article_id
left join read_to_the_end on listed_articles.listing = read_to_the_end.listing
where first_listed.listing is null
union all
select
    first_listed.listing,
    first_listed.article_id,
    first_listed.first_seen_at,
    coalesce(first_listed.first_seen_at <= first_refreshes.ended_at, true) as is_baseline
from figshare.first_listed
left join first_refreshes on first_listed.listing = first_refreshes.listing
where first_listed.is_baseline is null
