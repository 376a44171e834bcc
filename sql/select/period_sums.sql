-- One row: what an author, group or institution published in a period, and how its articles were used.
--
-- parameters:
--   from_day: the first day.
--   to_day: the last day.
--   part_type: author, group or institution.
--   institution_id: the institution; NULL for all, an author may have articles in several.
--   part_id: the author, group or institution.

with
parts as (
    select * from reports.usage_by_part_between($from_day, $to_day)
    where
        part_type = $part_type
        and institution_id = coalesce($institution_id, institution_id)
        and part_id is not distinct from $part_id
)

select
    cast(sum(article_count) as bigint) as article_count,
    cast(sum(published_article_count) as bigint) as published_article_count,
    case
        when sum(month_count) = 0 then 0
        when sum(known_month_count) = 0
            then nullif(cast(sum(case when month_count > 0 then views end) as bigint), 0)
        else cast(sum(case when month_count > 0 then views end) as bigint)
    end as views,
    case
        when sum(month_count) = 0 then 0
        when sum(known_month_count) = 0
            then nullif(cast(sum(case when month_count > 0 then downloads end) as bigint), 0)
        else cast(sum(case when month_count > 0 then downloads end) as bigint)
    end as downloads,
    case
        when sum(month_count) = 0 then 0
        when sum(known_month_count) = 0
            then nullif(cast(sum(case when month_count > 0 then shares end) as bigint), 0)
        else cast(sum(case when month_count > 0 then shares end) as bigint)
    end as shares,
    case
        when sum(month_count) = 0 then 1.0
        else cast(sum(known_month_count) as double) / sum(month_count)
    end as months_known_ratio,
    min(usage_complete_to) as usage_complete_to
from parts
