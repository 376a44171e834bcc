-- One row per refresh and kind of request: how many requests it made.
--
-- key: refresh_id, kind
-- columns:
--   kind: What was asked for: listing, article, files, groups …

select
    refresh_id,
    kind,
    requests,
    retries
from figshare.refresh_requests
