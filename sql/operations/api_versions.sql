-- One row per time at which an institution was found on another version of Figshare's API than before.
--
-- The first row of an institution is no switch. Without a row nobody has asked yet, or `api_version` is forced.
--
-- key: institution_id, found_at
-- columns:
--   found_at: When it was found (UTC); the switch was some time before.
--   api_version: `v2`, or `v3` (metadata by item type).
--   refresh_id: The refresh that found it: operations.refreshes.refresh_id.

select
    institution_id,
    found_at,
    api_version,
    refresh_id
from figshare.api_versions
