-- One row per item whose usage was asked for by name.
--
-- columns:
--   item_type: what it is.
--   item_id: Figshare's id of it.

select
    item_type,
    item_id

from figshare.usage_items
