-- One row per group and group at or above it: each group's own row, its parent's, and so on to the top.
--
-- A parent that neither Figshare nor the user names counts as none. Should parents ever run in a circle, each of its
-- groups is above every other, and the query still ends.
--
-- columns:
--   group_id: The group.
--   ancestor_group_id: The group itself or one above it.

with recursive
groups as (
    select
        group_id,
        parent_group_id as parent_id
    from intermediate.int_named_groups
),

parents as (
    select
        groups.group_id,
        groups.parent_id
    from groups
    inner join groups as parent_groups on groups.parent_id = parent_groups.group_id
),

ancestors as (
    select
        group_id,
        group_id as ancestor_group_id
    from groups
    union
    select
        ancestors.group_id,
        parents.parent_id as ancestor_group_id
    from ancestors
    inner join parents on ancestors.ancestor_group_id = parents.group_id
)

select * from ancestors
