-- One row: what the last refresh said; none where it said nothing.
--
-- columns:
--   message: as in operations.refreshes.

select message
from operations.refreshes
where refresh_id = (select max(newest.refresh_id) from operations.refreshes as newest) and message is not null
