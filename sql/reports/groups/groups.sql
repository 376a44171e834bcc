-- One row per group of an institution; where articles lie in no group, one more row per institution with `group_id`
-- NULL.
--
-- Counted are articles that are currently listed and loaded. Each count is given for what lies in the group itself and,
-- `_with_subgroups`, for the group and all groups below it, each article and person once. So an institution's articles
-- are the sum of `article_count` over its rows, but not of `article_count_with_subgroups`. Names and levels need the
-- institution's list of groups, which needs a token, or the user's names of groups (`--group-names`): Figshare's list
-- wins, group by group. Without either, groups are known only from their articles and count without subgroups. A group
-- with nothing in it is shown with 0. Counts are NULL (not known) for a group in which nothing was found while no
-- listing that covers it was ever read to its end, and with subgroups while one of them is not covered; sums of files
-- and sizes leave out articles that do not tell theirs and are NULL when none does.
--
-- key: institution_id, group_id
-- columns:
--   group_id: Figshare's id of the group; NULL for the articles in no group.
--   group_name: Name of the group; NULL when not known, and for the articles in no group.
--   parent_group_id: The group above; NULL at the top, or when not known.
--   parent_group_name: Name of the group above; NULL at the top, or when not known.
--   school: School of the user's list that the group itself belongs to; NULL when none.
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
--   usage_known_ratio: Share of the articles in the group or below it whose all-time totals of views and downloads are
--     known, 0 to 1; NULL when there are no articles.
--   citations: Citations of the articles in the group or below it, as DataCite knows, by full counting; NULL when of
--     none they are known.
--   citations_fractional: Citations by fractional counting: of the articles in the group itself, so that the sum over
--     an institution's rows is the institution's; NULL when not known.

with
articles as (
    select
        listed.institution_id,
        coalesce(listed.group_id, 0) as group_id,
        articles.article_id,
        articles.file_count,
        articles.size_bytes,
        articles.published_on,
        article_usage.views,
        article_usage.downloads,
        article_usage.shares,
        article_usage.usage_as_of,
        article_citations.citations,
        article_citations.citations_as_of
    from intermediate.int_institution_articles as listed
    inner join intermediate.int_articles as articles on listed.article_id = articles.article_id
    left join intermediate.int_article_usage as article_usage on articles.article_id = article_usage.article_id
    left join intermediate.int_article_citations as article_citations
        on articles.article_id = article_citations.article_id
),

-- Articles in no group lie in one of the number 0, which Figshare gives to none.
containing_groups as (
    select
        group_id,
        ancestor_group_id
    from intermediate.int_containing_groups
    union all
    select
        0 as group_id,
        0 as ancestor_group_id
),

sums as (
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
        min(usage_as_of) as usage_as_of,
        cast(sum(citations) as bigint) as citations,
        count(citations) as cited_known_count,
        min(citations_as_of) as citations_as_of
    from articles
    group by institution_id, group_id
),

whole as (
    select
        sums.institution_id,
        containing_groups.ancestor_group_id as group_id,
        cast(sum(sums.article_count) as bigint) as article_count,
        cast(sum(sums.file_count) as bigint) as file_count,
        cast(sum(sums.size_bytes) as bigint) as size_bytes,
        cast(sum(sums.views) as bigint) as views,
        cast(sum(sums.downloads) as bigint) as downloads,
        cast(sum(sums.shares) as bigint) as shares,
        cast(sum(sums.usage_article_count) as double) / sum(sums.article_count) as usage_known_ratio,
        min(sums.usage_as_of) as usage_as_of,
        cast(sum(sums.citations) as bigint) as citations,
        cast(sum(sums.cited_known_count) as double) / sum(sums.article_count) as citations_known_ratio,
        min(sums.citations_as_of) as citations_as_of
    from sums
    inner join containing_groups on sums.group_id = containing_groups.group_id
    group by sums.institution_id, containing_groups.ancestor_group_id
),

authors as (
    select
        articles.institution_id,
        containing_groups.ancestor_group_id as group_id,
        count(distinct people.person_id) filter (
            where articles.group_id = containing_groups.ancestor_group_id
        ) as author_count,
        count(distinct people.person_id) as author_count_with_subgroups
    from articles
    inner join containing_groups on articles.group_id = containing_groups.group_id
    inner join intermediate.int_article_people as people on articles.article_id = people.article_id
    group by articles.institution_id, containing_groups.ancestor_group_id
),

groups as (
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
        case when groups.is_listed then 0 end as zero,
        case when groups.is_listed_with_subgroups then 0 end as zero_below
    from intermediate.int_groups as groups
    left join intermediate.int_group_schools as group_schools on groups.group_id = group_schools.group_id
    union all
    select
        institution_id,
        group_id,
        cast(null as varchar) as group_name,
        cast(null as bigint) as parent_group_id,
        cast(null as varchar) as parent_group_name,
        cast(null as varchar) as school,
        cast(null as varchar) as faculty,
        cast(null as bigint) as level,
        cast(null as varchar) as path,
        0 as zero,
        0 as zero_below
    from sums
    where group_id = 0
)

select
    groups.institution_id,
    nullif(groups.group_id, 0) as group_id,
    groups.group_name,
    groups.parent_group_id,
    groups.parent_group_name,
    groups.school,
    groups.faculty,
    groups.level,
    groups.path,
    coalesce(sums.article_count, groups.zero) as article_count,
    coalesce(whole.article_count, groups.zero_below) as article_count_with_subgroups,
    case when sums.article_count is null then groups.zero else sums.file_count end as file_count,
    case when whole.article_count is null then groups.zero_below else whole.file_count end as file_count_with_subgroups,
    case when sums.article_count is null then groups.zero else sums.size_bytes end as size_bytes,
    case when whole.article_count is null then groups.zero_below else whole.size_bytes end as size_bytes_with_subgroups,
    case when sums.article_count is null then groups.zero else coalesce(authors.author_count, 0) end as author_count,
    case
        when whole.article_count is null then groups.zero_below
        else coalesce(authors.author_count_with_subgroups, 0)
    end as author_count_with_subgroups,
    sums.last_published_on,
    case when whole.article_count is null then groups.zero_below else whole.views end as views_full,
    case when whole.article_count is null then groups.zero_below else whole.downloads end as downloads_full,
    case when whole.article_count is null then groups.zero_below else whole.shares end as shares_full,
    cast(case when sums.article_count is null then groups.zero else sums.views end as double) as views_fractional,
    cast(
        case when sums.article_count is null then groups.zero else sums.downloads end as double
    ) as downloads_fractional,
    cast(case when sums.article_count is null then groups.zero else sums.shares end as double) as shares_fractional,
    whole.usage_known_ratio,
    whole.usage_as_of,
    case when whole.article_count is null then groups.zero_below else whole.citations end as citations,
    cast(
        case when sums.article_count is null then groups.zero else sums.citations end as double
    ) as citations_fractional,
    whole.citations_known_ratio,
    whole.citations_as_of
from groups
left join sums on groups.institution_id = sums.institution_id and groups.group_id = sums.group_id
left join whole on groups.institution_id = whole.institution_id and groups.group_id = whole.group_id
left join authors on groups.institution_id = authors.institution_id and groups.group_id = authors.group_id
