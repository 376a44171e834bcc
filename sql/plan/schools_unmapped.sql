-- One row per kind of what the user's list of schools and the warehouse do not agree about.
--
-- columns:
--   kind: the kind.
--   found_count: how often it was found.

select
    kind,
    count(*) as found_count
from reports.schools_unmapped
group by kind
order by kind
