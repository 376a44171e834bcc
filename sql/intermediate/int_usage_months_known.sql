-- One row per article whose views and downloads are both known for every month since its beginning, with the day up to
-- which they are.
--
-- columns:
--   article_id: The article.
--   known_to: Last day (UTC) up to which every month is known.

select
    entity_id as article_id,
    min(known_to) as known_to
from intermediate.int_usage_known
where entity_type = 'article' and counter <> 'shares'
group by entity_id
having count(known_to) = 2
