-- The tables keyed by `article_id` are about the items of reports.article_main, and those are the articles of
-- reports.articles.
--
-- columns:
--   report: The report that has the item.
--   article_id: The item that reports.article_main lacks, or that reports.articles lacks.

with
items as (select * from reports.article_main),
articles as (select * from reports.articles),

children as (
    select
        'article_authors' as report,
        article_id
    from reports.article_authors
    union
    select
        'article_categories' as report,
        article_id
    from reports.article_categories
    union
    select
        'article_tags' as report,
        article_id
    from reports.article_tags
    union
    select
        'article_funding' as report,
        article_id
    from reports.article_funding
    union
    select
        'article_files' as report,
        article_id
    from reports.article_files
    union
    select
        'article_usage_by_month' as report,
        article_id
    from reports.article_usage_by_month
    union
    select
        'articles' as report,
        article_id
    from articles
)

select
    children.report,
    children.article_id
from children
left join items on children.article_id = items.article_id
where items.article_id is null
union all
select
    'article_main' as report,
    items.article_id
from items
left join articles on items.article_id = articles.article_id
where articles.article_id is null
