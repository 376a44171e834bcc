-- The dashboard's tables are about the items of reports.dashboard_main, and those are the articles
-- of reports.articles.
--
-- columns:
--   report: The report that has the item.
--   article_id: The item that reports.dashboard_main lacks, or that reports.articles lacks.

with

items as (

    select * from reports.dashboard_main

),

articles as (

    select * from reports.articles

),

children as (

    select
        'dashboard_authors' as report,
        article_id

    from reports.dashboard_authors

    union

    select
        'dashboard_categories' as report,
        article_id

    from reports.dashboard_categories

    union

    select
        'dashboard_tags' as report,
        article_id

    from reports.dashboard_tags

    union

    select
        'dashboard_funding' as report,
        article_id

    from reports.dashboard_funding

    union

    select
        'dashboard_files' as report,
        article_id

    from reports.dashboard_files

    union

    select
        'dashboard_timeline' as report,
        article_id

    from reports.dashboard_timeline

    union

    select
        'articles' as report,
        article_id

    from articles

),

broken as (

    select
        children.report,
        children.article_id

    from children
    left join items on children.article_id = items.article_id
    where items.article_id is null

    union all

    select
        'dashboard_main' as report,
        items.article_id

    from items
    left join articles on items.article_id = articles.article_id
    where articles.article_id is null

)

select * from broken
