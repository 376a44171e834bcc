-- One row per group of an institution, as in reports.groups, in the order of their paths.
--
-- parameters:
--   institution_id: the institution.

select *
from reports.groups
where institution_id = $institution_id
order by path nulls last, group_id
