-- One row per item and different tag (keyword) of it.
--
-- Tags that differ only in capitals or white space are one. For dashboards: join by `article_id` to
-- reports.article_main.
--
-- key: article_id, tag
-- columns:
--   article_id: The item: reports.article_main.article_id.
--   position: The place among the item's tags, from 1.
--   tag: The tag in the writing that most items use.

select
    items.article_id,
    article_tags.position,
    article_tags.tag
from reports.article_main as items
inner join intermediate.int_article_tags as article_tags on items.article_id = article_tags.article_id
