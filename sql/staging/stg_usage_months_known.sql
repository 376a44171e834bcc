-- One row per article whose views and downloads are both known for every month since its beginning,
-- with the day up to which they are.
--
-- columns:
--   article_id: The article.
--   known_to: Last day (UTC) up to which every month is known.

with

item_counters as (

    select * from staging.stg_usage_counters
    where item_type = 'article' and counter <> 'shares' and total is not null

),

covered as (

    select * from staging.stg_usage_windows
    where kind = 'months' and gap_count = 0 and is_to_date

),

known as (

    select
        item_counters.item_id as article_id,
        case
            when item_counters.total = 0 then cast(item_counters.observed_at as date)
            when covered.covered_from > item_counters.months_from then null
            -- What has the same total as when its months were read has had nothing since.
            when
                item_counters.asked_at > covered.fetched_at
                and item_counters.asked_total = covered.total
                then cast(item_counters.asked_at as date)
            else covered.covered_to
        end as known_to

    from item_counters
    left join covered
        on
            item_counters.item_type = covered.item_type
            and item_counters.item_id = covered.item_id
            and item_counters.counter = covered.counter

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
