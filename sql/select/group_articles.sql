-- One row per article of some groups, as in reports.articles, the latest first.
--
-- parameters:
--   institution_id: whose groups.
--   group_ids: the groups.

select *
from reports.articles
where institution_id = $institution_id and list_contains($group_ids, group_id)
order by published_on desc nulls last, article_id asc
