-- One row per article that a search finds and an institution lists.
--
-- parameters:
--   search: its name.
--
-- columns:
--   article_id: Figshare's id of it.

select distinct article_id
from reports.search_results
where
    search = $search
    and is_found is distinct from false
    and article_id in (select articles.article_id from reports.articles as articles)
order by article_id
