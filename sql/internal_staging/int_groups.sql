-- One row per group of the institution.
--
-- columns:
--   group_id: Figshare's id of the group.
--   group_name: Its name; NULL when not known.
--   school: School of the user's list that the group belongs to; NULL when none.

select
    group_id,
    group_name,
    school
from reports.groups
where group_id is not null
qualify row_number() over (partition by group_id order by institution_id) = 1
