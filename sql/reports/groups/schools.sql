-- One row per institution and school of the user's list (with the faculty it is of), and one per institution with
-- `school` NULL for the articles that count for no school.
--
-- Counted are articles that are currently listed and loaded. An article counts for the school of its group; a group
-- stands for itself, not for those below it. Where its group has no school, or it is in no group, it counts for the
-- school of each of its authors that the list names by author id or ORCID iD, once for each school. So
-- `article_count_fractional` always adds up to the institution's articles, and `article_count` does where schools are
-- given by groups only. Of several lines for one person the first counts. A school whose groups have no articles is
-- shown with 0, or NULL (not known) while one of them is covered by no listing that was ever read to its end; a school
-- that only authors without articles belong to has no row. Sums of sizes and usage leave out articles that do not tell
-- theirs and are NULL when none does. For comparing schools; see reports.schools_unmapped for what the list lacks.
--
-- key: institution_id, school, faculty
-- columns:
--   school: The school, as the list writes it; NULL for the articles that count for none.
--   faculty: The faculty that the school is of; NULL when not given.
--   article_count: Articles that count for the school, each as a whole.
--   article_count_by_group: Those of them that count by their group.
--   article_count_fractional: The same as article_count, but an article that counts for n schools counts 1/n for each.
--   author_count: Different people who are authors of those articles, whatever their own school.
--   size_bytes: Size of the files of those articles in bytes.
--   views: Views of those articles since the beginning, each article as a whole; NULL if known for none of them.
--     Figshare's own counts, not COUNTER's.
--   downloads: Downloads of those articles; NULL if known for none of them.
--   usage_known_ratio: Share of those articles whose all-time totals of views and downloads are known, 0 to 1; NULL
--     when there are no articles.

with
article_schools as (select * from intermediate.int_article_schools),

sums as (
    select
        article_schools.institution_id,
        article_schools.school,
        article_schools.faculty,
        count(*) as article_count,
        count(case when article_schools.counted_by = 'group' then 1 end) as article_count_by_group,
        sum(1.0 / article_schools.school_count) as article_count_fractional,
        sum(articles.size_bytes) as size_bytes,
        sum(article_usage.views) as views,
        sum(article_usage.downloads) as downloads,
        cast(count(article_usage.usage_as_of) as double) / count(*) as usage_known_ratio,
        min(article_usage.usage_as_of) as usage_as_of
    from article_schools
    inner join intermediate.int_articles as articles on article_schools.article_id = articles.article_id
    left join intermediate.int_article_usage as article_usage on articles.article_id = article_usage.article_id
    group by article_schools.institution_id, article_schools.school, article_schools.faculty
),

author_counts as (
    select
        article_schools.institution_id,
        article_schools.school,
        article_schools.faculty,
        count(distinct article_people.person_id) as author_count
    from article_schools
    inner join intermediate.int_article_people as article_people
        on article_schools.article_id = article_people.article_id
    group by article_schools.institution_id, article_schools.school, article_schools.faculty
),

named as (
    select
        institution_id,
        school,
        faculty,
        true as is_listed
    from sums
    union all
    select
        groups.institution_id,
        group_schools.school,
        group_schools.faculty,
        groups.is_listed
    from intermediate.int_groups as groups
    inner join intermediate.int_group_schools as group_schools on groups.group_id = group_schools.group_id
),

schools as (
    select
        institution_id,
        school,
        faculty,
        -- A school that has no article has zero only where all of its groups are read.
        case when count(*) = count(case when is_listed then 1 end) then 0 end as zero
    from named
    group by institution_id, school, faculty
)

select
    schools.institution_id,
    schools.school,
    schools.faculty,
    coalesce(sums.article_count, schools.zero) as article_count,
    coalesce(sums.article_count_by_group, schools.zero) as article_count_by_group,
    cast(coalesce(sums.article_count_fractional, schools.zero) as double) as article_count_fractional,
    case
        when sums.article_count is null then schools.zero
        else coalesce(author_counts.author_count, 0)
    end as author_count,
    cast(case when sums.article_count is null then schools.zero else sums.size_bytes end as bigint) as size_bytes,
    cast(case when sums.article_count is null then schools.zero else sums.views end as bigint) as views,
    cast(case when sums.article_count is null then schools.zero else sums.downloads end as bigint) as downloads,
    sums.usage_known_ratio,
    sums.usage_as_of
from schools
-- No school and no faculty is the empty text, so it can stand for NULL.
left join sums
    on
        schools.institution_id = sums.institution_id
        and coalesce(schools.school, '') = coalesce(sums.school, '')
        and coalesce(schools.faculty, '') = coalesce(sums.faculty, '')
left join author_counts
    on
        schools.institution_id = author_counts.institution_id
        and coalesce(schools.school, '') = coalesce(author_counts.school, '')
        and coalesce(schools.faculty, '') = coalesce(author_counts.faculty, '')
