-- One row per item whose usage is followed.
--
-- columns:
--   entity_type: what it is.
--   entity_id: Figshare's id of it.

select
    entity_type,
    entity_id
from intermediate.int_usage_items
