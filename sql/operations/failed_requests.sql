-- One row per refresh and request that failed for good.
--
-- The next refresh tries it again: what lacks now is in the rows of the latest refresh.
--
-- key: refresh_id, path
-- columns:
--   path: What was asked for: the path below the API's base address.
--   article_id: The article concerned; NULL when it was none.
--   status: HTTP status of the last answer; NULL when there was none.
--   message: What went wrong, in a sentence.
--   tries: How often it was tried.
--   failed_at: When it failed for good (UTC).

select
    refresh_id,
    path,
    article_id,
    status,
    message,
    tries,
    failed_at
from figshare.failed_requests
