-- One row per institution and part of it, with what was published, and the usage of its articles, from one day to
-- another: what the macros usage_by_author_between and so on choose from.
--
-- An article counts whole for each part that it is in. Parts without articles are there where that is known.
--
-- parameters:
--   from_day: the first day, for instance '2025-07-01'.
--   to_day: the last day, for instance '2026-06-30'.
--
-- columns:
--   part_type: author, group, school, item_type or institution.
--   institution_id: The institution that lists the articles.
--   part_id: Figshare's id of the part; NULL where it has none.
--   part_name: Its name.
--   part_detail: ORCID iD of an author, faculty of a school.
--   article_count: Articles, whenever they were published.
--   published_article_count: Those of them that were first public in the period.
--   views: Views of the articles in the months of the period; 0 is none, NULL not known of any.
--   downloads: Downloads of them, likewise.
--   shares: Shares of them, likewise.
--   month_count: Months of all the articles, added up.
--   known_month_count: Those of them whose views and downloads are known.
--   months_known_ratio: Known months divided by all months, of all the articles; 1 when there is none.
--   usage_complete_to: Last day (UTC) in the period up to which everything is known of the articles of which it is, the
--     earliest of them; NULL when of none.

with
article_usage as (
    select
        *,
        published_on between cast(from_day as date) and cast(to_day as date) as is_published
    from reports.usage_between(from_day, to_day)
),

parts as (
    select
        'author' as part_type,
        institution_id,
        author_id as part_id,
        full_name as part_name,
        orcid as part_detail,
        article_id
    from reports.author_articles
    union all
    select
        'group' as part_type,
        institution_id,
        group_id as part_id,
        group_name as part_name,
        cast(null as varchar) as part_detail,
        article_id
    from reports.group_articles
    union all
    select
        'group' as part_type,
        institution_id,
        group_id as part_id,
        group_name as part_name,
        cast(null as varchar) as part_detail,
        cast(null as bigint) as article_id
    from reports.groups
    where article_count_with_subgroups = 0
    union all
    select
        'school' as part_type,
        institution_id,
        cast(null as bigint) as part_id,
        school as part_name,
        faculty as part_detail,
        article_id
    from reports.school_articles
    union all
    select
        'school' as part_type,
        institution_id,
        cast(null as bigint) as part_id,
        school as part_name,
        faculty as part_detail,
        cast(null as bigint) as article_id
    from reports.schools
    where article_count = 0
    union all
    select
        'item_type' as part_type,
        institution_id,
        cast(null as bigint) as part_id,
        item_type as part_name,
        cast(null as varchar) as part_detail,
        article_id
    from reports.articles
    union all
    select
        'institution' as part_type,
        institution_id,
        institution_id as part_id,
        institution_name as part_name,
        cast(null as varchar) as part_detail,
        article_id
    from reports.articles
),

period_parts as (select * from parts where cast(from_day as date) <= cast(to_day as date))

select
    parts.part_type,
    parts.institution_id,
    parts.part_id,
    parts.part_name,
    parts.part_detail,
    count(parts.article_id) as article_count,
    count(case when article_usage.is_published then 1 end) as published_article_count,
    -- The 0 of articles that had not begun says nothing of the others; nor does that of one counter where no month is
    -- known of all.
    case
        when coalesce(sum(article_usage.month_count), 0) = 0 then 0
        when sum(article_usage.known_month_count) = 0
            then nullif(cast(sum(case when article_usage.month_count > 0 then article_usage.views end) as bigint), 0)
        else cast(sum(case when article_usage.month_count > 0 then article_usage.views end) as bigint)
    end as views,
    case
        when coalesce(sum(article_usage.month_count), 0) = 0 then 0
        when sum(article_usage.known_month_count) = 0
            then
                nullif(cast(sum(case when article_usage.month_count > 0 then article_usage.downloads end) as bigint), 0)
        else cast(sum(case when article_usage.month_count > 0 then article_usage.downloads end) as bigint)
    end as downloads,
    case
        when coalesce(sum(article_usage.month_count), 0) = 0 then 0
        when sum(article_usage.known_month_count) = 0
            then nullif(cast(sum(case when article_usage.month_count > 0 then article_usage.shares end) as bigint), 0)
        else cast(sum(case when article_usage.month_count > 0 then article_usage.shares end) as bigint)
    end as shares,
    cast(coalesce(sum(article_usage.month_count), 0) as bigint) as month_count,
    cast(coalesce(sum(article_usage.known_month_count), 0) as bigint) as known_month_count,
    case
        when coalesce(sum(article_usage.month_count), 0) = 0 then 1.0
        else cast(sum(article_usage.known_month_count) as double) / sum(article_usage.month_count)
    end as months_known_ratio,
    min(article_usage.usage_complete_to) as usage_complete_to
from period_parts as parts
left join article_usage
    on parts.institution_id = article_usage.institution_id and parts.article_id = article_usage.article_id
group by parts.part_type, parts.institution_id, parts.part_id, parts.part_name, parts.part_detail
