-- One row: what the last refresh says of itself; none when there was none.
--
-- columns:
--   refresh_id: its id.
--   api_url: the API address it read from.
--   package_version: the version that it ran.

select
    refresh_id,
    api_url,
    package_version
from figshare.refreshes
order by refresh_id desc
limit 1
