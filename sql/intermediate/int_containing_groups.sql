-- One row per group and group that it lies in: itself and, where they are known, those above it.
--
-- A group that is known only from its articles or its listing contains itself all the same.
--
-- columns:
--   group_id: The group.
--   ancestor_group_id: The group itself or one above it.

select
    group_id,
    ancestor_group_id
from intermediate.int_group_ancestors
union
select
    group_id,
    group_id as ancestor_group_id
from intermediate.int_listed_groups
