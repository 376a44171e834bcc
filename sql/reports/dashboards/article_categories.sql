-- One row per item and different subject category of it.
--
-- Categories of one title are one. For dashboards: join by `article_id` to reports.article_main.
--
-- key: article_id, category
-- columns:
--   article_id: The item: reports.article_main.article_id.
--   position: The place among the item's categories, from 1.
--   category_id: Figshare's id of the category; of several of one title the first.

select
    items.article_id,
    article_categories.position,
    article_categories.category_id,
    article_categories.category
from reports.article_main as items
inner join intermediate.int_article_categories as article_categories on items.article_id = article_categories.article_id
