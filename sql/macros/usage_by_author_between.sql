-- One row per institution and person who is an author of its articles, with the outputs and usage of a period; see
-- usage_between.
--
-- parameters:
--   from_day: the first day, for instance '2025-07-01'.
--   to_day: the last day, for instance '2026-06-30'.
--
-- columns:
--   author_id: The person: reports.authors.author_id.

select
    institution_id,
    part_id as author_id,
    part_name as full_name,
    part_detail as orcid,
    article_count,
    published_article_count,
    views,
    downloads,
    shares,
    months_known_ratio,
    usage_complete_to
from reports.usage_by_part_between(from_day, to_day)
where part_type = 'author'
