-- One row per part of an institution, with what was published in a period and how its articles were used, the most used
-- first.
--
-- parameters:
--   from_day: the first day.
--   to_day: the last day.
--   part_type: author, group, school, item_type or institution.
--   institution_id: the institution; NULL for any.
--
-- columns:
--   level: of a group, as in reports.groups; NULL for other parts.
--   parent_group_name: of a group, likewise.

with
parts as (
    select * from reports.usage_by_part_between($from_day, $to_day)
    where part_type = $part_type and institution_id = coalesce($institution_id, institution_id)
)

select
    parts.institution_id,
    parts.part_id,
    parts.part_name,
    parts.part_detail,
    groups.level,
    groups.parent_group_name,
    parts.article_count,
    parts.published_article_count,
    parts.views,
    parts.downloads,
    parts.shares,
    parts.months_known_ratio,
    parts.usage_complete_to
from parts
left join reports.groups as groups
    on parts.part_type = 'group' and parts.institution_id = groups.institution_id and parts.part_id = groups.group_id
-- What nothing is known of, and what has no articles, comes last.
order by
    parts.article_count = 0,
    parts.views desc nulls last,
    parts.downloads desc nulls last,
    parts.article_count desc,
    parts.part_id asc,
    parts.part_name asc
