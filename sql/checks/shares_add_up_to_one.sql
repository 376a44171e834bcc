-- Shares of a whole that is parted without overlap add up to 1 in each scope.
--
-- columns:
--   report: The report that does not add up.
--   scope_id: The scope.
--   share_sum: What its shares add up to.

with

shares as (

    select
        'item_types' as report,
        scope_id,
        article_share

    from reports.item_types

    union all

    select
        'licenses' as report,
        scope_id,
        article_share

    from reports.licenses

    union all

    select
        'hosts' as report,
        scope_id,
        article_share

    from reports.hosts

),

broken as (

    select
        report,
        scope_id,
        sum(article_share) as share_sum

    from shares
    group by report, scope_id
    having abs(sum(article_share) - 1) > 0.000001

)

select * from broken
