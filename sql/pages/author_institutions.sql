-- One row per institution that lists articles of a person.
--
-- parameters:
--   author_id: the person.
--
-- columns:
--   institution_id: the institution.

select distinct institution_id
from reports.author_articles
where author_id = $author_id
order by institution_id
