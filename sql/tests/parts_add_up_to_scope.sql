-- Where a report parts the articles of a scope, its rows add up to them.
--
-- columns:
--   report: The report that does not add up.
--   scope_id: The scope.
--   part_sum: What the report's rows add up to; NULL when it has none.
--   article_count: Articles of the scope.

with
scopes as (select * from intermediate.int_scopes where article_count is not null),

parts as (
    select
        'item_types' as report,
        scope_id,
        article_count
    from reports.item_types
    union all
    select
        'licenses' as report,
        scope_id,
        article_count
    from reports.licenses
    union all
    select
        'hosts' as report,
        scope_id,
        article_count
    from reports.hosts
    union all
    select
        'articles_published_by_month' as report,
        scope_id,
        article_count
    from reports.articles_published_by_month
    union all
    select
        'storage' as report,
        scope_id,
        article_count
    from reports.storage
    union all
    select
        'top_articles' as report,
        scope_id,
        1 as article_count
    from reports.top_articles
),

part_sums as (
    select
        report,
        scope_id,
        sum(article_count) as part_sum
    from parts
    group by report, scope_id
),

reports as (
    select distinct report
    from parts
),

expected as (
    select
        reports.report,
        scopes.scope_id,
        scopes.article_count
    from scopes
    cross join reports
)

select
    coalesce(expected.report, part_sums.report) as report,
    coalesce(expected.scope_id, part_sums.scope_id) as scope_id,
    part_sums.part_sum,
    expected.article_count
from expected
full join part_sums on expected.report = part_sums.report and expected.scope_id = part_sums.scope_id
where part_sums.part_sum is distinct from expected.article_count
