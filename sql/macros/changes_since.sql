-- One row of reports.changes for each change that was found at or after a time.
--
-- parameters:
--   since: the time (UTC), for instance date '2026-07-01'.

select
    institution_id,
    article_id,
    title,
    group_id,
    group_name,
    published_on,
    kind,
    field,
    old_value,
    new_value,
    changed_at,
    old_read_at,
    is_baseline
from reports.changes
where changed_at >= cast(since as timestamp)
order by changed_at, article_id, kind, field
