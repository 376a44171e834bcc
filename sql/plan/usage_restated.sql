-- One row per month of which Figshare, now that it was asked again, gives another figure than it gave when the month
-- was already over.
--
-- `fetched` is what was just read, with the columns of usage_by_month.
--
-- columns:
--   entity_type: what it is.
--   entity_id: Figshare's id of it.
--   counter: views, downloads or shares.
--   month: first day of the month (UTC).
--   old_observed_at: when the old figure was given (UTC).
--   old_event_count: the old figure.
--   new_observed_at: when the new figure was given (UTC).
--   new_event_count: the new figure.

select
    months.entity_type,
    months.entity_id,
    months.counter,
    months.month,
    months.observed_at as old_observed_at,
    months.event_count as old_event_count,
    fetched.observed_at as new_observed_at,
    fetched.event_count as new_event_count
from figshare.usage_by_month as months
inner join fetched
    on
        months.entity_type = fetched.entity_type
        and months.entity_id = fetched.entity_id
        and months.counter = fetched.counter
        and months.month = fetched.month
where
    months.event_count <> fetched.event_count
    and months.observed_at >= months.month + to_months(1)
