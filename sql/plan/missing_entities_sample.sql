-- One row for each of a few collections or projects, spread over all, that a listing had and that its reading in this
-- refresh did not show: those whose details tell whether the listing is to be believed.
--
-- parameters:
--   listing: name of the listing.
--   refresh_id: this refresh.
--   sample_size: how many.
--
-- columns:
--   entity_id: Figshare's id of it.

select listed_entities.entity_id
from figshare.listed_entities
inner join figshare.entity_listings on listed_entities.listing = entity_listings.listing
where
    listed_entities.listing = $listing
    and listed_entities.refresh_id < $refresh_id
    and listed_entities.refresh_id >= entity_listings.refresh_id
order by hash(listed_entities.entity_id), listed_entities.entity_id
limit $sample_size
