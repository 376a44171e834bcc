-- One row per refresh and kind of request: how many requests it made.
--
-- key: refresh_id, kind
-- columns:
--   refresh_id: The refresh: reports.refreshes.refresh_id.
--   kind: What was asked for: listing, article, files, groups …
--   requests: HTTP requests made, retries included.
--   retries: HTTP requests that were made again after a bad answer.

select
    refresh_id,
    kind,
    requests,
    retries
from figshare.refresh_requests
