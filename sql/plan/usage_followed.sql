-- One row per item whose usage is followed.
--
-- columns:
--   item_type: what it is.
--   item_id: Figshare's id of it.

select
    item_type,
    item_id

from staging.stg_usage_items
