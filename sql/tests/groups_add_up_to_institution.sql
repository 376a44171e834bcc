-- An institution's articles are those of its groups and those in no group.
--
-- columns:
--   institution_id: The institution.
--   article_count: Its articles in reports.institution_summary.
--   group_sum: What its rows in reports.groups add up to.
--   row_count: Its rows in reports.articles.

with
summary as (select * from reports.institution_summary where article_count is not null),

group_sums as (
    select
        institution_id,
        sum(article_count) as group_sum
    from reports.groups
    group by institution_id
),

article_counts as (
    select
        institution_id,
        count(*) as row_count
    from reports.articles
    group by institution_id
),

compared as (
    select
        summary.institution_id,
        summary.article_count,
        coalesce(group_sums.group_sum, 0) as group_sum,
        coalesce(article_counts.row_count, 0) as row_count
    from summary
    left join group_sums on summary.institution_id = group_sums.institution_id
    left join article_counts on summary.institution_id = article_counts.institution_id
)

select
    institution_id,
    article_count,
    group_sum,
    row_count
from compared
where article_count <> group_sum or article_count <> row_count
