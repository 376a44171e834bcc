-- An institution's articles are those of its schools and those of none, each shared out among the schools it counts
-- for; as wholes they are at least as many, and exactly as many where the list of schools names no authors; and those
-- that count by their group are those of the school's groups.
--
-- columns:
--   institution_id: The institution.
--   article_count: Its articles in reports.institution_summary.
--   fractional_sum: What its rows in reports.schools share out.
--   whole_sum: What they add up to as wholes.
--   by_group_sum: What of it they say counts by group.
--   group_sum: The articles of its rows in reports.groups that have a school.

with
summary as (select * from reports.institution_summary where article_count is not null),

author_lines as (
    select count(*) as line_count
    from figshare.schools
    where author_id is not null or orcid is not null
),

school_sums as (
    select
        institution_id,
        sum(article_count_fractional) as fractional_sum,
        sum(article_count) as whole_sum,
        sum(article_count_by_group) as by_group_sum
    from reports.schools
    group by institution_id
),

group_sums as (
    select
        institution_id,
        sum(article_count) as group_sum
    from reports.groups
    where school is not null
    group by institution_id
),

compared as (
    select
        summary.institution_id,
        summary.article_count,
        coalesce(school_sums.fractional_sum, 0) as fractional_sum,
        coalesce(school_sums.whole_sum, 0) as whole_sum,
        coalesce(school_sums.by_group_sum, 0) as by_group_sum,
        coalesce(group_sums.group_sum, 0) as group_sum,
        author_lines.line_count as author_line_count
    from summary
    cross join author_lines
    left join school_sums on summary.institution_id = school_sums.institution_id
    left join group_sums on summary.institution_id = group_sums.institution_id
)

select
    institution_id,
    article_count,
    fractional_sum,
    whole_sum,
    by_group_sum,
    group_sum
from compared
where
    abs(article_count - fractional_sum) > 0.000001 * (1 + article_count)
    or whole_sum < article_count
    or (whole_sum > article_count and author_line_count = 0)
    or by_group_sum <> group_sum
