-- One row: what the last refresh said; none where it said nothing.
--
-- columns:
--   message: as in reports.refreshes.

select message
from reports.refreshes
where refresh_id = (select max(newest.refresh_id) from reports.refreshes as newest) and message is not null
