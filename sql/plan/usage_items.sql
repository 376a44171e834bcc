-- One row per item whose usage was asked for by name.
--
-- columns:
--   entity_type: what it is.
--   entity_id: Figshare's id of it.

select
    entity_type,
    entity_id
from figshare.usage_items
