-- One row per licence of a scope, the most frequent first.
--
-- parameters:
--   scope_id: as in reports.licenses.
--
-- columns:
--   license: as in reports.licenses, with what follows.
--   article_count: items under it.
--   article_ratio: their share.
--   downloads: their downloads.

select
    license,
    article_count,
    article_ratio,
    downloads
from reports.licenses
where scope_id = $scope_id
order by article_count desc, license asc
