-- One row: when a file was published, which only a published file can tell.
--
-- columns:
--   published_at: when (UTC).

select published_at
from reports.about
