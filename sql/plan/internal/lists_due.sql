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
asked as (select $part as list_name),

last_readings as (
    select
        part,
        max(completed_at) as completed_at
    from figshare_internal.readings
    group by part
)

select asked.list_name as part
from asked
left join last_readings on asked.list_name = last_readings.part
where
    last_readings.completed_at is null
    or last_readings.completed_at < $started_at - to_seconds(86400.0 * $max_age_days)
