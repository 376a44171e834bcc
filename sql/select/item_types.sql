-- One row per item type of a scope, the one with the most articles first.
--
-- parameters:
--   scope_id: as in reports.item_types.
--
-- columns:
--   item_type: as in reports.item_types, with what follows.
--   article_count: articles of it.
--   article_ratio: their share.
--   file_count: their files.
--   size_bytes: the size of these.
--   views: their views; NULL when of none they are known.
--   downloads: their downloads, the same way.

select
    item_type,
    article_count,
    article_ratio,
    file_count,
    size_bytes,
    views,
    downloads
from reports.item_types
where scope_id = $scope_id
order by article_count desc, item_type asc
