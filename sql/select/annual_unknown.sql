-- One row per article of an institution of which not all months of a period are known, the least known first.
--
-- parameters:
--   from_day: the first day.
--   to_day: the last day.
--   institution_id: the institution.
--   group_ids: only articles in these groups; NULL for all.

select
    article_id,
    title,
    item_type,
    group_name,
    published_on,
    month_count,
    known_month_count,
    months_known_ratio,
    views,
    downloads
from reports.usage_between($from_day, $to_day)
where
    institution_id = $institution_id
    and ($group_ids is null or list_contains($group_ids, group_id))
    and months_known_ratio < 1
order by months_known_ratio, article_id
