-- One row per institution and group, known from the list of groups, from names that the user gave, from articles or
-- from a listing of the group.
--
-- columns:
--   institution_id: The institution.
--   group_id: The group.
--   is_listed: Whether what lies in the group is known: the listing of the institution or of the group was read to its
--     end.

with
listings as (
    select
        institution_id,
        coalesce(group_id, 0) as group_id
    from figshare.listings
    where institution_id is not null
),

institution_articles as (select * from intermediate.int_institution_articles where group_id is not null),

group_ids as (
    select
        institution_id,
        group_id
    from intermediate.int_named_groups
    union
    select
        institution_id,
        group_id
    from institution_articles
    union
    select
        institution_id,
        group_id
    from listings
    where group_id <> 0
)

select
    group_ids.institution_id,
    group_ids.group_id,
    count(listings.group_id) > 0 as is_listed
from group_ids
left join listings
    on group_ids.institution_id = listings.institution_id and listings.group_id in (0, group_ids.group_id)
group by group_ids.institution_id, group_ids.group_id
