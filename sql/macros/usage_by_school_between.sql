-- One row per institution and school of the user's list, with the outputs and usage of a period; see usage_between. The
-- articles that count for none are the one with `school` NULL; reports.school_articles says which count for which.
--
-- parameters:
--   from_day: the first day, for instance '2025-07-01'.
--   to_day: the last day, for instance '2026-06-30'.
--
-- columns:
--   school: School of the user's list; NULL for articles that count for none.

select
    institution_id,
    part_name as school,
    part_detail as faculty,
    article_count,
    published_article_count,
    views,
    downloads,
    shares,
    months_known_ratio,
    usage_complete_to
from reports.usage_by_part_between(from_day, to_day)
where part_type = 'school'
