-- One row per part of an institution, with what was published in a period and how its articles were used, the most used
-- first.
--
-- parameters:
--   from_day: the first day.
--   to_day: the last day.
--   part_type: author, group, school, item_type or institution.
--   institution_id: the institution; NULL for any.

select
    institution_id,
    part_id,
    part_name,
    part_detail,
    article_count,
    published_article_count,
    views,
    downloads,
    shares,
    months_known_ratio,
    usage_complete_to
from reports.usage_by_part_between($from_day, $to_day)
where part_type = $part_type and institution_id = coalesce($institution_id, institution_id)
order by views desc nulls last, downloads desc nulls last, article_count desc, part_id asc, part_name asc
