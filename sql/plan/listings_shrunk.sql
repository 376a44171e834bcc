-- One row per listing that was just read to its end, with what it had and does not show any more.
--
-- Asked after what it showed is loaded, and before the reading counts as complete. What was missed once before is not
-- counted again. A search that is asked for something else than last time had nothing.
--
-- `fetched_listings` are the readings, with the columns of listings.
--
-- parameters:
--   max_ratio: so large a share of what it had may be missing.
--   few: so many articles may be missing however few it had.
--
-- columns:
--   listing: the listing.
--   held_count: how many articles its last complete reading showed; NULL when there was none.
--   article_count: how many it shows now.
--   missing_count: how many of those that it had it does not show now.
--   is_shrunk: whether that is more than is believed at once.
--   doubted_since: since when it has been in doubt (UTC); NULL when it is not.
--   doubted_article_count: how many it showed when that began.
--   doubted_held_count: how many it had had before that.
--   doubted_missing_count: how many were missing then.

with
readings as (select * from fetched_listings),
doubts as (select * from figshare.doubted_listings where ended_at is null),

missing as (
    select
        readings.listing,
        count(*) as missing_count
    from figshare.listed_articles as listed_articles
    inner join readings on listed_articles.listing = readings.listing
    where
        listed_articles.left_at is null
        and listed_articles.missed_at is null
        and listed_articles.refresh_id < readings.refresh_id
    group by readings.listing
)

select
    readings.listing,
    listings.article_count as held_count,
    readings.article_count,
    coalesce(missing.missing_count, 0) as missing_count,
    coalesce(
        missing.missing_count > $few
        and missing.missing_count > $max_ratio * listings.article_count,
        false
    ) as is_shrunk,
    doubts.doubted_since,
    doubts.article_count as doubted_article_count,
    doubts.held_count as doubted_held_count,
    doubts.missing_count as doubted_missing_count
from readings
left join figshare.listings
    on readings.listing = listings.listing and readings.search_for is not distinct from listings.search_for
left join missing on readings.listing = missing.listing
left join doubts on readings.listing = doubts.listing
