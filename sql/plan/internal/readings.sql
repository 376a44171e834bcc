-- One row per list of internal records that was ever read to its end.
--
-- columns:
--   part: the list.
--   record_count: how many records it showed the last time.

select
    part,
    arg_max(record_count, completed_at) as record_count
from figshare_internal.readings
group by part
