-- One row per request that failed in the last refresh.
--
-- columns:
--   article_id: as in operations.failed_requests, with what follows.
--   path: what was asked for.
--   status: what was answered.
--   tries: how often it was tried.
--   message: what happened.

select
    article_id,
    path,
    status,
    tries,
    message
from operations.failed_requests
where refresh_id = (select max(newest.refresh_id) from operations.refreshes as newest)
order by path
