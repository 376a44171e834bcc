-- One row per name that the user gave to a group of another institution.
--
-- parameters:
--   institution_id: the institution.
--
-- columns:
--   institution_id: as in figshare.group_names, with what follows.
--   group_id: the group.
--   group_name: its name.
--   parent_group_id: the group above it.
--   line: the line of the file.

select
    institution_id,
    group_id,
    group_name,
    parent_group_id,
    line
from figshare.group_names
where institution_id <> $institution_id
