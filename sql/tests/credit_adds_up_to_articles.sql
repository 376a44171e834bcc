-- Credit parts each article among its funders, or its categories, so that it adds up to the articles that have any.
--
-- columns:
--   report: The report that does not add up.
--   scope_id: The scope.
--   credit_sum: What its credit adds up to.
--   article_count: Articles of the scope that have any.

with
scope_articles as (select * from intermediate.int_scope_articles),

credits as (
    select
        'funders' as report,
        scope_id,
        article_credit
    from reports.funders
    union all
    select
        'top_categories' as report,
        scope_id,
        article_credit
    from reports.top_categories
),

credit_sums as (
    select
        report,
        scope_id,
        sum(article_credit) as credit_sum
    from credits
    group by report, scope_id
),

having_any as (
    select
        'funders' as report,
        scope_articles.scope_id,
        scope_articles.article_id
    from scope_articles
    inner join intermediate.int_article_funding as article_funding
        on scope_articles.article_id = article_funding.article_id
    union
    select
        'top_categories' as report,
        scope_articles.scope_id,
        scope_articles.article_id
    from scope_articles
    inner join intermediate.int_article_categories as article_categories
        on scope_articles.article_id = article_categories.article_id
),

expected as (
    select
        report,
        scope_id,
        count(*) as article_count
    from having_any
    group by report, scope_id
)

select
    coalesce(expected.report, credit_sums.report) as report,
    coalesce(expected.scope_id, credit_sums.scope_id) as scope_id,
    credit_sums.credit_sum,
    expected.article_count
from expected
full join credit_sums on expected.report = credit_sums.report and expected.scope_id = credit_sums.scope_id
where coalesce(abs(credit_sums.credit_sum - expected.article_count), 1) > 0.000001
