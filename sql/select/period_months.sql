-- One row per month of a period of which any usage of an author, a group or an institution is known, summed over the
-- articles that are public now.
--
-- parameters:
--   from_day: the first day.
--   to_day: the last day.
--   part_type: author, group or institution.
--   institution_id: the institution; NULL for any.
--   part_id: the author, group or institution.
--
-- columns:
--   usage_known_ratio: as in reports.usage_by_month: share of the articles whose months are all known; the others are
--     left out.
--   is_complete: whether the month was over when those were read.

with
months as (
    select
        month,
        cast(sum(views_full) as bigint) as views,
        cast(sum(downloads_full) as bigint) as downloads,
        cast(sum(shares_full) as bigint) as shares,
        min(usage_known_ratio) as usage_known_ratio,
        coalesce(last_day(month) <= min(usage_complete_to), false) as is_complete,
        min(observed_at) as observed_at
    from reports.usage_by_month
    where
        entity_type = $part_type
        and entity_id is not distinct from $part_id
        and institution_id = coalesce($institution_id, institution_id)
        and month between cast(date_trunc('month', $from_day) as date) and $to_day
    group by month
)

-- Where no article's months are all known, 0 of one counter is not the use.
select
    month,
    case when usage_known_ratio = 0 then nullif(views, 0) else views end as views,
    case when usage_known_ratio = 0 then nullif(downloads, 0) else downloads end as downloads,
    case when usage_known_ratio = 0 then nullif(shares, 0) else shares end as shares,
    usage_known_ratio,
    is_complete,
    observed_at
from months
order by month
