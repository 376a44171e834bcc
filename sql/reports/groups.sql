-- One row per group of an institution; where articles lie in no group, one more row per institution with `group_id`
-- NULL.
--
-- Counted are articles that are currently listed and loaded. Each count is given for what lies in the group itself and,
-- `_with_subgroups`, for the group and all groups below it, each article and person once. So an institution's articles
-- are the sum of `article_count` over its rows, but not of `article_count_with_subgroups`. Names and levels need the
-- institution's list of groups, which needs a token; without it, groups are known only from their articles and count
-- without subgroups. A group with nothing in it is shown with 0. Counts are NULL (not known) for a group in which
-- nothing was found while no listing that covers it was ever read to its end, and with subgroups while one of them is
-- not covered; sums of files and sizes leave out articles that do not tell theirs and are NULL when none does.
--
-- key: institution_id, group_id
-- columns:
--   institution_id: Figshare's id of the institution.
--   group_id: Figshare's id of the group; NULL for the articles in no group.
--   group_name: Name of the group; NULL when not known, and for the articles in no group.
--   parent_group_id: The group above; NULL at the top, or when not known.
--   parent_group_name: Name of the group above; NULL at the top, or when not known.
--   school: School of the user's own list that the group itself belongs to; NULL when none.
--   faculty: The faculty that the school is of; NULL when none.
--   level: 1 for groups at the top, 2 for those below them, and so on; NULL when not known.
--   path: Names from the top group down to this one, joined by ` / `; NULL when not known.
--   article_count: Articles in the group itself.
--   article_count_with_subgroups: Articles in the group or in a group below it.
--   file_count: Files of the articles in the group itself.
--   file_count_with_subgroups: Files of the articles in the group or below it.
--   size_bytes: Size of the files of the articles in the group itself, in bytes.
--   size_bytes_with_subgroups: Size of the files of the articles in the group or below it, in bytes.
--   author_count: Different people who are authors of the articles in the group itself.
--   author_count_with_subgroups: Different people who are authors of the articles in the group or below it.
--   last_published_on: Day (UTC) the latest article in the group itself was first public; NULL when there is none.
--   views_full: Views by full counting: each group gets the whole of every article in it or below it. NULL when of none
--     they are known. Figshare's own counts of the articles, not COUNTER's, here and below; what Figshare says of the
--     group itself is in reports.usage_reconciliation.
--   downloads_full: Downloads by full counting; NULL when not known.
--   shares_full: Shares by full counting; NULL when not known.
--   views_fractional: Views by fractional counting: an article counts 1/n in each of n groups it lies in itself, which
--     is one, so the whole of it in that group alone. The sum over an institution's rows is the institution's. NULL
--     when not known.
--   downloads_fractional: Downloads by fractional counting; NULL when not known.
--   shares_fractional: Shares by fractional counting; NULL when not known.
--   usage_known_ratio: Share of the articles in the group or below it whose views and downloads are known, 0 to 1; NULL
--     when there are no articles.
--   usage_as_of: When they were last known, the earliest of them (UTC); NULL when of none.

with
article_people as (select * from intermediate.int_article_people),
containing_groups as (select * from intermediate.int_containing_groups),

group_articles as (
    select
        institution_articles.institution_id,
        institution_articles.group_id,
        articles.article_id,
        articles.file_count,
        articles.size_bytes,
        articles.published_on,
        article_usage.views,
        article_usage.downloads,
        article_usage.shares,
        article_usage.usage_as_of
    from intermediate.int_institution_articles as institution_articles
    inner join intermediate.int_articles as articles on institution_articles.article_id = articles.article_id
    left join intermediate.int_article_usage as article_usage on articles.article_id = article_usage.article_id
),

own_sums as (
    select
        institution_id,
        group_id,
        count(*) as article_count,
        cast(sum(file_count) as bigint) as file_count,
        cast(sum(size_bytes) as bigint) as size_bytes,
        max(published_on) as last_published_on,
        cast(sum(views) as bigint) as views,
        cast(sum(downloads) as bigint) as downloads,
        cast(sum(shares) as bigint) as shares,
        count(usage_as_of) as usage_article_count,
        min(usage_as_of) as usage_as_of
    from group_articles
    group by institution_id, group_id
),

own_authors as (
    select
        group_articles.institution_id,
        group_articles.group_id,
        count(distinct article_people.person_id) as author_count
    from group_articles
    inner join article_people on group_articles.article_id = article_people.article_id
    group by group_articles.institution_id, group_articles.group_id
),

whole_sums as (
    select
        own_sums.institution_id,
        containing_groups.ancestor_group_id as group_id,
        cast(sum(own_sums.article_count) as bigint) as article_count,
        cast(sum(own_sums.file_count) as bigint) as file_count,
        cast(sum(own_sums.size_bytes) as bigint) as size_bytes,
        cast(sum(own_sums.views) as bigint) as views,
        cast(sum(own_sums.downloads) as bigint) as downloads,
        cast(sum(own_sums.shares) as bigint) as shares,
        cast(sum(own_sums.usage_article_count) as bigint) as usage_article_count,
        min(own_sums.usage_as_of) as usage_as_of
    from own_sums
    inner join containing_groups on own_sums.group_id = containing_groups.group_id
    group by own_sums.institution_id, containing_groups.ancestor_group_id
),

