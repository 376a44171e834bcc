-- What a group holds with its subgroups is what lies in it and what each group right below it holds with its subgroups.
--
-- Groups whose parents run in a circle, be it of one group, are left out: each is below the other there.
--
-- columns:
--   institution_id: The institution.
--   group_id: The group.
--   article_count_with_subgroups: Articles in the group or in a group below it.
--   part_sum: What they should be by the groups right below.

with
groups as (select * from reports.groups where group_id is not null),
group_ancestors as (select * from intermediate.int_group_ancestors),

circles as (
    select distinct group_ancestors.group_id
    from group_ancestors
    inner join group_ancestors as mirrored
        on
            group_ancestors.group_id = mirrored.ancestor_group_id
            and group_ancestors.ancestor_group_id = mirrored.group_id
    where group_ancestors.group_id <> group_ancestors.ancestor_group_id
    union
    select group_id
    from intermediate.int_named_groups
    where group_id = parent_group_id
),

-- A group that another institution's articles name is in no tree of that institution.
trees as (
    select groups.*
    from groups
    inner join intermediate.int_named_groups as own_groups
        on groups.group_id = own_groups.group_id and groups.institution_id = own_groups.institution_id
),

child_sums as (
    select
        institution_id,
        parent_group_id,
        sum(article_count_with_subgroups) as child_sum
    from trees
    group by institution_id, parent_group_id
),

compared as (
    select
        trees.institution_id,
        trees.group_id,
        trees.article_count_with_subgroups,
        coalesce(trees.article_count, 0) + coalesce(child_sums.child_sum, 0) as part_sum
    from trees
    left join child_sums
        on trees.institution_id = child_sums.institution_id and trees.group_id = child_sums.parent_group_id
    left join circles on trees.group_id = circles.group_id
    where circles.group_id is null
)

select
    institution_id,
    group_id,
    article_count_with_subgroups,
    part_sum
from compared
where coalesce(article_count_with_subgroups, 0) <> part_sum
