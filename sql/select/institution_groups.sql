-- One row per group of an institution, as in reports.groups, the largest first.
--
-- parameters:
--   institution_id: the institution.

select *
from reports.groups
where institution_id = $institution_id
order by article_count_with_subgroups desc nulls last, level asc nulls last, group_id asc nulls last
