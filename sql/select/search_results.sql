-- One row per article that a search finds, as in reports.search_results, the latest first.
--
-- A search that was never read to its end does not know what it finds no more.
--
-- parameters:
--   search: its name.

select *
from reports.search_results
where search = $search and is_found is distinct from false
order by published_on desc nulls last, article_id asc
