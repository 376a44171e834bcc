-- One row per institution and group, known by name (from Figshare's list of groups or the user's) or only from its
-- articles.
--
-- columns:
--   institution_id: The institution.
--   group_id: The group.
--   group_name: Its name; NULL when not known: Figshare's list of groups needs a token.
--   parent_group_id: The group above it; NULL at the top, or when not known.
--   parent_group_name: Name of the group above it; NULL at the top, or when not known.
--   level: 1 at the top, 2 below it, and so on; NULL when the group is not known by name.
--   path: Names from the top group down to this one, joined by ` / `; NULL when it is not known by name.
--   is_listed: Whether what lies in the group is known: the listing of the institution or of the group was read to its
--     end.
--   is_listed_with_subgroups: Whether it is known of this group and of all below it.

with
groups as (select * from intermediate.int_named_groups),
ancestors as (select * from intermediate.int_group_ancestors),

levels as (
    select
        group_id,
        count(*) as level
    from ancestors
    group by group_id
),

paths as (
    select
        ancestors.group_id,
        string_agg(
            coalesce(groups.group_name, cast(groups.group_id as varchar)),
            ' / '
            order by levels.level, groups.group_id = ancestors.group_id, groups.group_id
        ) as path
    from ancestors
    inner join groups on ancestors.ancestor_group_id = groups.group_id
    inner join levels on ancestors.ancestor_group_id = levels.group_id
    group by ancestors.group_id
),

described as (
    select
        listed_groups.institution_id,
        listed_groups.group_id,
        groups.group_name,
        parent_groups.group_id as parent_group_id,
        parent_groups.group_name as parent_group_name,
        levels.level,
        paths.path,
        listed_groups.is_listed
    from intermediate.int_listed_groups as listed_groups
    left join groups on listed_groups.group_id = groups.group_id
    left join groups as parent_groups on groups.parent_group_id = parent_groups.group_id
    left join levels on listed_groups.group_id = levels.group_id
    left join paths on listed_groups.group_id = paths.group_id
),

wholes as (
    select
        described.institution_id,
        ancestors.ancestor_group_id as group_id,
        bool_and(described.is_listed) as is_listed
    from described
    inner join ancestors on described.group_id = ancestors.group_id
    group by described.institution_id, ancestors.ancestor_group_id
)

select
    described.institution_id,
    described.group_id,
    described.group_name,
    described.parent_group_id,
    described.parent_group_name,
    described.level,
    described.path,
    described.is_listed,
    -- Of a group that is not known by name none below it is known.
    coalesce(wholes.is_listed, described.is_listed) as is_listed_with_subgroups
from described
left join wholes on described.institution_id = wholes.institution_id and described.group_id = wholes.group_id
