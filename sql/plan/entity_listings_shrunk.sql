-- One row per listing of collections or projects that was just read to its end, with what it had and does not show any
-- more; as listings_shrunk.
--
-- `fetched_listings` are the readings, with the columns of entity_listings.
--
-- parameters:
--   max_ratio: so large a share of what it had may be missing.
--   few: so many may be missing however few it had.
--
-- columns:
--   listing: the listing.
--   held_count: how many its last complete reading showed; NULL when there was none.
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
    from figshare.listed_entities
    inner join readings on listed_entities.listing = readings.listing
    inner join figshare.entity_listings on listed_entities.listing = entity_listings.listing
    where
        listed_entities.refresh_id < readings.refresh_id
        -- What was missed once before is not counted again.
        and listed_entities.refresh_id >= entity_listings.refresh_id
    group by readings.listing
)

select
    readings.listing,
    entity_listings.entity_count as held_count,
    readings.entity_count as article_count,
    coalesce(missing.missing_count, 0) as missing_count,
    coalesce(
        missing.missing_count > $few
        and missing.missing_count > $max_ratio * entity_listings.entity_count,
        false
    ) as is_shrunk,
    doubts.doubted_since,
    doubts.article_count as doubted_article_count,
    doubts.held_count as doubted_held_count,
    doubts.missing_count as doubted_missing_count
from readings
left join figshare.entity_listings on readings.listing = entity_listings.listing
left join missing on readings.listing = missing.listing
left join doubts on readings.listing = doubts.listing
