-- One row per scope: what a report can be about. That is an institution, a group by itself, a group with its subgroups,
-- the articles of an institution that lie in no group, or a named search.
--
-- Reports that answer the same question for all of these read this view and int_scope_articles.
--
-- columns:
--   scope_id: The scope under one name: `institution 1`, `institution 1 group 2`, `institution 1 group 2 with
--     subgroups`, `institution 1 no group` or `search NAME`.
--   scope: Its kind: institution, group, group_with_subgroups, no_group or search.
--   institution_id: The institution; NULL for a search.
--   group_id: The group; NULL where the scope is no group.
--   scope_name: Name of the institution, the group or the search; NULL when not known and for no_group.
--   article_count: Articles in it that are loaded; NULL when none is found.

with
institutions as (select * from intermediate.int_institutions),
groups as (select * from intermediate.int_groups where institution_id is not null),

named_scopes as (
    select
        'institution ' || cast(institution_id as varchar) as scope_id,
        'institution' as scope,
        institution_id,
        cast(null as bigint) as group_id,
        institution_name as scope_name
    from institutions
    union all
    select
        'institution ' || cast(institution_id as varchar) || ' no group' as scope_id,
        'no_group' as scope,
        institution_id,
        cast(null as bigint) as group_id,
        cast(null as varchar) as scope_name
    from institutions
    union all
    select
        'institution ' || cast(institution_id as varchar) || ' group ' || cast(group_id as varchar) as scope_id,
        'group' as scope,
        institution_id,
        group_id,
        group_name as scope_name
    from groups
    union all
    select
        'institution ' || cast(institution_id as varchar)
        || ' group ' || cast(group_id as varchar) || ' with subgroups' as scope_id,
        'group_with_subgroups' as scope,
        institution_id,
        group_id,
        group_name as scope_name
    from groups
    union all
    select
        'search ' || search as scope_id,
        'search' as scope,
        cast(null as bigint) as institution_id,
        cast(null as bigint) as group_id,
        search as scope_name
    from intermediate.int_searches
),

article_counts as (
    select
        scope_id,
        count(*) as article_count
    from intermediate.int_scope_articles
    group by scope_id
)

select
    named_scopes.scope_id,
    named_scopes.scope,
    named_scopes.institution_id,
    named_scopes.group_id,
    named_scopes.scope_name,
    article_counts.article_count
from named_scopes
left join article_counts on named_scopes.scope_id = article_counts.scope_id
