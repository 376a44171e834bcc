-- One row per month of a period of which any usage of an institution is known.
--
-- parameters:
--   from_day: the first day.
--   to_day: the last day.
--   institution_id: the institution.

select
    month,
    views_full as views,
    downloads_full as downloads,
    shares_full as shares,
    usage_known_ratio,
    observed_at
from reports.usage_by_month
where
    entity_type = 'institution'
    and institution_id = $institution_id
    and month between cast(date_trunc('month', $from_day) as date) and $to_day
order by month
