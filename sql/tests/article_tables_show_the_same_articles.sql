-- The tables keyed by `article_id` are about the items of reports.article_main, and those are the articles of
-- reports.articles. Those of articles that no institution lists are about the ones of reports.other_articles, which are
-- not in reports.articles.
--
-- columns:
--   report: The report that has the item.
--   article_id: The item that reports.article_main, reports.articles or reports.other_articles lacks, or that is in two
--     of them.

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
),

other_children as (
    select
        'other_article_authors' as report,
        article_id
    from reports.other_article_authors
    union
    select
        'other_article_files' as report,
        article_id
    from reports.other_article_files
    union
    select
        'other_article_usage_by_month' as report,
        article_id
    from reports.other_article_usage_by_month
    union
    select
        'other_article_usage_by_country' as report,
        article_id
    from reports.other_article_usage_by_country
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
union all
select
    other_children.report,
    other_children.article_id
from other_children
left join reports.other_articles on other_children.article_id = other_articles.article_id
where other_articles.article_id is null
union all
select
    'other_articles' as report,
    other_articles.article_id
from reports.other_articles
inner join items on other_articles.article_id = items.article_id
