-- One row per institution and group that Figshare's list of groups has, or the user's names of groups.
--
-- A group that Figshare lists is as it is listed, since that is newer; where it has no name there, it has the user's.
--
-- columns:
--   institution_id: The institution.
--   group_id: The group.
--   group_name: Its name; NULL when not known.
--   parent_group_id: The group above it, which need not be among them; NULL at the top, or when not given.

with
listed_groups as (
    select
        groups.institution_id,
        groups.id as group_id,
        coalesce(staging.blank_to_null(groups.name), group_names.group_name) as group_name,
        nullif(groups.parent_id, 0) as parent_group_id
    from figshare.groups
    left join figshare.group_names
        on groups.institution_id = group_names.institution_id and groups.id = group_names.group_id
)

select
    institution_id,
    group_id,
    group_name,
    parent_group_id
from listed_groups
union all
select
    group_names.institution_id,
    group_names.group_id,
    group_names.group_name,
    group_names.parent_group_id
from figshare.group_names
left join figshare.groups on group_names.group_id = groups.id
where groups.id is null
