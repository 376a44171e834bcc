-- One row per collection or project that only some listings ever showed, so that it goes with them.
--
-- `fetched` are the rows of `forgotten_listings`.
--
-- columns:
--   entity_type: collection or project.
--   entity_id: Figshare's id of it.

select
    entity_type,
    entity_id
from figshare.listed_entities
group by entity_type, entity_id
having bool_and(listing in (select fetched.listing from fetched))
order by entity_type, entity_id
