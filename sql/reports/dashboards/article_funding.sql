-- One row per item and different grant that it names.
--
-- For dashboards: join by `article_id` to reports.article_main.
--
-- key: article_id, position
-- columns:
--   article_id: The item: reports.article_main.article_id.
--   position: The place among the item's funding entries, from 1.
--   funding_id: Figshare's id of the funding; NULL for funding given only as free text.
--   funder: Name of the funder; NULL for written entries.

select
    items.article_id,
    article_funding.position,
    article_funding.funding_kind,
    article_funding.funding_id,
    article_funding.grant_title,
    article_funding.grant_code,
    article_funding.funder,
    article_funding.grant_url
from reports.article_main as items
inner join intermediate.int_article_funding as article_funding on items.article_id = article_funding.article_id
