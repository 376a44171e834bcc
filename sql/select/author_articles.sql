-- One row per article of a person, as in reports.author_articles, the latest first.
--
-- parameters:
--   author_id: the person.

select *
from reports.author_articles
where author_id = $author_id
order by published_on desc nulls last, article_id asc