whole_authors as (
    select
        group_articles.institution_id,
        containing_groups.ancestor_group_id as group_id,
        count(distinct article_people.person_id) as author_count
    from group_articles
    inner join containing_groups on group_articles.group_id = containing_groups.group_id
    inner join article_people on group_articles.article_id = article_people.article_id
    group by group_articles.institution_id, containing_groups.ancestor_group_id
),

real_groups as (
    select
        groups.institution_id,
        groups.group_id,
        groups.group_name,
        groups.parent_group_id,
        groups.parent_group_name,
        group_schools.school,
        group_schools.faculty,
        groups.level,
        groups.path,
        case
            when own_sums.article_count is not null then own_sums.article_count
            when groups.is_listed then 0
        end as article_count,
        case
            when whole_sums.article_count is not null then whole_sums.article_count
            when groups.is_listed_with_subgroups then 0
        end as article_count_with_subgroups,
        case
            when own_sums.article_count is not null then own_sums.file_count
            when groups.is_listed then 0
        end as file_count,
        case
            when whole_sums.article_count is not null then whole_sums.file_count
            when groups.is_listed_with_subgroups then 0
        end as file_count_with_subgroups,
        case
            when own_sums.article_count is not null then own_sums.size_bytes
            when groups.is_listed then 0
        end as size_bytes,
        case
            when whole_sums.article_count is not null then whole_sums.size_bytes
            when groups.is_listed_with_subgroups then 0
        end as size_bytes_with_subgroups,
        case
            when own_sums.article_count is not null or groups.is_listed
                then coalesce(own_authors.author_count, 0)
        end as author_count,
        case
            when whole_sums.article_count is not null or groups.is_listed_with_subgroups
                then coalesce(whole_authors.author_count, 0)
        end as author_count_with_subgroups,
        own_sums.last_published_on,
        case
            when whole_sums.article_count is not null then whole_sums.views
            when groups.is_listed_with_subgroups then 0
        end as views_full,
        case
            when whole_sums.article_count is not null then whole_sums.downloads
            when groups.is_listed_with_subgroups then 0
        end as downloads_full,
        case
            when whole_sums.article_count is not null then whole_sums.shares
            when groups.is_listed_with_subgroups then 0
        end as shares_full,
        cast(
            case
                when own_sums.article_count is not null then own_sums.views
                when groups.is_listed then 0
            end as double
        ) as views_fractional,
        cast(
            case
                when own_sums.article_count is not null then own_sums.downloads
                when groups.is_listed then 0
            end as double
        ) as downloads_fractional,
        cast(
            case
                when own_sums.article_count is not null then own_sums.shares
                when groups.is_listed then 0
            end as double
        ) as shares_fractional,
        cast(whole_sums.usage_article_count as double) / whole_sums.article_count as usage_known_ratio,
        whole_sums.usage_as_of
    from intermediate.int_groups as groups
    left join intermediate.int_group_schools as group_schools on groups.group_id = group_schools.group_id
    left join own_sums on groups.institution_id = own_sums.institution_id and groups.group_id = own_sums.group_id
    left join own_authors
        on groups.institution_id = own_authors.institution_id and groups.group_id = own_authors.group_id
    left join whole_sums on groups.institution_id = whole_sums.institution_id and groups.group_id = whole_sums.group_id
    left join whole_authors
        on groups.institution_id = whole_authors.institution_id and groups.group_id = whole_authors.group_id
),

no_group as (
    select
        own_sums.institution_id,
        own_sums.group_id,
        cast(null as varchar) as group_name,
        cast(null as bigint) as parent_group_id,
        cast(null as varchar) as parent_group_name,
        cast(null as varchar) as school,
        cast(null as varchar) as faculty,
        cast(null as bigint) as level,
        cast(null as varchar) as path,
        own_sums.article_count,
        own_sums.article_count as article_count_with_subgroups,
        own_sums.file_count,
        own_sums.file_count as file_count_with_subgroups,
        own_sums.size_bytes,
        own_sums.size_bytes as size_bytes_with_subgroups,
        coalesce(own_authors.author_count, 0) as author_count,
        coalesce(own_authors.author_count, 0) as author_count_with_subgroups,
        own_sums.last_published_on,
        own_sums.views as views_full,
        own_sums.downloads as downloads_full,
        own_sums.shares as shares_full,
        cast(own_sums.views as double) as views_fractional,
        cast(own_sums.downloads as double) as downloads_fractional,
        cast(own_sums.shares as double) as shares_fractional,
        cast(own_sums.usage_article_count as double) / own_sums.article_count as usage_known_ratio,
        own_sums.usage_as_of
    from own_sums
    left join own_authors on own_sums.institution_id = own_authors.institution_id and own_authors.group_id is null
    where own_sums.group_id is null
)

select * from real_groups
union all
select * from no_group
