-- One row per list of internal records that was ever read to its end.
--
-- columns:
--   part: the list.
--   record_count: how many records it showed.

select
    part,
    record_count
from figshare_internal.readings
