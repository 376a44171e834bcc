-- One row per institution, group and article that lies in the group or in a group below it.
--
-- columns:
--   institution_id: The institution.
--   group_id: The group.
--   article_id: The article.
--   is_own: Whether it lies in the group itself.

with

institution_articles as (

    select * from staging.stg_institution_articles
    where group_id is not null

),

group_ancestors as (

    select * from staging.stg_group_ancestors

),

containing_groups as (

    select
        group_id,
        ancestor_group_id

    from group_ancestors

    union

    -- A group that the list of groups does not hold contains itself all the same.
    select
        group_id,
        group_id as ancestor_group_id

    from institution_articles

),

wholes as (

    select
        institution_articles.institution_id,
        containing_groups.ancestor_group_id as group_id,
        institution_articles.article_id,
        containing_groups.ancestor_group_id = institution_articles.group_id as is_own

    from institution_articles
    inner join containing_groups on institution_articles.group_id = containing_groups.group_id

)

select * from wholes
