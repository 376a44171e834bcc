-- One row where a list of internal records was never read to its end, or some days ago.
--
-- parameters:
--   part: the list.
--   started_at: when this refresh started (UTC).
--   max_age_days: after so many days it is read again.
--
-- columns:
--   part: the list.

with
asked as (select $part as list_name)

select asked.list_name as part
from asked
left join figshare_internal.readings as readings on asked.list_name = readings.part
where
    readings.completed_at is null
    or readings.completed_at < $started_at - to_seconds(86400.0 * $max_age_days)
