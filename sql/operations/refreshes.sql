-- One row per run of `refresh`, as of its last load.
--
-- For seeing how fresh the data are and what keeping them so takes. A run that ended after these reports were published
-- is not here yet.
--
-- key: refresh_id
-- columns:
--   refresh_id: Id of the refresh; later ones sort behind earlier ones.
--   started_at: When it started (UTC).
--   finished_at: When it ended (UTC); NULL when it was killed.
--   outcome: done, incomplete (something failed or is in doubt), stopped, failed, or killed (it ended without a word).
--   message: What ended it early or is in doubt, in sentences; NULL when nothing did or is.
--   api_url: The Figshare it read from.
--   listings: The listings it was asked for, separated by commas.
--   articles_loaded: Article details loaded.
--   articles_failed: Articles that could not be read, or not whole; see operations.failed_requests.
--   package_version: Version of figshare-warehouse.

select
    refresh_id,
    started_at,
    finished_at,
    -- Nobody reads this while a refresh runs.
    case when outcome = 'running' then 'killed' else outcome end as outcome,
    message,
    api_url,
    listings,
    requests,
    retries,
    articles_loaded,
    articles_failed,
    package_version
from figshare.refreshes
