-- One row per year in which articles of a scope were first public, the latest first.
--
-- parameters:
--   scope_id: as in reports.articles_published_by_month.
--
-- columns:
--   published_year: the year; NULL where it is not known.
--   article_count: articles of it.
--   file_count: their files; NULL when no article tells.
--   size_bytes: the size of these; NULL when no article tells.

select
    published_year,
    cast(sum(article_count) as bigint) as article_count,
    cast(sum(file_count) as bigint) as file_count,
    cast(sum(size_bytes) as bigint) as size_bytes
from reports.articles_published_by_month
where scope_id = $scope_id
group by published_year
order by published_year desc nulls last
