-- One row per group, as in reports.groups, in the order of their paths.

select *
from reports.groups
order by institution_id, path, group_id nulls last
