-- One row per country that the usage of a group came from in a period, the one with the most views first.
--
-- parameters:
--   from_day: the first day.
--   to_day: the last day.
--   institution_id: the institution.
--   group_id: the group.

select
    country,
    country_code,
    cast(sum(views) as bigint) as views,
    cast(sum(downloads) as bigint) as downloads,
    count(distinct month) as month_count
from reports.group_usage_by_country
where
    institution_id = $institution_id
    and group_id = $group_id
    and month between cast(date_trunc('month', $from_day) as date) and $to_day
group by country, country_code
order by views desc nulls last, country asc
