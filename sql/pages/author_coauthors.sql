-- One row per coauthor of a person, the one with the most articles first.
--
-- parameters:
--   author_id: the person.
--
-- columns:
--   author_id: as coauthor_id in reports.author_coauthors.
--   full_name: their name.
--   orcid: their ORCID iD.
--   article_count: articles of both.

select
    coauthor_id as author_id,
    coauthor_name as full_name,
    coauthor_orcid as orcid,
    article_count
from reports.author_coauthors
where author_id = $author_id
order by article_count desc, coauthor_id asc
