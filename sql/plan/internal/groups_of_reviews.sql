-- One row per group that reviews can be in: those of the institution, and those that reviews named.
--
-- columns:
--   group_id: the group.

select id as group_id
from figshare.groups
union
select group_id
from figshare_internal.reviews
where group_id is not null
order by group_id
