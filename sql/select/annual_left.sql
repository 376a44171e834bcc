-- One row per article of an institution that was found withdrawn in a period, the latest first.
--
-- parameters:
--   from_day: the first day.
--   to_day: the last day.
--   institution_id: the institution.

select
    withdrawn_at,
    title,
    authors,
    item_type,
    group_name,
    doi,
    reason
from reports.withdrawn_articles
where institution_id = $institution_id and cast(withdrawn_at as date) between $from_day and $to_day
order by withdrawn_at desc, article_id asc
