-- One row per listing of an institution or of a group of it.
--
-- parameters:
--   institution_id: the institution.
--
-- columns:
--   listing: name of the listing.

with
names as (
    select listing from figshare.listings
    union
    select listing from figshare.listed_articles
    union
    select listing from figshare.doubted_listings
    union
    select listing from figshare.first_listed
    union
    select listing from figshare.entity_listings
    union
    select listing from figshare.listed_entities
)

select listing
from names
where
    listing = 'institution ' || cast($institution_id as varchar)
    or starts_with(listing, 'institution ' || cast($institution_id as varchar) || ' ')
order by listing
