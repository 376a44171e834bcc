-- One row per kind of what the user's names of groups and the warehouse do not agree about.
--
-- columns:
--   kind: the kind.
--   found_count: of how many groups.

with
named_groups as (select * from intermediate.int_named_groups),

checked as (
    select 'as in Figshare''s own list' as kind
    from figshare.group_names
    inner join figshare.groups on group_names.group_id = groups.id
    union all
    select 'without a public article' as kind
    from figshare.group_names
    left join intermediate.int_group_wholes as group_wholes
        on group_names.institution_id = group_wholes.institution_id and group_names.group_id = group_wholes.group_id
    group by group_names.institution_id, group_names.group_id
    having count(group_wholes.article_id) = 0
    union all
    select 'below a group without a name' as kind
    from named_groups
    left join named_groups as parent_groups on named_groups.parent_group_id = parent_groups.group_id
    inner join figshare.group_names on named_groups.group_id = group_names.group_id
    where named_groups.parent_group_id is not null and parent_groups.group_id is null
    union all
    select 'without a name' as kind
    from intermediate.int_groups
    where
        group_name is null
        and institution_id in (select group_names.institution_id from figshare.group_names)
)

select
    kind,
    count(*) as found_count
from checked
group by kind
order by kind
