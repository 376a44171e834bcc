-- One row per article of an institution that was found withdrawn in a period, the latest first.
--
-- parameters:
--   from_day: the first day.
--   to_day: the last day.
--   institution_id: the institution.
--   group_ids: only articles in these groups; NULL for all.

select
    withdrawn_at,
    title,
    authors,
    item_type,
    group_name,
    doi,
    reason
from reports.withdrawn_articles
where
    institution_id = $institution_id
    and ($group_ids is null or list_contains($group_ids, group_id))
    and cast(withdrawn_at as date) between $from_day and $to_day
order by withdrawn_at desc, article_id asc
