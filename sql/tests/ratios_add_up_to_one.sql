-- Ratios of a whole that is split without overlap add up to 1 in each scope.
--
-- columns:
--   report: The report that does not add up.
--   scope_id: The scope.
--   ratio_sum: What its ratios add up to.

with
ratios as (
    select
        'item_types' as report,
        scope_id,
        article_ratio
    from reports.item_types
    union all
    select
        'licenses' as report,
        scope_id,
        article_ratio
    from reports.licenses
    union all
    select
        'hosts' as report,
        scope_id,
        article_ratio
    from reports.hosts
)

select
    report,
    scope_id,
    sum(article_ratio) as ratio_sum
from ratios
group by report, scope_id
having abs(sum(article_ratio) - 1) > 0.000001
