-- One row per item whose usage is followed.
--
-- columns:
--   entity_type: what it is.
--   entity_id: Figshare's id of it.

select
    entity_type,
    entity_id
from staging.stg_usage_items
