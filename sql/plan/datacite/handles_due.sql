-- One row per DOI of the repository of which the handle service has to be asked whether it is registered: an article
-- that is public should have it, and DataCite does not show it. Those that were never asked for come first.
--
-- parameters:
--   now: the time now (UTC).
--   max_age_days: they are asked for again after so many days.
--
-- columns:
--   doi: the DOI.

select doi
from intermediate.int_dois_not_findable
group by doi
having
    max(handle_checked_at) is null
    or max(handle_checked_at) < max(missing_since)
    or max(handle_checked_at) > $now
    or max(handle_checked_at) <= $now - to_days(cast($max_age_days as integer))
order by max(handle_checked_at) nulls first, doi
