-- One row per article whose views and downloads by country are both known for every month in which there were any, with
-- the day up to which they are.
--
-- columns:
--   article_id: The article.
--   known_to: Last day (UTC) up to which every month's countries are known.

with
entity_counters as (
    select * from intermediate.int_usage_counters
    where entity_type = 'article' and counter <> 'shares' and total is not null
),

covered as (
    select * from intermediate.int_usage_windows
    where kind = 'countries' and gap_count = 0 and is_to_date
),

first_months as (
    -- Where months say that there was no use, there was none from anywhere.
    select
        entity_id,
        counter,
        min(month) as first_month
    from figshare.usage_by_month
    where entity_type = 'article' and event_count > 0
    group by entity_id, counter
),

known as (
    select
        entity_counters.entity_id as article_id,
        case
            when entity_counters.total = 0 then cast(entity_counters.observed_at as date)
            when
                covered.covered_from
                <= coalesce(first_months.first_month, entity_counters.months_from)
                then covered.covered_to
        end as known_to
    from entity_counters
    left join covered
        on
            entity_counters.entity_type = covered.entity_type
            and entity_counters.entity_id = covered.entity_id
            and entity_counters.counter = covered.counter
    left join first_months
        on entity_counters.entity_id = first_months.entity_id and entity_counters.counter = first_months.counter
)

select
    article_id,
    min(known_to) as known_to
from known
group by article_id
having count(known_to) = 2
