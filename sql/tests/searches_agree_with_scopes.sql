-- Each search has as many loaded articles in its summary as in the reports by scope.
--
-- columns:
--   search: The search.
--   summary_count: Its loaded articles in reports.search_summary.
--   scope_count: Its articles in reports.item_types.

with
search_summary as (select * from reports.search_summary where article_count is not null),

scope_sums as (
    select
        scope_name,
        sum(article_count) as scope_count
    from reports.item_types
    where scope = 'search'
    group by scope_name
)

select
    search_summary.search,
    search_summary.article_count as summary_count,
    coalesce(scope_sums.scope_count, 0) as scope_count
from search_summary
left join scope_sums on search_summary.search = scope_sums.scope_name
where search_summary.article_count <> coalesce(scope_sums.scope_count, 0)
