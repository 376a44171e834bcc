-- One row per change of an article, as in reports.changes, the latest first.
--
-- parameters:
--   article_id: the article.
--   from_day: only what was found from this day on (UTC); NULL for all.
--   to_day: and up to this one.

select
    changed_at,
    kind,
    field,
    old_value,
    new_value,
    old_read_at
from reports.changes
where
    article_id = $article_id
    and ($from_day is null or cast(changed_at as date) between $from_day and $to_day)
order by changed_at desc, kind asc, field asc nulls first
