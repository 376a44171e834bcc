-- One row per group that the user's list of schools names, with its school.
--
-- A group stands for itself: groups below it need lines of their own. What is in the list is not checked here against
-- what there is.
--
-- columns:
--   group_id: The group.
--   school: The school it belongs to.
--   faculty: The faculty that the school is of; NULL when not given.
--   line: The first line of the list that names the group.

select
    group_id,
    school,
    faculty,
    line
from figshare.schools
where group_id is not null
qualify row_number() over (partition by group_id order by line) = 1
