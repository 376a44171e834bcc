-- One row per kind of request of the last refresh, the most frequent first.
--
-- columns:
--   kind: as in operations.refresh_requests, with what follows.
--   requests: how many were made.
--   retries: those of them that repeated one.

select
    kind,
    requests,
    retries
from operations.refresh_requests
where refresh_id = (select max(newest.refresh_id) from operations.refreshes as newest)
order by requests desc, kind asc
