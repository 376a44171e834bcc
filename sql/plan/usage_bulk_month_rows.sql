-- One row per due item, counter and month that was just read in bulk, as a row of usage_by_month: 0 for an item that is
-- not in the response.
--
-- `fetched_due` has what is due, `fetched_months` the months that were read, `fetched_figures` what they have.
--
-- parameters:
--   entity_type: article or group.
--   refresh_id: the refresh that asked.
--
-- columns:
--   entity_type: what it is.
--   entity_id: Figshare's id of it.
--   counter: views, downloads or shares.
--   month: first day of the month (UTC).
--   event_count: the count.
--   observed_at: when Figshare said so (UTC).
--   refresh_id: the refresh that asked.

select
    $entity_type as entity_type,
    due.entity_id,
    due.counter,
    months.month,
    coalesce(figures.event_count, 0) as event_count,
    months.read_at as observed_at,
    $refresh_id as refresh_id
from fetched_due as due
inner join fetched_months as months
    on due.counter = months.counter and months.month between due.needed_from and due.window_end
left join fetched_figures as figures
    on
        months.counter = figures.counter
        and months.month = figures.month
        and due.entity_id = figures.entity_id
