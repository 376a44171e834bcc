-- One row per refresh, the last first.
--
-- parameters:
--   most: so many at most.
--
-- columns:
--   started_at: as in operations.refreshes, with what follows.
--   outcome: how it ended.
--   articles_loaded: articles.
--   articles_failed: those that failed.
--   requests: what it took.
--   retries: those of them that repeated one.
--   listings: what it followed.
--   message: what it said.
--   refresh_id: its id.
--   failed_requests: requests that failed, not only those for articles.

with
failed as (
    select
        refresh_id,
        count(*) as failed_requests
    from operations.failed_requests
    group by refresh_id
)

select
    refreshes.started_at,
    refreshes.outcome,
    refreshes.articles_loaded,
    refreshes.articles_failed,
    refreshes.requests,
    refreshes.retries,
    refreshes.listings,
    refreshes.message,
    refreshes.refresh_id,
    coalesce(failed.failed_requests, 0) as failed_requests
from operations.refreshes as refreshes
left join failed on refreshes.refresh_id = failed.refresh_id
order by refreshes.refresh_id desc
limit $most
