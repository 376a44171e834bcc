-- One row per person with articles in some groups, the one with the most first.
--
-- parameters:
--   institution_id: whose groups.
--   group_ids: the groups.
--
-- columns:
--   author_id: as in reports.author_articles, with what follows.
--   full_name: their name.
--   orcid: their ORCID iD.
--   article_count: their articles in these groups.

select
    author_id,
    any_value(full_name) as full_name,
    any_value(orcid) as orcid,
    count(*) as article_count
from reports.author_articles
where institution_id = $institution_id and list_contains($group_ids, group_id)
group by author_id
order by article_count desc, author_id asc
