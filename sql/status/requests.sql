-- One row per kind of request of the last refresh, the most frequent first.
--
-- columns:
--   kind: as in reports.refresh_requests, with what follows.
--   requests: how many were made.
--   retries: those of them that repeated one.

select
    kind,
    requests,
    retries
from reports.refresh_requests
where refresh_id = (select max(newest.refresh_id) from reports.refreshes as newest)
order by requests desc, kind asc
