-- Where every month of an article is known, its months add up to its total: not to less than a
-- total that was said before they were read, and not to more than one that was said after.
--
-- Figshare counts on between the two, so they need not be equal. Where this is broken Figshare's
-- own figures disagree; reports.usage_reconciliation has all such differences.
--
-- columns:
--   article_id: The article.
--   counter: views or downloads.
--   month_sum: What its months add up to.
--   total: Its total as last asked for.

with

months_known as (

    select * from staging.stg_usage_months_known

),

item_counters as (

    select * from staging.stg_usage_counters
    where item_type = 'article' and counter <> 'shares' and asked_total is not null

),

windows as (

    select * from staging.stg_usage_windows
    where item_type = 'article' and kind = 'months'

),

month_sums as (

    select
        item_id as article_id,
        sum(views) as views,
        sum(downloads) as downloads

    from staging.stg_usage_by_month
    where item_type = 'article'
    group by item_id

),

compared as (

    select
        months_known.article_id,
        item_counters.counter,
        cast(
            coalesce(
                case
                    when item_counters.counter = 'views' then month_sums.views
                    else month_sums.downloads
                end,
                0
            ) as bigint
        ) as month_sum,
        item_counters.asked_total as total,
        item_counters.asked_at,
        coalesce(windows.fetched_at, item_counters.asked_at) as fetched_at

    from months_known
    inner join item_counters on months_known.article_id = item_counters.item_id
    left join windows
        on
            item_counters.item_id = windows.item_id
            and item_counters.counter = windows.counter
    left join month_sums on months_known.article_id = month_sums.article_id

),

broken as (

    select
        article_id,
        counter,
        month_sum,
        total

    from compared
    where
        (asked_at <= fetched_at and month_sum < total)
        or (asked_at >= fetched_at and month_sum > total)

)

select * from broken
