-- One row per listing of collections or projects that was read to its end.
--
-- columns:
--   listing: name of the listing.
--   entity_count: how many it showed.
--   changes_known_to: up to when it is known which of them were modified (UTC, by Figshare's clock); NULL when it is
--     not.
--   is_dated: whether it says of each when it was modified.

select
    entity_listings.listing,
    entity_listings.entity_count,
    entity_listings.changes_known_to,
    coalesce(bool_and(listed_entities.modified_date is not null), false) as is_dated
from figshare.entity_listings
left join figshare.listed_entities
    on
        entity_listings.listing = listed_entities.listing
        and entity_listings.refresh_id <= listed_entities.refresh_id
group by entity_listings.listing, entity_listings.entity_count, entity_listings.changes_known_to
