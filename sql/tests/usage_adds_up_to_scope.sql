-- Where a report parts the articles of a scope, the usage of its rows adds up to that of the scope's articles as
-- reports.top_articles lists them.
--
-- columns:
--   report: The report that does not add up.
--   scope_id: The scope.
--   counter: views or downloads.
--   part_sum: What the report's rows add up to; NULL if known for none of them.
--   total: The sum over the scope's articles; NULL if known for none of them.

with
articles as (
    select
        scope_id,
        sum(views) as views,
        sum(downloads) as downloads
    from reports.top_articles
    group by scope_id
),

parts as (
    select
        'item_types' as report,
        scope_id,
        views,
        downloads
    from reports.item_types
    union all
    select
        'licenses' as report,
        scope_id,
        views,
        downloads
    from reports.licenses
    union all
    select
        'hosts' as report,
        scope_id,
        views,
        downloads
    from reports.hosts
),

part_sums as (
    select
        report,
        scope_id,
        sum(views) as views,
        sum(downloads) as downloads
    from parts
    group by report, scope_id
),

compared as (
    select
        part_sums.report,
        part_sums.scope_id,
        'views' as counter,
        part_sums.views as part_sum,
        articles.views as total
    from part_sums
    left join articles on part_sums.scope_id = articles.scope_id
    union all
    select
        part_sums.report,
        part_sums.scope_id,
        'downloads' as counter,
        part_sums.downloads as part_sum,
        articles.downloads as total
    from part_sums
    left join articles on part_sums.scope_id = articles.scope_id
)

select * from compared
where part_sum is distinct from total
