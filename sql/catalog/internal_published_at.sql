-- One row: when an internal file was published, which only an internal file can tell.
--
-- columns:
--   published_at: when (UTC).

select published_at
from internal.about
