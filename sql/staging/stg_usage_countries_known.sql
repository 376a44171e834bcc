-- One row per article whose views and downloads by country are both known for every month in which
-- there were any, with the day up to which they are.
--
-- columns:
--   article_id: The article.
--   known_to: Last day (UTC) up to which every month's countries are known.

with

item_counters as (

    select * from staging.stg_usage_counters
    where item_type = 'article' and counter <> 'shares' and total is not null

),

covered as (

    select * from staging.stg_usage_windows
    where kind = 'countries' and gap_count = 0 and is_to_date

),

first_months as (

    -- Where months say that there was no use, there was none from anywhere.
    select
        item_id,
        counter,
        min(month) as first_month

    from figshare.usage_by_month
    where item_type = 'article' and event_count > 0
    group by item_id, counter

),

known as (

    select
        item_counters.item_id as article_id,
        case
            when item_counters.total = 0 then cast(item_counters.observed_at as date)
            when
                covered.covered_from
                <= coalesce(first_months.first_month, item_counters.months_from)
                then covered.covered_to
        end as known_to

    from item_counters
    left join covered
        on
            item_counters.item_type = covered.item_type
            and item_counters.item_id = covered.item_id
            and item_counters.counter = covered.counter
    left join first_months
        on
            item_counters.item_id = first_months.item_id
            and item_counters.counter = first_months.counter

),

both_known as (

    select
        article_id,
        min(known_to) as known_to

    from known
    group by article_id
    having count(known_to) = 2

)

select * from both_known
