-- One row per article, in any state, that is gone, or was not seen, since before a time.
--
-- parameters:
--   before: the time (UTC).
--
-- columns:
--   article_id: the article.

select article_id
from figshare_internal.listed_articles
group by article_id
having max(coalesce(left_at, seen_at)) < $before
