-- One row per article that was just read from a listing and that no listing holds.
--
-- `fetched_ids` are the articles, in the column article_id.
--
-- columns:
--   article_id: the article.

with
held as (
    select article_id from figshare.listed_articles
    where left_at is null
)

select distinct fetched_ids.article_id
from fetched_ids
anti join held on fetched_ids.article_id = held.article_id
