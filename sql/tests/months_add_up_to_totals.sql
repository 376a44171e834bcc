-- Where every month of an article is known, its months add up to its total: not to less than a total that was said
-- before they were read, and not to more than one that was said after.
--
-- Figshare counts on between the two, so they need not be equal. Where this is broken Figshare's own figures disagree;
-- reports.usage_reconciliation has all such differences.
--
-- columns:
--   article_id: The article.
--   counter: views or downloads.
--   month_sum: What its months add up to.
--   total: Its total as last asked for.

with
entity_counters as (
    select * from intermediate.int_usage_counters
    where entity_type = 'article' and counter <> 'shares' and asked_total is not null
),

windows as (
    select * from intermediate.int_usage_windows
    where entity_type = 'article' and kind = 'months'
),

month_sums as (
    select
        entity_id as article_id,
        sum(views) as views,
        sum(downloads) as downloads
    from intermediate.int_usage_by_month
    where entity_type = 'article'
    group by entity_id
),

compared as (
    select
        months_known.article_id,
        entity_counters.counter,
        cast(
            coalesce(
                case
                    when entity_counters.counter = 'views' then month_sums.views
                    else month_sums.downloads
                end,
                0
            ) as bigint
        ) as month_sum,
        entity_counters.asked_total as total,
        entity_counters.asked_at,
        coalesce(windows.fetched_at, entity_counters.asked_at) as fetched_at
    from intermediate.int_usage_months_known as months_known
    inner join entity_counters on months_known.article_id = entity_counters.entity_id
    left join windows on entity_counters.entity_id = windows.entity_id and entity_counters.counter = windows.counter
    left join month_sums on months_known.article_id = month_sums.article_id
)

select
    article_id,
    counter,
    month_sum,
    total
from compared
where
    (asked_at <= fetched_at and month_sum < total)
    or (asked_at >= fetched_at and month_sum > total)
