-- One row per item type of an institution, the one with the most articles first.
--
-- parameters:
--   institution_id: the institution.
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
where scope = 'institution' and institution_id = $institution_id
order by article_count desc, item_type asc
