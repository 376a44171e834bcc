-- Each month of reports.usage_by_month adds up: an institution's usage is the sum of its articles, and of its groups by
-- fractional counting; a group's with subgroups is the sum of the group itself and of the groups right below it; that
-- of all authors by fractional counting is the sum of the articles with known authors. reports.article_usage_by_month
-- is that of the articles.
--
-- Sums of fractions are rounded in their last digits, which is no difference. Groups whose parents run in a circle are
-- left out of the sums of subgroups.
--
-- columns:
--   what: articles, groups, subgroups, authors or article_usage_by_month.
--   institution_id: The institution; NULL for the timeline, which is of all.
--   group_id: The group; NULL where it is none.
--   month: The month.
--   part_sum: Views that the parts add up to; NULL if known for none of them.
--   total: Views that they should add up to; NULL when they are not known.

with
usage as (select * from reports.usage_by_month),
groups as (select * from reports.groups),

circles as (
    select distinct group_ancestors.group_id
    from intermediate.int_group_ancestors as group_ancestors
    inner join intermediate.int_group_ancestors as mirrored
        on
            group_ancestors.group_id = mirrored.ancestor_group_id
            and group_ancestors.ancestor_group_id = mirrored.group_id
    where group_ancestors.group_id <> group_ancestors.ancestor_group_id
    union
    select group_id
    from groups
    where group_id = parent_group_id
),

authored as (
    select distinct
        institution_id,
        article_id
    from intermediate.int_article_credit
),

institutions as (
    select
        institution_id,
        month,
        views_full as views
    from usage
    where entity_type = 'institution'
),

article_sums as (
    select
        institution_id,
        month,
        sum(views_full) as views
    from usage
    where entity_type = 'article'
    group by institution_id, month
),

authored_sums as (
    select
        usage.institution_id,
        usage.month,
        sum(usage.views_full) as views
    from usage
    inner join authored on usage.institution_id = authored.institution_id and usage.entity_id = authored.article_id
    where usage.entity_type = 'article'
    group by usage.institution_id, usage.month
),

fractional_sums as (
    select
        institution_id,
        entity_type,
        month,
        sum(views_fractional) as views
    from usage
    where entity_type in ('group', 'author')
    group by institution_id, entity_type, month
),

child_sums as (
    select
        groups.institution_id,
        groups.parent_group_id as group_id,
        usage.month,
        sum(usage.views_full) as views
    from groups
    inner join usage on groups.institution_id = usage.institution_id and groups.group_id = usage.entity_id
    where usage.entity_type = 'group' and groups.parent_group_id is not null
    group by groups.institution_id, groups.parent_group_id, usage.month
),

timeline_sums as (
    select
        month,
        sum(views) as views
    from reports.article_usage_by_month
    group by month
),

different_articles as (
    select
        entity_id,
        month,
        max(views_full) as views
    from usage
    where entity_type = 'article'
    group by entity_id, month
),

different_sums as (
    select
        month,
        sum(views) as views
    from different_articles
    group by month
),

compared as (
    select
        'articles' as what,
        institutions.institution_id,
        cast(null as bigint) as group_id,
        institutions.month,
        cast(article_sums.views as double) as part_sum,
        institutions.views as total
    from institutions
    left join article_sums
        on institutions.institution_id = article_sums.institution_id and institutions.month = article_sums.month
    union all
    select
        'groups' as what,
        institutions.institution_id,
        cast(null as bigint) as group_id,
        institutions.month,
        fractional_sums.views as part_sum,
        institutions.views as total
    from institutions
    left join fractional_sums
        on
            institutions.institution_id = fractional_sums.institution_id
            and institutions.month = fractional_sums.month
            and fractional_sums.entity_type = 'group'
    union all
    select
        'subgroups' as what,
        usage.institution_id,
        usage.entity_id as group_id,
        usage.month,
        coalesce(usage.views_fractional, 0) + coalesce(child_sums.views, 0) as part_sum,
        usage.views_full as total
    from usage
    left join child_sums
        on
            usage.institution_id = child_sums.institution_id
            and usage.entity_id = child_sums.group_id
            and usage.month = child_sums.month
    left join circles on usage.entity_id = circles.group_id
    where usage.entity_type = 'group' and circles.group_id is null
    union all
    select
        'authors' as what,
        authored_sums.institution_id,
        cast(null as bigint) as group_id,
        authored_sums.month,
        fractional_sums.views as part_sum,
        authored_sums.views as total
    from authored_sums
    left join fractional_sums
        on
            authored_sums.institution_id = fractional_sums.institution_id
            and authored_sums.month = fractional_sums.month
            and fractional_sums.entity_type = 'author'
    union all
    select
        'article_usage_by_month' as what,
        cast(null as bigint) as institution_id,
        cast(null as bigint) as group_id,
        different_sums.month,
        cast(timeline_sums.views as double) as part_sum,
        different_sums.views as total
    from different_sums
    left join timeline_sums on different_sums.month = timeline_sums.month
)

select * from compared
where abs(coalesce(part_sum, 0) - coalesce(total, 0)) > 0.001 + 1e-9 * coalesce(total, 0)
