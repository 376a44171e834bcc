-- One row per institution and group, with the outputs and usage of a period of the articles in it or below it; see
-- usage_between. Articles in no group are the one with `group_id` NULL.
--
-- parameters:
--   from_day: the first day, for instance '2025-07-01'.
--   to_day: the last day, for instance '2026-06-30'.
--
-- columns:
--   group_id: The group; NULL for articles in no group.
--   group_name: Its name; NULL when in none or not known.

select
    institution_id,
    part_id as group_id,
    part_name as group_name,
    article_count,
    published_article_count,
    views,
    downloads,
    shares,
    months_known_ratio,
    usage_complete_to
from reports.usage_by_part_between(from_day, to_day)
where part_type = 'group'
